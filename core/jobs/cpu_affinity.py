"""Which of the machine's cores each analysis uses: all of them while there are cores to spare, else one of its own."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


class Cores:
    """Shares the cores among the analyses that this process runs.

    Where as many run as there are cores, each keeps to one: threads of several that wander over all cores lose what these have
    at hand. Two clips side by side on two cores took 14.7 s so, and 16.2 s otherwise.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[int] = []

    @contextlib.contextmanager
    def shared(self, pid: int) -> Iterator[None]:
        """Give a process, and from then on the others too, its share until the end."""
        self._settle(begins=pid)
        try:
            yield
        finally:
            self._settle(ends=pid)

    def _settle(self, *, begins: int | None = None, ends: int | None = None) -> None:
        if not hasattr(os, "sched_setaffinity"):
            return  # macOS places threads by itself
        with self._lock:
            self._running = [pid for pid in [*self._running, begins] if pid not in (None, ends)]
            usable = sorted(os.sched_getaffinity(0))
            scarce = len(self._running) >= len(usable)
            for place, pid in enumerate(self._running):
                _keep_to(pid, {usable[place % len(usable)]} if scarce else set(usable))


def _keep_to(pid: int, cores: set[int]) -> None:
    """Keep every thread of a process to some cores; it, or a thread of it, may be gone by now."""
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                os.sched_setaffinity(int(thread.name), cores)
