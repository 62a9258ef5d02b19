"""The frame that every page stands in: title, top bar, column width, footer, and how errors are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.errors import StrideCheckError
from core.language import gettext as _
from core.language import marked, retell
from pages.components import drawings, language

ASSETS = Path(__file__).parents[2] / "assets"

WELLNESS = marked(
    "For general fitness and education. Not medical advice, does not diagnose or treat. "
    "If it hurts, stop and ask a clinician."
)

PROMISE = marked(
    "Film **one side-on clip** with your phone. A minute or so later, read your **forward lean**, your "
    "**leg extension** and a dozen more figures, each with how sure it is, and what you could train."
)

LINKS = (
    ("pages/record.py", marked("Film")),
    ("pages/check.py", marked("Check")),
    ("pages/explain.py", marked("Why")),
    ("pages/strength.py", marked("Tests")),
    ("pages/plan.py", marked("Plan")),
    ("pages/about.py", marked("About")),
)

# What Streamlit's theme has no setting for: the reading width, targets tall enough for a thumb, captions that are dark
# enough to read, and pictures that fill their column.
_STYLE = """<style>
.stMainBlockContainer { max-width: 44rem; padding-left: 1rem; padding-right: 1rem; }
.st-key-top { border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.st-key-top a { min-height: 44px; padding: 0 .3rem; display: flex; align-items: center; }
.st-key-top p { font-size: .9rem; font-weight: 600; white-space: nowrap; }
.stButton button, .stPopover button, .stDownloadButton button, .stButtonGroup button, .stPageLink a, .stCheckbox label,
.stExpander summary, .stTabs button, .stFileUploader button { min-height: 44px; }
.stCheckbox label { align-items: center; }
.stMain [data-testid="stCaptionContainer"], .stMain small {
  color: inherit; opacity: .8; }
[data-testid="stImageCaption"] { text-align: left; }
[class*="st-key-row-"] { border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent);
  padding-bottom: .75rem; }
.languages a { display: inline-flex; align-items: center; min-height: 44px; }
.st-key-moments [data-testid="stColumn"], [class*="st-key-drawn-"] [data-testid="stColumn"] { min-width: 0; }
[class*="st-key-figure-"] { max-width: 24rem; margin: 0 auto; }
</style>"""

# White on the dark theme's accent would be too faint to read.
_STYLE_DARK = f"<style>.stMain button[kind^='primary'] {{ color: {drawings.DARK.paper}; }}</style>"


def palette() -> drawings.Palette:
    """Return the drawing colours of the visitor's theme."""
    return drawings.DARK if st.context.theme.type == "dark" else drawings.LIGHT


def frame(title: str) -> None:
    """Set up the page and draw its top bar; every page calls this first.

    Parameters
    ----------
    title : str
        What the browser's tab says.
    """
    st.set_page_config(page_title=f"{title} · Stride Check", page_icon=str(ASSETS / "icon.svg"), layout="centered")
    dark = palette() is drawings.DARK
    st.html(_STYLE + (_STYLE_DARK if dark else ""))
    st.logo((ASSETS / ("logo-dark.svg" if dark else "logo.svg")).read_text(), size="large")
    with st.container(key="top", horizontal=True, horizontal_alignment="distribute", gap=None, wrap=False):
        for page, label in LINKS:
            st.page_link(page, label=_(label))


def footer() -> None:
    """Draw the line that stands under everything that shows results or training ideas."""
    st.divider()
    st.caption(_(WELLNESS))
    language.switch()


def picture(draw: Callable[[drawings.Palette], str], alt: str, *, key: str, caption: str | None = None) -> None:
    """Show one of our drawings in the colours of the visitor's theme.

    Parameters
    ----------
    draw : callable
        Takes a palette, returns SVG.
    alt : str
        What the picture shows, for those who cannot see it.
    key : str
        Unique on the page.
    caption : str, optional
        A line under it.
    """
    with st.container(key=f"figure-{key}"):
        st.image(draw(palette()), caption=caption, alt=alt, width="stretch")


def problem(error: StrideCheckError) -> None:
    """Show an error a person can do something about, in its own two sentences; stored ones are said anew."""
    st.warning(retell(error.advice), title=retell(error.what), icon=":material/info:")
