"""The progress of an upload and of an analysis, and the move to the next page when they have ended."""

from __future__ import annotations

import contextlib

import streamlit as st

from core.errors import NotFound
from core.i18n.translate import gettext as _
from core.storage.job import Job
from pages.components import announce, language, session, upload
from view.text import wording


@st.fragment(run_every=1.0)
def follow(token: str) -> None:
    """Show the job's progress, and leave as soon as it has ended."""
    language.enter()
    try:
        job = session.store().job(token)
    except NotFound:
        st.rerun()
    if job.state not in ("waiting", "running"):
        st.rerun()
    st.progress(wording.progress(job), text=wording.progress_text(job))
    # The line exists before the cadence is known, so that nothing moves when it appears.
    st.markdown(wording.cadence_so_far(job) or "&nbsp;")
    st.caption(_("You can lock your phone or close this page: this address finds your result again."))
    announce.progress(job)


@st.fragment(run_every=2.0)
def _wait_for_clip(token: str) -> None:
    """Continue as soon as the whole clip has arrived, from any tab or phone."""
    language.enter()
    try:
        arrives = session.store().job(token).state == "uploading"
    except NotFound:
        arrives = False
    if not arrives:
        st.rerun()


def send(job: Job) -> None:
    """Show the upload's progress, and let the owner stop it."""
    st.title(_("Sending your clip"), anchor=False)
    st.caption(
        _(
            "Keep this page open until it is sent. If the network goes, it waits and goes on from where it was. The clip stays in "
            "this browser until then."
        )
    )
    # Below the text, which would move when the component asks for the clip again.
    upload.sending(job)
    _wait_for_clip(job.token)
    if st.button(_("Stop, and choose another clip"), icon=":material/close:", width="stretch"):
        with contextlib.suppress(NotFound):
            session.delete(job.token)
        session.forget()
        st.rerun()
