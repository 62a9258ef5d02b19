"""A count stands where its group says, gaps count above the noise, and what cannot be is refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.coaching.home_tests import Person, Sides, asks, entry, gap_counts, groups
from core.errors import BadAnswer
from core.knowledge import load

KNOWLEDGE = load()
TESTS = KNOWLEDGE.tests


@pytest.mark.parametrize(
    ("person", "values"),
    [
        (Person(), [25, 24]),
        (Person(sex="men"), [24, 25, 24]),
        (Person(age_years=45), [25, 24]),
        (Person(sex="men", age_years=45), [28, 24, 25, 24]),
        (Person(sex="women", age_years=29), [30, 21, 25, 24]),
        (Person(sex="women", age_years=30), [27, 21, 25, 24]),
        (Person(sex="men", age_years=15), [24, 25, 24]),
        (Person(sex="men", age_years=95), [24, 25, 24]),
    ],
)
def test_heel_raises_stand_beside_the_age_table_and_the_newer_median_without_age(
    person: Person, values: list[float]
) -> None:
    assert [group.norm.value for group in groups(TESTS["heel_raise"], person)] == values


@pytest.mark.parametrize(
    ("key", "value", "standings"),
    [
        ("heel_raise", 18, ["below", "around"]),  # 25 and 24, give or take 6
        ("heel_raise", 19, ["around", "around"]),
        ("heel_raise", 31, ["around", "above"]),
        ("bridge_box", 19, ["below"]),  # what its source calls average runs from 20 to 30
        ("bridge_box", 20, ["around"]),
        ("bridge_box", 31, ["above"]),
        ("side_plank_floor", 28, ["below", "around"]),  # 54 ± 25 and 55 ± 28, the group's own spread
        ("side_plank_floor", 84, ["above", "above"]),
        ("thomas", 12, ["above"]),
        ("thomas", -12, ["below"]),
        ("thomas", 11, ["around"]),
    ],
)
def test_where_a_value_stands(key: str, value: float, standings: list[str]) -> None:
    assert [group.standing(value) for group in groups(TESTS[key], Person())] == standings


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
        ("heel_raise", Person(), 17, True),
        ("heel_raise", Person(), 18, False),  # below one group and around the other
        (
            "heel_raise",
            Person(sex="men", age_years=75),
            15,
            False,
        ),  # around the table for the 70s, below the newer median
        ("sit_to_stand", Person(), 20, False),
        ("sit_to_stand", Person(), 18, True),
        ("thomas", Person(), 15, True),  # a thigh well above level is what leads on
        ("thomas", Person(), -15, False),
        ("knee_up_hold", Person(), 1, False),  # no group, no word
        ("bridge_hold", Person(), 0, False),  # the noise is larger than the number: nothing can be told below it
    ],
)
def test_a_value_leads_on_only_when_every_group_agrees(key: str, person: Person, value: float, yes: bool) -> None:
    assert asks(TESTS[key], value, person) is yes


@pytest.mark.parametrize(
    ("key", "left", "right", "counts"),
    [
        ("heel_raise", 26, 20, False),  # 6 apart is the noise
        ("heel_raise", 27, 20, True),  # 7 apart, 26 %
        ("heel_raise", 20, 27, True),
        ("heel_raise", 40, 33, False),  # 7 apart, and less than 20 %
        ("heel_raise", 40, None, False),
        ("side_lying_hold", 90, 57, False),
        ("side_lying_hold", 90, 56, True),
        ("thomas", -15, 15, False),
        ("thomas", -16, 15, True),
    ],
)
def test_a_gap_counts_above_the_noise_of_the_test(key: str, left: float, right: float | None, counts: bool) -> None:
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
