"""Plotly charts of muscle forces, in the palette of the drawings. This module does not import Streamlit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go

from core.i18n.translate import decimals_of
from core.i18n.translate import gettext as _
from core.knowledge.types import Muscle
from core.model.amounts import trimmed
from view.charts import force_by_pace
from view.drawing.runner import Palette
from view.text import wording

STATIC = {"staticPlot": True, "responsive": True}
"""Plotly's options for a chart that never intercepts a scrolling finger."""


Plain = dict[str, Any]
"""A part of a figure as Plotly's own attributes: Plotly validates them once, when the figure is built."""


def layout(palette: Palette, title: str, across: Plain, up: Plain, **more: Any) -> Plain:
    """Return the layout of all our charts: the page's background, nothing to drag, unobtrusive axes.

    Parameters
    ----------
    palette : Palette
        Colours of the visitor's theme.
    title : str
        Title of the horizontal axis.
    across, up : dict
        Options of the two axes.
    **more
        Other options of the layout.
    """
    ink = {"size": 14, "color": palette.ink}
    axis = {"tickfont": ink, "zeroline": False}
    return {
        "showlegend": False,
        "dragmode": False,
        "separators": f"{decimals_of('.')} ",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": ink,
        "xaxis": axis | {"title": {"text": title, "font": ink, "standoff": 4}} | across,
        "yaxis": axis | up,
        **more,
    }


def force_chart(muscles: Iterable[Muscle], lit: str, pace_s: float, palette: Palette) -> go.Figure:
    """Return peak forces in body weights: a row per muscle and a dot per value, filled if found at the pace.

    Parameters
    ----------
    muscles : iterable of Muscle
        In the order of the rows.
    lit : str
        Key of the muscle whose row is in the accent colour.
    pace_s : float
        In seconds per km.
    palette : Palette
        Colours of the visitor's theme.
    """
    rows = list(muscles)
    lines: list[Plain] = []
    notes: list[Plain] = []
    for row, muscle in enumerate(rows):
        colour = palette.accent if muscle.key == lit else palette.line
        forces = muscle.own_forces
        here = [force_by_pace.covers(force, 1000 / pace_s) for force in forces]
        dots = {
            "color": colour,
            "size": 13,
            "symbol": ["circle" if found else "circle-open" for found in here],
            "line": {"width": 2.5, "color": colour},
        }
        at = [force.value for force in forces]
        lines.append({"type": "scatter", "x": at, "y": [row] * len(at), "mode": "markers", "marker": dots})
        most = max(forces, key=lambda force: force.value)
        text = f"{'≤ ' if most.relation == 'up to' else ''}{trimmed(most.value)}"
        notes.append(_note(most.value, row, text, shift=12))
    names = [wording.name(muscle.plain_name) for muscle in rows]
    names = [f"<b>{name}</b>" if muscle.key == lit else name for name, muscle in zip(names, rows, strict=True)]
    most_of_all = max(force.value for muscle in rows for force in muscle.own_forces)
    across = {"range": [-0.15, most_of_all * 1.3], "gridcolor": palette.ground, "nticks": 6}
    up = {"tickvals": list(range(len(names))), "ticktext": names, "range": [len(names) - 0.5, -0.5], "showgrid": False}
    size = {"height": 44 + 34 * len(rows), "margin": {"l": 156, "r": 12, "t": 6, "b": 44}}
    return go.Figure(lines, layout(palette, _("times body weight"), across, up, annotations=notes, **size))


def _note(x: float, y: int, text: str, *, shift: int) -> Plain:
    return {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": "left", "xshift": shift}


def force_alt(muscles: Iterable[Muscle]) -> str:
    """Return the description of the chart in a sentence."""
    told = "; ".join(
        f"{force.part}, {force.condition}: {force_by_pace.number(force)}"
        for muscle in muscles
        for force in muscle.own_forces
    )
    return _("Peak force in body weights.") + f" {told}"
