"""Up to twenty clips at once: names, one set of answers, and one table with a link to each result."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import StrideCheckError
from core.i18n.translate import gettext as _
from core.i18n.translate import marked, ngettext
from pages.components import many_jobs, questions, roster, session
from pages.components.frame import footer, frame, problem


def begin() -> None:
    """Ask for the clips, their names, the answers for all of them and the consent, and start."""
    st.title(_("Check several clips"), anchor=False)
    st.markdown(_("For coaches and groups: choose the clips, name them, and get one table."))
    clips = roster.choose()
    names = [
        st.text_input(
            _("Name of clip {n}", n=n),
            value=clip.name,
            max_chars=roster.LONGEST_NAME,
            key=f"name-{clip.slot}-{clip.n_bytes}",
            autocomplete="off",
        )
        for n, clip in enumerate(clips, 1)
    ]
    st.subheader(_("Five quick questions"), anchor=False)
    st.caption(
        _(
            "The answers count for all clips. If they differ, check the clips in groups. If a phone noted slow motion in a clip, "
            "that counts for this clip."
        )
    )
    try:
        answers = questions.ask()
    except StrideCheckError as error:
        problem(error)
        return
    agreed = st.checkbox(_(questions.CONSENT_OF_MANY), key="consent")
    label = ngettext("Check {n} clip", "Check {n} clips", len(clips)) if clips else _("Check the clips")
    if not st.button(label, type="primary", icon=":material/play_arrow:", width="stretch"):
        return
    if not clips:
        st.warning(_("Choose your clips at the top of this page."), title=_("There is no clip yet."))
    elif not agreed:
        st.warning(_("Tick the box above this button if you agree."), title=_("We need your agreement."))
    else:
        many_jobs.plan([replace(clip, name=name) for clip, name in zip(clips, names, strict=True)], answers)
        many_jobs.send_next()
        st.rerun()


def follow() -> None:
    """Send what is not sent yet, and show the table, which fills up by itself."""
    many_jobs.keep_address()
    st.title(_("Several clips"), anchor=False)
    st.caption(_("This page's address is your private key to all results. Keep it, or keep the single addresses."))
    many_jobs.send_rest()
    many_jobs.results()
    if st.button(_("Check other clips"), icon=":material/videocam:", width="stretch"):
        many_jobs.leave()
        st.rerun()


frame(marked("Several clips"), wide=True)
session.store()
if many_jobs.begun():
    follow()
else:
    with st.container(key="narrow-clips"):
        begin()
footer()
