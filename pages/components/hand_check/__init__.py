"""The check by hand: joints to drag in small frames of one's own clip, and what they give next to our own measures.

`marking` is the element alone. It needs the pictures of the frames, as `core.report.hand_sheets` makes them, on the same page.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import TypeAdapter, ValidationError

from core.errors import NotFound
from core.gait.marked_points import BETWEEN_RATERS_SD_DEG, WITHIN_RATER_SD_DEG, measures_by_hand
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.hand_check import FRAME_WH_PX, ByHand, HandMoment, HandPhase, HandPoint, Marks
from core.model.media import hand_sheet
from core.model.report import Report
from core.storage import hand_checks, job_files
from core.storage.task import key_of
from pages.components import language, session
from pages.components.browser import element
from pages.components.frame import problem_of_tap, trying
from view.text import by_hand

NAMES: dict[HandPoint, str] = {
    "shoulder": marked("Shoulder"),
    "hip": marked("Hip"),
    "knee": marked("Knee"),
    "ankle": marked("Ankle"),
    "far_shoulder": marked("Far shoulder"),
    "far_hip": marked("Far hip"),
}

HINTS: dict[HandPoint, str] = {
    "shoulder": marked("The middle of the shoulder joint, a little below the top of the arm."),
    "hip": marked("The bony knob at the side of the hip. It is about as high as the crotch."),
    "knee": marked("The middle of the knee, where it bends."),
    "ankle": marked("The bony knob on the outside of the ankle."),
    "far_shoulder": marked("The shoulder away from the camera, or where it must be behind the body."),
    "far_hip": marked("The hip away from the camera, or where it must be behind the body."),
}

MOMENTS: dict[HandPhase, str] = {
    "mid_stance": marked("Stride {stride}: mid-stance"),
    "toe_off": marked("Stride {stride}: toe-off"),
}

_SHEETS, _FRAME = "hand-sheets", "hand-frame"

_HTML = """
<div class="hand">
<div class="picture">
<p class="head"><b class="where"></b><span class="count"></span></p>
<div class="frame"><div class="stage" role="group" data-label="stage">
<div class="sheet" role="img"></div>
<svg viewBox="0 0 480 640" aria-hidden="true"><path class="lines"></path></svg>
<div class="glass" aria-hidden="true" hidden><div class="lens"></div></div>
</div></div>
</div>
<div class="tools">
<div class="row nudges" role="group" data-label="nudge">
<button type="button" value="ArrowLeft" data-label="left">←</button>
<button type="button" value="ArrowUp" data-label="up">↑</button>
<button type="button" value="ArrowDown" data-label="down">↓</button>
<button type="button" value="ArrowRight" data-label="right">→</button>
<button type="button" class="coarse" data-label="coarse">×10</button>
<button type="button" class="undo" data-label="undo"><svg viewBox="0 0 24 24" aria-hidden="true">
<path d="M5 9h9a5 5 0 0 1 0 10H9M5 9l4-4M5 9l4 4"></path></svg></button>
</div>
<div class="row joints" role="group" data-label="joints"></div>
<p class="hint"></p>
<div class="row moves" role="group" data-label="frame">
<button type="button" class="earlier" data-word="earlier"></button>
<button type="button" class="later" data-word="later"></button>
</div>
<p class="moved"></p>
<div class="row moves">
<button type="button" class="back" data-word="back"></button>
<button type="button" class="next" data-word="next"></button>
</div>
<button type="button" class="far" data-word="far"></button>
</div>
<p class="said" role="status"></p>
</div>
"""

_ELEMENT = element(
    "stride_hand_check",
    _HTML,
    "hand_check/marking.js",
    "hand_check/hand_check.js",
    css="hand_check/hand_check.css",
)

_MARKS = TypeAdapter(tuple[Marks, ...])


def pictures(token: str, report: Report) -> dict[HandMoment, Path]:
    """Return the moments of a result that can be marked, each with its picture."""
    found = {}
    for moment in report.hand_frames.moments if report.hand_frames else ():
        with suppress(NotFound):
            found[moment] = job_files.media(session.store(), token, hand_sheet(moment.stride, moment.phase))
    return found


def sheets(shown: dict[HandMoment, Path]) -> None:
    """Put the pictures on the page, where only the element sees them."""
    # The frame that is being marked does not fade while the server works out the angles.
    st.html(
        f"<style>.st-key-{_SHEETS} {{ display: none; }} .st-key-{_FRAME} [data-stale] {{ opacity: 1 !important; }}</style>"
    )
    with st.container(key=_SHEETS):
        for moment, path in shown.items():
            st.image(str(path), alt=_name(moment))


def marking(key: str, moments: Sequence[HandMoment], kept: Sequence[Marks] = ()) -> tuple[Marks, ...]:
    """Show the element, and return what is marked in it.

    Parameters
    ----------
    key : str
        The element's key in the session.
    moments : sequence of HandMoment
        The moments, in the order of the pictures of `sheets`.
    kept : sequence of Marks
        What is marked at first.
    """
    data = {
        "of": _SHEETS,
        "size": FRAME_WH_PX,
        "moments": [
            {
                "stride": moment.stride,
                "phase": moment.phase,
                "name": _name(moment),
                "alt": _("{moment}, face blurred", moment=_name(moment)),
            }
            for moment in moments
        ],
        "marks": _MARKS.dump_python(tuple(kept), mode="json"),
        "names": {point: _(name) for point, name in NAMES.items()},
        "hints": {point: _(hint) for point, hint in HINTS.items()},
        "words": _words(),
    }
    _ELEMENT(key=key, data=data, on_marks_change=lambda: None)
    said = st.session_state.get(key, {}).get("marks")
    return tuple(kept) if said is None else read_marks(said, moments)


def read_marks(said: object, moments: Sequence[HandMoment]) -> tuple[Marks, ...]:
    """Return what a browser sends, checked like typed input: marks of known moments, each once, otherwise none."""
    try:
        marks = _MARKS.validate_python(said)
    except ValidationError:
        return ()
    places = [(one.stride, one.phase) for one in marks]
    known = {(moment.stride, moment.phase) for moment in moments}
    return marks if known.issuperset(places) and len({*places}) == len(places) else ()


@st.fragment
def panel(token: str, moments: tuple[HandMoment, ...]) -> None:
    """Show the element, both results next to each other, and the way to keep the marks; a mark reruns only this part."""
    language.enter()
    report = session.find(token).report
    assert report is not None, "a result keeps its report"
    problem_of_tap()
    kept = report.by_hand
    with st.container(key=_FRAME):
        marks = marking(f"hand-{key_of(token)[:12]}", moments, kept.marks if kept else ())
    found = by_marks(report, marks)
    st.subheader(_("By hand, and ours"), anchor=False)
    st.html(by_hand.table(report, found, session.known()))
    st.caption(
        _(
            "Marks by hand have an error too. In studies it was typically {between} degrees from one person to another, and "
            "{within} if the same person marked again (Guadagnin 2025, Dingenen 2018).",
            between=BETWEEN_RATERS_SD_DEG,
            within=WITHIN_RATER_SD_DEG,
        )
    )
    if found.measures and (kept is None or kept.marks != found.marks):
        st.button(
            _("Keep it with my result"),
            type="primary",
            icon=":material/save:",
            width="stretch",
            key="hand-keep",
            on_click=trying,
            args=(hand_checks.keep, session.store(), token, found),
        )
    if kept is not None:
        st.caption(_("Your marks are kept with your result, as “by hand”. Our own figures did not change."))
        st.button(
            _("Remove the kept marks"),
            icon=":material/delete:",
            width="stretch",
            key="hand-remove",
            on_click=trying,
            args=(hand_checks.keep, session.store(), token, None),
        )


def by_marks(report: Report, marks: tuple[Marks, ...]) -> ByHand:
    """Return what marks give, seen as the report's own clip is."""
    frames = report.hand_frames
    assert frames is not None, "only frames can be marked"
    return ByHand(
        marked_on=datetime.now(UTC).isoformat(timespec="seconds"),
        marks=marks,
        measures={**measures_by_hand(marks, report.facing, roll_deg=frames.roll_deg, stretch=frames.stretch)},
    )


def _name(moment: HandMoment) -> str:
    return _(MOMENTS[moment.phase], stride=moment.stride)


def _words() -> dict[str, Any]:
    return {
        "stage": _("The frame, with a handle for each joint. Arrow keys move a joint, with Shift ten times as far."),
        "nudge": _("Move the chosen joint a little, or undo"),
        "left": _("Left"),
        "up": _("Up"),
        "down": _("Down"),
        "right": _("Right"),
        "coarse": _("×10, ten times as far"),
        "undo": _("Undo"),
        "undone": _("Undone."),
        "joints": _("Joint"),
        "frame": _("Move the moment by one frame"),
        "earlier": _("One frame earlier"),
        "later": _("One frame later"),
        "ours": _("The frame that we chose."),
        "one_earlier": _("One frame earlier than ours."),
        "one_later": _("One frame later than ours."),
        "back": _("Back"),
        "next": _("Next"),
        "far": _("Mark the far shoulder and hip too"),
        "count": _("Frame {frame} of {frames}, {marked} of {all} joints"),
        "marked": _("{joint}, marked"),
        "place": _("{x} across, {y} down"),
        "unmarked": _("not marked yet"),
    }
