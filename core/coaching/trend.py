"""More than two results: how each measure moves over time, and whether that is more than the errors explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from core.coaching.repeats import can_share, not_shared
from core.model.measures import Z90, Measured, MeasureKey, Unit
from core.model.report import Report
from core.model.tracks import Side


@dataclass(frozen=True, kw_only=True)
class Trend:
    """One measure over several results.

    Attributes
    ----------
    key, unit : str
        Of the measure.
    at : tuple of int
        The places in the series of the results that have it.
    measures : tuple of Measured
        The measure in these results.
    errors : tuple of float
        Half the 90 % interval of what each one's error does not share with the others.
    line : tuple of float
        The straight line that fits best, at each of these results.
    smallest_told : float
        The smallest change along the line that is larger than the noise.
    """

    key: MeasureKey
    unit: Unit
    at: tuple[int, ...]
    measures: tuple[Measured, ...]
    errors: tuple[float, ...]
    line: tuple[float, ...]
    smallest_told: float

    @property
    def by(self) -> float:
        """The change along the line, from the first result to the last."""
        return self.line[-1] - self.line[0]

    @property
    def told(self) -> bool:
        """Whether the change is larger than the noise."""
        return abs(self.by) > self.smallest_told

    @property
    def smallest_real(self) -> float:
        """The smallest real change between two single results: the first and the last."""
        return hypot(self.errors[0], self.errors[-1])


def series(results: Sequence[Report], near_side: Side) -> tuple[Report, ...]:
    """Return the results that show a leg."""
    return tuple(report for report in results if report.near_side == near_side)


def trends(results: Sequence[Report], *, same_set_up: bool = True) -> tuple[Trend, ...]:
    """Return the trend of every measure that two or more results have in the unit of the last one.

    Parameters
    ----------
    results : sequence of Report
        In order, all of the same leg (`series`).
    same_set_up : bool
        Whether all were filmed in the same way. The error of a result whose file shows another set-up than the last one's counts
        in full in any case.
    """
    shared = [same_set_up and can_share(report, results[-1]) for report in results]
    found = (_trend(key, results, shared) for key in results[-1].measures) if results else ()
    return tuple(trend for trend in found if trend is not None)


def _trend(key: MeasureKey, results: Sequence[Report], shared: Sequence[bool]) -> Trend | None:
    unit = results[-1].measures[key].unit
    seen = [
        (place, measure, not_shared(key, measure, same_set_up=same))
        for place, (report, same) in enumerate(zip(results, shared, strict=True))
        if isinstance(measure := report.measures.get(key), Measured) and measure.unit == unit
    ]
    if len(seen) < 2:
        return None
    at, measures, errors = zip(*seen, strict=True)
    line, smallest = _fitted(at, [measure.value for measure in measures], errors)
    return Trend(key=key, unit=unit, at=at, measures=measures, errors=errors, line=line, smallest_told=smallest)


def _fitted(at: Sequence[int], values: Sequence[float], errors: Sequence[float]) -> tuple[tuple[float, ...], float]:
    """Return the line at each place, and half the 90 % interval of its change from the first place to the last.

    Each value weighs as the inverse of its variance. If the values scatter more about the line than their errors say, the interval
    grows with the scatter.
    """
    sds = [max(error / Z90, 1e-9) for error in errors]
    weights = [sd**-2 for sd in sds]
    total = sum(weights)
    middle = sum(w * x for w, x in zip(weights, at, strict=True)) / total
    mean = sum(w * y for w, y in zip(weights, values, strict=True)) / total
    spread = sum(w * (x - middle) ** 2 for w, x in zip(weights, at, strict=True))
    slope = sum(w * (x - middle) * y for w, x, y in zip(weights, at, values, strict=True)) / spread
    line = tuple(mean + slope * (x - middle) for x in at)
    squares = sum(((y - fit) / sd) ** 2 for y, fit, sd in zip(values, line, sds, strict=True))
    scatter = max(1.0, sqrt(squares / (len(at) - 2))) if len(at) > 2 else 1.0
    return line, Z90 * scatter * (at[-1] - at[0]) / sqrt(spread)
