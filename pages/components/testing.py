"""One home test on a page: pictures, steps, metronome, entries, comparison, and limits."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.coaching.home_tests import UNIT_WORDS, Beside, Person, Sides, gap_counts, groups, others
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.home_test_types import HomeTest
from core.model.amounts import trimmed
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


def adults_only(known: Knowledge) -> None:
    """State that all-out tests are for adults."""
    st.info(known.general.test_rules.adults_only, icon=":material/child_care:")


def safety(known: Knowledge, wanted: str, *more: str) -> bool:
    """Show the safety questions that come first; return whether the runner can continue.

    Parameters
    ----------
    known : Knowledge
        The questions.
    wanted : str
        What comes after them, as in 'Leave ... out'.
    *more
        Questions of this page alone.
    """
    rules = known.general.test_rules
    known_clear = st.session_state.get("screened", False)
    with st.expander(_("**First, a short check**"), expanded=not known_clear, icon=":material/health_and_safety:"):
        st.markdown(_("Leave {what} out, and ask a clinician first, if:", what=wanted))
        st.markdown("\n".join(f"- {item}" for item in (*rules.ask_first, *more)))
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
        if any(norm.ages for norm in test.norms):
            known_person = person.age_years is not None and person.sex is not None
            st.info(
                _("Nobody of your age and sex was measured.") if known_person
                else _("Tell your age and whose numbers to use, above, to see whether one fits."),
                title=_("No group for you."),
            )  # fmt: skip
        _other_numbers(test, known)
        return
    st.markdown(_("**Where that stands**"))
    for place, group in enumerate(beside):
        with st.container(key=f"row-norm-{place}", gap=None):
            st.markdown(_group_words(test, group, known))
            if sides.tested:
                st.markdown(
                    " ".join(_side_words(group, side, getattr(sides, side), known) for side in ("left", "right"))
                )
    _other_numbers(test, known)


def _other_numbers(test: HomeTest, known: Knowledge) -> None:
    """Show the goals, and the groups whose ages were not read: nobody is compared with them."""
    for norm in others(test):
        st.caption(
            _(
                "{value} {unit}: {who} ({kind}). Shown without a comparison: it is not a group of known age.",
                value=trimmed(norm.value),
                unit=_(UNIT_WORDS[test.unit]),
                who=norm.who,
                kind=_(NUMBER_WORDS[norm.kind]),
            )
            + f" {cite(norm.sources, known)}"
        )


def _group_words(test: HomeTest, group: Beside, known: Knowledge) -> str:
    norm, unit = group.norm, _(UNIT_WORDS[test.unit])
    low = group.low if test.unit == "deg" else max(group.low, 0)
    around = _("{low} to {high} counts as around it.", low=trimmed(round(low)), high=trimmed(round(group.high)))
    if group.wide:
        around += " " + _("That is wide: one test tells little.")
    second = " " + _("Read second-hand.") if norm.second_hand else ""
    return (
        f"**{trimmed(norm.value)} {unit}** · {norm.who} ({_(NUMBER_WORDS[norm.kind])})  \n"
        f":small[{around}{second}] {cite(norm.sources, known)}"
    )


def _side_words(group: Beside, side: str, value: float | None, known: Knowledge) -> str:
    if value is None:
        return ""
    label = dict(zip(("below", "around", "above"), known.general.test_rules.labels, strict=True))[group.standing(value)]
    return f":gray-badge[{_(_SIDES[side], standing=label)}]"


def _gap(test: HomeTest, sides: Sides, known: Knowledge) -> None:
    """State whether the two sides differ by more than the error of two tests, and how large the errors are."""
    unit = _(UNIT_WORDS[test.unit])
    if sides.left is not None and sides.right is not None:
        found = trimmed(abs(sides.left - sides.right))
        apart = _("**Your sides are {gap} {unit} apart.**", gap=found, unit=unit)
        more, within = _("That is more than the error of this test."), _("That is within the error of this test.")
        st.markdown(f"{apart} {more if gap_counts(test, sides) else within}")
    if test.gap_share_percent:
        share = f"{test.gap_share_percent:g} %"
        counts = _("A gap means something above {gap} {unit} and {share}.", gap=test.error.gap, unit=unit, share=share)
    else:
        counts = _("A gap means something above {gap} {unit}.", gap=test.error.gap, unit=unit)
    one = _("One test is sure to about {margin} {unit}.", margin=test.error.margin, unit=unit)
    st.caption(f"{one} {counts} {test.error.because} {cite(test.error.sources, known)}")
