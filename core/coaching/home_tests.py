"""The position of a home test relative to a reference group, and whether two sides differ by more than the test's noise.

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

Sex = Literal["men", "women"]
Standing = Literal["below", "around", "above"]
YOUNGEST_YEARS, OLDEST_YEARS = 10, 100

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

    A group of one sex or of one age is left out if the person's sex or age differs or is unknown.
    """

    def fits(norm: Norm) -> bool:
        if norm.sex not in ("all", person.sex):
            return False
        return norm.ages is None or (person.age_years is not None and norm.ages[0] <= person.age_years <= norm.ages[1])

    return tuple(_beside(test, norm) for norm in test.norms if fits(norm))


def _beside(test: HomeTest, norm: Norm) -> Beside:
    if norm.around is not None:
        return Beside(norm=norm, low=norm.around[0], high=norm.around[1])
    assert test.noise is not None, "the loader asks for a noise wherever there is a norm"
    margin = test.noise.value if norm.sd is None else norm.sd
    return Beside(norm=norm, low=norm.value - margin, high=norm.value + margin)


def asks(test: HomeTest, value: float, person: Person) -> bool:
    """Return whether a value leads to the test's drills: it is on the `asks_when` side of every group."""
    beside = groups(test, person)
    return bool(beside) and all(group.standing(value) == test.asks_when for group in beside)


def gap_counts(test: HomeTest, sides: Sides) -> bool:
    """Return whether the sides differ by more than the test's noise: by its value and, if given, by its share too.

    The share is of the larger side.
    """
    if sides.left is None or sides.right is None:
        return False
    gap, most = abs(sides.left - sides.right), max(abs(sides.left), abs(sides.right))
    share = test.side_gap.share_percent
    return gap > test.side_gap.value and (share is None or gap > most * share / 100)
