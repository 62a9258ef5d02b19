"""The runner as measured: the average stride in our drawing style, plain or with an angle against its ranges.

Everything here is drawn from the report alone. It needs no image of a person, so it can be shared and kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot

from core.model.measures import Measured, MeasureKey
from core.model.report import Band, Finding, Report
from core.model.strides import PHASES, MeanStride
from view.drawing import runner as d
from view.drawing.runner import Palette, Point, Skeleton
from view.text import wording

LEG_SHARE = d.THIGH + d.SHANK
"""A leg's length as a share of the drawn body's height."""

_WIDE, _TALL, _GROUND = 230, 330, 312


def at_phase(path: tuple[Point, ...], phase: float) -> Point:
    """Return a point of the average stride at a phase, 0 to 1, by linear interpolation between the two stored phases."""
    place = (phase % 1) * PHASES
    first = int(place) % PHASES
    (x0, y0), (x1, y1), share = path[first], path[(first + 1) % PHASES], place - int(place)
    return x0 + share * (x1 - x0), y0 + share * (y1 - y0)


def bones(stride: MeanStride, phase: float, origin: Point, leg: float) -> Skeleton:
    """Return the measured skeleton at a phase.

    Parameters
    ----------
    stride : MeanStride
        The average stride.
    phase : float
        As a share of the stride from initial contact.
    origin : tuple of float
        Position of the ground under the mid-hip in the picture.
    leg : float
        The leg's length in the picture's units.

    Notes
    -----
    Both legs start at the middle of the hips, as in all our drawings: each leg is moved as a whole, so no angle changes.
    """
    here = {name: at_phase(path, phase) for name, path in stride.points.items()}
    middle = tuple((here["near_hip"][axis] + here["far_hip"][axis]) / 2 for axis in (0, 1))

    def place(name: str, hung_from: str | None = None) -> Point:
        dx, dy = (middle[axis] - here[hung_from][axis] if hung_from else 0.0 for axis in (0, 1))
        return origin[0] + (here[name][0] + dx) * leg, origin[1] - (here[name][1] + dy) * leg

    def limb(side: str) -> tuple[Point, Point, Point, Point]:
        knee, ankle, heel, toe = (place(f"{side}_{joint}", f"{side}_hip") for joint in ("knee", "ankle", "heel", "toe"))
        return knee, ankle, heel, toe

    def arm(side: str) -> tuple[Point, Point] | None:
        return (place(f"{side}_elbow"), place(f"{side}_hand")) if f"{side}_hand" in here else None

    hip, shoulder = (origin[0], origin[1] - middle[1] * leg), place("shoulder")
    lean = degrees(atan2(shoulder[0] - hip[0], hip[1] - shoulder[1]))
    neck = lean * 0.6 + 4
    return Skeleton(
        hip=hip,
        shoulder=shoulder,
        head=place("head") if "head" in here else d.along(shoulder, 180 - neck, 0.125 * leg / LEG_SHARE),
        near=limb("near"),
        far=limb("far"),
        near_hand=arm("near"),
        far_hand=arm("far"),
        nose_deg=90 - neck,
    )


def furthest_back(stride: MeanStride) -> float:
    """Return the phase at which the near thigh is furthest behind the hip."""
    curve = stride.angles["thigh_extension"].mean
    return curve.index(max(curve)) / PHASES


def leans_as(stride: MeanStride, lean_deg: float) -> float:
    """Return the phase of stance at which the trunk lean is nearest to an angle."""
    curve = stride.angles["trunk_lean"].mean
    stance = range(max(1, round(stride.toe_off * PHASES)))
    return min(stance, key=lambda phase: abs(curve[phase] - lean_deg)) / PHASES


@dataclass(frozen=True, kw_only=True)
class Wedge:
    """An angle of the drawing: its centre, its zero direction, and the direction in which it grows."""

    origin: Point
    zero_deg: float
    sign: int
    size: float

    def ray(self, angle: float, length: float) -> Point:
        """Return the point at an angle and a distance from the centre."""
        return d.along(self.origin, self.zero_deg + self.sign * angle, length)

    def sector(self, low: float, high: float, inner: float, outer: float) -> str:
        """Return the part of a ring between two angles as a path."""
        sweep = int(self.sign < 0)
        (ax, ay), (bx, by) = self.ray(low, outer), self.ray(high, outer)
        (cx, cy), (ex, ey) = self.ray(high, inner), self.ray(low, inner)
        return (
            f"M{ax:.1f} {ay:.1f} A{outer:.1f} {outer:.1f} 0 0 {sweep} {bx:.1f} {by:.1f} L{cx:.1f} {cy:.1f} "
            f"A{inner:.1f} {inner:.1f} 0 0 {1 - sweep} {ex:.1f} {ey:.1f}Z"
        )


def hatch(name: str, colour: str) -> str:
    """Return the pattern of the coach's target range as SVG: it differs from other ranges even without colour."""
    return (
        f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="7" height="7" fill="{colour}" fill-opacity=".16"/>'
        f'<line x1="1.5" y1="0" x2="1.5" y2="7" stroke="{colour}" stroke-width="3"/></pattern></defs>'
    )


def _against(wedge: Wedge, finding: Finding | None, furthest: float, name: str, palette: Palette) -> str:
    """Return the reference range as a plain sector and the target range as a hatched ring; open ends reach zero or `furthest`."""

    def ends(band: Band) -> tuple[float, float]:
        return (0.0 if band.low is None else band.low), (furthest if band.high is None else band.high)

    mark, reference = (finding.mark, finding.reference) if finding else (None, None)
    parts = ""
    if reference and (reference.low is not None or reference.high is not None):
        path = wedge.sector(*ends(reference), 0.0, wedge.size)
        parts += f'<path d="{path}" fill="{palette.ground}" stroke="{palette.far}" stroke-width="1.5"/>'
    if mark and (mark.low is not None or mark.high is not None):
        path = wedge.sector(*ends(mark), wedge.size * 1.04, wedge.size * 1.3)
        parts += hatch(name, palette.accent) + f'<path d="{path}" fill="url(#{name})" stroke="{palette.accent}"/>'
    return parts


def lean_figure(report: Report, finding: Finding | None, palette: Palette) -> str:
    """Return the runner in stance with the lean, the coach's target range (hatched ring) and other runners (plain sector)."""
    stride, measure = _headline(report, "trunk_lean")
    leg = 112.0
    skeleton = bones(stride, leans_as(stride, measure.value), (92, _GROUND), leg)
    reach = hypot(skeleton.shoulder[0] - skeleton.hip[0], skeleton.shoulder[1] - skeleton.hip[1]) * 1.5
    wedge = Wedge(origin=skeleton.hip, zero_deg=180, sign=-1, size=reach)
    return _drawn(skeleton, wedge, measure, leg, finding, 30.0, "hatch-lean", palette)


def extension_figure(report: Report, finding: Finding | None, palette: Palette) -> str:
    """Return the runner with the thigh furthest behind the hip, its angle, and the same two ranges."""
    stride, measure = _headline(report, "leg_extension")
    leg = 118.0
    skeleton = bones(stride, furthest_back(stride), (136, _GROUND), leg)
    wedge = Wedge(origin=skeleton.hip, zero_deg=0, sign=-1, size=leg * 0.86)
    return _drawn(skeleton, wedge, measure, leg, finding, 40.0, "hatch-extension", palette)


def _headline(report: Report, key: MeasureKey) -> tuple[MeanStride, Measured]:
    stride, measure = report.mean_stride, report.measures[key]
    if stride is None or not isinstance(measure, Measured):
        raise ValueError("no average stride to draw")
    return stride, measure


def _drawn(
    skeleton: Skeleton,
    wedge: Wedge,
    measure: Measured,
    leg: float,
    finding: Finding | None,
    furthest: float,
    name: str,
    palette: Palette,
) -> str:
    above = wedge.zero_deg == 180
    length, value = wedge.size * 1.36, measure.value
    tip, zero = wedge.ray(value, length), wedge.ray(0, length)
    x, y = (tip[0] + 40, tip[1] + 10) if above else (wedge.origin[0] - 70, wedge.origin[1] + 52)
    inside = (
        d.ground_line(_GROUND + 3, 16, _WIDE - 16, palette)
        + _against(wedge, finding, furthest, name, palette)
        + d.line(wedge.origin, zero, palette.line, 2, "2 6")
        + d.body(skeleton, leg / LEG_SHARE, palette)
        + d.line(wedge.origin, tip, palette.paper, 8)
        + d.line(wedge.origin, tip, palette.ink if above else palette.accent, 4)
        + f'<circle cx="{wedge.origin[0]:.1f}" cy="{wedge.origin[1]:.1f}" r="5" fill="{palette.paper}"/>'
        + f'<text x="{x:.1f}" y="{y:.1f}" font-size="26" font-weight="700" text-anchor="middle" fill="{palette.ink}" '
        f'stroke="{palette.paper}" stroke-width="5" paint-order="stroke">{wording.value(measure)}</text>'
    )
    return d.svg(_WIDE, _TALL, inside, palette)
