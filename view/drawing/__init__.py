"""Drawings as SVG: the runner, muscles, exercises and how to film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from view.drawing import exercises, filming_scenes, leg_muscles, lettering, measured_runner, push_off, runner
    from view.drawing.measured_runner import Wedge
    from view.drawing.runner import Palette, Point, Skeleton
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="exercises filming_scenes leg_muscles lettering measured_runner push_off runner",
        measured_runner="Wedge",
        runner="Palette Point Skeleton",
    )

__all__ = [
    "Palette",
    "Point",
    "Skeleton",
    "Wedge",
    "exercises",
    "filming_scenes",
    "leg_muscles",
    "lettering",
    "measured_runner",
    "push_off",
    "runner",
]
