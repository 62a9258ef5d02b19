"""Angles and measures from joints that somebody marked by hand, by the definitions of our own measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.gait.lines import behind_vertical_deg, upright
from core.model.hand_check import HandPhase, HandPoint, Marks
from core.model.measures import Z90, Measured, MeasureKey
from core.model.tracks import Floats, Side

Points = Mapping[HandPoint, tuple[float, float]]

WITHIN_RATER_SD_DEG = 1.6
"""Standard error of an angle if the same person marks it again (Guadagnin 2025, Dingenen 2018)."""

BETWEEN_RATERS_SD_DEG = 2.6
"""Standard error of an angle if another person marks it; both are upper limits, from means over seven steps and more."""

STRIDE_SD_DEG = 2.0
"""The usual standard deviation of an angle between strides, as for our own measures."""

_PRIOR_STRIDES = 3


@dataclass(frozen=True, kw_only=True)
class MarkedAngles:
    """Angles of one frame in degrees; None if a joint is not marked. The signs are those of `core.gait.angles.Angles`."""

    trunk_lean_deg: float | None
    thigh_extension_deg: float | None
    leg_extension_deg: float | None
    knee_flexion_deg: float | None


def marked_angles(points: Points, facing: Side, *, roll_deg: float = 0.0, stretch: float = 1.0) -> MarkedAngles:
    """Return the angles between marked joints.

    Parameters
    ----------
    points : mapping of HandPoint to tuple of float
        Pixels of a frame, x right and y down.
    facing : {'left', 'right'}
        The running direction in the frame.
    roll_deg, stretch : float
        The corrections of our own angles; see `core.model.hand_check.HandFrames`.

    Returns
    -------
    MarkedAngles
        The lean is between the middles of shoulders and hips if the far ones are marked, otherwise between the near ones.
    """
    forward = np.array([stretch if facing == "right" else -stretch, 1.0])
    placed = {name: np.array(xy) * forward @ upright(roll_deg) for name, xy in points.items()}
    hip, knee, ankle = (placed.get(name) for name in ("hip", "knee", "ankle"))
    thigh, shank = _line_deg(hip, knee), _line_deg(knee, ankle)
    return MarkedAngles(
        trunk_lean_deg=_line_deg(*_trunk(placed)),
        thigh_extension_deg=thigh,
        leg_extension_deg=_line_deg(hip, ankle),
        knee_flexion_deg=None if thigh is None or shank is None else shank - thigh,
    )


def _trunk(placed: Mapping[HandPoint, Floats]) -> tuple[Floats | None, Floats | None]:
    """Return the ends of the trunk; the near joints alone would turn with the arms, but both of one end alone would tilt it."""
    if {"shoulder", "hip", "far_shoulder", "far_hip"} <= placed.keys():
        return (placed["shoulder"] + placed["far_shoulder"]) / 2, (placed["hip"] + placed["far_hip"]) / 2
    return placed.get("shoulder"), placed.get("hip")


def _line_deg(upper: Floats | None, lower: Floats | None) -> float | None:
    return None if upper is None or lower is None else float(behind_vertical_deg(upper, lower))


def _hip_bend(angles: MarkedAngles) -> float | None:
    if angles.trunk_lean_deg is None or angles.leg_extension_deg is None:
        return None
    return angles.trunk_lean_deg - angles.leg_extension_deg


READ_AT: Mapping[MeasureKey, tuple[HandPhase, Callable[[MarkedAngles], float | None]]] = MappingProxyType(
    {
        "trunk_lean": ("mid_stance", lambda angles: angles.trunk_lean_deg),
        "leg_extension_at_toe_off": ("toe_off", lambda angles: angles.thigh_extension_deg),
        "hip_ankle_extension": ("toe_off", lambda angles: angles.leg_extension_deg),
        "hip_bend": ("mid_stance", _hip_bend),
    }
)
"""The measures that can be read by hand, each with its moment and its angle."""


def measures_by_hand(
    marks: Sequence[Marks], facing: Side, *, roll_deg: float = 0.0, stretch: float = 1.0
) -> dict[MeasureKey, Measured]:
    """Return every measure whose joints are marked in at least one stride; the other parameters are those of `marked_angles`."""
    found: dict[MeasureKey, Measured] = {}
    for key, (phase, read) in READ_AT.items():
        of_phase = [one for one in marks if one.phase == phase]
        angles = [marked_angles(one.points, facing, roll_deg=roll_deg, stretch=stretch) for one in of_phase]
        values = [value for one in angles if (value := read(one)) is not None]
        if values:
            found[key] = _measured(values)
    return found


def _measured(values: list[float]) -> Measured:
    """Return the mean over strides; its error is another person's, and the spread over the strides."""
    n, mean = len(values), float(np.mean(values))
    squares = float(np.square(np.array(values) - mean).sum()) + _PRIOR_STRIDES * STRIDE_SD_DEG**2
    error = float(np.hypot(BETWEEN_RATERS_SD_DEG, (squares / (n - 1 + _PRIOR_STRIDES) / n) ** 0.5))
    return Measured(value=mean, unit="deg", plus_minus=Z90 * error, n_strides=n, per_stride=tuple(values))
