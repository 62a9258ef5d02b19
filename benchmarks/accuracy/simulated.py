"""The drawn runner, end to end: painted, encoded, followed by the pose model, measured, and held against what was drawn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.score import (
    EventScore,
    FigureScore,
    Row,
    Table,
    calibration_columns,
    event_columns,
    figure_columns,
    pooled,
    score_events,
    score_of,
    slope,
    target,
)
from core.errors import Refused
from core.model.measures import Measure, MeasureKey
from core.model.report import Answers
from core.model.strides import GaitEvents
from core.model.tracks import Side
from core.report.pipeline import analyse
from simulation import Scene, Stride, Truth, draw_clip


@dataclass(frozen=True, kw_only=True)
class Case:
    """A drawn clip of the grid: which row of the table it belongs to, and how it is drawn."""

    row: str
    scene: Scene


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a case: figures and events against the truth, or the check that refused it."""

    case: Case
    figures: tuple[FigureScore, ...] = ()
    events: dict[str, EventScore]
    refused: str | None = None


SIDE_ON = "side-on, 60 frames/s"
FIGURES: tuple[MeasureKey, ...] = (
    "trunk_lean",
    "leg_extension",
    "leg_extension_at_toe_off",
    "hip_ankle_extension",
    "hip_bend",
    "cadence",
    "contact_time",
    "flight_time",
    "duty_factor",
    "knee_flexion_contact",
    "knee_flexion_stance",
    "shank_angle_contact",
    "overstride",
    "foot_strike",
    "heel_recovery",
    "knee_drive",
    "vertical_oscillation",
)
TARGETS = {"trunk_lean": 1.0, "leg_extension": 1.5, "hip_ankle_extension": 1.5, "knee_flexion_contact": 4.0}
BASE = Scene(duration_s=5.0, runner_px=540.0)


def _strides() -> Iterator[Stride]:
    """Yield strides over pace, lean, extension, knee at contact and contact time, none of which goes with another."""
    for speed_mps, lean_deg, more_deg, knee_deg, longer in (
        (2.2, 2.0, -4.0, 10.0, 0.85),
        (2.5, 12.0, 2.0, 22.0, 1.1),
        (2.8, 5.0, -6.0, 14.0, 0.8),
        (3.0, 0.0, 0.0, 8.0, 1.0),
        (3.3, 15.0, 4.0, 18.0, 1.15),
        (3.6, 8.0, -6.0, 25.0, 0.85),
        (4.0, 4.0, 5.0, 12.0, 1.0),
        (4.5, 10.0, 0.0, 20.0, 1.1),
        (5.0, 7.0, 3.0, 16.0, 1.15),
    ):
        usual_ms = Stride(speed_mps=speed_mps).contact_ms
        assert usual_ms is not None, "a stride that was made has every number"
        yield Stride(
            speed_mps=speed_mps,
            lean_deg=lean_deg,
            extension_deg=4.4 + 5.2 * speed_mps + more_deg,
            knee_contact_deg=knee_deg,
            contact_ms=longer * usual_ms,
        )


def grid(*, quick: bool = False) -> list[Case]:
    """Return the grid: pace, lean and extension side-on, then one thing at a time made worse; or a third of it for a quick look."""
    cases = []
    for number, stride in enumerate(_strides()):
        facing: Side = "right" if number % 2 else "left"
        surface: Literal["treadmill", "ground"] = "ground" if number % 3 == 2 else "treadmill"
        side_on = replace(BASE, stride=stride, facing=facing, surface=surface, start=0.11 * number)
        cases.append(Case(row=SIDE_ON, scene=side_on))
        if number % 2:
            rates_hz = (30.0, 120.0)
            cases += [Case(row=f"{rate:.0f} frames/s", scene=replace(side_on, fps_hz=rate)) for rate in rates_hz]
    for number, stride in enumerate(list(_strides())[1:8:3]):
        scene = replace(BASE, stride=stride, facing="left" if number % 2 else "right", start=0.17 * number)
        sign = -1.0 if number % 2 else 1.0
        passing = replace(scene, surface="ground", runner_px=420.0, size_wh_px=(1920, 1080))
        worse = {
            "runner 250 px": replace(scene, runner_px=250.0),
            "runner 150 px": replace(scene, runner_px=150.0),
            "blurred": replace(scene, exposure_s=1 / 80, blur_px=1.5, noise=4.0),
            "rolled 2.5 degrees": replace(scene, roll_deg=(-2.5, -2.5, 2.5)[number]),
            "rolled 5 degrees": replace(scene, roll_deg=(5.0, 5.0, -5.0)[number]),
            "camera pans": replace(passing, camera="follow"),
            "fixed camera": replace(passing, camera="fixed"),
            "view 15 degrees": replace(scene, view_angle_deg=15.0 * sign),
            "view 30 degrees": replace(scene, view_angle_deg=30.0 * sign),
        }
        cases += [Case(row=row, scene=scene) for row, scene in worse.items()]
    return _thinned(cases) if quick else cases


def _thinned(cases: list[Case]) -> list[Case]:
    """Return every third side-on clip and one clip of each other row."""
    side_on = [case for case in cases if case.row == SIDE_ON][::3]
    first = {case.row: case for case in reversed(cases) if case.row != SIDE_ON}
    return [*side_on, *first.values()]


def run(case: Case) -> Outcome:
    """Draw a case and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        truth = draw_clip(clip, case.scene)
        try:
            report = analyse(clip, _answers(case.scene)).report
        except Refused as refused:
            return Outcome(case=case, events={}, refused=refused.key)
    return Outcome(
        case=case,
        figures=_figures(case, truth.figures, report.measures),
        events=_events(truth.events, report.events, _whole_s(truth)),
    )


def _answers(scene: Scene) -> Answers:
    return Answers(slow_motion=scene.slow_motion, height_cm=100 * scene.stride.height_m)


def _figures(case: Case, truth: dict[str, float], measures: dict[MeasureKey, Measure]) -> tuple[FigureScore, ...]:
    clip = f"{case.row}, {case.scene.stride.speed_mps} m/s"
    in_cm = {**truth, "vertical_oscillation": truth["vertical_oscillation_cm"]}
    return tuple(score_of(key, clip, in_cm[key], measures[key]) for key in FIGURES)


def _whole_s(truth: Truth) -> tuple[float, float]:
    """Return the first and last moment at which the whole runner is in the picture: a fixed camera is passed by."""
    inside = ((truth.xy_px >= 0) & (truth.xy_px <= np.array(truth.size_wh_px))).all(axis=(1, 2, 3))
    shown_s = truth.time_s[inside]
    return float(shown_s[0]), float(shown_s[-1])


def _events(truth: GaitEvents, found: GaitEvents, ends_s: tuple[float, float]) -> dict[str, EventScore]:
    """Score both legs' events; the drawn runner's are known to a microsecond."""
    scores: dict[str, list[EventScore]] = {"initial contact": [], "toe-off": []}
    for true_leg, leg in ((truth.near, found.near), (truth.far, found.far)):
        scores["initial contact"].append(score_events(true_leg.initial_contact_s, leg.initial_contact_s, ends_s=ends_s))
        scores["toe-off"].append(score_events(true_leg.toe_off_s, leg.toe_off_s, ends_s=ends_s))
    return {kind: pooled(of_legs) for kind, of_legs in scores.items()}


def run_all(cases: list[Case], processes: int = 2) -> list[Outcome]:
    """Run cases on several processes, in order."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run, cases))


def _rows_of(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    rows: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        rows.setdefault(outcome.case.row, []).append(outcome)
    return rows


def _scores(outcomes: Sequence[Outcome], figure: str) -> list[FigureScore]:
    return [score for outcome in outcomes for score in outcome.figures if score.figure == figure]


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return figures, intervals, events and refusals by row of the grid."""
    figures: list[Row] = []
    held: list[Row] = []
    events: list[Row] = []
    refusals: list[Row] = []
    by_row = _rows_of(outcomes)
    for figure in FIGURES:
        for row, cell in by_row.items():
            figures.append({"figure": figure, "drawn": row, **figure_columns(_scores(cell, figure))})
        for row, cell in [*by_row.items(), ("all", list(outcomes))]:
            held.append({"figure": figure, "drawn": row, **calibration_columns(_scores(cell, figure))})
    for kind in ("initial contact", "toe-off"):
        for row, cell in by_row.items():
            score = pooled(outcome.events[kind] for outcome in cell if outcome.refused is None)
            events.append({"event": kind, "drawn": row, **event_columns(score)})
    for row, cell in by_row.items():
        keys = [outcome.refused for outcome in cell if outcome.refused is not None]
        if keys:
            refusals.append({"drawn": row, "clips": len(cell), "refused": len(keys), "by": ", ".join(sorted(keys))})
    return [
        Table(title="Drawn: figures of a clip, end to end", rows=tuple(figures)),
        Table(title="Drawn: events of both legs", rows=tuple(events)),
        Table(title="Drawn: intervals", note="share of clips whose 90 % interval holds the truth", rows=tuple(held)),
        Table(title="Drawn: refused", rows=tuple(refusals)),
    ]


def targets(outcomes: Sequence[Outcome]) -> list[Row]:
    """Return what was asked of the side-on runner at 60 frames a second, and of the intervals over the whole grid."""
    side_on = [outcome for outcome in outcomes if outcome.case.row == SIDE_ON]
    rows = []
    for figure, most in TARGETS.items():
        scores = _scores(side_on, figure)
        errors = [abs(score.error) for score in scores if score.value is not None]
        reached = sum(errors) / len(errors) if errors else None
        rows.append(target("drawn, side-on, 60 frames/s", f"{figure}: MAE deg", reached, most))
    for figure in TARGETS:
        steep = slope(_scores(side_on, figure))
        rows += [target("drawn, side-on, 60 frames/s", f"{figure}: slope over the grid", steep, 1.05, least=0.95)]
    for figure in FIGURES:
        held = calibration_columns(_scores(outcomes, figure))["hold the truth %"]
        share = held if isinstance(held, float) else None
        rows.append(target("drawn, whole grid", f"{figure}: interval holds truth %", share, 95.0, least=85.0))
    return rows
