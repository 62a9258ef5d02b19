"""The rows of a comparison on the page, under their headings."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import streamlit as st

from core.i18n.translate import gettext as _
from view.text.comparison_rows import Row

FEW = 2
"""Rows of each group in an example."""


def show(rows: Sequence[Row], groups: Sequence[str], *, folded: Sequence[str] = (), few: bool = False) -> None:
    """Show rows group by group.

    Parameters
    ----------
    rows : sequence of Row
        In order.
    groups : sequence of str
        Headings, in order.
    folded : sequence of str
        The groups that open with a tap.
    few : bool
        Whether to show only the first rows of each group, as in an example.
    """
    for group in groups:
        of_group = [row for row in rows if row.group == group]
        if group in folded and not few and of_group:
            heading = _(group)
            with st.expander(f"{heading} ({len(of_group)})"):
                _shown(of_group)
        elif of_group:
            st.subheader(_(group), anchor=False)
            _shown(of_group[:FEW] if few else of_group)


def _shown(rows: Sequence[Row]) -> None:
    for row in rows:
        with st.container(key=f"row-{row.key}", gap=None):
            left, right = st.columns([5, 3], wrap=False)
            left.markdown(f"**{row.name}**  \n:small[{row.values}]")
            right.markdown(row.said, text_alignment="right")
            if row.svg:
                data = base64.b64encode(row.svg.encode()).decode()
                st.html(
                    f'<img alt="{escape(row.alt, quote=True)}" src="data:image/svg+xml;base64,{data}" '
                    'style="display: block; width: 100%; max-width: 26rem">'
                )
