"""Estimate the camera roll: the toe rests on the ground in stance, so its path in the frame shows the ground's slope.

This works on a treadmill and if the camera follows the runner, but not if camera and ground both stand still. It is rough: good
enough to warn of a clearly tilted frame, but not to correct it.
"""

from __future__ import annotations

import numpy as np

from core.gait.events import strides_of
from core.gait.signals import smoothed_px
from core.model.strides import GaitEvents, LegEvents
from core.model.tracks import FAR, HIP, NEAR, TOE, SideTrack

TILT_PLUS_MINUS_DEG = 3.0
"""Half the 90 % interval of an estimated tilt (simulated runners on a level belt, through the pose model: 2.0 degrees RMS)."""

TILTED_DEG = 5.0
"""Tilts from here on are reported, and widen every angle's error."""

LEVEL_VIEW_DEG = 8.0
"""Further from side-on than this, the ground slopes in the frame without any tilt."""

SMOOTH_HZ = 9.0
FLAT_FROM, FLAT_TO = 0.2, 0.7
"""Part of stance in which the toe does not move on the ground."""

RISES_DEG = 0.9
"""Apparent slope of the toe's path on a level belt (lab: 0.7 degrees standard deviation between runners)."""

SHORTEST_WAY_LEGS = 0.2
MOST_APART_DEG = 5.0
FEWEST_STRIDES = 3


def tilt_deg(side: SideTrack, events: GaitEvents, stride: float) -> float | None:
    """Return the ground's apparent fall in the running direction, in degrees; None if it cannot be estimated.

    Parameters
    ----------
    side : SideTrack
        The runner from the side.
    events : GaitEvents
        Its initial contacts and toe-offs.
    stride : float
        The stride's period in seconds.
    """
    if side.view_deg > LEVEL_VIEW_DEG:
        return None
    near, far = _leg_deg(side, events.near, NEAR, stride), _leg_deg(side, events.far, FAR, stride)
    if near is None or far is None or abs(near - far) > MOST_APART_DEG:
        return None
    return (near + far) / 2 + RISES_DEG


def _leg_deg(side: SideTrack, events: LegEvents, leg: int, stride: float) -> float | None:
    toe = smoothed_px(side, SMOOTH_HZ)[:, leg, TOE]
    reach_px = np.linalg.norm(side.xy_px[:, leg, TOE] - side.xy_px[:, leg, HIP], axis=1)
    leg_px = float(np.median(reach_px[side.in_a_pass]))
    slopes = []
    for one in strides_of(events, stride, side.breaks_s):
        stance_s = one.toe_off_s - one.contact_s
        flat = (side.time_s >= one.contact_s + FLAT_FROM * stance_s) & (
            side.time_s <= one.contact_s + FLAT_TO * stance_s
        )
        way = toe[flat]
        if len(way) > 4 and np.ptp(way[:, 0]) > SHORTEST_WAY_LEGS * leg_px:
            slopes.append(np.degrees(np.arctan(np.polyfit(way[:, 0], way[:, 1], 1)[0])))
    return float(np.median(slopes)) if len(slopes) >= FEWEST_STRIDES else None
