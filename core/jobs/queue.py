"""The queue, and how a worker processes the next job.

The queue is the table of jobs. A worker claims the next job in turn, and looks again whenever one may wait: PostgreSQL notifies
it (LISTEN, NOTIFY), and an SQLite file is read every tenth of a second.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from core.errors import SERVER_FAULT, AnalysisStopped, Refused
from core.jobs.sandbox_process import ANALYSIS, run_in_child
from core.logs import about
from core.model.progress import Progress
from core.model.report import CHECKS
from core.storage import claims, counters
from core.storage.store import Store
from core.storage.tables import CHANNEL
from core.storage.task import Task, server_fault

_LOOK_EVERY_S = 0.1
"""How often an idle worker reads an SQLite file, which costs 0.4 % of a core."""

_LOOK_ANYWAY_EVERY_S = 2.0
"""How often an idle worker asks PostgreSQL without a notification: one can be lost with a connection."""

_PAUSE_S = 5.0
"""Time until the next attempt if the database or the storage does not respond."""

_NOTE_EVERY_S = 0.3
"""Progress is not written more often than a page asks for it."""

log = logging.getLogger(__name__)


def serve(store: Store, n: int, analysis: str = ANALYSIS) -> None:
    """Run the jobs of the queue, `n` at the same time, without end."""
    free = threading.Semaphore(n)
    while True:
        try:
            with _listening(store.engine) as wait:
                while True:
                    if not _start_next(store, free, analysis):
                        wait()
        except Exception:
            log.exception("no job could be claimed")
            counters.note(store.engine, "error", "analyse")
            time.sleep(_PAUSE_S)


def _start_next(store: Store, free: threading.Semaphore, analysis: str) -> bool:
    """Start the analysis of the next job as soon as there is room for it; return False if no job waits."""
    free.acquire()
    with contextlib.ExitStack() as undo:
        undo.callback(free.release)
        task = claims.claim_next(store)
        if task is None:
            return False
        undo.callback(store.at_work.discard, task.key)  # so that its lease ends if no thread can be started
        threading.Thread(target=_run_and_free, args=(store, task, free, analysis), daemon=True).start()
        undo.pop_all()
    return True


def _run_and_free(store: Store, task: Task, free: threading.Semaphore, analysis: str) -> None:
    try:
        run(store, task, analysis)
    finally:
        free.release()


@contextlib.contextmanager
def _listening(engine: Engine) -> Iterator[Callable[[], object]]:
    """Yield a function that waits until a job may wait in the queue."""
    if engine.dialect.name != "postgresql":
        yield lambda: time.sleep(_LOOK_EVERY_S)
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed in the end: no other user of the pool may get one that listens
        connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        psycopg: Any = connection.connection.dbapi_connection
        yield lambda: any(psycopg.notifies(timeout=_LOOK_ANYWAY_EVERY_S, stop_after=1))


def run(store: Store, task: Task, analysis: str = ANALYSIS) -> None:
    """Analyse a claimed clip and store the outcome."""
    with about(task.key):
        try:
            ended = _run(store, task, analysis)
            counters.note(store.engine, "ended", ended)
            log.info("an analysis ended: %s", ended)
        except Exception:
            log.exception("a job was left before its end: it waits again once its lease is over")
            counters.note(store.engine, "error", "analyse")
        finally:
            store.at_work.discard(task.key)
            store.files.scratch.leave(task.key, store.holder)  # after any error too


def _run(store: Store, task: Task, analysis: str) -> str:
    """Analyse a claimed clip, and return the outcome."""
    steps = _Steps(store, task)
    try:
        wanted = run_in_child(
            task, store.settings, steps.note, lambda report: claims.finish(store, task.key, report), analysis=analysis
        )
        claims.tidy(store, task.key)
    except Refused as refused:
        if refused.choices is not None:
            claims.ask(store, task.key, refused)
            return "asks"
        claims.refuse(store, task.key, refused)
        # The key comes from the sandbox process: only known ones are counted.
        counters.note(store.engine, "refused", refused.key if refused.key in (*CHECKS, SERVER_FAULT) else "unknown")
        return "stopped" if isinstance(refused, AnalysisStopped) else "refused"
    except OperationalError:
        log.exception("the database is away: the job waits again once its lease is over")
        return "interrupted"
    except Exception:
        log.exception("a job could not be brought to its end")
        counters.note(store.engine, "error", "analyse")
        claims.refuse(store, task.key, server_fault(task.key))
        return "error"
    else:
        return "done" if wanted else "deleted"
    finally:
        steps.end()


class _Steps:
    """Stores progress, and counts how long each stage takes."""

    def __init__(self, store: Store, task: Task) -> None:
        self._store, self._key = store, task.key
        self._stage, self._began_s, self._last_s = "", time.monotonic(), 0.0

    def note(self, now: Progress) -> bool:
        """Store a step; return False if the analysis is no longer wanted."""
        now_s = time.monotonic()
        if now.stage == self._stage and now_s < self._last_s + _NOTE_EVERY_S:
            return True
        if now.stage != self._stage:
            self.end()
            self._stage, self._began_s = now.stage, now_s
        self._last_s = now_s
        try:
            return claims.set_progress(self._store, self._key, now)
        except OperationalError as away:
            log.warning("progress could not be told: %s", away.orig)
            return True

    def end(self) -> None:
        """Count the current stage; only known names are counted, because they come from the sandbox process."""
        if self._stage in ("reading", "measuring", "drawing"):
            counters.note(self._store.engine, "stage", self._stage, time.monotonic() - self._began_s)
