"""Web processes and workers, each with a disk of its own, of which some are killed in the middle of it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from core.cli.main import main
from core.errors import SERVER_FAULT, AnalysisStopped
from core.jobs.submission import submit
from core.model.report import Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage import job_files, queries
from core.storage.store import Store, key_of
from tests.core.fake_analyses import FAKES

PATIENCE_S = 90
LEASE_S = 4
CLIPS_OF_EACH = 4

# What a page does when a runner hands in a clip; the token is told once the clip is taken.
WEB = """
import io, sys, time
from core.jobs.submission import submit
from core.model.report import Answers
from core.storage.store import Store
from core.jobs.worker import worker_running
from core.settings import Settings
with Store.open(Settings.from_environment()) as store, worker_running(store):
    for number in range(int(sys.argv[2])):
        clip = f"{sys.argv[1]}-{number}"
        print(submit(io.BytesIO(clip.encode()), Answers(), store), clip, flush=True)
        time.sleep(0.1)
    time.sleep(600)
"""
WORKER = "import sys; from core.jobs.worker import work; work(sys.argv[1])"


class Begun(NamedTuple):
    """A line of the ledger: an analysis was begun."""

    key: str
    worker: int
    child: int


@pytest.fixture
def addresses(postgresql, tmp_path, monkeypatch):
    """The environment of every machine: one database, one storage."""
    shared = {
        "STRIDE_DATABASE_URL": postgresql.url,
        "STRIDE_MEDIA_URL": f"file://{tmp_path / 'shared'}",
        "STRIDE_LEASE_S": str(LEASE_S),
        "TMPDIR": str(tmp_path),
    }
    (tmp_path / "ledger").touch()
    for name, value in {**shared, "STRIDE_DATA": str(tmp_path / "onlooker")}.items():
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 0
    return shared


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


@pytest.fixture
def begun(addresses):
    """Return a function that reads the ledger."""
    path = Path(addresses["TMPDIR"]) / "ledger"

    def read():
        lines = [line.split() for line in path.read_text().splitlines()]
        return [Begun(key, int(worker), int(child)) for key, worker, child in lines]

    return read


@pytest.mark.alone
def test_whoever_is_killed_nothing_is_lost_and_nothing_done_twice(addresses, start, begun):
    webs = [start(WEB, name, str(n), STRIDE_WORKERS="0") for name, n in (("a", CLIPS_OF_EACH), ("b", 1000))]
    workers = [start(WORKER, FAKES + "takes_a_moment") for _ in range(3)]
    handed_in = {}
    for web in webs:
        for _ in range(CLIPS_OF_EACH):
            token, clip = web.stdout.readline().split()
            handed_in[token] = clip
    webs[1].kill()  # while it hands in more
    handed_in |= dict(line.split() for line in webs[1].stdout if line.count(" ") == 1 and line.endswith("\n"))
    jobs = {key_of(token): token for token in handed_in}

    with Store.open(Settings.from_environment()) as store:

        def at_work(*but):
            for one in reversed(begun()):
                if one.key in jobs and one not in but and store.job(jobs[one.key]).state == "running":
                    return one
            return None

        interrupted = wait_for(at_work)
        next(worker for worker in workers if worker.pid == interrupted.worker).kill()
        killed_s = time.monotonic()
        assert store.job(jobs[interrupted.key]).state == "running"
        stopped = wait_for(lambda: at_work(interrupted))
        os.kill(stopped.child, signal.SIGKILL)
        wait_for(lambda: store.job(jobs[interrupted.key]).state == "done")
        assert time.monotonic() - killed_s < 60  # what is promised, with the usual lease of 30 s
        wait_for(lambda: all(store.job(token).state in ("done", "refused") for token in handed_in))
        # An analysis that dies by itself is most likely killed by its clip: it is refused, at once and by name.
        refused = store.job(jobs.pop(stopped.key)).refused
        assert (type(refused), refused.key) == (AnalysisStopped, SERVER_FAULT)
        for token in jobs.values():
            assert store.job(token).report.clip.codec == handed_in[token]
            assert job_files.media(store, token, "toe_off.jpg").read_text() == handed_in[token]
        # One more may have been handed in by the web process that could not tell its token any more.
        wait_for(lambda: queries.waiting(store.engine) == [] and queries.running(store.engine) == 0)
        wait_for(lambda: list(store.files.clips()) == [])
    times = Counter(one.key for one in begun())
    assert {key for key, n in times.items() if n > 1} == {interrupted.key}
    assert {*jobs, stopped.key} <= set(times)


def test_the_database_may_be_started_anew_in_mid_work(postgresql, start, begun):
    web = start(WEB, "a", str(CLIPS_OF_EACH), STRIDE_WORKERS="0")
    start(WORKER, FAKES + "takes_a_moment", STRIDE_WORKERS="2")  # no other that could take its jobs over
    tokens = [web.stdout.readline().split()[0] for _ in range(CLIPS_OF_EACH)]
    with Store.open(Settings.from_environment()) as store:
        at_work = {one.key for one in wait_for(lambda: len(begun()) == 2 and begun())}
        postgresql.stop()
        time.sleep(2)  # longer than what is left of the analyses, so that they end in vain
        postgresql.start()
        tokens.append(submit(io.BytesIO(b"afterwards"), Answers(), store))
        wait_for(lambda: all(store.job(token).state == "done" for token in tokens))
        wait_for(lambda: list(store.files.clips()) == [])
    times = Counter(one.key for one in begun())
    assert {key for key, n in times.items() if n > 1} <= at_work
