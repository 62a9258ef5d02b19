"""Clips made worse step by step: how the stated error grows with what the pose model loses.

    uv run python -m benchmarks degraded [--keep FOLDER] [--runners N]

Drawn runners, whose angles are exactly known, in pictures that get darker, noisier, coarser and more compressed. At each step the
tables show the share of 90 % intervals that hold the truth, and how many clips were refused. The tables show every other
runner apart; the constants of `core.quality.tracking_noise` were not fitted without them yet.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.accuracy.strangers import filtered
from benchmarks.score import FigureScore, Row, Table, calibration_columns, grouped, score_of, text
from core.errors import Refused
from core.model.measures import MeasureKey
from core.model.report import Answers
from core.report.pipeline import analyse
from simulation import Motion, Scene, Stride, draw_clip, truth_of
from simulation.figure import Look


def darker(brightness: float, contrast: float = 0.7) -> str:
    """Return the filter that FFmpeg's ``eq=brightness=...:contrast=...`` is; not every build has `eq`."""
    return f"lutyuv=y='clip({contrast}*(val-127.5)+{127.5 + 255 * brightness},0,255)'"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One way of making a clip worse, and how far."""

    kind: str
    level: int
    filters: str
    kb_per_s: int | None = None

    def apply(self, source: Path, target: Path, *, to_s: float | None = None) -> Path:
        """Write the worse clip."""
        return filtered(source, target, self.filters, kb_per_s=self.kb_per_s, crf=21, to_s=to_s)


def _curve(middle: float, noise: int) -> str:
    return f"curves=all='0/0 0.5/{middle} 1/1',noise=alls={noise}:allf=t"


LADDERS: dict[str, tuple[str, ...]] = {
    "dark": tuple(darker(brightness) for brightness in (-0.2, -0.35, -0.45, -0.52, -0.58)),
    "dark and noisy": (_curve(0.25, 8), _curve(0.12, 12), _curve(0.08, 20), _curve(0.05, 30), _curve(0.03, 40)),
    "noisy": tuple(f"noise=alls={noise}:allf=t" for noise in (15, 30, 50, 75, 100)),
    "coarse": tuple(f"pixelize=w={px}:h={px}" for px in (6, 10, 15, 21, 28)),
    "compressed": ("scale=224:-2",) * 5,
}
KB_PER_S = (160, 90, 52, 32, 20)


def steps() -> Iterator[Step]:
    """Yield every step of every ladder."""
    for kind, ladder in LADDERS.items():
        for level, filters in enumerate(ladder):
            yield Step(
                kind=kind, level=level, filters=filters, kb_per_s=KB_PER_S[level] if kind == "compressed" else None
            )


BASE = Scene(size_wh_px=(640, 960), runner_px=500.0, duration_s=3.6)
PLAIN = Look(
    shirt=(120, 122, 128),
    shorts=(52, 50, 52),
    sock=(70, 70, 74),
    shoe=(60, 58, 60),
    sole=(150, 150, 150),
    skin=(150, 110, 88),
)


@dataclass(frozen=True, kw_only=True)
class Runner:
    """A drawn runner: how it is filmed, and its colours."""

    scene: Scene
    look: Look = field(default_factory=Look)


def runners() -> Iterator[Runner]:
    """Yield runners of both sides, several paces and rates, in bright and in dull clothes."""
    for number, (speed_mps, lean_deg, less_deg, rate_hz) in enumerate(
        (
            (2.4, 3.0, -4.0, 30.0),
            (2.8, 10.0, 0.0, 60.0),
            (3.2, 6.0, -6.0, 30.0),
            (3.6, 13.0, 2.0, 60.0),
            (4.2, 5.0, -3.0, 30.0),
            (3.0, 1.0, 0.0, 60.0),
            (2.6, 8.0, 3.0, 30.0),
            (4.6, 9.0, -2.0, 60.0),
        )
    ):
        stride = Stride(speed_mps=speed_mps, lean_deg=lean_deg, extension_deg=4.4 + 5.2 * speed_mps + less_deg)
        scene = replace(
            BASE,
            stride=stride,
            fps_hz=rate_hz,
            facing="left" if number % 4 in (1, 2) else "right",
            surface="ground" if number % 3 == 2 else "treadmill",
            start=0.13 * number,
            noise=2.0,
            seed=7 + number,
        )
        yield Runner(scene=scene, look=PLAIN if number % 2 else Look())


FIGURES: tuple[MeasureKey, ...] = (
    "trunk_lean",
    "leg_extension",
    "leg_extension_at_toe_off",
    "hip_ankle_extension",
    "hip_bend",
    "knee_flexion_stance",
    "heel_recovery",
    "knee_drive",
    "cadence",
    "contact_time",
    "duty_factor",
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one step of one runner: its figures against the truth, or the check that refused it."""

    step: Step
    runner: int
    figures: tuple[FigureScore, ...] = ()
    refused: str | None = None

    @property
    def fitted(self) -> bool:
        """Whether this runner was used to fit how errors grow."""
        return self.runner % 2 == 0


def run(step: Step, number: int, runner: Runner, folder: Path) -> Outcome:
    """Make one runner's clip worse by one step, and measure it; the clip itself is drawn once."""
    clip = folder / f"degraded_{number}.mp4"
    if not clip.exists():
        draw_clip(clip, runner.scene, look=runner.look, quality=16)
    truth = truth_of(runner.scene, Motion(runner.scene.stride)).figures
    try:
        measures = analyse(step.apply(clip, folder / "degraded.mp4"), Answers()).report.measures
    except Refused as refused:
        return Outcome(step=step, runner=number, refused=refused.key)
    scores = (score_of(key, str(number), truth[key], measures[key]) for key in FIGURES)
    return Outcome(step=step, runner=number, figures=tuple(scores))


def tables(outcomes: Sequence[Outcome]) -> list[Table]:
    """Return what the intervals hold by step, by figure, and for runners of the fit and left out of it."""

    def row(columns: Row, those: Sequence[Outcome]) -> Row:
        refused = [one.refused for one in those if one.refused is not None]
        scores = [score for one in those for score in one.figures]
        kept: Row = {"clips": len(those), "refused": len(refused), "by": ", ".join(sorted(set(refused)))}
        return {**columns, **kept, **calibration_columns(scores)}

    by_step = grouped(outcomes, lambda one: (one.step.kind, one.step.level))
    by_fit = grouped(outcomes, lambda one: (one.fitted,))
    scores = grouped([score for one in outcomes for score in one.figures], lambda score: (score.figure,))
    return [
        Table(
            title="Worse step by step",
            note="share of 90 % intervals that hold the truth",
            rows=tuple(row({"kind": kind, "step": level}, those) for (kind, level), those in by_step),
        ),
        Table(
            title="Runners",
            rows=tuple(row({"runners": "of the fit" if fitted else "left out"}, those) for (fitted,), those in by_fit),
        ),
        Table(
            title="Figures",
            rows=tuple({"figure": key, **calibration_columns(those)} for (key,), those in scores),
        ),
    ]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="draw clips into this folder, and use those that are there")
    parser.add_argument("--runners", type=int, default=8, help="how many of the drawn runners")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        chosen = list(enumerate(runners()))[: given.runners]
        outcomes = [run(step, number, runner, folder) for step in steps() for number, runner in chosen]
    for table in tables(outcomes):
        print(text(table), end="\n\n")


if __name__ == "__main__":
    main()
