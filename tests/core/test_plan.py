"""The plan follows its written rule, and the words of the rule are the rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coaching.findings import judge
from core.coaching.home_tests import Person, Sides
from core.coaching.plan import Plan, choose, rule_words
from core.i18n.message import message
from core.knowledge import load
from core.model.measures import Measured
from core.model.report import Answers, Finding

KNOWLEDGE = load()
ANYONE = Person()
ALL_VERDICTS = ["below", "within", "above", "too_close_to_call", "described"]


def found(key: str, verdict: Any) -> Finding:
    return Finding(key=key, verdict=verdict, says=message("Said."))


def plan(*findings: Finding, sitting: float | None = None, **tests: Sides) -> Plan:
    return choose(findings, tests, ANYONE, sitting, KNOWLEDGE)


def drills(made: Plan) -> dict[str, int]:
    return {chosen.drill.key: chosen.points for chosen in made.chosen}


def test_nothing_known_gives_the_coachs_three_drills_and_says_that_they_are_for_anyone() -> None:
    made = plan()
    assert made.starter
    assert drills(made) == {"hip_flexor_lunge": 0, "band_leg_back": 0, "strides_100m": 0}


@pytest.mark.parametrize("verdict", ["within", "described"])
def test_a_figure_inside_its_mark_or_only_described_adds_nothing(verdict: str) -> None:
    assert plan(found("leg_extension", verdict), found("overstride", "described")).starter


def test_extension_below_the_mark_gives_the_coachs_three_in_his_order() -> None:
    made = plan(found("leg_extension", "below"))
    assert not made.starter
    assert drills(made) == {"hip_flexor_lunge": 3, "band_leg_back": 3, "strides_100m": 3}
    assert all(reason.ground == "Your leg extension" for chosen in made.chosen for reason in chosen.reasons)


def test_a_drill_that_two_figures_ask_for_comes_first() -> None:
    made = plan(found("trunk_lean", "below"), found("leg_extension", "below"))
    assert drills(made) == {"band_leg_back": 6, "tall_tilt": 3, "hip_flexor_lunge": 3}


def test_long_sitting_brings_the_hip_stretch_to_the_front() -> None:
    made = plan(found("trunk_lean", "below"), found("leg_extension", "too_close_to_call"), sitting=9)
    assert "hip_flexor_lunge" in drills(made)
    assert drills(plan(sitting=6)) == {"hip_flexor_lunge": 1}
    assert plan(sitting=5.5).starter


def test_home_tests_alone_make_a_plan() -> None:
    assert drills(plan(heel_raise=Sides(left=12, right=14))) == {"heel_raise_slow": 2}
    assert drills(plan(heel_raise=Sides(left=14, right=30))) == {"heel_raise_slow": 3}  # below on one side, and a gap
    assert drills(plan(side_lying_hold=Sides(left=20, right=80))) == {"side_leg_raise": 1}
    assert drills(plan(thomas=Sides(left=20, right=-5))) == {"hip_flexor_lunge": 2}
    assert plan(heel_raise=Sides(left=25, right=27)).starter


def test_a_test_confirms_what_a_figure_asks_for() -> None:
    guessed = plan(found("leg_extension", "below"))
    tested = plan(found("leg_extension", "below"), thomas=Sides(left=20, right=20))
    assert drills(guessed)["hip_flexor_lunge"] == 3
    assert drills(tested) == {"hip_flexor_lunge": 5, "band_leg_back": 3, "strides_100m": 3}


def test_age_and_sex_decide_which_groups_a_test_is_set_beside() -> None:
    sides = {"heel_raise": Sides(left=15, right=15)}
    assert not choose((), sides, ANYONE, None, KNOWLEDGE).starter
    assert choose((), sides, Person(sex="men", age_years=75), None, KNOWLEDGE).starter


def test_a_finding_that_the_knowledge_no_longer_has_is_passed_over() -> None:
    assert plan(found("arm_swing", "below")).starter


@given(
    st.lists(st.tuples(st.sampled_from(sorted(KNOWLEDGE.measures)), st.sampled_from(ALL_VERDICTS)), max_size=19),
    st.dictionaries(
        st.sampled_from(sorted(KNOWLEDGE.tests)),
        st.builds(Sides, left=st.none() | st.integers(0, 60), right=st.none() | st.integers(0, 60)),
    ),
    st.none() | st.floats(0, 24),
)
def test_never_more_than_three_each_once_with_reasons_and_the_most_points_first(pairs, tested, sitting) -> None:
    made = choose([found(*pair) for pair in pairs], tested, ANYONE, sitting, KNOWLEDGE)
    keys, points = list(drills(made)), list(drills(made).values())
    assert 1 <= len(keys) <= 3
    assert len(set(keys)) == len(keys)
    assert points == sorted(points, reverse=True)
    assert made.starter == (points[0] == 0)
    for chosen in made.chosen:
        assert chosen.reasons
        assert all(reason.link.because and reason.link.sources and reason.ground for reason in chosen.reasons)


def test_a_judged_clip_goes_into_a_plan() -> None:
    measures = {"leg_extension": Measured(value=12, unit="deg", plus_minus=1, n_strides=9)}
    answers = Answers(effort="marathon", sitting_hours=9)
    made = choose(judge(measures, answers, KNOWLEDGE), {}, ANYONE, answers.sitting_hours, KNOWLEDGE)
    assert drills(made) == {"hip_flexor_lunge": 4, "band_leg_back": 3, "strides_100m": 3}


def test_the_rules_words_carry_every_number_of_the_rule() -> None:
    points, words = KNOWLEDGE.plan.points, " ".join(rule_words(KNOWLEDGE))
    told = [int(number) for number in re.findall(r"\d+", words)]
    assert told == [
        KNOWLEDGE.plan.most,
        points.figure_outside,
        points.figure_close,
        points.test_below,
        points.side_gap,
        int(KNOWLEDGE.general.sitting.long_hours),
        points.long_sitting,
    ]
