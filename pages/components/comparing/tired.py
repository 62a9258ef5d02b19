"""Fresh and tired: a clip at the start of a run and one at its end, and what studies found."""

from __future__ import annotations

import streamlit as st

from core.coaching.comparison import compare, unlike
from core.coaching.repeats import can_share
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.model.measures import MeasureKey
from core.model.report import Report
from pages.components import cards, comparing, session
from pages.components.comparing import rows
from view.charts import comparison
from view.text import comparison_rows, examples

ASKED: tuple[MeasureKey, ...] = ("leg_extension", "trunk_lean", "contact_time", "vertical_oscillation", "cadence")
"""The measures of this comparison, in order."""


def page(token: str, report: Report) -> None:
    """Compare a fresh and a tired clip, or guide the runner through filming both."""
    others = [other for other, shared in comparing.others() if not shared]
    if others:
        fresh, tired = sorted((report, others[0]), key=lambda one: one.made_on)
        if st.checkbox(_("The clip that I sent first is the tired one"), key="tired-first"):
            fresh, tired = tired, fresh
        same = comparing.same_set_up(possible=can_share(fresh, tired), default=True)
        show(fresh, tired, same_set_up=same)
        st.button(
            _("Compare with another one"), icon=":material/compare_arrows:", width="stretch", on_click=comparing.leave
        )
        return
    st.markdown(
        _(
            "1. **Fresh.** Warm up for ten minutes, then film ten seconds at the pace of your run.\n"
            "2. **Run** as planned. Leave the phone's place marked.\n"
            "3. **Tired.** Film ten seconds at the end: same place, same pace, same side, same clothes.\n"
            "4. Send both clips, one after the other. Keep the first result on this phone, then choose it here."
        )
    )
    comparing.another(token, report, "tired")
    sample = session.sample()
    if sample is not None:
        comparing.example()
        show(*examples.fresh_and_tired(sample), same_set_up=True)


def show(fresh: Report, tired: Report, *, same_set_up: bool) -> None:
    """Show what changed from the fresh to the tired clip, and what studies found."""
    changes = [change for change in compare(fresh, tired, same_set_up=same_set_up) if change.key in ASKED]
    told = sum(change.told for change in changes)
    if told:
        text = ngettext(
            "{n} of {figures} figures changed from fresh to tired by more than the noise.",
            "{n} of {figures} figures changed from fresh to tired by more than the noise.",
            told,
            figures=len(changes),
        )
    else:
        text = _("From fresh to tired nothing changed by more than the noise.")
    st.markdown(text)
    for what in unlike(fresh, tired):
        st.info(_(comparison.UNLIKE[what]), icon=":material/info:")
    listed = sorted(comparison_rows.of_changes(changes, session.known()), key=lambda row: ASKED.index(row.key))
    rows.show(listed, (comparison_rows.CHANGED, comparison_rows.UNCHANGED))
    st.subheader(_("What studies found"), anchor=False)
    cards.difference_card(session.known().differences["fatigue"], session.known())
