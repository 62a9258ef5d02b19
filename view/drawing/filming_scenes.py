"""Pictures that show how to film: what the screen should look like, and where to put the phone.

Each has a tick or a cross as well as a colour, and the page states the same in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from math import cos, radians, sin

from core.i18n.translate import gettext as _
from view.drawing import runner as d

Scene = Callable[[d.Palette], str]

WIDTH, HEIGHT = 260, 200

WALKING = d.Posture(
    lean=2, near_thigh=24, near_knee=4, near_foot=-14, far_thigh=-20, far_knee=14, far_foot=14,
    near_arm=-20, near_elbow=16, far_arm=20, far_elbow=14,
)  # fmt: skip
FLYING = replace(d.TOE_OFF, near_thigh=-24, near_knee=44, near_foot=24, far_thigh=44, far_knee=74)


def _badge(good: bool, palette: d.Palette) -> str:
    """Draw a tick or a cross in the corner."""
    return d.badge(good, WIDTH - 26, 26, palette)


def _phone(figure: str, good: bool, palette: d.Palette, behind: str = "") -> str:
    """Return a phone held sideways with something on its screen."""
    inside = (
        '<clipPath id="glass"><rect x="22" y="22" width="216" height="156" rx="8"/></clipPath>'
        f'{behind}<rect x="12" y="14" width="236" height="172" rx="18" fill="{palette.ink}"/>'
        f'<rect x="22" y="22" width="216" height="156" rx="8" fill="{palette.paper}"/>'
        f'<g clip-path="url(#glass)">{figure}</g>'
    )
    # The badge's ring separates it from the phone's edge.
    return d.svg(WIDTH, HEIGHT, inside + _badge(good, palette), palette, backed=False)


def _runner(
    palette: d.Palette, x: float = 116, size: float = 124, posture: d.Posture = d.TOE_OFF, lift: float = 0
) -> str:
    """Draw a runner on the ground in the phone's screen, or `lift` above it."""
    bones = d.standing_at(posture, x, 164 - lift, size)
    return d.ground_line(166, 34, 226, palette) + d.body(bones, size, palette)


def _words(text: str, x: float, y: float, palette: d.Palette, *, size: int = 19, anchor: str = "start") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="650" text-anchor="{anchor}" '
        f'fill="{palette.ink}">{escape(text)}</text>'
    )


def whole(palette: d.Palette) -> str:
    """Return the runner as the phone's screen should show them: head to feet, large, sharp and bright."""
    return _phone(_runner(palette), True, palette)


def bright(palette: d.Palette) -> str:
    """Return a runner with light on the side that faces the phone."""
    return _phone(_sun(56, 58, palette) + _runner(palette, x=128), True, palette)


def dark(palette: d.Palette) -> str:
    """Return a runner in the dark."""
    shade = '<rect x="22" y="22" width="216" height="156" fill="#000" opacity="0.72"/>'
    return _phone(_runner(palette) + shade, False, palette)


def far(palette: d.Palette) -> str:
    """Return a runner too far away."""
    body = d.body(d.standing_at(d.TOE_OFF, 120, 138, 52), 52, palette)
    return _phone(d.ground_line(140, 34, 226, palette) + body, False, palette)


def cropped(palette: d.Palette) -> str:
    """Return a runner whose head and feet are outside the frame."""
    body = d.body(d.standing_at(d.TOE_OFF, 120, 218, 190), 190, palette)
    return _phone(d.ground_line(168, 34, 226, palette) + body, False, palette)


def tilted(palette: d.Palette) -> str:
    """Return a runner as a tilted phone shows them."""
    return _phone(f'<g transform="rotate(-14 130 100)">{_runner(palette)}</g>', False, palette)


def upside_down(palette: d.Palette) -> str:
    """Return a runner who is shown upside down."""
    return _phone(f'<g transform="rotate(180 130 100)">{_runner(palette)}</g>', False, palette)


def hidden(palette: d.Palette) -> str:
    """Return a runner whose legs are hidden behind an object."""
    bench = f'<rect x="40" y="112" width="150" height="66" rx="6" fill="{palette.line}"/>'
    return _phone(_runner(palette) + bench, False, palette)


def blurred(palette: d.Palette) -> str:
    """Return a blurred runner."""
    blur = '<filter id="blur" x="-20%" width="140%"><feGaussianBlur stdDeviation="7 3"/></filter>'
    return _phone(f'{blur}<g filter="url(#blur)">{_runner(palette)}</g>', False, palette)


def coarse(palette: d.Palette) -> str:
    """Return a runner in coarse squares, as in a repeatedly compressed copy."""
    cells = "".join(
        f'<rect x="{60 + 14 * x}" y="{40 + 14 * y}" width="14" height="14" fill="{(palette.ink, palette.line)[x % 2]}"/>'
        for x in range(9)
        for y in range(9)
        if (x * 5 + y * 3) % 4 == 0
    )
    return _phone(_runner(palette) + f'<g opacity="0.75">{cells}</g>', False, palette)


def shaken(palette: d.Palette) -> str:
    """Return a phone that shakes, and what its screen shows."""
    figure = _runner(palette)
    ghost = f'<rect x="12" y="14" width="236" height="172" rx="18" fill="{palette.line}" opacity="0.45"'
    behind = "".join(f'{ghost} transform="rotate({turn} 130 100)"/>' for turn in (-6, 6))
    faint = "".join(f'<g opacity="0.3" transform="translate({x} {y})">{figure}</g>' for x, y in ((-20, 9), (19, -8)))
    return _phone(faint + figure, False, palette, behind)


def alike(palette: d.Palette) -> str:
    """Return a runner whose two legs look the same."""
    return _phone(_runner(replace(palette, accent=palette.ink, far=palette.ink)), False, palette)


def two(palette: d.Palette) -> str:
    """Return two runners in one frame."""
    return _phone(_runner(palette, 78, 116) + _runner(palette, 168, 120, d.INITIAL_CONTACT), False, palette)


def walking(palette: d.Palette) -> str:
    """Return somebody who walks."""
    return _phone(_runner(palette, 124, 126, WALKING), False, palette)


def flying(palette: d.Palette) -> str:
    """Return a runner with both feet off the ground."""
    return _phone(_runner(palette, 118, 112, FLYING, lift=20), True, palette)


def _sun(x: float, y: float, palette: d.Palette) -> str:
    rays = " ".join(
        f"M{x + 22 * cos(a):.1f} {y + 22 * sin(a):.1f} L{x + 30 * cos(a):.1f} {y + 30 * sin(a):.1f}"
        for a in (radians(45 * n) for n in range(8))
    )
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="14" fill="{palette.accent}"/>'
        f'<path d="{rays}" stroke="{palette.accent}" stroke-width="4" stroke-linecap="round"/>'
    )


def timer(text: str, good: bool, palette: d.Palette) -> str:
    """Return a phone that has recorded for as long as its timer says."""
    shown = f'<circle cx="42" cy="44" r="6" fill="{palette.accent}"/>' + _words(text, 54, 51, palette, size=21)
    return _phone(_runner(palette, 130, 112) + shown, good, palette)


def speed(text: str, good: bool, palette: d.Palette) -> str:
    """Return a clip that plays in slow motion, with the speed that was stated for it."""
    ghosts = "".join(
        f'<g opacity="{0.12 * n:.2f}">{d.body(d.standing_at(d.TOE_OFF, 76 + 18 * n, 164, 104), 104, palette)}</g>'
        for n in (1, 2, 3)
    )
    chip = f'<rect x="34" y="32" width="{24 + 10 * len(text)}" height="32" rx="16" fill="{palette.ground}"/>' + _words(
        text, 46, 54, palette
    )
    return _phone(ghosts + _runner(palette, 150, 104) + chip, good, palette)


def strides(count: int, palette: d.Palette) -> str:
    """Return a runner with the filmed strides drawn on the ground."""
    x = 186
    arcs = "".join(
        f'<path d="M{x - 25 * n} 164 q12 -20 25 0" fill="none" stroke="{palette.line}" stroke-width="3.5" '
        f'stroke-dasharray="1 7" stroke-linecap="round"/><circle cx="{x - 25 * n}" cy="166" r="4.5" fill="{palette.accent}"/>'
        for n in range(1, count + 1)
    )
    return _phone(_runner(palette, 190, 92) + arcs, count > 1, palette)


def frames(per_s: int, palette: d.Palette) -> str:
    """Return a leg's swing as filmed at `per_s` frames per second."""
    hip, n = (112.0, 44.0), per_s // 5
    legs = []
    for place in range(n):
        share = place / (n - 1)
        knee = d.along(hip, 38 - 66 * share, 62)
        ankle = d.along(knee, 38 - 66 * share - 14 - 36 * share * share, 60)
        colour, width = (palette.accent, 7) if place == n - 1 else (palette.line, 3)
        legs.append(
            f'<path d="M{hip[0]} {hip[1]} L{knee[0]:.1f} {knee[1]:.1f} L{ankle[0]:.1f} {ankle[1]:.1f}" fill="none" '
            f'stroke="{colour}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"/>'
        )
    hips = f'<circle cx="{hip[0]}" cy="{hip[1]}" r="9" fill="{palette.ink}"/>'
    told = _words(str(per_s), 236, 160, palette, size=34, anchor="end") + _words(
        _("a second"), 236, 182, palette, size=17, anchor="end"
    )
    return d.svg(WIDTH, HEIGHT, "".join(legs) + hips + told + _badge(per_s >= 60, palette), palette)


def film(cut: bool, palette: d.Palette) -> str:
    """Return a strip of film: one continuous run, or a run with another scene in between."""
    holes = "".join(
        f'<rect x="{x}" y="{y}" width="9" height="7" rx="2" fill="{palette.paper}"/>'
        for x in range(17, 240, 19)
        for y in (61, 140)
    )
    strip = f'<rect x="8" y="56" width="244" height="96" rx="6" fill="{palette.ink}"/>{holes}'
    postures = (d.INITIAL_CONTACT, d.MID_STANCE, d.TOE_OFF)
    for place, posture in enumerate(postures):
        x = 14 + 79 * place
        strip += f'<rect x="{x}" y="73" width="74" height="62" rx="3" fill="{palette.paper}"/>'
        if cut and place == 1:
            strip += (
                f'<path d="M{x + 5} 131 l22 -34 l14 20 l10 -12 l18 26z" fill="{palette.line}"/>'
                f'<circle cx="{x + 56}" cy="89" r="7" fill="{palette.accent}"/>'
            )
        else:
            strip += d.body(d.standing_at(posture, x + 35, 132, 54), 54, palette)
    if cut:
        strip += "".join(
            f'<line x1="{x}" y1="44" x2="{x}" y2="166" stroke="{palette.accent}" stroke-width="4" stroke-dasharray="7 6"/>'
            for x in (90.5, 169.5)
        )
    return d.svg(WIDTH, HEIGHT, strip + _badge(not cut, palette), palette)


def file(whole: bool, palette: d.Palette) -> str:
    """Return a file: a complete video, or a damaged one."""
    page = "M82 26 h66 l32 32 v118 h-98z"
    fold = f'<path d="M148 26 v32 h32" fill="{palette.ground}" stroke="{palette.line}" stroke-width="4" stroke-linejoin="round"/>'
    drawn = (
        f'<path d="{page}" fill="{palette.ground}" stroke="{palette.line}" stroke-width="5" stroke-linejoin="round"/>'
        + fold
    )
    if whole:
        drawn += (
            f'<circle cx="131" cy="116" r="30" fill="{palette.accent}"/>'
            f'<path d="M122 100 l26 16 l-26 16z" fill="{palette.paper}"/>'
        )
    else:
        tear = "M70 112 l18 -14 l16 20 l18 -20 l16 20 l18 -20 l16 20 l20 -16"
        drawn += f'<path d="{tear}" fill="none" stroke="{palette.paper}" stroke-width="16" stroke-linejoin="bevel"/>'
        drawn += _words("?", 131, 162, palette, size=40, anchor="middle")
    return d.svg(WIDTH, HEIGHT, drawn + _badge(whole, palette), palette)


def size(fits: bool, palette: d.Palette) -> str:
    """Return a clip next to the largest accepted size."""
    width = 96 if fits else 206
    bar = (
        f'<rect x="24" y="82" width="{width}" height="46" rx="10" fill="{palette.accent if fits else palette.line}"/>'
        f'<path d="M44 93 l20 12 l-20 12z" fill="{palette.paper}"/>'
        f'<path d="M164 52 V158" stroke="{palette.ink}" stroke-width="4" stroke-dasharray="3 8" stroke-linecap="round"/>'
    )
    return d.svg(
        WIDTH, HEIGHT, bar + _words(_("limit"), 164, 182, palette, anchor="middle") + _badge(fits, palette), palette
    )


def plan(side_on: bool, palette: d.Palette) -> str:
    """Return the scene from above: the running line, and the phone at a right angle to it or at a slant."""
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
    distance = escape(_("3 to 5 m"))
    square = (
        f'<path d="M130 98 h14 v-14" fill="none" stroke="{palette.accent}" stroke-width="3"/>'
        f'<text x="146" y="136" font-size="17" font-weight="600" fill="{palette.ink}">{distance}</text>'
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
