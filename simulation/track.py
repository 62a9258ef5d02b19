"""The track that a pose model without errors would make of a simulated clip."""

from __future__ import annotations

import numpy as np

from core.model.tracks import HIP, LANDMARK_OF, LANDMARKS, SHOULDER, PoseTrack, Side
from simulation.truth import Truth


def track_of(truth: Truth) -> PoseTrack:
    """Return a truth's joints as BlazePose landmarks; what it does not hold (head, arms) is set about the shoulders."""
    ahead = 1.0 if truth.facing == "right" else -1.0
    far: Side = "left" if truth.near_side == "right" else "right"
    sides = {truth.near_side: truth.xy_px[:, 0], far: truth.xy_px[:, 1]}
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
