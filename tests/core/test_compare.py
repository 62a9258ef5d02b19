from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.coaching.comparison import BY_LUCK, compare, expected_by_luck, unlike
from core.i18n.message import message
from core.model.measures import Measured, Missing
from core.model.report import Answers
from tests import builders

REPORT = builders.report()


def with_lean(value, plus_minus, **changes):
    lean = Measured(value=value, unit="deg", plus_minus=plus_minus)
    return builders.report(measures={**REPORT.measures, "trunk_lean": lean}, **changes)


def lean_of(first, second):
    return next(change for change in compare(first, second) if change.key == "trunk_lean")


@pytest.mark.parametrize(("by", "told"), [(4.99, False), (5.01, True), (-4.99, False), (-5.01, True), (0, False)])
def test_a_change_is_told_when_it_is_larger_than_both_errors_together(by, told):
    # 3, 4 and 5: a right-angled triangle.
    change = lean_of(with_lean(6.0, 3.0), with_lean(6.0 + by, 4.0))
    assert change.smallest_told == pytest.approx(5.0)
    assert change.by == pytest.approx(by)
    assert change.told is told


def test_swapping_the_results_turns_the_sign_and_nothing_else():
    first, second = with_lean(3.0, 1.0), with_lean(8.0, 2.0)
    there, back = lean_of(first, second), lean_of(second, first)
    assert there.by == -back.by == 5.0
    assert there.smallest_told == back.smallest_told
    assert there.told
    assert back.told


def test_a_result_does_not_differ_from_itself():
    changes = compare(REPORT, REPORT)
    assert {change.by for change in changes} == {0.0}
    assert not [change for change in changes if change.told]


def test_what_one_of_them_lacks_or_has_in_another_unit_is_left_out():
    keys = {change.key for change in compare(REPORT, REPORT)}
    assert keys == {key for key, measure in REPORT.measures.items() if isinstance(measure, Measured)}
    bounce = Measured(value=0.09, unit="ratio", plus_minus=0.01)
    missing = Missing("deg", message("The hip was hidden."))
    other = replace(REPORT, measures={**REPORT.measures, "vertical_oscillation": bounce, "hip_bend": missing})
    assert keys - {change.key for change in compare(REPORT, other)} == {"vertical_oscillation", "hip_bend"}
    assert compare(replace(REPORT, measures={}), REPORT) == ()


def test_where_nothing_changed_one_in_ten_seems_to():
    """Draw many pairs of one true value with normal errors whose 90 % interval is what `plus_minus` says."""
    rng = np.random.default_rng(7)
    told = []
    for _ in range(4000):
        a, b = rng.normal(10, 1.0 / 1.645), rng.normal(10, 2.0 / 1.645)
        told.append(lean_of(with_lean(a, 1.0), with_lean(b, 2.0)).told)
    assert np.mean(told) == pytest.approx(BY_LUCK, abs=0.015)


def test_luck_is_counted_in_figures():
    changes = compare(REPORT, REPORT)
    assert len(changes) == 23
    assert expected_by_luck(changes) == 2
    assert expected_by_luck(()) == 0


@pytest.mark.parametrize(
    ("answers", "near", "found"),
    [
        (Answers(effort="easy", pace_s_per_km=350, surface="ground"), "right", ()),
        (Answers(effort="easy", pace_s_per_km=300, surface="ground"), "right", ("pace",)),
        (Answers(effort="easy", surface="ground"), "right", ("pace",)),
        (Answers(effort="5k", pace_s_per_km=345, surface="treadmill"), "left", ("effort", "surface", "leg")),
    ],
)
def test_what_else_differs_is_named(answers, near, found):
    assert unlike(REPORT, builders.report(answers=answers, near_side=near)) == found
    assert unlike(builders.report(answers=answers, near_side=near), REPORT) == found
