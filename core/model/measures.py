"""The measures of a clip: their keys and units, and each one either measured with its error, or missing with the reason.

This module imports neither pydantic nor NumPy: a page's first paint writes numbers with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

from core.i18n.message import Message

MeasureKey = Literal[
    "trunk_lean",
    "leg_extension",
    "leg_extension_at_toe_off",
    "hip_ankle_extension",
    "hip_bend",
    "cadence",
    "speed",
    "step_length",
    "relative_speed",
    "froude_number",
    "contact_length",
    "foot_speed_contact",
    "knee_flexion_contact",
    "knee_flexion_stance",
    "shank_angle_contact",
    "overstride",
    "foot_strike",
    "heel_recovery",
    "knee_drive",
    "contact_time",
    "flight_time",
    "duty_factor",
    "vertical_oscillation",
    "vertical_ratio",
    "asymmetry",
]
"""The keys of all measures, in the order of a report; `core.gait.definitions` defines each one."""

Unit = Literal["deg", "spm", "km/h", "m/s", "m", "ms", "%", "ratio", "cm"]


Z90 = 1.645
"""Half of a 90 % interval in standard deviations of a normal distribution: the errors of measures and of tests."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure of the near leg (or of the whole body), over the strides of the clip.

    Attributes
    ----------
    value : float
        Mean over strides, in `unit`.
    unit : Unit
        Unit of all its numbers.
    plus_minus : float
        Half the 90 % interval of `value`: errors of points, events and camera combined.
    n_strides : int
        How many strides the mean is over.
    per_stride : tuple of float
        The value of each stride.
    word : Message or None
        The measure in a word, if it is described and not scored (`foot_strike`).
    """

    value: float
    unit: Unit
    plus_minus: float
    n_strides: int = 0
    per_stride: tuple[float, ...] = ()
    word: Message | None = None

    def __post_init__(self) -> None:
        if not all(map(isfinite, (self.value, self.plus_minus, *self.per_stride))):
            raise ValueError("no NaN leaves the library: a missing value is a Missing and says why")


@dataclass(frozen=True)
class Missing:
    """A measure that the clip does not show, with the reason in one plain sentence, and the unit that it would have."""

    unit: Unit
    missing_because: Message


Measure: TypeAlias = Measured | Missing


def value_of(measure: Measure) -> float | None:
    """Return the value, or None if the measure is missing."""
    return None if isinstance(measure, Missing) else measure.value
