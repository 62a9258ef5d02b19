"""The ladders of worse clips, what is counted of them, and filter chains whose options hold commas."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from benchmarks.accuracy.degraded import FIGURES, LADDERS, Outcome, darker, runners, steps, tables
from benchmarks.accuracy.strangers import filtered
from benchmarks.score import FigureScore
from simulation import Scene, draw_clip

SCENE = Scene(size_wh_px=(160, 240), runner_px=120.0, duration_s=0.3, fps_hz=20.0)


def greys(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.to_ndarray()[: frame.height].mean()) for frame in container.decode(video=0)]


def test_every_ladder_has_steps_and_runners_are_unlike() -> None:
    assert {step.kind for step in steps()} == set(LADDERS)
    assert all((step.kb_per_s is not None) == (step.kind == "compressed") for step in steps())
    drawn = list(runners())
    assert {runner.scene.facing for runner in drawn} == {"left", "right"}
    assert {runner.scene.fps_hz for runner in drawn} == {30.0, 60.0}
    assert len({runner.scene.stride for runner in drawn}) == len(drawn) >= 8


def test_commas_in_the_options_of_a_filter_stay_there(tmp_path: Path) -> None:
    """The frames are as dark as the formula says: 0.7 (v - 127.5) + 127.5 + 255 b, cut off at black."""
    draw_clip(tmp_path / "clip.mp4", SCENE)
    bright = greys(tmp_path / "clip.mp4")
    dark = greys(filtered(tmp_path / "clip.mp4", tmp_path / "dark.mp4", f"hflip,{darker(-0.2)},hflip"))
    assert len(dark) == len(bright)
    np.testing.assert_allclose(dark, [0.7 * (grey - 127.5) + 127.5 - 51 for grey in bright], atol=3)
    assert max(greys(filtered(tmp_path / "clip.mp4", tmp_path / "black.mp4", darker(-0.9)))) < 3


def test_a_bit_rate_makes_the_file_small(tmp_path: Path) -> None:
    draw_clip(tmp_path / "clip.mp4", SCENE)
    fine = filtered(tmp_path / "clip.mp4", tmp_path / "fine.mp4", "null")
    coarse = filtered(tmp_path / "clip.mp4", tmp_path / "coarse.mp4", "null", kb_per_s=20)
    assert coarse.stat().st_size < 0.6 * fine.stat().st_size


def test_what_is_counted() -> None:
    step = next(iter(steps()))

    def score(value: float) -> FigureScore:
        return FigureScore(figure=FIGURES[0], clip="0", truth=5.0, value=value, plus_minus=1.0)

    outcomes = [
        Outcome(step=step, runner=0, figures=(score(5.5),)),
        Outcome(step=step, runner=1, figures=(score(6.5),)),
        Outcome(step=step, runner=2, refused="clear_enough"),
    ]
    by_step, by_fit, by_figure = tables(outcomes)
    assert by_step.rows[0]["hold the truth %"] == 50.0
    assert (by_step.rows[0]["refused"], by_step.rows[0]["by"]) == (1, "clear_enough")
    assert {row["runners"]: row["hold the truth %"] for row in by_fit.rows} == {"of the fit": 100.0, "left out": 0.0}
    assert by_figure.rows[0]["intervals"] == 2
