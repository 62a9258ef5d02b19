"""The visitor's language, by default that of the browser, and the line that lets visitors choose another."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from core.i18n.translate import LANGUAGES, Language, chosen, current, speak, speaking
from web.languages import ASKED, COOKIE

T = TypeVar("T")


def of_visitor() -> Language:
    """Return the language of the current page's visitor."""
    return chosen(st.context.cookies.get(COOKIE), st.context.headers.get("Accept-Language"))


def enter() -> None:
    """Use the visitor's language from now on.

    Each run of a page or of a fragment has a thread of its own, so each begins with this: a page in `frame`, and a fragment in its
    first line.
    """
    speak(of_visitor())


def later(make: Callable[..., T], *given: object) -> Callable[[], T]:
    """Return a call that keeps the current language, for a download that is made when the visitor is no longer known."""
    language = current()

    def made() -> T:
        with speaking(language):
            return make(*given)

    return made


def switch() -> None:
    """Show the other languages, each by its own name; a tap reloads this page in that language."""
    here = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    links = [
        f'<a href="?{escape(urlencode([*here, (ASKED, code)]))}" target="_self" lang="{code}" '
        f'hreflang="{code}">{name}</a>'
        for code, name in LANGUAGES.items()
        if code != current()
    ]
    st.html(f'<p class="languages">{" ".join(links)}</p>')
