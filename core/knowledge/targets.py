"""The target ranges and reference ranges of measures: the types of `bands.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
class Reference(Strict):
    """A reference range: what studies found; `low` and `high` are the same line if only an average is known.

    `from_mps` and `to_mps` are the measured speeds, or None if they are unknown. `says` contains `{range}`.
    """

    unit: Unit
    label: Prose
    says: Prose
    low: Line
    high: Line
    sources: SourceKeys
    from_mps: float | None = None
    to_mps: float | None = None
    second_hand: bool = False

    @property
    def needs_speed(self) -> bool:
        """Whether the range needs a known speed."""
        return self.low.per_mps != 0 or self.high.per_mps != 0


@dataclass(frozen=True, kw_only=True)
class Says(Strict):
    """One or two sentences for each verdict; `{figure}`, `{direction}`, `{mark}` and `{when}` are placeholders."""

    within: Prose
    too_close_to_call: Prose
    described: Prose
    below: OptionalProse = ""
    above: OptionalProse = ""

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
class EffortMark(Strict):
    """A target range that depends on effort: `centre` plus or minus `tolerance`, or `any_effort` if the effort is unknown."""

    kind: Literal["by_effort"]
    unit: Unit
    label: Prose
    centre: EffortDegrees
    tolerance: Annotated[float, Field(gt=0)]
    any_effort: tuple[float, float]
    any_effort_words: Prose
    says: Says
    why: Prose
    sources: SourceKeys

    edges: ClassVar[tuple[Verdict, ...]] = ("below", "above")


@dataclass(frozen=True, kw_only=True)
class SpeedMark(Strict):
    """A minimum that depends on true speed: `least` at `at_mps`, and `per_mps` more for each metre per second.

    If the pace is unknown, the minimum is `least`, and it applies only at the efforts of `efforts_without_pace`.
    """

    kind: Literal["by_speed"]
    unit: Unit
    label: Prose
    least: float
    at_mps: float
    per_mps: float
    from_mps: float
    to_mps: float
    efforts_without_pace: tuple[Effort, ...]
    with_pace_words: Prose
    without_pace_words: Prose
    says: Says
    why: Prose
    sources: SourceKeys

    edges: ClassVar[tuple[Verdict, ...]] = ("below",)


@dataclass(frozen=True, kw_only=True)
class MostMark(Strict):
    """A maximum at every effort and speed."""

    kind: Literal["at_most"]
    unit: Unit
    label: Prose
    most: float
    says: Says
    why: Prose
    sources: SourceKeys

    edges: ClassVar[tuple[Verdict, ...]] = ("above",)


@dataclass(frozen=True, kw_only=True)
class StudiesMark(Strict):
    """No target range of the coach: if the speed is known, the measure is compared with its reference range."""

    kind: Literal["studies"]
    says: Says
    why: Prose
    sources: SourceKeys

    unit: ClassVar[None] = None
    edges: ClassVar[tuple[Verdict, ...]] = ("below", "above")


Mark = Annotated[EffortMark | SpeedMark | MostMark | StudiesMark, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class BandData(Strict):
    """The target range and reference range of a measure, and the doubt if studies disagree."""

    key: MeasureKey
    mark: Mark | None = None
    reference: Reference | None = None
    doubt: OptionalProse = ""
    sources: tuple[Text, ...] = ()
