"""Results saved in the visitor's own browser: there are no accounts, and the server does not store whose they are."""

from __future__ import annotations

import streamlit as st

from core.i18n.translate import current
from core.i18n.translate import gettext as _
from core.model.report import Report
from core.storage.lives import REPORT_LIFE
from pages.components.browser import element
from view.text import wording

_GONE = "deleted-results"

MOST_OVER_TIME = 11
"""Other results that one link compares over time: the newest."""

_SHELF = element(
    "stride_check_keep",
    (
        '<div class="box"><div class="shelf" hidden><p class="title"></p><ul class="kept"></ul>'
        '<a class="button all" target="_self" hidden></a></div>'
        '<button type="button" class="button keep" hidden></button><p class="said" role="status"></p></div>'
    ),
    "saved_results/keep.js",
    css="share/share.css",
)


def _show(key: str, **data: object) -> None:
    said = {
        "results": _("My results on this phone"),
        "compare": _("Compare with one on this phone"),
        "all": _("All of them over time"),
        "keep": _("Keep on this phone"),
        "kept": _("Kept on this phone. Forget it"),
        "forget": _("Forget"),
        "forget_one": _("Forget {result}"),
        "keeps_nothing": _("This browser keeps nothing. Keep the page's address instead."),
    }
    # The browser also forgets what was deleted in this visit.
    gone = st.session_state.get(_GONE, [])
    _SHELF(key=key, data={"life_days": REPORT_LIFE.days, "gone": gone, "words": said, "language": current(), **data})


def button(token: str, report: Report) -> None:
    """Show the button that saves a result on this phone, or forgets it."""
    own = {"token": token, "made": report.made_on, "told": wording.told(report.answers, report.measures.get("speed"))}
    _show("keep", own=own)


def shelf() -> None:
    """Show the results saved on this phone, each as a link; nothing if there are none."""
    _show("shelf")


def beside(token: str, view: str) -> None:
    """Show the other results saved on this phone, each as a link that compares it with this one in a view of the compare page.

    Over time, one more link compares all of them.
    """
    _show("beside", beside=token, view=view, most=MOST_OVER_TIME)


def forget(token: str) -> None:
    """Let the browser forget a deleted result the next time it shows the saved results."""
    st.session_state[_GONE] = [*st.session_state.get(_GONE, []), token]
