"""Jobs in a state that a test asks for, beside a server whose worker looks for waiting jobs too."""

from __future__ import annotations

from core.jobs import queue
from core.jobs.sandbox_process import ANALYSIS
from core.model.report import Answers, Report
from core.storage import claims
from core.storage.store import Store
from core.storage.task import Task, key_of

ATTEMPTS = 20
"""A worker looks for forgotten jobs so rarely that it hardly ever takes two in a row."""


def claimed(store: Store, answers: Answers | None = None, *, clip: bytes | None = None, **how) -> tuple[str, Task]:
    """Return the token and the task of a new job that no worker was quicker to claim."""
    for number in range(ATTEMPTS):
        path = None
        if clip is not None:
            path = store.clips / f"clip-{number}"
            path.write_bytes(clip)
        token = store.add(answers or Answers(), clip=path, **how)
        if task := claims.claim(store, key_of(token)):
            return token, task
    raise AssertionError(f"a worker was quicker {ATTEMPTS} times")


def run_job(store: Store, key: str, analysis: str = ANALYSIS) -> bool:
    """Analyse one job as a worker does that claimed it; return False if it does not wait."""
    task = claims.claim(store, key)
    if task:
        queue.run(store, task, analysis)
    return task is not None


def finished(store: Store, report: Report) -> str:
    """Return the token of a new job with this report."""
    token, task = claimed(store, Answers(effort="easy"))
    claims.finish(store, task.key, report)
    return token
