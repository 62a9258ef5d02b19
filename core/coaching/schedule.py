"""The days of a plan, and the plan as a calendar file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from icalendar import Calendar, Event

from core.coaching.plan import Plan
from core.errors import BadAnswer
from core.i18n.message import message as _
from core.i18n.translate import gettext
from core.knowledge import Knowledge

DAYS_OF_WEEK, HOURS_OF_DAY = 7, 24


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The days of a plan.

    Attributes
    ----------
    days : tuple of date
        Every training day, in ascending order.
    retest_on : date
        When to film and test again.
    """

    days: tuple[date, ...]
    retest_on: date


def schedule(start: date, weekdays: frozenset[int], weeks: int, knowledge: Knowledge) -> Schedule:
    """Return the days of a plan.

    Parameters
    ----------
    start : date
        The first possible training day.
    weekdays : frozenset of int
        0 is Monday.
    weeks : int
        How often each weekday is used.
    knowledge : Knowledge
        The limits on days per week, rest and weeks, and the time until the next test.

    Raises
    ------
    BadAnswer
        If there are too few or too many days per week or weeks, or too little rest between two days.
    """
    training, rule = knowledge.general.training, knowledge.plan
    low, high = training.days_per_week_low, training.days_per_week_high
    if not low <= len(weekdays) <= high:
        raise BadAnswer(
            _("A plan has {low} or {high} days a week.", low=low, high=high),
            _("Choose {low} or {high} days.", low=low, high=high),
        )
    if not rule.weeks_low <= weeks <= rule.weeks_high:
        raise BadAnswer(
            _("A plan of {weeks} weeks is not offered.", weeks=weeks),
            _(
                "Choose {low} to {high} weeks.",
                low=rule.weeks_low,
                high=rule.weeks_high,
            ),
        )
    order = sorted(weekdays)
    gaps = [later - sooner for sooner, later in pairwise([*order, order[0] + DAYS_OF_WEEK])]
    if min(gaps) * HOURS_OF_DAY < training.rest_hours:
        raise BadAnswer(
            _("There are fewer than {hours} hours between two of these days.", hours=training.rest_hours),
            _("Leave at least one free day between them, also over the weekend."),
        )
    days = [start + timedelta(days=number) for number in range(weeks * DAYS_OF_WEEK)]
    return Schedule(
        days=tuple(day for day in days if day.weekday() in weekdays),
        retest_on=start + timedelta(weeks=training.retest_weeks_low),
    )


def calendar_file(plan: Plan, planned: Schedule, made_on: datetime) -> bytes:
    """Return the plan as an iCalendar file (RFC 5545): one all-day event per training day, and one for the retest.

    Parameters
    ----------
    plan : Plan
        What to do on each day.
    planned : Schedule
        The days.
    made_on : datetime
        The time stamp that the format requires, with a time zone.
    """
    what = "\n".join(f"{chosen.drill.name}: {chosen.dose}." for chosen in plan.chosen)
    calendar = Calendar()
    calendar.add("prodid", "-//Stride Check//Plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", gettext("Stride Check plan"))
    for number, day in enumerate(planned.days, start=1):
        title = gettext("Drills, day {number} of {days}", number=number, days=len(planned.days))
        calendar.add_component(_event(day, title, "\n".join((what, gettext("Stop if it hurts."))), made_on))
    again = gettext("Film a clip at the same pace and do the same home tests again.")
    calendar.add_component(_event(planned.retest_on, gettext("Film and test again"), again, made_on))
    text: bytes = calendar.to_ical()
    return text


def _event(day: date, title: str, text: str, made_on: datetime) -> Event:
    event = Event()
    # The same plan made twice gives the same events, so a second download replaces the first in a calendar.
    event.add("uid", f"{hashlib.sha256(f'{day} {title}'.encode()).hexdigest()[:24]}@stride-check")
    event.add("dtstamp", made_on.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("description", text)
    event.add("transp", "TRANSPARENT")
    return event
