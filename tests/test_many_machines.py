"""Two web processes and three workers, each with a disk of its own, of which some are killed in the middle of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from core.child import ROOT
from core.command import main
from core.store import Store, key_of
from tests import servers
from tests.core.fake_analyses import FAKES

PATIENCE_S = 90
LEASE_S = 4
CLIPS_OF_EACH = 3

# What a page does when a runner hands in a clip; the token is told once the clip is taken.
WEB = """
import io, sys, time
from core.jobs import submit
from core.model import Answers
from core.store import Store
from core.worker import worker_running
with Store.open() as store, worker_running(store):
    for number in range(int(sys.argv[2])):
        clip = f"{sys.argv[1]}-{number}"
        print(submit(io.BytesIO(clip.encode()), Answers(), store), clip, flush=True)
        time.sleep(0.1)
    time.sleep(600)
"""
WORKER = "import sys; from core.worker import work; work(sys.argv[1])"


@pytest.fixture(params=["postgresql", "redis"])
def addresses(request, tmp_path, postgresql_url, monkeypatch):
    """The environment of every machine: one database, one queue, one storage."""
    with contextlib.ExitStack() as stack:
        queue = postgresql_url if request.param == "postgresql" else stack.enter_context(servers.redis())
        shared = {
            "STRIDE_DATABASE_URL": postgresql_url,
            "STRIDE_QUEUE_URL": queue,
            "STRIDE_MEDIA_URL": f"file://{tmp_path / 'shared'}",
            "STRIDE_LEASE_S": str(LEASE_S),
            "LEDGER": str(tmp_path / "ledger"),
        }
        (tmp_path / "ledger").touch()
        for name, value in {**shared, "STRIDE_DATA": str(tmp_path / "onlooker")}.items():
            monkeypatch.setenv(name, value)
        assert main(["migrate"]) == 0
        yield shared


@pytest.fixture
def start(tmp_path, addresses):
    """Return a function that starts a process on a machine of its own; all are ended afterwards."""
    running = []

    def run(code, *arguments, **settings):
        own = {"STRIDE_DATA": str(tmp_path / f"machine-{len(running)}"), **settings}
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env=os.environ | addresses | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {PATIENCE_S} s in vain"
        time.sleep(0.05)
    return found


def test_whoever_is_killed_nothing_is_lost_and_nothing_done_twice(tmp_path, addresses, start):
    ledger = Path(addresses["LEDGER"])
    webs = [start(WEB, name, str(n), STRIDE_WORKERS="0") for name, n in (("a", CLIPS_OF_EACH), ("b", 1000))]
    workers = [start(WORKER, FAKES + "takes_a_moment") for _ in range(3)]
    handed_in = {}
    for web in webs:
        for _ in range(CLIPS_OF_EACH):
            token, clip = web.stdout.readline().split()
            handed_in[token] = clip
    webs[1].kill()  # while it hands in more
    handed_in |= dict(line.split() for line in webs[1].stdout if line.count(" ") == 1 and line.endswith("\n"))

    def begun_by(worker):
        return [line.split()[0] for line in ledger.read_text().splitlines() if line.endswith(f" {worker.pid}")]

    with Store.open() as store:
        jobs = {key_of(token): token for token in handed_in}

        def works(worker):
            return any(store.job(jobs[key]).state == "running" for key in begun_by(worker)[-1:] if key in jobs)

        victim = wait_for(lambda: next(filter(works, workers), None))
        victim.kill()
        killed_s = time.monotonic()
        interrupted = begun_by(victim)[-1]
        assert store.job(jobs[interrupted]).state == "running"
        wait_for(lambda: store.job(jobs[interrupted]).state == "done")
        assert time.monotonic() - killed_s < 60  # what is promised, with the usual lease of 30 s
        wait_for(lambda: all(store.job(token).state == "done" for token in handed_in))
        for token, clip in handed_in.items():
            assert store.job(token).report.clip.codec == clip
            assert store.media(token, "toe_off.jpg").read_text() == clip
        # One more may have been handed in by the web process that could not tell its token any more.
        wait_for(lambda: store.waiting() == [] and store.running() == 0)
        wait_for(lambda: list(store.files.clips()) == [])
    times = Counter(line.split()[0] for line in ledger.read_text().splitlines())
    twice = {key for key, n in times.items() if n > 1}
    assert twice == {interrupted}
    assert set(jobs) <= set(times)
