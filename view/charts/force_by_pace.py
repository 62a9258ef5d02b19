"""The muscle forces that are known at each pace, in words and as a chart over pace."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import plotly.graph_objects as go

from core.i18n.translate import gettext as _
from core.knowledge.types import Force, Muscle
from core.model.amounts import trimmed
from view.drawing.runner import Palette
from view.text import wording

SLOWEST_S, FASTEST_S, STEP_S = 480, 150, 5
"""Ends and step of the pace slider, in seconds per km."""

NEAR_MPS = 0.05
"""Largest difference at which a pace still counts as a study's speed: about 4 s per km at 4:46."""


def paces(own_s: float | None) -> list[int]:
    """Return the slider's paces in seconds per km, slowest first, with the runner's own if it is within the range."""
    steps = set(range(FASTEST_S, SLOWEST_S + 1, STEP_S))
    if own_s is not None and FASTEST_S <= own_s <= SLOWEST_S:
        steps.add(round(own_s))
    return sorted(steps, reverse=True)


def covers(force: Force, speed_mps: float) -> bool:
    """Return whether the force was found at this speed."""
    low, high = force.speeds_mps
    return low - NEAR_MPS <= speed_mps <= high + NEAR_MPS


def found_at(force: Force) -> str:
    """Return the paces at which a force was found: '6:57 to 4:23 /km'."""
    slow, fast = (wording.clock(1000 / speed) for speed in force.speeds_mps)
    return f"{slow} /km" if slow == fast else _("{slow} to {fast} /km", slow=slow, fast=fast)


def number(force: Force) -> str:
    """Return the force in words: 'up to 6.7', 'about 3.27'."""
    value = trimmed(force.value)
    return _("up to {value}", value=value) if force.relation == "up to" else _("about {value}", value=value)


def known(muscles: Iterable[Muscle], speed_mps: float) -> list[Muscle]:
    """Return the muscles with a force that was found at this speed."""
    return [muscle for muscle in muscles if any(covers(force, speed_mps) for force in muscle.own_forces)]


def told(muscles: Iterable[Muscle], pace_s: float) -> str:
    """Return what is known at a pace and what is not, in two or three sentences."""
    every, speed_mps = list(muscles), 1000 / pace_s
    have = known(every, speed_mps)
    without = ", ".join(muscle.plain_name for muscle in every if muscle not in have)
    if not have:
        ends = [speed for muscle in every for force in muscle.own_forces for speed in force.speeds_mps]
        nearest = min(ends, key=lambda end: abs(end - speed_mps))
        return _(
            "At {pace} we know **no** muscle's force. The nearest number is from {nearest} /km. "
            "What else is known is on each muscle's card.",
            pace=wording.pace(pace_s),
            nearest=wording.clock(1000 / nearest),
        )
    return _(
        "At {pace} we have a number for **{known} of {all}**: {muscles}. None for: {others}. "
        "What else is known is on each muscle's card.",
        pace=wording.pace(pace_s),
        known=len(have),
        all=len(every),
        muscles=", ".join(muscle.plain_name for muscle in have),
        others=without,
    )


def at_pace(muscle: Muscle, pace_s: float) -> str:
    """Return what is known of one muscle's force at a pace, in one or two sentences."""
    here = [force for force in muscle.own_forces if covers(force, 1000 / pace_s)]
    if not here:
        return _("No number at this pace. Those we have are from {paces}.", paces=_places(muscle))
    most = max(here, key=lambda force: force.value)
    spread = most.speeds_mps[0] != most.speeds_mps[1]
    found = _(
        "**{number} × body weight** ({part}), found at {paces}.",
        number=number(most),
        part=most.part,
        paces=found_at(most),
    )
    average = _("It is one average over all of these paces, so it does not move with the slider.")
    return f"{found} {average}" if spread else found


def _places(muscle: Muscle) -> str:
    """Return all paces at which a muscle's forces were found, one after the other."""
    places = dict.fromkeys(found_at(force) for force in muscle.own_forces)
    return reduce(lambda before, last: _("{before} and {last}", before=before, last=last), places)


def pace_chart(muscles: Iterable[Muscle], lit: str, pace_s: float, palette: Palette) -> go.Figure:
    """Return force over pace: a line or a dot for each study's number, the lit muscle in the accent colour, and the pace.

    Parameters
    ----------
    muscles : iterable of Muscle
        The muscles to draw.
    lit : str
        Key of the muscle in the accent colour, drawn last and labelled.
    pace_s : float
        The slider's pace, in seconds per km.
    palette : Palette
        Colours of the visitor's theme.

    Returns
    -------
    plotly.graph_objects.Figure
        x is speed in metres per second, with paces as ticks; y is body weights.
    """
    figure, ink = go.Figure(), {"size": 13, "color": palette.ink}
    for muscle in sorted(muscles, key=lambda muscle: muscle.key == lit):
        colour = palette.accent if muscle.key == lit else palette.far
        for force in muscle.own_forces:
            figure.add_scatter(
                x=list(force.speeds_mps),
                y=[force.value] * 2,
                mode="lines+markers",
                line={"color": colour, "width": 7 if muscle.key == lit else 4},
                marker={"color": colour, "size": 12 if muscle.key == lit else 8},
                name=muscle.name,
            )
            if muscle.key == lit:
                figure.add_annotation(
                    x=force.speeds_mps[1], y=force.value, text=f"{'≤ ' * (force.relation == 'up to')}{trimmed(force.value)}",
                    showarrow=False, xanchor="left", xshift=10, font=ink,
                )  # fmt: skip
    figure.add_vline(x=1000 / pace_s, line={"color": palette.ink, "width": 2, "dash": "dot"})
    figure.add_annotation(
        x=1000 / pace_s, y=1, yref="paper", yanchor="bottom", text=f"<b>{wording.clock(pace_s)}</b>", showarrow=False,
        font=ink,
    )  # fmt: skip
    ticks_s = (480, 360, 300, 240, 210, 180, 150)
    figure.update_layout(
        height=250, margin={"l": 30, "r": 8, "t": 24, "b": 44}, showlegend=False, dragmode=False, font=ink,
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
    )  # fmt: skip
    figure.update_xaxes(
        title=_("pace per km"), range=[1000 / SLOWEST_S - 0.1, 1000 / FASTEST_S + 0.15], tickfont=ink, title_font=ink,
        tickvals=[1000 / tick for tick in ticks_s], ticktext=[wording.clock(tick) for tick in ticks_s], tickangle=0,
        gridcolor=palette.ground, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(range=[0, 9.5], tickfont=ink, gridcolor=palette.ground, zeroline=False, dtick=2)
    return figure


def pace_alt(lit: Muscle) -> str:
    """Return the description of the chart in a sentence."""
    found = "; ".join(_("{force} at {pace}", force=number(force), pace=found_at(force)) for force in lit.own_forces)
    return _("Force by pace, in body weights. {muscle}: {forces}.", muscle=lit.name, forces=found)
