"""The tables of jobs and share links, and how a database is opened and set up."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    ForeignKey,
    ScalarSelect,
    and_,
    create_engine,
    event,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.errors import clients_for
from core.storage.schema import prepare

log = logging.getLogger(__name__)

State = Literal["uploading", "waiting", "running", "asks", "done", "refused"]

UNFINISHED: tuple[State, ...] = ("waiting", "running")

_QUEUE_LOCK = 0x57121DE  # any number that is not used for another lock in this database

CHANNEL = "stride_check_waits"
"""The name under which PostgreSQL notifies workers that a job waits."""

HOLDING_CLIP: tuple[State, ...] = ("uploading", *UNFINISHED, "asks")


class Base(DeclarativeBase):
    """The base class of all tables."""


class JobRow(Base):
    """One job; see `core.storage.job.Job` for what the columns mean.

    `key` is the SHA-256 of the owner's token. `attempts` counts how often a worker started it. Times are seconds of UTC,
    because SQLite stores no time zones. `answers`, `report` and `refusal` are JSON. `visitor` distinguishes the jobs of one
    visitor from those of others while they wait; each visitor has one job in each `turn`. It is cleared when a job ends, and
    so is `cadence_spm`.
    `upload_bytes` is the size of the clip that its owner sends, and `done` is meanwhile the number of bytes that have arrived;
    `from_s` and `to_s` are the ends of the part to measure.
    `holder` is the lease owner, a worker, until `leased_until_s`; see `core.jobs.leases`.
    """

    __tablename__ = "jobs"
    # Numbers are never used twice, so that they show the order of arrival even after a deletion.
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    cadence_spm: Mapped[float | None]
    attempts: Mapped[int] = mapped_column(default=0)
    keep_video: Mapped[bool]
    answers: Mapped[str]
    report: Mapped[str | None]
    refusal: Mapped[str | None]
    visitor: Mapped[str | None]
    turn: Mapped[int | None]
    upload_bytes: Mapped[int | None]
    from_s: Mapped[float | None]
    to_s: Mapped[float | None]
    holder: Mapped[str | None]
    leased_until_s: Mapped[float | None]
    created_s: Mapped[float]
    started_s: Mapped[float | None]
    finished_s: Mapped[float | None]
    expires_s: Mapped[float] = mapped_column(index=True)


class ShareRow(Base):
    """One link that shares a result; see `core.storage.share_links.Share`. It is always deleted with its job.

    `key` is the SHA-256 of the link's token, and `name` is its first half, by which the row is found. The token is derived from
    `salt` and the owner's token. Times are seconds of UTC.
    """

    __tablename__ = "shares"

    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    job: Mapped[str] = mapped_column(ForeignKey("jobs.key", ondelete="CASCADE"), index=True)
    salt: Mapped[str]
    runner: Mapped[str]
    created_s: Mapped[float]
    expires_s: Mapped[float | None]
    revoked_s: Mapped[float | None]


class ClockRow(Base):
    """When a task of the scheduler is due next; see `core.storage.retention`."""

    __tablename__ = "clock"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_s: Mapped[float]


class CounterRow(Base):
    """How often an event happened, and its total time; see `core.storage.counters`."""

    __tablename__ = "tallies"

    kind: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    seconds: Mapped[float]


IN_TURN = select(JobRow.key).where(JobRow.state == "waiting").order_by(func.coalesce(JobRow.turn, 0), JobRow.number)
"""The keys of the waiting jobs, the next one first."""

NEXT_FREE = JobRow.key == IN_TURN.limit(1).with_for_update(skip_locked=True).correlate(None).scalar_subquery()
"""The next job in turn that no other worker is claiming at this moment; SQLite has one writer at a time, and no such locks."""

_TOOK = (JobRow.finished_s - JobRow.started_s).label("took_s")
_LAST = select(_TOOK).where(_TOOK.is_not(None)).order_by(JobRow.finished_s.desc()).limit(20).subquery()
LAST_TOOK_S = select(func.avg(_LAST.c.took_s))
"""Mean seconds of the last twenty analyses that ended."""


def turn_of_next(visitor: str | None) -> ScalarSelect[int]:
    """Return the turn of a new job: the current one, or the one after the last unfinished job of its visitor.

    This is fair queueing: a visitor with many clips has one in each turn, behind the clips of others in that turn.
    """
    unfinished = JobRow.state.in_(UNFINISHED)
    present = select(func.min(JobRow.turn)).where(unfinished).scalar_subquery()
    if visitor is None:
        return select(func.coalesce(present, 0)).scalar_subquery()
    own = select(func.max(JobRow.turn) + 1).where(unfinished, JobRow.visitor == visitor).scalar_subquery()
    return select(func.coalesce(own, present, 0)).scalar_subquery()


@dataclass(frozen=True, kw_only=True)
class Room:
    """The limits for accepting one more job: jobs of its visitor, of that visitor's network, and in the queue."""

    of_visitor: int
    of_network: int
    in_all: int

    def left_for(self, visitor: str | None) -> list[ColumnElement[bool]]:
        """Return the conditions for accepting a job of this visitor."""
        left = [n_in_queue() < self.in_all]
        if visitor is not None:
            left += [n_kept_of(visitor) < self.of_visitor, n_kept_of(visitor, network=True) < self.of_network]
        return left


class NoRoom(Exception):
    """The queue does not accept one more job."""


def n_in_queue() -> ScalarSelect[int]:
    """Return how many jobs wait or receive their clip; a job without any data yet does not count."""
    sends = and_(JobRow.state == "uploading", JobRow.done > 0)
    return select(func.count()).where(or_(JobRow.state == "waiting", sends)).scalar_subquery()


def n_kept_of(visitor: str, *, network: bool = False) -> ScalarSelect[int]:
    """Return how many clips of a visitor, or its network, are being uploaded or kept for an analysis or an answer.

    A visitor's name begins with the name of its network, up to a dot.
    """
    kept = JobRow.state.in_(("uploading", "waiting", "asks"))
    inside = JobRow.visitor.startswith(f"{visitor.partition('.')[0]}.", autoescape=True)
    whose = inside if network else JobRow.visitor == visitor
    return select(func.count()).where(kept, whose).scalar_subquery()


def insert_job(engine: Engine, values: dict[str, Any], room: Room | None) -> None:
    """Add a job, in one statement that adds it only if the limits allow it.

    Raises
    ------
    NoRoom
        If they do not.
    """
    columns = JobRow.__table__.columns
    given = [
        value if isinstance(value, ScalarSelect) else literal(value, columns[name].type)
        for name, value in values.items()
    ]
    left = room.left_for(values["visitor"]) if room else []
    added = insert(JobRow).from_select([*values], select(*given).where(*left)).returning(JobRow.number)
    with engine.begin() as connection:
        if room:
            one_at_a_time(connection)
        if connection.scalar(added) is None:
            raise NoRoom
        if values["state"] == "waiting":
            wake_workers(connection)


def one_at_a_time(connection: Connection) -> None:
    """Make other processes that add a job wait for the end of this transaction; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_QUEUE_LOCK)))


def wake_workers(connection: Connection) -> None:
    """Notify idle workers at the end of this transaction, after which a job waits; on SQLite they look for themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, "")))


def open_database(url: str) -> Engine:
    """Return an engine for the database, which has the schema of this version.

    Parameters
    ----------
    url : str
        An SQLAlchemy URL.

    Raises
    ------
    SetUpError
        See `core.storage.schema.prepare`.
    """
    engine = engine_of(url)
    try:
        prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def engine_of(url: str) -> Engine:
    """Return an engine for the database, whatever its schema; its errors contain no row values, which can be personal data.

    Raises
    ------
    SetUpError
        If the database is PostgreSQL and its client is not installed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and Path(parsed.database).parent.is_dir():
            Path(parsed.database).touch(mode=0o600)  # its log file gets the same permissions
        engine = create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    # Each connection is tested before use: a database can restart while the program runs.
    with clients_for("STRIDE_DATABASE_URL"):
        psycopg = parsed.set(drivername="postgresql+psycopg")
        return create_engine(psycopg, pool_pre_ping=True, hide_parameters=True)


def forget_deleted(engine: Engine) -> None:
    """Clear SQLite's write-ahead log, which still contains deleted data; if that fails, the next purge tries again."""
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    except OperationalError:
        log.exception("the write-ahead log could not be cleared")
    else:
        if busy:
            log.warning("the write-ahead log is in use and could not be cleared")


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # busy_timeout comes first, because the others need the lock. secure_delete overwrites deleted data with zeros;
    # foreign_keys deletes the links of a job with it.
    for pragma in (
        "busy_timeout = 10000",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "secure_delete = ON",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
