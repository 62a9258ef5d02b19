"""Made-up results to show what a comparison looks like: the drawn runner's, with numbers that were changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.model.measures import Measured, MeasureKey
from core.model.report import Report

WOBBLE = (0.0, 0.3, -0.2, 0.1, -0.3, 0.2, -0.1, 0.1)
"""How the results of a series differ by chance, in shares of their errors."""


def shifted(report: Report, by: Mapping[MeasureKey, float], *, days: int = 0, chance: float = 0.0) -> Report:
    """Return a report of some days later, with measures changed by amounts, and all by a share of their errors.

    With a negative number of days it is earlier.
    """
    measures = {
        key: _moved(measure, by.get(key, 0.0) + chance * measure.plus_minus)
        if isinstance(measure, Measured)
        else measure
        for key, measure in report.measures.items()
    }
    # The numbers do not belong to the stride that was drawn.
    return replace(_on(report, days), measures=measures, mean_stride=None)


def _on(report: Report, days: int) -> Report:
    """Return a report of some days later."""
    made_on = datetime.fromisoformat(report.made_on) + timedelta(days=days)
    return replace(report, made_on=made_on.isoformat(timespec="seconds"))


def _moved(measure: Measured, by: float) -> Measured:
    return replace(measure, value=measure.value + by, per_stride=tuple(value + by for value in measure.per_stride))


def weeks_later(sample: Report) -> tuple[Report, Report]:
    """Return a result of six weeks before the drawn runner's, and one with more leg extension and quicker steps."""
    return _on(sample, -42), shifted(sample, {"leg_extension": 4.6, "cadence": 4.0}, chance=0.1)


def both_sides(sample: Report) -> tuple[Report, Report]:
    """Return the results of both legs, the left of which reaches back less far and is longer on the ground."""
    left = shifted(sample, {"leg_extension": -9.2, "contact_time": 52.0}, chance=0.1)
    return replace(sample, near_side="right", facing="right"), replace(left, near_side="left", facing="left")


def over_months(sample: Report) -> list[Report]:
    """Return eight results, a month apart, with a leg extension that grows; the last has the drawn runner's date."""
    return [
        shifted(sample, {"leg_extension": 0.7 * month}, days=30 * (month + 1 - len(WOBBLE)), chance=chance)
        for month, chance in enumerate(WOBBLE)
    ]


def fresh_and_tired(sample: Report) -> tuple[Report, Report]:
    """Return a result at the start of a run and one at its end, with less leg extension and more time on the ground."""
    return sample, shifted(sample, {"leg_extension": -3.4, "contact_time": 24.0, "cadence": -1.5}, chance=0.1)
