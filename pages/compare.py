"""Results side by side: two of them, both legs, several over time, or fresh and tired."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.report import Report
from pages.components import comparing, session
from pages.components.comparing import change, legs, tired, trend
from pages.components.frame import footer, frame
from web.address import KEY

PAGES: dict[comparing.View, Callable[[str, Report], None]] = {
    "change": change.page,
    "legs": legs.page,
    "trend": trend.page,
    "tired": tired.page,
}

frame(marked("Compare results"))
token, report = session.finished()
st.title(_("Compare results"), anchor=False)
PAGES[comparing.choose_view()](token, report)
st.page_link("pages/results.py", label=_("Back to my result"), icon=":material/arrow_back:", query_params={KEY: token})
footer()
