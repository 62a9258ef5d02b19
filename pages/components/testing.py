"""One home test on a page: pictures, steps, metronome, entries, where they stand, and what it cannot tell."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.home_tests import UNIT_WORDS, Beside, Person, Sides, gap_counts, groups
from core.knowledge import Knowledge
from core.knowledge.types import HomeTest
from pages.components import entries, moves
from pages.components.cards import cite, picture_row
from pages.components.frame import palette
from pages.components.metronome import metronome

NUMBER_WORDS = {
    "mean": "average",
    "median": "middle value",
    "model": "value of a table",
    "goal": "goal",
    "limit": "limit",
    "unstated": "number",
}


def safety(known: Knowledge) -> bool:
    """Show the short screen that comes first; return whether the runner may go on."""
    rules = known.general.test_rules
    known_clear = st.session_state.get("screened", False)
    with st.expander("**First, a short check**", expanded=not known_clear, icon=":material/health_and_safety:"):
        st.markdown("Leave the tests out, and ask a clinician first, if:")
        st.markdown("\n".join(f"- {item}" for item in rules.ask_first))
        key = "none-of-these"
        st.session_state[key] = st.session_state.get(key, known_clear)
        clear = st.checkbox("None of these is true for me.", key=key)
        st.session_state["screened"] = clear
    with st.expander("When to see someone, tests or not", icon=":material/info:"):
        st.markdown("\n".join(f"- {item}" for item in rules.see_someone))
    return clear


def rules(known: Knowledge) -> None:
    """Show what holds for every test."""
    told = known.general.test_rules
    before, stop = st.columns(2)
    before.markdown("**Before**\n" + "\n".join(f"- {item}" for item in told.before))
    with stop.expander("**Stop at once if there is**"):
        st.markdown("\n".join(f"- {item}" for item in told.stop_when))


def test_card(test: HomeTest, known: Knowledge) -> None:
    """Show a test from its pictures to its limits."""
    muscles = ", ".join(known.muscles[key].plain_name for key in test.muscles)
    st.subheader(test.name, anchor=False)
    st.caption(f"Asks of: {muscles}.")
    with st.container(key=f"drawn-{test.key}"):
        picture_row(moves.test_pictures(test.key, palette()))
    st.markdown("\n".join(f"{place}. {step}" for place, step in enumerate(test.protocol, 1)))
    st.markdown("**The set ends when**\n" + "\n".join(f"- {item}" for item in test.stop_when))
    if test.unit != "deg":
        if test.beat:
            st.caption(f"{test.beat.says} {cite(test.beat.sources, known)}")
        metronome(test, partial(entries.write_down, test))
    sides = entries.ask_sides(test)
    _stands(test, sides, entries.person(), known)
    _gap(test, sides, known)
    st.markdown(f"**What it cannot tell.** {test.cannot_tell} {cite(test.sources, known)}")
    st.markdown(f"**It depends on:** {test.depends_on}")


test_card.__test__ = False  # type: ignore[attr-defined]


def _stands(test: HomeTest, sides: Sides, person: Person, known: Knowledge) -> None:
    """Show each group's number, and where each side is beside it."""
    beside = groups(test, person)
    if not beside:
        if test.norms:
            st.info("Tell your age or whose numbers to use, above, to see them.", title="No numbers fit yet.")
        return
    st.markdown("**Where that stands**")
    for place, group in enumerate(beside):
        with st.container(key=f"row-norm-{place}", gap=None):
            st.markdown(_group_words(test, group, known))
            if sides.tested:
                st.markdown(
                    " ".join(_side_words(group, side, getattr(sides, side), known) for side in ("left", "right"))
                )
    assert test.noise is not None, "the loader asks for a noise wherever there is a norm"
    st.caption(f"{test.noise.because} {cite(test.noise.sources, known)}")


def _group_words(test: HomeTest, group: Beside, known: Knowledge) -> str:
    norm, unit = group.norm, UNIT_WORDS[test.unit]
    low = group.low if test.unit == "deg" else max(group.low, 0)
    around = f"{low:g} to {group.high:g}".replace("-", "−")
    second = " Read second-hand." if norm.second_hand else ""
    return (
        f"**{norm.value:g} {unit}** · {norm.who} ({NUMBER_WORDS[norm.kind]})  \n"
        f":small[{around} counts as around it.{second}] {cite(norm.sources, known)}"
    )


def _side_words(group: Beside, side: str, value: float | None, known: Knowledge) -> str:
    if value is None:
        return ""
    label = dict(zip(("below", "around", "above"), known.general.test_rules.labels, strict=True))[group.standing(value)]
    return f":gray-badge[{side.capitalize()}: {label}]"


def _gap(test: HomeTest, sides: Sides, known: Knowledge) -> None:
    """Say whether the two sides differ by more than the test's noise."""
    gap, unit = test.side_gap, UNIT_WORDS[test.unit]
    share = f" and {gap.share_percent:g} %" if gap.share_percent else ""
    if sides.left is not None and sides.right is not None:
        apart = abs(sides.left - sides.right)
        verdict = "more than" if gap_counts(test, sides) else "within"
        st.markdown(f"**Your sides are {apart:g} {unit} apart.** That is {verdict} the noise of this test.")
    st.caption(f"A gap means something above {gap.value:g} {unit}{share}. {gap.because} {cite(gap.sources, known)}")
