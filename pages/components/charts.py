"""Charts: from a report's data to a Plotly figure, in the palette of the drawings. Nothing here knows Streamlit."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go

from core.knowledge.types import Muscle
from core.language import gettext as _
from pages.components import forces, words
from pages.components.drawings import Palette

STATIC = {"staticPlot": True, "responsive": True}
"""Plotly's options for a chart that never catches a finger that wants to scroll."""


def force_chart(muscles: Iterable[Muscle], lit: str, pace_s: float, palette: Palette) -> go.Figure:
    """Return peak forces in body weights: a row for each muscle, a dot for each figure, full where found at the pace.

    Parameters
    ----------
    muscles : iterable of Muscle
        In the order of the rows; one without a number has a row that says so.
    lit : str
        Key of the muscle whose row is in the accent.
    pace_s : float
        In seconds per km.
    palette : Palette
        Colours of the visitor's theme.
    """
    rows, figure = list(muscles), go.Figure()
    for row, muscle in enumerate(rows):
        colour = palette.accent if muscle.key == lit else palette.line
        if not muscle.forces:
            figure.add_annotation(x=0, y=row, text=_("no number we trust"), showarrow=False, xanchor="left", xshift=4)
            continue
        here = [forces.covers(force, 1000 / pace_s) for force in muscle.forces]
        figure.add_scatter(
            x=[force.value for force in muscle.forces],
            y=[row] * len(here),
            mode="markers",
            marker={
                "color": colour,
                "size": 13,
                "symbol": ["circle" if found else "circle-open" for found in here],
                "line": {"width": 2.5, "color": colour},
            },
        )
        most = max(muscle.forces, key=lambda force: force.value)
        text = f"{'> ' if most.relation == 'more than' else ''}{most.value:g}"
        figure.add_annotation(x=most.value, y=row, text=text, showarrow=False, xanchor="left", xshift=12)
    names = [words.name(muscle.plain_name) for muscle in rows]
    names = [f"<b>{name}</b>" if muscle.key == lit else name for name, muscle in zip(names, rows, strict=True)]
    _lay_out(figure, names, palette, left=156)
    most_of_all = max(force.value for muscle in rows for force in muscle.forces)
    figure.update_layout(height=44 + 34 * len(rows))
    figure.update_xaxes(title_text=_("times body weight"), range=[-0.15, most_of_all * 1.3])
    return figure


def force_alt(muscles: Iterable[Muscle]) -> str:
    """Return that chart in a sentence."""
    told = "; ".join(
        f"{force.part}, {force.condition}: {forces.number(force)}" for muscle in muscles for force in muscle.forces
    )
    return _("Peak force in body weights.") + f" {told}"


def _lay_out(figure: go.Figure, names: list[str], palette: Palette, left: int) -> None:
    """Give a chart of named rows its size, margins and colours."""
    ink = {"size": 14, "color": palette.ink}
    figure.update_layout(
        height=60 + 44 * len(names),
        margin={"l": left, "r": 12, "t": 6, "b": 44},
        showlegend=False,
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font=ink,
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        tickfont=ink,
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(tickfont=ink, title_font=ink, gridcolor=palette.ground, zeroline=False, nticks=6)
