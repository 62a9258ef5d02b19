"""Pictures to share: a link's preview, a story and a post, drawn on the server from a report alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from math import atan2, degrees, inf
from types import MappingProxyType

from resvg_py import svg_to_bytes

from core import knowledge
from core.coaching import implications
from core.i18n.translate import gettext as _
from core.model.measures import Measured
from core.model.report import Report
from core.paths import ROOT
from view.drawing import lettering, push_off
from view.drawing import runner as d
from view.drawing.measured_runner import Wedge
from view.drawing.runner import DARK, Point
from view.text import wording

ICON = ROOT / "assets" / "icon.svg"

SIZES = MappingProxyType({"preview": (1200, 630), "story": (1080, 1920), "post": (1080, 1350)})
"""Width and height of each kind of picture: a link preview, a phone's whole screen, and an upright post."""

PAPER, MARK = "#14161A", "#B93815"


@dataclass(frozen=True, kw_only=True)
class _Figure:
    """A measure as it appears on a picture."""

    name: str
    value: str
    error: str
    verdict: str


def picture(report: Report, kind: str, runner: str = "") -> bytes:
    """Return a PNG of a result: the runner at toe-off as measured, and the measures with their errors.

    Parameters
    ----------
    report : Report
        The result.
    kind : str
        One of `SIZES`.
    runner : str
        The name to put above it; omitted if our fonts lack one of its letters.
    """
    return svg_to_bytes(
        svg_string=drawing(report, kind, runner),
        background=PAPER,
        skip_system_fonts=True,
        font_files=[str(path) for path in lettering.FILES],
    )


def drawing(report: Report, kind: str, runner: str = "") -> str:
    """Return a picture as SVG, without background and font; the parameters are those of `picture`."""
    width, height = SIZES[kind]
    heading = title(runner if lettering.writable(runner) else "")
    inside = _wide(report, heading) if width > height else _tall(report, heading, width, height)
    return d.svg(width, height, inside, DARK, backed=False, with_font=False)


def title(runner: str) -> str:
    """Return the title of a shared result."""
    return _("How {runner} runs", runner=runner) if runner else _("How I run")


def alt(report: Report) -> str:
    """Return the description of the pictures in a sentence."""
    told = "; ".join(f"{figure.name} {figure.value} {figure.error}".strip() for figure in _figures(report, 3))
    return _("A drawn runner pushing off, and figures: {figures}.", figures=told)


def _figures(report: Report, most: int) -> list[_Figure]:
    """Return the measures to show: the headlines first, and only those with a value."""
    texts = knowledge.load().measures
    found: list[_Figure] = []
    for key in (*implications.HEADLINES, "cadence", "contact_time", *texts):
        measure, finding = report.measures.get(key), implications.finding_of(report, key)
        if not isinstance(measure, Measured) or any(figure.name == texts[key].name for figure in found):
            continue
        verdict = wording.verdict(finding)[1] if finding and finding.verdict != "described" else ""
        found.append(
            _Figure(name=texts[key].name, value=wording.value(measure), error=wording.error(measure), verdict=verdict)
        )
    return found[:most]


def _wide(report: Report, heading: str) -> str:
    parts = [_runner(report, 290, 500, 588), _text((570, 112), heading, 54, DARK.ink, bold=True, widest=590)]
    for place, figure in enumerate(_figures(report, 2)):
        y = 196 + 178 * place
        after = 570 + lettering.width(figure.value, 88, bold=True) + 18
        parts += [
            _text((570, y), figure.name, 28, DARK.line),
            _text((570, y + 84), figure.value, 88, DARK.ink, bold=True),
            _text((after, y + 84), figure.error, 34, DARK.line),
            _text((570, y + 126), figure.verdict, 28, DARK.accent, bold=True),
        ]
    return "".join(parts) + _mark((570, 572), 40)


def _tall(report: Report, heading: str, width: int, height: int) -> str:
    # The app that shows a story covers its top and bottom.
    story = height > 1500
    top, body = (270, 760) if story else (115, 600)
    ground = top + (130 if story else 95) + body
    parts = [
        _text((width / 2, top), heading, 76, DARK.ink, bold=True, anchor="middle", widest=width - 160),
        _runner(report, width / 2, body, ground),
    ]
    y = ground + 90
    for x, figure in zip((0.27 * width, 0.73 * width), _figures(report, 2), strict=False):
        parts += [
            _text((x, y), figure.name, 38, DARK.line, anchor="middle", widest=480),
            _text((x, y + 122), figure.value, 126, DARK.ink, bold=True, anchor="middle"),
            _text((x, y + 180), figure.error, 42, DARK.line, anchor="middle"),
            _text((x, y + 236), figure.verdict, 34, DARK.accent, bold=True, anchor="middle", widest=470),
        ]
    return "".join(parts) + _mark((width / 2 - 160, y + 350 if story else height - 62), 54)


def _runner(report: Report, x: float, height: float, ground_y: float) -> str:
    """Return the runner with both angles from upright."""
    bones = push_off.pushing_off(report, x, ground_y - 8, height)
    angles = (
        (Wedge(origin=bones.hip, zero_deg=180, sign=-1, size=0.52 * height), bones.shoulder),
        (Wedge(origin=bones.hip, zero_deg=0, sign=-1, size=0.36 * height), bones.near[0]),
    )
    upright = "".join(d.line(bones.hip, wedge.ray(0, wedge.size), DARK.line, 4, "5 9") for wedge, _ in angles)
    filled = "".join(f'<path d="{_from_upright(wedge, end)}" fill="{MARK}"/>' for wedge, end in angles)
    ground = d.line((x - 0.42 * height, ground_y), (x + 0.42 * height, ground_y), DARK.ground, 6)
    return ground + upright + d.body(bones, height, replace(DARK, paper=PAPER)) + filled


def _from_upright(wedge: Wedge, end: Point) -> str:
    """Return the path of the sector between an angle's zero direction and a point."""
    heading = degrees(atan2(end[0] - wedge.origin[0], end[1] - wedge.origin[1]))
    angle = (wedge.zero_deg - heading + 180) % 360 - 180
    return wedge.sector(min(angle, 0), max(angle, 0), 0, 0.5 * wedge.size)


def _text(
    at: Point, words: str, size: float, colour: str, *, bold: bool = False, anchor: str = "start", widest: float = inf
) -> str:
    """Return a line as SVG, in a smaller size if it is wider than `widest`."""
    size *= min(1.0, widest / max(lettering.width(words, size, bold=bold), 1.0))
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:.1f}" font-weight="{700 if bold else 400}" '
        f'text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
    )


def _mark(at: Point, size: float) -> str:
    """Return our icon and name; `at` is the icon's bottom left corner."""
    x, y = at[0], at[1] - size * 0.8
    icon = f'<g transform="translate({x:.1f} {y:.1f}) scale({size / 42:.4f})">{ICON.read_text(encoding="utf-8")}</g>'
    return icon + _text((x + size * 1.35, at[1] - size * 0.06), "Stride Check", size * 0.74, DARK.ink, bold=True)
