"""Two results side by side: the strides over each other, and what changed by more than the noise. No Streamlit here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from core.compare import Change, expected_by_luck
from core.knowledge.types import MeasureText
from core.model import Measure, Report
from core.track import MeanStride
from pages.components import drawings, figure, words
from pages.components.drawings import Palette, Point, Skeleton

UNLIKE = {
    "pace": "The paces differ, or one was not given. Many figures change with pace.",
    "effort": "The efforts differ.",
    "surface": "One run was on a treadmill or that is not known. The surface can change how you run.",
    "leg": "The clips show different legs: left in one, right in the other.",
}
"""What else may explain a change, by the names of `core.compare.unlike`."""

_LINK = re.compile(r"(?:/r/|[?&](share)=|[?&](job|with)=)([\w-]{16,64})")


@dataclass(frozen=True, kw_only=True)
class Named:
    """A result, and what it is called beside another one."""

    name: str
    report: Report


def pasted(link: str) -> tuple[str, str] | None:
    """Return what a pasted link leads to, 'share' or 'with', and its token; None where it is none of ours."""
    found = _LINK.search(link)
    if found is None:
        return None
    return ("with" if found[2] else "share"), found[3]


def named(own: Report, other: Report, *, shared: bool) -> tuple[Named, Named]:
    """Return two results by name: another's and one's own, or of one's own two the older and the newer."""
    if shared:
        return Named(name="Theirs", report=other), Named(name="Yours", report=own)
    first, second = sorted((own, other), key=lambda report: report.made_on)
    return (
        Named(name=f"Earlier, {first.made_on[:10]}", report=first),
        Named(name=f"Later, {second.made_on[:10]}", report=second),
    )


def said(change: Change, text: MeasureText) -> str:
    """Return what a change amounts to, in words that claim no more than was measured."""
    noise = words.number(change.smallest_told, change.unit)
    if not change.told:
        return f"No change that can be told from noise, which is {noise} here."
    way = text.more if change.by > 0 else text.less
    by = words.number(abs(change.by), change.unit)
    return f"**{words.name(way)}, by {by}.** More than the noise, which is {noise} here."


def luck(changes: tuple[Change, ...]) -> str:
    """Return how many of the changes are likely to be luck."""
    told, lucky = sum(change.told for change in changes), expected_by_luck(changes)
    if not told:
        return "Nothing changed by more than the noise of both clips."
    return (
        f"{told} of {len(changes)} figures changed by more than the noise. Where nothing changes at all, about {lucky} of "
        f"{len(changes)} do so by luck: film again to be surer."
    )


def overlaid(first: MeanStride, second: MeanStride, names: tuple[str, str], palette: Palette) -> str:
    """Return both average strides at four moments over each other as SVG, hips in one place, both sized by leg length.

    The first is drawn in dashes, the second in full lines.
    """
    moments = (
        ("Contact", 0.0, 0.0),
        ("Mid-stance", first.mid_stance, second.mid_stance),
        ("Toe-off", first.toe_off, second.toe_off),
        ("Swing", (1 + first.toe_off) / 2, (1 + second.toe_off) / 2),
    )
    leg, ground, wide = 74.0, 208.0, 170.0
    inside = ""
    for place, (name, a, b) in enumerate(moments):
        x, y = (place % 2 + 0.5) * wide, ground + (place // 2) * 240
        inside += drawings.ground_line(y + 4, x - 62, x + 62, palette)
        for stride, phase, colour, dash in ((first, a, palette.line, "5 6"), (second, b, palette.accent, "")):
            inside += _bones(figure.bones(stride, phase, (x, y), leg), colour, dash)
        inside += _word((x, y + 25), name, palette, anchor="middle")
    inside += _legend(names, 2 * wide, 500, palette)
    return drawings.svg(2 * wide, 528, inside, palette)


def overlaid_alt(names: tuple[str, str]) -> str:
    """Return that picture in a sentence."""
    return f"Two stick figures over each other at four moments of a stride: {names[0]} in dashes, {names[1]} in full lines."


def _bones(bones: Skeleton, colour: str, dash: str) -> str:
    """Return trunk, head and near leg as lines."""
    path = (bones.shoulder, bones.hip, bones.near[0], bones.near[1], bones.near[3])
    (x, y), heel = bones.head, bones.near[2]
    lines = "".join(drawings.line(a, b, colour, 4, dash) for a, b in pairwise(path))
    lines += drawings.line(bones.near[1], heel, colour, 4, dash) + drawings.line(heel, bones.near[3], colour, 4, dash)
    return (
        f'{lines}<circle cx="{x:.1f}" cy="{y:.1f}" r="10" fill="none" stroke="{colour}" stroke-width="4" '
        f'stroke-dasharray="{dash or "none"}"/>'
    )


def _word(at: Point, text: str, palette: Palette, *, anchor: str = "start") -> str:
    return f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="14" text-anchor="{anchor}" fill="{palette.ink}">{text}</text>'


def _legend(names: tuple[str, str], wide: float, y: float, palette: Palette) -> str:
    first, second = names
    return (
        drawings.line((16, y - 5), (46, y - 5), palette.line, 4, "5 6")
        + _word((54, y), first, palette)
        + drawings.line((wide / 2 + 16, y - 5), (wide / 2 + 46, y - 5), palette.accent, 4)
        + _word((wide / 2 + 54, y), second, palette)
    )


def both(measures: tuple[Measure, Measure]) -> str:
    """Return two figures with their errors, in the order of the results."""
    return " → ".join(f"{words.value(measure)} {words.error(measure)}" for measure in measures)
