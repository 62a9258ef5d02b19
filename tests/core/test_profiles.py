"""Eight runners with a physiotherapist's eye: what each is told, what the plan holds, and what nobody may tell them."""

from __future__ import annotations

from typing import Any

import pytest

from core.coaching.findings import judge
from core.coaching.home_tests import Person, Sides, asks, groups
from core.coaching.level import level_of
from core.coaching.plan import Plan, choose
from core.i18n.message import message
from core.knowledge import load
from core.model.measures import Measured
from core.model.report import Answers, Finding

KNOWLEDGE = load()
ERRORS = {"deg": 1.5, "ratio": 0.04, "spm": 1.0}


class Runner:
    """A made-up runner: measures, answers and age, and what the product makes of them."""

    def __init__(
        self, pace: str, effort: Any, measures: dict[str, float], age: int | None = None, **answers: Any
    ) -> None:
        minutes, seconds = pace.split(":")
        self.answers = Answers(effort=effort, pace_s_per_km=60 * int(minutes) + int(seconds), **answers)
        self.person = Person(age_years=age)
        filled = {
            key: Measured(value=value, unit=KNOWLEDGE.measures[key].unit, n_strides=12,
                         plus_minus=4 if key == "shank_angle_contact" else ERRORS[KNOWLEDGE.measures[key].unit])
            for key, value in measures.items()
        }  # fmt: skip
        self.findings = {found.key: found for found in judge(filled, self.answers, KNOWLEDGE)}

    def __getitem__(self, key: str) -> Finding:
        return self.findings[key]

    def plan(self, **tests: Sides) -> Plan:
        level = level_of(self.person, KNOWLEDGE, under_18=self.answers.under_18)
        found = list(self.findings.values())
        return choose(found, tests, self.person, self.answers.sitting_hours, KNOWLEDGE, level)

    def drills(self) -> list[str]:
        return [chosen.drill.key for chosen in self.plan().chosen]

    @property
    def said(self) -> str:
        return " ".join(str(found.says) for found in self.findings.values())


def test_desk_jogger() -> None:
    runner = Runner("6:45", "easy", {"trunk_lean": 2, "leg_extension": 12, "cadence": 158}, sitting_hours=9)
    assert runner["trunk_lean"].verdict == "below"
    assert runner["leg_extension"].verdict == "described"
    assert "Easy runs need less" in runner.said
    assert runner.drills()[0] == "hip_flexor_lunge"
    assert set(runner.drills()) == {"hip_flexor_lunge", "heel_raise_slow", "strides_100m"}
    doses = {chosen.drill.key: chosen.dose for chosen in runner.plan().chosen}
    assert doses["strides_100m"] == "4 times 60 to 80 m"
    assert "under it" not in runner.said


def test_fast_runner() -> None:
    runner = Runner("3:20", "5k", {"trunk_lean": 12, "leg_extension": 28, "cadence": 184}, sitting_hours=8)
    assert runner["trunk_lean"].verdict == "above"
    assert runner["leg_extension"].verdict == "within"
    assert runner["leg_extension"].mark is not None
    assert runner["leg_extension"].mark.low == 18
    assert "That reaches the coach's mark, 18 degrees or more" in runner.said
    assert not {"hip_flexor_lunge", "tall_tilt"} & set(runner.drills())
    assert "30" not in str(runner["leg_extension"].mark)


def test_hips_bent_forward() -> None:
    runner = Runner("5:30", "easy", {"trunk_lean": 7, "leg_extension": 16, "hip_bend": 14})
    assert runner["hip_bend"].verdict == "above"
    assert "much of your lean comes from the hips" in runner.said
    assert runner.drills()[:2] == ["tall_line", "band_leg_back"]
    steps = " ".join(KNOWLEDGE.drills["tall_line"].steps)
    assert "ankle" in steps
    assert "have to take a step" not in steps
    assert "tall_tilt" not in runner.drills()


def test_overstrider() -> None:
    measures = {"trunk_lean": 7, "leg_extension": 19, "cadence": 166, "overstride": 0.36, "shank_angle_contact": 20}
    runner = Runner("5:30", "easy", measures)
    assert runner["cadence"].verdict == "within"
    assert runner["overstride"].verdict == "above"
    assert "land under you" in runner.said
    assert not runner.plan().starter, "something asks for a change"
    assert runner.drills()[0] == "step_rate_up"


def test_woman_of_66() -> None:
    runner = Runner("8:30", "easy", {"trunk_lean": 6, "leg_extension": 13, "cadence": 156}, age=66)
    for key in ("leg_extension", "cadence"):
        assert runner[key].reference is None
        assert "No study that we read reaches your pace" in str(runner[key].says)
    made = runner.plan()
    assert made.level == "gentle"
    assert "both legs" in made.chosen[0].dose
    assert "two legs" in KNOWLEDGE.plan.gentle_says
    for test in KNOWLEDGE.tests.values():
        for group in groups(test, Person(age_years=66, sex="women")):
            assert "29 years" not in group.norm.who
            assert group.norm.ages is None or group.norm.ages[0] <= 66 <= group.norm.ages[1]


def test_boy_of_11() -> None:
    runner = Runner("5:50", "easy", {"trunk_lean": 13, "leg_extension": 9, "cadence": 190}, age=11, under_18=True)
    assert {found.verdict for found in runner.findings.values()} == {"described"}
    assert not any(found.mark or found.reference or found.tests for found in runner.findings.values())
    assert runner.drills() == ["play_skips", "strides_100m"]
    assert not any("8 " in chosen.dose or "100 m" in chosen.dose for chosen in runner.plan().chosen)
    for test in KNOWLEDGE.tests.values():
        assert groups(test, runner.person) == ()
        assert not asks(test, 1, runner.person)


def test_all_within_range() -> None:
    measures = {
        "trunk_lean": 7,
        "leg_extension": 21,
        "hip_bend": 0,
        "cadence": 168,
        "overstride": 0.22,
        "shank_angle_contact": 9,
    }
    runner = Runner("5:20", "marathon", measures, sitting_hours=3)
    made = runner.plan()
    assert made.starter
    assert all(chosen.optional for chosen in made.chosen)
    assert KNOWLEDGE.plan.starter.says.startswith("Nothing to change. These drills are optional")


def test_elite_like_runner() -> None:
    runner = Runner("2:55", "5k", {"trunk_lean": 4, "leg_extension": 29, "cadence": 190}, sitting_hours=2)
    below = Runner("2:55", "5k", {"trunk_lean": 2.5, "leg_extension": 29})["trunk_lean"]
    assert (runner["trunk_lean"].verdict, runner["trunk_lean"].strength) == ("below", "probably")
    assert (below.verdict, below.strength) == ("below", "plain")
    assert "elite runners are nearly 4 degrees more upright" in str(runner["trunk_lean"].doubt)
    tilt = [chosen for chosen in runner.plan().chosen if chosen.drill.key == "tall_tilt"]
    assert all(chosen.optional for chosen in tilt), "no must"


@pytest.mark.parametrize("words", ["below the coach's mark", "30.4"])
def test_no_easy_run_is_told_that_it_is_under_a_mark(words: str) -> None:
    runner = Runner("5:00", "easy", {"leg_extension": 10})
    assert words not in runner.said
    assert runner["leg_extension"].says != message("")
