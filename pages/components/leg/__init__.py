"""The leg to tap: a picture whose muscles are buttons, by touch, by keyboard and for a screen reader."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from core.knowledge import Knowledge
from pages.components.browser import element
from view.drawing import leg_muscles
from view.drawing.runner import Palette

KEY = "leg"
"""The picture's key in the session, and in the address the name of the muscle that it opens with."""


_picture = element("stride_leg", '<div class="leg"></div>', "leg/leg.js", css="leg/leg.css")


def chosen(muscles: Collection[str], first: str) -> str:
    """Return the key of the lit muscle: the one tapped, else the one in the address, else the first."""
    tapped = st.session_state.get(KEY, {}).get("muscle")
    for key in (tapped, st.query_params.get(KEY)):
        if key in muscles:
            return str(key)
    return first


def show(known: Knowledge, lit: str, palette: Palette, asked: Collection[str] = ()) -> None:
    """Draw the leg with one muscle lit; a tap on another runs the page, or the fragment that this is in, again.

    Parameters
    ----------
    known : Knowledge
        The seven muscles, and how sure their order is.
    lit : str
        Key of the lit muscle; see `chosen`.
    palette : Palette
        Colours of the visitor's theme.
    asked : collection of str
        Keys of the muscles that a result asks of.
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
