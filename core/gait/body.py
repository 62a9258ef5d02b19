"""The body of a pose track: its joints, the direction it faces, its size and the angle of the camera."""

from __future__ import annotations

import numpy as np

from core.errors import Refused
from core.i18n.message import message as _
from core.model.tracks import (
    ANKLE,
    HEEL,
    HIP,
    KNEE,
    LANDMARK_OF,
    SHOULDER,
    TOE,
    Floats,
    PoseTrack,
    Side,
)

DEPTH_SCALE = 0.26
"""True depth over the pose model's depth (six rendered bodies at 0 to 30 degrees; 0.25 to 0.26 without any one of them)."""

LEG_SEEN = 0.95
"""Length of thigh and shank between the pose model's points, over the true one: it puts the hip too low and the ankle too high.

Drawn runner 0.95, rendered runner 0.96. In twelve clips of real runners, leg over trunk is 1.47 (median), which a leg of 0.94 makes
of the 1.70 of Drillis & Contini's table (Winter 2009, doi:10.1002/9780470549148).
"""

FEWEST_SIGHTINGS = 8
"""The least number of frames in which every joint must be seen."""

FACING_S = 0.8
"""About a stride: over a shorter time, a foot that points down in swing outvotes the other."""

SIDES: tuple[Side, Side] = ("left", "right")
TELLTALE = (KNEE, ANKLE, HEEL, TOE)
"""The joints that distinguish the legs."""

_NOSE, _EARS = 0, (7, 8)


def both_sides(track: PoseTrack) -> Floats:
    """Return the joints of the runner's left and right side: shape (n, 2, 6, 2)."""
    return np.stack([track.xy_px[:, LANDMARK_OF[side], :] for side in SIDES], axis=1)


def check_joints(track: PoseTrack) -> None:
    """Raise `Refused` if a joint of either side is seen too rarely to bridge its gaps.

    Raises
    ------
    Refused
        `whole_body`.
    """
    if (np.isfinite(both_sides(track)).all(axis=-1).sum(axis=0) < FEWEST_SIGHTINGS).any():
        raise Refused(
            "whole_body",
            _("Shoulders, hips or a part of the legs are hardly ever seen."),
            _("Film so that the whole runner stays in the picture."),
        )


def facing(track: PoseTrack) -> Side:
    """Return the direction that the runner faces in the frame, by feet and nose: both point ahead.

    Raises
    ------
    Refused
        `whole_body` if no foot was seen.
    """
    votes = _facing_votes(track)
    votes = votes[np.isfinite(votes)]
    if len(votes) == 0:
        raise Refused(
            "whole_body", _("No feet could be seen."), _("Film so that the whole runner stays in the picture.")
        )
    return "right" if votes.mean() >= 0 else "left"


def _facing_votes(track: PoseTrack) -> Floats:
    """Return the direction of each foot and the nose in each frame, +1 for right and -1 for left: shape (n, 3)."""
    sides = both_sides(track)
    feet = np.sign(sides[:, :, TOE, 0] - sides[:, :, HEEL, 0])
    head = np.sign(track.xy_px[:, _NOSE, 0] - track.xy_px[:, _EARS, 0].mean(axis=1))
    return np.column_stack([feet, head])


def facing_over_time(track: PoseTrack) -> Floats:
    """Return the runner's direction over time, from -1 (left) to +1 (right), averaged over `FACING_S`: shape (n,)."""
    votes = _facing_votes(track)
    known = np.isfinite(votes)
    rate_hz = 1 / float(np.median(np.diff(track.true_time_s)))
    around = np.ones(max(1, min(len(track), round(FACING_S * rate_hz))))
    total = np.convolve(np.where(known, votes, 0.0).sum(axis=1), around, mode="same")
    count = np.convolve(known.sum(axis=1), around, mode="same")
    return np.asarray(total / np.maximum(count, 1))


def view_angle_deg(track: PoseTrack) -> float | None:
    """Return the camera's angle from side-on, 0 to 90, from the body's breadth across the frame and its breadth in depth.

    The pose model's depth is nearly four times too large. In a view from the side, it puts the near shoulder a little behind the
    far one, and the near hip ahead: breadths across the frame have a sign, so that these errors cancel. None if the track has no
    depth.
    """
    if track.depth_px is None:
        return None
    across, deep = 0.0, 0.0
    for joint in (SHOULDER, HIP):
        left, right = LANDMARK_OF["left"][joint], LANDMARK_OF["right"][joint]
        across += float(np.nanmedian(track.xy_px[:, left, 0] - track.xy_px[:, right, 0]))
        deep += DEPTH_SCALE * abs(float(np.nanmedian(track.depth_px[:, left] - track.depth_px[:, right])))
    return float(np.degrees(np.arctan2(abs(across), deep)))


def leg_length_px(sides: Floats) -> float:
    """Return the typical length of thigh and shank together: `sides` has shape (n, 2, 6, 2)."""
    thigh = np.linalg.norm(sides[:, :, KNEE] - sides[:, :, HIP], axis=-1)
    shank = np.linalg.norm(sides[:, :, ANKLE] - sides[:, :, KNEE], axis=-1)
    return float(np.nanmedian(thigh + shank))
