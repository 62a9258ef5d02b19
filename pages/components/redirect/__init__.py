"""Going on to another page by itself, so that the back button does not lead into a page that sends its reader on again."""

from __future__ import annotations

from urllib.parse import urlencode

from pages.components.browser import element

_ONWARD = element("stride_check_onward", "<span hidden></span>", "redirect/onward.js")


def to(page: str, **query: str) -> None:
    """Go on to a page in place of this one, on which nothing may follow.

    Let the script come to its end where it shows anything that is drawn anew each second (`st.fragment(run_every=...)`):
    Streamlit forgets that only then, and drawn once more into the page that follows it would break it.

    Parameters
    ----------
    page : str
        Its name in the address, as 'results'.
    **query : str
        What stands behind it there.
    """
    _ONWARD(key=f"onward-{page}", data={"address": f"{page}?{urlencode(query)}"})
