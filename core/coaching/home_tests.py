"""The position of a home test relative to a reference group, and whether two sides differ by more than the test's error.

Nobody passes or fails here: a group shows what other people did, and a test measures only roughly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.errors import BadAnswer
from core.i18n.message import message as _
from core.i18n.translate import marked
from core.knowledge.home_test_types import HomeTest, Norm
from core.knowledge.types import ADULT_YEARS

Sex = Literal["men", "women"]
Standing = Literal["below", "around", "above"]
YOUNGEST_YEARS, OLDEST_YEARS = 10, 100
LAST_YEARS = 99
"""A group up to this age is one of all adults."""

UNIT_WORDS: Mapping[str, str] = MappingProxyType(
    {"reps": marked("repeats"), "s": marked("seconds"), "deg": marked("degrees")}
)
"""The units of tests in words."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Which groups a person wants to be compared with; an unknown field is None.

    Raises
    ------
    BadAnswer
        If the age is outside 10 to 100 years.
    """

    age_years: int | None = None
    sex: Sex | None = None

    def __post_init__(self) -> None:
        if self.age_years is not None and not YOUNGEST_YEARS <= self.age_years <= OLDEST_YEARS:
            raise BadAnswer(
                _("An age of {years:g} cannot be used here.", years=self.age_years),
                _(
                    "Give it in whole years, {youngest} to {oldest}, or leave it empty.",
                    youngest=YOUNGEST_YEARS,
                    oldest=OLDEST_YEARS,
                ),
            )


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The result of each leg, in the test's unit; a side that was not tested is None."""

    left: float | None = None
    right: float | None = None

    @property
    def tested(self) -> tuple[float, ...]:
        """The values of the tested sides, left first."""
        return tuple(value for value in (self.left, self.right) if value is not None)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """A group's value, and the range of values that count as around it."""

    norm: Norm
    low: float
    high: float

    @property
    def wide(self) -> bool:
        """Whether the range is so wide that one test tells little: half of it is more than half of the value."""
        return self.high - self.low > abs(self.norm.value)

    def standing(self, value: float) -> Standing:
        """Return the position of a value; a value on an edge is around."""
        if value < self.low:
            return "below"
        return "above" if value > self.high else "around"


def entry(test: HomeTest, value: float | None) -> float | None:
    """Return an entered value, or None if nothing was entered.

    Raises
    ------
    BadAnswer
        If it is outside the range that the knowledge allows for the test.
    """
    if value is None or test.entry_low <= value <= test.entry_high:
        return value
    unit = _(UNIT_WORDS[test.unit])
    low, high, given = (f"{number:g}".replace("-", "−") for number in (test.entry_low, test.entry_high, value))
    raise BadAnswer(
        _("{value} {unit} cannot be right.", value=given, unit=unit),
        _("Enter {low} to {high} {unit}, or leave it empty.", low=low, high=high, unit=unit),
    )


def groups(test: HomeTest, person: Person) -> tuple[Beside, ...]:
    """Return the groups that a person can be compared with, in the order of the knowledge.

    Only groups of measured people of that age and sex count. Without an age, a group of all adults does.
    """

    def fits(norm: Norm) -> bool:
        if norm.ages is None or norm.sex not in ("all", person.sex):
            return False
        low, high = norm.ages
        if person.age_years is None:
            return low <= ADULT_YEARS and high >= LAST_YEARS
        return low <= person.age_years <= high

    return tuple(_beside(test, norm) for norm in test.norms if fits(norm))


def others(test: HomeTest) -> tuple[Norm, ...]:
    """Return the values that nobody is compared with: goals, and groups whose ages were not read."""
    return tuple(norm for norm in test.norms if norm.ages is None)


def _beside(test: HomeTest, norm: Norm) -> Beside:
    """Return a group with its middle: its own spread, but at least the error of one test."""
    if norm.around is not None:
        return Beside(norm=norm, low=norm.around[0], high=norm.around[1])
    margin = max(norm.sd or 0.0, test.error.margin)
    return Beside(norm=norm, low=norm.value - margin, high=norm.value + margin)


def asks(test: HomeTest, value: float, person: Person) -> bool:
    """Return whether a value leads to the test's drills: it is on the `asks_when` side of every group."""
    beside = groups(test, person)
    return bool(beside) and all(group.standing(value) == test.asks_when for group in beside)


def gap_counts(test: HomeTest, sides: Sides) -> bool:
    """Return whether the sides differ by more than the error of two tests and, if the test has one, by more than a share.

    The share is of the larger side.
    """
    if sides.left is None or sides.right is None:
        return False
    gap, most = abs(sides.left - sides.right), max(abs(sides.left), abs(sides.right))
    share = test.gap_share_percent
    return gap > test.error.gap and (share is None or gap > most * share / 100)
