"""What the clip shows: two headline figures, key frames, everything else, and what it could not tell."""

from __future__ import annotations

import streamlit as st

from core.errors import NotFound
from core.model import Report
from core.store import VIDEO
from pages.components import cards, chain, checks, export, follows, session, share, versions, words
from pages.components.frame import footer, frame


def video(token: str) -> None:
    """Show the clip with its lines drawn in, where the owner asked for it."""
    try:
        path = session.store().media(token, VIDEO)
    except NotFound:
        return
    st.subheader("Your clip, with the lines drawn in", anchor=False)
    with st.container(key="figure-video"):
        st.video(str(path), loop=True, muted=True, alt="Your clip with trunk and leg lines drawn on it.")
    st.caption("Kept for 30 days, for you alone.")


def key_frames(token: str, report: Report) -> None:
    """Show the three moments of the near leg, where there are pictures of them."""
    paths = []
    for frame_ in report.key_frames:
        try:
            paths.append((session.store().media(token, f"{frame_.phase}.jpg"), frame_))
        except NotFound:
            continue
    if not paths:
        return
    st.subheader("Three moments", anchor=False)
    with st.container(key="moments"):
        columns = st.columns(len(paths), wrap=False, gap="xsmall")
    for column, (path, frame_) in zip(columns, paths, strict=True):
        name, gloss = words.PHASES[frame_.phase]
        column.image(
            str(path), caption=f"{name}, {frame_.time_s:.1f} s", alt=f"You at {name.lower()}: {gloss}.", width="stretch"
        )


frame("Your result")
token, report = session.finished()
known = session.known()

st.title("Your run", anchor=False)
st.caption(f"{words.told(report.answers)}  \n{words.clip_facts(report)}")

for check in report.quality:
    if check.severity != "pass":
        checks.warning(check)

versions.note_if_older(report, known)

for key in follows.HEADLINES:
    cards.headline(report, key)

key_frames(token, report)
video(token)

others = [finding for finding in follows.marked(report) if finding.key in known.measures]
if others:
    st.subheader("Also worth reading", anchor=False)
    for finding in others:
        cards.finding_card(report, finding)

st.subheader("What this asks of your body", anchor=False)
drills = follows.drills(report, known)
if report.findings:
    st.markdown(
        "Each figure asks something of your muscles. Follow it from the muscle to a test at home and to a drill."
    )
    chain.explained(report, known, key="asks")
    st.page_link(
        "pages/explain.py",
        label="See all seven muscles, and why",
        icon=":material/arrow_forward:",
        query_params={session.KEY: token},
    )
    with st.expander("The coach’s marks, and the studies", icon=":material/compare_arrows:"):
        cards.differences("results", known)
else:
    st.markdown("This clip told too little to say.")

if drills:
    st.subheader("Training ideas", anchor=False)
    st.caption(known.general.training.says)
    for key, asked in drills.items():
        cards.drill_card(known.drills[key], known, asked)

st.subheader("Every figure", anchor=False)
cards.figure_rows(report)
if any(measure.value is None for measure in report.measures.values()):
    with st.expander("What this clip could not tell", icon=":material/help:"):
        cards.missing_rows(report)

share.panel(token, report)
export.panel(token, report)
footer()
