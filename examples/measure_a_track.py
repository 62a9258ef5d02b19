"""Measure a pose track that another program made, and print each measure with its error.

    uv run python examples/measure_a_track.py [TRACK.npz]

`docs/track-format.md` describes the file. Without a path, the script writes a track of a simulated runner, whose measures are
exactly known, and prints the truth next to what was measured.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core.errors import StrideCheckError
from core.model import LANDMARK_OF, LANDMARKS, SHOULDER, Answers, Missing, Report, Side, amounts, load_track
from core.report import measure_track
from simulation import Motion, Scene, Stride, Truth, truth_of


def write_track(truth: Truth, path: Path) -> None:
    """Write the joints of a simulated runner as a track of BlazePose's 33 points."""
    far: Side = "left" if truth.near_side == "right" else "right"
    xy_px = np.repeat(truth.xy_px[:, :, SHOULDER].mean(axis=1)[:, None], LANDMARKS, axis=1)
    xy_px[:, :11, 1] -= 80.0  # the simulation has no face: its points are set above the shoulders
    xy_px[:, LANDMARK_OF[truth.near_side]] = truth.xy_px[:, 0]
    xy_px[:, LANDMARK_OF[far]] = truth.xy_px[:, 1]
    np.savez(
        path,
        time_s=truth.time_s,
        xy_px=xy_px,
        visibility=np.ones(xy_px.shape[:2]),
        size_wh_px=np.array(truth.size_wh_px),
    )


def measured(path: Path) -> Report:
    """Read a track and measure it."""
    track = load_track(path)
    return measure_track(track, Answers(slow_motion=track.slow_motion))


def main() -> int:
    """Measure the track named on the command line, and return the exit code."""
    truth: Truth | None = None
    try:
        if len(sys.argv) > 1:
            report = measured(Path(sys.argv[1]))
        else:
            truth = truth_of(Scene(duration_s=6.0), Motion(Stride(speed_mps=3.0)))
            with TemporaryDirectory() as folder:
                path = Path(folder) / "track.npz"
                write_track(truth, path)
                report = measured(path)
    except StrideCheckError as error:
        print(f"{error.what} {error.advice}", file=sys.stderr)
        return 2
    for key, measure in report.measures.items():
        known = f", truth {truth.figures[key]:.2f}" if truth is not None and key in truth.figures else ""
        if isinstance(measure, Missing):
            print(f"{key}: {measure.missing_because}{known}")
        else:
            print(f"{key}: {amounts.value(measure)} {amounts.error(measure)}{known}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
