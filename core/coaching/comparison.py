"""Two results side by side: what changed by more than the two errors together can explain."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass
from math import hypot

from core.coaching.repeats import not_shared
from core.model.measures import Measured, MeasureKey, Unit
from core.model.report import Answers, Report

BY_LUCK = 0.1
"""Share of measures that seem to change although nothing did: the errors are 90 % intervals."""

SAME_PACE_S = 10.0
"""Paces that differ by no more than this count as the same, in seconds per km."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """How one measure differs between two results.

    Attributes
    ----------
    key, unit : str
        Of the measure.
    first, second : Measured
        The measure in both results.
    by : float
        The second minus the first, in `unit`.
    smallest_told : float
        The smallest real change: half the 90 % interval of `by`, both errors added as variances.
    """

    key: MeasureKey
    unit: Unit
    first: Measured
    second: Measured
    by: float
    smallest_told: float

    @property
    def told(self) -> bool:
        """Whether the change is larger than the noise."""
        return abs(self.by) > self.smallest_told


def compare(first: Report, second: Report, *, same_set_up: bool = False) -> tuple[Change, ...]:
    """Return the change of every measure that both results have, in the unit that they share.

    Parameters
    ----------
    first, second : Report
        The earlier and the later result.
    same_set_up : bool
        Whether both were filmed in the same way, so that the errors which such clips share cancel out
        (`core.coaching.repeats`). Otherwise both errors count in full.
    """
    changes = []
    for key, before in first.measures.items():
        after = second.measures.get(key)
        if not isinstance(before, Measured) or not isinstance(after, Measured) or before.unit != after.unit:
            continue
        change = Change(
            key=key,
            unit=before.unit,
            first=before,
            second=after,
            by=after.value - before.value,
            smallest_told=hypot(*(not_shared(key, one, same_set_up=same_set_up) for one in (before, after))),
        )
        changes.append(change)
    return tuple(changes)


def expected_by_luck(changes: Sized) -> int:
    """Return how many of these changes would be reported if nothing had changed."""
    return round(BY_LUCK * len(changes))


def unlike(first: Report, second: Report) -> tuple[str, ...]:
    """Return what else differs between the clips and can explain a change: 'pace', 'effort', 'surface', 'leg'."""
    a, b = first.answers, second.answers
    differs = {
        "pace": not _same_pace(a, b),
        "effort": a.effort != b.effort,
        "surface": a.surface != b.surface,
        "leg": first.near_side != second.near_side,
    }
    return tuple(name for name, differ in differs.items() if differ)


def _same_pace(a: Answers, b: Answers) -> bool:
    if a.pace_s_per_km is None or b.pace_s_per_km is None:
        return False
    return abs(a.pace_s_per_km - b.pace_s_per_km) <= SAME_PACE_S
