"""The camera roll: how much the frame is turned about the line of sight, from what the clip shows.

Two cues carry it. Steep lines behind the runner are upright as a rule. The toe rests on the ground in stance, so its path in the
frame shows the ground's slope; this works on a treadmill and if the camera follows the runner, but it is rough, and a treadmill
that is set to climb slopes too. The cues are combined by their errors; where they contradict each other, the lines count alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.gait.events import strides_of
from core.gait.lines import upright
from core.gait.signals import smoothed_px
from core.model.strides import GaitEvents, LegEvents
from core.model.tracks import FAR, HIP, NEAR, TOE, Floats, SideTrack

TOE_SD_DEG = 2.0
"""Standard deviation of the toe's cue (simulated runners on a level belt, through the pose model)."""

PHONE_SD_DEG = 4.0
"""Standard deviation of the roll of a phone, used if the toe's cue is alone."""

CLEAR_SDS = 2.0
"""A roll of more than this many standard deviations is corrected; a smaller one is as likely an error of the cue."""

CONTRADICT_SDS = 2.5
"""The toe's cue does not count if it is further than this from that of the lines."""

LEAST_DEG = 2.0
"""Smaller rolls are not corrected: the errors of the measures hold them."""

LEVEL_VIEW_DEG = 8.0
"""Further from side-on than this, the ground slopes in the frame without any roll."""

SMOOTH_HZ = 9.0
FLAT_FROM, FLAT_TO = 0.2, 0.7
"""Part of stance in which the toe does not move on the ground."""

RISES_DEG = 0.9
"""Apparent slope of the toe's path on a level belt (lab: 0.7 degrees standard deviation between runners)."""

SHORTEST_WAY_LEGS = 0.2
MOST_APART_DEG = 5.0
FEWEST_STRIDES = 3

BINS = 12
"""Parts of the frame's long side. Lines above one another, such as those of a pattern, are one observation."""

FULL = 0.3
"""Length of lines in a part, as a share of the long side, from which more lines add nothing."""

LINE_SD_DEG = 1.2
"""Standard deviation of upright lines about the direction that their place gives."""

UPRIGHT_SHARE, UPRIGHT_LENGTH = 0.3, 0.5
"""Least share of the steep lines, and least length, that must agree on a direction."""

LEAST_SD_DEG = 0.5
"""Standard deviation of walls and poles themselves."""

_ROLLS_DEG = np.arange(-20.0, 20.01, 0.5)
_TURNS_DEG = np.arange(-40.0, 40.01, 2.0)
_ROLL_SD_DEG, _TURN_SD_DEG = 8.0, 20.0


class Roll(NamedTuple):
    """A camera roll in degrees, and its standard deviation. Positive: level ground seems to fall ahead of the runner."""

    value_deg: float
    sd_deg: float

    @property
    def clear(self) -> bool:
        """Whether the angles are to be corrected for it."""
        return abs(self.value_deg) > max(LEAST_DEG, CLEAR_SDS * self.sd_deg)


def combined_roll(by_lines: Roll | None, by_toe: Roll | None) -> Roll | None:
    """Return the roll from what its cues give.

    The toe's cue alone is drawn towards level, because most phones are held nearly level.

    Parameters
    ----------
    by_lines, by_toe : Roll or None
        The cues (`roll_of_lines`, `roll_of_toe`).
    """
    if by_toe is None:
        return by_lines
    if by_lines is None:
        return _combined(by_toe, Roll(0.0, PHONE_SD_DEG))
    if abs(by_lines.value_deg - by_toe.value_deg) > CONTRADICT_SDS * float(np.hypot(by_lines.sd_deg, by_toe.sd_deg)):
        return by_lines
    return _combined(by_lines, by_toe)


def _combined(one: Roll, other: Roll) -> Roll:
    weights = np.array([one.sd_deg, other.sd_deg]) ** -2
    value_deg = float(np.average([one.value_deg, other.value_deg], weights=weights))
    return Roll(value_deg, float(weights.sum() ** -0.5))


def levelled(side: SideTrack, roll: Roll | None) -> SideTrack:
    """Return a runner's points turned about the mid-hip by a clear roll."""
    if roll is None or not roll.clear:
        return side
    hips = side.xy_px[:, :, HIP].mean(axis=1)[:, None, None]
    return replace(side, xy_px=hips + (side.xy_px - hips) @ upright(roll.value_deg))


# --- lines ---------------------------------------------------------------------------------------------------------------


def roll_of_lines(lines: Floats, place: float, side: SideTrack) -> Roll | None:
    """Return the roll that steep lines show at the runner's place in the frame; None if they do not agree.

    A camera that looks up or down sees upright lines lean towards each other, so a straight line through their angles over
    their places is fitted: first the best of a grid, then least squares with weights that fall with the distance from it.

    Parameters
    ----------
    lines : ndarray, shape (k, 3)
        Place, angle and length (`core.pose.steep_lines`); lengths are per frame.
    place : float
        The runner's, right of the frame's middle, as a share of its long side.
    side : SideTrack
        The runner, for the running direction.
    """
    place_of, angle_deg, length = lines.T
    part = np.clip(((place_of + 0.5) * BINS).astype(int), 0, BINS - 1)
    weight = length * np.minimum(1.0, FULL / np.maximum(np.bincount(part, length, BINS), 1e-9))[part]
    roll_deg, turn_deg = _best_of_grid(place_of, angle_deg, weight)
    basis = np.stack([np.ones_like(place_of), place_of], axis=1)
    loose = np.diag([0.0, (LINE_SD_DEG / _TURN_SD_DEG) ** 2])
    for _ in range(5):
        near = weight * _agreement(angle_deg - roll_deg - turn_deg * place_of)
        if near.sum() < max(UPRIGHT_LENGTH, UPRIGHT_SHARE * weight.sum()):
            return None
        weighted = basis.T * near
        roll_deg, turn_deg = np.linalg.solve(weighted @ basis + loose, weighted @ angle_deg)
    at_runner = np.array([1.0, place])
    told = np.bincount(part, near, BINS) / FULL / LINE_SD_DEG**2
    middle = np.stack([np.ones(BINS), (np.arange(BINS) + 0.5) / BINS - 0.5], axis=1)
    covariance = np.linalg.inv((middle.T * told) @ middle + np.diag([0.0, _TURN_SD_DEG**-2]))
    forward = 1.0 if side.facing == "right" else -1.0
    value_deg = -forward * float(roll_deg + turn_deg * place)
    return Roll(value_deg, float(np.sqrt(at_runner @ covariance @ at_runner + LEAST_SD_DEG**2)))


def _agreement(apart_deg: Floats) -> Floats:
    return np.asarray(np.exp(-0.5 * (apart_deg / LINE_SD_DEG) ** 2))


def _best_of_grid(place: Floats, angle_deg: Floats, weight: Floats) -> tuple[float, float]:
    """Return the roll, and its change over the frame's long side, that agree with most lines."""
    usual = np.exp(-0.5 * ((_ROLLS_DEG[:, None] / _ROLL_SD_DEG) ** 2 + (_TURNS_DEG / _TURN_SD_DEG) ** 2))
    agree = [_agreement(angle_deg - turn_deg * place - _ROLLS_DEG[:, None]) @ weight for turn_deg in _TURNS_DEG]
    row, column = np.unravel_index(int((usual * np.stack(agree, axis=1)).argmax()), usual.shape)
    return float(_ROLLS_DEG[row]), float(_TURNS_DEG[column])


# --- the toe -------------------------------------------------------------------------------------------------------------


def roll_of_toe(side: SideTrack, events: GaitEvents, stride: float) -> Roll | None:
    """Return the roll that the toe's path in stance shows; None if it does not.

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
    if near is None or far is None or abs(near[0] - far[0]) > MOST_APART_DEG:
        return None
    spread_deg = float(np.hypot(near[1], far[1])) / 2
    return Roll((near[0] + far[0]) / 2 + RISES_DEG, float(np.hypot(TOE_SD_DEG, spread_deg)))


def _leg_deg(side: SideTrack, events: LegEvents, leg: int, stride: float) -> tuple[float, float] | None:
    """Return the slope of one toe's path, and its standard error from the differences between strides."""
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
    if len(slopes) < FEWEST_STRIDES:
        return None
    return float(np.median(slopes)), float(np.std(slopes, ddof=1) / len(slopes) ** 0.5)
