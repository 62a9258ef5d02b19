"""Events and figures against running on force plates: ours, and the textbook's on the same points.

Each recording is filmed at several frame rates, facing both ways, with several kinds of error. What was fitted on these
runners is fitted again without the one who is asked.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from benchmarks.accuracy import lab, noise, textbook
from benchmarks.score import EDGE_S, EventScore, FigureScore, match, score_events, score_of
from core.gait.angles import angle_series
from core.gait.definitions import measure
from core.gait.estimates import usable_strides
from core.gait.event_correction import EventCorrections
from core.gait.events import Stride, find_events, stride_s
from core.gait.legs import identify_legs
from core.model.measures import Measured, MeasureKey
from core.model.report import Answers
from core.model.strides import GaitEvents
from core.model.tracks import ANKLE, FAR, HIP, KNEE, LANDMARK_OF, NEAR, Floats, PoseTrack, Side, SideTrack
from tools import fit_events

RATES_HZ = (30.0, 60.0, 120.0, 240.0)
NOISES_PX = {"none": 0.0, "2 px": 2.0, "4 px": 4.0, "pose-shaped": 0.0}
FACINGS: tuple[Side, Side] = ("right", "left")
LONGEST_S = 8.0
APART_LEGS = 0.15  # legs nearer each other than this, in leg lengths, look the same exchanged

OURS, SHIPPED, ZENI, FUSED = "ours", "ours, as shipped", "Zeni contact + 27 ms", "median of four"

TABLE_COLUMNS: dict[MeasureKey, tuple[str, float]] = {
    "trunk_lean": ("trunk_stance", 1.0),
    "leg_extension_at_toe_off": ("thigh_to", -1.0),
    "hip_ankle_extension": ("leg_to", -1.0),
    "knee_flexion_contact": ("knee_fs", 1.0),
    "knee_flexion_stance": ("knee_maxstance", 1.0),
    "shank_angle_contact": ("shank_fs", 1.0),
    "contact_time": ("contact", 1000.0),
}
"""The lab table's column of each figure, and what turns its sign and unit into ours."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One filming of a recording; `readings` were fitted without its runner (None: as shipped)."""

    trial: lab.Trial
    fps_hz: float
    noise: str
    facing: Side
    seed: int
    readings: EventCorrections | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it. Keys of `events` are kind of event and method, of `figures` the method.

    `exchanged` counts frames: wrong before the repair, wrong after it, and all.
    """

    case: Case
    events: dict[tuple[str, str], tuple[EventScore, ...]]
    figures: dict[str, tuple[FigureScore, ...]]
    exchanged: tuple[int, int, int]


def cases(*, quick: bool) -> list[Case]:
    """Return every filming, or a third of the recordings at two rates with the weights as shipped."""
    every = lab.trials()
    left_out: dict[str, EventCorrections | None] = {trial.runner: None for trial in every}
    if not quick:
        taught = fit_events.examples(every, posed=True)
        left_out = {runner: fit_events.fit([e for e in taught if e.runner != runner]) for runner in left_out}
    chosen = every[::3] if quick else every
    grid = product(chosen, RATES_HZ[:2] if quick else RATES_HZ, NOISES_PX, FACINGS)
    return [
        Case(
            trial=lab.shortened(trial, LONGEST_S),
            fps_hz=fps_hz,
            noise=kind,
            facing=facing,
            seed=1000 + number,
            readings=left_out[trial.runner],
        )
        for number, (trial, fps_hz, kind, facing) in enumerate(grid)
    ]


def run_all(asked: list[Case], processes: int = 2) -> list[Outcome]:
    """Run cases on several processes, in order."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run, asked, chunksize=8))


def run(case: Case) -> Outcome:
    """Film a recording, find its events and figures, and hold them against the plates and the lab's table."""
    clean = lab.filmed(case.trial, fps_hz=case.fps_hz, facing=case.facing)
    track, wrong_before = spoilt_track(case, clean)
    side = identify_legs(track)
    period = stride_s(side)
    assert period is not None, f"{case.trial.name}: no stride"
    found = find_events(side, period, readings=case.readings)
    by_book = {leg: textbook.leg_times(side, leg, period) for leg in (NEAR, FAR)}
    return Outcome(
        case=case,
        events=_events(case, side, {OURS: found, SHIPPED: find_events(side, period)}, by_book),
        figures={
            OURS: _our_figures(case.trial, side, found, period),
            "textbook": _book_figures(case.trial, side, by_book[NEAR]),
        },
        exchanged=(wrong_before, _still_exchanged(clean, side), len(clean)),
    )


def spoilt_track(case: Case, clean: PoseTrack) -> tuple[PoseTrack, int]:
    """Return the track with the case's errors, and how many of its frames had their legs exchanged."""
    trial = case.trial
    if case.noise != "pose-shaped":
        noise_px = NOISES_PX[case.noise]
        white = lab.filmed(trial, fps_hz=case.fps_hz, noise_px=noise_px, facing=case.facing, seed=case.seed)
        return white, 0
    spoilt = noise.pose_shaped(
        clean,
        strides=lab.strides_passed(trial, clean.time_s + trial.time_s[0]),
        near=case.facing,
        px_per_cm=10 * lab.PX_PER_MM,
        seed=case.seed,
    )
    return spoilt.track, int(spoilt.exchanged.sum())


def _events(
    case: Case, side: SideTrack, ours: dict[str, GaitEvents], by_book: dict[int, textbook.LegTimes]
) -> dict[tuple[str, str], tuple[EventScore, ...]]:
    trial, start_s = case.trial, float(case.trial.time_s[0])
    scores: dict[tuple[str, str], list[EventScore]] = {}
    for leg, book in by_book.items():
        own: Side = lab.side_of(leg, side.near_side)
        found: dict[tuple[str, str], Floats] = {("initial contact", ZENI): book.contact_s}
        found |= {("toe-off", method): times[np.isfinite(times)] for method, times in book.toe_off_s.items()}
        for method, events in ours.items():
            of_leg = events.near if leg == NEAR else events.far
            found["initial contact", method] = np.array(of_leg.initial_contact_s)
            found["toe-off", method] = np.array(of_leg.toe_off_s)
        for (kind, method), found_s in found.items():
            true_s = (trial.initial_contact_s if kind == "initial contact" else trial.toe_off_s)[own]
            score = score_events(true_s, found_s + start_s, ends_s=_ends_s(trial), bad_s=trial.bad_s)
            scores.setdefault((kind, method), []).append(score)
    return {key: tuple(of_legs) for key, of_legs in scores.items()}


def _ends_s(trial: lab.Trial) -> tuple[float, float]:
    """Return the ends between which events are scored: the recording's, or where the runner was on the plates."""
    every = np.concatenate([*trial.initial_contact_s.values(), *trial.toe_off_s.values()])
    first_s, last_s = float(every.min()) - EDGE_S, float(every.max()) + EDGE_S
    return max(first_s, float(trial.time_s[0])), min(last_s, float(trial.time_s[-1]))


def true_figures(trial: lab.Trial, side: Side) -> tuple[Floats, list[dict[MeasureKey, float]]]:
    """Return the initial contacts of one leg's good steps, and each step's figures with the keys and signs of a report."""
    steps = [step for step in trial.steps if step["side"] == side[0].upper() and step["bad"] == 0]
    thigh_deg = lab.thigh_behind_deg(trial, side)
    rows = []
    for step in steps:
        contact_s, toe_off_s = float(step["t_fs"]), float(step["t_to"])
        row = {key: sign * float(step[name]) for key, (name, sign) in TABLE_COLUMNS.items() if step[name] != ""}
        row["overstride"] = float(step["over_ankle_mm"]) / float(step["leglen"])
        length_s = toe_off_s - contact_s
        around = (trial.time_s >= contact_s + 0.5 * length_s) & (trial.time_s <= toe_off_s + 0.4 * length_s)
        row["leg_extension"] = float(thigh_deg[around].max())
        rows.append(row)
    return np.array([float(step["t_fs"]) for step in steps]), rows


def true_cadence_spm(trial: lab.Trial) -> float:
    """Return steps a minute from the force plates' first to last contact of each leg."""
    stride_times = []
    for contact_s in trial.initial_contact_s.values():
        if len(contact_s) >= 2:
            apart_s = np.diff(contact_s)
            strides = np.round(apart_s / np.median(apart_s)).sum()
            stride_times.append((contact_s[-1] - contact_s[0]) / strides)
    return float(120 / np.mean(stride_times))


def _our_figures(trial: lab.Trial, side: SideTrack, events: GaitEvents, period: float) -> tuple[FigureScore, ...]:
    strides = usable_strides(side, events, period)
    measures = measure(side, events, angle_series(side), period, Answers())
    true_s, truth = true_figures(trial, side.near_side)
    start_s = float(trial.time_s[0])
    scores = [score_of("cadence", trial.name, true_cadence_spm(trial), measures["cadence"])]
    for key in (*TABLE_COLUMNS, "leg_extension", "overstride"):
        found = measures[key]
        used = _of(strides, len(found.per_stride)) if isinstance(found, Measured) else strides
        pairs = [
            (t, f)
            for t, f in match(true_s, np.array([stride.contact_s for stride in used]) + start_s)
            if np.isfinite(truth[t].get(key, np.nan))
        ]
        if pairs:
            true_mean = float(np.mean([truth[t][key] for t, _ in pairs]))
            if isinstance(found, Measured):
                found = replace(found, value=float(np.mean([found.per_stride[f] for _, f in pairs])))
            scores.append(score_of(key, trial.name, true_mean, found))
    return tuple(scores)


def _of(strides: tuple[Stride, ...], many: int) -> tuple[Stride, ...]:
    """Return the strides that a figure's values belong to: all, or those seen up to their next contact."""
    if many == len(strides):
        return strides
    whole = tuple(stride for stride in strides if stride.next_contact_s is not None)
    assert many == len(whole), "a figure has a value for each stride or for each whole stride"
    return whole


def _book_figures(trial: lab.Trial, side: SideTrack, book: textbook.LegTimes) -> tuple[FigureScore, ...]:
    true_s, truth = true_figures(trial, side.near_side)
    start_s, series = float(trial.time_s[0]), textbook.angle_series(side, NEAR)
    toe_off_s = book.toe_off_s[FUSED]
    read: dict[MeasureKey, list[tuple[float, float]]] = {}
    for t, f in match(true_s, book.contact_s + start_s):
        if np.isfinite(toe_off_s[f]) and toe_off_s[f] > book.contact_s[f]:
            figures = textbook.stance_figures(side.time_s, series, float(book.contact_s[f]), float(toe_off_s[f]))
            for key, value in figures.items():
                if np.isfinite(truth[t].get(key, np.nan)):
                    read.setdefault(key, []).append((value, truth[t][key]))
    means = {key: np.mean(pairs, axis=0) for key, pairs in read.items()}
    cadence = textbook.cadence_spm(side)
    if np.isfinite(cadence):
        means["cadence"] = np.array([cadence, true_cadence_spm(trial)])
    return tuple(
        FigureScore(figure=key, clip=trial.name, truth=float(true), value=float(value))
        for key, (value, true) in means.items()
    )


def _still_exchanged(clean: PoseTrack, side: SideTrack) -> int:
    """Return in how many frames the near leg's points are nearer to where the far leg was."""
    far: Side = "left" if side.near_side == "right" else "right"
    mirror = np.array([1.0 if side.facing == "right" else -1.0, 1.0])
    near_px, far_px = (clean.xy_px[:, LANDMARK_OF[own]] * mirror for own in (side.near_side, far))
    at_frame = np.clip(np.searchsorted(side.time_s, clean.time_s - 1e-9), 0, len(side) - 1)
    found = side.xy_px[at_frame]
    leg_px = float(np.median(np.linalg.norm(near_px[:, ANKLE] - near_px[:, HIP], axis=1)))

    def away(one: Floats, other: Floats) -> Floats:
        return np.asarray(np.linalg.norm(one[:, KNEE:] - other[:, KNEE:], axis=2).mean(axis=1))

    kept = away(found[:, NEAR], near_px) + away(found[:, FAR], far_px)
    crossed = away(found[:, NEAR], far_px) + away(found[:, FAR], near_px)
    apart = away(near_px, far_px) > APART_LEGS * leg_px
    return int((apart & (crossed < kept)).sum())
