"""Two results side by side: overlaid strides, and what changed by more than the noise. It does not import Streamlit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from babel.dates import format_date

from core.coaching.comparison import Change, expected_by_luck
from core.i18n.translate import current, marked, ngettext
from core.i18n.translate import gettext as _
from core.model.report import Report
from core.model.strides import MeanStride
from view.drawing import measured_runner, runner
from view.drawing.runner import Palette, Point, Skeleton

UNLIKE = {
    "pace": marked("The paces differ, or one was not given. Many figures change with pace."),
    "effort": marked("The efforts differ."),
    "surface": marked("One run was on a treadmill or that is not known. The surface can change how you run."),
    "leg": marked("The clips show different legs: left in one, right in the other."),
}
"""Other explanations for a change, by the names of `core.coaching.comparison.unlike`."""

_LINK = re.compile(r"(?:/r/|[?&](share)=|[?&](job|with)=)([\w-]{16,64})")


@dataclass(frozen=True, kw_only=True)
class Named:
    """A result, and its name in a comparison."""

    name: str
    report: Report


def pasted(link: str) -> tuple[str, str] | None:
    """Return a pasted link's kind, 'share' or 'with', and its token; None if the link is not from this app."""
    found = _LINK.search(link)
    if found is None:
        return None
    return ("with" if found[2] else "share"), found[3]


def day(report: Report) -> str:
    """Return the day on which a result was made."""
    return format_date(datetime.fromisoformat(report.made_on), "dd MMM yyyy", locale=current())


def named(own: Report, other: Report, *, shared: bool) -> tuple[Named, Named]:
    """Return two results by name: another runner's and one's own, or the older and the newer of one's own two."""
    if shared:
        return Named(name=_("Theirs"), report=other), Named(name=_("Yours"), report=own)
    first, second = sorted((own, other), key=lambda report: report.made_on)
    return (
        Named(name=_("Earlier, {day}", day=day(first)), report=first),
        Named(name=_("Later, {day}", day=day(second)), report=second),
    )


def luck(changes: tuple[Change, ...]) -> str:
    """Return how many of the changes are likely to be due to chance."""
    told, lucky = sum(change.told for change in changes), expected_by_luck(changes)
    if not told:
        return _("Nothing changed by more than the noise of both clips.")
    return ngettext(
        "{n} of {figures} figures changed by more than the noise. Where nothing changes at all, about {lucky} of {figures} "
        "do so by luck: film again to be surer.",
        "{n} of {figures} figures changed by more than the noise. Where nothing changes at all, about {lucky} of {figures} "
        "do so by luck: film again to be surer.",
        told,
        figures=len(changes),
        lucky=lucky,
    )


def overlaid(first: MeanStride, second: MeanStride, names: tuple[str, str], palette: Palette) -> str:
    """Return both average strides overlaid at four moments as SVG, with shared hips and scaled by leg length.

    The first is drawn in dashed lines, the second in solid lines.
    """
    moments = (
        (_("Contact"), 0.0, 0.0),
        (_("Mid-stance"), first.mid_stance, second.mid_stance),
        (_("Toe-off"), first.toe_off, second.toe_off),
        (_("Swing"), (1 + first.toe_off) / 2, (1 + second.toe_off) / 2),
    )
    leg, ground, wide = 92.0, 216.0, 170.0
    inside = ""
    for place, (name, a, b) in enumerate(moments):
        x, y = (place % 2 + 0.5) * wide, ground + (place // 2) * 250
        inside += runner.ground_line(y + 4, x - 62, x + 62, palette)
        # The dashes are on top, so both lines are visible if they coincide.
        inside += _bones(measured_runner.bones(second, b, (x, y), leg), palette.accent, 7)
        inside += _bones(measured_runner.bones(first, a, (x, y), leg), palette.ink, 2.5, "3 5")
        inside += _word((x, y + 25), name, palette, anchor="middle")
    for place, (name, line) in enumerate(zip(names, ((palette.ink, 2.5, "3 5"), (palette.accent, 7, "")), strict=True)):
        y = 520 + 24 * place
        inside += runner.line((24, y - 5), (58, y - 5), *line) + _word((70, y), name, palette)
    return runner.svg(2 * wide, 560, inside, palette)


def overlaid_alt(names: tuple[str, str]) -> str:
    """Return the description of the overlaid strides in a sentence."""
    return _(
        "Two stick figures over each other at four moments of a stride: {dashed} in dashes, {full} in full lines.",
        dashed=names[0],
        full=names[1],
    )


def _bones(bones: Skeleton, colour: str, width: float, dash: str = "") -> str:
    """Return trunk, head and near leg as lines."""
    knee, ankle, heel, toe = bones.near
    joined = [*pairwise((bones.shoulder, bones.hip, knee, ankle, heel, toe)), (ankle, toe)]
    (x, y), lines = bones.head, "".join(runner.line(a, b, colour, width, dash) for a, b in joined)
    return (
        f'{lines}<circle cx="{x:.1f}" cy="{y:.1f}" r="11" fill="none" stroke="{colour}" stroke-width="{min(width, 4):g}" '
        f'stroke-dasharray="{dash or "none"}"/>'
    )


def _word(at: Point, text: str, palette: Palette, *, anchor: str = "start") -> str:
    return f'<text x="{at[0]:g}" y="{at[1]:g}" font-size="14" text-anchor="{anchor}" fill="{palette.ink}">{text}</text>'
