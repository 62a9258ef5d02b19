"""Clips made small in a browser, and the originals: whether the measures agree.

    uv run python -m benchmarks shrinking [--quick] [--bits-per-pixel B ...]

Drawn runners as phones store them, and the real clips of `../shared/clips` if they are there, are made small by the script that
the upload element runs, in Chromium. Both files are measured. A measure agrees if it changes by less than a quarter of its stated
error. A phone's own encoder is not Chromium's: the bitrate has room for a worse one (see the lower rates).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.accuracy.marked_clips import FOLDER
from benchmarks.score import Row, Table, target, text
from benchmarks.shrinking import browser_page, shrink
from benchmarks.speed.clips import Format, make_clip
from core.errors import Refused
from core.model.measures import Measured
from core.model.report import Answers, Report
from core.paths import ROOT
from core.report.pipeline import analyse
from core.video.container import open_clip, packets
from pages.components.upload import SHRINKING

RESULTS = ROOT / "benchmarks" / "results" / "shrinking.json"
MOST_SHARE = 0.25
"""Largest change of a measure, as a share of its stated error."""

MOST_BYTES = 200 << 20

DRAWN = tuple(
    Format(name=f"{lines} lines, {hz} frames/s", lines=lines, fps_hz=hz, codec="libx264", mbps=mbps, seconds=5.6)
    for lines, hz, mbps in (
        (2160, 60, 50),
        (1080, 60, 20),
        (2160, 30, 45),
        (1080, 240, 60),
        (1080, 30, 15),
        (720, 30, 10),
    )
)
REAL = {
    "treadmill_phone_30fps_rtl.mp4": 1.0,
    "overground_fixed_50fps_slow2.5x_ltr.mp4": 2.5,
    "mirror_pair_a_rtl.mp4": 1.0,
    "overground_follow_30fps_ltr.mp4": 1.0,
    "treadmill_gym_a_30fps_ltr.mp4": 1.0,
    "treadmill_gym_b_30fps_ltr.mp4": 1.0,
    "format_rotation90_vfr_small_rtl.mp4": 1.0,
}
"""Real clips that are measured, and how many times slower than real time they play."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A clip, and how many times slower than real time it plays."""

    name: str
    path: Path
    slow_motion: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a clip at a bitrate; `changes` are those of the measures, in their stated errors."""

    case: Case
    bits_per_pixel: float
    share_of_bytes: float | None = None
    latest_ms: float | None = None
    changes: dict[str, float]
    note: str = ""


def cases(folder: Path, *, quick: bool) -> Iterator[Case]:
    """Yield the clips: drawn into a folder, and real ones."""
    for kind in DRAWN[:2] if quick else DRAWN:
        yield Case(name=kind.name, path=make_clip(folder, kind))
    for name, slow_motion in list(REAL.items())[: 1 if quick else None]:
        if (FOLDER / name).exists():
            yield Case(name=Path(name).stem, path=FOLDER / name, slow_motion=slow_motion)


def measured(path: Path, slow_motion: float) -> Report | str:
    """Return the report of a clip, or the check that refused it."""
    try:
        return analyse(path, Answers(slow_motion=slow_motion)).report
    except Refused as refused:
        return refused.key


def run(case: Case, page: Page, rates: Sequence[float]) -> Iterator[Outcome]:
    """Yield what comes of a clip at each bitrate."""
    before = measured(case.path, case.slow_motion)
    for rate in rates:
        with tempfile.TemporaryDirectory() as folder:
            small = Path(folder) / "small.mp4"
            if shrink(page, case.path, small, most_bytes=MOST_BYTES, bits_per_pixel=rate) is None:
                yield Outcome(case=case, bits_per_pixel=rate, changes={}, note="not made small")
                continue
            after = measured(small, case.slow_motion)
            yield Outcome(
                case=case,
                bits_per_pixel=rate,
                share_of_bytes=small.stat().st_size / case.path.stat().st_size,
                latest_ms=_latest_ms(case.path, small),
                changes=changes(before, after),
                note="" if isinstance(before, Report) and isinstance(after, Report) else f"{before} {after}"[:60],
            )


def changes(before: Report | str, after: Report | str) -> dict[str, float]:
    """Return the change of each measure in its stated error; infinite if only one of the two reports has it."""
    if isinstance(before, str) or isinstance(after, str):
        return {} if before == after else {"refused": float("inf")}
    found: dict[str, float] = {}
    for key, old in before.measures.items():
        new = after.measures[key]
        if isinstance(old, Measured) and isinstance(new, Measured):
            found[key] = abs(new.value - old.value) / max(old.plus_minus, 1e-9)
        elif isinstance(old, Measured) or isinstance(new, Measured):
            found[key] = float("inf")
    return found


def _latest_ms(before: Path, after: Path) -> float:
    """Return by how much the time of any frame differs, from the first one; infinite if their number differs."""
    one, other = (_times_s(path) for path in (before, after))
    return 1000 * float(np.abs(one - other).max()) if len(one) == len(other) else float("inf")


def _times_s(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    with open_clip(path) as container:
        shown = [packet for packet in packets(container) if packet.size and not packet.is_discard]
        times = np.sort([float((packet.pts or 0) * packet.time_base) for packet in shown])
    return np.asarray(times - times[0])


def _row(outcome: Outcome) -> Row:
    finite = {key: value for key, value in outcome.changes.items() if np.isfinite(value)}
    worst = max(finite, key=lambda key: finite[key], default="")
    return {
        "clip": outcome.case.name,
        "bits/pixel": outcome.bits_per_pixel,
        "% of bytes": None if outcome.share_of_bytes is None else round(100 * outcome.share_of_bytes, 1),
        "times, ms": None if outcome.latest_ms is None else round(outcome.latest_ms, 2),
        "measures": len(finite),
        "median change / error": round(float(np.median(list(finite.values()))), 3) if finite else None,
        "largest": round(finite[worst], 3) if finite else None,
        "of": worst,
        "only in one": len(outcome.changes) - len(finite),
        "note": outcome.note,
    }


def _targets(outcomes: Sequence[Outcome]) -> tuple[Row, ...]:
    every = [value for outcome in outcomes for value in outcome.changes.values()]
    within = 100 * float(np.mean([value < MOST_SHARE for value in every])) if every else None
    latest = max((outcome.latest_ms for outcome in outcomes if outcome.latest_ms is not None), default=None)
    return (
        target(
            "small clips", "measures that change by less than a quarter of their error, %", within, 100.0, least=99.0
        ),
        target("small clips", "largest change of a frame's time, ms", latest, 1.0),
    )


def main() -> None:
    """Print the tables, and keep those of a full run."""
    parser = argparse.ArgumentParser(description="Measure what making clips small does to measures.")
    parser.add_argument("--quick", action="store_true", help="three clips")
    parser.add_argument("--bits-per-pixel", type=float, nargs="+", default=[SHRINKING["bits_per_pixel"]])
    asked = parser.parse_args()
    began_s, outcomes = time.perf_counter(), []
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        for case in cases(Path(folder), quick=asked.quick):
            for outcome in run(case, page, asked.bits_per_pixel):
                outcomes.append(outcome)
                print(_row(outcome), flush=True)
    table = Table(title="Small clips against their originals", rows=tuple(map(_row, outcomes)))
    usual = [outcome for outcome in outcomes if outcome.bits_per_pixel == SHRINKING["bits_per_pixel"]]
    tables = (table, Table(title="Target", rows=_targets(usual)))
    print("\n\n".join(map(text, tables)), f"\n{time.perf_counter() - began_s:.0f} s")
    if not asked.quick:
        kept = [{"title": table.title, "rows": list(table.rows)} for table in tables]
        RESULTS.write_text(json.dumps({"tables": kept}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
