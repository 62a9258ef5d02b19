"""Home tests, left and right: what to do, a beat to follow, and how the counts compare."""

from __future__ import annotations

import streamlit as st

from core.coaching import implications
from core.coaching.level import level_of
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from pages.components import cards, entries, session, testing
from pages.components.frame import footer, frame
from web.address import KEY

TEST = "test"

frame(marked("Home tests"))
known = session.known()
token = session.token()
job = session.find(token) if token else None
report = job.report if job else None

st.title(_("Home tests"), anchor=False)
st.markdown(_("**Test, don't guess.** One leg at a time, at home. A number here is neither good nor bad."))
if not testing.safety(known, _("the tests"), known.general.test_rules.adults):
    footer()
    st.stop()

testing.rules(known)
person = entries.ask_person()
if level_of(person, known, under_18=report is not None and report.answers.under_18) == "junior":
    testing.adults_only(known)
    footer()
    st.stop()
st.caption(_("What you enter stays in this visit. It is not stored, and a reload forgets it."))

asked = implications.tests(report, known) if report else {}
keys = [*asked, *(key for key in known.tests if key not in asked)]
wanted = st.query_params.get(TEST)
chosen = st.pills(
    _("Which test?"),
    keys,
    default=wanted if wanted and wanted in known.tests else keys[0],
    required=True,
    format_func=lambda key: (":material/adjust: " if key in asked else "") + known.tests[key].short,
    key="which-test",
)
if asked:
    st.caption(_(":material/adjust: marks the tests that **your result** leads to."))
session.note(TEST, chosen)
for figure, because in asked[chosen].reasons if chosen in asked else ():
    badge = _("Your {figure}", figure=known.measures[figure].name.lower())
    st.markdown(f":gray-badge[{badge}] {because}")
testing.test_card(known.tests[chosen], known)

done = entries.results(known)
if done:
    st.subheader(_("Entered so far"), anchor=False)
    for key, sides in done.items():
        left, right = ("–" if value is None else f"{value:g}" for value in (sides.left, sides.right))
        said = _("{test}: left **{left}**, right **{right}**", test=known.tests[key].name, left=left, right=right)
        st.markdown(said)
    if st.button(_("Forget all of it"), icon=":material/delete:", width="stretch", on_click=entries.forget):
        st.toast(_("Forgotten."))
if st.button(_("See my plan"), type="primary", icon=":material/event_note:", width="stretch"):
    st.switch_page("pages/plan.py", query_params={KEY: token} if token else {})

st.subheader(_("How much a number tells"), anchor=False)
st.caption(known.general.test_rules.side_gap_note)
cards.differences("strength", known)
footer()
