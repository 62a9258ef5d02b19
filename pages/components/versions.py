"""The note on a page about a result that was judged with older knowledge."""

from __future__ import annotations

import streamlit as st

from core.i18n.translate import gettext as _
from core.knowledge import Knowledge
from core.model.report import Report


def note_if_older(report: Report, known: Knowledge) -> None:
    """Show a note if the report's knowledge is older: its sentences are from then, the rest of the page is current."""
    if report.knowledge_version == known.version:
        return
    st.info(
        _(
            "It was judged with version {then}, and today's is {today}. Its figures, marks and sentences are from then. "
            "Reasons, tests and drills are today's.",
            then=report.knowledge_version,
            today=known.version,
        ),
        title=_("This result is from another version of what we know."),
        icon=":material/history:",
    )
