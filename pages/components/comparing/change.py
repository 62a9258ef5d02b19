"""Two results: what changed by more than the noise."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.coaching.comparison import compare, unlike
from core.coaching.repeats import can_share
from core.i18n.translate import gettext as _
from core.model.report import Report
from pages.components import comparing, session
from pages.components.comparing import rows
from pages.components.frame import picture
from view.charts import comparison
from view.text import comparison_rows, examples


def page(token: str, report: Report) -> None:
    """Compare a result with another one, or show how to come to another one."""
    others = comparing.others()
    if others:
        other, shared = others[0]
        show(*comparison.named(report, other, shared=shared), own=not shared)
        st.button(
            _("Compare with another one"), icon=":material/compare_arrows:", width="stretch", on_click=comparing.leave
        )
        return
    st.markdown(_("Film again after some weeks, the same way. Then see what changed by more than the noise."))
    comparing.another(token, report, "change")
    sample = session.sample()
    if sample is not None:
        comparing.example()
        show(*comparison.named(*examples.weeks_later(sample), shared=False), example=True)


def show(first: comparison.Named, second: comparison.Named, *, own: bool = False, example: bool = False) -> None:
    """Show what changed from one result to the other; `own` if both are the visitor's."""
    names = (first.name, second.name)
    same = own and comparing.same_set_up(possible=can_share(first.report, second.report), default=False)
    changes = compare(first.report, second.report, same_set_up=same)
    st.markdown(comparison.luck(changes))
    for what in unlike(first.report, second.report):
        st.info(_(comparison.UNLIKE[what]), icon=":material/info:")
    before, after = first.report.mean_stride, second.report.mean_stride
    if before and after:
        st.subheader(_("Stride over stride"), anchor=False)
        alt = comparison.overlaid_alt(names)
        picture(partial(comparison.overlaid, before, after, names), alt, key="overlaid")
        st.caption(
            _("Averages of all strides, both drawn with the same leg length. Small gaps can be noise: the list tells.")
        )
    st.caption(
        _(
            "{first} → {second}. On the right: the difference, and how large it must be to count, by the errors of both.",
            first=names[0],
            second=names[1],
        )
    )
    rows.show(
        comparison_rows.of_changes(changes, session.known()),
        (comparison_rows.CHANGED, comparison_rows.UNCHANGED),
        few=example,
    )
    if not changes:
        st.markdown(_("The two results have no figure in common."))
