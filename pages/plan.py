"""No more than three things to work on, when, and why: chosen from the result, the home tests and sitting."""

from __future__ import annotations

import streamlit as st

from core.coaching.level import level_of
from core.coaching.plan import choose
from core.i18n.translate import gettext as _
from core.i18n.translate import marked, ngettext
from pages.components import cards, entries, planning, session, testing
from pages.components.frame import footer, frame
from web.address import KEY

frame(marked("Your plan"))
known = session.known()
token = session.token()
job = session.find(token) if token else None
report = job.report if job else None
done = entries.results(known)
query = {KEY: token} if token else {}

st.title(_("Your plan"), anchor=False)
st.markdown(
    _(
        "At most {most} things to work on, from what your clip shows, your home tests and how long you sit.",
        most=known.plan.most,
    )
)

if not testing.safety(known, _("the drills")):
    footer()
    st.stop()

with st.container(border=True, gap="small"):
    if report:
        st.page_link("pages/results.py", label=_("Your result is in it"), icon=":material/check:", query_params=query)
    else:
        st.page_link("pages/check.py", label=_("No result yet: check your running"), icon=":material/arrow_forward:")
    tests = (
        ngettext("{n} home test in it", "{n} home tests in it", len(done)) if done else _("No home test yet: do one")
    )
    icon = ":material/check:" if done else ":material/arrow_forward:"
    st.page_link("pages/strength.py", label=tests, icon=icon, query_params=query)
    sitting_hours = report.answers.sitting_hours if report else None
    if sitting_hours is None:
        sitting_hours = st.number_input(
            _("Hours you sit on a usual day (optional)"),
            0.0,
            24.0,
            value=None,
            step=1.0,
            format="%.0f",
            placeholder="8",
        )

    under_18 = report is not None and report.answers.under_18
    level = level_of(entries.ask_person(), known, under_18=under_18, used=planning.used())

plan = choose(report.findings if report else (), done, entries.person(), sitting_hours, known, level)
planned = planning.when(known)
if planned is not None:
    planning.sheet(plan, planned, known)
    planning.take_away(plan, planned)
planning.rule(known)

st.subheader(_("Where coach and studies differ"), anchor=False)
cards.differences("plan", known)
footer()
