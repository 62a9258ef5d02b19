"""The one question to the runner before a clip can be measured: the slow-motion factor, or which person is meant."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from functools import partial
from typing import Literal, TypedDict, Unpack

import streamlit as st
from PIL import Image

from core.errors import Choices, NotFound, Tap
from core.i18n.translate import gettext as _
from core.jobs import submission
from core.model.media import STILL
from core.storage import job_files
from core.storage.job import Job
from core.storage.questions import decline
from pages.components import session
from pages.components.browser import element
from pages.components.frame import trying

SLOWEST = 32.0
"""The largest factor that `Answers` accepts."""

_people = element(
    "stride_people",
    '<div class="people" role="group"></div>',
    "clarification/people.js",
    css="clarification/people.css",
)


def ask(job: Job, choices: Choices) -> None:
    """Ask the question of the job's choices; a tap answers it, and the analysis continues.

    Parameters
    ----------
    job : Job
        A job that needs an answer.
    choices : Choices
        The choices of its refusal.
    """
    if choices.runners:
        _who(job, choices)
    else:
        _how_slow(job, choices)
    st.caption(
        _("Your clip waits here for your answer, for an hour at most. Then it is deleted. A “no” deletes it at once.")
    )


class _Said(TypedDict, total=False):
    """A field of `Answers` that a question asks for."""

    slow_motion: float
    runner_at: Tap


def _answer(job: Job, **said: Unpack[_Said]) -> None:
    answers = replace(job.answers, **said)
    submission.answer(job.token, answers, session.store(), visitor=session.visitor())


def _no(job: Job, label: str) -> None:
    st.button(label, width="stretch", key="ask-no", on_click=trying, args=(decline, session.store(), job.token))


def _how_slow(job: Job, choices: Choices) -> None:
    st.title(_("Is this in slow motion?"), anchor=False)
    if job.refused:
        st.markdown(str(job.refused.what))
    # The factors are relative to the earlier answer.
    factors = [factor * job.answers.slow_motion for factor in choices.slow_motion]
    likely, *others = [factor for factor in factors if factor <= SLOWEST] or [SLOWEST]

    def button(
        factor: float, label: str, *, kind: Literal["primary", "secondary"] = "secondary", icon: str | None = None
    ) -> None:
        st.button(
            label,
            key=f"ask-{factor:g}",
            width="stretch",
            on_click=trying,
            args=(partial(_answer, job, slow_motion=factor),),
            type=kind,
            icon=icon,
        )

    button(
        likely, _("Yes, {factor:g} times slower", factor=likely), kind="primary", icon=":material/slow_motion_video:"
    )
    if others:
        for column, factor in zip(st.columns(len(others), wrap=False), others, strict=True):
            with column:
                button(factor, _("Yes, {factor:g} times", factor=factor))
    _no(job, _("No, it plays as fast as I ran"))


def _who(job: Job, choices: Choices) -> None:
    st.title(_("Which one are you?"), anchor=False)
    st.markdown(_("More than one person runs in this clip. Tap on yourself, and we measure you alone."))
    boxes = [tuple(box) for box in choices.left_to_right]

    def chosen(place: int) -> None:
        _answer(job, runner_at=choices.runner_at(place + 1))

    def tapped() -> None:
        place = st.session_state["people"].tapped
        # Values from a browser are checked like typed input.
        if isinstance(place, int) and 0 <= place < len(boxes):
            trying(chosen, place)

    try:
        still = job_files.media(session.store(), job.token, STILL).read_bytes()
    except NotFound:
        still = b""
    if still:
        said = {
            "picture": _("A picture of your clip, with a button on each runner"),
            "moment": _("A moment of your clip, faces blurred."),
            "me": _("This is me: number {number}"),
        }
        with Image.open(io.BytesIO(still)) as shown:
            wide, tall = shown.size
        st.html(f"<style>.st-key-people {{ aspect-ratio: {wide} / {tall}; max-height: 54vh; }}</style>")
        picture = f"data:image/jpeg;base64,{base64.b64encode(still).decode()}"
        _people(key="people", data={"picture": picture, "boxes": boxes, "words": said}, on_tapped_change=tapped)
    for place, column in enumerate(st.columns(len(boxes), wrap=False)):
        column.button(
            _("I am {number}", number=place + 1),
            key=f"ask-who-{place}",
            type="primary",
            width="stretch",
            on_click=trying,
            args=(chosen, place),
        )
    _no(job, _("None of them"))
