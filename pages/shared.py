"""A shared result for anyone with its link: everything that is drawn from the report alone; nothing can be changed."""

from __future__ import annotations

import streamlit as st

from core.errors import NotFound
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from pages.components import pace, result, session, share, versions
from pages.components.frame import footer, frame, problem
from view.text import wording


def own_check() -> None:
    """Lead a visitor to their own check in one tap."""
    if st.button(_("Check your own running"), type="primary", icon=":material/videocam:", width="stretch"):
        st.switch_page("pages/check.py")


frame(marked("A shared run"), wide=True)
token = st.query_params.get(share.KEY, "")
try:
    shared = share.opened(token)
except NotFound as error:
    st.title(_("Nothing here"), anchor=False)
    problem(error)
    own_check()
    footer()
    st.stop()

report, known = shared.report, session.known()
st.title(_("A shared run"), anchor=False)
if shared.runner:
    # Typed text is shown literally, never as markup.
    st.text(_("By {runner}", runner=shared.runner))
st.caption(f"{wording.told(report.answers, report.measures.get('speed'))}  \n{wording.clip_facts(report)}")
st.caption(_("“You” on this page is the runner who shared it."))
versions.note_if_older(report, known)

if report.mean_stride is not None:
    result.motion(report)
result.headlines(report)
pace.first_figures(report)
own_check()

result.map_and_others(report)
result.every_figure(report)
result.both_legs(report)
result.not_told(report)

st.page_link(
    "pages/compare.py",
    label=_("Compare it with a run of your own"),
    icon=":material/compare_arrows:",
    query_params={share.KEY: token},
)
st.caption(
    _(
        "This link ends on {day}, or when the runner takes it back. It shows no video and no face.",
        day=wording.date(shared.expires_on),
    )
)
footer()
