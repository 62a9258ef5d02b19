"""How often events happened and how long they took: counters without personal data, for the operator of the server.

They are stored in the database, because any of many web processes reports them, and the events happen in workers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.storage.lives import UNFINISHED_LIFE
from core.storage.tables import CounterRow, JobRow, State

Kind = Literal["ended", "refused", "stage", "error"]

log = logging.getLogger(__name__)


def note(engine: Engine, kind: Kind, label: str, seconds: float = 0.0) -> None:
    """Count one event; if it cannot be stored, analyses go on.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The store's database.
    kind : str
        'ended': an analysis, by outcome; 'refused': by check; 'stage': of an analysis; 'error': a bug, by place.
    label : str
        The outcome, check, stage or place.
    seconds : float
        How long it took.
    """
    if engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    first = insert(CounterRow).values(kind=kind, label=label, n=1, seconds=seconds)
    more = first.on_conflict_do_update(
        index_elements=["kind", "label"], set_={"n": CounterRow.n + 1, "seconds": CounterRow.seconds + seconds}
    )
    try:
        with engine.begin() as connection:
            connection.execute(more)
    except SQLAlchemyError:
        log.exception("a tally was not kept")


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The number of jobs in each state, and the seconds that the next one has waited."""

    jobs: dict[str, int]
    wait_s: float


def queue(engine: Engine, now: datetime) -> Queue:
    """Return the state of the queue."""
    by_state = select(JobRow.state, func.count().label("n")).group_by(JobRow.state)
    with Session(engine) as session:
        jobs = dict.fromkeys(get_args(State), 0) | {row.state: row.n for row in session.execute(by_state)}
        first_ends_s = session.scalar(select(func.min(JobRow.expires_s)).where(JobRow.state == "waiting"))
    since_s = now.timestamp() if first_ends_s is None else first_ends_s - UNFINISHED_LIFE.total_seconds()
    return Queue(jobs=jobs, wait_s=max(0.0, now.timestamp() - since_s))


def read(engine: Engine) -> dict[tuple[str, str], tuple[int, float]]:
    """Return the number of events and their total seconds, by kind and label."""
    with Session(engine) as session:
        rows = session.scalars(select(CounterRow)).all()
        return {(row.kind, row.label): (row.n, row.seconds) for row in rows}
