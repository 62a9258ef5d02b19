"""Small drawings of a measure, as SVG: against its target range and other runners, and over the strides."""

from __future__ import annotations

from core.i18n.translate import gettext as _
from core.model.measures import Measure, Measured
from core.model.report import Band, Finding
from view.drawing import runner as d
from view.drawing.measured_runner import hatch
from view.drawing.runner import Palette
from view.text import wording

Range = tuple[float, float]

_WIDE, _SIDE = 340, 10
_CHAR = 7.2  # a letter's width at 13 px, with a margin


def has_ends(band: Band | None) -> bool:
    """Return whether a range has anything to draw."""
    return band is not None and (band.low is not None or band.high is not None)


def extent(measure: Measured, *bands: Band | None) -> Range:
    """Return an axis range that shows the measure with its error and all ends of the ranges, with a margin on both sides."""
    value, error = measure.value, measure.plus_minus
    ends = [end for band in bands if band for end in (band.low, band.high) if end is not None]
    shown = [value - error, value + error, *ends]
    room = max((max(shown) - min(shown)) * 0.15, 0.02 if measure.unit == "ratio" else 1.0)
    return min(shown) - room, max(shown) + room


def alt(measure: Measure, finding: Finding | None, name: str) -> str:
    """Return the description of the gauge in a sentence."""
    parts = [f"{name}: {wording.with_error(measure)}"]
    mark, reference = (finding.mark, finding.reference) if finding else (None, None)
    if mark and has_ends(mark):
        parts.append(_("coach's mark {range}", range=wording.band(mark.low, mark.high, measure.unit)))
        if mark.tick is not None:
            parts.append(_("in it your effort at {place}", place=wording.number(mark.tick, measure.unit)))
    if reference and has_ends(reference):
        parts.append(_("other runners {range}", range=wording.band(reference.low, reference.high, measure.unit)))
    return "; ".join(parts) + "."


def gauge(measure: Measured, finding: Finding | None, palette: Palette) -> str:
    """Return a measure with its error on a line, the coach's target range above it and other runners below it.

    Parameters
    ----------
    measure : Measured
        The measure.
    finding : Finding or None
        Its target range is hatched and its reference range plain, if it has them.
    palette : Palette
        Colours of the visitor's theme.
    """
    mark, reference = (finding.mark, finding.reference) if finding else (None, None)
    low, high = extent(measure, mark, reference)

    def x(value: float) -> float:
        return _SIDE + (value - low) / (high - low) * (_WIDE - 2 * _SIDE)

    def bar(band: Band, told: str, y: float, text_y: float, fill: str, edge: str) -> str:
        left, right = (x(low if band.low is None else band.low), x(high if band.high is None else band.high))
        if right - left < 4:  # an average has no width
            left, right = left - 2, left + 2
        text_x = min(max((left + right) / 2, _SIDE + len(told) * _CHAR / 2), _WIDE - _SIDE - len(told) * _CHAR / 2)
        return (
            f'<rect x="{left:.1f}" y="{y}" width="{right - left:.1f}" height="15" rx="4" fill="{fill}" stroke="{edge}"/>'
            f'<text x="{text_x:.1f}" y="{text_y}" font-size="13" text-anchor="middle" fill="{palette.ink}">{told}</text>'
        )

    above, below = has_ends(mark), has_ends(reference)
    line_y = 62.0 if above else 22.0
    tall = line_y + (60 if below else 22)
    inside = ""
    if mark and above:
        inside += hatch(f"mark-{finding.key if finding else ''}", palette.accent)
        told = _("Coach’s mark {range}", range=wording.band(mark.low, mark.high, measure.unit))
        inside += bar(mark, told, 20, 13, f"url(#mark-{finding.key if finding else ''})", palette.accent)
        inside += "".join(
            f'<path d="M{x(end):.1f} 36 V{line_y + 9}" stroke="{palette.accent}" stroke-width="1.5" stroke-dasharray="3 3"/>'
            for end in (mark.low, mark.high)
            if end is not None
        )
        if mark.tick is not None:  # where in the range the coach would have this effort
            inside += f'<path d="M{x(mark.tick):.1f} 17 v21" stroke="{palette.ink}" stroke-width="3.5" stroke-linecap="round"/>'
    if reference and below:
        told = _("Other runners {range}", range=wording.band(reference.low, reference.high, measure.unit))
        inside += bar(reference, told, line_y + 21, line_y + 52, palette.far, palette.line)
    value, error = measure.value, measure.plus_minus
    inside += (
        f'<line x1="{_SIDE}" x2="{_WIDE - _SIDE}" y1="{line_y}" y2="{line_y}" stroke="{palette.ground}" '
        'stroke-width="3" stroke-linecap="round"/>'
        + _own(x(value), x(value - error), x(value + error), line_y, palette)
    )
    return d.svg(_WIDE, tall, inside, palette, backed=False)


def _own(x: float, low_x: float, high_x: float, y: float, palette: Palette, size: float = 8.0) -> str:
    """Return the runner's dot and its error bar."""
    cap = size * 0.8
    return (
        f'<path d="M{low_x:.1f} {y} H{high_x:.1f} M{low_x:.1f} {y - cap:.1f} v{2 * cap:.1f} M{high_x:.1f} {y - cap:.1f} '
        f'v{2 * cap:.1f}" stroke="{palette.ink}" stroke-width="3" stroke-linecap="round" fill="none"/>'
        f'<circle cx="{x:.1f}" cy="{y}" r="{size}" fill="{palette.ink}" stroke="{palette.paper}" stroke-width="2"/>'
    )


def strip(measure: Measured, finding: Finding | None, palette: Palette) -> str:
    """Return a gauge in one narrow line, without words: the page shows the range next to it."""
    reference = finding.reference if finding else None
    low, high = extent(measure, reference)
    wide, y = 150, 11.0

    def x(value: float) -> float:
        return 8 + (value - low) / (high - low) * (wide - 16)

    inside = f'<line x1="8" x2="{wide - 8}" y1="{y}" y2="{y}" stroke="{palette.ground}" stroke-width="3"/>'
    if reference and has_ends(reference):
        left = x(low if reference.low is None else reference.low)
        right = x(high if reference.high is None else reference.high)
        left, right = (left - 2, left + 2) if right - left < 4 else (left, right)
        round_by = min(4.0, (right - left) / 3)
        inside += f'<rect x="{left:.1f}" y="3" width="{right - left:.1f}" height="16" rx="{round_by:.1f}" fill="{palette.far}"/>'
    value, error = measure.value, measure.plus_minus
    return d.svg(
        wide, 22, inside + _own(x(value), x(value - error), x(value + error), y, palette, 5.5), palette, backed=False
    )


def sparkline(measure: Measured, palette: Palette) -> str:
    """Return the values of the strides in order, with the mean as a dashed line; nothing if there are too few."""
    values = measure.per_stride
    if len(values) < 3:
        return ""
    wide, tall, side = 150, 30, 6
    low, high = min(values), max(values)
    spread = max(high - low, 2 * measure.plus_minus, 1e-9)  # small noise should not look like a trend
    middle = sum(values) / len(values)

    def xy(place: int, value: float) -> tuple[float, float]:
        return side + place / (len(values) - 1) * (wide - 2 * side), tall / 2 - (value - middle) / spread * (tall - 12)

    dots = [xy(place, value) for place, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    inside = (
        f'<line x1="{side}" x2="{wide - side}" y1="{tall / 2}" y2="{tall / 2}" stroke="{palette.line}" '
        f'stroke-width="1" stroke-dasharray="3 4"/>'
        f'<polyline points="{path}" fill="none" stroke="{palette.line}" stroke-width="1.5" stroke-linejoin="round"/>'
        + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{palette.accent}"/>' for x, y in dots)
    )
    return d.svg(wide, tall, inside, palette, backed=False)
