"""Fit the weights of `core/gait/event_correction.py` on running on force plates, and print how they do on runners left out.

Run it with `uv run python -m tools.fit_events`; it needs the recordings in `../shared/mocap`, of which nothing but the
weights enters the project.

Ridge regression of how late the first estimate is, in contact times, on what the leg does around it. Every feature counts up to
limits, beyond which `OUTSIDE` of the examples lie on either side. Every recording is filmed at several frame
rates, with several kinds of noise and with the errors of a pose model made up: every joint is moved by a constant and by a
smooth curve of its own that comes back in every stride, because a pose model is wrong in the same way in the same posture.
Every recording counts the same, however many steps it has.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from benchmarks.accuracy import lab
from core.gait.event_correction import WEIGHTS, EventCorrection, EventCorrections, features_at
from core.gait.events import LegSeries, first_estimates, stride_s, usual_contact_s
from core.gait.legs import identify_legs
from core.model.tracks import FAR, NEAR, Floats, Side, SideTrack

RIDGE = {"initial_contact": 2.0, "toe_off": 0.03}
OUTSIDE = {"initial_contact": 0.01, "toe_off": 0.03}
LONGEST_S = 12.0
SLOW_MPS = 3.5
"""Below this is what the check at speeds left out is fitted on."""
JOINT_MOVED_MM = 15.0
HARMONICS, SWAY_MM = 4, 7.0
RATES_HZ, NOISES_PX = (30.0, 60.0, 120.0), (0.0, 2.0, 4.0)
FACINGS: tuple[Side, Side] = ("right", "left")
EDGE_S, WITHIN_S = 0.3, 0.12
FITTED_ON = "22 recordings of 7 runners on force plates (Hamner & Delp 2013, Fukuchi et al. 2017, Dorn et al. 2012)"


@dataclass(frozen=True, kw_only=True)
class Example:
    """One event of one filming of a recording."""

    kind: str
    runner: str
    recording: str
    speed_mps: float
    features: Floats
    late_s: float
    contact_s: float


def _posed(side: SideTrack, stride: float, rng: np.random.Generator) -> SideTrack:
    """Return the track as a pose model might have seen it: each joint off by a constant and a curve that repeats."""
    shape = side.xy_px.shape[1:]
    off_mm = rng.normal(0.0, JOINT_MOVED_MM, (1, *shape))
    for harmonic in range(1, HARMONICS + 1):
        turn = 2 * np.pi * harmonic * side.time_s[:, None, None, None] / stride
        sway_mm = rng.normal(0.0, SWAY_MM / harmonic**0.5, (2, 1, *shape))
        off_mm = off_mm + sway_mm[0] * np.cos(turn) + sway_mm[1] * np.sin(turn)
    return dataclasses.replace(side, xy_px=side.xy_px + off_mm * lab.PX_PER_MM)


def _one_filming(
    trial: lab.Trial, fps_hz: float, noise_px: float, facing: Side, seed: int, *, posed: bool
) -> Iterator[Example]:
    side = identify_legs(lab.filmed(trial, fps_hz=fps_hz, noise_px=noise_px, facing=facing, seed=seed))
    stride = stride_s(side)
    assert stride is not None, f"{trial.name}: no stride"
    side = _posed(side, stride, np.random.default_rng(seed)) if posed else side
    of_legs = {leg: LegSeries(side, leg, stride) for leg in (NEAR, FAR)}
    estimates = {leg: first_estimates(series, stride) for leg, series in of_legs.items()}
    contact_s = usual_contact_s(list(estimates.values()), stride)
    for leg, series in of_legs.items():
        own, first = lab.side_of(leg, facing), estimates[leg]
        for kind, truth_s, guesses_s in (
            ("initial_contact", trial.initial_contact_s[own], first.initial_contact_s),
            ("toe_off", trial.toe_off_s[own], first.toe_off_s),
        ):
            for guess_s in guesses_s:
                late_s = truth_s - trial.time_s[0] - guess_s
                nearest = int(np.abs(late_s).argmin())
                if abs(late_s[nearest]) < WITHIN_S and _counts(trial, float(truth_s[nearest])):
                    features = features_at(series.series, series.time_s, guess_s, stride, contact_s)
                    yield Example(
                        kind=kind,
                        runner=trial.runner,
                        recording=trial.name,
                        speed_mps=trial.speed_mps,
                        features=features,
                        late_s=float(late_s[nearest]),
                        contact_s=contact_s,
                    )


def _counts(trial: lab.Trial, moment_s: float) -> bool:
    inside = trial.time_s[0] + EDGE_S < moment_s < trial.time_s[-1] - EDGE_S
    return inside and not any(start <= moment_s <= end for start, end in trial.bad_s)


def examples(trials: list[lab.Trial], *, posed: bool) -> list[Example]:
    """Return every event of every filming of the recordings, with or without the made-up errors of a pose model."""
    found: list[Example] = []
    short = [lab.shortened(trial, LONGEST_S) for trial in trials]
    for number, (trial, fps_hz, noise_px, facing) in enumerate(product(short, RATES_HZ, NOISES_PX, FACINGS)):
        found.extend(_one_filming(trial, fps_hz, noise_px, facing, number, posed=posed))
    return found


def fit_correction(chosen: list[Example], kind: str) -> EventCorrection:
    """Fit one kind of event by ridge regression, in contact times, each recording with the same weight."""
    every = np.array([example.features for example in chosen])
    late = np.array([example.late_s / example.contact_s for example in chosen])
    many = Counter(example.recording for example in chosen)
    weight = np.array([1 / many[example.recording] for example in chosen])
    weight /= weight.sum()
    lowest, highest = _limits(every, weight, OUTSIDE[kind])
    features = np.clip(every, lowest, highest)
    typical = weight @ features
    spread = np.sqrt(weight @ (features - typical) ** 2)
    scaled, later = (features - typical) / spread, float(weight @ late)
    square = (scaled * weight[:, None]).T @ scaled + RIDGE[kind] * np.eye(scaled.shape[1])
    weights = np.linalg.solve(square, (scaled * weight[:, None]).T @ (late - later)) / spread
    return EventCorrection(
        typical=_rounded(typical),
        lowest=_rounded(lowest),
        highest=_rounded(highest),
        weights=_rounded(weights),
        later=round(later, 5),
    )


def _limits(features: Floats, weight: Floats, outside: float) -> tuple[Floats, Floats]:
    """Return the values of each feature beyond which a share of the weight lies, on either side."""
    order = features.argsort(axis=0)
    ends = [
        np.interp([outside, 1 - outside], np.cumsum(weight[rows]), column[rows])
        for rows, column in zip(order.T, features.T, strict=True)
    ]
    lowest, highest = np.array(ends).T
    return lowest, highest


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(v), 5) for v in values)


def fit(chosen: list[Example]) -> EventCorrections:
    """Fit both kinds of events."""
    read = {kind: fit_correction([e for e in chosen if e.kind == kind], kind) for kind in RIDGE}
    return EventCorrections(fitted_on=FITTED_ON, initial_contact=read["initial_contact"], toe_off=read["toe_off"])


def print_left_out(taught: list[Example], asked: list[Example]) -> None:
    """Print each runner's errors with weights fitted on the others, and those at 4 m/s and more with weights from slower ones."""
    errors: dict[str, list[float]] = {"initial_contact": [], "toe_off": []}
    print("runner left out     initial contact: bias, RMSE ms    toe-off: bias, RMSE ms    (first estimate's RMSE)")
    for runner in sorted({example.runner for example in asked}):
        readings = fit([example for example in taught if example.runner != runner])
        row = f"{runner:20}"
        for kind in errors:
            own = [example for example in asked if example.runner == runner and example.kind == kind]
            reading: EventCorrection = getattr(readings, kind)
            off_ms = _off_ms(reading, own)
            first_ms = np.array([1000 * e.late_s for e in own])
            errors[kind] += off_ms.tolist()
            row += f"{off_ms.mean():12.1f} {_rms(off_ms):6.1f} ({_rms(first_ms):4.1f})"
        print(row)
    print(f"{'all':20}" + "".join(f"{np.mean(e):12.1f} {_rms(np.array(e)):6.1f}       " for e in errors.values()))
    print(f"{'fast, fit on slow':20}" + "".join(_of_the_fast(taught, asked, kind) for kind in errors))


def _of_the_fast(taught: list[Example], asked: list[Example], kind: str) -> str:
    """Return bias and RMSE of runners left out at 4 m/s and more, with weights fitted on less than `SLOW_MPS`."""
    off_ms: list[float] = []
    for runner in sorted({example.runner for example in asked}):
        slow = [e for e in taught if e.kind == kind and e.runner != runner and e.speed_mps < SLOW_MPS]
        fast = [e for e in asked if e.kind == kind and e.runner == runner and e.speed_mps >= 4.0]
        off_ms += _off_ms(fit_correction(slow, kind), fast).tolist() if fast else []
    return f"{np.mean(off_ms):12.1f} {_rms(np.array(off_ms)):6.1f}       "


def _off_ms(reading: EventCorrection, examples: list[Example]) -> Floats:
    return np.array([1000 * (reading.later_by_s(e.features, e.contact_s) - e.late_s) for e in examples])


def _rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))


def main() -> None:
    """Fit on all runners, write the weights, and print the check on runners left out."""
    trials = lab.trials()
    if not trials:
        raise SystemExit("the recordings in ../shared/mocap are absent")
    every, clean = examples(trials, posed=True), examples(trials, posed=False)
    print("with the made-up errors of a pose model")
    print_left_out(every, every)
    print("without")
    print_left_out(every, clean)
    Path(WEIGHTS).write_bytes(TypeAdapter(EventCorrections).dump_json(fit(every), indent=1) + b"\n")
    print(f"wrote {WEIGHTS.name}: {len(asdict(fit(every))['toe_off']['weights'])} weights for each kind of event")


if __name__ == "__main__":
    main()
