"""Pictures of drills and home tests: runners in the postures of `exercises.toml`, all drawn in the same style.

Every move has a start and an end, and a home test also shows a cheat. Its pictures share one scale, one ground and one
fixed joint, so that only the moving parts differ; an arrow shows the direction.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import hypot, radians, tan
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from core.i18n.prose import OptionalProse, Prose, validated
from core.i18n.translate import current
from core.i18n.translate import gettext as _
from view.drawing import runner as d

POSTURES = Path(__file__).with_name("exercises.toml")
SIDE, BODY, GROUND = 220.0, 166.0, 202.0
"""The picture's width and height, the body's height and the ground's y, in the picture's units."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
At = tuple[float, float]


class Strict:
    """An entry that rejects unknown keys."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Prop(Strict):
    """An object next to the body, in body heights: x from the fixed joint, y up from the ground.

    `box`, `seat` and `board` (a slope that rises forward) stand from x to x on the ground, as high as `top_y`. `pole` and
    `wall` stand at the first x. `band` runs from a joint to the point `to`, or to the joint `to_joint`; `weight` is at a joint.
    """

    kind: Literal["box", "seat", "board", "pole", "wall", "band", "weight"]
    x: At = (0.0, 0.0)
    top_y: float = 0.0
    joint: str = ""
    to: At | None = None
    to_joint: str = ""


@dataclass(frozen=True, kw_only=True)
class Pose(Strict):
    """One picture of a move: angles as in `runner.Posture`; an omitted foot is flat, other omitted angles are as in standing."""

    alt: Prose
    name: OptionalProse = ""
    raised: float | None = None
    angles: Mapping[str, float | bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Move(Strict):
    """The pictures of a drill or of a home test.

    `fixed` is the joint that does not move; `moves` is the joint whose path an arrow shows, around the `pivot`; `raised` is
    the height of the body's lowest point above the ground, in body heights.
    """

    fixed: Text
    start: Pose
    end: Pose
    cheat: Pose | None = None
    moves: str = ""
    pivot: str = "hip"
    raised: float = 0.0
    props: tuple[Prop, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture with its name and its text alternative."""

    name: str
    svg: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Moves(Strict):
    """All of `exercises.toml`, by the keys of drills and of home tests."""

    drills: Annotated[Mapping[str, Move], Field(min_length=1)]
    tests: Annotated[Mapping[str, Move], Field(min_length=1)]


def load() -> Moves:
    """Return every move; a mistake in the file is a bug and raises pydantic's ValidationError."""
    return _load(current())


@functools.cache
def _load(_language: str) -> Moves:
    return validated(tomllib.loads(POSTURES.read_text(encoding="utf-8")), Moves)


def drill_pictures(key: str, palette: d.Palette) -> tuple[Picture, ...]:
    """Return a drill's pictures: start and end.

    Raises
    ------
    KeyError
        If the drill has no postures.
    """
    return _drawn("drills", key, palette, current())


def test_pictures(key: str, palette: d.Palette) -> tuple[Picture, ...]:
    """Return a home test's pictures: start, end, and an attempt that does not count.

    Raises
    ------
    KeyError
        If the test has no postures.
    """
    return _drawn("tests", key, palette, current())


test_pictures.__test__ = False  # type: ignore[attr-defined]


def posture(pose: Pose) -> d.Posture:
    """Return the pose as a posture; a foot without an angle is parallel to the ground."""
    made = replace(d.STANDING, **dict(pose.angles))  # type: ignore[arg-type]
    flat = {
        f"{leg}_foot": getattr(made, f"{leg}_thigh") - getattr(made, f"{leg}_knee")
        for leg in ("near", "far")
        if f"{leg}_foot" not in pose.angles
    }
    return replace(made, **flat)


def bones(move: Move, pose: Pose) -> d.Skeleton:
    """Return the points of a pose whose fixed joint is at x = 0 and whose lowest point is at the move's height."""
    shape, points = posture(pose), d.skeleton(posture(pose), (0, 0), BODY).points
    lowest = max(y + d.RADII[name.split("_")[-1]] * BODY for name, (_, y) in points.items())
    raised = (move.raised if pose.raised is None else pose.raised) * BODY
    return d.skeleton(shape, (-points[move.fixed][0], GROUND - raised - lowest), BODY)


@functools.cache
def _drawn(kind: Literal["drills", "tests"], key: str, palette: d.Palette, _language: str) -> tuple[Picture, ...]:
    return _pictures(getattr(load(), kind)[key], palette)


def _pictures(move: Move, palette: d.Palette) -> tuple[Picture, ...]:
    named = [(_("Start"), move.start), (_("End"), move.end)]
    named += [(_("Not like this"), move.cheat)] if move.cheat else []
    drawn = [(name, pose, bones(move, pose)) for name, pose in named]
    shift, top = SIDE / 2 - _middle(move, [skeleton for *_named, skeleton in drawn]), _top(drawn)
    made = []
    for name, pose, skeleton in drawn:
        inside = "".join(_prop(prop, skeleton, palette) for prop in move.props if prop.kind != "weight")
        inside += d.body(skeleton, BODY, palette)
        inside += "".join(_prop(prop, skeleton, palette) for prop in move.props if prop.kind == "weight")
        if pose is move.end and move.moves:
            inside += _arrow(drawn[0][2], skeleton, move.moves, move.pivot, palette)
        ground = d.ground_line(GROUND + 2, 14, SIDE - 14, palette)
        badge = d.badge(False, SIDE - 24, 24, palette) if pose is move.cheat else ""
        scene = f'<g transform="translate(0 {-top:g})">{ground}<g transform="translate({shift:.1f} 0)">{inside}</g></g>'
        svg = d.svg(SIDE, SIDE - top, scene + badge, palette)
        made.append(Picture(name=pose.name or name, svg=svg, alt=pose.alt))
    return tuple(made)


def _middle(move: Move, skeletons: list[d.Skeleton]) -> float:
    """Return the x of the middle of everything that the pictures show."""
    xs = [x for skeleton in skeletons for x, _ in skeleton.points.values()]
    xs += [x * BODY for prop in move.props if prop.kind in ("box", "seat", "board") for x in prop.x]
    xs += [prop.x[0] * BODY for prop in move.props if prop.kind in ("pole", "wall")]
    return (min(xs) + max(xs)) / 2


def _top(drawn: list[tuple[str, Pose, d.Skeleton]]) -> float:
    """Return the empty height above the bodies, to crop the pictures of somebody who lies down."""
    highest = min(y for _, _, skeleton in drawn for _, y in skeleton.points.values()) - 0.17 * BODY
    return float(round(min(max(highest, 0), SIDE * 0.4)))


def _standing(prop: Prop, palette: d.Palette) -> str:
    """Draw an object that stands on the ground."""
    (x0, x1), top = (x * BODY for x in prop.x), GROUND - prop.top_y * BODY
    if prop.kind == "box":
        return (
            f'<rect x="{x0:.1f}" y="{top:.1f}" width="{x1 - x0:.1f}" height="{GROUND - top:.1f}" rx="4" '
            f'fill="{palette.ground}"/>'
        )
    if prop.kind == "board":
        low = top + (x1 - x0) * tan(radians(10))
        return (
            f'<path d="M{x0:.1f} {low:.1f} L{x1:.1f} {top:.1f} V{GROUND} H{x0:.1f}Z" fill="{palette.ground}" '
            f'stroke="{palette.ground}" stroke-width="4" stroke-linejoin="round"/>'
        )
    if prop.kind == "seat":
        legs = f"M{x0 + 5:.1f} {top:.1f} V{GROUND} M{x1 - 5:.1f} {top:.1f} V{GROUND} M{x0:.1f} {top:.1f}"
        return (
            f'<path d="{legs} H{x1:.1f} M{x0 + 3:.1f} {top:.1f} V{top - 52:.1f}" fill="none" stroke="{palette.line}" '
            f'stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>'
        )
    wide = 7 if prop.kind == "pole" else 10
    return (
        f'<path d="M{x0:.1f} 18 V{GROUND}" stroke="{palette.line if prop.kind == "pole" else palette.ground}" '
        f'stroke-width="{wide}" stroke-linecap="round"/>'
    )


def _prop(prop: Prop, skeleton: d.Skeleton, palette: d.Palette) -> str:
    if not prop.joint:
        return _standing(prop, palette)
    x, y = skeleton.points[prop.joint]
    if prop.kind == "weight":
        return (
            f'<path d="M{x - 11:.1f} {y + 4:.1f} h22 m-22 -6 v12 m22 -12 v12" stroke="{palette.line}" stroke-width="6" '
            f'stroke-linecap="round"/>'
        )
    to_x, to_y = (
        (prop.to[0] * BODY, GROUND - prop.to[1] * BODY) if prop.to else skeleton.points[prop.to_joint or prop.joint]
    )
    return (
        f'<path d="M{x:.1f} {y:.1f} L{to_x:.1f} {to_y:.1f}" stroke="{palette.line}" stroke-width="4" '
        f'stroke-dasharray="9 4"/><circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="{palette.line}" '
        f'stroke-width="4"/>'
    )


def _arrow(start: d.Skeleton, end: d.Skeleton, joint: str, pivot: str, palette: d.Palette) -> str:
    """Draw an arrow along the path of a joint, outside the limbs as seen from the pivot."""
    at_x, at_y = end.points[pivot]
    away = 0.1 * BODY

    def outside(point: d.Point) -> d.Point:
        x, y = point[0] - at_x, point[1] - at_y
        far = hypot(x, y) or 1
        return point[0] + away * x / far, point[1] + away * y / far

    (x0, y0), (x1, y1) = outside(start.points[joint]), outside(end.points[joint])
    if joint == pivot:
        # The pivot itself moves: the arrow starts just past its end position and points along its movement.
        (from_x, from_y), (to_x, to_y) = start.points[joint], end.points[joint]
        way = hypot(to_x - from_x, to_y - from_y) or 1
        ux, uy = (to_x - from_x) / way, (to_y - from_y) / way
        (x0, y0), (x1, y1) = ((to_x + ux * r * BODY, to_y + uy * r * BODY) for r in (0.09, 0.22))
    length = hypot(x1 - x0, y1 - y0)
    # The path of a joint curves around the pivot, so the arrow's middle is moved away from the pivot.
    bend_x, bend_y = (x0 + x1) / 2 - at_x, (y0 + y1) / 2 - at_y
    bulge = 0 if joint == pivot else 0.22 * length / (hypot(bend_x, bend_y) or 1)
    mid_x, mid_y = (x0 + x1) / 2 + bend_x * bulge, (y0 + y1) / 2 + bend_y * bulge
    return d.arrow((x0, y0), (mid_x, mid_y), (x1, y1), palette.line)
