"""Processes of a server, found in /proc (Linux), and the environment that they are started in."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that this one has started and that have not been collected, in the order of their ids."""
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, listed.read_text().split())
        except OSError:  # the thread, or the process, has ended meanwhile
            continue
    return sorted(found)


def workers(pid: int) -> list[int]:
    """Return the workers of a server; it starts a process for a moment, to try what an analysis may do, that is none."""
    return [child for child in children(pid) if b"core.jobs.worker" in _command(child)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def runs(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def memory_mb(pid: int) -> float:
    """Return what the process holds in memory at present, without libraries shared from files; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    held = [int(line.split()[1]) for line in lines if line.startswith("RssAnon:")]
    return held[0] / 1024 if held else 0.0


def processor_s(pid: int) -> float:
    """Return the seconds of the processor that the process has taken; 0 where it is gone."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    except OSError:
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a while, and put back what they were."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
