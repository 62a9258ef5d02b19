"""A count stands where its group says, gaps count above the noise, and what cannot be is refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coaching.home_tests import Person, Sides, asks, entry, gap_counts, groups, others
from core.errors import BadAnswer
from core.knowledge import load

KNOWLEDGE = load()
TESTS = KNOWLEDGE.tests


@pytest.mark.parametrize(
    ("person", "values"),
    [
        (Person(), [25, 24]),
        (Person(sex="men"), [25, 24]),
        (Person(age_years=45), [25, 24]),
        (Person(age_years=17, sex="men"), []),
        (Person(sex="men", age_years=45), [28, 24, 25, 24]),
        (Person(sex="women", age_years=29), [30, 21, 25, 24]),
        (Person(sex="women", age_years=30), [27, 21, 25, 24]),
        (Person(sex="men", age_years=15), []),
        (Person(sex="men", age_years=95), [25, 24]),
    ],
)
def test_heel_raises_stand_beside_the_age_table_and_the_newer_median_without_age(
    person: Person, values: list[float]
) -> None:
    assert [group.norm.value for group in groups(TESTS["heel_raise"], person)] == values


WOMAN, MAN, OLD = Person(age_years=27, sex="women"), Person(age_years=35, sex="men"), Person(age_years=66, sex="women")


@pytest.mark.parametrize(
    ("key", "person", "value", "standings"),
    [
        ("heel_raise", Person(), 20, ["below", "around"]),  # 25 and 24, give or take 1.645 x 2.3
        ("heel_raise", Person(), 21, ["around", "around"]),
        ("heel_raise", Person(), 29, ["around", "above"]),
        ("bridge_box", WOMAN, 19, ["below"]),  # what its source calls average runs from 20 to 30
        ("bridge_box", WOMAN, 20, ["around"]),
        ("bridge_box", WOMAN, 31, ["above"]),
        (
            "side_plank_floor",
            WOMAN,
            28,
            ["below", "around", "below"],
        ),  # 54 ± 25, 55 ± 28, and 47 ± 18: the error of one test
        ("side_plank_floor", OLD, 5, ["below"]),
        ("side_plank_floor", OLD, 6, ["around"]),
        ("thomas", Person(), 19, ["above"]),
        ("thomas", Person(), -19, ["below"]),
        ("thomas", Person(), 18, ["around"]),
    ],
)
def test_where_a_value_stands(key: str, person: Person, value: float, standings: list[str]) -> None:
    assert [group.standing(value) for group in groups(TESTS[key], person)] == standings


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
def test_only_people_of_that_age_and_sex_are_a_group(test) -> None:
    for age in range(10, 101):
        for sex in (None, "men", "women"):
            for group in groups(test, Person(age_years=age, sex=sex)):
                assert age >= 18
                assert group.norm.kind != "goal"
                assert group.norm.sex in ("all", sex)
                assert group.norm.ages is not None
                assert group.norm.ages[0] <= age <= group.norm.ages[1]


def test_what_is_no_group_of_known_age_is_shown_apart() -> None:
    assert [norm.value for norm in others(TESTS["sit_to_stand"])] == [25]
    assert [norm.value for norm in others(TESTS["bridge_box"])] == [33.6, 27]
    assert others(TESTS["heel_raise"]) == ()


def test_one_convention_for_the_error_of_a_test() -> None:
    for test in TESTS.values():
        assert test.error.margin == round(1.645 * test.error.typical)
        assert test.error.gap == round(1.645 * 2**0.5 * test.error.typical)
    assert TESTS["heel_raise"].error.margin == 4
    assert TESTS["side_plank_floor"].error.typical == 10.95


def test_wide_ranges_are_known() -> None:
    (old,) = groups(TESTS["side_plank_floor"], OLD)
    assert old.wide
    assert not any(group.wide for group in groups(TESTS["heel_raise"], Person()))


@given(test=st.sampled_from(sorted(TESTS)), value=st.integers(-60, 900), person=st.builds(
    Person, age_years=st.none() | st.integers(10, 100), sex=st.sampled_from([None, "men", "women"])
))  # fmt: skip
def test_more_never_stands_lower(test: str, value: int, person: Person) -> None:
    order = ("below", "around", "above")
    for group in groups(TESTS[test], person):
        assert group.low <= group.norm.value <= group.high
        assert order.index(group.standing(value)) <= order.index(group.standing(value + 1))


@pytest.mark.parametrize(
    ("key", "person", "value", "yes"),
    [
        ("heel_raise", Person(), 19, True),
        ("heel_raise", Person(), 20, False),  # below one group and around the other
        (
            "heel_raise",
            Person(sex="men", age_years=75),
            15,
            False,
        ),  # around the table for the 70s, below the newer median
        ("sit_to_stand", Person(age_years=47), 28, False),
        ("sit_to_stand", Person(age_years=47), 27, True),
        ("sit_to_stand", Person(), 1, False),  # a goal is no group
        ("thomas", Person(), 20, True),  # a thigh well above level is what leads on
        ("thomas", Person(), -20, False),
        ("knee_up_hold", Person(), 1, False),  # no group, no word
        ("heel_raise", Person(age_years=11), 1, False),
    ],
)
def test_a_value_leads_on_only_when_every_group_agrees(key: str, person: Person, value: float, yes: bool) -> None:
    assert asks(TESTS[key], value, person) is yes


@pytest.mark.parametrize(
    ("key", "left", "right", "counts"),
    [
        ("heel_raise", 25, 20, False),  # 5 apart is the error
        ("heel_raise", 26, 20, True),  # 6 apart, 23 %
        ("heel_raise", 20, 27, True),
        ("heel_raise", 40, 33, False),  # 7 apart, and less than 20 %
        ("heel_raise", 40, None, False),
        ("side_lying_hold", 90, 63, False),
        ("side_lying_hold", 90, 62, True),
        ("thomas", -11, 15, False),
        ("thomas", -12, 15, True),
    ],
)
def test_a_gap_counts_above_the_error_of_the_test(key: str, left: float, right: float | None, counts: bool) -> None:
    assert gap_counts(TESTS[key], Sides(left=left, right=right)) is counts


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS)
@pytest.mark.parametrize("value", [-1000, 10_000, float("nan"), float("inf")])
def test_what_cannot_be_is_refused_in_words(test, value: float) -> None:
    with pytest.raises(BadAnswer) as caught:
        entry(test, value)
    assert "cannot be right" in str(caught.value.what)
    assert str(test.entry_high) in str(caught.value.advice)


def test_what_can_be_is_taken() -> None:
    for test in TESTS.values():
        for value in (test.entry_low, test.entry_high, None):
            assert entry(test, value) == value


@pytest.mark.parametrize("age", [-3, 9, 101, 1000])
def test_an_age_that_cannot_be_is_refused(age: int) -> None:
    with pytest.raises(BadAnswer, match="10 to 100"):
        Person(age_years=age)
