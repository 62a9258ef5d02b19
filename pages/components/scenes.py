"""Pictures that show how to film: what the screen should look like, and where the phone stands.

Each has a tick or a cross as well as a colour, and the page says it in words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pages.components import drawings as d

View = Literal["whole", "far", "cropped", "tilted", "dark"]
Scene = Callable[[d.Palette], str]

WIDTH, HEIGHT = 260, 200


def _badge(good: bool, palette: d.Palette) -> str:
    """Draw a tick or a cross in the corner."""
    return d.badge(good, WIDTH - 26, 26, palette)


def screen(view: View, palette: d.Palette) -> str:
    """Return what the phone's screen shows: the whole runner, or one of the ways it goes wrong."""
    size, ground, x = {"far": (58, 138, 120), "cropped": (190, 218, 120)}.get(view, (124, 164, 116))
    bones = d.standing_at(d.TOE_OFF, x, ground, size)
    figure = d.ground_line(min(ground + 2, 168), 34, 226, palette) + d.body(bones, size, palette)
    if view == "tilted":
        figure = f'<g transform="rotate(-14 130 100)">{figure}</g>'
    shade = '<rect x="22" y="22" width="216" height="156" rx="8" fill="#000" opacity="0.72"/>'
    inside = (
        '<clipPath id="glass"><rect x="22" y="22" width="216" height="156" rx="8"/></clipPath>'
        f'<rect x="12" y="14" width="236" height="172" rx="18" fill="{palette.ink}"/>'
        f'<rect x="22" y="22" width="216" height="156" rx="8" fill="{palette.paper}"/>'
        f'<g clip-path="url(#glass)">{figure}{shade if view == "dark" else ""}</g>'
    )
    # The badge's own ring keeps it clear of the phone's edge.
    return d.svg(WIDTH, HEIGHT, inside + _badge(view == "whole", palette), palette, backed=False)


def plan(side_on: bool, palette: d.Palette) -> str:
    """Return the scene from above: the running line, and the phone square to it or at a slant."""
    phone_x = 130 if side_on else 40
    path = (
        f'<line x1="24" y1="62" x2="226" y2="62" stroke="{palette.far}" stroke-width="22" stroke-linecap="round"/>'
        f'<path d="M178 62 h34 m-11 -10 l11 10 l-11 10" fill="none" stroke="{palette.ink}" stroke-width="4" '
        f'stroke-linecap="round" stroke-linejoin="round"/>'
        f'<ellipse cx="130" cy="62" rx="11" ry="19" fill="{palette.ink}"/>'
        f'<circle cx="133" cy="62" r="9" fill="{palette.accent}"/>'
    )
    slant = 0 if side_on else 38
    sight = (
        f'<path d="M{phone_x} 168 L{130 - 52} 74 L{130 + 52} 74 Z" fill="{palette.accent}" opacity="0.16"/>'
        f'<line x1="{phone_x}" y1="164" x2="130" y2="84" stroke="{palette.accent}" stroke-width="3" '
        f'stroke-dasharray="2 7" stroke-linecap="round"/>'
    )
    phone = (
        f'<rect x="{phone_x - 22}" y="166" width="44" height="12" rx="4" fill="{palette.ink}" '
        f'transform="rotate({slant} {phone_x} 172)"/>'
    )
    square = (
        f'<path d="M130 98 h14 v-14" fill="none" stroke="{palette.accent}" stroke-width="3"/>'
        f'<text x="146" y="136" font-size="17" font-weight="600" fill="{palette.ink}">3 to 5 m</text>'
    )
    inside = path + sight + phone + (square if side_on else "") + _badge(side_on, palette)
    return d.svg(WIDTH, HEIGHT, inside, palette)


def hip_height(palette: d.Palette) -> str:
    """Return the scene over the phone's shoulder: the phone on a stand, level with the runner's hip."""
    bones = d.standing_at(d.MID_STANCE, 92, 150, 122)
    y = bones.hip[1]
    level = (
        f'<line x1="24" y1="{y:.0f}" x2="236" y2="{y:.0f}" stroke="{palette.accent}" stroke-width="3" '
        f'stroke-dasharray="2 7" stroke-linecap="round"/>'
    )
    stand = (
        f'<path d="M178 {y:.0f} V150 M178 140 L152 188 M178 140 L204 188 M178 140 V184" stroke="{palette.line}" '
        f'stroke-width="5" stroke-linecap="round" fill="none"/>'
        f'<rect x="146" y="{y - 18:.0f}" width="64" height="36" rx="7" fill="{palette.ink}"/>'
        f'<circle cx="158" cy="{y - 7:.0f}" r="4.5" fill="{palette.paper}"/>'
    )
    inside = d.ground_line(152, 18, 242, palette) + level + d.body(bones, 122, palette) + stand
    return d.svg(WIDTH, HEIGHT, inside + _badge(True, palette), palette)


def _whole(palette: d.Palette) -> str:
    return screen("whole", palette)


def _square(palette: d.Palette) -> str:
    return plan(True, palette)


_WHOLE = (_whole, "The whole runner on the screen, head to feet, large and bright.")
_SQUARE = (_square, "The phone square to the running line, 3 to 5 m away.")
_LEVEL = (hip_height, "The phone on a stand, level, at the height of the hip.")

REMEDIES: dict[str, tuple[Scene, str]] = {
    "whole_body": _WHOLE,
    "big_enough": _WHOLE,
    "one_runner": _WHOLE,
    "light_contrast": _WHOLE,
    "sharp_enough": _WHOLE,
    "side_on": _SQUARE,
    "legs_told_apart": _SQUARE,
    "level": _LEVEL,
    "steady_camera": _LEVEL,
}
"""The picture that helps with a check that refused a clip, and what it shows; other checks are helped by words alone."""

ALL: tuple[Scene, ...] = (
    lambda p: screen("whole", p), lambda p: screen("far", p), lambda p: screen("cropped", p),
    lambda p: screen("tilted", p), lambda p: screen("dark", p), lambda p: plan(True, p), lambda p: plan(False, p),
    hip_height,
)  # fmt: skip
