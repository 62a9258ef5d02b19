"""Progress and completion, announced outside the page: in the tab's title, to a screen reader, and by vibration."""

from __future__ import annotations

import streamlit as st

from core.i18n.translate import gettext as _
from core.storage.job import Job
from pages.components.browser import element
from view.text import wording

_FINISHED = "finished-just-now"

_ANNOUNCE = element(
    "stride_check_announce",
    '<p class="heard" role="status"></p><p class="heard once" role="status"></p>',
    "announce/announce.js",
    css=".heard { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }",
)


def progress(job: Job) -> None:
    """Announce the progress: each per cent in the title; each quarter and, once, the current cadence to a screen reader."""
    share, stage = wording.progress(job), wording.stage(job)
    quarter = int(4 * share) * 25
    heard = f"{stage}: {quarter} %" if quarter else stage
    once = wording.cadence_so_far(job)
    _ANNOUNCE(
        key="announce", data={"title": f"{100 * share:.0f} % · {stage}", "says": heard, "once": once, "done": False}
    )


def finished() -> None:
    """Record that the next result to open was finished while its runner waited."""
    st.session_state[_FINISHED] = True


def result() -> None:
    """Announce that the result is ready, if it has just been finished."""
    if st.session_state.pop(_FINISHED, False):
        _ANNOUNCE(
            key="announced",
            data={"title": _("✓ Your result"), "says": _("Your result is here."), "once": "", "done": True},
        )
