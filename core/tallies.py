"""How often things happened and how long they took: numbers that say nothing of anybody, for whoever runs the server.

They stand in the database, because who asks for them asks any of many web processes, and what they count happens in workers.
"""

from __future__ import annotations

import logging
from typing import Literal

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.database import TallyRow

Kind = Literal["ended", "refused", "stage", "error"]

log = logging.getLogger(__name__)


def note(engine: Engine, kind: Kind, label: str, seconds: float = 0.0) -> None:
    """Count one more of a kind; a number that cannot be kept stops nobody's analysis.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The store's database.
    kind : str
        'ended': an analysis, by its outcome; 'refused': by the check; 'stage': of an analysis; 'error': a bug, by where.
    label : str
        Which of the kind.
    seconds : float
        How long it took.
    """
    dialect = postgresql if engine.dialect.name == "postgresql" else sqlite
    first = dialect.insert(TallyRow).values(kind=kind, label=label, n=1, seconds=seconds)
    more = first.on_conflict_do_update(
        index_elements=["kind", "label"], set_={"n": TallyRow.n + 1, "seconds": TallyRow.seconds + seconds}
    )
    try:
        with engine.begin() as connection:
            connection.execute(more)
    except SQLAlchemyError:
        log.exception("a tally was not kept")


def read(engine: Engine) -> dict[tuple[str, str], tuple[int, float]]:
    """Return how often and how many seconds in all, by kind and label."""
    with Session(engine) as session:
        rows = session.scalars(select(TallyRow)).all()
        return {(row.kind, row.label): (row.n, row.seconds) for row in rows}
