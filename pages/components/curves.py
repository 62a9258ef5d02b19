"""Joint angles over the average stride, as Plotly figures from the report alone."""

from __future__ import annotations

import plotly.graph_objects as go

from core import reference
from core.language import gettext as _
from core.language import marked
from core.model import Report
from core.track import PHASES, Curve, MeanStride
from pages.components.drawings import Palette

CURVES = {
    "thigh_extension": (marked("Thigh"), marked("behind"), marked("ahead")),
    "knee_flexion": (marked("Knee"), marked("more bent"), marked("straighter")),
    "hip_flexion": (marked("Hip"), marked("more bent"), marked("more open")),
    "trunk_lean": (marked("Trunk"), marked("forward"), marked("upright")),
}
"""Each curve of `MeanStride.angles`: its name, and what up and down mean."""


def _closed(values: tuple[float, ...]) -> list[float]:
    """Return the curve with its start set again at its end."""
    return [*values, values[0]]


def chart(report: Report, key: str, palette: Palette) -> go.Figure:
    """Return one angle over the stride: the mean line, the runner's own spread, and lab runners' average where there is one.

    Parameters
    ----------
    report : Report
        With an average stride.
    key : str
        One of `CURVES`.
    palette : Palette
        Colours of the visitor's theme.

    Raises
    ------
    ValueError
        Where the report has no average stride.
    """
    stride = report.mean_stride
    if stride is None:
        raise ValueError("no average stride to draw")
    curve, lab = stride.angles[key], lab_curve(report, key)
    figure, percent = go.Figure(), [100 * phase / PHASES for phase in range(PHASES + 1)]
    if curve.sd:
        for sign, fill in ((1, None), (-1, "tonexty")):
            edge = [mean + sign * sd for mean, sd in zip(_closed(curve.mean), _closed(curve.sd), strict=True)]
            figure.add_scatter(x=percent, y=edge, mode="lines", line={"width": 0}, fill=fill, fillcolor=_thin(palette))
    if lab is not None:
        figure.add_scatter(
            x=percent, y=_closed(lab), mode="lines", line={"color": palette.line, "width": 2.5, "dash": "dash"}
        )
    figure.add_scatter(x=percent, y=_closed(curve.mean), mode="lines", line={"color": palette.accent, "width": 3.5})
    _lay_out(figure, stride, curve, lab, key, palette)
    return figure


def lab_curve(report: Report, key: str) -> tuple[float, ...] | None:
    """Return the average of open lab data at the runner's pace, where it was read: of thigh and knee."""
    leg = reference.leg_at(report.answers.speed_mps)
    found = {} if leg is None else {"thigh_extension": leg.thigh_extension, "knee_flexion": leg.knee_flexion}
    return found.get(key)


def says(report: Report, key: str) -> str:
    """Return what the lines and the band of a chart are."""
    stride = report.mean_stride
    if stride and stride.angles[key].sd:
        own = _("The full line is your average, the band how much your strides differ.")
    else:
        own = _("The full line is your average.")
    if lab_curve(report, key) is None:
        return own
    leg = reference.load().leg.says
    dashed = _("The dashed line: {what}", what=f"{leg[:1].lower()}{leg[1:]}")
    return " ".join((own, dashed, _("Averages only: how much those runners differ was not read.")))


def alt(report: Report, key: str) -> str:
    """Return a chart in a sentence."""
    name, up = CURVES[key][:2]
    stride = report.mean_stride
    if stride is None:
        return ""
    mean = stride.angles[key].mean
    low, high = min(mean), max(mean)
    low_at, high_at = (f"{round(100 * mean.index(end) / PHASES)} %" for end in (low, high))
    return _(
        "{joint} angle over the stride, up is {up}: from {low} degrees at {low_at} of the stride to {high} at {high_at}.",
        joint=_(name),
        up=_(up),
        low=f"{low:.0f}",
        low_at=low_at,
        high=f"{high:.0f}",
        high_at=high_at,
    )


def _thin(palette: Palette) -> str:
    """Return the accent as a pale fill."""
    red, green, blue = (int(palette.accent[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.22)"


def _lay_out(
    figure: go.Figure, stride: MeanStride, curve: Curve, lab: tuple[float, ...] | None, key: str, palette: Palette
) -> None:
    """Give a chart its size and colours, and say when the foot is on the ground and which way is which."""
    up, down = CURVES[key][1:]
    ink = {"size": 14, "color": palette.ink}
    ends = (*curve.mean, *(lab or ()))
    room = max(4.0, 0.12 * (max(ends) - min(ends)))
    figure.update_layout(
        height=300,
        margin={"l": 44, "r": 26, "t": 30, "b": 44},
        showlegend=False,
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font=ink,
    )
    toe_off = 100 * stride.toe_off
    figure.add_vrect(x0=0, x1=toe_off, fillcolor=palette.ground, opacity=0.5, line_width=0, layer="below")
    figure.add_vline(x=toe_off, line={"color": palette.line, "width": 1.5, "dash": "dot"})
    for x, text in ((toe_off / 2, _("on the ground")), ((100 + toe_off) / 2, _("off the ground"))):
        figure.add_annotation(x=x, y=1, yref="paper", yanchor="bottom", text=text, showarrow=False)
    for y, text, anchor in ((1, f"↑ {_(up)}", "top"), (0, f"↓ {_(down)}", "bottom")):
        figure.add_annotation(
            x=1,
            xref="paper",
            y=y,
            yref="paper",
            xanchor="right",
            yanchor=anchor,
            text=text,
            showarrow=False,
            opacity=0.85,
        )
    figure.update_xaxes(
        range=[0, 100],
        tickvals=[0, 25, 50, 75, 100],
        ticktext=["0", "25 %", "50 %", "75 %", "100 %"],
        tickfont=ink,
        showgrid=False,
        zeroline=False,
        title_text=_("of the stride"),
        title_font=ink,
        title_standoff=4,
    )
    figure.update_yaxes(
        range=[min(ends) - room, max(ends) + room],
        ticksuffix="°",
        nticks=6,
        tickfont=ink,
        gridcolor=palette.ground,
        zerolinecolor=palette.line,
    )
