"""The drawn runner, end to end: painted, encoded, followed by the pose model, measured, and held against what was drawn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import Refused
from core.model import Answers, Measure
from core.report import analyse
from tools.drawn_runner import Scene, Stride, draw_clip


@dataclass(frozen=True, kw_only=True)
class Case:
    """A drawn clip of the grid: which row of the table it belongs to, and how it is drawn."""

    row: str
    scene: Scene


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a case: the true figures, and the measured ones, or the check that refused it."""

    case: Case
    truth: dict[str, float]
    measures: dict[str, Measure]
    refused: str | None = None


BASE = Scene(duration_s=5.0, runner_px=540.0)


def _strides() -> Iterator[Stride]:
    """Yield strides over pace, lean and extension that go together."""
    for speed_mps, lean_deg, more_deg in (
        (2.2, 2.0, -4.0),
        (2.5, 12.0, 2.0),
        (2.8, 5.0, -6.0),
        (3.0, 0.0, 0.0),
        (3.3, 15.0, 4.0),
        (3.6, 8.0, -6.0),
        (4.0, 4.0, 5.0),
        (4.5, 10.0, 0.0),
        (5.0, 7.0, 3.0),
    ):
        yield Stride(speed_mps=speed_mps, lean_deg=lean_deg, extension_deg=4.4 + 5.2 * speed_mps + more_deg)


def grid() -> list[Case]:
    """Return the grid: pace, lean and extension side-on, then one thing at a time made worse."""
    cases = []
    for number, stride in enumerate(_strides()):
        facing = "right" if number % 2 else "left"
        surface = "ground" if number % 3 == 2 else "treadmill"
        side_on = replace(BASE, stride=stride, facing=facing, surface=surface, start=0.11 * number)
        cases.append(Case(row="side-on, 60 frames/s", scene=side_on))
        if number % 2:
            rates_hz = (30.0, 120.0)
            cases += [Case(row=f"{rate:.0f} frames/s", scene=replace(side_on, fps_hz=rate)) for rate in rates_hz]
    for number, stride in enumerate(list(_strides())[1:8:3]):
        scene = replace(BASE, stride=stride, facing="left" if number % 2 else "right", start=0.17 * number)
        worse = {
            "runner 250 px": replace(scene, runner_px=250.0),
            "runner 150 px": replace(scene, runner_px=150.0),
            "blurred": replace(scene, exposure_s=1 / 80, blur_px=1.5, noise=4.0),
            "rolled 5 degrees": replace(scene, roll_deg=5.0 if number % 2 else -5.0),
            "fixed camera": replace(scene, surface="ground", camera="fixed", runner_px=420.0, size_wh_px=(1920, 1080)),
            "view 15 degrees": replace(scene, view_angle_deg=15.0),
            "view 30 degrees": replace(scene, view_angle_deg=30.0),
        }
        cases += [Case(row=row, scene=scene) for row, scene in worse.items()]
    return cases


def run(case: Case) -> Outcome:
    """Draw a case and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        truth = draw_clip(clip, case.scene)
        try:
            report = analyse(clip, Answers(slow_motion=case.scene.slow_motion)).report
        except Refused as refused:
            return Outcome(case=case, truth=truth.figures, measures={}, refused=refused.key)
    return Outcome(case=case, truth=truth.figures, measures=report.measures)


def run_all(cases: list[Case], processes: int = 2) -> list[Outcome]:
    """Run cases on several processes, in order."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run, cases))
