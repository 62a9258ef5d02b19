"""Whose dose a plan has: under 18, from a certain age on, new to such drills, or used to them."""

from __future__ import annotations

from core.coaching.home_tests import Person
from core.knowledge import Knowledge
from core.knowledge.types import ADULT_YEARS, Level


def level_of(person: Person, knowledge: Knowledge, *, under_18: bool = False, used: bool = False) -> Level:
    """Return the level of a person's doses.

    Parameters
    ----------
    person : Person
        Its age decides, if it is known.
    knowledge : Knowledge
        From which age on the doses are gentle.
    under_18 : bool
        Whether the runner of the clip is under 18.
    used : bool
        Whether the runner is used to such drills.
    """
    years = person.age_years
    if under_18 or (years is not None and years < ADULT_YEARS):
        return "junior"
    if years is not None and years >= knowledge.plan.gentle_years:
        return "gentle"
    return "used" if used else "new"
