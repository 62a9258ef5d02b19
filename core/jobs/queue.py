"""The queue, and what is done with a job whose turn it is.

The store says what is to be done and how far it is; the queue only says that there is something to do. Workers fill it anew
from the store, so that nothing is lost whoever is killed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from core.errors import AnalysisStopped, Refused, SetUpError, clients_for
from core.i18n.translate import gettext as _
from core.jobs.sandbox_process import ANALYSIS, Limits, run_in_child
from core.logs import about
from core.model.progress import Progress
from core.storage import counters
from core.storage.retention import due, purge
from core.storage.store import Store
from core.storage.task import Task, server_fault

if TYPE_CHECKING:
    from huey import Huey
    from huey.api import Task as HueyTask

_NAME = "stride-check"

_NOTE_EVERY_S = 0.3
"""Progress is written no more often than a page asks for it."""

_PURGE_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


def make_queue(store: Store, analysis: str = ANALYSIS) -> tuple[Huey, Callable[[str], object]]:
    """Return the queue, and the function that puts a job's key into it."""
    from huey import crontab
    from huey.signals import SIGNAL_ERROR

    queue = _open_queue(store)

    @queue.task()  # type: ignore[untyped-decorator]
    def analyse(key: str) -> None:  # noqa: ARG001
        # Each key in the queue stands for one job to do; which one is next, the store says.
        limits = Limits.from_environment()
        any(run_job(store, waiting, limits, analysis) for waiting in store.waiting())

    # The clock goes before all clips that wait: what is kept for a time is not kept longer because many are in the queue.
    @queue.periodic_task(crontab(), priority=1)  # type: ignore[untyped-decorator]
    def clock() -> None:
        if due(store, "purge", _PURGE_EVERY):
            log.info("the clock removed %s", purge(store))
        store.end_questions()

    @queue.signal(SIGNAL_ERROR)  # type: ignore[untyped-decorator]
    def count_error(signal: str, task: HueyTask, error: Exception) -> None:  # noqa: ARG001
        counters.note(store.engine, "error", task.name)

    return queue, analyse


def set_up_queue(store: Store) -> None:
    """Make the tables that the queue needs on PostgreSQL."""
    queue = _open_queue(store)
    with contextlib.closing(queue.storage):
        if hasattr(queue.storage, "initialize_schema"):
            queue.storage.initialize_schema()


def check_queue_tables(store: Store) -> None:
    """Raise `SetUpError` where the queue is on PostgreSQL and has no tables there."""
    if _address(store) is None:  # asked at each start, of most servers, and huey takes long to load
        return
    queue = _open_queue(store)
    with contextlib.closing(queue.storage):
        if hasattr(queue.storage, "database") and not queue.storage.Task.table_exists():
            raise SetUpError(
                _("The database that STRIDE_QUEUE_URL names has not been set up for the queue."),
                _("Run `stride-check migrate` once with that address, then start again."),
            )


def check_queue(store: Store) -> None:
    """Raise whatever is wrong if the queue does not answer; a damaged file is made again.

    Raises
    ------
    SetUpError
        If the queue is a file on this machine, and can neither be read nor made again.
    """
    try:
        queue = _open_queue(store)
        with contextlib.closing(queue.storage):
            len(queue)
    except Exception as error:
        if _address(store) is not None:
            raise
        log.exception("the queue's file can neither be read nor made again")
        what = _("The queue's file in the data folder can neither be read nor made again.")
        raise SetUpError(what, _("See that the server may write there, and remove queue.sqlite.")) from error


def _open_queue(store: Store) -> Huey:
    from huey import Huey, PriorityRedisHuey

    address = _address(store)
    if address is None:
        from core.jobs.local_queue import QueueFile

        return Huey(_NAME, storage_class=QueueFile, filename=str(store.folder / "queue.sqlite"), results=False)
    if address.drivername in ("redis", "rediss"):
        with clients_for("STRIDE_QUEUE_URL"):
            import_module("redis")  # huey's own word for its lack is no ImportError
        return PriorityRedisHuey(_NAME, url=os.environ["STRIDE_QUEUE_URL"], results=False)
    if address.get_backend_name() in ("postgresql", "postgres"):
        return _on_postgresql(address.set(drivername="postgresql"))
    raise SetUpError(
        _("STRIDE_QUEUE_URL begins with {scheme}.", scheme=address.drivername),
        _("It has to begin with postgresql:// or redis://."),
    )


def _address(store: Store) -> URL | None:
    """Return `STRIDE_QUEUE_URL`, else the store's database; None stands for a file of its own beside that of SQLite."""
    if url := os.environ.get("STRIDE_QUEUE_URL"):
        return make_url(url)
    return None if store.engine.dialect.name == "sqlite" else store.engine.url


def _on_postgresql(address: URL) -> Huey:
    from huey import Huey

    with clients_for("STRIDE_QUEUE_URL"):
        import_module("psycopg")  # peewee looks for it when it connects
        from huey.contrib.sql_huey import SqlStorage
        from peewee import PostgresqlDatabase

    class Storage(SqlStorage):  # type: ignore[misc]
        def queue_size(self) -> int:
            # As huey's own does before all else that it asks: PostgreSQL may have been started anew meanwhile.
            self.check_conn()
            return int(super().queue_size())

    database = PostgresqlDatabase(address.render_as_string(hide_password=False), prefer_psycopg3=True)
    return Huey(_NAME, storage_class=Storage, database=database, create_tables=False, results=False)


def refill(queue: Huey, analyse: Callable[[str], object], store: Store) -> None:
    """Put every waiting job into the queue, where the queue has none.

    For jobs whose key got lost, as when the server is killed between storing a clip and queueing it. Where a clip is
    handed in right now, its key may come to stand in the queue twice; it is claimed once.
    """
    if not len(queue):
        for key in store.waiting():
            analyse(key)


def run_job(store: Store, key: str, limits: Limits, analysis: str = ANALYSIS) -> bool:
    """Analyse one job's clip and keep the outcome, whatever it is; False where the job was taken or deleted before."""
    task = store.claim(key)
    if task is None:
        return False
    try:
        with about(key):
            ended = _run(store, task, limits, analysis)
            counters.note(store.engine, "ended", ended)
            log.info("an analysis ended: %s", ended)
    finally:
        store.at_work.discard(key)
        store.files.leave(key, store.holder)  # whatever went wrong
    return True


def _run(store: Store, task: Task, limits: Limits, analysis: str) -> str:
    """Analyse a clip that was claimed, and return how that ended."""
    steps = _Steps(store, task)
    try:
        wanted = run_in_child(
            task, limits, steps.note, lambda report: store.finish(task.key, report), analysis=analysis
        )
        store.tidy(task.key)
    except Refused as refused:
        if refused.choices is not None:
            store.ask(task.key, refused)
            return "asks"
        store.refuse(task.key, refused)
        counters.note(store.engine, "refused", refused.key)
        return "stopped" if isinstance(refused, AnalysisStopped) else "refused"
    except OperationalError:
        log.exception("the database is away: the job waits again once its lease is over")
        return "interrupted"
    except Exception:
        log.exception("a job could not be brought to its end")
        counters.note(store.engine, "error", "analyse")
        store.refuse(task.key, server_fault(task.key))
        return "error"
    else:
        return "done" if wanted else "deleted"
    finally:
        steps.end()


class _Steps:
    """Writes progress down, and counts how long each stage takes."""

    def __init__(self, store: Store, task: Task) -> None:
        self._store, self._key = store, task.key
        self._stage, self._began_s, self._last_s = "", time.monotonic(), 0.0

    def note(self, now: Progress) -> bool:
        """Take note of a step; False where nobody wants the analysis any more."""
        now_s = time.monotonic()
        if now.stage == self._stage and now_s < self._last_s + _NOTE_EVERY_S:
            return True
        if now.stage != self._stage:
            self.end()
            self._stage, self._began_s = now.stage, now_s
        self._last_s = now_s
        try:
            return self._store.set_progress(self._key, now)
        except OperationalError as away:
            log.warning("progress could not be told: %s", away.orig)
            return True

    def end(self) -> None:
        """Count the stage that was under way; names are a child's to say, so only known ones are counted."""
        if self._stage in ("reading", "measuring", "drawing"):
            counters.note(self._store.engine, "stage", self._stage, time.monotonic() - self._began_s)
