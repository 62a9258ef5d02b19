"""The replay: the average stride as an animation to loop, slow down and scrub, with an average runner's leg behind it.

The animation is computed here, from the report alone; `replay.js` only draws it.
"""

from __future__ import annotations

from math import hypot
from typing import Any

import streamlit as st

from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.knowledge import lab_reference
from core.model.report import Report
from core.model.strides import PHASES, MeanStride
from pages.components.browser import element
from view.drawing import measured_runner
from view.drawing import runner as d
from view.drawing.runner import Palette, Point
from view.text import wording

WIDE, TALL, GROUND, LEG = 320, 318, 290, 116.0

_HTML = """
<div class="replay" role="group" data-label="replay">
<div class="stage"></div>
<p class="told"><b class="phase"></b><span class="angles"></span></p>
<input class="scrub" type="range" min="0" max="1000" step="5" data-label="moment">
<div class="marks" role="group" data-label="moments"></div>
<div class="row">
<button type="button" class="play"></button>
<div class="speeds" role="group" data-label="speed"></div>
</div>
<button type="button" class="ghost"></button>
</div>
"""

_REPLAY = element("stride_check_replay", _HTML, "replay/replay.js", css="replay/replay.css")


def show(report: Report, palette: Palette, *, key: str = "replay") -> None:
    """Show the replay, or nothing if the report has no average stride."""
    if report.mean_stride is None:
        return
    _REPLAY(key=key, data={**moving(report.mean_stride, report.at_pace.speed_mps, palette), "words": _said()})
    st.caption(says(report))


def _said() -> dict[str, str]:
    """Return the component's words: those of its elements by `data-label`, and its messages."""
    return {
        "replay": _("Replay of your average stride"),
        "moment": _("Moment of the stride"),
        "moments": _("Go to a moment"),
        "speed": _("Speed"),
        "stage": _("Your average stride, moving"),
        "thigh_behind": _("lean {lean}° · thigh {thigh}° behind"),
        "thigh_ahead": _("lean {lean}° · thigh {thigh}° ahead"),
        "place": _("{phase}, {share} per cent of the stride"),
        "play": _("Play"),
        "pause": _("Pause"),
        "hide": _("Hide the runner behind"),
        "show": _("Show the runner behind"),
        "real": _("Real"),
        "real_speed": _("Real speed"),
        "slower": _("{share} of real speed"),
    }


def says(report: Report) -> str:
    """Return the description of the replay and of the dashed runner behind it."""
    stride = report.mean_stride
    told = []
    if stride:
        told.append(
            ngettext(
                "The average of your {n} stride, drawn from the measured joints.",
                "The average of your {n} strides, drawn from the measured joints.",
                stride.n_strides,
            )
        )
    speed_mps = report.at_pace.speed_mps
    if speed_mps is None:
        told.append(_("With your pace given, other runners' average leg is drawn behind you."))
    elif lab_reference.leg_at(speed_mps) is None:
        at = lab_reference.load().leg.at
        slow, fast = (wording.clock(1000 / leg.speed_mps) for leg in (at[0], at[-1]))
        told.append(
            _(
                "No other runners' leg is drawn behind you: those in the lab ran at {slow} to {fast} per km.",
                slow=slow,
                fast=fast,
            )
        )
    else:
        leg, trunk = lab_reference.load().leg.says, lab_reference.load().trunk.says
        told += [_("The dashed outline behind you: {what}", what=leg[:1].lower() + leg[1:]), trunk]
    return " ".join(told)


def moving(stride: MeanStride, speed_mps: float | None, palette: Palette) -> dict[str, Any]:
    """Return the data that `replay.js` draws: all points at all phases in the picture's units, the moments, and the colours.

    Parameters
    ----------
    stride : MeanStride
        The average stride.
    speed_mps : float or None
        For the runner behind; None, or a speed without lab data, omits that runner.
    palette : Palette
        Colours of the visitor's theme.
    """
    frames = [measured_runner.bones(stride, phase / PHASES, (WIDE / 2, GROUND), LEG) for phase in range(PHASES)]
    points = [bones.points for bones in frames]
    return {
        "size": [WIDE, TALL, GROUND],
        "body": LEG / measured_runner.LEG_SHARE,
        "points": {name: [_rounded(at[name]) for at in points] for name in points[0]},
        "nose": [_rounded(d.along((0, 0), bones.nose_deg or 0.0, 1.0), 3) for bones in frames],
        "ghost": ghost(stride, speed_mps, [at["hip"] for at in points]),
        "marks": moments(stride),
        "spans": spans(stride),
        "lean": stride.angles["trunk_lean"].mean,
        "thigh": stride.angles["thigh_extension"].mean,
        "stride_s": stride.stride_s,
        "belt": round(belt(stride) * LEG, 1),
        "colours": {name: getattr(palette, name) for name in ("ink", "far", "line", "ground", "accent", "paper")},
    }


def _rounded(point: Point, digits: int = 1) -> list[float]:
    return [round(point[0], digits), round(point[1], digits)]


def moments(stride: MeanStride) -> list[dict[str, Any]]:
    """Return the moments to jump to, by name and phase, in order."""
    knee = stride.angles["knee_flexion"].mean
    found = {"initial_contact": 0.0, "mid_stance": stride.mid_stance, "toe_off": stride.toe_off}
    if stride.far_contact is not None:
        found["mid_flight"] = (stride.toe_off + stride.far_contact) / 2
    found["swing"] = knee.index(max(knee)) / PHASES
    return [{"name": _(told[0]), "phase": round(found[key], 3)} for key, told in wording.PHASES.items() if key in found]


def spans(stride: MeanStride) -> list[dict[str, Any]]:
    """Return the parts of the stride, each with the phase at which it begins."""
    parts = [{"from": 0.0, "name": _("On the ground")}]
    if stride.far_contact is None or stride.far_toe_off is None or stride.far_toe_off <= stride.far_contact:
        return [*parts, {"from": stride.toe_off, "name": _("Swing")}]
    return [
        *parts,
        {"from": stride.toe_off, "name": _("In the air")},
        {"from": stride.far_contact, "name": _("Swing, on the other foot")},
        {"from": stride.far_toe_off, "name": _("In the air, reaching")},
    ]


def belt(stride: MeanStride) -> float:
    """Return how far the ground moves back in a stride, in leg lengths, from the near ankle in the middle of stance."""
    start, end = 0.3 * stride.toe_off, 0.7 * stride.toe_off
    path = stride.points["near_ankle"]
    return (measured_runner.at_phase(path, start)[0] - measured_runner.at_phase(path, end)[0]) / (end - start)


def ghost(stride: MeanStride, speed_mps: float | None, hips: list[Point]) -> dict[str, list[list[float]]] | None:
    """Return the average runner at a pace, drawn from the runner's own hips: shoulder, knee and ankle at every phase.

    Legs and trunk are as long as the runner's, so only the angles differ. Only the available data is drawn: one leg, and a
    trunk with the mean lean; no arms, no feet.
    """
    leg = lab_reference.leg_at(speed_mps)
    if leg is None:
        return None
    thigh, shank = _length(stride, "near_hip", "near_knee"), _length(stride, "near_knee", "near_ankle")
    trunk = (
        sum(
            hypot(x, y - (near[1] + far[1]) / 2)
            for (x, y), near, far in zip(
                stride.points["shoulder"], stride.points["near_hip"], stride.points["far_hip"], strict=True
            )
        )
        / PHASES
    )
    knees = [d.along(hip, -back, thigh * LEG) for hip, back in zip(hips, leg.thigh_extension, strict=True)]
    ankles = [
        d.along(knee, -back - bend, shank * LEG)
        for knee, back, bend in zip(knees, leg.thigh_extension, leg.knee_flexion, strict=True)
    ]
    lean = lab_reference.load().trunk.lean
    shoulders = [d.along(hip, 180 - lean, trunk * LEG) for hip in hips]
    return {
        name: [_rounded(point) for point in path]
        for name, path in (("shoulder", shoulders), ("hip", hips), ("knee", knees), ("ankle", ankles))
    }


def _length(stride: MeanStride, upper: str, lower: str) -> float:
    """Return a segment's mean length in leg lengths."""
    pairs = zip(stride.points[upper], stride.points[lower], strict=True)
    return sum(hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairs) / PHASES
