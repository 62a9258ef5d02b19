"""What the clip shows: two headline measures, the stride in motion, all measures, and what to train."""

from __future__ import annotations

import streamlit as st

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import Report
from pages.components import announce, cards, chain, export, kinogram, result, session, share, versions
from pages.components.frame import footer, frame
from view.text import wording
from web.address import KEY


def overview(token: str, report: Report) -> None:
    """Show the two headline measures on the owner's own key frames, the map, and the other findings with a verdict."""
    photos = {key: kinogram.picture(token, *names) for key, names in result.PHOTO_OF.items()}
    result.headlines(report, photos)
    others = [finding for finding in implications.marked(report) if finding.key in session.known().measures]
    if others:
        st.subheader(_("Also worth reading"), anchor=False)
        for finding in others:
            cards.finding_card(report, finding)


def training(token: str, report: Report) -> None:
    """Show what the measures demand of the body, and suitable drills."""
    known = session.known()
    st.subheader(_("What this asks of your body"), anchor=False)
    if not report.findings:
        st.markdown(_("This clip told too little to say."))
        return
    st.markdown(
        _("Each figure asks something of your muscles. Follow it from the muscle to a test at home and to a drill.")
    )
    chain.explained(report, known, key="asks")
    st.page_link(
        "pages/explain.py",
        label=_("See all seven muscles, and why"),
        icon=":material/arrow_forward:",
        query_params={KEY: token},
    )
    with st.expander(_("The coach’s marks, and the studies"), icon=":material/compare_arrows:"):
        cards.differences("results", known)
    drills = implications.drills(report, known)
    if drills:
        st.subheader(_("Training ideas"), anchor=False)
        st.caption(known.general.training.says)
        for key, asked in drills.items():
            cards.drill_card(known.drills[key], known, asked)


frame(marked("Your result"))
token, report = session.finished()

st.title(_("Your run"), anchor=False)
announce.result()
st.caption(f"{wording.told(report.answers)}  \n{wording.clip_facts(report)}")
versions.note_if_older(report, session.known())

form, moving, figures, train = st.tabs([_("Result"), _("Motion"), _("Figures"), _("Train")], width="stretch")
with form:
    overview(token, report)
with moving:
    result.motion(report)
    kinogram.kinogram(token, report)
    kinogram.video(token)
with figures:
    result.every_figure(report)
    result.not_told(report)
with train:
    training(token, report)

share.panel(token, report)
export.panel(token, report)
footer()
