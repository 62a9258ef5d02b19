"""The start page: what the app does, a sample result, and one big button."""

from __future__ import annotations

import streamlit as st

from core.coaching import implications
from core.errors import StrideCheckError
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from pages.components import cards, saved_results, session
from pages.components.frame import footer, frame, picture, problem
from view.drawing import runner
from view.site import PROMISE
from web.address import KEY

frame(marked("See how you run"))

words, hero = st.columns([3, 2], vertical_alignment="center", gap="medium")
with words:
    st.title(_("See how you run"), anchor=False)
    st.markdown(_(PROMISE))
    token = session.token()
    if token:
        st.page_link(
            "pages/check.py",
            label=_("Continue where I was"),
            icon=":material/history:",
            query_params={KEY: token},
        )
    if st.button(_("Check my running"), type="primary", icon=":material/videocam:", width="stretch"):
        st.switch_page("pages/check.py")
    if st.button(_("Try it with a computer-drawn runner"), icon=":material/play_circle:", width="stretch"):
        try:
            demo = session.try_drawn_runner()
        except StrideCheckError as error:
            problem(error)
        else:
            st.switch_page("pages/check.py", query_params={KEY: demo})
    saved_results.shelf()
with hero:
    picture(runner.runner_at_toe_off, _("A runner seen from the side, pushing off."), key="hero")

with st.container(horizontal=True, gap="small"):
    st.badge(_("No account"), icon=":material/no_accounts:", color="gray")
    st.badge(_("Clip deleted after the check"), icon=":material/delete:", color="gray")
    st.badge(_("Every figure with its error"), icon=":material/straighten:", color="gray")
st.page_link("pages/record.py", label=_("First time? See how to film it"), icon=":material/arrow_forward:")

sample = session.sample()
if sample is not None:
    st.subheader(_("A sample result"), anchor=False)
    st.caption(_("From a computer-drawn runner, measured the same way as your clip will be."))
    for key in implications.HEADLINES:
        cards.headline(sample, key)
footer()
