"""A plan's days leave rest between, and its calendar file says the same to any calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from core.coaching.home_tests import Person
from core.coaching.plan import choose
from core.coaching.schedule import calendar_file, schedule
from core.errors import BadAnswer
from core.knowledge import load

KNOWLEDGE = load()
MONDAY = date(2026, 11, 23)
PLAN = choose((), {}, Person(), None, KNOWLEDGE)
MADE_ON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_days_of_a_plan() -> None:
    made = schedule(MONDAY, frozenset({0, 3}), 4, KNOWLEDGE)
    assert made.days[:3] == (MONDAY, date(2026, 11, 26), date(2026, 11, 30))
    assert len(made.days) == 8
    assert made.retest_on == MONDAY + timedelta(weeks=6)


@given(
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.sampled_from([{0, 2}, {0, 3}, {1, 4, 6}, {0, 2, 4}]),
    st.integers(4, 6),
)
def test_there_are_always_48_hours_between_and_the_test_comes_after_the_last_day(start, weekdays, weeks) -> None:
    made = schedule(start, frozenset(weekdays), weeks, KNOWLEDGE)
    assert len(made.days) == weeks * len(weekdays)
    assert made.days[0] >= start
    assert all(later - sooner >= timedelta(days=2) for sooner, later in zip(made.days, made.days[1:], strict=False))
    assert made.retest_on > made.days[-1]


@pytest.mark.parametrize(
    ("weekdays", "weeks", "says"),
    [
        (set(), 6, "Choose 2 or 3 days"),
        ({1}, 6, "Choose 2 or 3 days"),
        ({0, 2, 4, 6}, 6, "Choose 2 or 3 days"),
        ({0, 1}, 6, "48 hours"),
        ({0, 6}, 6, "48 hours"),
        ({0, 2}, 3, "4 to 6 weeks"),
        ({0, 2}, 7, "4 to 6 weeks"),
    ],
)
def test_what_is_not_offered_is_refused_in_words(weekdays: set[int], weeks: int, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        schedule(MONDAY, frozenset(weekdays), weeks, KNOWLEDGE)


def test_the_calendar_file_reads_back_with_every_day_and_the_doses_as_sourced() -> None:
    made = schedule(MONDAY, frozenset({0, 2, 4}), 6, KNOWLEDGE)
    file = calendar_file(PLAN, made, MADE_ON)
    calendar = Calendar.from_ical(file)
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [*made.days, made.retest_on]
    assert len({str(event["uid"]) for event in events}) == len(events)
    for event in events[:-1]:
        for chosen in PLAN.chosen:
            assert f"{chosen.drill.name}: {chosen.dose}." in str(event["description"])
    assert str(events[-1]["summary"]) == "Film and test again"
    assert b"\r\n" in file
    assert all(len(line) <= 75 for line in file.split(b"\r\n")), "RFC 5545: lines are folded"


def test_the_same_plan_made_again_replaces_its_events() -> None:
    made = schedule(MONDAY, frozenset({0, 3}), 4, KNOWLEDGE)

    def uids(when: datetime) -> list[str]:
        return [str(event["uid"]) for event in Calendar.from_ical(calendar_file(PLAN, made, when)).walk("VEVENT")]

    assert uids(MADE_ON) == uids(MADE_ON + timedelta(days=1))
