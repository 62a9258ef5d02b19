"""Values with their error bars: of both legs, and over time. It does not import Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

from core.coaching.sides import Pair
from core.coaching.trend import Trend
from core.i18n.translate import gettext as _
from core.model.measures import Measured
from view.drawing import runner as d
from view.drawing.runner import Palette
from view.text import wording

_SIDE = 26.0  # of the chart over time: half a label


def two_legs(pair: Pair, palette: Palette) -> str:
    """Return both legs' values with their errors, one above the other on the same scale; nothing if one is missing."""
    if not isinstance(pair.left, Measured) or not isinstance(pair.right, Measured):
        return ""
    both = (pair.left, pair.right)
    low, high = min(one.value - one.plus_minus for one in both), max(one.value + one.plus_minus for one in both)
    wide, side = 240.0, 26.0

    def x(value: float) -> float:
        return side + (value - low) / max(high - low, 1e-9) * (wide - side - 10)

    inside = ""
    for y, one, letter in ((14.0, pair.left, _("L")), (38.0, pair.right, _("R"))):
        inside += _word((0, y + 5), letter, palette)
        inside += _bar_across(x(one.value - one.plus_minus), x(one.value + one.plus_minus), y, palette)
        inside += _dot(x(one.value), y, palette, told=pair.told)
    return d.svg(wide, 52, inside, palette, backed=False)


def over_time(trend: Trend, days: Sequence[str], palette: Palette) -> str:
    """Return a measure over time: each value with its error, in a band within which it is no news, and the line if it is told.

    Parameters
    ----------
    trend : Trend
        The measure.
    days : sequence of str
        The name of every result of the series.
    palette : Palette
        Colours of the visitor's theme.
    """
    wide, top, bottom, tall = 340.0, 26.0, 128.0, 152.0
    values = [measure.value for measure in trend.measures]
    band = values[0] - trend.smallest_real, values[0] + trend.smallest_real
    ends = [*band, *(v + sign * e for v, e in zip(values, trend.errors, strict=True) for sign in (-1, 1))]
    low, high = min(ends), max(ends)

    def x(place: int) -> float:
        return _SIDE + place / max(len(days) - 1, 1) * (wide - 2 * _SIDE)

    def y(value: float) -> float:
        return bottom - (value - low) / max(high - low, 1e-9) * (bottom - top)

    inside = (
        f'<rect x="2" y="{y(band[1]):.1f}" width="{wide - 4:g}" height="{y(band[0]) - y(band[1]):.1f}" rx="6" '
        f'fill="{palette.ground}"/>'
    )
    if trend.told:
        inside += d.line(
            (x(trend.at[0]), y(trend.line[0])), (x(trend.at[-1]), y(trend.line[-1])), palette.accent, 3, "1 7"
        )
    for place, value, error in zip(trend.at, values, trend.errors, strict=True):
        inside += _bar_up(x(place), y(value - error), y(value + error), palette)
        inside += _dot(x(place), y(value), palette, told=trend.told)
    for i in (0, -1):
        measure, error = trend.measures[i], trend.errors[i]
        at_x, anchor = (2, "start") if i == 0 else (wide - 2, "end")
        inside += _word((at_x, y(measure.value + error) - 8), wording.value(measure), palette, anchor=anchor, bold=True)
        inside += _word((at_x, tall - 6), days[trend.at[i]], palette, anchor=anchor)
    return d.svg(wide, tall, inside, palette, backed=False)


def _dot(x: float, y: float, palette: Palette, *, told: bool) -> str:
    fill = palette.accent if told else palette.ink
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{fill}" stroke="{palette.paper}" stroke-width="2"/>'


def _bar_across(low: float, high: float, y: float, palette: Palette) -> str:
    return _path(f"M{low:.1f} {y} H{high:.1f} M{low:.1f} {y - 5} v10 M{high:.1f} {y - 5} v10", palette)


def _bar_up(x: float, low: float, high: float, palette: Palette) -> str:
    return _path(f"M{x:.1f} {low:.1f} V{high:.1f} M{x - 4:.1f} {low:.1f} h8 M{x - 4:.1f} {high:.1f} h8", palette)


def _path(path: str, palette: Palette) -> str:
    return f'<path d="{path}" stroke="{palette.line}" stroke-width="2" stroke-linecap="round" fill="none"/>'


def _word(at: tuple[float, float], text: str, palette: Palette, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="14" text-anchor="{anchor}" fill="{palette.ink}"{weight}>{text}</text>'
