"""The target ranges and reference ranges of measures: the types of `bands.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from core.i18n.prose import OptionalProse, Prose
from core.knowledge.types import SourceKeys, Strict, Text
from core.model.measures import MeasureKey, Unit
from core.model.report import Effort, Verdict

EffortDegrees = Annotated[Mapping[Effort, float], AfterValidator(MappingProxyType)]


@dataclass(frozen=True, kw_only=True)
class Line(Strict):
    """A straight line over running speed, in the unit of its owner; constant if `per_mps` is 0."""

    at_rest: float
    per_mps: float = 0.0

    def at(self, speed_mps: float) -> float:
        """Return the line's value at that speed (metres per second)."""
        return self.at_rest + self.per_mps * speed_mps


@dataclass(frozen=True, kw_only=True)
class Height(Strict):
    """How a range moves with body height: `per_cm` for each centimetre over `at_cm`, at most by `most`."""

    per_cm: float
    at_cm: Annotated[float, Field(gt=0)]
    most: Annotated[float, Field(gt=0)]
    label: Prose
    sources: SourceKeys

    def shift(self, height_cm: float) -> float:
        """Return how far the range moves, in its own unit."""
        return min(max(self.per_cm * (height_cm - self.at_cm), -self.most), self.most)


@dataclass(frozen=True, kw_only=True)
class Reference(Strict):
    """A reference range: what studies found; `low` and `high` are the same line if only an average is known.

    Attributes
    ----------
    says : str
        A sentence that contains `{range}`.
    from_mps, to_mps : float, optional
        The measured speeds, if they are known: the range is used near them only.
    efforts : tuple of Effort
        The efforts that it is used at if the speed does not decide; empty for all.
    height : Height, optional
        How it moves with body height, if the runner gave it.
    """

    unit: Unit
    label: Prose
    says: Prose
    low: Line
    high: Line
    sources: SourceKeys
    from_mps: float | None = None
    to_mps: float | None = None
    efforts: tuple[Effort, ...] = ()
    height: Height | None = None
    second_hand: bool = False

    @property
    def needs_speed(self) -> bool:
        """Whether the range needs a known speed."""
        return self.low.per_mps != 0 or self.high.per_mps != 0


@dataclass(frozen=True, kw_only=True)
class Says(Strict):
    """One or two sentences for each verdict; `{figure}`, `{direction}` and `{mark}` are placeholders.

    `reached` is for a minimum that does not apply at the runner's effort, but is met.
    """

    described: Prose
    within: OptionalProse = ""
    too_close_to_call: OptionalProse = ""
    below: OptionalProse = ""
    above: OptionalProse = ""
    reached: OptionalProse = ""

    def of(self, verdict: Verdict) -> str:
        """Return the sentences for a verdict."""
        return {
            "below": self.below,
            "within": self.within,
            "above": self.above,
            "too_close_to_call": self.too_close_to_call,
            "described": self.described,
        }[verdict]


@dataclass(frozen=True, kw_only=True)
class RangeMark(Strict):
    """The coach's range, the same at every effort.

    `place` is where in it the coach would have each effort, and `place_words` the sentence for it, with `{place}` and `{when}`.
    `optional` states that studies doubt the range as a target: what follows from it is offered, not advised.
    """

    kind: Literal["range"]
    unit: Unit
    label: Prose
    low: float
    high: float
    says: Says
    why: Prose
    sources: SourceKeys
    place: EffortDegrees = field(default_factory=lambda: MappingProxyType({}))
    place_words: OptionalProse = ""
    optional: bool = False

    edges: ClassVar[tuple[Verdict, ...]] = ("below", "above")
    worded: ClassVar[tuple[Verdict, ...]] = ("below", "within", "above", "too_close_to_call")


@dataclass(frozen=True, kw_only=True)
class LeastMark(Strict):
    """The coach's minimum: it applies at `efforts`; at others a measure can meet it, and is never below it."""

    kind: Literal["at_least"]
    unit: Unit
    label: Prose
    least: float
    efforts: tuple[Effort, ...]
    says: Says
    why: Prose
    sources: SourceKeys
    optional: bool = False

    edges: ClassVar[tuple[Verdict, ...]] = ("below",)
    worded: ClassVar[tuple[Verdict, ...]] = ("below", "within", "too_close_to_call")


@dataclass(frozen=True, kw_only=True)
class StudiesMark(Strict):
    """No target range of the coach: if the speed is known, the measure is compared with its reference range."""

    kind: Literal["studies"]
    says: Says
    why: Prose
    sources: SourceKeys
    optional: bool = False

    unit: ClassVar[None] = None
    edges: ClassVar[tuple[Verdict, ...]] = ("below", "above")
    worded: ClassVar[tuple[Verdict, ...]] = ("below", "within", "above", "too_close_to_call")


@dataclass(frozen=True, kw_only=True)
class Together(Strict):
    """Another measure that has to be beyond its own reference range too, by `beyond` in its unit."""

    key: MeasureKey
    beyond: float


@dataclass(frozen=True, kw_only=True)
class UnusualMark(Strict):
    """No target range: the measure is described, unless it is above its reference range by more than `beyond`."""

    kind: Literal["unusual"]
    beyond: Annotated[float, Field(ge=0)]
    says: Says
    why: Prose
    sources: SourceKeys
    together: Together | None = None
    optional: bool = False

    unit: ClassVar[None] = None
    edges: ClassVar[tuple[Verdict, ...]] = ("above",)
    worded: ClassVar[tuple[Verdict, ...]] = ("above",)


Mark = Annotated[RangeMark | LeastMark | StudiesMark | UnusualMark, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class BandData(Strict):
    """The target range and reference range of a measure, and the doubt if studies disagree."""

    key: MeasureKey
    mark: Mark | None = None
    reference: Reference | None = None
    doubt: OptionalProse = ""
    sources: tuple[Text, ...] = ()
