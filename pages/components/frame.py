"""The frame of every page: title, top bar, column width, footer, and the display of errors."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import StrideCheckError
from core.i18n.translate import gettext as _
from core.paths import ROOT
from pages.components import language
from view.drawing import runner
from view.site import LINKS, WELLNESS
from web.streamlit_shell.private_media import nothing_opened

ASSETS = ROOT / "assets"

_PROBLEM = "problem-of-tap"

# CSS for what Streamlit's theme cannot set: the font size of the visitor's browser, the reading width, a header that fits the
# narrowest phone, targets tall and wide enough for a thumb, captions that are dark enough to read, and pictures that fill their
# column. A page appears when its last line is there, and reserves space for later content, so that nothing jumps. Elements that
# need a mouse (a picture's toolbar) are hidden, and so are the step buttons of a number field on touch screens.
_STYLE = """<style>
html { font-size: 100% !important; }
.stMainBlockContainer { max-width: 44rem; padding-left: 1rem; padding-right: 1rem; }
[data-testid="stToolbar"] div:has(> [data-testid="stMainMenu"]) { flex: 1 0 auto; width: auto; min-width: 0; }
[data-testid="stToolbar"] div:has([data-testid="stHeaderLogo"]):not(:has([data-testid="stMainMenu"])) {
  flex: 0 1 auto; min-width: 0; }
[data-testid="stLogoLink"], [data-testid="stMainMenuButton"] { min-height: 44px; min-width: 44px; }
[data-testid="stHeaderLogo"] { max-width: min(100%, 60vw); object-fit: contain; object-position: left; }
.stMainBlockContainer:not(:has(.st-key-footer, [data-testid="stException"])) { visibility: hidden; }
.st-key-top { visibility: visible; }
[data-testid="stElementToolbar"] { display: none; }
.st-key-top { border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); flex-wrap: wrap; row-gap: 1rem; }
.st-key-top a { min-height: 44px; min-width: 44px; padding: 0 .3rem; display: flex; align-items: center; justify-content: center; }
.st-key-top p { font-size: .9rem; font-weight: 600; white-space: nowrap; }
.stButton button, .stPopover button, .stDownloadButton button, .stButtonGroup button, .stPageLink a, .stCheckbox label,
.stExpander summary, .stTabs [role="tab"], .stFileUploader button, .stTextInput [data-testid$="RootElement"],
.stNumberInput [data-testid$="Container"]:has(> input), .stDateInput [data-rac]:has(> input) { min-height: 44px; }
.stButtonGroup button, .stTabs [role="tab"] { min-width: 44px; }
.stTooltipHoverTarget > button { min-width: 44px; min-height: 44px; margin: -14px; justify-content: center; }
.stButton button p, .stDownloadButton button p, .stPageLink p { white-space: normal; }
.stCheckbox label { align-items: center; }
.stDateInput button, .stSelectbox button { min-width: 44px; min-height: 44px; }
.stSelectbox input { min-height: 44px; }
@media (pointer: coarse) { .stNumberInput button { display: none; } }
[data-testid="stPopoverBody"] { width: min(34rem, calc(100vw - 2rem)); max-height: 80vh; }
.stMain [data-testid="stCaptionContainer"], .stMain small, [data-testid="stPopoverBody"] [data-testid="stCaptionContainer"] {
  color: inherit; opacity: .8; }
[data-testid="stImageCaption"] { text-align: left; }
[class*="st-key-row-"] { border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent);
  padding-bottom: .75rem; }
[data-testid="stMetricLabel"] p { white-space: normal; }
.languages a { color: inherit; display: inline-flex; align-items: center; min-height: 44px; }
.st-key-moments [data-testid="stColumn"], [class*="st-key-drawn-"] [data-testid="stColumn"] { min-width: 0; }
[class*="st-key-figure-"] { max-width: 24rem; margin: 0 auto; }
.st-key-leg { aspect-ratio: 288 / 376; }
.st-key-replay { min-height: 39rem; }
.st-key-upload, [class*="st-key-upload-"] { min-height: 5.25rem; }
@media (max-width: 18rem) {
  [data-testid="stHorizontalBlock"] { flex-wrap: wrap !important; }
  [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] { flex: 1 1 100% !important; min-width: 100% !important; } }
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation: none !important; transition: none !important; } }
</style>"""

# White on the dark accent would be too faint to read. The browser chooses: a phone may turn dark while a page is open.
_STYLE_MAIN_BUTTON = (
    "<style>.stMain button[kind^='primary'], [data-testid='stPopoverBody'] button[kind^='primary'] "
    f"{{ color: light-dark(#fff, {runner.DARK.paper}); }}</style>"
)


_STYLE_WIDE = """<style>
@media (min-width: 64rem) {
  .stMainBlockContainer { max-width: 76rem; }
  [class*="st-key-narrow"], .st-key-answer { max-width: 46rem; }
}
</style>"""


def palette() -> runner.Palette:
    """Return the drawing colours of the visitor's theme."""
    return runner.DARK if st.context.theme.type == "dark" else runner.LIGHT


def frame(title: str, *, wide: bool = False) -> None:
    """Set the visitor's language, set up the page and draw its top bar; every page calls this first.

    Parameters
    ----------
    title : str
        The title of the browser's tab, in English (`marked`): nothing is translated before the language is set.
    wide : bool
        Whether the page uses the width of a desktop; a part with the key `narrow-...` keeps the width of text.
    """
    language.enter()
    nothing_opened()
    st.set_page_config(page_title=f"{_(title)} · Stride Check", page_icon=str(ASSETS / "icon.svg"), layout="centered")
    dark = palette() is runner.DARK
    st.html(_STYLE + _STYLE_MAIN_BUTTON + (_STYLE_WIDE if wide else ""))
    st.logo((ASSETS / ("logo-dark.svg" if dark else "logo.svg")).read_text(), size="large")
    with st.container(key="top", horizontal=True, horizontal_alignment="distribute", gap=None, wrap=False):
        for page, label in LINKS:
            st.page_link(page, label=_(label))
    problem_of_tap()


def footer() -> None:
    """Draw the line below all results and training ideas; the content above it appears together with it."""
    with st.container(key="footer"):
        st.divider()
        st.caption(_(WELLNESS))
        language.switch()


def picture(draw: Callable[[runner.Palette], str], alt: str, *, key: str, caption: str | None = None) -> None:
    """Show one of our drawings in the colours of the visitor's theme.

    Parameters
    ----------
    draw : callable
        Takes a palette, returns SVG.
    alt : str
        The text alternative of the picture.
    key : str
        Unique on the page.
    caption : str, optional
        A line below it.
    """
    svg = draw(palette())
    with st.container(key=f"figure-{key}"):
        # Its space is reserved while it loads, so that nothing below it jumps.
        st.html(f"<style>.st-key-figure-{key} {{ aspect-ratio: {runner.ratio(svg)}; }}</style>")
        st.image(svg, caption=caption, alt=alt, width="stretch")


def problem(error: StrideCheckError) -> None:
    """Show an error that a person can act on, in its own two sentences."""
    st.warning(str(error.advice), title=str(error.what), icon=":material/info:")


def trying(act: Callable[..., object], *given: object) -> None:
    """Do what a button asks for (`on_click`); what goes wrong is shown by `problem_of_tap` in the page that follows."""
    try:
        act(*given)
    except StrideCheckError as error:
        st.session_state[_PROBLEM] = error


def problem_of_tap() -> None:
    """Show why the last tap did nothing, if it did nothing."""
    error = st.session_state.pop(_PROBLEM, None)
    if error is not None:
        problem(error)
