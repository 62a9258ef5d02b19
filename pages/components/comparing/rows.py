"""The rows of a comparison on the page, under their headings."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import streamlit as st

from core.i18n.translate import gettext as _
from view.text.comparison_rows import Row


def show(rows: Sequence[Row], groups: Sequence[str], *, drawn: Sequence[str] | None = None) -> None:
    """Show rows, group by group; only those of the groups in `drawn` with their drawings, which is all by default."""
    for group in groups:
        of_group = [row for row in rows if row.group == group]
        if of_group:
            st.subheader(_(group), anchor=False)
        for row in of_group:
            _row(row, drawn=drawn is None or group in drawn)


def _row(row: Row, *, drawn: bool) -> None:
    with st.container(key=f"row-{row.key}", gap=None):
        left, right = st.columns([5, 3], wrap=False)
        left.markdown(f"**{row.name}**  \n:small[{row.values}]")
        right.markdown(row.said, text_alignment="right")
        if row.svg and drawn:
            data = base64.b64encode(row.svg.encode()).decode()
            st.html(
                f'<img alt="{escape(row.alt, quote=True)}" src="data:image/svg+xml;base64,{data}" '
                'style="display: block; width: 100%; max-width: 26rem">'
            )
