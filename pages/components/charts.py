"""Charts: from a report's data to a Plotly figure, in the palette of the drawings. Nothing here knows Streamlit."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go

from core.knowledge.types import Muscle
from core.model import Band, Finding, Measure
from pages.components import forces, words
from pages.components.drawings import Palette

STATIC = {"staticPlot": True, "responsive": True}
"""Plotly's options for a chart that never catches a finger that wants to scroll."""


def _ends(band: Band) -> list[float]:
    return [end for end in (band.low, band.high) if end is not None]


def _extent(measure: Measure, bands: list[Band]) -> tuple[float, float]:
    """Return the axis' range: everything shown, with room at both ends."""
    value, error = measure.value or 0.0, measure.plus_minus or 0.0
    shown = [value - error, value + error, *(end for band in bands for end in _ends(band))]
    room = max((max(shown) - min(shown)) * 0.18, 0.02 if measure.unit == "ratio" else 1.0)
    return min(shown) - room, max(shown) + room


def _bar(figure: go.Figure, y: int, band: Band, extent: tuple[float, float], colour: str, pattern: str) -> None:
    """Add a band as a bar; an open end runs to the edge of the chart."""
    low = extent[0] if band.low is None else band.low
    high = extent[1] if band.high is None else band.high
    marker = {"color": colour, "pattern": {"shape": pattern, "size": 6}, "cornerradius": 5}
    figure.add_bar(x=[high - low], base=[low], y=[y], orientation="h", width=0.42, marker=marker)


def band_chart(measure: Measure, finding: Finding | None, palette: Palette) -> go.Figure:
    """Return a runner's figure with its error, over the coach's mark and over what studies found.

    Parameters
    ----------
    measure : Measure
        With a value.
    finding : Finding or None
        Its bands are drawn, where it has any.
    palette : Palette
        Colours of the visitor's theme.

    Returns
    -------
    plotly.graph_objects.Figure
        One row each; the rows are told apart by name and pattern, not by colour alone.
    """
    mark, reference = (finding.mark, finding.reference) if finding else (None, None)
    bands = [band for band in (mark, reference) if band and _ends(band)]
    extent, figure = _extent(measure, bands), go.Figure()
    names = [f"You<br>{words.value(measure)}"]
    for band, name, colour, pattern in (
        (mark, "Coach’s mark", palette.accent, "/"),
        (reference, "Other runners", palette.far, ""),
    ):
        if band in bands and band is not None:
            _bar(figure, len(names), band, extent, colour, pattern)
            names.append(f"{name}<br>{words.band(band.low, band.high, measure.unit)}")
    figure.add_scatter(
        x=[measure.value],
        y=[0],
        error_x={"type": "data", "array": [measure.plus_minus], "thickness": 3, "width": 7, "color": palette.ink},
        marker={"size": 15, "color": palette.ink},
        mode="markers",
    )
    _lay_out(figure, names, palette, left=116)
    figure.update_xaxes(range=extent, ticksuffix="°" if measure.unit == "deg" else "")
    return figure


def band_alt(measure: Measure, finding: Finding | None, name: str) -> str:
    """Return the chart in a sentence."""
    parts = [f"{name}: {words.value(measure)} {words.error(measure)}"]
    for title, band in (
        ("coach's mark", finding.mark if finding else None),
        ("other runners", finding.reference if finding else None),
    ):
        if band and _ends(band):
            parts.append(f"{title} {words.band(band.low, band.high, measure.unit)}")
    return "; ".join(parts) + "."


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
            figure.add_annotation(x=0, y=row, text="no number we trust", showarrow=False, xanchor="left", xshift=4)
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
    figure.update_xaxes(title_text="times body weight", range=[-0.15, most_of_all * 1.3])
    return figure


def force_alt(muscles: Iterable[Muscle]) -> str:
    """Return that chart in a sentence."""
    return "Peak force in body weights. " + "; ".join(
        f"{force.part}, {force.condition}: {force.relation} {force.value:g}"
        for muscle in muscles
        for force in muscle.forces
    )


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
