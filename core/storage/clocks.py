"""The time that all machines agree on.

Leases, limits and lifetimes are compared between machines. With an SQLite file there is one machine, and its clock counts. With
PostgreSQL the database's clock counts: a machine whose own clock is wrong takes no job from a living worker, and purges nothing
before its time.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

ASKED_EVERY_S = 60.0
"""How often the database is asked; between two answers, time is counted here, whatever the machine's clock is set to."""

log = logging.getLogger(__name__)


def now_utc() -> datetime:
    """Return the current time by this machine, UTC."""
    return datetime.now(UTC)


def clock_of(engine: Engine) -> Callable[[], datetime]:
    """Return the clock that all programs that use this database share."""
    return DatabaseClock(engine) if engine.dialect.name == "postgresql" else now_utc


class DatabaseClock:
    """The clock of a PostgreSQL server, within half the time of one query.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    counted_s : callable
        Returns seconds that never go back.
    """

    def __init__(self, engine: Engine, counted_s: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._counted_s = engine, counted_s
        self._asking = threading.Lock()
        self._told: tuple[datetime, float] | None = None
        self._next_s = 0.0

    def __call__(self) -> datetime:
        """Return the current time, UTC."""
        # One thread asks; the others go on with the answer before, which is not wrong by much.
        if (self._told is None or self._counted_s() >= self._next_s) and self._asking.acquire(blocking=False):
            try:
                self._ask()
            finally:
                self._asking.release()
        if self._told is None:
            return now_utc()
        told, at_s = self._told
        return told + timedelta(seconds=self._counted_s() - at_s)

    def _ask(self) -> None:
        self._next_s = self._counted_s() + ASKED_EVERY_S
        try:
            with self._engine.connect() as connection:
                began_s = self._counted_s()
                told: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
                self._told = told.astimezone(UTC), (began_s + self._counted_s()) / 2
        except SQLAlchemyError:
            log.warning("the database does not tell the time; the clock goes on without it")
