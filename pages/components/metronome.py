"""A metronome with counter or stopwatch, and a button that prints the page: our two own browser components."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.home_tests import UNIT_WORDS
from core.knowledge.types import HomeTest

HERE = Path(__file__).parent

_HTML = """
<div class="box" role="group" aria-label="Metronome and counter">
<button type="button" class="disc"><span class="number"></span><span class="cue"></span></button>
<div class="row">
<button type="button" class="small end">Stop</button>
<button type="button" class="small less">One less</button>
<button type="button" class="small again">Again</button>
<button type="button" class="small sound"></button>
</div>
<div class="row keep"><p>Write it down for the</p>
<button type="button" class="small main left">left</button>
<button type="button" class="small main right">right</button></div>
</div>
"""

_METRONOME = st.components.v2.component(
    "stride_check_metronome",
    html=_HTML,
    css=(HERE / "metronome.css").read_text(encoding="utf-8"),
    js=(HERE / "metronome.js").read_text(encoding="utf-8"),
)

_PRINT = st.components.v2.component(
    "stride_check_print",
    html='<button type="button" class="small main">\nPrint or save as PDF</button>',
    css=(HERE / "metronome.css").read_text(encoding="utf-8") + "\n.small { width: 100%; }",
    js="export default function ({ parentElement }) {\n"
    '  parentElement.querySelector("button").onclick = () => window.print();\n}\n',
)


def metronome(test: HomeTest, on_kept: Callable[[str, float], None]) -> None:
    """Show the beat and counter, or the stopwatch, that a test asks for.

    Parameters
    ----------
    test : HomeTest
        With a beat, repeats are counted by it; without, by taps; a hold is timed.
    on_kept : callable
        Called with 'left' or 'right' and the value, when the runner writes it down.
    """
    key = f"metronome-{test.key}"

    def kept() -> None:
        told = st.session_state[key].kept
        # What comes from a browser is checked like anything that is typed.
        if isinstance(told, dict) and told.get("side") in ("left", "right") and isinstance(told.get("value"), int):
            on_kept(told["side"], float(told["value"]))

    beat = test.beat
    _METRONOME(
        key=key,
        data={
            "per_min": beat.per_min if beat else 0,
            "per_rep": beat.per_rep if beat else 1,
            "taps": test.unit == "reps" and beat is None,
            "unit": UNIT_WORDS[test.unit],
        },
        on_kept_change=kept,
    )


def print_button() -> None:
    """Show a button that opens the browser's print dialogue."""
    _PRINT(key="print")
