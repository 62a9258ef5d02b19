"""Several results: a line through them, and when its change is larger than the noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.coaching.comparison import BY_LUCK, compare
from core.coaching.repeats import not_shared
from core.coaching.trend import series, trends
from core.i18n.message import message
from core.model.measures import Measured, Missing
from tests import builders

REPORT = builders.report()


def with_lean(value, plus_minus=1.645, **changes):
    lean = Measured(value=value, unit="deg", plus_minus=plus_minus)
    return replace(REPORT, measures={"trunk_lean": lean}, **changes)


def lean_of(values, errors=None):
    errors = errors or [1.645] * len(values)
    found = trends([with_lean(value, error) for value, error in zip(values, errors, strict=True)])
    (trend,) = found
    return trend


def test_two_results_are_told_as_they_are_compared():
    first, second = with_lean(3.0, 3.0), with_lean(8.5, 4.0)
    change = next(one for one in compare(first, second) if one.key == "trunk_lean")
    trend = lean_of([3.0, 8.5], [3.0, 4.0])
    assert (trend.by, trend.smallest_told) == pytest.approx((change.by, change.smallest_told))
    assert trend.smallest_real == pytest.approx(5.0)
    assert trend.told


def test_the_line_goes_through_values_on_a_line():
    trend = lean_of([2.0, 2.5, 3.0, 3.5])
    assert trend.line == pytest.approx((2.0, 2.5, 3.0, 3.5))
    assert trend.by == pytest.approx(1.5)
    # The textbook's error of a slope, three steps on.
    assert trend.smallest_told == pytest.approx(1.645 * 3 / np.sqrt(5.0))


def test_a_sure_value_pulls_the_line_and_an_unsure_one_hardly_does():
    assert abs(lean_of([5.0, 5.0, 5.0, 9.0], [1, 1, 1, 9]).by) < 0.5 < lean_of([5.0, 5.0, 5.0, 9.0], [1, 1, 1, 1]).by


def test_values_that_scatter_more_than_their_errors_count_for_less():
    calm, wild = lean_of([4.0, 5.0, 6.0, 7.0]), lean_of([4.0, 9.0, 1.0, 7.0])
    assert wild.smallest_told > 2 * calm.smallest_told


def test_eight_results_tell_a_smaller_change_than_two():
    values = np.linspace(5.0, 7.1, 8)
    assert lean_of([*values]).told
    assert not lean_of([values[0], values[-1]]).told


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_where_nothing_changes_at_most_one_in_ten_seems_to(n):
    rng = np.random.default_rng(n)
    told = [lean_of([*rng.normal(5.0, 1.0, n)]).told for _ in range(400)]
    assert np.mean(told) <= BY_LUCK + 0.045


def test_a_drift_of_two_degrees_is_told_when_the_errors_allow_it():
    rng = np.random.default_rng(4)
    drift = np.linspace(0, 2, 8)
    told = {sd: np.mean([lean_of([*(drift + rng.normal(0, sd, 8))], [1.645 * sd] * 8).told for _ in range(150)])
            for sd in (0.3, 0.6, 2.0)}  # fmt: skip
    assert told[0.3] > 0.95
    assert told[0.6] > 0.75
    assert told[2.0] < 0.45


def test_what_a_result_lacks_or_has_in_another_unit_is_left_out():
    legs = Measured(value=0.08, unit="ratio", plus_minus=0.01)
    gone = Missing("deg", message("The hip was hidden."))
    middle = replace(REPORT, measures={**REPORT.measures, "vertical_oscillation": legs, "hip_bend": gone})
    found = {trend.key: trend for trend in trends([REPORT, middle, REPORT])}
    assert found["vertical_oscillation"].at == found["hip_bend"].at == (0, 2)
    assert found["cadence"].at == (0, 1, 2)
    assert "asymmetry" not in found
    assert trends([]) == ()
    assert trends([REPORT]) == ()


def test_results_of_the_other_leg_are_not_in_the_series():
    left = replace(REPORT, near_side="left")
    assert series([left, REPORT, left, REPORT], "right") == (REPORT, REPORT)


def test_the_error_of_another_set_up_counts_in_full():
    other = replace(REPORT, clip=replace(REPORT.clip, size_wh_px=(1920, 1080)))
    found = next(trend for trend in trends([other, REPORT, REPORT]) if trend.key == "hip_bend")
    assert (
        found.errors[0] == not_shared("hip_bend", found.measures[0], same_set_up=False) > found.measures[0].plus_minus
    )
    assert found.errors[1] == found.errors[2] < found.errors[0]
    apart = next(trend for trend in trends([REPORT, REPORT], same_set_up=False) if trend.key == "hip_bend")
    assert set(apart.errors) == {found.errors[0]}
