from __future__ import annotations

from html import unescape
from urllib.parse import parse_qsl

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store
from pages.components import redirect

HOME = ROOT / "home.py"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The server's store, in a folder of its own."""
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
    st.cache_resource.clear()
    with Store.open(Settings.from_environment()) as opened:
        yield opened
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Go on to another page as a browser does: components run no script here."""

    def goes(*, key, data):
        page, _, query = data["address"].partition("?")
        st.switch_page(f"pages/{page}.py", query_params=parse_qsl(query))

    monkeypatch.setattr(redirect, "_ONWARD", goes)


@pytest.fixture
def visit(store):
    """Open a page as a visitor does, and refuse any exception in it."""

    def open_page(page: str = "home.py", **query: str) -> AppTest:
        at = AppTest.from_file(str(HOME), default_timeout=120)  # a busy machine is slow, not wrong
        if page != "home.py":
            at.switch_page(page)
        for key, value in query.items():
            at.query_params[key] = value
        at.run()
        assert not at.exception, at.exception
        return at

    return open_page


def text_of(at: AppTest) -> str:
    """Everything a visitor reads on the page."""
    parts = [at.title, at.subheader, at.markdown, at.caption, at.metric, at.button, at.warning, at.info, at.expander]
    words = []
    for element in (element for group in parts for element in group):
        for name in ("title", "label", "value"):
            said = getattr(element, name, None)
            words.append(said if isinstance(said, str) else "")
    words += [unescape(html.proto.body) for html in at.get("html")]
    return "\n".join(words)
