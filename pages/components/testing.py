"""One home test on a page: pictures, steps, metronome, entries, comparison, and limits."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.coaching.home_tests import UNIT_WORDS, Beside, Person, Sides, gap_counts, groups
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.home_test_types import HomeTest
from pages.components import entries
from pages.components.cards import cite, picture_row
from pages.components.frame import palette
from pages.components.metronome import metronome
from view.drawing import exercises

NUMBER_WORDS = {
    "mean": marked("average"),
    "median": marked("middle value"),
    "model": marked("value of a table"),
    "goal": marked("goal"),
    "limit": marked("limit"),
    "unstated": marked("number"),
}
_SIDES = {"left": marked("Left: {standing}"), "right": marked("Right: {standing}")}


def safety(known: Knowledge) -> bool:
    """Show the safety questions that come first; return whether the runner can continue."""
    rules = known.general.test_rules
    known_clear = st.session_state.get("screened", False)
    with st.expander(_("**First, a short check**"), expanded=not known_clear, icon=":material/health_and_safety:"):
        st.markdown(_("Leave the tests out, and ask a clinician first, if:"))
        st.markdown("\n".join(f"- {item}" for item in rules.ask_first))
        key = "none-of-these"
        st.session_state[key] = st.session_state.get(key, known_clear)
        clear = st.checkbox(_("None of these is true for me."), key=key)
        st.session_state["screened"] = clear
    with st.expander(_("When to see someone, tests or not"), icon=":material/info:"):
        st.markdown("\n".join(f"- {item}" for item in rules.see_someone))
    return clear


def rules(known: Knowledge) -> None:
    """Show the rules for all tests."""
    told = known.general.test_rules
    before, stop = st.columns(2)
    before.markdown(_("**Before**") + "\n" + "\n".join(f"- {item}" for item in told.before))
    with stop.expander(_("**Stop at once if there is**")):
        st.markdown("\n".join(f"- {item}" for item in told.stop_when))


def test_card(test: HomeTest, known: Knowledge) -> None:
    """Show a test from its pictures to its limits."""
    muscles = ", ".join(known.muscles[key].plain_name for key in test.muscles)
    st.subheader(test.name, anchor=False)
    st.caption(_("Asks of: {muscles}.", muscles=muscles))
    with st.container(key=f"drawn-{test.key}"):
        picture_row(exercises.test_pictures(test.key, palette()))
    st.markdown("\n".join(f"{place}. {step}" for place, step in enumerate(test.protocol, 1)))
    st.markdown(_("**The set ends when**") + "\n" + "\n".join(f"- {item}" for item in test.stop_when))
    if test.unit != "deg":
        if test.beat:
            st.caption(f"{test.beat.says} {cite(test.beat.sources, known)}")
        metronome(test, partial(entries.write_down, test))
    sides = entries.ask_sides(test)
    _stands(test, sides, entries.person(), known)
    _gap(test, sides, known)
    limits = _("**What it cannot tell.**")
    st.markdown(f"{limits} {test.cannot_tell} {cite(test.sources, known)}")
    st.markdown(_("**It depends on:** {what}", what=test.depends_on))


test_card.__test__ = False  # type: ignore[attr-defined]


def _stands(test: HomeTest, sides: Sides, person: Person, known: Knowledge) -> None:
    """Show each group's number, and how each side compares with it."""
    beside = groups(test, person)
    if not beside:
        if test.norms:
            st.info(_("Tell your age or whose numbers to use, above, to see them."), title=_("No numbers fit yet."))
        return
    st.markdown(_("**Where that stands**"))
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
    norm, unit = group.norm, _(UNIT_WORDS[test.unit])
    low = group.low if test.unit == "deg" else max(group.low, 0)
    low_words, high_words = (f"{edge:g}".replace("-", "−") for edge in (low, group.high))
    around = _("{low} to {high} counts as around it.", low=low_words, high=high_words)
    second = " " + _("Read second-hand.") if norm.second_hand else ""
    return (
        f"**{norm.value:g} {unit}** · {norm.who} ({_(NUMBER_WORDS[norm.kind])})  \n"
        f":small[{around}{second}] {cite(norm.sources, known)}"
    )


def _side_words(group: Beside, side: str, value: float | None, known: Knowledge) -> str:
    if value is None:
        return ""
    label = dict(zip(("below", "around", "above"), known.general.test_rules.labels, strict=True))[group.standing(value)]
    return f":gray-badge[{_(_SIDES[side], standing=label)}]"


def _gap(test: HomeTest, sides: Sides, known: Knowledge) -> None:
    """State whether the two sides differ by more than the test's noise."""
    gap, unit = test.side_gap, _(UNIT_WORDS[test.unit])
    if sides.left is not None and sides.right is not None:
        found = f"{abs(sides.left - sides.right):g}"
        apart = _("**Your sides are {gap} {unit} apart.**", gap=found, unit=unit)
        more, within = _("That is more than the noise of this test."), _("That is within the noise of this test.")
        st.markdown(f"{apart} {more if gap_counts(test, sides) else within}")
    least = f"{gap.value:g}"
    if gap.share_percent:
        share = f"{gap.share_percent:g} %"
        counts = _("A gap means something above {gap} {unit} and {share}.", gap=least, unit=unit, share=share)
    else:
        counts = _("A gap means something above {gap} {unit}.", gap=least, unit=unit)
    st.caption(f"{counts} {gap.because} {cite(gap.sources, known)}")
