"""The plan follows its written rule, and the words of the rule are the rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coaching.findings import judge
from core.coaching.home_tests import Person, Sides
from core.coaching.level import level_of
from core.coaching.plan import Plan, choose, rule_words
from core.i18n.message import message
from core.knowledge import load
from core.model.measures import Measured
from core.model.report import Answers, Finding

KNOWLEDGE = load()
ANYONE = Person()
ALL_VERDICTS = ["below", "within", "above", "too_close_to_call", "described"]


def found(key: str, verdict: Any, strength: Any = "plain") -> Finding:
    muscles = tuple(link.key for link in KNOWLEDGE.links_of(key, verdict).muscles)
    return Finding(key=key, verdict=verdict, strength=strength, says=message("Said."), muscles=muscles)


def plan(*findings: Finding, sitting: float | None = None, level: Any = "new", **tests: Sides) -> Plan:
    return choose(findings, tests, ANYONE, sitting, KNOWLEDGE, level)


def drills(made: Plan) -> dict[str, int]:
    return {chosen.drill.key: chosen.points for chosen in made.chosen}


def test_nothing_known_gives_optional_drills_with_the_calf_first() -> None:
    made = plan()
    assert made.starter
    assert drills(made) == {"heel_raise_slow": 0, "hip_flexor_lunge": 0, "strides_100m": 0}
    assert all(chosen.optional for chosen in made.chosen)


@pytest.mark.parametrize("verdict", ["within", "described", "too_close_to_call"])
def test_a_measure_that_is_not_outside_adds_nothing(verdict: str) -> None:
    assert plan(found("leg_extension", verdict), found("cadence", verdict), found("overstride", "described")).starter


def test_extension_below_the_mark_gives_the_coachs_first_two_and_the_calf() -> None:
    made = plan(found("leg_extension", "below"))
    assert not made.starter
    assert drills(made) == {"hip_flexor_lunge": 3, "band_leg_back": 3, "heel_raise_slow": 2}
    assert all(
        reason.ground in ("Your leg extension", "The calf") for chosen in made.chosen for reason in chosen.reasons
    )
    assert not any(chosen.optional for chosen in made.chosen)


def test_a_probable_verdict_gives_fewer_points() -> None:
    assert drills(plan(found("leg_extension", "below", "probably")))["hip_flexor_lunge"] == 2


def test_a_lean_outside_the_range_gives_optional_drills() -> None:
    made = plan(found("trunk_lean", "below"))
    assert drills(made) == {"tall_tilt": 1, "band_leg_back": 1}
    assert all(chosen.optional for chosen in made.chosen)
    assert not made.starter


def test_a_drill_that_two_measures_ask_for_comes_first() -> None:
    made = plan(found("trunk_lean", "below"), found("leg_extension", "below"))
    assert drills(made) == {"band_leg_back": 4, "hip_flexor_lunge": 3, "heel_raise_slow": 2}
    assert not made.chosen[0].optional


def test_long_sitting_gives_the_stretch_and_the_push() -> None:
    assert drills(plan(sitting=6)) == {"hip_flexor_lunge": 3, "strides_100m": 2}
    assert plan(sitting=5.5).starter
    made = plan(found("leg_extension", "described"), sitting=9)
    assert list(drills(made)) == ["hip_flexor_lunge", "strides_100m", "heel_raise_slow"]


def test_a_leg_that_goes_far_back_gets_no_stretch() -> None:
    for made in (
        plan(found("leg_extension", "within")),
        plan(found("leg_extension", "within"), sitting=9),
        plan(found("leg_extension", "within"), thomas=Sides(left=40, right=40)),
    ):
        assert "hip_flexor_lunge" not in drills(made)
        assert "heel_raise_slow" in drills(made)


@pytest.mark.parametrize("other", [("trunk_lean", "above"), ("hip_bend", "above"), ("hip_bend", "below")])
def test_who_leans_far_or_bends_at_the_hips_is_not_told_to_tip(other: tuple[str, str]) -> None:
    assert "tall_tilt" not in drills(plan(found("trunk_lean", "below"), found(*other)))
    assert "tall_line" in drills(plan(found(*other)))


def test_quick_steps_are_not_made_quicker() -> None:
    assert "step_rate_up" in drills(plan(found("overstride", "above")))
    assert "step_rate_up" not in drills(plan(found("overstride", "above"), found("cadence", "above")))


def test_the_calf_stays_in_every_plan_of_a_result_that_names_it_first() -> None:
    crowded = plan(found("cadence", "below"), found("leg_extension", "below"), found("hip_bend", "above"), sitting=9)
    assert len(crowded.chosen) == KNOWLEDGE.plan.most
    assert "heel_raise_slow" in drills(crowded)


def test_doses_are_those_of_the_level() -> None:
    def dose(level: Any, key: str) -> str:
        return next(chosen.dose for chosen in plan(level=level).chosen if chosen.drill.key == key)

    assert dose("used", "strides_100m") == "8 to 16 times 100 m"
    assert dose("new", "strides_100m") == "4 times 60 to 80 m"
    assert "easy" in dose("gentle", "strides_100m")
    assert "both legs" in dose("gentle", "heel_raise_slow")
    assert dose("new", "heel_raise_slow") == KNOWLEDGE.drills["heel_raise_slow"].dose.says


def test_a_junior_gets_play_whatever_was_found() -> None:
    made = plan(found("leg_extension", "below"), sitting=9, level="junior", heel_raise=Sides(left=1, right=1))
    assert made.starter
    assert list(drills(made)) == ["play_skips", "strides_100m"]


@pytest.mark.parametrize(
    ("age", "under_18", "used", "level"),
    [
        (None, False, False, "new"),
        (None, False, True, "used"),
        (None, True, True, "junior"),
        (17, False, True, "junior"),
        (18, False, True, "used"),
        (59, False, False, "new"),
        (60, False, True, "gentle"),
    ],
)
def test_age_and_habit_decide_the_level(age: int | None, under_18: bool, used: bool, level: str) -> None:
    assert level_of(Person(age_years=age), KNOWLEDGE, under_18=under_18, used=used) == level


def test_home_tests_alone_make_a_plan() -> None:
    assert drills(plan(heel_raise=Sides(left=12, right=14))) == {"heel_raise_slow": 2}
    assert drills(plan(heel_raise=Sides(left=14, right=30))) == {"heel_raise_slow": 3}  # below on one side, and a gap
    assert drills(plan(side_lying_hold=Sides(left=20, right=80))) == {"side_leg_raise": 1}
    assert drills(plan(thomas=Sides(left=20, right=-5))) == {"hip_flexor_lunge": 2}
    assert plan(heel_raise=Sides(left=25, right=27)).starter


def test_a_test_confirms_what_a_measure_asks_for() -> None:
    guessed = plan(found("leg_extension", "below"))
    tested = plan(found("leg_extension", "below"), thomas=Sides(left=20, right=20))
    assert drills(guessed)["hip_flexor_lunge"] == 3
    assert drills(tested) == {"hip_flexor_lunge": 5, "band_leg_back": 3, "heel_raise_slow": 2}


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
    assert drills(made) == {"hip_flexor_lunge": 6, "strides_100m": 5, "heel_raise_slow": 2}


def test_the_rules_words_carry_every_number_of_the_rule() -> None:
    points, words = KNOWLEDGE.plan.points, " ".join(rule_words(KNOWLEDGE))
    told = [int(number) for number in re.findall(r"\d+", words)]
    assert told == [
        KNOWLEDGE.plan.most,
        points.plain,
        points.probable,
        points.optional,
        points.test_below,
        points.side_gap,
        int(KNOWLEDGE.general.sitting.long_hours),
        points.long_sitting,
        points.sitting_power,
        points.calf,
    ]
