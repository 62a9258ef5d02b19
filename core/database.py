"""The tables of jobs and of links to share, and how a database is opened and set up."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, Engine, ForeignKey, ScalarSelect, Table, create_engine, event, func, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

State = Literal["waiting", "running", "asks", "done", "refused"]

UNFINISHED: tuple[State, ...] = ("waiting", "running")
HOLDING_CLIP: tuple[State, ...] = (*UNFINISHED, "asks")


class _Base(DeclarativeBase):
    pass


class JobRow(_Base):
    """One job; see `core.store.Job` for what the columns mean.

    `key` is the SHA-256 of the owner's token. `attempts` counts how often a worker began it. Times are seconds of UTC,
    because SQLite keeps no time zones. `answers`, `report` and `refusal` are JSON. `visitor` tells jobs of one visitor from
    those of others for as long as they wait, and is cleared when they end; of each visitor, one job is in each `turn`.
    """

    __tablename__ = "jobs"
    # Numbers are given out once, so that they tell who came first even after a deletion.
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    keep_video: Mapped[bool]
    answers: Mapped[str]
    report: Mapped[str | None]
    refusal: Mapped[str | None]
    visitor: Mapped[str | None]
    turn: Mapped[int | None]
    created_s: Mapped[float]
    started_s: Mapped[float | None]
    finished_s: Mapped[float | None]
    expires_s: Mapped[float] = mapped_column(index=True)


class ShareRow(_Base):
    """One link that shares a result; see `core.shares.Share`. It goes with its job, whichever way that goes.

    `key` is the SHA-256 of the link's token, and `name`, its first half, what the row is found by. `salt` makes the token
    from that of the owner. Times are seconds of UTC.
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


IN_TURN = select(JobRow.key).where(JobRow.state == "waiting").order_by(func.coalesce(JobRow.turn, 0), JobRow.number)
"""The keys of the waiting jobs, the next one first."""

_TOOK = (JobRow.finished_s - JobRow.started_s).label("took_s")
_LAST = select(_TOOK).where(_TOOK.is_not(None)).order_by(JobRow.finished_s.desc()).limit(20).subquery()
LAST_TOOK_S = select(func.avg(_LAST.c.took_s))
"""Mean seconds of the last twenty analyses that ended."""


def turn_of_next(visitor: str | None) -> ScalarSelect[int]:
    """Return the turn of a job that comes now: the present one, or that after the last unfinished job of its visitor.

    Fair queueing: a visitor with many clips has one in each turn, behind all that others handed in for it meanwhile.
    """
    unfinished = JobRow.state.in_(UNFINISHED)
    present = select(func.min(JobRow.turn)).where(unfinished).scalar_subquery()
    if visitor is None:
        return select(func.coalesce(present, 0)).scalar_subquery()
    own = select(func.max(JobRow.turn) + 1).where(unfinished, JobRow.visitor == visitor).scalar_subquery()
    return select(func.coalesce(own, present, 0)).scalar_subquery()


def open_database(url: str) -> Engine:
    """Return an engine on the database, its tables made.

    Parameters
    ----------
    url : str
        An SQLAlchemy URL.
    """
    engine = create_engine(url)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    with engine.begin() as connection:
        for table in _Base.metadata.sorted_tables:
            # Said with IF NOT EXISTS because the server and its worker may both be the first.
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
            _add_columns(connection, table)
    return engine


def _add_columns(connection: Connection, table: Table) -> None:
    """Add columns that a table made by an earlier version lacks; they are all such that may be empty."""
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    for column in table.columns:
        if column.name not in there:
            statement = f"ALTER TABLE {table.name} ADD COLUMN {CreateColumn(column).compile(connection)}"
            connection.exec_driver_sql(statement)


def forget_deleted(engine: Engine) -> None:
    """Clear SQLite's write-ahead log, which still holds what was deleted."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # busy_timeout first: the others need the lock. secure_delete writes zeros over what is deleted; foreign_keys lets the
    # links of a job go with it.
    for pragma in (
        "busy_timeout = 10000",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "secure_delete = ON",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
