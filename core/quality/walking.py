"""Signs that a body walks and does not run, independent of its speed and of the ground's position."""

from __future__ import annotations

import numpy as np

from core.gait.body import both_sides, leg_length_px
from core.gait.signals import even_times, low_pass, resample
from core.model.tracks import ANKLE, HIP, KNEE, Floats, PoseTrack

WALKING_HIPS_FOLLOW = 0.15  # correlation of hip height with how far the feet are apart: running is above 0.4
WALKING_ANKLE_GAP = 0.10  # leg lengths
WALKING_KNEE_DEG = 70.0


def walking_signs(track: PoseTrack) -> tuple[bool, bool, bool]:
    """Return three signs of walking, independent of the runner's speed and of where a foot touches the ground.

    - The hips are lowest when the feet are furthest apart; in running they are lowest in between, and the runner flies when the
      feet are furthest apart.
    - The ankles are at the same height when furthest apart: both feet are on the ground.
    - The knee never bends much in swing.
    """
    sides = both_sides(track)[track.seen]
    times = track.true_time_s[track.seen]
    rate_hz = 1 / float(np.median(np.diff(times)))
    sides = resample(times, sides, even_times(times, rate_hz)) / leg_length_px(sides)
    apart = np.abs(sides[:, 0, ANKLE] - sides[:, 1, ANKLE])
    furthest = apart[:, 0] >= np.quantile(apart[:, 0], 0.8)
    rise = _wobble(-sides[:, :, HIP, 1].mean(axis=1), rate_hz)
    hips_follow = float(np.corrcoef(rise, _wobble(apart[:, 0], rate_hz))[0, 1])
    bend = float(np.max(np.percentile(np.abs(_knee_deg(sides)), 95, axis=0)))
    gap = float(np.median(apart[furthest, 1]))
    return hips_follow < WALKING_HIPS_FOLLOW, gap < WALKING_ANKLE_GAP, bend < WALKING_KNEE_DEG


def _wobble(values: Floats, rate_hz: float) -> Floats:
    """Return a series smoothed and without slow drift."""
    smooth = low_pass(values, rate_hz, 8.0)
    return smooth - low_pass(smooth, rate_hz, 0.9)


def _knee_deg(sides: Floats) -> Floats:
    """Return each side's knee angle; straight is zero: shape (n, 2)."""
    thigh, shank = sides[:, :, KNEE] - sides[:, :, HIP], sides[:, :, ANKLE] - sides[:, :, KNEE]
    turn = np.arctan2(thigh[..., 0], thigh[..., 1]) - np.arctan2(shank[..., 0], shank[..., 1])
    return np.degrees((turn + np.pi) % (2 * np.pi) - np.pi)
