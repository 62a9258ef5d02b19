"""The references of a result's drawings: an average leg over the stride at the runner's pace, and its words.

They are read strictly from `core/knowledge/reference.toml`; every entry names its sources.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core import knowledge
from core.i18n.prose import OptionalProse, Prose, validated
from core.i18n.translate import current
from core.knowledge.types import SourceKeys, Strict
from core.model.strides import PHASES

FILE = Path(__file__).with_name("reference.toml")


@dataclass(frozen=True, kw_only=True)
class LegAngles(Strict):
    """A leg's angles over the stride, in degrees at each of `core.model.strides.PHASES` phases from initial contact.

    `thigh_extension` is measured from vertical, positive behind it; `knee_flexion` is 0 when straight; `toe_off` is a share of
    the stride.
    """

    speed_mps: float
    toe_off: float
    thigh_extension: tuple[float, ...]
    knee_flexion: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.thigh_extension) == len(self.knee_flexion) == PHASES:
            raise ValueError(f"expected {PHASES} phases")


@dataclass(frozen=True, kw_only=True)
class Leg(Strict):
    """The averages at the measured speeds, slowest first."""

    says: Prose
    short: Prose
    sources: SourceKeys
    at: tuple[LegAngles, ...]


@dataclass(frozen=True, kw_only=True)
class Trunk(Strict):
    """A mean lean, in degrees."""

    lean: float
    says: Prose
    sources: SourceKeys
    short: OptionalProse = ""


@dataclass(frozen=True, kw_only=True)
class Reference(Strict):
    """All references of the file."""

    leg: Leg
    trunk: Trunk
    race: Trunk


def load() -> Reference:
    """Return the contents of the file in the current language.

    Raises
    ------
    ValueError
        If the file holds something else.
    """
    return _load(current())


@cache
def _load(_: str) -> Reference:
    return validated(tomllib.loads(FILE.read_text(encoding="utf-8")), Reference)


def leg_at(speed_mps: float | None) -> LegAngles | None:
    """Return the average leg at a speed, interpolated between the two nearest measured speeds.

    It extrapolates as far as any line through lab data (`speed_reach_mps`); beyond that, or without a speed, it returns None.
    """
    at = load().leg.at
    reach = knowledge.load().general.speed_reach_mps
    if speed_mps is None or not at[0].speed_mps - reach <= speed_mps <= at[-1].speed_mps + reach:
        return None
    above = next((place for place in range(1, len(at)) if speed_mps <= at[place].speed_mps), len(at) - 1)
    slow, fast = at[above - 1], at[above]
    share = (speed_mps - slow.speed_mps) / (fast.speed_mps - slow.speed_mps)

    def between(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(round(a + share * (b - a), 1) for a, b in zip(one, other, strict=True))

    return LegAngles(
        speed_mps=speed_mps,
        toe_off=slow.toe_off + share * (fast.toe_off - slow.toe_off),
        thigh_extension=between(slow.thigh_extension, fast.thigh_extension),
        knee_flexion=between(slow.knee_flexion, fast.knee_flexion),
    )
