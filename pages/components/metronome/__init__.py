"""A metronome with counter or stopwatch, and a button that prints the page: two browser components of our own."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.coaching.home_tests import UNIT_WORDS
from core.i18n.translate import gettext as _
from core.knowledge.home_test_types import HomeTest
from pages.components.browser import element

_HTML = """
<div class="box" role="group" data-label="tool">
<button type="button" class="disc"><span class="number"></span><span class="cue"></span></button>
<div class="row">
<button type="button" class="small end" data-word="stop"></button>
<button type="button" class="small less" data-word="less"></button>
<button type="button" class="small again" data-word="again"></button>
<button type="button" class="small sound"></button>
</div>
<div class="row keep"><p data-word="keep"></p>
<button type="button" class="small main left" data-word="left"></button>
<button type="button" class="small main right" data-word="right"></button></div>
</div>
"""

_METRONOME = element("stride_check_metronome", _HTML, "metronome/metronome.js", css="metronome/metronome.css")

_PRINT = element(
    "stride_check_print",
    '<button type="button" class="small main wide" data-word="print"></button>',
    "metronome/print.js",
    css="metronome/metronome.css",
)


def _said() -> dict[str, str]:
    """Return the metronome's words: those of its elements by `data-word` and `data-label`, and its messages."""
    return {
        "tool": _("Metronome and counter"),
        "start": _("Start"),
        "stop": _("Stop"),
        "done": _("Done"),
        "less": _("One less"),
        "again": _("Again"),
        "keep": _("Write it down for the"),
        "left": _("left"),
        "right": _("right"),
        "up": _("up"),
        "down": _("down"),
        "ready": _("get ready"),
        "tap_each": _("tap for each one"),
        "tap": _("tap, then {seconds} seconds"),
        "count": _("Count one more, {number} so far"),
        "sound_on": _("Sound is on"),
        "sound_off": _("Sound is off"),
    }


def metronome(test: HomeTest, on_kept: Callable[[str, float], None]) -> None:
    """Show the beat and counter, or the stopwatch, that a test requires.

    Parameters
    ----------
    test : HomeTest
        A test with a beat counts repeats by the beat; one without counts taps; a hold is timed.
    on_kept : callable
        Called with 'left' or 'right' and the value when the runner saves it.
    """
    key = f"metronome-{test.key}"

    def kept() -> None:
        told = st.session_state[key].kept
        # Values from a browser are checked like typed input.
        if isinstance(told, dict) and told.get("side") in ("left", "right") and isinstance(told.get("value"), int):
            on_kept(told["side"], float(told["value"]))

    beat = test.beat
    _METRONOME(
        key=key,
        data={
            "per_min": beat.per_min if beat else 0,
            "per_rep": beat.per_rep if beat else 1,
            "taps": test.unit == "reps" and beat is None,
            "counts": test.unit == "reps",
            "unit": _(UNIT_WORDS[test.unit]),
            "words": _said(),
        },
        on_kept_change=kept,
    )


def print_button() -> None:
    """Show a button that opens the browser's print dialogue."""
    _PRINT(key="print", data={"words": {"print": _("Print or save as PDF")}})
