"""The server as people start it: pages answer, a worker runs beside it, and nothing is left when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from benchmarks.processes import runs, workers
from benchmarks.serving import free_port
from core.paths import ROOT

PATIENCE_S = 60

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes in /proc")


def wait_for(condition):
    """Return what the condition gives as soon as it is true, or fail."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_S} s in vain")


def get(url):
    """Return status and text, or None where nobody listens yet."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""
    except OSError:
        return None


def at_work_on(data):
    """Return the ids of the processes that were started on this data folder."""
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"STRIDE_DATA={data}".encode() in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
    return found


@contextlib.contextmanager
def started(folder, **settings):
    """Give the address and the process of a server that is being started."""
    port = free_port()
    options = ("--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true")
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), *options]
    environment = os.environ | {"STRIDE_DATA": str(folder / "data")} | settings
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


@pytest.fixture
def server(tmp_path):
    """The address and the process of a server that has just been started, and that nobody has opened yet."""
    with started(tmp_path) as (address, process):
        wait_for(lambda: process.poll() is not None or get(f"{address}/_stcore/health"))
        assert process.poll() is None, (tmp_path / "log").read_text()
        yield address, process


def test_a_cold_deep_link_answers_and_the_server_takes_its_worker_along(server):
    address, process = server
    status, page = get(f"{address}/results?job=abc")
    assert status == 200
    assert "<html" in page

    (worker,) = wait_for(lambda: workers(process.pid))
    os.kill(worker, signal.SIGKILL)
    (another,) = wait_for(lambda: [pid for pid in workers(process.pid) if pid != worker])
    assert get(f"{address}/_stcore/health")[0] == 200

    process.terminate()
    assert process.wait(PATIENCE_S) in (0, -signal.SIGTERM)
    wait_for(lambda: not runs(another))


@pytest.mark.parametrize(
    ("setting", "address", "told"),
    [
        ("STRIDE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "connection failed"),
        ("STRIDE_DATABASE_URL", "sqlite:////nowhere/store.sqlite", "unable to open database file"),
    ],
)
def test_a_server_that_cannot_open_its_store_says_so_and_ends(tmp_path, setting, address, told):
    with started(tmp_path, **{setting: address}) as (_, process):
        assert process.wait(PATIENCE_S) == 3
    log = (tmp_path / "log").read_text()
    assert "the server cannot start" in log
    assert told in log


def test_a_server_that_is_stopped_as_it_starts_leaves_nothing(tmp_path):
    with started(tmp_path) as (address, process):
        wait_for(lambda: get(address))
        process.terminate()
        assert process.wait(PATIENCE_S) in (0, -signal.SIGTERM)
        wait_for(lambda: not at_work_on(tmp_path / "data"))
