"""A runner who changes over eight sessions, and one who does not: when the trend is called.

    uv run python -m benchmarks trend [--series 24] [--seed 1] [--clips]

Simulated runners whose leg extension drifts by 2 degrees over the series, and whose other measures stay. With `--clips`, real clips
are cut in two, to measure the share of a clip's error that another clip of the same set-up does not repeat
(`core.coaching.repeats.NOT_REPEATED`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.accuracy.marked_clips import FOLDER
from benchmarks.accuracy.sessions import Session, made_up, measured, put_up
from benchmarks.whole import keep
from core.coaching import repeats
from core.coaching.comparison import compare
from core.coaching.trend import Trend, trends
from core.errors import Refused
from core.model.measures import MeasureKey
from core.model.report import Answers, Report
from core.paths import ROOT
from core.report.pipeline import analyse, measure_track
from simulation import Stride

RESULTS = ROOT / "benchmarks" / "results" / "trend.json"

SESSIONS, DRIFT_DEG = 8, 2.0
DRIFTS: MeasureKey = "leg_extension"
STAYS: tuple[MeasureKey, ...] = ("trunk_lean", "knee_flexion_stance", "contact_time", "cadence", "vertical_oscillation")
PER_RUNNER, ALL_SERIES, QUICK_SERIES = 8, 24, 2

LONG_CLIPS = {
    "treadmill_phone_30fps_rtl": 1.0,
    "treadmill_woman_30fps_ltr": 1.0,
    "treadmill_gym_a_30fps_ltr": 1.0,
    "treadmill_gym_b_30fps_ltr": 1.0,
    "overground_follow_30fps_ltr": 1.0,
    "speed_pair_realtime_ltr": 1.0,
}
"""Real clips that are long enough for two halves, and how much slower than life they play."""

SHARES = (0.0, 0.3, 0.5, 0.7, 1.0)


@dataclass(frozen=True, kw_only=True)
class Series:
    """The sessions of one runner, and by how many degrees the leg extension drifts from the first to the last."""

    runner: Stride
    drift_deg: float
    seed: int


def run(series: Series) -> list[Report]:
    """Return the reports of a series; refused clips are left out."""
    rng = np.random.default_rng(series.seed)
    found = []
    for number in range(SESSIONS):
        assert series.runner.extension_deg is not None
        drifted = series.runner.extension_deg + series.drift_deg * number / (SESSIONS - 1)
        stride = replace(series.runner, extension_deg=drifted)
        view_deg, roll_deg = put_up(rng)
        session = Session(
            left=stride,
            right=stride,
            facing="right",
            view_deg=view_deg,
            roll_deg=roll_deg,
            seed=SESSIONS * series.seed + number,
            lasting=series.seed,
        )
        report = measured(session)
        if report is not None:
            found.append(report)
    return found


def all_series(n: int, seed: int, drift_deg: float, *, processes: int = 2) -> list[list[Report]]:
    """Measure `n` series of made-up runners."""
    rng = np.random.default_rng(seed)
    runners = [made_up(rng) for _ in range(0, n, PER_RUNNER)]
    cases = [Series(runner=runners[one // PER_RUNNER], drift_deg=drift_deg, seed=1000 * seed + one) for one in range(n)]
    if processes == 1:
        return [run(case) for case in cases]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run, cases, chunksize=PER_RUNNER))


def of_measure(key: MeasureKey, reports: Sequence[Report], *, same_set_up: bool = True) -> Trend | None:
    """Return the trend of one measure."""
    return next((trend for trend in trends(reports, same_set_up=same_set_up) if trend.key == key), None)


def called(key: MeasureKey, found: Sequence[Sequence[Report]], *, after: int, same_set_up: bool = True) -> float:
    """Return the percentage of series whose trend is reported after that number of sessions."""
    told = [of_measure(key, reports[:after], same_set_up=same_set_up) for reports in found if len(reports) >= after]
    return round(100 * float(np.mean([trend is not None and trend.told for trend in told])), 1)


def table(still: Sequence[Sequence[Report]], drifting: Sequence[Sequence[Report]]) -> dict[str, Any]:
    """Return how often a change is told, by the number of sessions, for measures that stay and for the one that drifts."""
    looks = range(2, SESSIONS + 1)
    smallest = [trend.smallest_told for reports in drifting if (trend := of_measure(DRIFTS, reports)) is not None]
    errors = [trend.by - DRIFT_DEG for reports in drifting if (trend := of_measure(DRIFTS, reports)) is not None]
    pairs = [change for r in drifting for change in compare(r[0], r[-1], same_set_up=True) if change.key == DRIFTS]
    apart = [change for r in drifting for change in compare(r[0], r[-1]) if change.key == DRIFTS]
    return {
        "series": len(drifting),
        "no change, told %": {key: {n: called(key, still, after=n) for n in looks} for key in (DRIFTS, *STAYS)},
        f"{DRIFTS} drifts by {DRIFT_DEG:g} degrees, told %": {n: called(DRIFTS, drifting, after=n) for n in looks},
        "the same, without the split, told %": {n: called(DRIFTS, drifting, after=n, same_set_up=False) for n in looks},
        "smallest change told after the last": round(float(np.mean(smallest)), 2),
        "drift within the error %": round(
            100 * float(np.mean([abs(error) <= least for error, least in zip(errors, smallest, strict=True)])), 1
        ),
        "first and last alone, told %": round(100 * float(np.mean([change.told for change in pairs])), 1),
        "first and last alone, told from": round(float(np.mean([change.smallest_told for change in pairs])), 2),
        "first and last alone, without the split, told from": round(
            float(np.mean([change.smallest_told for change in apart])), 2
        ),
    }


def halves(name: str, slow_motion: float) -> tuple[Report, Report] | None:
    """Return the reports of both halves of a real clip; None if one is refused."""
    (clip,) = FOLDER.glob(f"{name}.*")
    try:
        track = analyse(clip, Answers(slow_motion=slow_motion)).track
        parts = track.part(0, len(track) // 2), track.part(len(track) // 2, len(track))
        first, second = (measure_track(part, Answers(slow_motion=slow_motion)) for part in parts)
    except Refused:
        return None
    return first, second


def repeated(pairs: Sequence[tuple[Report, Report]]) -> dict[str, Any]:
    """Return, for several shares of the error that are new in each clip, how many repeats agree within the 90 % interval."""
    rows = [
        (abs(change.by), repeats.split(change.key, change.first), repeats.split(change.key, change.second))
        for first, second in pairs
        for change in compare(first, second)
        if min(len(change.first.per_stride), len(change.second.per_stride)) >= repeats.FEWEST_STRIDES
    ]

    def within(share: float) -> float:
        widths = [np.hypot(np.hypot(a[0], b[0]), share * np.hypot(a[1], b[1])) for _, a, b in rows]
        return round(100 * float(np.mean([by <= width for (by, _, _), width in zip(rows, widths, strict=True)])), 1)

    return {"clips": len(pairs), "differences": len(rows), "within 90 %": {share: within(share) for share in SHARES}}


def main() -> None:
    """Run from the command line: print what was found and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=ALL_SERIES, help="fewer are not kept")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SERIES} series: a sample, which is not kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clips", action="store_true", help="also cut real clips in two")
    asked = parser.parse_args()
    n_series = QUICK_SERIES if asked.quick else asked.series
    found = table(*(all_series(n_series, asked.seed, drift) for drift in (0.0, DRIFT_DEG)))
    if asked.clips and FOLDER.is_dir():
        cut = (halves(name, slow_motion) for name, slow_motion in LONG_CLIPS.items())
        found["real clips cut in two"] = repeated([pair for pair in cut if pair is not None])
    if n_series >= ALL_SERIES:
        keep(found, RESULTS)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
