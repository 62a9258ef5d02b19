"""The leg from the side with its seven muscles, and the five moments of a step, drawn from `leg_muscles.toml` as SVG."""

from __future__ import annotations

import functools
import textwrap
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge.types import Muscle
from view.drawing import runner as d
from view.text import wording

LEG = Path(__file__).with_name("leg_muscles.toml")
WIDTH, HEIGHT = 360, 470
_LETTERS = 11  # as many as fit next to the leg, and under a moment

Phase = Literal["initial_contact", "mid_stance", "toe_off", "early_swing", "late_swing"]


class Strict:
    """An entry that rejects unknown keys."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Place(Strict):
    """Where a muscle is drawn and named, and in which moments of a step it is lit; see `leg_muscles.toml`."""

    shape: str
    point: tuple[float, float]
    label: tuple[float, float]
    side: Literal["left", "right"]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    deep: bool = False


@dataclass(frozen=True, kw_only=True)
class Leg(Strict):
    """All of `leg_muscles.toml`; muscles are in drawing order, so the last are on top."""

    outline: str
    muscles: Mapping[str, Place]


MOMENTS: dict[Phase, tuple[str, d.Posture]] = {
    "initial_contact": (marked("Landing"), d.INITIAL_CONTACT),
    "mid_stance": (marked("Mid-stance"), d.MID_STANCE),
    "toe_off": (marked("Push-off"), d.TOE_OFF),
    "early_swing": (marked("Early swing"), replace(d.TOE_OFF, near_thigh=-2, near_knee=86, near_foot=22, far_thigh=30,
                                                   far_knee=26, far_foot=0, near_arm=14, far_arm=-26)),
    "late_swing": (marked("Late swing"), replace(d.TOE_OFF, near_thigh=48, near_knee=62, near_foot=-4, far_thigh=-16,
                                                 far_knee=22, far_foot=10, near_arm=-44, far_arm=30)),
}  # fmt: skip
"""Five moments of a step of the near leg: name and posture."""


@functools.cache
def load() -> Leg:
    """Return the leg's drawing; a mistake in the file is a bug and raises pydantic's ValidationError."""
    return TypeAdapter(Leg).validate_python(tomllib.loads(LEG.read_text(encoding="utf-8")))


def leg(muscles: Iterable[Muscle], palette: d.Palette, sure_places: int, asked: Collection[str] = ()) -> str:
    """Return the leg as SVG whose muscles are buttons, each with its number and name next to it.

    Parameters
    ----------
    muscles : iterable of Muscle
        In the order in which a screen reader reads them.
    palette : Palette
        Colours of the visitor's theme; the page's style sheet lights up the chosen muscle.
    sure_places : int
        How many of the first places are certain; the numbers of the others are dashed.
    asked : collection of str
        Keys of the muscles that a result refers to; they have a ring.
    """
    drawn, by_key = load(), {muscle.key: muscle for muscle in muscles}
    shapes = "".join(_shape(key, place) for key, place in drawn.muscles.items())
    buttons = "".join(
        _button(muscle, drawn.muscles[key], muscle.rank <= sure_places, key in asked) for key, muscle in by_key.items()
    )
    name = escape(_("A leg from the side, with seven muscles to choose from"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="group" aria-label="{name}">'
        f'<line x1="92" y1="464" x2="268" y2="464" stroke="{palette.ground}" stroke-width="4" stroke-linecap="round"/>'
        f'<path d="{drawn.outline}" fill="{palette.paper}" stroke="{palette.ground}" stroke-width="2"/>'
        f"{shapes}{buttons}</svg>"
    )


def _shape(key: str, place: Place) -> str:
    deep = " deep" if place.deep else ""
    return f'<path class="muscle{deep}" data-muscle="{key}" d="{place.shape}"/>'


def _button(muscle: Muscle, place: Place, sure: bool, asked: bool) -> str:
    """Draw a muscle's line, number and name: the part that is focused, pressed and read out."""
    (x, y), (point_x, point_y) = place.label, place.point
    left = place.side == "left"
    lines = textwrap.wrap(wording.name(muscle.plain_name), _LETTERS, break_long_words=False)
    text_x, anchor = (x - 22, "end") if left else (x + 22, "start")
    first_y = y + 5 - 8 * (len(lines) - 1)
    # The space between the lines keeps the spoken text equal to the visible text.
    text = "".join(
        f' <text x="{text_x}" y="{first_y + 16 * place_}" text-anchor="{anchor}"{_squeezed(line, left)}>{escape(line)}</text>'
        for place_, line in enumerate(lines)
    )
    mine = f'<circle class="mine" cx="{x}" cy="{y}" r="17.5"/>' if asked else ""
    box_x = 0 if left else x - 20
    told = [f"{muscle.rank} {wording.name(muscle.plain_name)}", muscle.name]
    told += [] if sure else [_("place not sure")]
    told += [_("asked for by your result")] if asked else []
    return (
        f'<g class="label" role="button" tabindex="0" aria-pressed="false" data-muscle="{muscle.key}" '
        f'aria-label="{escape(", ".join(told))}">'
        f'<rect class="target" x="{box_x}" y="{y - 28}" width="{x + 20 if left else WIDTH - box_x}" height="56" rx="10"/>'
        f'<line x1="{x + (14 if left else -14)}" y1="{y}" x2="{point_x}" y2="{point_y}"/>'
        f'<circle class="end" cx="{point_x}" cy="{point_y}" r="3"/>{mine}'
        f'<circle class="number{"" if sure else " unsure"}" cx="{x}" cy="{y}" r="13"/>'
        f'<text class="rank" x="{x}" y="{y + 5}" text-anchor="middle">{muscle.rank}</text>{text}</g>'
    )


def _squeezed(line: str, left: bool) -> str:
    """Return the attributes that squeeze a long word into the drawing."""
    return f' textLength="{60 if left else 74}" lengthAdjust="spacingAndGlyphs"' if len(line) > _LETTERS else ""


def moments(muscle: Muscle, palette: d.Palette) -> str:
    """Return the five moments of a step as SVG; the moments in which the muscle works are in full colour."""
    active, width, body = load().muscles[muscle.key].phases, 72, 74
    pale = replace(palette, ink=palette.far, accent=palette.far, far=palette.ground)
    inside, lowest = d.ground_line(88, 6, width * len(MOMENTS) - 6, palette), 106
    for place, (key, (name, posture)) in enumerate(MOMENTS.items()):
        on, x = key in active, width * place + width / 2
        colours = palette if on else pale
        lift = 5 if "swing" in key else 0
        inside += d.body(d.standing_at(posture, x, 86 - lift, body), body, colours)
        weight, fill = ("700", palette.ink) if on else ("400", palette.line)
        for y, line in enumerate(textwrap.wrap(_(name), _LETTERS, break_on_hyphens=False)):
            lowest = max(lowest, 106 + 13 * y)
            inside += f'<text x="{x}" y="{106 + 13 * y}" font-size="11" font-weight="{weight}" '
            inside += f'text-anchor="middle" fill="{fill}">{escape(line)}</text>'
    return d.svg(width * len(MOMENTS), lowest + 8, inside, palette)


def moments_alt(muscle: Muscle) -> str:
    """Return the description of the moments in a sentence."""
    active = load().muscles[muscle.key].phases
    named = ", ".join(_(MOMENTS[key][0]).lower() for key in active)
    return _("Five moments of a step. {muscle} works most in: {moments}.", muscle=muscle.name, moments=named)
