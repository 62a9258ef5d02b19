"""Analyses share the cores: all of them while some are to spare, else one each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from core.jobs.cpu_affinity import Cores

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux lets a process be placed")

THREADS = """
import threading
event = threading.Event()
for _ in range(3):
    threading.Thread(target=event.wait, daemon=True).start()
print("ready", flush=True)
input()
"""


@contextmanager
def analysis() -> Iterator[int]:
    """Run a process of four threads, and yield its number."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", THREADS], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process.pid
        finally:
            process.kill()


def used(pid: int) -> set[int]:
    """Return the cores that the threads of a process use, each of which must use as many."""
    threads = [os.sched_getaffinity(int(thread.name)) for thread in Path(f"/proc/{pid}/task").iterdir()]
    assert len(threads) == 4
    assert all(thread == threads[0] for thread in threads)
    return threads[0]


@pytest.mark.parametrize("n", [2, 3])
def test_each_keeps_to_one_core_while_there_is_none_to_spare(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    all_cores = os.sched_getaffinity(0)
    if len(all_cores) < 2:
        pytest.skip("one core is nothing to share")
    usable = set(sorted(all_cores)[:2])
    real = os.sched_getaffinity
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: usable if pid == 0 else real(pid))
    cores = Cores()
    with ExitStack() as running:
        first = running.enter_context(analysis())
        with cores.shared(first):
            assert used(first) == usable
            with ExitStack() as later:
                pids = [first]
                for _ in range(n - 1):
                    pids.append(later.enter_context(analysis()))
                    later.enter_context(cores.shared(pids[-1]))
                kept = [used(pid) for pid in pids]
                assert all(len(one) == 1 for one in kept)
                assert set.union(*kept) == usable
            assert used(first) == usable


def test_a_process_that_is_gone_hinders_nobody() -> None:
    cores = Cores()
    with analysis() as gone:
        pass
    with cores.shared(gone), analysis() as other, cores.shared(other):
        assert used(other) <= os.sched_getaffinity(0)
