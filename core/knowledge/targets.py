"""What a figure is held against and shown beside: the types of `bands.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core.knowledge.types import SourceKeys, Strict, Text, Unit
from core.model.report import Effort

EffortDegrees = Annotated[Mapping[Effort, float], AfterValidator(MappingProxyType)]


@dataclass(frozen=True, kw_only=True)
class Line(Strict):
    """A straight line over running speed, in the unit of whatever holds it; level where `per_mps` is 0."""

    at_rest: float
    per_mps: float = 0.0

    def at(self, speed_mps: float) -> float:
        """Return the line's value at that speed (metres per second)."""
        return self.at_rest + self.per_mps * speed_mps


@dataclass(frozen=True, kw_only=True)
class Reference(Strict):
    """What studies found; `low` and `high` are the same line where only an average was read.

    `from_mps` and `to_mps` are the speeds that were run, None where they were not read. `says` has `{range}` in it.
    """

    unit: Unit
    label: Text
    says: Text
    low: Line
    high: Line
    sources: SourceKeys
    from_mps: float | None = None
    to_mps: float | None = None
    second_hand: bool = False

    @property
    def needs_speed(self) -> bool:
        """Whether it means nothing without a known speed."""
        return self.low.per_mps != 0 or self.high.per_mps != 0


@dataclass(frozen=True, kw_only=True)
class Says(Strict):
    """One sentence or two for each verdict; `{figure}`, `{direction}`, `{mark}` and `{when}` are filled in."""

    within: Text
    too_close_to_call: Text
    described: Text
    below: str = ""
    above: str = ""


@dataclass(frozen=True, kw_only=True)
class EffortMark(Strict):
    """A mark that moves with effort: `centre` plus and minus `tolerance`, or `any_effort` where none was told."""

    kind: Literal["by_effort"]
    unit: Unit
    label: Text
    centre: EffortDegrees
    tolerance: Annotated[float, Field(gt=0)]
    any_effort: tuple[float, float]
    any_effort_words: Text
    says: Says
    why: Text
    sources: SourceKeys

    edges = ("below", "above")


@dataclass(frozen=True, kw_only=True)
class SpeedMark(Strict):
    """A least value that moves with true speed: `least` at `at_mps`, `per_mps` more for each metre per second.

    Where the pace is not known it is `least`, and held against only at the efforts of `efforts_without_pace`.
    """

    kind: Literal["by_speed"]
    unit: Unit
    label: Text
    least: float
    at_mps: float
    per_mps: float
    from_mps: float
    to_mps: float
    efforts_without_pace: tuple[Effort, ...]
    with_pace_words: Text
    without_pace_words: Text
    says: Says
    why: Text
    sources: SourceKeys

    edges = ("below",)


@dataclass(frozen=True, kw_only=True)
class MostMark(Strict):
    """A largest value, whatever the effort and speed."""

    kind: Literal["at_most"]
    unit: Unit
    label: Text
    most: float
    says: Says
    why: Text
    sources: SourceKeys

    edges = ("above",)


@dataclass(frozen=True, kw_only=True)
class StudiesMark(Strict):
    """No coach's mark: the figure is held against the band's own reference, where the speed is known."""

    kind: Literal["studies"]
    says: Says
    why: Text
    sources: SourceKeys

    edges = ("below", "above")


Mark = Annotated[EffortMark | SpeedMark | MostMark | StudiesMark, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class BandData(Strict):
    """What a figure is held against and shown beside, and where studies doubt it."""

    key: str
    mark: Mark | None = None
    reference: Reference | None = None
    doubt: str = ""
    sources: tuple[Text, ...] = ()
