"""The drawn runner as pose tracks, joints exactly where they are: no picture is drawn and no pose model runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from core.model import LANDMARK_OF, LANDMARKS, SHOULDER, PoseTrack
from tools.drawn_runner import Motion, Scene, Stride, Truth, truth_of


class Drawn(NamedTuple):
    """A drawn scene's truth, and the track that a faultless pose model would make of it."""

    truth: Truth
    track: PoseTrack


_motion = cache(Motion)


def track_of(truth: Truth) -> PoseTrack:
    """Return a truth's joints as BlazePose landmarks; what it does not hold (head, arms) is set about the shoulders."""
    ahead = 1.0 if truth.facing == "right" else -1.0
    sides = {truth.near_side: truth.xy_px[:, 0], "left" if truth.near_side == "right" else "right": truth.xy_px[:, 1]}
    body = truth.xy_px[:, :, SHOULDER].mean(axis=1)
    xy_px = np.repeat(body[:, None], LANDMARKS, axis=1)
    xy_px[:, :11] += [10 * ahead, -70.0]
    xy_px[:, 0] += [25 * ahead, 0.0]
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
