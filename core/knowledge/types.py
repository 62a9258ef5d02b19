"""The contents of the knowledge files: one frozen type for each kind of entry, with the field names of the TOML keys.

An entry's `key` is the name of its table; pages and reports refer to entries by it. Every list called `sources` holds keys of
`sources.toml`; lists called `muscles`, `tests` and `drills` hold keys of the tables of the same name. Every number has its
unit in the field's name or in a field called `unit`. Target and reference ranges are in `core.knowledge.targets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from core.i18n.prose import OptionalProse, Prose, ProseList
from core.model.report import Effort, Verdict

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
SourceKeys = Annotated[tuple[Text, ...], Field(min_length=1)]
Read = Literal["abstract", "table", "excerpt", "second-hand", "article", "coach", "judgement"]
Grade = Literal["pooled", "trial", "measured", "modelled", "coaching", "judgement"]
Unit = Literal["deg", "spm", "ms", "%", "ratio", "cm"]
Page = Literal["results", "explain", "strength", "plan"]
ReadWords = Annotated[Mapping[Read, Prose], AfterValidator(MappingProxyType)]
GradeWords = Annotated[Mapping[Grade, Prose], AfterValidator(MappingProxyType)]
EffortWords = Annotated[Mapping[Effort, Prose], AfterValidator(MappingProxyType)]


class Strict:
    """An entry that accepts only the keys of its fields."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Source(Strict):
    """The source of a claim, and how it was read; `ref` is a volume, an article number or an index number."""

    key: str
    authors: Prose
    what: Prose
    read: Read
    grade: Grade
    year: int | None = None
    journal: str = ""
    ref: str = ""
    doi: Annotated[str, StringConstraints(pattern=r"^(10\.\d{4,9}/\S+)?$")] = ""


@dataclass(frozen=True, kw_only=True)
class MeasureText(Strict):
    """A measure in words.

    Attributes
    ----------
    name, what, how : str
        Its name, what it is in one line, and how it is measured.
    more, less : str
        What a larger and a smaller value look like.
    unit, unit_words
        The unit, and the unit in words.
    says : str
        The sentence with the value, `{figure}`; with `{direction}` if it has a sign, and with `{word}` if it has a word.
    positive, negative : str
        Words for the sign of the value; the sign itself is then not shown.
    """

    key: str
    name: Prose
    unit: Unit
    unit_words: Prose
    what: Prose
    how: Prose
    more: Prose
    less: Prose
    says: Prose
    sources: SourceKeys
    positive: OptionalProse = ""
    negative: OptionalProse = ""


@dataclass(frozen=True, kw_only=True)
class Force(Strict):
    """A muscle's peak force in a computer model; `speeds_mps` are the slowest and the fastest speed of the model."""

    value: float
    unit: Literal["body weights"]
    relation: Literal["about", "more than"]
    part: Prose
    condition: Prose
    speeds_mps: tuple[float, float]
    sources: SourceKeys
    second_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class Muscle(Strict):
    """A muscle, its rank in the article's order, what it does, and how certain that is."""

    key: str
    rank: Annotated[int, Field(ge=1)]
    name: Prose
    plain_name: Prose
    role: Prose
    phase: Prose
    sureness: Prose
    sources: SourceKeys
    forces: tuple[Force, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dose(Strict):
    """The dose of a drill; a field that does not apply is None. `says` is the dose in words."""

    says: Prose
    sources: SourceKeys
    each_side: bool
    sets: int | None = None
    reps_low: int | None = None
    reps_high: int | None = None
    hold_s: int | None = None
    distance_m: int | None = None


@dataclass(frozen=True, kw_only=True)
class Drill(Strict):
    """A training idea, with its progress over the weeks and an easier and a harder version for today."""

    key: str
    name: Prose
    muscles: Texts
    dose: Dose
    steps: ProseList
    progress: Prose
    easier: Prose
    harder: Prose
    cautions: ProseList
    evidence: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Norm(Strict):
    """A reference value of a test: whose value it is, and which kind of number it is.

    `kind` is 'unstated' if the text that was read does not state it. `ages` are years, both ends included. `sd` is the
    group's own spread, and `around` is the range that its source calls average, if known.
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
class SideGap(Strict):
    """The smallest gap between the legs that is worth mentioning: `value` and, if given, `share_percent` too."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["reps", "s", "deg"]
    because: Prose
    sources: SourceKeys
    share_percent: float | None = None


@dataclass(frozen=True, kw_only=True)
class Noise(Strict):
    """How far one try of a test can be from a group's value and still count as around it."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["reps", "s", "deg"]
    because: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Beat(Strict):
    """The metronome of a test, and how many beats one repeat takes."""

    per_min: Annotated[int, Field(gt=0)]
    per_rep: Annotated[int, Field(gt=0)]
    says: Prose
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Because(Strict):
    """A link to an entry, and the reason for it."""

    key: Text
    because: Prose
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
    noise : Noise, optional
        Required if there are reference values.
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
    side_gap: SideGap
    drills: Annotated[tuple[Because, ...], Field(min_length=1)]
    asks_when: Literal["below", "above"] = "below"
    norms: tuple[Norm, ...] = ()
    noise: Noise | None = None
    beat: Beat | None = None


@dataclass(frozen=True, kw_only=True)
class Links(Strict):
    """The muscles, tests and drills that follow from a finding."""

    muscles: tuple[Because, ...] = ()
    tests: tuple[Because, ...] = ()
    drills: tuple[Because, ...] = ()

    def __add__(self, other: Links) -> Links:
        return Links(
            muscles=self.muscles + other.muscles, tests=self.tests + other.tests, drills=self.drills + other.drills
        )


LinksByVerdict = Annotated[Mapping[Verdict | Literal["always", "otherwise"], Links], AfterValidator(MappingProxyType)]
"""`always` applies to every verdict, `otherwise` to verdicts without a table of their own."""


@dataclass(frozen=True, kw_only=True)
class Difference(Strict):
    """A claim of the two articles, what studies found, and the text for one page."""

    key: str
    place: Annotated[int, Field(ge=1)]
    claim: Prose
    claim_sources: SourceKeys
    studies: Prose
    sources: SourceKeys
    says: Prose
    page: Page


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
    finding: Text
    drill: Text
    says: Prose
    because: Prose
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


@dataclass(frozen=True, kw_only=True)
class TestRules(Strict):
    """Rules that apply to every home test."""

    __test__ = False

    before: ProseList
    stop_when: ProseList
    ask_first: ProseList
    see_someone: ProseList
    labels: ProseList
    side_gap_note: Prose
    rest_min: int
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class Points(Strict):
    """The points that each reason for a drill gives."""

    figure_outside: Annotated[int, Field(gt=0)]
    figure_close: Annotated[int, Field(gt=0)]
    test_below: Annotated[int, Field(gt=0)]
    side_gap: Annotated[int, Field(gt=0)]
    long_sitting: Annotated[int, Field(gt=0)]


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
    """

    most: Annotated[int, Field(gt=0)]
    weeks_low: int
    weeks_high: int
    says: ProseList
    variants: Prose
    points: Points
    starter: Starter
    sources: SourceKeys


@dataclass(frozen=True, kw_only=True)
class General(Strict):
    """Settings that belong to no single entry.

    Attributes
    ----------
    release : str
        Increased by hand with each CHANGELOG line that changes a number.
    speed_reach_mps : float
        How far beyond the speeds of a study its line is used, in metres per second.
    """

    release: Text
    speed_reach_mps: Annotated[float, Field(ge=0)]
    efforts: EffortWords
    reads: ReadWords
    grades: GradeWords
    ranking: Ranking
    sitting: Sitting
    training: Training
    test_rules: TestRules
