"""The contents of the knowledge files: one frozen type for each kind of entry, with the field names of the TOML keys.

An entry's `key` is the name of its table; pages and reports refer to entries by it. Every list called `sources` holds keys of
`sources.toml`; lists called `muscles`, `tests` and `drills` hold keys of the tables of the same name. Every number has its
unit in the field's name or in a field called `unit`. Home tests are in `core.knowledge.home_test_types`, entries of their own
files in `core.knowledge.rules`, and target and reference ranges in `core.knowledge.targets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from core.i18n.prose import OptionalProse, Prose, ProseList
from core.model.measures import MeasureKey, Unit
from core.model.report import Verdict

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
SourceKeys = Annotated[tuple[Text, ...], Field(min_length=1)]
Read = Literal["abstract", "table", "excerpt", "second-hand", "article", "coach", "judgement"]
Grade = Literal["pooled", "trial", "measured", "modelled", "coaching", "judgement"]
Page = Literal["results", "explain", "strength", "plan"]
ADULT_YEARS = 18
Level = Literal["junior", "gentle", "new", "used"]
"""Whose dose: under 18, from 60 years on, new to such drills, used to them."""


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

    key: MeasureKey
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
    """A muscle's peak force in a computer model; `speeds_mps` are the slowest and the fastest speed of the model.

    `own_step_rate` states whether the runners took their own steps: other forces are not the muscle's own value.
    """

    value: float
    unit: Literal["body weights"]
    relation: Literal["about", "up to"]
    part: Prose
    condition: Prose
    speeds_mps: tuple[float, float]
    sources: SourceKeys
    second_hand: bool = False
    own_step_rate: bool = True


@dataclass(frozen=True, kw_only=True)
class Muscle(Strict):
    """A muscle, its rank in the article's order, what it does, and how certain that is.

    `besides` is what else is known of it than a force, with its own sources.
    """

    key: str
    rank: Annotated[int, Field(ge=1)]
    name: Prose
    plain_name: Prose
    role: Prose
    phase: Prose
    sureness: Prose
    sources: SourceKeys
    forces: Annotated[tuple[Force, ...], Field(min_length=1)]
    besides: OptionalProse = ""
    besides_sources: tuple[Text, ...] = ()

    @property
    def own_forces(self) -> tuple[Force, ...]:
        """The forces at a runner's own step rate."""
        return tuple(force for force in self.forces if force.own_step_rate)


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


DosesByLevel = Annotated[Mapping[Level, Prose], AfterValidator(MappingProxyType)]


@dataclass(frozen=True, kw_only=True)
class NotWhen(Strict):
    """A finding with which a drill is not offered."""

    finding: MeasureKey
    verdicts: Annotated[tuple[Verdict, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Drill(Strict):
    """A training idea, with its progress over the weeks and an easier and a harder version for today.

    `doses` are smaller doses for some levels, in words; `not_when` are findings with which it is not offered.
    """

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
    doses: DosesByLevel = field(default_factory=lambda: MappingProxyType({}))
    not_when: tuple[NotWhen, ...] = ()

    def dose_for(self, level: Level) -> str:
        """Return the dose in words for a level; juniors and the gentle start fall back to that of a beginner."""
        return self.doses.get(level) or (self.dose.says if level == "used" else self.doses.get("new", self.dose.says))


@dataclass(frozen=True, kw_only=True)
class Because(Strict):
    """A link to an entry, and the reason for it."""

    key: Text
    because: Prose
    sources: SourceKeys


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
