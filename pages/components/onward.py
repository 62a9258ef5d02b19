"""Going on to another page by itself, so that the back button does not lead into a page that sends its reader on again."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from pages.components.browser import element

_ONWARD = element("stride_check_onward", "<span hidden></span>", "onward.js")


def to(page: str, **query: str) -> NoReturn:
    """Go on to a page in place of this one, and end this one.

    Parameters
    ----------
    page : str
        Its name in the address, as 'results'.
    **query : str
        What stands behind it there.
    """
    _ONWARD(key=f"onward-{page}", data={"address": f"{page}?{urlencode(query)}"})
    st.stop()
