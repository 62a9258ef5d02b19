"""A spirit level and an outline for the phone before filming: the camera's view, the phone's tilt, and the runner's size.

All of it happens in the browser. No camera or motion data of the phone is stored or leaves the phone.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from core.i18n.translate import gettext as _
from pages.components.browser import element
from view.drawing import runner as d

_HTML = """
<div class="framing">
<button type="button" class="start" data-word="start"></button>
<div class="tool" hidden>
<div class="view">
<video playsinline muted aria-hidden="true"></video>
<div class="guide"></div>
<div class="horizon" hidden aria-hidden="true"><i></i><b></b><i></i></div>
</div>
<p class="says" role="status" aria-live="polite"></p>
<p class="sees"></p>
<button type="button" class="stop" data-word="close"></button>
</div>
<p class="without" data-word="without" hidden></p>
</div>
"""

LEVEL = "framing/level.js"
"""The script of the level and the outline, which the element that films uses too."""

STYLE = (Path(__file__).with_name("level.css")).read_text(encoding="utf-8")
"""The look of outline and level."""

_OWN = (Path(__file__).with_name("framing.css")).read_text(encoding="utf-8")

_framing = element("stride_framing", _HTML, LEVEL, "framing/framing.js", css=STYLE + _OWN)


def guide() -> str:
    """Return the outline of a runner of the right size, with head and feet marked, to lay over the camera's view."""
    light, dark = "#FFFFFF", "#1B1D21"
    palette = replace(d.LIGHT, ink=light, far=light, accent=light, paper=dark)
    body = d.body(d.standing_at(d.TOE_OFF, 28, 92, 80), 80, palette)
    ends = "".join(
        f'<path d="M2 {y} H60" stroke="{colour}" stroke-width="{width}" stroke-dasharray="3 2"/>'
        for y in (9, 93)
        for colour, width in ((dark, 1.2), (light, 0.6))
    )
    alt = escape(_("The outline of a runner, from head to feet as tall as most of the picture"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 62 100" role="img" aria-label="{alt}">{ends}'
        f'<g opacity="0.6" stroke="{dark}" stroke-width="0.5" paint-order="stroke">{body}</g></svg>'
    )


def level_words() -> dict[str, str]:
    """Return what the level says."""
    return {
        "lying": _("Stand the phone up, its back to where you run."),
        "lower_right": _("{degrees}° off level. Lower the right side."),
        "lower_left": _("{degrees}° off level. Lower the left side."),
        "level": _("✓ Level."),
        "looks_up": _("It looks up by {degrees}°. Lean the top away from you."),
        "looks_down": _("It looks down by {degrees}°. Lean the top towards you."),
    }


def _said() -> dict[str, str]:
    """Return the component's words: those of its elements by `data-word`, and its messages."""
    return level_words() | {
        "start": _("Set up the phone with a level"),
        "close": _("Close"),
        "without": _(
            "This page can use neither a level nor the camera here. Use the level and the grid of your camera app."
        ),
        "fill": _("Move the phone until you would fill the outline. Leave it there, and open your camera app."),
        "no_camera": _("The camera cannot be opened here. The outline shows how large you should be."),
        "no_level": _("This browser does not say how the phone is held: use the level of your camera app."),
    }


def helper() -> None:
    """Show the button that opens the level and the outline, or a sentence if the browser supports neither."""
    _framing(key="framing", data={"guide": guide(), "words": _said()})
    st.caption(_("What the camera sees stays on this phone. Nothing is stored or sent."))
