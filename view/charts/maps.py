"""The maps: lean against leg extension, and leg extension against bounce, with the runner's dot and its error.

Both are drawn as SVG from the report alone. The coach's target range is hatched, the range that studies found is grey. An
arrow, not a colour, points to the coach's corner if a finding is outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from core import knowledge
from core.coaching import implications
from core.i18n.translate import gettext as _
from core.knowledge import lab_reference
from core.model.amounts import trimmed
from core.model.measures import Measured, MeasureKey
from core.model.report import Report
from view.drawing import runner as d
from view.drawing.measured_runner import hatch
from view.drawing.runner import Palette
from view.text import wording

Range = tuple[float, float]

_WIDE, _TALL = 340, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 330, 14, 282


@dataclass(frozen=True, kw_only=True)
class _Plane:
    """A plane of two measures: it converts their values to coordinates of the drawing."""

    x_range: Range
    y_range: Range

    def x(self, value: float) -> float:
        """Return a value's horizontal position, limited to the plane."""
        low, high = self.x_range
        return _LEFT + (min(max(value, low), high) - low) / (high - low) * (_RIGHT - _LEFT)

    def y(self, value: float) -> float:
        """Return a value's position from the top, limited to the plane."""
        low, high = self.y_range
        return _BOTTOM - (min(max(value, low), high) - low) / (high - low) * (_BOTTOM - _TOP)

    def axes(self, x_name: str, y_name: str, x_step: float, y_step: float, palette: Palette) -> str:
        """Return the grid, the numbers and the names."""

        def steps(span: Range, step: float) -> list[float]:
            first = -(-span[0] // step)
            return [(first + place) * step for place in range(int(span[1] // step - first) + 1)]

        grid = "".join(
            f'<path d="M{self.x(at):.1f} {_TOP} V{_BOTTOM}"/>' for at in steps(self.x_range, x_step)
        ) + "".join(f'<path d="M{_LEFT} {self.y(at):.1f} H{_RIGHT}"/>' for at in steps(self.y_range, y_step))
        numbers = "".join(
            f'<text x="{self.x(at):.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{trimmed(at)}</text>'
            for at in steps(self.x_range, x_step)
        ) + "".join(
            f'<text x="{_LEFT - 7}" y="{self.y(at) + 4.5:.1f}" text-anchor="end">{trimmed(at)}</text>'
            for at in steps(self.y_range, y_step)
        )
        middle = (_TOP + _BOTTOM) / 2
        names = (
            f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_TALL - 8}" text-anchor="middle" font-weight="600">{escape(x_name)}</text>'
            f'<text transform="translate(13 {middle}) rotate(-90)" text-anchor="middle" font-weight="600">{escape(y_name)}</text>'
        )
        return (
            f'<g stroke="{palette.ground}" stroke-width="1.5">{grid}</g>'
            f'<g font-size="13" fill="{palette.ink}">{numbers}{names}</g>'
        )

    def box(self, x: Range, y: Range, style: str) -> str:
        """Return a rectangle between values."""
        left, right, top, bottom = self.x(x[0]), self.x(x[1]), self.y(y[1]), self.y(y[0])
        return f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" {style}/>'

    def own(self, across: Measured, up: Measured, palette: Palette) -> str:
        """Return the runner's dot, and the box that the errors of both measures span."""
        x, dx, y, dy = across.value, across.plus_minus, up.value, up.plus_minus
        style = f'rx="6" fill="{palette.ink}" fill-opacity=".12" stroke="{palette.ink}" stroke-width="2"'
        return self.box((x - dx, x + dx), (y - dy, y + dy), style) + (
            f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="7" fill="{palette.ink}" stroke="{palette.paper}" '
            f'stroke-width="2"/>' + note(self.x(x) + 11, self.y(y) + 5, _("You"), palette, weight=700)
        )

    def arrow(self, start: tuple[float, float], end: tuple[float, float], palette: Palette) -> str:
        """Return an arrow between two points of the plane."""
        (x0, y0), (x1, y1) = (self.x(start[0]), self.y(start[1])), (self.x(end[0]), self.y(end[1]))
        length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-6)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        tips = " ".join(
            f"L{x1 - 10 * ux + side * 6 * uy:.1f} {y1 - 10 * uy - side * 6 * ux:.1f} M{x1:.1f} {y1:.1f}"
            for side in (1, -1)
        )
        return (
            f'<path d="M{x0 + 10 * ux:.1f} {y0 + 10 * uy:.1f} L{x1:.1f} {y1:.1f} {tips}" fill="none" '
            f'stroke="{palette.ink}" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/>'
        )


def note(x: float, y: float, text: str, palette: Palette, *, anchor: str = "start", weight: int = 500) -> str:
    """Return text with an outline in the page's colour, readable over lines."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="12.5" font-weight="{weight}" text-anchor="{anchor}" '
        f'fill="{palette.ink}" stroke="{palette.paper}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">'
        f"{escape(text)}</text>"
    )


def _told(report: Report, key: MeasureKey) -> Measured | None:
    measure = report.measures.get(key)
    return measure if isinstance(measure, Measured) else None


def _mark(report: Report, key: MeasureKey) -> Range | None:
    finding = implications.finding_of(report, key)
    if finding is None or finding.mark is None:
        return None
    low, high = finding.mark.low, finding.mark.high
    return (-1e3 if low is None else low), (1e3 if high is None else high)


def _corner(report: Report) -> tuple[Range, Range]:
    """Return the coach's corner: his range of lean, and his mark for leg extension, as the findings have them."""
    bands = knowledge.load().bands
    lean, extension = bands["trunk_lean"].mark, bands["leg_extension"].mark
    assert lean is not None and lean.kind == "range", "the coach's lean is a range"  # noqa: PT018
    assert extension is not None and extension.kind == "at_least", "his extension is a minimum"  # noqa: PT018
    return _mark(report, "trunk_lean") or (lean.low, lean.high), _mark(report, "leg_extension") or (
        extension.least,
        1e3,
    )


def _nearest(report: Report, key: MeasureKey, span: Range) -> float:
    """Return the point of a range nearest to a measure; the measure itself unless its finding is outside the range."""
    measure, finding = _told(report, key), implications.finding_of(report, key)
    value = 0.0 if measure is None else measure.value
    if finding is None or finding.verdict not in ("below", "above"):
        return value
    return min(max(value, span[0]), span[1])


def _target(report: Report) -> tuple[float, float]:
    """Return the point of the coach's corner to go to: in each direction the runner's own value unless it is outside."""
    lean, extension = _corner(report)
    return _nearest(report, "trunk_lean", lean), _nearest(report, "leg_extension", extension)


def lean_and_extension(report: Report, palette: Palette) -> str | None:
    """Return the map of lean (across) and leg extension (up), or None if either is missing."""
    lean, extension = _told(report, "trunk_lean"), _told(report, "leg_extension")
    if lean is None or extension is None:
        return None
    x, y = lean.value, extension.value
    corner_x, corner_y = _corner(report)
    plane = _Plane(x_range=(min(-2.0, x - 3), max(16.0, x + 3)), y_range=(min(8.0, y - 4), max(32.0, y + 4)))
    parts = [plane.axes(_("Forward lean, degrees"), _("Leg extension, degrees"), 2, 4, palette)]
    parts.append(hatch("map-corner", palette.accent))
    style = f'rx="4" fill="url(#map-corner)" fill-opacity=".7" stroke="{palette.accent}" stroke-width="1.5"'
    parts.append(plane.box(corner_x, corner_y, style))
    middle = (plane.x(corner_x[0]) + plane.x(corner_x[1])) / 2
    parts.append(note(middle, _TOP + 17, _("Coach’s corner"), palette, anchor="middle", weight=600))
    parts.append(_lab_line(report, plane, palette))
    race = lab_reference.load().race
    parts.append(
        f'<path d="M{plane.x(race.lean):.1f} {_TOP} V{_BOTTOM}" stroke="{palette.line}" stroke-width="2" '
        'stroke-dasharray="2 5"/>' + note(plane.x(race.lean) - 6, _BOTTOM - 8, race.short, palette, anchor="end")
    )
    target = _target(report)
    if target != (x, y):
        parts.append(plane.arrow((x, y), target, palette))
    parts.append(plane.own(lean, extension, palette))
    return d.svg(_WIDE, _TALL, "".join(parts), palette)


def _lab_line(report: Report, plane: _Plane, palette: Palette) -> str:
    """Return the lab's average extension: dashed at the runner's own pace, and as ticks for other paces on the right edge."""
    band = knowledge.load().bands["leg_extension"].reference
    assert band is not None and band.from_mps is not None and band.to_mps is not None, "the lab's line is known"  # noqa: PT018
    own = report.at_pace.speed_mps
    highest = (band.low.at(4.5) + band.high.at(4.5)) / 2
    parts = note(_RIGHT - 2, plane.y(highest) - 14, _("average at"), palette, anchor="end")
    for speed in (2.5, 3.0, 3.5, 4.0, 4.5):
        y = plane.y((band.low.at(speed) + band.high.at(speed)) / 2)
        told = f"{wording.clock(1000 / speed)} /km"
        parts += f'<path d="M{_RIGHT - 9} {y:.1f} h9" stroke="{palette.line}" stroke-width="3"/>'
        if own is None or abs(speed - own) > 0.35:
            parts += note(_RIGHT - 12, y + 4, told, palette, anchor="end")
    if own is not None and band.from_mps - 0.5 <= own <= band.to_mps + 0.5:
        y = plane.y((band.low.at(own) + band.high.at(own)) / 2)
        parts += (
            f'<path d="M{_LEFT} {y:.1f} H{_RIGHT}" stroke="{palette.line}" stroke-width="2" stroke-dasharray="7 5"/>'
        )
        parts += note(_LEFT + 4, y - 6, _("lab average at your pace"), palette)
    return parts


def map_alt(report: Report) -> str:
    """Return the first map in sentences: where the runner is, and in which direction the coach's corner is."""
    lean, extension = report.measures["trunk_lean"], report.measures["leg_extension"]
    corner = _corner(report)
    told = _(
        "A map of forward lean and leg extension. You are at {lean} and {extension}. "
        "The coach's corner is a lean of {corner_lean} with a leg extension of {corner_extension}.",
        lean=wording.value(lean),
        extension=wording.value(extension),
        corner_lean=wording.band(*corner[0], "deg"),
        corner_extension=wording.band(corner[1][0], None, "deg"),
    )
    return f"{told} {way(report)}"


def bounce_alt(report: Report) -> str:
    """Return the second map in sentences."""
    extension, bounce = report.measures["leg_extension"], report.measures["vertical_oscillation"]
    return _(
        "A map of leg extension and bounce. You are at {extension} and {bounce}. "
        "The coach ties them together: further back, and flatter.",
        extension=wording.value(extension),
        bounce=wording.value(bounce),
    )


def way(report: Report) -> str:
    """Return the direction of the coach's corner in a sentence: the same verdicts as on the cards."""
    keys: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension")
    by = [
        place - measure.value
        for key, place in zip(keys, _target(report), strict=True)
        if (measure := _told(report, key))
    ]
    if len(by) < len(keys):
        return ""
    lean, extension = (wording.number(abs(degrees), "deg") for degrees in by)
    if by[0] and by[1]:
        if by[0] > 0:
            return _(
                "From you to the coach’s corner: {lean} more lean and {extension} more leg extension.",
                lean=lean,
                extension=extension,
            )
        return _(
            "From you to the coach’s corner: {lean} less lean and {extension} more leg extension.",
            lean=lean,
            extension=extension,
        )
    if by[0]:
        return (
            _("From you to the coach’s corner: {lean} more lean.", lean=lean)
            if by[0] > 0
            else _("From you to the coach’s corner: {lean} less lean.", lean=lean)
        )
    if by[1]:
        return _("From you to the coach’s corner: {extension} more leg extension.", extension=extension)
    verdicts = {found.verdict for key in keys if (found := implications.finding_of(report, key))}
    if verdicts == {"within"}:
        return _("You are in the coach’s corner.")
    if "too_close_to_call" in verdicts:
        return _("You are near the edge of the coach’s corner: too close to call.")
    return _("The coach’s corner is for marathon pace and faster.")


def extension_and_bounce(report: Report, palette: Palette) -> str | None:
    """Return the map of leg extension (across) and bounce (up), or None if either is missing."""
    extension, bounce = _told(report, "leg_extension"), _told(report, "vertical_oscillation")
    if extension is None or bounce is None:
        return None
    x, y, error = extension.value, bounce.value, bounce.plus_minus
    cm = bounce.unit == "cm"
    high = max(12.0 if cm else 0.14, (y + error) * 1.15)
    plane = _Plane(x_range=(min(8.0, x - 4), max(32.0, x + 4)), y_range=(0.0, high))
    name = _("Bounce, cm") if cm else _("Bounce, leg lengths")
    parts = [plane.axes(_("Leg extension, degrees"), name, 4, 2 if cm else 0.02, palette)]
    corner_x = _corner(report)[1]
    parts.append(hatch("bounce-corner", palette.accent))
    style = f'rx="4" fill="url(#bounce-corner)" fill-opacity=".35" stroke="{palette.accent}" stroke-width="1.5"'
    parts.append(plane.box(corner_x, (0.0, high), style))
    found = implications.finding_of(report, "vertical_oscillation")
    if cm and found and found.reference and found.reference.low is not None and found.reference.high is not None:
        span = found.reference.low, found.reference.high
        parts.append(plane.box(plane.x_range, span, f'fill="{palette.far}" fill-opacity=".55"'))
        parts.append(note(_LEFT + 4, plane.y(span[1]) + 15, _("most runners of one study"), palette))
    parts.append(note(_RIGHT - 6, _TOP + 17, _("the coach’s mark"), palette, anchor="end", weight=600))
    parts.append(note(_RIGHT - 26, _BOTTOM - 10, _("further back, flatter"), palette, anchor="end"))
    parts.append(plane.own(extension, bounce, palette))
    return d.svg(_WIDE, _TALL, "".join(parts), palette)
