"""Pace and step length of a result, where their scale comes from, and the owner's correction of pace and height."""

from __future__ import annotations

import re
from collections.abc import Callable

import streamlit as st

from core import coaching
from core.errors import BadAnswer, StrideCheckError
from core.i18n.message import message
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.measures import Measured, Missing
from core.model.report import Report
from core.storage import corrections
from pages.components import session
from pages.components.frame import problem
from view.text import wording

MILE_KM = 1.609344
PER = {"km": marked("km"), "mile": marked("mile")}


def pace_s_per_km(text: str, per_mile: bool) -> float | None:
    """Return a pace such as '5:30' in seconds per km, or None if the text is empty.

    Raises
    ------
    BadAnswer
        If it is not minutes and seconds.
    """
    if not text.strip():
        return None
    match = re.fullmatch(r"(\d{1,2})[:.'](\d{2})", text.strip())
    if match is None or int(match[2]) > 59:
        raise BadAnswer(
            message(marked("The pace “{written}” cannot be read."), written=text.strip()),
            message(marked("Write it as minutes and seconds, like 5:30.")),
        )
    seconds = int(match[1]) * 60 + int(match[2])
    return seconds / MILE_KM if per_mile else float(seconds)


def first_figures(report: Report, token: str | None = None) -> None:
    """Show pace and step length; the owner, who has a token, also sees what gives the scale, and can correct pace and height."""
    step = report.measures.get("step_length")
    if step is None:
        return
    with st.container(border=True, key="pace"):
        left, right = st.columns(2, wrap=False, gap="small")
        left.metric(_("Pace per km"), wording.own_pace(report))
        left.markdown(f":small[{wording.pace_basis(report)}]")
        right.metric(_("Step length"), wording.value(step))
        right.markdown(f":small[{step.missing_because}]" if isinstance(step, Missing) else f"**{wording.error(step)}**")
        if token is not None:
            st.caption(f"{scale(report)} {wording.pace_seen(report)}")
            _correction(token, report)
            _height(token, report)


def scale(report: Report) -> str:
    """Return where the scale of lengths and pace comes from."""
    answers = report.answers
    if not answers.agrees_with(report.measures.get("speed")):
        return _("Your pace gives the step length only, because the clip does not agree with it.")
    if answers.height_cm is not None:
        if answers.pace_s_per_km is not None:
            return _("Centimetres and metres come from your height and your pace together.")
        return _("Pace, centimetres and metres come from your height.")
    if answers.pace_s_per_km is not None:
        return _(
            "Centimetres and metres come from your pace and a usual leg length. Your height would make them sharper."
        )
    return _("Pace, centimetres and metres come from a usual leg length. Your height would make them sharper.")


def _correction(token: str, report: Report) -> None:
    """Let the owner give the pace, or go back to the one that the clip shows."""
    given = report.answers.pace_s_per_km
    with st.expander(_question(report), icon=":material/edit:"):
        written, unit = st.columns([3, 2], wrap=False, vertical_alignment="bottom")
        text = written.text_input(_("Your pace"), placeholder="5:30", max_chars=5, key="pace-text")
        per = unit.segmented_control(
            _("Pace for each"),
            tuple(PER),
            default="km",
            required=True,
            format_func=lambda key: _(PER[key]),
            label_visibility="collapsed",
            key="pace-per",
        )
        st.caption(_("Every comparison on these pages then uses your pace. Angles do not change."))
        if st.button(_("Use my pace"), type="primary", width="stretch", key="pace-use"):
            _correct(token, report, lambda now: coaching.with_pace(now, pace_s_per_km(text, per == "mile")))
        if given is not None and st.button(_("Use what the clip shows"), width="stretch", key="pace-clip"):
            _correct(token, report, lambda now: coaching.with_pace(now, None))


def _height(token: str, report: Report) -> None:
    """Let the owner give the height, change it, or take it back."""
    given = report.answers.height_cm
    label = _("Add your height") if given is None else _("Your height is {cm:.0f} cm. Change it?", cm=given)
    with st.expander(label, icon=":material/height:"):
        height_cm = st.number_input(
            _("Your height in cm"),
            100.0,
            230.0,
            value=given,
            step=1.0,
            format="%.0f",
            placeholder="172",
            key="height-cm",
        )
        st.caption(_("Your height makes pace and centimetres sharper."))
        if st.button(_("Use my height"), type="primary", width="stretch", key="height-use"):
            _correct(token, report, lambda now: coaching.with_height(now, height_cm))
        if given is not None and st.button(_("Leave my height out"), width="stretch", key="height-none"):
            _correct(token, report, lambda now: coaching.with_height(now, None))


def _question(report: Report) -> str:
    """Return the line that opens the correction."""
    speed, given = report.measures.get("speed"), report.answers.pace_s_per_km
    if given is not None:
        return _("You gave {pace} per km. Change it?", pace=wording.clock(given))
    if isinstance(speed, Measured) and speed.word:
        return _("We measured {pace}. Not right?", pace=str(speed.word))
    return _("Do you know your pace?")


def _correct(token: str, report: Report, corrected: Callable[[Report], Report]) -> None:
    """Store the corrected report and draw the page again, or show why the answer cannot be."""
    try:
        if corrected(report).answers == report.answers:
            return
        corrections.correct_report(session.store(), token, corrected)
    except StrideCheckError as error:
        problem(error)
        return
    st.rerun()
