"""Home tests and plan, as a visitor meets them: the check comes first, entries stand somewhere, the plan says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core import knowledge
from core.coaching.plan import rule_words
from core.i18n.message import message
from core.model.report import Answers, Finding
from core.storage import claims
from core.storage.store import key_of
from pages.components.session import KEY
from tests import builders
from tests.pages.conftest import text_of

KNOWN = knowledge.load()


def finished(store, **changed):
    token = store.add(Answers(effort="easy"))
    claims.finish(store, claims.claim(store, key_of(token)).key, replace(builders.report(), **changed))
    return token


@pytest.fixture
def testing(visit):
    """Open the home tests with the check answered, on one test."""

    def open_test(key: str, **query: str):
        at = visit("pages/strength.py", test=key, **query)
        at.checkbox(key="none-of-these").check().run()
        assert not at.exception
        return at

    return open_test


@pytest.fixture
def planning(visit):
    """Open the plan with the check answered."""

    def open_plan(**query: str):
        at = visit("pages/plan.py", **query)
        at.checkbox(key="none-of-these").check().run()
        assert not at.exception
        return at

    return open_plan


def fill(at, key: str, left=None, right=None):
    for side, value in (("left", left), ("right", right)):
        if value is not None:
            at.number_input(key=f"side-{key}-{side}").set_value(value).run()
    assert not at.exception
    return at


# --- home tests ------------------------------------------------------------------------------------------------------


def test_the_safety_check_comes_first_and_is_short(visit):
    at = visit("pages/strength.py")
    text = text_of(at)
    for item in KNOWN.general.test_rules.ask_first:
        assert item in text
    assert len(KNOWN.general.test_rules.ask_first) <= 8
    assert not at.number_input, "no test before the check"
    at.checkbox(key="none-of-these").check().run()
    assert at.number_input
    for item in (*KNOWN.general.test_rules.stop_when, *KNOWN.general.test_rules.before):
        assert item in text_of(at)


@pytest.mark.parametrize("test", KNOWN.tests.values(), ids=KNOWN.tests)
def test_every_test_has_its_steps_its_end_its_limits_and_three_pictures(testing, test):
    at = testing(test.key)
    text = text_of(at)
    for sentence in (*test.protocol, *test.stop_when, test.cannot_tell, test.depends_on, test.error.because):
        assert sentence in text
    assert test.name in text
    assert len(at.get("image")) == 3
    assert len(at.get("bidi_component")) == (0 if test.unit == "deg" else 1)


def test_left_and_right_stand_beside_both_the_age_table_and_the_newer_median(testing):
    at = testing("heel_raise")
    at.button_group(key="ask-sex").set_value("men").run()
    at.number_input(key="ask-age").set_value(45).run()
    at = fill(at, "heel_raise", left=12, right=29)
    text = text_of(at)
    assert "**28 repeats** · men in their 40s" in text
    assert "**25 repeats** · 500 people" in text
    assert ":gray-badge[Left: below the group] :gray-badge[Right: around the group]" in text
    assert "Your sides are 17 repeats apart." in text
    assert "That is more than the error of this test." in text


def test_a_small_gap_is_within_the_error(testing):
    assert "That is within the error" in text_of(fill(testing("heel_raise"), "heel_raise", left=25, right=20))


@pytest.mark.parametrize(("value", "shown"), [(-5, "−5 repeats"), (10_000, "10000 repeats")])
def test_absurd_entries_are_refused_at_the_field_in_words_and_not_kept(testing, value, shown):
    at = fill(testing("heel_raise"), "heel_raise", left=value)
    assert at.warning[0].proto.title == f"{shown} cannot be right."
    assert at.warning[0].value == "Enter 0 to 200 repeats, or leave it empty."
    assert "Left:" not in text_of(at)
    assert "Entered so far" not in text_of(at)


def test_an_absurd_age_is_refused_in_words(testing):
    at = testing("heel_raise")
    at.number_input(key="ask-age").set_value(400).run()
    assert at.warning[0].proto.title == "An age of 400 cannot be used here."


def test_nobody_is_compared_with_people_of_another_age(testing):
    at = testing("side_plank_floor")
    at.button_group(key="ask-sex").set_value("women").run()
    at.number_input(key="ask-age").set_value(66).run()
    text = text_of(fill(at, "side_plank_floor", left=20, right=25))
    assert "**23.52 seconds** · women in their 60s" in text
    assert "That is wide: one test tells little." in text
    assert "29 years old" not in text
    at.number_input(key="ask-age").set_value(82).run()
    assert "No group for you." in [element.proto.title for element in at.info]


def test_a_goal_is_shown_and_nobody_is_compared_with_it(testing):
    text = text_of(fill(testing("side_plank_raised"), "side_plank_raised", left=5, right=50))
    assert "40 seconds: a website's goal for each side (goal)" in text
    assert "below the group" not in text


def test_all_out_tests_are_for_adults(testing):
    at = testing("heel_raise")
    at.number_input(key="ask-age").set_value(11).run()
    assert any("for adults" in element.value for element in at.info)
    assert KNOWN.tests["heel_raise"].name not in [element.value for element in at.subheader]


def test_entries_survive_another_page_and_can_be_forgotten(testing):
    at = fill(testing("heel_raise"), "heel_raise", left=22, right=21)
    at.button_group(key="which-test").set_value("bridge_hold").run()
    assert "left **22**, right **21**" in text_of(at)
    at.switch_page("pages/about.py").run()
    at.switch_page("pages/strength.py").run()
    at.button_group(key="which-test").set_value("heel_raise").run()
    assert at.number_input(key="side-heel_raise-left").value == 22
    next(button for button in at.button if button.label == "Forget all of it").click().run()
    assert not at.exception
    assert "Entered so far" not in text_of(at)
    assert at.number_input(key="side-heel_raise-left").value is None


def test_a_result_brings_its_tests_to_the_front_with_the_reason(testing, store):
    link = KNOWN.links_of("trunk_lean", "below").tests[0]
    at = testing(link.key, **{KEY: finished(store)})
    assert at.button_group(key="which-test").options[0] == KNOWN.tests[link.key].short
    assert link.because in text_of(at)


def test_an_unknown_test_in_the_address_opens_the_first(testing):
    assert KNOWN.tests["heel_raise"].protocol[0] in text_of(testing("handstand"))


# --- plan ------------------------------------------------------------------------------------------------------------


def names(at):
    return [element.value for element in at.subheader if element.value[:1].isdigit()]


def test_without_a_result_it_offers_optional_drills_and_the_ways_on(planning):
    at = planning()
    text = text_of(at)
    assert names(at) == ["1. Slow heel raises with load", "2. Kneeling hip stretch", "3. Strides of 100 m"]
    for dose in ("3 times 30 seconds on each side", "3 times 8 to 16 on each side", "4 times 60 to 80 m"):
        assert f"**{dose}** :gray-badge[optional]" in text
    at.toggle(key="plan-used").set_value(True).run()
    assert "**8 to 16 times 100 m**" in text_of(at)
    assert KNOWN.plan.starter.says in [element.value for element in at.info]


def test_a_plan_from_a_result_says_why_each_drill_and_shows_the_rule(planning, store):
    at = planning(**{KEY: finished(store)})
    text = text_of(at)
    assert 1 <= len(names(at)) <= 3
    assert "Your forward lean · 1 point" in text
    for sentence in rule_words(KNOWN):
        assert sentence in text
    assert KNOWN.general.training.says in text
    for word in ("Easier:", "Harder:", "Week by week:", "Take care:"):
        assert text.count(f"**{word}**") == len(names(at))


def test_the_same_check_comes_before_a_plan(visit):
    at = visit("pages/plan.py")
    assert names(at) == []
    for item in (*KNOWN.general.test_rules.ask_first, *KNOWN.general.test_rules.see_someone):
        assert item in text_of(at)
    assert "See a doctor today." in text_of(at)
    at.checkbox(key="none-of-these").check().run()
    assert names(at)


def test_home_tests_go_into_the_plan(testing):
    at = fill(testing("heel_raise"), "heel_raise", left=10, right=12)
    next(button for button in at.button if button.label == "See my plan").click().run()
    assert not at.exception
    assert names(at) == ["1. Slow heel raises with load"]
    assert "Single-leg heel raise, below the groups · 2 points" in text_of(at)


def test_long_sitting_goes_into_the_plan(planning):
    at = planning()
    at.number_input[0].set_value(9.0).run()
    assert names(at) == ["1. Kneeling hip stretch", "2. Strides of 100 m"]
    assert KNOWN.general.sitting.because in text_of(at)


def test_age_decides_the_doses_of_a_plan(planning):
    at = planning()
    at.number_input(key="ask-age").set_value(66).run()
    assert KNOWN.plan.gentle_says in at.info[1].value
    assert "on both legs together" in text_of(at)
    at.number_input(key="ask-age").set_value(11).run()
    assert names(at) == ["1. Skipping as a game", "2. Strides of 100 m"]
    assert KNOWN.plan.junior.says in [element.value for element in at.info]


@pytest.mark.parametrize(
    ("days", "advice"), [((0,), "Choose 2 or 3 days."), ((0, 1), "Leave at least one free day"), ((), "Choose 2 or 3")]
)
def test_days_that_leave_no_rest_are_refused_in_words_and_give_no_sheet(planning, days, advice):
    at = planning()
    at.button_group(key="plan-days").set_value(days).run()
    assert not at.exception
    assert advice in at.warning[0].value
    assert names(at) == []


# --- knowledge on the pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", KNOWN.differences.values(), ids=KNOWN.differences)
def test_every_difference_is_on_the_page_that_it_concerns(visit, store, row):
    at = visit(f"pages/{row.page}.py", **{KEY: finished(store)})
    if row.page in ("strength", "plan"):
        at.checkbox(key="none-of-these").check().run()
    text = text_of(at)
    for part in (row.claim, row.studies, row.says):
        assert part in text, (row.place, row.page)


@pytest.mark.parametrize("page", ["results", "explain", "strength", "plan"])
def test_a_report_of_another_knowledge_version_still_opens_and_the_result_says_so(visit, store, page):
    old = Finding(key="arm_swing", verdict="below", says=message("Your arms swing 20 degrees."), muscles=("deltoid",),
                  tests=("push_up",), drills=("arm_drive",), sources=("somebody_1999",))  # fmt: skip
    measures = builders.measures() | {"arm_swing": builders.measures()["trunk_lean"]}
    changed = {"measures": measures, "findings": (old, *builders.findings()), "knowledge_version": "0.0+11111111"}
    at = visit(f"pages/{page}.py", **{KEY: finished(store, **changed)})
    titles = [element.proto.title for element in at.info]
    said = "This result is from another version of what we know."
    assert (said in titles) == (page == "results")


def test_a_report_of_todays_knowledge_says_nothing_of_versions(visit, store):
    at = visit("pages/results.py", **{KEY: finished(store, knowledge_version=KNOWN.version)})
    assert not at.info
