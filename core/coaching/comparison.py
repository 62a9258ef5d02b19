"""Two results side by side: what changed by more than the two errors together can explain."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from core.model.report import Answers, Measure, Report

BY_LUCK = 0.1
"""Share of figures that seem to change where nothing did: the errors are 90 % intervals."""

SAME_PACE_S = 10.0
"""Paces that are this near count as the same, seconds per km."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """How one figure differs between two results.

    Attributes
    ----------
    key, unit : str
        Of the figure.
    first, second : Measure
        Both with a value.
    by : float
        The second less the first, in `unit`.
    smallest_told : float
        The smallest change that can be told from noise: half the 90 % interval of `by`, both errors added as variances.
    """

    key: str
    unit: str
    first: Measure
    second: Measure
    by: float
    smallest_told: float

    @property
    def told(self) -> bool:
        """Whether the change is larger than the noise."""
        return abs(self.by) > self.smallest_told


def compare(first: Report, second: Report) -> tuple[Change, ...]:
    """Return the change of every figure that both results have, in the unit they share.

    Notes
    -----
    The two errors are taken as independent. What a camera or a pose model gets wrong alike in both clips cancels out, so
    the noise is rather smaller than said here, never larger on that account.
    """
    changes = []
    for key, before in first.measures.items():
        after = second.measures.get(key)
        if after is None or before.value is None or after.value is None or before.unit != after.unit:
            continue
        assert before.plus_minus is not None
        assert after.plus_minus is not None
        change = Change(
            key=key,
            unit=before.unit,
            first=before,
            second=after,
            by=after.value - before.value,
            smallest_told=hypot(before.plus_minus, after.plus_minus),
        )
        changes.append(change)
    return tuple(changes)


def expected_by_luck(changes: tuple[Change, ...]) -> int:
    """Return how many of these changes would be told where nothing changed."""
    return round(BY_LUCK * len(changes))


def unlike(first: Report, second: Report) -> tuple[str, ...]:
    """Return what else differs between the clips and may explain a change: 'pace', 'effort', 'surface', 'leg'."""
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
