"""Clips made small in a browser, and the originals: whether the measures agree.

    uv run python -m benchmarks shrinking [--quick] [--again] [--lines L] [--bits-per-pixel B ...]

Drawn runners as phones store them, and the real clips of `../shared/clips` if they are there, are made small by the script that
the upload element runs, in Chromium. Both files are measured. A measure agrees if it changes by less than a quarter of its stated
error. A phone's own encoder is not Chromium's: the bitrate has room for a worse one (see the lower rates).

The pose model reacts to every change of the pixels, so no encoding leaves the measures as they are. `--again` shows by how much: it
encodes the original once more at its own size and bitrate, and measures that. Most real clips have so few bytes that a phone sends
them as they are; they count only in the rows of all clips.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.accuracy.marked_clips import FOLDER
from benchmarks.score import Row, Table, target, text
from benchmarks.shrinking import browser_page, encode_again, latest_ms, shrink, times_s
from benchmarks.speed.clips import Format, make_clip
from benchmarks.whole import keep
from core.errors import Refused
from core.model.measures import Measured
from core.model.report import Answers, Report
from core.paths import ROOT
from core.report.pipeline import analyse
from pages.components.upload import SHRINKING

RESULTS = ROOT / "benchmarks" / "results" / "shrinking.json"
MOST_SHARE = 0.25
"""Largest change of a measure, as a share of its stated error."""

MOST_BYTES = 200 << 20
_LOST_MS = 1e6
"""Stands for a change of times if frames are lost."""

DRAWN = tuple(
    Format(
        name=f"{lines} lines, {'upright' if upright else 'lying'}, {hz} frames/s",
        lines=lines,
        fps_hz=hz,
        codec="libx264",
        mbps=mbps,
        seconds=10.0,
        repeated=False,
        upright=upright,
    )
    for lines, hz, mbps, upright in (
        (1080, 60, 20, True),
        (2160, 60, 50, True),
        (2160, 60, 50, False),
        (2160, 30, 45, True),
        (1080, 240, 60, True),
        (1080, 30, 15, True),
        (720, 30, 10, True),
    )
)
"""As long as users are asked to film. Strides that repeat one another would all have the error of the first one."""

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
    """What came of a clip at a bitrate; `changes` are those of the measures, in their stated errors.

    `bits_per_pixel` is None if the original was only encoded again. `worth`: a phone would make this clip small.
    """

    case: Case
    bits_per_pixel: float | None
    worth: bool
    share_of_bytes: float | None = None
    latest_ms: float | None = None
    hz: tuple[float, float] | None = None
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


def run(case: Case, page: Page, rates: Sequence[float], *, lines: int, again: bool) -> Iterator[Outcome]:
    """Yield what comes of a clip at each bitrate, and of its original encoded again."""
    before = measured(case.path, case.slow_motion)
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.mp4"
        for rate in rates:
            size = {"lines": lines, "side": lines * 16 // 9}
            made = shrink(page, case.path, small, most_bytes=MOST_BYTES, bits_per_pixel=rate, **size)
            yield _outcome(case, rate, before, None if made is None else small)
        if again:
            yield _outcome(case, None, before, encode_again(case.path, small))


def _outcome(case: Case, rate: float | None, before: Report | str, small: Path | None) -> Outcome:
    worth = worthwhile(case.path)
    if small is None:
        return Outcome(case=case, bits_per_pixel=rate, worth=worth, changes={}, note="not made small")
    after = measured(small, case.slow_motion)
    return Outcome(
        case=case,
        bits_per_pixel=rate,
        worth=worth,
        share_of_bytes=small.stat().st_size / case.path.stat().st_size,
        latest_ms=latest_ms(case.path, small),
        hz=(_hz(case.path), _hz(small)),
        changes=changes(before, after),
        note="" if isinstance(before, Report) and isinstance(after, Report) else f"{before} {after}"[:60],
    )


def worthwhile(clip: Path) -> bool:
    """Return whether a phone makes a whole clip small, as the upload element decides."""
    least_bytes: float = SHRINKING["gain"] * SHRINKING["bytes_per_s"] * float(times_s(clip)[-1])
    return clip.stat().st_size > least_bytes


def _hz(clip: Path) -> float:
    return 1 / float(np.median(np.diff(times_s(clip))))


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


def _row(outcome: Outcome) -> Row:
    finite = {key: value for key, value in outcome.changes.items() if np.isfinite(value)}
    worst = max(finite, key=lambda key: finite[key], default="")
    return {
        "clip": outcome.case.name,
        "bits/pixel": outcome.bits_per_pixel,
        "sent small": "yes" if outcome.worth else "no",
        "% of bytes": None if outcome.share_of_bytes is None else round(100 * outcome.share_of_bytes, 1),
        "times, ms": None if outcome.latest_ms is None else round(outcome.latest_ms, 2),
        "frames/s": None if outcome.hz is None else round(outcome.hz[1], 1),
        "measures": len(finite),
        "median change / error": round(float(np.median(list(finite.values()))), 3) if finite else None,
        "largest": round(finite[worst], 3) if finite else None,
        "of": worst,
        "only in one": len(outcome.changes) - len(finite),
        "note": outcome.note,
    }


def _share(name: str, outcomes: Sequence[Outcome]) -> Row:
    every = [value for outcome in outcomes for value in outcome.changes.values()]
    within = 100 * float(np.mean([value < MOST_SHARE for value in every])) if every else None
    return target(name, "measures that change by less than a quarter of their error, %", within, 100.0, least=99.0)


def _targets(outcomes: Sequence[Outcome], rate: float) -> tuple[Row, ...]:
    small = [outcome for outcome in outcomes if outcome.bits_per_pixel == rate]
    again = [outcome for outcome in outcomes if outcome.bits_per_pixel is None]
    latest = [min(outcome.latest_ms, _LOST_MS) for outcome in small if outcome.latest_ms is not None]
    slower = [abs(outcome.hz[1] / outcome.hz[0] - 1) for outcome in small if outcome.hz is not None]
    return (
        _share("clips that are sent small", [outcome for outcome in small if outcome.worth]),
        _share("all clips made small", small),
        _share("originals encoded again, sent small", [outcome for outcome in again if outcome.worth]),
        _share("originals encoded again, all", again),
        target("small clips", "largest change of a frame's time, ms", max(latest, default=None), 1.0),
        target("small clips", "largest change of the frame rate, %", 100 * max(slower, default=float("nan")), 0.1),
    )


def main() -> None:
    """Print the tables, and keep those of a full run."""
    parser = argparse.ArgumentParser(description="Measure what making clips small does to measures.")
    parser.add_argument("--quick", action="store_true", help="three clips")
    parser.add_argument("--again", action="store_true", help="encode the originals again too")
    parser.add_argument(
        "--lines",
        type=int,
        default=SHRINKING["lines"],
        help="of the small clip, if upright",
    )
    parser.add_argument("--bits-per-pixel", type=float, nargs="+", default=[SHRINKING["bits_per_pixel"]])
    asked = parser.parse_args()
    began_s, outcomes = time.perf_counter(), []
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        for case in cases(Path(folder), quick=asked.quick):
            for outcome in run(case, page, asked.bits_per_pixel, lines=asked.lines, again=asked.again):
                outcomes.append(outcome)
                print(_row(outcome), flush=True)
    table = Table(title="Small clips against their originals", rows=tuple(map(_row, outcomes)))
    tables = (table, Table(title="Target", rows=_targets(outcomes, asked.bits_per_pixel[0])))
    print("\n\n".join(map(text, tables)), f"\n{time.perf_counter() - began_s:.0f} s")
    usual = asked.lines == SHRINKING["lines"] and asked.bits_per_pixel == [SHRINKING["bits_per_pixel"]]
    if usual and asked.again and not asked.quick:
        keep({"tables": [{"title": table.title, "rows": list(table.rows)} for table in tables]}, RESULTS)


if __name__ == "__main__":
    main()
