"""Our own elements: markup, styles and scripts that run in the visitor's browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPTS: dict[str, str] = {}
"""The script of every registered element as browsers get it, by the element's name."""

_FILES = Path(__file__).parent

# Elements without text stay hidden: before the script has run, a button would have no name.
_WORDLESS = """
[data-word]:empty, button:empty { visibility: hidden; }
[data-label]:not([aria-label]) { visibility: hidden; }
"""


def element(name: str, html: str, *scripts: str, css: str = "") -> Callable[..., Any]:
    """Register an element and return the function that shows it.

    Parameters
    ----------
    name : str
        Unique in the app.
    html : str
        Its markup; its texts come from `data["words"]` through `data-word` and `data-label` (`words.js`).
    *scripts : str
        Files in this folder, the last of which exports the element's function.
    css : str, optional
        A file in this folder, or rules.
    """
    style = _read(css) if css.endswith(".css") else css
    SCRIPTS[name] = "\n".join(_read(script) for script in ("words.js", *scripts))
    show: Callable[..., Any] = st.components.v2.component(name, html=html, css=_WORDLESS + style, js=SCRIPTS[name])
    return show


def _read(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")
