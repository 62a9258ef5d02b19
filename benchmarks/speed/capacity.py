"""How long clips wait for a number of workers, and what a million checks a day take: a simulation, fed with measured times.

    uv run python -m benchmarks capacity [--per-day 1000000] [--regions 1 3 6] [--seconds 8.8]
        [--core-hour 0.04] [--gb-month 0.02] [--gb-out 0.05]

Clips come by chance (Poisson). Each keeps its worker busy for as long as one of the clips of `benchmarks.speed.scaling --full`
did, drawn with replacement. Where that was not run, the mean is that of the crowd of `benchmarks.soak.load`, and the times are
spread like an exponential, which is wider than what clips of ten seconds do: waits are rather too long then than too short. The
three prices are assumptions, in whatever money they are given in: your provider's belong there.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.paths import ROOT

RESULTS = ROOT / "benchmarks" / "results"
CORES_OF_A_WORKER = 2  # as it was measured
PEAK_OVER_MEAN = 3.0
N_CLIPS = 40_000
MORE = 1.1  # a day that is busier than was planned for
PATIENCE_S = 60.0
"""A wait that a runner sits out."""

REPORT_MONTHS, VIDEO_MONTHS = 6, 1
WITH_VIDEO = 0.5
SHOWN = 2
"""How often all pictures and the video of a result are taken to be looked at."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """What clips waited, in seconds, how many waited at a time, and which share of the workers was at work."""

    median_s: float
    p95_s: float
    n_waiting: float
    busy: float


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What an hour of a core, a month of a GB and a GB sent out cost."""

    core_hour: float
    gb_month: float
    gb_out: float


def measured(results: Path = RESULTS) -> dict[str, Any]:
    """Return what `benchmarks.speed.scaling` found; defaults to the times of `benchmarks.soak.load`."""
    path = results / "scaling.json"
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    crowd = json.loads((results / "load.json").read_text(encoding="utf-8"))
    return {"kept_busy_s": exponential(crowd["all_ended_within_s"] / crowd["clips"])}


def exponential(mean_s: float, n: int = 4000) -> list[float]:
    """Return times that are spread like an exponential of that mean."""
    return [-mean_s * math.log1p(-(number + 0.5) / n) for number in range(n)]


def simulate(
    per_hour: float, workers: int, busy_s: Sequence[float], n_clips: int | None = None, seed: int = 1
) -> Waits:
    """Let clips come and be analysed, first come first served.

    Parameters
    ----------
    per_hour : float
        Clips that come in an hour.
    workers : int
        Analyses at once.
    busy_s : sequence of float
        For how long clips keep a worker busy: one of them is drawn for each.
    n_clips : int, optional
        How many clips; defaults to those of two hours at least; the first tenth fills the queue and does not count.
    seed : int
        Of the dice.
    """
    n_clips = n_clips or max(N_CLIPS, round(2 * per_hour))
    dice = random.Random(seed)
    free_s = [0.0] * workers
    now_s = worked_s = 0.0
    waits_s = []
    for _ in range(n_clips):
        now_s += dice.expovariate(per_hour / 3600)
        began_s = max(now_s, heapq.heappop(free_s))
        took_s = dice.choice(busy_s)
        heapq.heappush(free_s, began_s + took_s)
        waits_s.append(began_s - now_s)
        worked_s += took_s
    counted = sorted(waits_s[n_clips // 10 :])
    return Waits(
        median_s=counted[len(counted) // 2],
        p95_s=counted[int(0.95 * len(counted))],
        n_waiting=statistics.fmean(counted) * per_hour / 3600,  # Little's law
        busy=worked_s / (workers * max(now_s, max(free_s))),
    )


def workers_for(per_hour: float, busy_s: Sequence[float]) -> int:
    """Return how many workers keep 95 of 100 waits below `PATIENCE_S`."""
    workers = max(1, math.ceil(per_hour * statistics.fmean(busy_s) / 3600))
    while simulate(per_hour, workers, busy_s).p95_s > PATIENCE_S:
        workers += max(1, workers // 50)
    return workers


def cost_per_1000(found: dict[str, Any], busy_s: Sequence[float], worked: float, prices: Prices) -> dict[str, float]:
    """Return what 1,000 checks cost: analyses, and where sizes were measured what is kept and shown; no web server, no database.

    Parameters
    ----------
    found : dict
        As `measured` gives it.
    busy_s : sequence of float
        For how long clips keep a worker busy.
    worked : float
        Which share of the hours that workers are paid for they work.
    prices : Prices
        Of the provider.
    """
    analyses = 1000 * statistics.fmean(busy_s) / 3600 * CORES_OF_A_WORKER / worked * prices.core_hour
    if "picture_bytes" not in found:
        return {"analyses": analyses}
    pictures_gb, video_gb = (1000 * found[name] / 1e9 for name in ("picture_bytes", "video_bytes"))
    report_gb = 1000 * found["report_bytes"] / 1e9
    kept = (report_gb + pictures_gb) * REPORT_MONTHS + video_gb * WITH_VIDEO * VIDEO_MONTHS
    return {
        "analyses": analyses,
        "kept": kept * prices.gb_month,
        "shown": SHOWN * (pictures_gb + video_gb * WITH_VIDEO) * prices.gb_out,
    }


def _print_waits(busy_s: Sequence[float]) -> None:
    mean_s = statistics.fmean(busy_s)
    print("| clips per hour | workers | busy | median wait (s) | 95 of 100 wait less than (s) |\n|---|---|---|---|---|")
    for per_hour in (100, 300, 600, 1200):
        least = math.ceil(per_hour * mean_s / 3600)
        for workers in (least, least + 1, least + 2):
            waits = simulate(per_hour, workers, busy_s)
            print(f"| {per_hour} | {workers} | {waits.busy:.0%} | {waits.median_s:.0f} | {waits.p95_s:.0f} |")


def _print_regions(per_day: float, regions: Sequence[int], busy_s: Sequence[float]) -> float:
    """Print what a number of regions needs, and return which share of their workers is busy at the peak."""
    peak = PEAK_OVER_MEAN * per_day / 24
    print(f"\n{per_day:,.0f} clips a day, {peak:,.0f} in the busiest hour, in regions of one size:\n")
    print(
        "| regions | workers in each | in all | busy | 95 of 100 wait less than | wait at a time | with a tenth more |"
    )
    print("|---|---|---|---|---|---|---|")
    shares = []
    for n in regions:
        workers = workers_for(peak / n, busy_s)
        waits, more = (simulate(coming * peak / n, workers, busy_s) for coming in (1.0, MORE))
        shares.append(waits.busy)
        told = [f"{workers:,} | {n * workers:,} | {waits.busy:.0%} | {waits.p95_s:.0f} s | {waits.n_waiting:.0f} clips"]
        told.append(f"{more.p95_s:.0f} s, {more.n_waiting:,.0f} clips")
        print(f"| {n} | {' | '.join(told)} |")
    return statistics.fmean(shares)


def _print_costs(found: dict[str, Any], busy_s: Sequence[float], busy: float, prices: Prices) -> None:
    assumed = (
        f"{prices.core_hour} for a core's hour, {prices.gb_month} for a GB's month, {prices.gb_out} for a GB sent out"
    )
    print(f"\n1,000 checks cost, with prices that are assumptions ({assumed}):\n")
    workers = {"as many as are needed now": busy, "always as at the peak": busy / PEAK_OVER_MEAN}
    costs = {name: cost_per_1000(found, busy_s, worked, prices) for name, worked in workers.items()}
    parts = list(next(iter(costs.values())))
    print(f"| workers | {' | '.join(parts)} | in all |\n|{'---|' * (len(parts) + 2)}")
    for name, cost in costs.items():
        print(f"| {name} | {' | '.join(f'{part:.2f}' for part in (*cost.values(), sum(cost.values())))} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-day", type=float, default=1e6)
    parser.add_argument("--regions", type=int, nargs="+", default=[1, 3, 6])
    parser.add_argument("--seconds", type=float, help="mean that the measured times are stretched to")
    for name, assumed in (("core-hour", 0.04), ("gb-month", 0.02), ("gb-out", 0.05)):
        parser.add_argument(f"--{name}", type=float, default=assumed, help="its price; the default is an assumption")
    asked = parser.parse_args()
    found = measured()
    busy_s, mean_s = found["kept_busy_s"], statistics.fmean(found["kept_busy_s"])
    if asked.seconds:
        busy_s, mean_s = [asked.seconds / mean_s * took_s for took_s in busy_s], asked.seconds
    print(f"A clip keeps a worker of {CORES_OF_A_WORKER} cores busy for {mean_s:.1f} s:", end=" ")
    print(
        f"at most {3600 / mean_s:.0f} clips per hour and worker, {1000 * mean_s / 3600:.1f} hours of one for 1,000.\n"
    )
    _print_waits(busy_s)
    busy = _print_regions(asked.per_day, asked.regions, busy_s)
    prices = Prices(core_hour=asked.core_hour, gb_month=asked.gb_month, gb_out=asked.gb_out)
    _print_costs(found, busy_s, busy, prices)


if __name__ == "__main__":
    main()
