"""Comparing results: the ways to compare, the results that the address names, and how to come to a second one."""

from __future__ import annotations

from typing import Literal, get_args

import streamlit as st

from core.errors import NotFound, StrideCheckError
from core.i18n.message import message
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import Report
from pages.components import saved_results, session, share
from pages.components.frame import problem
from view.charts import comparison

View = Literal["change", "legs", "trend", "tired"]

VIEWS: dict[View, str] = {
    "change": marked("Two results"),
    "legs": marked("Left and right"),
    "trend": marked("Over time"),
    "tired": marked("Fresh and tired"),
}
"""The ways to compare, by their names in the address."""

WITH, VIEW = "with", "view"
"""The names of another own result's token and of the view in the address."""

MOST = 12
"""Results in a comparison over time, the open one included."""


def choose_view() -> View:
    """Let the visitor choose what to compare; the address keeps the choice."""
    named = st.query_params.get(VIEW)
    first: View = next((view for view in get_args(View) if view == named), "change")
    chosen = st.pills(
        _("What to compare"),
        get_args(View),
        default=first,
        format_func=lambda view: _(VIEWS[view]),
        required=True,
        label_visibility="collapsed",
        key="compare-view",
    )
    view: View = chosen or first
    if view != first:
        st.query_params[VIEW] = view
    return view


def others() -> tuple[tuple[Report, bool], ...]:
    """Return the other results that the address names, each with whether it was shared; report and remove what leads nowhere."""
    found = []
    for kind, token in _named():
        try:
            found.append((_opened(kind, token), kind == share.KEY))
        except NotFound as error:
            problem(error)
            _name([link for link in _named() if link != (kind, token)])
    return tuple(found)


def _opened(kind: str, token: str) -> Report:
    if kind == share.KEY:
        return share.opened(token).report
    report = session.look_up(token).report
    if report is None:
        raise NotFound(
            message(marked("That clip has no result yet.")), message(marked("Come back when it is measured."))
        )
    return report


def _named() -> list[tuple[str, str]]:
    """Return the links of the address: kind and token, each once."""
    links = [(kind, token) for kind in (share.KEY, WITH) for token in st.query_params.get_all(kind)]
    return [*dict.fromkeys(links)][: MOST - 1]


def _name(links: list[tuple[str, str]]) -> None:
    for kind in (share.KEY, WITH):
        tokens = [token for one, token in links if one == kind]
        if tokens:
            st.query_params[kind] = tokens
        else:
            st.query_params.pop(kind, None)


def leave() -> None:
    """Remove the other results from the address."""
    _name([])


def another(own: str, report: Report, view: View) -> None:
    """Show the ways to another result: keep this one and film again, a result on this phone, or a link."""
    with st.container(key="ways"):
        saved_results.button(own, report)
        if st.button(_("Film and check another clip"), icon=":material/videocam:", width="stretch", key="film-again"):
            st.switch_page("pages/check.py")
        saved_results.beside(own, view)
        link = st.text_input(
            _("Or paste a link: a shared one, or the address of another result of yours"),
            key="pasted",
            autocomplete="off",
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
    if found not in _named():
        _name([*(_named() if view == "trend" else []), found])
        st.rerun()


def same_set_up(*, possible: bool, default: bool) -> bool:
    """Ask whether all clips were filmed in the same way; if the files show that they were not, say so."""
    if not possible:
        st.caption(_("The clips were not filmed in the same way, so the errors of both count in full."))
        return False
    return st.checkbox(
        _("Filmed in the same way: same phone, place and clothes"),
        value=default,
        key="same-set-up",
        help=_("Such clips share part of their errors, so that a smaller change counts."),
    )


def example() -> None:
    """Head an example."""
    st.subheader(_("An example"), anchor=False)
    st.caption(_("The drawn runner, with made-up numbers."))
