"""The leg to tap: a picture whose muscles are buttons, for touch, keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from core.knowledge import Knowledge
from pages.components.browser import element
from view.drawing import leg_muscles
from view.drawing.runner import Palette

KEY = "leg"
"""The picture's key in the session, and the address parameter that names the first muscle to show."""


_picture = element("stride_leg", '<div class="leg"></div>', "leg/leg.js", css="leg/leg.css")


def chosen(muscles: Collection[str], first: str) -> str:
    """Return the key of the lit muscle: the tapped one, otherwise the one in the address, otherwise the first."""
    tapped = st.session_state.get(KEY, {}).get("muscle")
    for key in (tapped, st.query_params.get(KEY)):
        if key in muscles:
            return str(key)
    return first


def show(known: Knowledge, lit: str, palette: Palette, asked: Collection[str] = ()) -> None:
    """Draw the leg with one muscle lit; a tap on another reruns the page, or the fragment that contains the picture.

    Parameters
    ----------
    known : Knowledge
        The seven muscles, and how certain their order is.
    lit : str
        Key of the lit muscle; see `chosen`.
    palette : Palette
        Colours of the visitor's theme.
    asked : collection of str
        Keys of the muscles that a result refers to.
    """
    colours = {name: getattr(palette, name) for name in ("ink", "far", "line", "accent", "paper")}
    _picture(
        key=KEY,
        data={
            "svg": leg_muscles.leg(known.muscles.values(), palette, known.general.ranking.sure_places, asked),
            "lit": lit,
            "colours": colours,
        },
        on_muscle_change=lambda: None,
    )
