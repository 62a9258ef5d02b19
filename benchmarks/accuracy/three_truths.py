"""How right it is, against force plates, a drawn and a rendered runner, and what was marked by eye in real clips.

    uv run python -m benchmarks accuracy [--part lab|intervals|drawn|clips|speed|mesh] [--quick]

prints every table and, for a whole run, writes them to `benchmarks/results/accuracy.json`, where the About page reads them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from benchmarks.accuracy import (
    intervals,
    lab,
    lab_rows,
    lab_tables,
    marked_clips,
    marked_tables,
    rendered,
    rendered_tables,
    simulated,
    speed,
)
from benchmarks.accuracy.summary import Outcomes, for_runners
from benchmarks.score import Row, Table, text
from core.model.messages import message_to_plain
from core.paths import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "accuracy.json"
PARTS = ("lab", "intervals", "drawn", "clips", "speed", "mesh")
LIBRARIES = ("mediapipe", "numpy", "scipy", "opencv-python-headless", "av", "stride-check")


def _lab(outcomes: Outcomes, *, quick: bool) -> tuple[list[Table], list[Row]]:
    if not lab.trials():
        print("lab: skipped, the recordings in ../shared/mocap are absent")
        return [], []
    outcomes.lab = lab_rows.run_all(lab_rows.cases(quick=quick))
    return lab_tables.tables(outcomes.lab), lab_tables.targets(outcomes.lab)


def _intervals(outcomes: Outcomes, *, quick: bool) -> tuple[list[Table], list[Row]]:
    """Judge the intervals of the lab part, which runs first unless it has."""
    if not outcomes.lab:
        _lab(outcomes, quick=quick)
    return (intervals.tables(outcomes.lab), intervals.targets(outcomes.lab)) if outcomes.lab else ([], [])


def _drawn(outcomes: Outcomes, *, quick: bool) -> tuple[list[Table], list[Row]]:
    outcomes.drawn = simulated.run_all(simulated.grid(quick=quick))
    return simulated.tables(outcomes.drawn), simulated.targets(outcomes.drawn)


def _clips(outcomes: Outcomes, *, quick: bool) -> tuple[list[Table], list[Row]]:
    asked = marked_clips.clips(quick=quick)
    if not asked:
        print("clips: skipped, the folder ../shared/clips is absent")
        return [], []
    outcomes.clips = marked_clips.run_all(asked)
    return marked_tables.tables(outcomes.clips), marked_tables.targets(outcomes.clips)


def _speed(_: Outcomes, *, quick: bool) -> tuple[list[Table], list[Row]]:
    outcome = speed.run_all(quick=quick)
    return speed.tables(outcome), speed.targets(outcome)


def _mesh(outcomes: Outcomes, *, quick: bool) -> tuple[list[Table], list[Row]]:
    if not rendered.can_render():
        print("mesh: skipped, rendering needs the extra: uv sync --extra tools")
        return [], []
    outcomes.mesh = rendered.run_all(rendered.grid(quick=quick))
    return rendered_tables.tables(outcomes.mesh), rendered_tables.targets(outcomes.mesh)


MAKERS: dict[str, Callable[..., tuple[list[Table], list[Row]]]] = {
    "lab": _lab,
    "intervals": _intervals,
    "drawn": _drawn,
    "clips": _clips,
    "speed": _speed,
    "mesh": _mesh,
}


def _made(parts: list[str], took_s: dict[str, float]) -> dict[str, Any]:
    """Return what the figures were made with."""
    return {
        "on": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(["python -m benchmarks accuracy", *sys.argv[1:]]),
        "parts": parts,
        "seconds": {part: round(seconds) for part, seconds in took_s.items()},
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def main() -> None:
    """Run the parts asked for, print their tables, and keep them where all were run in full."""
    parser = argparse.ArgumentParser(description="Measure the accuracy against truth.")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be given again")
    parser.add_argument("--quick", action="store_true", help="about a third of each part")
    asked = parser.parse_args()
    parts = list(asked.part or PARTS)
    outcomes, kept, targets, took_s = Outcomes(), [], [], {}
    for part in parts:
        began_s = time.perf_counter()
        tables, rows = MAKERS[part](outcomes, quick=asked.quick)
        took_s[part] = time.perf_counter() - began_s
        for table in tables:
            print(f"\n{text(table)}", flush=True)
        kept += tables
        targets += rows
    last = Table(title="Targets", rows=tuple(targets))
    print(f"\n{text(last)}\n\n" + ", ".join(f"{part} {seconds:.0f} s" for part, seconds in took_s.items()))
    if asked.quick or parts != list(PARTS):
        print("not written: only a whole run goes into the results")
        return
    says, shown = for_runners(outcomes)
    result = {
        "says": message_to_plain(says),
        "rows": [{title: message_to_plain(cell) for title, cell in row.items()} for row in shown],
        "made": _made(parts, took_s),
        "tables": [{"title": t.title, "note": t.note, "rows": list(t.rows)} for t in (*kept, last) if t.kept],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    print(f"wrote {RESULTS.relative_to(RESULTS.parents[2])}")


if __name__ == "__main__":
    main()
