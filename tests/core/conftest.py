"""The drawn runner as pose tracks, joints exactly where they are (no picture, no pose model); and what tests of the store need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import pytest
from sqlalchemy import select

from core.model.tracks import PoseTrack
from core.storage.store import Store
from core.storage.tables import Base
from simulation import Motion, Scene, Stride, Truth, track_of, truth_of

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that stands at `START` until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def kept(store: Store) -> bytes:
    """Return what the database holds: the very bytes of SQLite's files, or all rows."""
    if store.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in store.folder.glob("store.sqlite*"))
    with store.engine.connect() as connection:
        return "\n".join(
            str(tuple(row)) for table in Base.metadata.sorted_tables for row in connection.execute(select(table))
        ).encode()


class Drawn(NamedTuple):
    """A drawn scene's truth, and the track that a faultless pose model would make of it."""

    truth: Truth
    track: PoseTrack


_motion = cache(Motion)


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Drawn]:
    """Return a function from a stride and a scene's other settings to the truth and the track."""

    @cache
    def make(stride: Stride = Stride(), **settings: object) -> Drawn:  # noqa: B008
        truth = truth_of(Scene(stride=stride, **settings), _motion(stride))
        return Drawn(truth, track_of(truth))

    return make
