"""Both legs: every measure of the left and of the right one, and where they differ by more than their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

from core.coaching.repeats import AGAINST_VERTICAL, TILT_SD_DEG
from core.model.measures import Z90, Measure, Measured, MeasureKey, Unit
from core.model.report import Report
from core.model.tracks import Side

WHOLE_BODY: tuple[MeasureKey, ...] = (
    "trunk_lean", "cadence", "speed", "step_length", "relative_speed", "froude_number", "vertical_oscillation", "vertical_ratio",
    "asymmetry",
)  # fmt: skip
"""Measures of the whole body: both sides show the same, so a difference is not one between the legs."""

OTHER_SIDE = 1.5
"""How many times wider a difference between the legs is than the errors of both say.

With 1, leg extension seems to differ in 24 % of simulated pairs with even legs, whose pose errors are others on each side.
"""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One measure of both legs.

    Attributes
    ----------
    key, unit : str
        Of the measure.
    left, right : Measure
        As measured from the left and from the right side.
    """

    key: MeasureKey
    unit: Unit
    left: Measure
    right: Measure

    @property
    def by(self) -> float | None:
        """The right leg's value minus the left one's; None if one is missing, or if the measure is of the whole body."""
        if self.key in WHOLE_BODY or not isinstance(self.left, Measured) or not isinstance(self.right, Measured):
            return None
        return self.right.value - self.left.value

    @property
    def smallest_told(self) -> float:
        """The smallest difference that is larger than the noise: half the 90 % interval of `by`."""
        errors = [one.plus_minus for one in (self.left, self.right) if isinstance(one, Measured)]
        tilt = 2 * Z90 * TILT_SD_DEG if self.key in AGAINST_VERTICAL else 0.0
        return OTHER_SIDE * hypot(*errors, tilt)

    @property
    def told(self) -> bool:
        """Whether the legs differ by more than the noise."""
        return self.by is not None and abs(self.by) > self.smallest_told


def legs_of(*reports: Report) -> dict[Side, Mapping[MeasureKey, Measure]]:
    """Return the measures by the leg that they are of; an earlier report counts before a later one."""
    legs: dict[Side, Mapping[MeasureKey, Measure]] = {}
    for report in reports:
        legs.setdefault(report.near_side, report.measures)
        if report.other_leg is not None:
            legs.setdefault(report.other_leg.near_side, report.other_leg.measures)
    return legs


def pairs(*reports: Report) -> tuple[Pair, ...]:
    """Return every measure of both legs, in the order of a report; nothing if the clips show one leg only.

    Parameters
    ----------
    *reports : Report
        Of one session: one of a clip that shows both sides, or two that show one each.
    """
    legs = legs_of(*reports)
    if len(legs) < 2:
        return ()
    left, right = legs["left"], legs["right"]
    return tuple(
        Pair(key=key, unit=left[key].unit, left=left[key], right=right[key])
        for key in left
        if key in right and left[key].unit == right[key].unit
    )
