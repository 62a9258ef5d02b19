"""Why it matters: the muscles and what they do, drills, the articles beside the studies, and every source."""

from __future__ import annotations

import streamlit as st

from pages.components import cards, charts, drawings, follows, session
from pages.components.frame import footer, frame, palette, picture

frame("Why it matters")
known = session.known()
token = session.token()
job = session.find(token) if token else None
report = job.report if job else None
asked = follows.muscles(report, known) if report else {}

st.title("Why it matters", anchor=False)
st.markdown(
    "Running is a push backwards. How far your **leg reaches behind you**, and how your **body leans**, "
    "change how much of that work each muscle does."
)

left, right = st.columns(2, wrap=False)
with left:
    picture(lambda p: drawings.lean_picture(7, p), "Forward lean: hips to shoulders against upright.", key="lean")
    st.markdown("**Forward lean**  \n:small[" + known.measures["trunk_lean"].what + "]")
with right:
    picture(lambda p: drawings.extension_picture(20, p), "Leg extension: the thigh behind upright.", key="extension")
    st.markdown("**Leg extension**  \n:small[" + known.measures["leg_extension"].what + "]")

st.subheader("Seven muscles that carry you", anchor=False)
st.markdown(known.general.ranking.says)
if asked:
    st.markdown(":material/adjust: marks the muscles that **your result** asks of. Open one to read why.")
elif report is None:
    st.page_link("pages/check.py", label="Check your running to see which are yours", icon=":material/arrow_forward:")
for muscle in known.muscles.values():
    cards.muscle_card(muscle, known, asked.get(muscle.key))

st.markdown(
    "**How hard they pull.** Largest force in computer models of runners. Each dot is one part of the muscle, "
    "one way of running or one study."
)
st.plotly_chart(
    charts.force_chart(known.muscles.values(), palette()),
    config=charts.STATIC,
    key="forces",
    alt=charts.force_alt(known.muscles.values()),
)
st.caption(f"{known.general.ranking.support} {known.general.ranking.missing}")

st.subheader("Drills", anchor=False)
st.caption(known.general.training.says)
fitting = follows.drills(report, known) if report else {}
for drill in known.drills.values():
    cards.drill_card(drill, known, fitting.get(drill.key))

st.subheader("The articles, and the studies", anchor=False)
st.markdown("Two coaches' articles began this. Where studies disagree with them, both are here. Open a claim.")
for difference in known.differences.values():
    cards.difference_card(difference, known)

st.subheader("Sources", anchor=False)
with st.expander(f"All {len(known.sources)} sources, and how each was read", icon=":material/menu_book:"):
    for source in known.sources.values():
        cards.source_line(source, known)
footer()
