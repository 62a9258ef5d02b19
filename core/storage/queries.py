"""What the rows of jobs show about the queue."""

from __future__ import annotations

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.storage import tables
from core.storage.tables import IN_TURN, LAST_TOOK_S, JobRow

USUAL_ANALYSIS_S = 60.0  # assumed duration before the first analysis has ended on this server


def waiting(engine: Engine) -> list[str]:
    """Return the keys of the waiting jobs, the next one first: visitors take turns, in order of arrival in each turn."""
    with Session(engine) as session:
        return list(session.scalars(IN_TURN))


def first_waiting(engine: Engine) -> str | None:
    """Return the key of the next job in turn, or None if none waits."""
    with Session(engine) as session:
        return session.scalar(IN_TURN.limit(1))


def place_of(engine: Engine, key: str) -> int:
    """Return a job's place among the waiting jobs, from 1; 0 if it does not wait, or a worker has claimed it by now."""
    keys = waiting(engine)
    return 1 + keys.index(key) if key in keys else 0


def running(engine: Engine) -> int:
    """Return how many jobs are being analysed."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).where(JobRow.state == "running")) or 0


def waiting_of(engine: Engine, visitor: str, *, network: bool = False) -> int:
    """Return how many clips of a visitor, or its network, are being uploaded or kept for an analysis or an answer."""
    with Session(engine) as session:
        return session.scalar(select(tables.n_kept_of(visitor, network=network))) or 0


def n_in_queue(engine: Engine) -> int:
    """Return how many clips wait or are being uploaded."""
    with Session(engine) as session:
        return session.scalar(select(tables.n_in_queue())) or 0


def analysis_s(engine: Engine) -> float:
    """Return how many seconds an analysis currently takes: the mean of the last twenty that ended."""
    with Session(engine) as session:
        return session.scalar(LAST_TOOK_S) or USUAL_ANALYSIS_S
