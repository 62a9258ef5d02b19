"""Why it matters: a leg to tap, what each muscle does and carries, articles next to studies, and every source."""

from __future__ import annotations

import streamlit as st

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.i18n.translate import marked, ngettext
from core.knowledge import Knowledge
from pages.components import cards, chain, language, leg, session
from pages.components.frame import footer, frame, palette
from view.charts import force_by_pace, muscle_forces
from view.text import wording

# The pace slider's start for a visitor without a result: 5:00 per km.
START_S = 300


@st.fragment
def muscles(known: Knowledge, asked: dict[str, implications.Asked], own_s: float | None) -> None:
    """Show the leg, the lit muscle, and forces by muscle and by pace; a tap or the slider reruns only this part."""
    language.enter()
    every = tuple(known.muscles.values())
    first = next(iter(asked), every[0].key)
    paces = force_by_pace.paces(own_s)
    start = round(own_s) if own_s is not None and round(own_s) in paces else START_S
    pace_s = st.session_state.get("pace", start)

    lit = leg.chosen(known.muscles, first)
    picture, told = st.columns([5, 6])
    with picture:
        leg.show(known, lit, palette(), asked)
    with told:
        cards.muscle_card(known.muscles[lit], known, pace_s, asked.get(lit))

    st.subheader(_("How hard they pull"), anchor=False)
    st.select_slider(_("Pace per km"), paces, value=start, key="pace", format_func=wording.clock)
    st.markdown(force_by_pace.told(every, pace_s))
    st.plotly_chart(
        muscle_forces.force_chart(every, lit, pace_s, palette()),
        config=muscle_forces.STATIC,
        key="forces",
        alt=muscle_forces.force_alt(every),
    )
    st.caption(
        _("Full dot: found at this pace. Empty dot: found at another. Largest force in computer models of runners.")
    )
    st.plotly_chart(
        force_by_pace.pace_chart(every, lit, pace_s, palette()),
        config=muscle_forces.STATIC,
        key="by-pace",
        alt=force_by_pace.pace_alt(known.muscles[lit]),
    )
    st.caption(
        _("Where the numbers are from, in times body weight. In colour: {muscle}.", muscle=known.muscles[lit].name)
    )


frame(marked("Why it matters"))
known = session.known()
token = session.token()
job = session.find(token) if token else None
report = job.report if job else None
asked = implications.muscles(report, known) if report else {}

st.title(_("Why it matters"), anchor=False)
st.markdown(_("Seven muscles carry you when you run. **Tap one.**"))
marks = [_("Dashed numbers: studies do not agree on the place.")]
if asked:
    marks.append(_("A ring marks what **your result** asks of."))
st.markdown(f":small[{' '.join(marks)}]")
muscles(known, asked, report.at_pace.pace_s_per_km if report else None)
with st.expander(_("How sure is this order?"), icon=":material/help:"):
    st.markdown(known.general.ranking.says)
    st.markdown(f"{known.general.ranking.support} {known.general.ranking.missing}")
    st.markdown(cards.cite(known.general.ranking.sources, known))

st.subheader(_("My result, explained"), anchor=False)
if report and report.findings:
    chain.explained(report, known, key="explained")
else:
    st.markdown(_("Check your running to see which muscles it asks of, how to test them at home, and what to train."))
    st.page_link("pages/check.py", label=_("Check my running"), icon=":material/arrow_forward:")

st.subheader(_("The articles, and the studies"), anchor=False)
st.markdown(_("Two coaches’ articles began this. Where studies disagree, both are here."))
here = [row for row in known.differences.values() if row.page == "explain"]
others = [row for row in known.differences.values() if row.page != "explain"]
for row in here:
    with st.expander(f"“{row.claim}”"):
        cards.difference_card(row, known)
with st.expander(
    ngettext("{n} more, on the page it concerns", "{n} more, on the pages they concern", len(others)),
    icon=":material/compare_arrows:",
):
    for row in others:
        cards.difference_card(row, known)
        st.divider()

with st.expander(_("All {n} drills", n=len(known.drills)), icon=":material/exercise:"):
    st.caption(known.general.training.says)
    fitting = implications.drills(report, known) if report else {}
    for drill in known.drills.values():
        cards.drill_card(drill, known, fitting.get(drill.key))
with st.expander(_("All {n} sources, and how each was read", n=len(known.sources)), icon=":material/menu_book:"):
    for source in known.sources.values():
        cards.source_line(source, known)
footer()
