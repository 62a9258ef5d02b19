"""The tables made of what came of the lab recordings, and the targets held against them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.accuracy.lab_rows import FUSED, NOISES_PX, OURS, SHIPPED, ZENI, Outcome
from benchmarks.score import (
    EventScore,
    FigureScore,
    Row,
    Table,
    calibration_columns,
    event_columns,
    figure_columns,
    grouped,
    pooled,
    target,
)

KINDS = {"initial contact": ZENI, "toe-off": FUSED}
"""Each kind of event, and the best of the textbook's methods for it."""

ORDER = list(NOISES_PX)
MAE_TARGETS = {
    "trunk_lean": 0.3,
    "leg_extension_at_toe_off": 1.2,
    "hip_ankle_extension": 1.0,
    "knee_flexion_contact": 1.6,
}


def _fitted(outcomes: Sequence[Outcome]) -> str:
    """Return the note on whether a runner's own recordings had a part in what he is measured with."""
    left_out = all(outcome.case.readings is not None for outcome in outcomes)
    return f"ours: fitted {'without' if left_out else 'WITH'} the runner who is asked"


def _cells(outcomes: Sequence[Outcome]) -> list[tuple[tuple[str, float], list[Outcome]]]:
    """Return outcomes by kind of error and frame rate."""
    found = grouped(outcomes, lambda o: (ORDER.index(o.case.noise), o.case.fps_hz))
    return [((ORDER[number], fps_hz), cell) for (number, fps_hz), cell in found]


def _score(cell: Sequence[Outcome], kind: str, method: str) -> EventScore:
    return pooled(score for outcome in cell for score in outcome.events[kind, method])


def _figures(cell: Sequence[Outcome], method: str, figure: str) -> list[FigureScore]:
    return [score for outcome in cell for score in outcome.figures[method] if score.figure == figure]


def _names(outcomes: Sequence[Outcome], method: str) -> list[str]:
    return list(dict.fromkeys(s.figure for o in outcomes for s in o.figures[method]))


def _events(outcomes: Sequence[Outcome]) -> Table:
    rows: list[Row] = []
    for kind, best in KINDS.items():
        for (noise, fps_hz), cell in _cells(outcomes):
            for method in (OURS, best):
                row: Row = {"event": kind, "error made": noise, "frames/s": fps_hz, "method": method}
                rows.append(row | event_columns(_score(cell, kind, method)))
    return Table(title="Lab: events", note=_fitted(outcomes), rows=tuple(rows))


def _every_cue(outcomes: Sequence[Outcome]) -> Table:
    rows: list[Row] = []
    for (kind, method), _ in grouped(list(outcomes[0].events), lambda key: key):
        for (number,), cell in grouped(outcomes, lambda o: (ORDER.index(o.case.noise),)):
            row: Row = {"event": kind, "method": method, "error made": ORDER[number]}
            rows.append(row | event_columns(_score(cell, kind, method)))
    note = f"{SHIPPED}: fitted on these runners too, so better than it would do on others"
    return Table(title="Lab: every method, all frame rates together", note=note, rows=tuple(rows))


def _by_runner(outcomes: Sequence[Outcome]) -> Table:
    rows: list[Row] = []
    for (runner,), of_runner in grouped(
        [o for o in outcomes if o.case.noise == "4 px"], lambda o: (o.case.trial.runner,)
    ):
        rows += [{"runner": runner, "event": k, **event_columns(_score(of_runner, k, OURS))} for k in KINDS]
    return Table(title="Lab: ours by runner left out, 4 px, all frame rates", rows=tuple(rows))


def _accuracy(outcomes: Sequence[Outcome]) -> Table:
    rows: list[Row] = []
    for method in (OURS, "textbook"):
        for figure in _names(outcomes, method):
            for (noise, fps_hz), cell in _cells(outcomes):
                row: Row = {"figure": figure, "method": method, "error made": noise, "frames/s": fps_hz}
                rows.append(row | figure_columns(_figures(cell, method, figure)))
    note = f"means over a clip's strides, degrees, ms, steps/min; {_fitted(outcomes)}"
    return Table(title="Lab: figures of a clip", note=note, rows=tuple(sorted(rows, key=lambda r: str(r["figure"]))))


def _calibration(outcomes: Sequence[Outcome]) -> Table:
    rows: list[Row] = []
    for figure in _names(outcomes, OURS):
        for (noise, fps_hz), cell in _cells(outcomes):
            if noise in ("4 px", "pose-shaped"):
                row: Row = {"figure": figure, "error made": noise, "frames/s": fps_hz}
                rows.append(row | calibration_columns(_figures(cell, OURS, figure)))
    note = "share of clips whose 90 % interval holds the truth; 85 to 95 is asked"
    return Table(title="Lab: intervals", note=note, rows=tuple(rows))


def _exchanged(outcomes: Sequence[Outcome]) -> Table:
    rows: list[Row] = []
    for (fps_hz,), cell in grouped([o for o in outcomes if o.case.noise == "pose-shaped"], lambda o: (o.case.fps_hz,)):
        before, after, every = np.sum([o.exchanged for o in cell], axis=0)
        worse = [o for o in cell if o.exchanged[1] > o.exchanged[0]]
        rows.append(
            {
                "frames/s": fps_hz,
                "frames": int(every),
                "exchanged %": round(100 * float(before / every), 2),
                "left after repair %": round(100 * float(after / every), 2),
                "clips made worse": len(worse),
                "clips": len(cell),
                "worst clip": max(cell, key=lambda o: o.exchanged[1] / o.exchanged[2]).case.trial.name,
            }
        )
    return Table(title="Lab: exchanged legs, pose-shaped errors", rows=tuple(rows))


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return every table of the lab part."""
    makers = (_events, _every_cue, _by_runner, _accuracy, _calibration, _exchanged)
    return [make(outcomes) for make in makers]


def targets(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return what was asked on lab truth at 4 px, the worst frame rate of each, and the legs under pose-shaped errors."""
    cells = [cell for (noise, _), cell in _cells(outcomes) if noise == "4 px"]
    unseen = all(outcome.case.readings is not None for outcome in outcomes)
    truth = f"lab, {'unseen' if unseen else 'SEEN'} runner, worst rate, 4 px"
    rows: list[Row] = []
    for kind in KINDS:
        scores = [_score(cell, kind, OURS) for cell in cells]
        missed = [100 - 100 * len(score.errors_s) / score.n_true for score in scores]
        false = [100 * score.n_false / score.n_true for score in scores]
        rms_ms = [1000 * float(np.sqrt(np.mean(np.square(score.errors_s)))) for score in scores]
        if kind == "initial contact":  # a toe-off whose contact lies before the clip's first picture is not asked for
            rows.append(target(truth, f"{kind}: missed %", max(missed), 0.5))
            rows.append(target(truth, f"{kind}: false %", max(false), 0.5))
        rows.append(target(truth, f"{kind}: RMSE ms", max(rms_ms), 10.0))
    contact = [np.array([s.error for s in _figures(cell, OURS, "contact_time")]) for cell in cells]
    rows.append(target(truth, "contact time: bias ms", max(abs(float(e.mean())) for e in contact), 3.0))
    rows.append(target(truth, "contact time: SD ms", max(float(e.std()) for e in contact), 9.0))
    for figure, most in {"cadence": 0.3, **MAE_TARGETS}.items():
        rows.append(target(truth, f"{figure}: MAE", _worst_mae(cells, figure), most))
    before_after = np.sum([o.exchanged for o in outcomes if o.case.noise == "pose-shaped"], axis=0)
    left = 100 * float(before_after[1] / before_after[2])
    rows.append(target("lab, pose-shaped errors", "exchanged legs left %", left, 0.1))
    rows += _interval_targets(outcomes)
    return rows


def _worst_mae(cells: Sequence[Sequence[Outcome]], figure: str) -> float | None:
    sizes = [[abs(s.error) for s in _figures(cell, OURS, figure) if s.value is not None] for cell in cells]
    return max((float(np.mean(size)) for size in sizes if size), default=None)


def _interval_targets(outcomes: Sequence[Outcome]) -> list[Row]:
    cell = [o for o in outcomes if o.case.noise == "pose-shaped"]
    rows = []
    for figure in _names(outcomes, OURS):
        held = calibration_columns(_figures(cell, OURS, figure))["hold the truth %"]
        share = held if isinstance(held, float) else None
        rows.append(target("lab, pose-shaped errors", f"{figure}: interval holds truth %", share, 95.0, least=85.0))
    return rows
