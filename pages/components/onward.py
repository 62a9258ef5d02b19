"""Going on to another page by itself, so that the back button does not lead into a page that sends its reader on again."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

_ONWARD = st.components.v2.component(
    "stride_check_onward", html="<span hidden></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


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
