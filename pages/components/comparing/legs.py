"""Left and right: both legs of one session, and where they differ by more than the noise."""

from __future__ import annotations

import streamlit as st

from core.coaching.comparison import unlike
from core.coaching.sides import legs_of, pairs
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.model.report import Report
from pages.components import comparing, session
from pages.components.comparing import rows
from pages.components.frame import palette
from view.charts import comparison
from view.text import comparison_rows, examples


def page(token: str, report: Report) -> None:
    """Show both legs of a result, alone or with a second one, or how to film the other side."""
    other = [one for one, shared in comparing.others() if not shared][:1]
    if len(legs_of(report, *other)) == 2:
        for what in (what for one in other for what in unlike(report, one) if what != "leg"):
            st.info(_(comparison.UNLIKE[what]), icon=":material/info:")
        show(report, *other)
        if other:
            st.button(
                _("Compare with another one"),
                icon=":material/compare_arrows:",
                width="stretch",
                on_click=comparing.leave,
            )
        return
    if other:
        st.warning(
            _("Choose one that was filmed from the other side."),
            title=_("Both clips show the same leg."),
            icon=":material/info:",
        )
    st.markdown(
        _(
            "A clip shows the leg nearest the camera. Film the way back too, in the same clip or in a second one. Then see both "
            "legs side by side."
        )
    )
    comparing.another(token, report, "legs")
    sample = session.sample()
    if sample is not None:
        comparing.example()
        show(*examples.both_sides(sample), example=True)


def show(*reports: Report, example: bool = False) -> None:
    """Show every measure of both legs."""
    found = pairs(*reports)
    compared = [pair for pair in found if pair.by is not None]
    told = sum(pair.told for pair in compared)
    if told:
        text = ngettext(
            "{n} of {figures} figures differs between your legs by more than the errors of both.",
            "{n} of {figures} figures differ between your legs by more than the errors of both.",
            told,
            figures=len(compared),
        )
    else:
        text = _("No figure differs between your legs by more than the errors of both.")
    st.markdown(text)
    st.caption(
        _(
            "On the right: the difference, and how large it must be to count. A tilted phone shifts the two sides in opposite "
            "directions, and that is counted in. We found no study that says how large a difference matters."
        )
    )
    groups = (comparison_rows.APART, comparison_rows.ALIKE) + (() if example else (comparison_rows.BODY,))
    rows.show(comparison_rows.of_pairs(found, session.known(), palette()), groups, few=example)
