"""The visitor's language, by default that of the browser, and the line that lets visitors choose another."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from html import escape
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.i18n.translate import LANGUAGES, WRITTEN_IN, Language, ask_reader, chosen, current, speaking
from web.languages import ASKED, COOKIE

_session: ContextVar[tuple[str, Language]] = ContextVar("session", default=("", WRITTEN_IN))
"""The session of this thread's page and its language: `st.context` takes half a millisecond, and a page has hundreds of words."""


T = TypeVar("T")


def _reader() -> Language:
    """Return the language of the visitor of the current page; English if no page is being made."""
    running = get_script_run_ctx(suppress_warning=True)
    if running is None:
        return WRITTEN_IN
    session, language = _session.get()
    if session != running.session_id:
        language = chosen(st.context.cookies.get(COOKIE), st.context.headers.get("Accept-Language"))
        _session.set((running.session_id, language))
    return language


ask_reader(_reader)


def later(make: Callable[..., T], *given: object) -> Callable[[], T]:
    """Return a call that keeps the current language, for a download that is made when the visitor is no longer known."""
    language = current()

    def made() -> T:
        with speaking(language):
            return make(*given)

    return made


def switch() -> None:
    """Show the other languages, each by its own name; a tap reloads this page in that language."""
    links = [
        f'<a href="?{escape(urlencode({**st.query_params.to_dict(), ASKED: code}))}" target="_self" lang="{code}" '
        f'hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
        if code != current()
    ]
    st.html(f'<p class="languages">{" ".join(links)}</p>')
