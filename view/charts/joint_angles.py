"""Joint angles over the average stride, as Plotly figures from the report alone."""

from __future__ import annotations

import plotly.graph_objects as go

from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import lab_reference
from core.model.report import Report
from core.model.strides import PHASES, Curve, MeanStride
from view.charts.muscle_forces import Plain, layout
from view.drawing.runner import Palette

CURVES = {
    "thigh_extension": (marked("Thigh"), marked("behind"), marked("ahead")),
    "knee_flexion": (marked("Knee"), marked("more bent"), marked("straighter")),
    "hip_flexion": (marked("Hip"), marked("more bent"), marked("more open")),
    "trunk_lean": (marked("Trunk"), marked("forward"), marked("upright")),
}
"""Each curve of `MeanStride.angles`: its name, and the meaning of up and down."""


def _closed(values: tuple[float, ...]) -> list[float]:
    """Return the curve with its first value repeated at its end."""
    return [*values, values[0]]


def chart(report: Report, key: str, palette: Palette) -> go.Figure:
    """Return one angle over the stride: the mean, the runner's own spread, and lab runners' average if there is one.

    Parameters
    ----------
    report : Report
        A report with an average stride.
    key : str
        One of `CURVES`.
    palette : Palette
        Colours of the visitor's theme.

    Raises
    ------
    ValueError
        If the report has no average stride.
    """
    stride = report.mean_stride
    if stride is None:
        raise ValueError("no average stride to draw")
    curve, lab = stride.angles[key], lab_curve(report, key)
    lines: list[Plain] = []
    if curve.sd:
        for sign, fill in ((1, "none"), (-1, "tonexty")):
            edge = [mean + sign * sd for mean, sd in zip(_closed(curve.mean), _closed(curve.sd), strict=True)]
            lines.append(_line(edge, {"width": 0}) | {"fill": fill, "fillcolor": _thin(palette)})
    if lab is not None:
        lines.append(_line(_closed(lab), {"color": palette.line, "width": 2.5, "dash": "dash"}))
    lines.append(_line(_closed(curve.mean), {"color": palette.accent, "width": 3.5}))
    return go.Figure(lines, _layout(stride, curve, lab, key, palette))


def _line(y: list[float], line: Plain) -> Plain:
    percent = [100 * phase / PHASES for phase in range(PHASES + 1)]
    return {"type": "scatter", "x": percent, "y": y, "mode": "lines", "line": line}


def lab_curve(report: Report, key: str) -> tuple[float, ...] | None:
    """Return the average of open lab data at the runner's pace if it is available: for thigh and knee."""
    leg = lab_reference.leg_at(report.at_pace.speed_mps)
    found = {} if leg is None else {"thigh_extension": leg.thigh_extension, "knee_flexion": leg.knee_flexion}
    return found.get(key)


def says(report: Report, key: str) -> str:
    """Return the meaning of a chart's lines and band."""
    stride = report.mean_stride
    if stride and stride.angles[key].sd:
        own = _("The full line is your average, the band how much your strides differ.")
    else:
        own = _("The full line is your average.")
    if lab_curve(report, key) is None:
        return own
    leg = lab_reference.load().leg.says
    dashed = _("The dashed line: {what}", what=leg[:1].lower() + leg[1:])
    return " ".join((own, dashed, _("Averages only: how much those runners differ was not read.")))


def alt(report: Report, key: str) -> str:
    """Return the description of a chart in a sentence."""
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
    """Return the accent colour as a pale fill."""
    red, green, blue = (int(palette.accent[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.22)"


def _layout(stride: MeanStride, curve: Curve, lab: tuple[float, ...] | None, key: str, palette: Palette) -> Plain:
    """Return a chart's size, axes, and labels for ground contact and directions."""
    up, down = CURVES[key][1:]
    ends = (*curve.mean, *(lab or ()))
    room = max(4.0, 0.12 * (max(ends) - min(ends)))
    toe_off = 100 * stride.toe_off
    ground = {"type": "rect", "x0": 0, "x1": toe_off, "fillcolor": palette.ground, "opacity": 0.5, "layer": "below"}
    ground |= {"line": {"width": 0}}
    leaves = {"type": "line", "x0": toe_off, "x1": toe_off}
    leaves |= {"line": {"color": palette.line, "width": 1.5, "dash": "dot"}}
    phases = ((toe_off / 2, _("on the ground")), ((100 + toe_off) / 2, _("off the ground")))
    ways = ((1, f"↑ {_(up)}", "top"), (0, f"↓ {_(down)}", "bottom"))
    on_paper = {"yref": "paper", "showarrow": False}
    notes = [on_paper | {"x": x, "y": 1, "yanchor": "bottom", "text": text} for x, text in phases]
    corner = on_paper | {"x": 1, "xref": "paper", "xanchor": "right", "opacity": 0.85}
    notes += [corner | {"y": y, "yanchor": anchor, "text": text} for y, text, anchor in ways]
    across = {
        "range": [0, 100],
        "tickvals": [0, 25, 50, 75, 100],
        "ticktext": ["0", "25 %", "50 %", "75 %", "100 %"],
        "showgrid": False,
    }
    angle = {
        "range": [min(ends) - room, max(ends) + room],
        "ticksuffix": "°",
        "nticks": 6,
        "gridcolor": palette.ground,
        "zeroline": True,
        "zerolinecolor": palette.line,
    }
    shapes = [shape | {"yref": "paper", "y0": 0, "y1": 1} for shape in (ground, leaves)]
    size = {"height": 300, "margin": {"l": 44, "r": 26, "t": 30, "b": 44}}
    return layout(palette, _("of the stride"), across, angle, shapes=shapes, annotations=notes, **size)
