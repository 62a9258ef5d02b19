"""How far the work is, and that it is done, told beyond the page: in the tab's title, to a screen reader, by a buzz."""

from __future__ import annotations

import streamlit as st

from core.language import gettext as _
from pages.components.browser import element

_FINISHED = "finished-just-now"

_ANNOUNCE = element(
    "stride_check_announce",
    '<p class="heard" role="status"></p>',
    "announce.js",
    css=".heard { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }",
)


def progress(share: float, stage: str) -> None:
    """Tell how far it is: every per cent in the title, every quarter to a screen reader.

    Parameters
    ----------
    share : float
        0 to 1, of the present stage.
    stage : str
        What is being done.
    """
    quarter = int(4 * share) * 25
    heard = f"{stage}: {quarter} %" if quarter else stage
    _ANNOUNCE(key="announce", data={"title": f"{100 * share:.0f} % · {stage}", "says": heard, "done": False})


def finished() -> None:
    """Note that the result that opens next has just been finished while its runner waited."""
    st.session_state[_FINISHED] = True


def result() -> None:
    """Tell that the result is there, if it has just been finished."""
    if st.session_state.pop(_FINISHED, False):
        _ANNOUNCE(key="announced", data={"title": _("✓ Your result"), "says": _("Your result is here."), "done": True})
