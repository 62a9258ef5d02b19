"""Our drawing style: a runner from the side, made of rounded, tapered limbs, drawn from joint angles.

The near leg has the accent colour, the far limbs are pale. Angles are in degrees; a limb's angle is measured from
straight down, + forward (the runner faces right), knee flexion + backward, so a thigh behind the hip is negative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import acos, atan2, cos, degrees, hypot, radians, sin
from types import MappingProxyType

from core.model.amounts import number
from view.drawing import lettering

Point = tuple[float, float]

# Shares of body height, rounded from common body-segment tables; accurate enough for a picture.
THIGH, SHANK, FOOT, TRUNK, UPPER_ARM, FOREARM = 0.245, 0.235, 0.125, 0.29, 0.165, 0.15
HEEL_DROP, SHORT_FOOT = 0.028, 0.05
RADII = MappingProxyType(
    {"head": 0.062, "shoulder": 0.058, "hip": 0.050, "knee": 0.034, "ankle": 0.018, "heel": 0.020, "toe": 0.013,
     "elbow": 0.019, "hand": 0.015}
)  # fmt: skip
"""Thickness of the body at its points, as shares of body height."""


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours of a drawing, for a light or a dark page."""

    ink: str
    far: str
    line: str
    ground: str
    accent: str
    paper: str


LIGHT = Palette(ink="#1B1D21", far="#C9C2B8", line="#6B655C", ground="#E6E0D7", accent="#B93815", paper="#F1EEE9")
DARK = Palette(ink="#ECE9E4", far="#565C67", line="#A9A49B", ground="#343943", accent="#FF8A5C", paper="#1E2127")


@dataclass(frozen=True, kw_only=True)
class Posture:
    """Joint angles of a drawn runner, in degrees; see the module for the signs.

    `neck` is from upright, + forward; by default it follows the trunk. Seen `from_front`, a body has no nose and short feet.
    """

    lean: float = 7
    near_thigh: float = -22
    near_knee: float = 18
    near_foot: float = 8
    far_thigh: float = 46
    far_knee: float = 98
    far_foot: float = 5
    near_arm: float = 28
    near_elbow: float = 88
    far_arm: float = -48
    far_elbow: float = 92
    neck: float | None = None
    from_front: bool = False


TOE_OFF = Posture()
MID_STANCE = Posture(
    near_thigh=14, near_knee=38, near_foot=-24, far_thigh=2, far_knee=112, far_foot=25, near_arm=-8, far_arm=-14
)
INITIAL_CONTACT = Posture(
    near_thigh=27, near_knee=16, near_foot=-8, far_thigh=-16, far_knee=92, far_foot=28, near_arm=-46, far_arm=30
)
STANDING = Posture(
    lean=0, near_thigh=0, near_knee=0, near_foot=0, far_thigh=0, far_knee=0, far_foot=0,
    near_arm=4, near_elbow=12, far_arm=-4, far_elbow=12,
)  # fmt: skip


def along(start: Point, angle_deg: float, length: float) -> Point:
    """Return the point at a distance from the start, at an angle from straight down, + to the right."""
    return start[0] + length * sin(radians(angle_deg)), start[1] + length * cos(radians(angle_deg))


def limb(start: Point, end: Point, start_r: float, end_r: float, colour: str) -> str:
    """Return a limb as SVG: two circles of the given radii and the straight tangents that join them."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    distance = max(hypot(dx, dy), abs(start_r - end_r) + 1e-6)
    heading, spread = atan2(dy, dx), acos((start_r - end_r) / distance)

    def rim(centre: Point, r: float, angle: float) -> str:
        return f"{centre[0] + r * cos(angle):.1f} {centre[1] + r * sin(angle):.1f}"

    a, b = heading - spread, heading + spread
    blunt = int(start_r >= end_r)
    return (
        f'<path fill="{colour}" d="M{rim(start, start_r, a)} L{rim(end, end_r, a)} '
        f"A{end_r:.1f} {end_r:.1f} 0 {1 - blunt} 1 {rim(end, end_r, b)} L{rim(start, start_r, b)} "
        f'A{start_r:.1f} {start_r:.1f} 0 {blunt} 1 {rim(start, start_r, a)}Z"/>'
    )


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """The points of a posture, in the picture's units; the arms of a measured runner can be missing."""

    hip: Point
    shoulder: Point
    head: Point
    near: tuple[Point, Point, Point, Point]
    far: tuple[Point, Point, Point, Point]
    near_hand: tuple[Point, Point] | None
    far_hand: tuple[Point, Point] | None
    nose_deg: float | None

    @property
    def lowest(self) -> float:
        """The largest y of both feet."""
        return max(y for leg in (self.near, self.far) for _, y in leg[2:])

    @property
    def points(self) -> dict[str, Point]:
        """Every point by its name: 'hip', 'shoulder', 'head', and 'near_knee', 'far_hand' and so on."""
        named = {"hip": self.hip, "shoulder": self.shoulder, "head": self.head}
        for side, leg, arm in (("near", self.near, self.near_hand), ("far", self.far, self.far_hand)):
            names = ("knee", "ankle", "heel", "toe", "elbow", "hand")[: 6 if arm else 4]
            named |= {f"{side}_{name}": point for name, point in zip(names, (*leg, *(arm or ())), strict=True)}
        return named


def skeleton(posture: Posture, hip: Point, height: float) -> Skeleton:
    """Return the points of a posture with a given hip, for a body height in the picture's units."""
    foot_length = (SHORT_FOOT if posture.from_front else FOOT) * height
    neck = posture.lean * 0.6 + 4 if posture.neck is None else posture.neck

    def leg(thigh: float, knee_flexion: float, foot: float) -> tuple[Point, Point, Point, Point]:
        knee = along(hip, thigh, THIGH * height)
        ankle = along(knee, thigh - knee_flexion, SHANK * height)
        sole = thigh - knee_flexion + 90 - foot
        heel = along(along(ankle, sole - 90, HEEL_DROP * height), sole, -0.02 * height)
        return knee, ankle, heel, along(heel, sole, foot_length)

    def arm(upper: float, elbow_flexion: float) -> tuple[Point, Point]:
        elbow = along(shoulder, upper - posture.lean, UPPER_ARM * height)
        return elbow, along(elbow, upper - posture.lean + elbow_flexion, FOREARM * height)

    shoulder = along(hip, 180 - posture.lean, TRUNK * height)
    return Skeleton(
        hip=hip,
        shoulder=shoulder,
        head=along(shoulder, 180 - neck, 0.125 * height),
        near=leg(posture.near_thigh, posture.near_knee, posture.near_foot),
        far=leg(posture.far_thigh, posture.far_knee, posture.far_foot),
        near_hand=arm(posture.near_arm, posture.near_elbow),
        far_hand=arm(posture.far_arm, posture.far_elbow),
        nose_deg=None if posture.from_front else 90 - neck,
    )


def body(bones: Skeleton, height: float, palette: Palette) -> str:
    """Return the drawn body as SVG, far limbs first."""
    h = height

    def leg(points: tuple[Point, Point, Point, Point], colour: str) -> str:
        knee, ankle, heel, toe = points
        return (
            limb(heel, toe, 0.020 * h, 0.013 * h, colour)
            + limb(ankle, heel, 0.018 * h, 0.018 * h, colour)
            + limb(knee, ankle, 0.033 * h, 0.018 * h, colour)
            + limb(bones.hip, knee, 0.050 * h, 0.034 * h, colour)
        )

    def arm(points: tuple[Point, Point] | None, colour: str, rim: float = 0.0) -> str:
        if points is None:
            return ""
        shoulder_r, elbow_r, hand_r = ((r + rim) * h for r in (0.026, 0.019, 0.015))
        elbow, hand = points
        return limb(bones.shoulder, elbow, shoulder_r, elbow_r, colour) + limb(elbow, hand, elbow_r, hand_r, colour)

    (x, y), r = bones.head, 0.062 * h
    head = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{palette.ink}"/>'
    nose = ""
    if bones.nose_deg is not None:
        nose_x, nose_y = along(bones.head, bones.nose_deg, r * 0.94)
        nose = f'<circle cx="{nose_x:.1f}" cy="{nose_y:.1f}" r="{r * 0.2:.1f}" fill="{palette.ink}"/>'
    neck = limb(bones.shoulder, bones.head, 0.026 * h, 0.026 * h, palette.ink)
    chest = limb(bones.shoulder, bones.hip, 0.058 * h, 0.050 * h, palette.ink)
    # An outline in the page's colour keeps the near arm distinct from the trunk.
    return (
        arm(bones.far_hand, palette.far)
        + leg(bones.far, palette.far)
        + neck + head + nose + chest
        + leg(bones.near, palette.accent)
        + arm(bones.near_hand, palette.paper, rim=0.007) + arm(bones.near_hand, palette.ink)
    )  # fmt: skip


def svg(
    width: float, height: float, inside: str, palette: Palette, *, backed: bool = True, with_font: bool = True
) -> str:
    """Return a complete SVG picture, on a rounded background if `backed`, with the letters it needs if `with_font`."""
    faces = lettering.faces(inside) if with_font else ""
    ground = f'<rect width="{width:g}" height="{height:g}" rx="14" fill="{palette.paper}"/>' if backed else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="{lettering.FAMILY}, system-ui, sans-serif">'
        f"{faces}{ground}{inside}</svg>"
    )


def ratio(picture: str) -> str:
    """Return an SVG picture's aspect ratio in CSS notation."""
    box = re.search(r'viewBox="([^"]+)"', picture)
    assert box is not None
    _, _, wide, tall = box[1].split()
    return f"{wide} / {tall}"


def standing_at(posture: Posture, x: float, ground_y: float, height: float) -> Skeleton:
    """Return the points of a posture whose lowest foot touches the ground, the hip at x."""
    drop = skeleton(posture, (x, 0), height).lowest + 0.018 * height
    return skeleton(posture, (x, ground_y - drop), height)


def badge(good: bool, x: float, y: float, palette: Palette) -> str:
    """Return a tick (filled) or a cross (outlined) as SVG."""
    if good:
        return (
            f'<circle cx="{x}" cy="{y}" r="15" fill="{palette.accent}"/><path d="M{x - 7} {y} l5 6 l9 -11" fill="none" '
            f'stroke="{palette.paper}" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/>'
        )
    return (
        f'<circle cx="{x}" cy="{y}" r="15" fill="{palette.paper}" stroke="{palette.line}" stroke-width="3"/>'
        f'<path d="M{x - 5} {y - 5} l10 10 m0 -10 l-10 10" stroke="{palette.line}" stroke-width="3.5" '
        f'stroke-linecap="round"/>'
    )


def arrow(start: Point, middle: Point, end: Point, colour: str) -> str:
    """Return an arrow as SVG, bent towards its middle."""
    (x0, y0), (mid_x, mid_y), (x1, y1) = start, middle, end
    heading = degrees(atan2(mid_x - x1, mid_y - y1))
    tips = " ".join(
        f"M{x1:.1f} {y1:.1f} L{x:.1f} {y:.1f}" for x, y in (along(end, heading + turn, 9) for turn in (-38, 38))
    )
    return (
        f'<path d="M{x0:.1f} {y0:.1f} Q{mid_x:.1f} {mid_y:.1f} {x1:.1f} {y1:.1f} {tips}" fill="none" '
        f'stroke="{colour}" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def ground_line(y: float, x0: float, x1: float, palette: Palette) -> str:
    """Return the ground as SVG."""
    return (
        f'<line x1="{x0}" y1="{y}" x2="{x1}" y2="{y}" stroke="{palette.ground}" stroke-width="4" '
        f'stroke-linecap="round"/>'
    )


def line(start: Point, end: Point, colour: str, width: float, dash: str = "") -> str:
    """Return a round-ended line as SVG, dashed if a pattern is given."""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-linecap="round" stroke-dasharray="{dash or "none"}"/>'
    )


def angle_arc(origin: Point, base_deg: float, angle_deg: float, size: float, palette: Palette) -> str:
    """Draw the angle between an upright line and a line at an angle: a dashed upright, the line and an arc."""
    r = size * 0.9
    start, end = along(origin, base_deg, r), along(origin, angle_deg, r)
    return (
        line(origin, along(origin, base_deg, size), palette.ink, 2.5, "2 6")
        + line(origin, along(origin, angle_deg, size), palette.accent, 4)
        + f'<path d="M{start[0]:.1f} {start[1]:.1f} A{r:.1f} {r:.1f} 0 0 {int(angle_deg < base_deg)} '
        f'{end[0]:.1f} {end[1]:.1f}" fill="none" stroke="{palette.ink}" stroke-width="3"/>'
    )


def _value(at: Point, value_deg: float, palette: Palette) -> str:
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="26" font-weight="700" text-anchor="middle" '
        f'fill="{palette.ink}">{number(value_deg, "deg")}</text>'
    )


def runner(posture: Posture, palette: Palette) -> str:
    """Return a picture of a runner in a posture, on the ground."""
    bones = standing_at(posture, 165, 300, 270)
    return svg(340, 320, ground_line(302, 40, 300, palette) + body(bones, 270, palette), palette)


def runner_at_toe_off(palette: Palette) -> str:
    """Return our runner pushing off: the picture on the start page and while the visitor waits."""
    return runner(TOE_OFF, palette)


def lean_picture(lean_deg: float, palette: Palette) -> str:
    """Return a picture of a runner leaning by an angle, with the angle drawn at the hip."""
    bones = standing_at(replace(MID_STANCE, lean=lean_deg), 150, 302, 226)
    tip = along(bones.hip, 180 - max(lean_deg, 0), 158)
    angle = angle_arc(bones.hip, 180, 180 - lean_deg, 160, palette) + _value(
        (tip[0] + 36, tip[1] + 18), lean_deg, palette
    )
    return svg(340, 320, ground_line(304, 40, 300, palette) + body(bones, 226, palette) + angle, palette)


def extension_picture(extension_deg: float, palette: Palette) -> str:
    """Return a picture of a runner at toe-off with the thigh at an angle behind the hip, and the angle drawn."""
    bones = standing_at(replace(TOE_OFF, near_thigh=-extension_deg), 190, 302, 270)
    knee_x, knee_y = bones.near[0]
    angle = angle_arc(bones.hip, 0, -extension_deg, 112, palette) + _value(
        (knee_x - 52, knee_y), extension_deg, palette
    )
    return svg(340, 320, ground_line(304, 40, 300, palette) + body(bones, 270, palette) + angle, palette)
