"""Two results side by side: two of one's own, or one's own and a shared one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.coaching.comparison import compare, unlike
from core.errors import NotFound, StrideCheckError
from core.i18n.message import message
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import Report
from pages.components import saved_results, session, share
from pages.components.frame import footer, frame, picture, problem
from view.charts import comparison
from web.address import KEY

WITH = "with"  # the name of the second own result's token in the address


def choose(own: str) -> None:
    """Ask what to compare with."""
    st.markdown(
        _("Film again after some weeks, or fresh and tired on one day. Then see what changed by more than the noise.")
    )
    saved_results.beside(own)
    link = st.text_input(
        _("Or paste a link: a shared one, or the address of another result of yours"), key="pasted", autocomplete="off"
    )
    if not link:
        return
    found = comparison.pasted(link)
    if found is None:
        problem(
            StrideCheckError(
                message(marked("This is no link to a result.")),
                message(marked("Copy the whole link, and paste it here.")),
            )
        )
        return
    st.query_params[found[0]] = found[1]
    st.rerun()


def other() -> tuple[Report, bool] | None:
    """Return the other result and whether it was shared, or None if none is chosen. Report an invalid link and remove it."""
    shared, mine = st.query_params.get(share.KEY), st.query_params.get(WITH)
    try:
        if shared:
            return share.opened(shared).report, True
        if mine:
            found = session.look_up(mine).report
            if found is not None:
                return found, False
            problem(
                StrideCheckError(
                    message(marked("That clip has no result yet.")), message(marked("Come back when it is measured."))
                )
            )
    except NotFound as error:
        problem(error)
    leave()
    return None


def leave() -> None:
    """Remove the other result from the address."""
    for name in (share.KEY, WITH):
        st.query_params.pop(name, None)


frame(marked("Compare two results"))
token, report = session.finished()
st.title(_("Compare two results"), anchor=False)
found = other()
if found is None:
    choose(token)
    footer()
    st.stop()

first, second = comparison.named(report, found[0], shared=found[1])
names, known = (first.name, second.name), session.known()
changes = compare(first.report, second.report)
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
order = [change for key in known.measures for change in changes if change.key == key]
for told, heading in ((True, _("Changed by more than the noise")), (False, _("No change that can be told"))):
    rows = [change for change in order if change.told is told]
    if rows:
        st.subheader(heading, anchor=False)
    for change in rows:
        text = known.measures[change.key]
        with st.container(key=f"row-{change.key}", gap=None):
            left, right = st.columns([5, 3], wrap=False)
            left.markdown(f"**{text.name}**  \n:small[{comparison.both((change.first, change.second))}]")
            right.markdown(comparison.said(change, text), text_alignment="right")
if not changes:
    st.markdown(_("The two results have no figure in common."))

st.button(_("Compare with another one"), icon=":material/compare_arrows:", width="stretch", on_click=leave)
st.page_link("pages/results.py", label=_("Back to my result"), icon=":material/arrow_back:", query_params={KEY: token})
footer()
