"""How long clips wait for so many workers: a simulation, fed with the time that an analysis was measured to take.

    uv run python -m benchmarks.capacity [--seconds 8.8] [--per-day 1000000]

Clips come by chance (Poisson), at the busiest hour three times as many as on average. Analyses are taken to spread like an
exponential, which is wider than what clips of ten seconds do, so that the waits are rather too long than too short.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path

LOAD = Path(__file__).parent / "results" / "load.json"
PEAK_OVER_MEAN = 3.0
N_CLIPS = 40_000
PATIENCE_S = 60.0
"""A wait that a runner sits out."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """What clips waited, in seconds, and which share of the workers was at work."""

    median_s: float
    p95_s: float
    busy: float


def measured_s() -> float:
    """Return the seconds of one analysis: of a crowd's clips, one after another on two cores with pages being opened."""
    found = json.loads(LOAD.read_text(encoding="utf-8"))
    return float(found["all_ended_within_s"]) / float(found["clips"])


def simulate(per_hour: float, workers: int, analysis_s: float, n_clips: int | None = None, seed: int = 1) -> Waits:
    """Let clips come and be analysed, first come first served.

    Parameters
    ----------
    per_hour : float
        Clips that come in an hour.
    workers : int
        Analyses at once.
    analysis_s : float
        Mean seconds of one.
    n_clips : int, optional
        How many clips, else those of two hours at least; the first tenth fills the queue and does not count.
    seed : int
        Of the dice.
    """
    n_clips = n_clips or max(N_CLIPS, round(2 * per_hour))
    dice = random.Random(seed)
    free_s = [0.0] * workers
    now_s = worked_s = 0.0
    waits = []
    for _ in range(n_clips):
        now_s += dice.expovariate(per_hour / 3600)
        began_s = max(now_s, heapq.heappop(free_s))
        took_s = dice.expovariate(1 / analysis_s)
        heapq.heappush(free_s, began_s + took_s)
        waits.append(began_s - now_s)
        worked_s += took_s
    counted = sorted(waits[n_clips // 10 :])
    busy = worked_s / (workers * max(now_s, max(free_s)))
    return Waits(median_s=counted[len(counted) // 2], p95_s=counted[int(0.95 * len(counted))], busy=busy)


def workers_for(per_hour: float, analysis_s: float) -> int:
    """Return how many workers keep 95 of 100 waits below `PATIENCE_S`."""
    workers = max(1, math.ceil(per_hour * analysis_s / 3600))
    while simulate(per_hour, workers, analysis_s).p95_s > PATIENCE_S:
        workers += max(1, workers // 50)
    return workers


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, help="of one analysis; else as in benchmarks/results/load.json")
    parser.add_argument("--per-day", type=float, default=1e6)
    asked = parser.parse_args()
    analysis_s = asked.seconds or measured_s()
    print(f"An analysis takes {analysis_s:.1f} s: at most {3600 / analysis_s:.0f} clips per hour and worker.\n")
    print("| clips per hour | workers | busy | median wait (s) | 95 of 100 wait less than (s) |\n|---|---|---|---|---|")
    for per_hour in (100, 300, 600, 1200):
        least = math.ceil(per_hour * analysis_s / 3600)
        for workers in (least, least + 1, least + 2):
            found = simulate(per_hour, workers, analysis_s)
            print(f"| {per_hour} | {workers} | {found.busy:.0%} | {found.median_s:.0f} | {found.p95_s:.0f} |")
    peak = PEAK_OVER_MEAN * asked.per_day / 24
    print(
        f"\n{asked.per_day:,.0f} clips a day are {peak:,.0f} in the busiest hour: {workers_for(peak, analysis_s):,} workers,"
    )
    print(f"of two cores each as measured; {asked.per_day * analysis_s / 3600:,.0f} worker hours a day in all.")


if __name__ == "__main__":
    main()
