"""Speed from the clip against known speeds: treadmills and tracks of a lab, the drawn runner, and a belt that shows its speed.

The share that turns the foot's sweep into the speed is fitted again without the runner who is measured.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.accuracy import lab, lab_rows, marked_clips
from benchmarks.accuracy.lab_rows import Case
from benchmarks.score import Row, Table, grouped, target
from core.errors import Refused
from core.gait.angles import angle_series
from core.gait.estimates import LEG_OF_HEIGHT, Run, usable_strides
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.gait.speed import OF_SWEEP, leg_lengths_per_second, speed, step_length
from core.model.measures import Measured, Missing
from core.model.report import KMH_OF_MPS, Answers, Report
from core.model.tracks import PoseTrack
from core.report.pipeline import analyse, measure_track
from simulation import Scene, Stride, draw_clip

BIAS, SD, SD_DRAWN, STEP_SD = 1.0, 2.5, 4.0, 2.5
"""Targets in per cent."""

LEG_SD = 0.04
"""How much leg length over height differs between people."""

DRAWN_STRIDES = (
    *(Stride(speed_mps=speed_mps) for speed_mps in (2.5, 3.2, 4.0)),
    Stride(speed_mps=5.0, cadence_spm=195.0),  # the usual cadence is a line through slower runs: no leg reaches so far
)
"""Drawn runners of known height: at 5 m/s with the cadence of the lab's runners."""

FACTOR_STRIDES = (
    *(Stride(speed_mps=speed_mps) for speed_mps in (2.2, 3.0, 4.0, 4.5)),
    Stride(speed_mps=9.0, cadence_spm=264.0, contact_ms=115.0),
)
"""Drawn runners whose clips are said to play at half and at twice their speed: the last one sprints."""

MIRROR_PAIR_KMH = 10.0
"""What the belt of the mirror pair shows."""

MAN_CM = 178.0
"""A usual height: the runner's own is not known."""


@dataclass(frozen=True, kw_only=True)
class LabSpeed:
    """The speed of one filming of a recording, relative to the true one."""

    case: Case
    leg_known: float
    step: float
    by_height: float
    by_height_error: float


def of_lab(case: Case, of_sweep: float, leg_over_height: float) -> LabSpeed | None:
    """Return the speed of a recording as filmed; None if it has no stride."""
    trial = case.trial
    leg_m = float(np.nanmedian([float(step["leglen"]) for step in trial.steps])) / 1000
    height_cm = 100 * leg_m / (LEG_OF_HEIGHT * leg_over_height)
    run = _run(case, Answers(height_cm=height_cm))
    legs, by_height, step_m = leg_lengths_per_second(run), speed(run), step_length(run)
    if isinstance(legs, Missing) or isinstance(by_height, Missing) or isinstance(step_m, Missing):
        return None
    again = of_sweep / OF_SWEEP
    true_step_m = trial.speed_mps * _true_stride_s(trial) / 2
    return LabSpeed(
        case=case,
        leg_known=again * legs.value * leg_m / trial.speed_mps,
        step=again * step_m.value * leg_over_height / true_step_m,
        by_height=again * by_height.value / KMH_OF_MPS / trial.speed_mps,
        by_height_error=again * by_height.plus_minus / KMH_OF_MPS / trial.speed_mps,
    )


def _true_stride_s(trial: lab.Trial) -> float:
    return float(np.median(np.concatenate([np.diff(times) for times in trial.initial_contact_s.values()])))


def _run(case: Case, answers: Answers) -> Run:
    clean = lab.filmed(case.trial, fps_hz=case.fps_hz, facing=case.facing)
    track, _ = lab_rows.spoilt_track(case, clean)
    return run_of(track, answers)


def run_of(track: PoseTrack, answers: Answers) -> Run:
    """Return everything that the measures of a track are read from; the track must show a stride."""
    side = identify_legs(track)
    period_s = stride_s(side)
    assert period_s is not None, "no stride"
    events = find_events(side, period_s)
    return Run(
        side=side,
        events=events,
        angles=angle_series(side),
        strides=usable_strides(side, events, period_s),
        stride_s=period_s,
        answers=answers,
    )


def _shares(cases: Sequence[Case]) -> dict[str, float]:
    """Return for each runner the share that fits the clean recordings of all others, each runner counted alike."""
    fits: dict[str, list[float]] = {}
    for case in cases:
        found = of_lab(case, OF_SWEEP, 1.0)
        if found is not None:
            fits.setdefault(case.trial.runner, []).append(OF_SWEEP / found.leg_known)
    means = {runner: float(np.mean(values)) for runner, values in fits.items()}
    return {runner: float(np.mean([m for other, m in means.items() if other != runner])) for runner in means}


def _cases(rates_hz: Sequence[float], noises: Sequence[str], every: int) -> list[Case]:
    grid = product(lab.trials()[::every], rates_hz, noises, lab_rows.FACINGS)
    return [
        Case(
            trial=lab.shortened(trial, lab_rows.LONGEST_S),
            fps_hz=fps_hz,
            noise=noise,
            facing=facing,
            seed=1000 + number,
            readings=None,
        )
        for number, (trial, fps_hz, noise, facing) in enumerate(grid)
    ]


def lab_speeds(*, quick: bool) -> list[LabSpeed]:
    """Return the speeds of the lab's recordings, filmed in several ways."""
    shares = _shares(_cases((60.0,), ("none",), 1))
    rates_hz = lab_rows.RATES_HZ[:2] if quick else lab_rows.RATES_HZ
    random = np.random.default_rng(0)
    found = [
        of_lab(case, shares[case.trial.runner], 1 + random.normal(0, LEG_SD))
        for case in _cases(rates_hz, ("none", "4 px", "pose-shaped"), 3 if quick else 1)
    ]
    return [one for one in found if one is not None]


def drawn_errors(*, quick: bool) -> list[float]:
    """Return the relative errors of the speed of drawn runners of known height, through the pose model."""
    strides, rates = (DRAWN_STRIDES[1:2], (30.0,)) if quick else (DRAWN_STRIDES, (30.0, 60.0))
    errors = []
    with tempfile.TemporaryDirectory() as folder:
        for stride, fps_hz, surface in product(strides, rates, ("treadmill", "ground")):
            clip = Path(folder) / "drawn.mp4"
            draw_clip(clip, Scene(stride=stride, fps_hz=fps_hz, surface=surface, duration_s=5.0))  # type: ignore[arg-type]
            measure = analyse(clip, Answers(height_cm=100 * stride.height_m)).report.measures["speed"]
            assert isinstance(measure, Measured), measure
            errors.append(measure.value / KMH_OF_MPS / stride.speed_mps - 1)
    return errors


@dataclass(frozen=True, kw_only=True)
class WrongFactor:
    """What came of a clip that was said to play at another speed than it does, by a factor."""

    truth: str
    factor: float
    said: str

    @property
    def noticed(self) -> bool:
        """Whether the runner is asked about the speed of play, or the clip is refused."""
        return bool(self.said)


def _said(measured: Callable[[], Report]) -> str:
    """Return how a report asks about the speed of play, or the check that refused it; nothing if it does not ask."""
    try:
        quality = measured().quality
    except Refused as refused:
        return f"refused: {refused.key}"
    return "warned" if any((check.key, check.severity) == ("true_speed", "warn") for check in quality) else ""


def wrong_factors(*, quick: bool) -> list[WrongFactor]:
    """Return what came of lab recordings and drawn runners, a sprinter among them, at half and at twice their speed."""
    found = []
    for case, factor in product(_cases((60.0,), ("none",), 6 if quick else 1)[::2], (0.5, 2.0)):
        track = lab.filmed(case.trial, fps_hz=case.fps_hz, facing=case.facing)
        other = replace(track, time_s=(track.time_s - track.time_s[0]) / factor)
        found.append(WrongFactor(truth="lab", factor=factor, said=_said(partial(measure_track, other, Answers()))))
    with tempfile.TemporaryDirectory() as folder:
        for stride, factor in product(FACTOR_STRIDES[: 1 if quick else None], (0.5, 2.0)):
            clip, plays = Path(folder) / "drawn.mp4", max(1 / factor, 1.0)
            draw_clip(clip, Scene(stride=stride, fps_hz=60.0, duration_s=4.0, slow_motion=plays))
            answers = Answers(slow_motion=factor * plays)
            said = _said(partial(_report_of, clip, answers))
            found.append(WrongFactor(truth=f"drawn, {stride.speed_mps:g} m/s", factor=factor, said=said))
    return found


def _report_of(clip: Path, answers: Answers) -> Report:
    return analyse(clip, answers).report


def mirror_pair() -> list[Measured]:
    """Return the speed of each clip of the mirror pair, for a man of usual height."""
    found = []
    for clip in marked_clips.clips(quick=False):
        if clip.name.startswith("mirror_pair") and not clip.mirrored:
            measure = analyse(marked_clips.FOLDER / clip.name, Answers(height_cm=MAN_CM)).report.measures["speed"]
            found += [measure] if isinstance(measure, Measured) else []
    return found


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The speeds of all parts; empty where a folder is absent."""

    lab: list[LabSpeed]
    drawn: list[float]
    pair: list[Measured]
    factors: list[WrongFactor]


def run_all(*, quick: bool) -> Outcome:
    """Measure every speed."""
    return Outcome(
        lab=lab_speeds(quick=quick) if lab.trials() else [],
        drawn=drawn_errors(quick=quick),
        pair=mirror_pair(),
        factors=wrong_factors(quick=quick),
    )


def tables(outcome: Outcome) -> list[Table]:
    """Return the lab's speeds by kind of error and frame rate."""
    rows: list[Row] = []
    for noise in ("none", "4 px", "pose-shaped"):
        for fps_hz in sorted({one.case.fps_hz for one in outcome.lab}):
            cell = [one for one in outcome.lab if (one.case.noise, one.case.fps_hz) == (noise, fps_hz)]
            if cell:
                bias, spread = _bias_and_sd([one.leg_known for one in cell])
                rows.append(
                    {
                        "error": noise,
                        "frames/s": fps_hz,
                        "n": len(cell),
                        "leg known: bias %": round(bias, 1),
                        "SD %": round(spread, 1),
                        "by height: truth inside %": round(_held(cell)),
                        "half-width %": round(_half_width(cell), 1),
                    }
                )
    note = "The share that turns the foot's sweep into the speed was fitted without the runner who is measured."
    at_factor = "share of clips that are refused or ask about the speed of play, if it is said to be wrong by a factor"
    return [
        Table(title="Speed in the lab", note=note, rows=tuple(rows)),
        Table(title="Wrong slow motion", note=at_factor, rows=tuple(_factor_rows(outcome))),
    ]


def _factor_rows(outcome: Outcome) -> Iterator[Row]:
    for (truth, factor), cell in grouped(outcome.factors, lambda one: (one.truth, one.factor)):
        how = ", ".join(sorted({one.said or "not noticed" for one in cell}))
        share = round(100 * float(np.mean([one.noticed for one in cell])))
        yield {"truth": truth, "times its speed": factor, "n": len(cell), "noticed %": share, "how": how}


def _bias_and_sd(shares: Sequence[float]) -> tuple[float, float]:
    return 100 * (float(np.mean(shares)) - 1), 100 * float(np.std(shares))


def _held(cell: Sequence[LabSpeed]) -> float:
    return 100 * float(np.mean([abs(one.by_height - 1) <= one.by_height_error for one in cell]))


def _half_width(cell: Sequence[LabSpeed]) -> float:
    return 100 * float(np.median([one.by_height_error for one in cell]))


def targets(outcome: Outcome) -> list[Row]:
    """Return whether the targets for speed are met."""
    rows: list[Row] = []
    for noise in ("4 px", "pose-shaped"):
        cell = [one for one in outcome.lab if one.case.noise == noise]
        if cell:
            bias, spread = _bias_and_sd([one.leg_known for one in cell])
            rows.append(target(f"lab, {noise}, leg known", "speed: bias %", abs(bias), BIAS))
            rows.append(target(f"lab, {noise}, leg known", "speed: SD %", spread, SD))
            rows.append(target(f"lab, {noise}, height known", "speed: truth inside %", _held(cell), 95.0, least=85.0))
            rows.append(target(f"lab, {noise}, height known", "speed: half-width %", _half_width(cell), 9.0))
            step = _bias_and_sd([one.step for one in cell])[1]
            rows.append(target(f"lab, {noise}, leg known", "step length: SD %", step, STEP_SD))
    if outcome.drawn:
        bias, spread = _bias_and_sd([1 + error for error in outcome.drawn])
        rows.append(target("drawn runner, pose model", "speed: bias %", abs(bias), SD_DRAWN))
        rows.append(target("drawn runner, pose model", "speed: SD %", spread, SD_DRAWN))
    if outcome.factors:
        share = 100 * float(np.mean([one.noticed for one in outcome.factors]))
        rows.append(target("lab and drawn, slow motion wrong by 2", "noticed %", share, 100.0, least=100.0))
    for number, one in enumerate(outcome.pair):
        away = abs(one.value - MIRROR_PAIR_KMH) / one.plus_minus
        rows.append(target(f"mirror pair, clip {number + 1}, 10 km/h", "speed: error over its interval", away, 1.0))
    return rows
