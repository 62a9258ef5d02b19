"""The one thing that a clip asks its runner before it can be measured: how slow it plays, or who in it is meant."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import streamlit as st
from PIL import Image

from core import jobs
from core.errors import Box, Choices, NotFound
from core.job import Job
from core.task import STILL
from pages.components import session

SLOWEST = 32.0
"""The largest factor that `Answers` takes."""

_FILES = Path(__file__).parent

_people = st.components.v2.component(
    "stride_people",
    html='<div class="people" role="group" aria-label="A picture of your clip, with a button on each runner"></div>',
    css=(_FILES / "people.css").read_text(encoding="utf-8"),
    js=(_FILES / "people.js").read_text(encoding="utf-8"),
)


def ask(job: Job, choices: Choices) -> None:
    """Ask what the job's choices are about; a tap answers, and the analysis goes on.

    Parameters
    ----------
    job : Job
        One that asks.
    choices : Choices
        Those of its refusal.
    """
    if choices.runners:
        _who(job, choices)
    else:
        _how_slow(job, choices)
    st.caption(
        "Your clip waits here for your answer, for an hour at most. Then it is deleted. A “no” deletes it at once."
    )


def _answer(job: Job, **said: object) -> None:
    answers = replace(job.answers, **said)
    jobs.answer(job.token, answers, session.store(), visitor=session.visitor())


def _no(job: Job, label: str) -> None:
    st.button(label, width="stretch", key="ask-no", on_click=session.store().decline, args=(job.token,))


def _how_slow(job: Job, choices: Choices) -> None:
    st.title("Is this in slow motion?", anchor=False)
    if job.refused:
        st.markdown(job.refused.what)
    # The clip's own speed is seen after what was said of it before.
    factors = [factor * job.answers.slow_motion for factor in choices.slow_motion]
    likely, *others = [factor for factor in factors if factor <= SLOWEST] or [SLOWEST]

    def button(factor: float, label: str, **look: object) -> None:
        st.button(
            label,
            key=f"ask-{factor:g}",
            width="stretch",
            on_click=_answer,
            args=(job,),
            kwargs={"slow_motion": factor},
            **look,
        )

    button(likely, f"Yes, {likely:g} times slower", type="primary", icon=":material/slow_motion_video:")
    if others:
        for column, factor in zip(st.columns(len(others), wrap=False), others, strict=True):
            with column:
                button(factor, f"Yes, {factor:g} times")
    _no(job, "No, it plays as fast as I ran")


def _who(job: Job, choices: Choices) -> None:
    st.title("Which one are you?", anchor=False)
    st.markdown("More than one person runs in this clip. Tap on yourself, and we measure you alone.")
    boxes = sorted(choices.runners)

    def chosen(place: int) -> None:
        _answer(job, runner_at=_middle(boxes[place], choices.time_s or 0.0))

    def tapped() -> None:
        place = st.session_state["people"].tapped
        # What comes from a browser is checked like anything that is typed.
        if isinstance(place, int) and 0 <= place < len(boxes):
            chosen(place)

    try:
        still = session.store().media(job.token, STILL).read_bytes()
    except NotFound:
        still = b""
    if still:
        with Image.open(io.BytesIO(still)) as shown:
            wide, tall = shown.size
        st.html(f"<style>.st-key-people {{ aspect-ratio: {wide} / {tall}; max-height: 54vh; }}</style>")
        picture = f"data:image/jpeg;base64,{base64.b64encode(still).decode()}"
        _people(key="people", data={"picture": picture, "boxes": boxes}, on_tapped_change=tapped)
    for place, column in enumerate(st.columns(len(boxes), wrap=False)):
        column.button(
            f"I am {place + 1}", key=f"ask-who-{place}", type="primary", width="stretch", on_click=chosen, args=(place,)
        )
    _no(job, "None of them")


def _middle(box: Box, time_s: float) -> tuple[float, float, float]:
    """Return the middle of a box, which may reach out of the picture, and when."""
    left, top, right, bottom = box
    return min(max((left + right) / 2, 0.0), 1.0), min(max((top + bottom) / 2, 0.0), 1.0), time_s
