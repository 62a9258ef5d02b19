"""Whether 90 % intervals are neither too wide nor too narrow: by measure, kind of error and frame rate, on lab recordings.

What was fitted on a runner's recordings is fitted again without them, as in the lab's other tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy.lab_rows import NOISES_PX, OURS, Outcome
from benchmarks.score import FigureScore, Row, Table, calibration_columns, grouped, target
from core.model.measures import MeasureKey

LEAST, MOST = 86.0, 94.0
"""Per cent of intervals that are to hold the truth, in every cell."""

HALF_WIDTHS: dict[MeasureKey, float] = {"trunk_lean": 1.4, "leg_extension": 2.2, "cadence": 0.4}
"""The largest median half-widths that are asked for."""


def _scores(outcomes: Sequence[Outcome]) -> list[tuple[tuple[str, int, float], FigureScore]]:
    """Return all scores with an interval, each with its measure, kind of error (by its place) and frame rate."""
    kinds = list(NOISES_PX)
    return [
        ((score.figure, kinds.index(outcome.case.noise), outcome.case.fps_hz), score)
        for outcome in outcomes
        for score in outcome.figures[OURS]
        if score.holds is not None
    ]


def _held(scores: Sequence[FigureScore]) -> float:
    return 100 * sum(bool(score.holds) for score in scores) / len(scores)


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return the share of intervals that hold the truth, a row for each measure and kind of error, a column for each rate."""
    rows: list[Row] = []
    for (figure, kind), cell in grouped(_scores(outcomes), lambda one: one[0][:2]):
        row: Row = {"figure": figure, "error made": list(NOISES_PX)[kind]}
        for (fps_hz,), at_rate in grouped(cell, lambda one: (one[0][2],)):
            row[f"{fps_hz:g}/s"] = round(_held([score for _, score in at_rate]))
        rows.append(row | {"half-width": calibration_columns([score for _, score in cell])["half-width"]})
    note = (
        f"per cent of 90 % intervals that hold the truth, by frame rate; {LEAST:g} to {MOST:g} is asked in every cell"
    )
    return [Table(title="Intervals: cells", note=note, rows=tuple(rows))]


def targets(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return in how many cells the intervals fit, and whether those of three measures are narrow enough."""
    cells = [[score for _, score in cell] for _, cell in grouped(_scores(outcomes), lambda one: one[0])]
    fit = sum(LEAST <= round(_held(cell)) <= MOST for cell in cells)
    rows = [target("lab, every cell", "cells whose intervals fit %", 100 * fit / len(cells), 100.0, least=100.0)]
    for figure, most in HALF_WIDTHS.items():
        of_figure = [score for (name, _, _), score in _scores(outcomes) if name == figure]
        width = calibration_columns(of_figure)["half-width"]
        rows.append(
            target("lab, all", f"{figure}: median half-width", width if isinstance(width, float) else None, most)
        )
    return rows
