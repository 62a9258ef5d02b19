"""The visitor's language: the one they chose here, else the browser's; and the line that lets them choose another."""

from __future__ import annotations

from contextvars import ContextVar
from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.language import LANGUAGES, WRITTEN_IN, ask_reader, chosen, current
from web.languages import ASKED, COOKIE

_session: ContextVar[tuple[str, str]] = ContextVar("session", default=("", WRITTEN_IN))
"""Whose page this thread makes, and their language: `st.context` takes half a millisecond, and a page has hundreds of words."""


def _reader() -> str:
    """Return the language of whoever this page is made for; English where no page is being made."""
    running = get_script_run_ctx(suppress_warning=True)
    if running is None:
        return WRITTEN_IN
    session, language = _session.get()
    if session != running.session_id:
        language = chosen(st.context.cookies.get(COOKIE), st.context.headers.get("Accept-Language"))
        _session.set((running.session_id, language))
    return language


ask_reader(_reader)


def switch() -> None:
    """Show the other languages, each by its own name; a tap loads this page again in that one."""
    links = [
        f'<a href="?{escape(urlencode({**st.query_params.to_dict(), ASKED: code}))}" target="_self" lang="{code}" '
        f'hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
        if code != current()
    ]
    st.html(f'<p class="languages">{" ".join(links)}</p>')
