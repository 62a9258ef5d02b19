"""Broken and hostile files against the real worker: each must end in a report or a named refusal, and leave nothing.

uv run python -m benchmarks fuzz          # two dozen files
uv run python -m benchmarks fuzz --full   # all; the summary is kept in benchmarks/results/fuzz.json
"""

from __future__ import annotations

import contextlib
import io
import os
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.processes import children
from benchmarks.soak.hostile import N_FILES, corpus
from benchmarks.whole import from_command_line
from core.errors import SERVER_FAULT, AnalysisStopped
from core.jobs.submission import submit
from core.jobs.worker import worker_running
from core.model.report import CHECKS, Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage import questions
from core.storage.job import Job
from core.storage.store import Store

RESULTS = ROOT / "benchmarks" / "results" / "fuzz.json"
SAMPLE = 3
MEMORY_MB = 1024
AT_ONCE = 10
PATIENCE_S = 120.0
SERVER_STOPPED = f"stopped: {SERVER_FAULT}"
"""A right end if an analysis is killed, as `benchmarks.soak.chaos` does; no file may bring it about."""


def _wait_for(store: Store, token: str) -> Job:
    deadline_s = time.monotonic() + PATIENCE_S
    while (job := store.job(token)).state not in ("done", "refused"):
        if time.monotonic() > deadline_s:
            break
        if job.state == "asks":
            # Nobody is there to answer; what is asked is a refusal by its name.
            questions.decline(store, token)
        time.sleep(0.05)
    return job


def _files(store: Store) -> set[str]:
    return {str(path) for part in ("clips", "media") for path in (store.folder / part).iterdir()}


def outcome(job: Job) -> str:
    """Return 'report', the check that refused it, 'stopped: ' and why, or 'HANGS' where it has no end."""
    if job.refused is None:
        return "report" if job.report is not None else "HANGS"
    if job.refused.key not in {*CHECKS, SERVER_FAULT} or not str(job.refused.what) or not str(job.refused.advice):
        return f"NAMELESS: {job.refused!r}"
    return f"stopped: {job.refused.key}" if isinstance(job.refused, AnalysisStopped) else job.refused.key


def _opened(data: Path) -> Store:
    return Store.open(Settings(data=data, time_limit_s=60, memory_limit_mb=MEMORY_MB))


def run(every: int = 1) -> dict[str, object]:
    """Send every so-many-th file of the corpus through a worker, and return what came of them.

    Parameters
    ----------
    every : int
        1 for all files.
    """
    ends: dict[str, str] = {}
    began_s, slowest_s = time.monotonic(), 0.0
    with tempfile.TemporaryDirectory() as folder, _opened(Path(folder) / "data") as store:
        files = list(corpus())[::every]
        before = set(children(os.getpid()))
        with worker_running(store):
            while not (worker := set(children(os.getpid())) - before):
                time.sleep(0.05)
            for start in range(0, len(files), AT_ONCE):
                part = files[start : start + AT_ONCE]
                tokens = [submit(io.BytesIO(content()), Answers(), store) for _, content in part]
                for (name, _), token in zip(part, tokens, strict=True):
                    one_s = time.monotonic()
                    ends[name] = outcome(_wait_for(store, token))
                    slowest_s = max(slowest_s, time.monotonic() - one_s)
                    with contextlib.suppress(OSError):
                        store.delete(token)
            left = _files(store)
            same_worker = (set(children(os.getpid())) - before) == worker
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "files": len(ends),
        "ends": dict(sorted(Counter(ends.values()).items())),
        "stopped": {name: end for name, end in ends.items() if end.startswith("stopped")},
        "without_an_end": [name for name, end in ends.items() if end.startswith(("HANGS", "NAMELESS", SERVER_STOPPED))],
        "files_left": len(left),
        "same_worker_throughout": same_worker,
        "peak_memory_mb": round(peak_mb),
        "memory_limit_mb": MEMORY_MB,
        "slowest_s": round(slowest_s, 1),
        "took_s": round(time.monotonic() - began_s),
    }


if __name__ == "__main__":
    from_command_line(__doc__, lambda full: run(1 if full else N_FILES // SAMPLE), "all files", RESULTS)
