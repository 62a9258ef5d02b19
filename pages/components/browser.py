"""Our own elements: markup, style and scripts that run in the visitor's browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_FILES = Path(__file__).parent

# What has no word yet is not there: until the script has run, a button would have no name.
_WORDLESS = """
[data-word]:empty, button:empty { visibility: hidden; }
[data-label]:not([aria-label]) { visibility: hidden; }
"""


def element(name: str, html: str, *scripts: str, css: str = "") -> Callable[..., Any]:
    """Register an element and return what shows it.

    Parameters
    ----------
    name : str
        Unique in the app.
    html : str
        Its markup; what has words takes them from `data["words"]` by `data-word` and `data-label` (`words.js`).
    *scripts : str
        Files beside this one, the last of which exports the element's function.
    css : str, optional
        A file beside this one, or rules.
    """
    style = _read(css) if css.endswith(".css") else css
    show: Callable[..., Any] = st.components.v2.component(
        name, html=html, css=_WORDLESS + style, js="\n".join(_read(script) for script in ("words.js", *scripts))
    )
    return show


def _read(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")
