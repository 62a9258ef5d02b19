"""Clips made worse step by step: how the stated error grows with what the pose model loses.

    uv run python -m benchmarks.degraded [--keep FOLDER] [--quick]

Drawn runners, whose angles are exactly known, in pictures that get darker, noisier, coarser and more compressed. At each step the
table shows the share of 90 % intervals that hold the truth, and how many clips were refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.strangers import filtered
from tools.drawn_runner import Scene, Stride
from tools.drawn_runner.figure import Look


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
