"""Downloading, keeping and deleting a result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.errors import NoSpace
from core.exchange.tables import events_csv, stride_csv
from core.i18n.translate import gettext as _
from core.model.report import Report
from core.report.csv import strides_csv
from pages.components import kinogram, language, saved_results, session
from pages.components.frame import problem
from view.export import pdf, sheet
from web.address import KEY


def panel(token: str, report: Report) -> None:
    """Show the owner the downloads, and how to keep or delete the result.

    Parameters
    ----------
    token : str
        The job's private token.
    report : Report
        Its result.
    """
    st.subheader(_("Take it with you"), anchor=False)
    st.caption(_("A sheet of paper, a table of every stride, or all of it for other programs."))
    files = (
        ("PDF", language.later(pdf.pdf, report, session.known()), "pdf", "application/pdf"),
        ("CSV", language.later(strides_csv, report), "csv", "text/csv"),
        ("JSON", report.to_json, "json", "application/json"),
    )
    _row(token, files)
    st.caption(
        _(
            "For a coach or clinician: one page to work through. For other programs: joint angles, contacts and toe-offs."
        )
    )
    pictures = {phase: path for phase in sheet.PICTURES if (path := kinogram.picture(token, f"{phase}.jpg"))}
    more = (
        (
            _("Sheet"),
            language.later(partial(sheet.sheet, pictures=pictures), report, session.known()),
            "sheet.pdf",
            "application/pdf",
        ),
        (_("Angles"), language.later(stride_csv, report), "angles.csv", "text/csv"),
        (_("Events"), language.later(events_csv, report), "events.csv", "text/csv"),
    )
    _row(token, more)

    st.subheader(_("Keep it or remove it"), anchor=False)
    st.caption(_("This page's address is your private key to the result. Keep it on this phone, or keep the address."))
    saved_results.button(token, report)
    if st.button(_("Compare with another result"), icon=":material/compare_arrows:", width="stretch"):
        st.switch_page("pages/compare.py", query_params={KEY: token})
    if st.button(_("Check another clip"), icon=":material/videocam:", width="stretch"):
        st.switch_page("pages/check.py")
    with st.expander(_("Delete everything"), icon=":material/delete:"):
        st.markdown(
            _("The result, its pictures and every link to it are removed for good. The clip itself is already gone.")
        )
        if st.button(_("Yes, delete it all"), type="primary", width="stretch"):
            _delete(token)


def _row(token: str, files: tuple[tuple[str, Callable[[], bytes | str], str, str], ...]) -> None:
    """Show downloads next to each other: label, content, ending of the file's name and type."""
    row = st.container(horizontal=True, gap="small", wrap=False)
    for label, make, ending, mime in files:
        # Created only on request.
        row.download_button(
            label,
            session.while_there(token, make),
            file_name=f"stride-check.{ending}" if "." not in ending else f"stride-check-{ending}",
            mime=mime,
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            key=f"take-{ending}",
        )


def _delete(token: str) -> None:
    """Delete a result and leave its page, or show why it could not be deleted."""
    try:
        session.delete(token)
    except NoSpace as error:
        problem(error)
        return
    saved_results.forget(token)
    session.forget()
    st.switch_page("home.py")
