"""Simulated runners who are filmed several times: points with errors shaped like a pose model's, no video.

Part of the errors lasts from clip to clip, because body, clothes and camera stay the same; part is another one each time. The phone
is put up again for each session, so its view and its roll differ a little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from benchmarks.accuracy.noise import pose_shaped
from core.coaching.repeats import NOT_REPEATED
from core.errors import Refused
from core.model.report import Answers, Report
from core.model.tracks import Side
from core.report.pipeline import measure_track
from simulation import Scene, Stride, TwoSided, track_of, truth_of

VIEW_SD_DEG, ROLL_SD_DEG = 4.0, 1.0
"""How differently the phone stands in each session: assumptions."""

LASTS_S = 6.0


@dataclass(frozen=True, kw_only=True)
class Session:
    """A clip of a runner.

    Attributes
    ----------
    left, right : Stride
        How each leg moves.
    facing : {'left', 'right'}
        Where the runner goes; the camera sees the leg of the same name.
    view_deg, roll_deg : float
        As in `simulation.Scene`.
    seed : int
        Of this clip's own errors.
    lasting : int or None
        Seed of the errors that last over the runner's clips; None if this clip shares none.
    """

    left: Stride
    right: Stride
    facing: Side
    view_deg: float = 0.0
    roll_deg: float = 0.0
    seed: int = 0
    lasting: int | None = None


@cache
def _motion(left: Stride, right: Stride) -> TwoSided:
    return TwoSided(left, right)


def measured(session: Session) -> Report | None:
    """Return the report of a session; None if the clip is refused."""
    scene = Scene(
        stride=session.left,
        duration_s=LASTS_S,
        facing=session.facing,
        view_angle_deg=session.view_deg,
        roll_deg=session.roll_deg,
        start=(session.seed * 0.618) % 1,
    )
    track = track_of(truth_of(scene, _motion(session.left, session.right)))
    spoilt = pose_shaped(
        track,
        strides=scene.start + track.time_s / session.left.stride_s,
        near=session.facing,
        px_per_cm=scene.runner_px / (100 * session.left.height_m),
        seed=session.seed,
        lasting=None if session.lasting is None else (session.lasting, NOT_REPEATED),
    )
    try:
        return measure_track(spoilt.track, Answers(surface="treadmill"))
    except Refused:
        return None


def made_up(rng: np.random.Generator) -> Stride:
    """Return the stride of a runner by chance, one that a body can run."""
    while True:
        usual = Stride(speed_mps=float(rng.uniform(2.4, 4.2)))
        assert usual.extension_deg is not None
        assert usual.contact_ms is not None
        stride = replace(
            usual,
            lean_deg=float(rng.uniform(0, 12)),
            extension_deg=usual.extension_deg + float(rng.uniform(-4, 4)),
            knee_contact_deg=float(rng.uniform(10, 20)),
            knee_toe_off_deg=None,
            contact_ms=usual.contact_ms * float(rng.uniform(0.88, 1.08)),
        )
        try:
            _motion(stride, stride)
        except ValueError:
            continue
        return stride


def put_up(rng: np.random.Generator) -> tuple[float, float]:
    """Return the view and the roll of a phone that was put up by chance."""
    return float(rng.normal(0, VIEW_SD_DEG)), float(rng.normal(0, ROLL_SD_DEG))
