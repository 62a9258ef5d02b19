"""Automatic redirect to another page, so that the back button skips a page that would only redirect again."""

from __future__ import annotations

from urllib.parse import urlencode

from pages.components.browser import element

_ONWARD = element("stride_check_onward", "<span hidden></span>", "redirect/onward.js")


def to(page: str, **query: str) -> None:
    """Replace this page by another one; nothing may be drawn after this call.

    Let the script finish if the page has a fragment that is redrawn regularly (`st.fragment(run_every=...)`): only then does
    Streamlit forget the fragment, which would otherwise be drawn into the next page and break it.

    Parameters
    ----------
    page : str
        The page's name in the address, such as 'results'.
    **query : str
        Query parameters of the address.
    """
    _ONWARD(key=f"onward-{page}", data={"address": f"{page}?{urlencode(query)}"})
