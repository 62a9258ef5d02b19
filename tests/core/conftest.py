"""The drawn runner as pose tracks, joints exactly where they are (no picture, no pose model); and what tests of the store need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from sqlalchemy import select

from core.model.tracks import HIP, LANDMARK_OF, LANDMARKS, SHOULDER, PoseTrack
from core.storage.store import Store
from core.storage.tables import Base
from simulation import Motion, Scene, Stride, Truth, truth_of

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


def track_of(truth: Truth) -> PoseTrack:
    """Return a truth's joints as BlazePose landmarks; what it does not hold (head, arms) is set about the shoulders."""
    ahead = 1.0 if truth.facing == "right" else -1.0
    sides = {truth.near_side: truth.xy_px[:, 0], "left" if truth.near_side == "right" else "right": truth.xy_px[:, 1]}
    shoulders, hips = (truth.xy_px[:, :, joint].mean(axis=1) for joint in (SHOULDER, HIP))
    trunk_px = float(np.median(np.linalg.norm(shoulders - hips, axis=1)))
    xy_px = np.repeat(shoulders[:, None], LANDMARKS, axis=1)
    xy_px[:, :11] += [0.1 * ahead * trunk_px, -0.4 * trunk_px]
    xy_px[:, 0] += [0.15 * ahead * trunk_px, 0.0]
    for side, joints in sides.items():
        xy_px[:, LANDMARK_OF[side]] = joints
    return PoseTrack(
        time_s=truth.time_s * truth.slow_motion,
        xy_px=xy_px,
        visibility=np.ones((len(xy_px), LANDMARKS)),
        size_wh_px=truth.size_wh_px,
        slow_motion=truth.slow_motion,
    )


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Drawn]:
    """Return a function from a stride and a scene's other settings to the truth and the track."""

    @cache
    def make(stride: Stride = Stride(), **settings: object) -> Drawn:  # noqa: B008
        truth = truth_of(Scene(stride=stride, **settings), _motion(stride))
        return Drawn(truth, track_of(truth))

    return make
