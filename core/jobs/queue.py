"""The queue, and how a worker processes the next job.

The store contains the jobs and their progress; the queue only wakes the workers. Workers refill it from the store, so that
nothing is lost if any process is killed.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from core.errors import AnalysisStopped, Refused, SetUpError, clients_for
from core.i18n.message import message as _
from core.jobs.sandbox_process import ANALYSIS, run_in_child
from core.logs import about
from core.model.progress import Progress
from core.storage import claims, counters, queries, questions
from core.storage.retention import due, purge
from core.storage.store import Store
from core.storage.task import Task, server_fault

if TYPE_CHECKING:
    from huey import Huey
    from huey.api import Task as HueyTask

_NAME = "stride-check"

_NOTE_EVERY_S = 0.3
"""Progress is not written more often than a page asks for it."""

_PURGE_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


def make_queue(store: Store, analysis: str = ANALYSIS) -> tuple[Huey, Callable[[str], object]]:
    """Return the queue, and a function that puts a job's key into it."""
    from huey import crontab
    from huey.signals import SIGNAL_ERROR

    queue = _open_queue(store)

    @queue.task()  # type: ignore[untyped-decorator]
    def analyse(key: str) -> None:  # noqa: ARG001
        # Each key in the queue stands for one job; the store determines which job is next.
        any(run_job(store, waiting, analysis) for waiting in queries.waiting(store.engine))

    # The scheduler runs before all waiting clips: a long queue must not delay the removal of expired data.
    @queue.periodic_task(crontab(), priority=1)  # type: ignore[untyped-decorator]
    def clock() -> None:
        if due(store, "purge", _PURGE_EVERY):
            log.info("the clock removed %s", purge(store))
        questions.end_questions(store)

    @queue.signal(SIGNAL_ERROR)  # type: ignore[untyped-decorator]
    def count_error(signal: str, task: HueyTask, error: Exception) -> None:  # noqa: ARG001
        counters.note(store.engine, "error", task.name)

    return queue, analyse


def set_up_queue(store: Store) -> None:
    """Create the tables that the queue needs on PostgreSQL."""
    queue = _open_queue(store)
    with contextlib.closing(queue.storage):
        if hasattr(queue.storage, "initialize_schema"):
            queue.storage.initialize_schema()


def check_queue_tables(store: Store) -> None:
    """Raise `SetUpError` if the queue is on PostgreSQL and has no tables there."""
    if _address(store) is None:  # most servers return here at each start, and huey takes long to load
        return
    queue = _open_queue(store)
    with contextlib.closing(queue.storage):
        if hasattr(queue.storage, "database") and not queue.storage.Task.table_exists():
            raise SetUpError(
                _("The database that STRIDE_QUEUE_URL names has not been set up for the queue."),
                _("Run `stride-check migrate` once with that address, then start again."),
            )


def check_queue(store: Store) -> None:
    """Raise the error of the queue if it does not answer; a damaged file is recreated.

    Raises
    ------
    SetUpError
        If the queue is a file on this machine, and can neither be read nor recreated.
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
            import_module("redis")  # without it, huey raises no ImportError
        return PriorityRedisHuey(_NAME, url=store.settings.queue_url, results=False)
    if address.get_backend_name() in ("postgresql", "postgres"):
        return _on_postgresql(address.set(drivername="postgresql"))
    raise SetUpError(
        _("STRIDE_QUEUE_URL begins with {scheme}.", scheme=address.drivername),
        _("It has to begin with postgresql:// or redis://."),
    )


def _address(store: Store) -> URL | None:
    """Return the queue's address, which defaults to the store's database; None means a separate SQLite file."""
    if store.settings.queue_url:
        return make_url(store.settings.queue_url)
    return None if store.engine.dialect.name == "sqlite" else store.engine.url


def _on_postgresql(address: URL) -> Huey:
    from huey import Huey

    with clients_for("STRIDE_QUEUE_URL"):
        import_module("psycopg")  # peewee looks for it when it connects
        from huey.contrib.sql_huey import SqlStorage
        from peewee import PostgresqlDatabase

    class Storage(SqlStorage):  # type: ignore[misc]
        def queue_size(self) -> int:
            # As huey does before its other queries: PostgreSQL can have been restarted meanwhile.
            self.check_conn()
            return int(super().queue_size())

    database = PostgresqlDatabase(address.render_as_string(hide_password=False), prefer_psycopg3=True)
    return Huey(_NAME, storage_class=Storage, database=database, create_tables=False, results=False)


def refill(queue: Huey, analyse: Callable[[str], object], store: Store) -> None:
    """Put every waiting job into the queue if the queue is empty.

    This recovers jobs whose key was lost, for example if the server is killed between storing a clip and queueing it. The
    key of a clip that is being submitted can be in the queue twice; the job is claimed once.
    """
    if not len(queue):
        for key in queries.waiting(store.engine):
            analyse(key)


def run_job(store: Store, key: str, analysis: str = ANALYSIS) -> bool:
    """Analyse one job's clip and store the outcome; return False if the job was already claimed or deleted."""
    task = claims.claim(store, key)
    if task is None:
        return False
    try:
        with about(key):
            ended = _run(store, task, analysis)
            counters.note(store.engine, "ended", ended)
            log.info("an analysis ended: %s", ended)
    finally:
        store.at_work.discard(key)
        store.files.scratch.leave(key, store.holder)  # after any error too
    return True


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
        counters.note(store.engine, "refused", refused.key)
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
