"""Over time: more than two results, each measure with its errors and the smallest change that counts."""

from __future__ import annotations

import streamlit as st

from core.coaching.comparison import expected_by_luck, unlike
from core.coaching.repeats import can_share
from core.coaching.trend import Trend, series, trends
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.model.report import Report
from pages.components import comparing, session
from pages.components.comparing import rows
from pages.components.frame import palette
from view.charts import comparison
from view.text import comparison_rows, examples


def page(token: str, report: Report) -> None:
    """Show a result and others over time, and how to add one."""
    others = comparing.others()
    if others:
        results = [report, *(other for other, _shared in others)]
        show(results)
        st.subheader(_("Add a result"), anchor=False)
    else:
        st.markdown(
            _(
                "Film every few weeks, the same way each time. From the third result on, a line through all of them "
                "shows a small change sooner than two results can."
            )
        )
    comparing.another(token, report, "trend")
    if others:
        st.button(_("Start again"), width="stretch", on_click=comparing.leave)
        return
    sample = session.sample()
    if sample is not None:
        comparing.example()
        show(examples.over_months(sample), example=True)


def show(results: list[Report], *, example: bool = False) -> None:
    """Show the trend of every measure, of the leg that the first result shows."""
    shown = series(sorted(results, key=lambda one: one.made_on), results[0].near_side)
    left_out = len(results) - len(shown)
    if left_out:
        st.info(
            ngettext(
                "{n} result shows the other leg and is left out.",
                "{n} results show the other leg and are left out.",
                left_out,
            ),
            icon=":material/info:",
        )
    if len(shown) < 2:
        st.markdown(_("Two results of the same leg are needed."))
        return
    for what in dict.fromkeys(what for one in shown[:-1] for what in unlike(one, shown[-1])):
        st.info(_(comparison.UNLIKE[what]), icon=":material/info:")
    possible = all(can_share(one, shown[-1]) for one in shown)
    same = True if example else comparing.same_set_up(possible=possible, default=True)
    found = trends(shown, same_set_up=same)
    st.markdown(_luck(found, len(shown)))
    st.caption(
        _(
            "Dots: the results, each with its error. Grey band: a single result in it does not differ from the first by more than "
            "the noise. On the right: the change along the line through all results, and how large it must be to count."
        )
    )
    days = [comparison.day(one) for one in shown]
    listed = comparison_rows.of_trends(found, days, session.known(), palette())
    rows.show(
        listed,
        (comparison_rows.CHANGED, comparison_rows.UNCHANGED),
        folded=(comparison_rows.UNCHANGED,),
        few=example,
    )


def _luck(found: tuple[Trend, ...], n_results: int) -> str:
    """Return how many measures changed, and how many are likely to seem so by chance."""
    told = sum(trend.told for trend in found)
    if not told:
        return _("Over {n} results nothing changed by more than the noise.", n=n_results)
    return ngettext(
        "{n} of {figures} figures changed over {results} results. Where nothing changes at all, about {lucky} do so by luck.",
        "{n} of {figures} figures changed over {results} results. Where nothing changes at all, about {lucky} do so by luck.",
        told,
        figures=len(found),
        results=n_results,
        lucky=expected_by_luck(found),
    )
