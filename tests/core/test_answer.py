"""The answer of a result: one thing that is good, one worth trying, and one that the clip could not tell."""

from __future__ import annotations

from typing import Any

from core.coaching.answer import answer, plan_of
from core.coaching.findings import judge
from core.i18n.message import message
from core.knowledge import load
from core.model.measures import Measure, Measured, Missing
from core.model.report import Answers, Report
from tests import builders

KNOWN = load()


def result(measures: dict[Any, Measure], **answers: Any) -> Report:
    given = Answers(**answers)
    return builders.report(measures=measures, answers=given, findings=judge(measures, given, KNOWN))


def degrees(value: float, plus_minus: float = 1.0) -> Measured:
    return Measured(value=value, unit="deg", plus_minus=plus_minus, n_strides=9)


def test_the_surest_good_thing_comes_first() -> None:
    found = answer(result({"trunk_lean": degrees(5.6, 1.8), "leg_extension": degrees(22)}, effort="marathon"), KNOWN)
    assert found.good is not None
    assert found.good.key == "leg_extension"


def test_what_is_worth_trying_is_the_first_drill_of_the_plan() -> None:
    report = result({"trunk_lean": degrees(7), "leg_extension": degrees(12)}, effort="marathon")
    found = answer(report, KNOWN)
    assert found.worth_trying == plan_of(report, KNOWN).chosen[0]
    assert found.worth_trying is not None
    assert not found.worth_trying.optional


def test_a_lean_alone_leads_to_an_optional_drill_and_not_to_the_calf_of_everybody() -> None:
    found = answer(result({"trunk_lean": degrees(2), "leg_extension": degrees(22)}, effort="marathon"), KNOWN)
    assert found.worth_trying is not None
    assert found.worth_trying.drill.key == "tall_tilt"
    assert found.worth_trying.optional


def test_nothing_to_change_is_an_answer() -> None:
    found = answer(result({"trunk_lean": degrees(7), "leg_extension": degrees(22)}, effort="marathon"), KNOWN)
    assert found.worth_trying is None
    assert (found.unknown, found.unknown_key) == ("strength", None)


def test_a_headline_that_is_not_known_comes_before_others() -> None:
    missing = Missing("deg", message("The knee was hidden."))
    close = answer(result({"trunk_lean": degrees(5), "leg_extension": missing, "hip_bend": degrees(5)}), KNOWN)
    assert (close.unknown, close.unknown_key) == ("too_close", "trunk_lean")
    gone = answer(result({"trunk_lean": degrees(7), "leg_extension": missing, "hip_bend": degrees(5)}), KNOWN)
    assert (gone.unknown, gone.unknown_key) == ("missing", "leg_extension")
    other = answer(result({"trunk_lean": degrees(7), "leg_extension": degrees(22), "hip_bend": degrees(5)}), KNOWN)
    assert (other.unknown, other.unknown_key) == ("too_close", "hip_bend")


def test_a_result_without_a_measure_in_its_range_has_nothing_good_to_name() -> None:
    assert answer(result({"trunk_lean": degrees(2)}), KNOWN).good is None


def test_a_runner_under_18_is_told_that_nothing_is_to_change() -> None:
    found = answer(result({"trunk_lean": degrees(1), "leg_extension": degrees(8)}, effort="5k", under_18=True), KNOWN)
    assert (found.good, found.worth_trying) == (None, None)
