"""The clip, five questions, the progress of upload and analysis, and a question to the runner or a refusal with a remedy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.errors import SERVER_FAULT, Refused, StrideCheckError
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.jobs import submission, uploads
from core.storage.job import Job
from pages.components import announce, checks, clarification, job_progress, questions, redirect, session, upload
from pages.components.frame import footer, frame, picture, problem
from pages.components.upload import first_look
from view.drawing import runner
from web.address import KEY


def refused(error: Refused) -> None:
    """Show why there is no result, what helps, and the next step; a server error is never presented as the clip's fault."""
    ours = error.key == SERVER_FAULT
    st.title(_("That went wrong on our side") if ours else _("This clip will not do"), anchor=False)
    problem(error)
    if error.key != SERVER_FAULT:
        checks.picture(error.key)
    again = _("Send it once more") if ours else _("Try another clip")
    if st.button(again, type="primary", icon=":material/videocam:", width="stretch"):
        session.forget()
        st.rerun()
    if not ours:
        st.page_link("pages/record.py", label=_("See how to film it"), icon=":material/arrow_forward:")


def measured(job: Job) -> None:
    """Open the result."""
    announce.finished()
    redirect.to("results", job=job.token)


def begin() -> None:
    """Ask for the answers and the clip, and submit them."""
    st.title(_("Check your running"), anchor=False)
    last = session.token()
    if last:
        st.page_link(
            "pages/results.py",
            label=_("Open my last result"),
            icon=":material/history:",
            query_params={KEY: last},
        )
    st.subheader(_("Your clip"), anchor=False)
    chosen = upload.choose()
    if chosen:
        first_look.show(chosen.look, chosen.slow_motion or 1.0)
    with st.expander(_("Trouble with that? Use the simple uploader"), icon=":material/help:"):
        st.caption(_("It sends at once, and starts from the beginning if the network goes."))
        clip = st.file_uploader(
            _("A side-on video of about 10 seconds"), type="video", max_upload_size=session.store().settings.upload_mb
        )
    st.page_link("pages/record.py", label=_("Not filmed yet? See how"), icon=":material/arrow_forward:")
    st.page_link("pages/clips.py", label=_("Several runners or clips? Check up to 20"), icon=":material/groups:")
    st.subheader(_("Five quick questions"), anchor=False)
    answers = questions.ask(chosen.slow_motion if chosen and not clip else None)
    agreed = st.checkbox(_(questions.CONSENT), key="consent")
    keep = st.checkbox(
        _("Make me a video with the lines drawn in, and keep it for 30 days. (optional)"), key="keep-video"
    )
    if st.button(_("Check my running"), type="primary", icon=":material/play_arrow:", width="stretch"):
        if clip is None and chosen is None:
            st.warning(_("Choose your clip at the top of this page."), title=_("There is no clip yet."))
        elif not agreed:
            st.warning(_("Tick the box above this button if you agree."), title=_("We need your agreement."))
        else:
            if clip:
                sent = partial(submission.submit, clip)
            else:
                assert chosen is not None
                sent = partial(uploads.begin, chosen.n_bytes, span_s=chosen.span_s)
            hand_in(lambda: sent(answers=answers, store=session.store(), keep_video=keep, visitor=session.visitor()))
    if st.button(_("Try it with a computer-drawn runner"), icon=":material/play_circle:", width="stretch"):
        hand_in(session.try_drawn_runner)


def hand_in(submit: Callable[[], str]) -> None:
    """Submit a clip, put its token in the address immediately, and continue; or show why the clip was not accepted."""
    try:
        session.remember(submit())
    except StrideCheckError as error:
        problem(error)
    else:
        session.drop_clip()
        st.rerun()


frame(marked("Check"))
token = st.query_params.get(KEY)
job = session.find(token) if token else None
if job is None:
    begin()
elif job.state == "uploading":
    job_progress.send(job)
elif job.state in ("waiting", "running"):
    st.title(_("Measuring your run"), anchor=False)
    picture(runner.runner_at_toe_off, _("A runner seen from the side, pushing off."), key="wait")
    job_progress.follow(job.token)
elif job.state == "asks" and job.refused and job.refused.choices:
    clarification.ask(job, job.refused.choices)
elif job.refused:
    refused(job.refused)
else:
    measured(job)
if job is None or job.report is None:
    footer()
