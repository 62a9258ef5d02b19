"""The types of the files that hold one entry: general settings and the rules of plans; see `core.knowledge.types`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from core.i18n.prose import Prose, ProseList
from core.knowledge.home_test_types import TestRules
from core.knowledge.types import Because, Grade, Read, SourceKeys, Strict, Text
from core.model.measures import MeasureKey
from core.model.report import Effort

ReadWords = Annotated[Mapping[Read, Prose], AfterValidator(MappingProxyType)]
GradeWords = Annotated[Mapping[Grade, Prose], AfterValidator(MappingProxyType)]
EffortWords = Annotated[Mapping[Effort, Prose], AfterValidator(MappingProxyType)]


@dataclass(frozen=True, kw_only=True)
class Ranking(Strict):
    """What the order of the muscles means and does not mean; the models agree on the first `sure_places`."""

    sure_places: Annotated[int, Field(ge=0)]
    says: Prose
    missing: Prose
    support: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Sitting(Strict):
    """What a long day of sitting changes: the text and which finding comes first, never a measure."""

    long_hours: float
    finding: MeasureKey
    drill: Text
    says: Prose
    because: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Young(Strict):
    """What is said to a runner under 18, who is compared with nobody."""

    says: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Training(Strict):
    """How often, how to progress, and when to film and test again."""

    days_per_week_low: int
    days_per_week_high: int
    rest_hours: int
    retest_weeks_low: int
    retest_weeks_high: int
    says: Prose
    sources: SourceKeys


Number = Annotated[int, Field(gt=0)]


@dataclass(frozen=True, kw_only=True)
class Points(Strict):
    """The points that each reason for a drill gives."""

    plain: Number
    probable: Number
    optional: Number
    test_below: Number
    side_gap: Number
    long_sitting: Number
    sitting_power: Number
    calf: Number


@dataclass(frozen=True, kw_only=True)
class Starter(Strict):
    """The drills that are offered if no result leads to a drill."""

    says: Prose
    drills: Annotated[tuple[Because, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class PlanRule(Strict):
    """How a plan is made: the page shows the same rule that `core.coaching.plan` follows.

    Attributes
    ----------
    most : int
        The largest number of drills in a plan.
    says : tuple of str
        The rule in words; the names of `points`, `most` and `long_hours` are placeholders for numbers.
    calf : Because
        The drill that stays in a plan whose result names the calf first.
    sitting_power : Because
        The second drill of a long day of sitting.
    starter, junior : Starter
        The optional drills if nothing asks for a change, for adults and for runners under 18.
    gentle_years : int
        From this age on, the doses are the gentle ones, with `gentle_says`.
    """

    most: Number
    weeks_low: int
    weeks_high: int
    says: ProseList
    variants: Prose
    points: Points
    calf: Because
    sitting_power: Because
    starter: Starter
    junior: Starter
    gentle_years: Number
    gentle_says: Prose
    gentle_sources: SourceKeys
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class General(Strict):
    """Settings that belong to no single entry.

    Attributes
    ----------
    release : str
        Increased by hand with each CHANGELOG line that changes a number.
    speed_reach_mps : float
        How far beyond the speeds of a study its range is used, in metres per second.
    probably : str
        The sentence that follows a verdict of 70 to 90 % probability.
    """

    release: Text
    speed_reach_mps: Annotated[float, Field(ge=0)]
    probably: Prose
    efforts: EffortWords
    reads: ReadWords
    grades: GradeWords
    ranking: Ranking
    sitting: Sitting
    young: Young
    training: Training
    test_rules: TestRules
