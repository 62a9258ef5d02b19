"""What the clip shows: two headline measures, the stride in motion, all measures, and what to train."""

from __future__ import annotations

import streamlit as st

from core.coaching import implications
from core.coaching.answer import plan_of
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import Report
from pages.components import announce, answer, cards, chain, export, kinogram, pace, result, session, share, versions
from pages.components.frame import footer, frame
from view.text import wording
from web.address import KEY


def overview(token: str, report: Report) -> None:
    """Show the answer, the two headline measures on the owner's own key frames, the map, and the other findings with a verdict."""
    answer.show(report, session.known())
    photos = {key: kinogram.picture(token, *names) for key, names in result.PHOTO_OF.items()}
    result.headlines(report, photos)
    pace.first_figures(report, token)
    result.map_and_others(report)


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
    plan, asked = plan_of(report, known), implications.drills(report, known)
    st.subheader(_("Training ideas"), anchor=False)
    if plan.starter:
        st.markdown(known.plan.junior.says if plan.level == "junior" else known.plan.starter.says)
    st.caption(known.general.training.says)
    for chosen in plan.chosen:
        key = chosen.drill.key
        cards.drill_card(chosen.drill, known, asked.get(key), dose=chosen.dose, optional=chosen.optional)


frame(marked("Your result"), wide=True)
token, report = session.finished()

st.title(_("Your run"), anchor=False)
announce.result()
st.caption(f"{wording.told(report.answers, report.measures.get('speed'))}  \n{wording.clip_facts(report)}")
versions.note_if_older(report, session.known())

form, moving, figures, train = st.tabs([_("Result"), _("Motion"), _("Figures"), _("Train")], width="stretch")
with form:
    overview(token, report)
with moving:
    result.motion(report)
    kinogram.kinogram(token, report)
    if report.hand_frames is not None:
        st.page_link(
            "pages/hand_check.py", label=_("Check by hand"), icon=":material/straighten:", query_params={KEY: token}
        )
    kinogram.video(token)
with figures:
    result.every_figure(report)
    result.both_legs(report)
    result.not_told(report)
with train, st.container(key="narrow-train"):
    training(token, report)

with st.container(key="narrow-sheet"), st.popover(_("Share and save"), icon=":material/share:", width="stretch"):
    share.panel(token, report)
    export.panel(token, report)
footer()
