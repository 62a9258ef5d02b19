"""The types of home tests; see `core.knowledge.types`."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Annotated, Literal

from pydantic import Field

from core.i18n.prose import Prose, ProseList
from core.knowledge.types import Because, SourceKeys, Strict, Texts
from core.model.measures import Z90


@dataclass(frozen=True, kw_only=True)
class Norm(Strict):
    """A reference value of a test: whose value it is, and which kind of number it is.

    `kind` is 'unstated' if the text that was read does not state it. `ages` are the years of the people who were measured, both
    ends included; without them it is shown, and nobody is compared with it. `sd` is the group's own spread, and `around` is
    the range that its source calls average, if known.
    """

    value: float
    unit: Literal["reps", "s", "deg"]
    kind: Literal["mean", "median", "model", "goal", "limit", "unstated"]
    who: Prose
    sources: SourceKeys
    sd: float | None = None
    around: tuple[float, float] | None = None
    sex: Literal["men", "women", "all"] = "all"
    ages: tuple[int, int] | None = None
    second_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class TestError(Strict):
    """The typical error of one test: the standard deviation of repeats of the same person."""

    __test__ = False

    typical: Annotated[float, Field(gt=0)]
    unit: Literal["reps", "s", "deg"]
    because: Prose
    sources: SourceKeys

    @property
    def margin(self) -> int:
        """The error of one test: half of its 90 % interval, 1.645 typical errors."""
        return round(Z90 * self.typical)

    @property
    def gap(self) -> int:
        """The error of the difference of two tests."""
        return round(Z90 * sqrt(2) * self.typical)


@dataclass(frozen=True, kw_only=True)
class Beat(Strict):
    """The metronome of a test, and how many beats one repeat takes."""

    per_min: Annotated[int, Field(gt=0)]
    per_rep: Annotated[int, Field(gt=0)]
    says: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class HomeTest(Strict):
    """A test that a runner does at home, and what it cannot distinguish.

    Attributes
    ----------
    short : str
        Its name on a button.
    entry_low, entry_high : int
        The smallest and the largest value that can be entered, in `unit`.
    asks_when : {'below', 'above'}
        The side of the groups on which a result leads to `drills`.
    error : TestError
        Of one try on one side.
    gap_share_percent : float, optional
        How large a gap between the sides has to be, in addition to being larger than its error, in percent of the larger side.
    """

    key: str
    name: Prose
    short: Prose
    muscles: Texts
    unit: Literal["reps", "s", "deg"]
    entry_low: int
    entry_high: int
    protocol: ProseList
    stop_when: ProseList
    depends_on: Prose
    cannot_tell: Prose
    sources: SourceKeys
    error: TestError
    drills: Annotated[tuple[Because, ...], Field(min_length=1)]
    asks_when: Literal["below", "above"] = "below"
    norms: tuple[Norm, ...] = ()
    gap_share_percent: float | None = None
    beat: Beat | None = None


@dataclass(frozen=True, kw_only=True)
class TestRules(Strict):
    """Rules that apply to every home test."""

    __test__ = False

    adults: Prose
    adults_only: Prose
    before: ProseList
    stop_when: ProseList
    ask_first: ProseList
    see_someone: ProseList
    labels: ProseList
    side_gap_note: Prose
    rest_min: int
    sources: SourceKeys
