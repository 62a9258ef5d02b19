"""Changes of single rows of jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Engine, select
from sqlalchemy.orm import Session

from core.storage.tables import JobRow, wake_workers


def change(engine: Engine, statement: Any, *, wakes: bool = False) -> bool:
    """Run a statement in its own transaction, and return whether it changed a row; with `wakes`, a job waits after it."""
    with engine.begin() as connection:
        result: CursorResult[Any] = connection.execute(statement)
        if wakes and result.rowcount:
            wake_workers(connection)
        return result.rowcount > 0


def state_of(engine: Engine, key: str) -> str | None:
    """Return the state of a job, or None if it was deleted."""
    with Session(engine) as session:
        return session.scalar(select(JobRow.state).where(JobRow.key == key))


def end_values(now: datetime, life: timedelta) -> dict[str, float | None]:
    """Return the values of a row whose job ends now and is kept for a time."""
    times = {"finished_s": now.timestamp(), "expires_s": (now + life).timestamp()}
    return {"visitor": None, "cadence_spm": None, **times}
