"""The names of the pictures and the video that are drawn with a report."""

from __future__ import annotations

from typing import get_args

from core.model.hand_check import MOST_STRIDES, HandPhase
from core.model.measures import MeasureKey
from core.model.report import Phase

VIDEO = "annotated.mp4"

KINOGRAM = "kinogram.jpg"
"""All key frames in one picture."""

PHOTOS: dict[MeasureKey, str] = {"trunk_lean": "trunk_lean.jpg", "leg_extension": "leg_extension.jpg"}
"""The picture of each headline measure: a frame whose angle is that of the measure."""


def hand_sheet(stride: int, phase: HandPhase) -> str:
    """Return the picture of a moment that can be marked by hand: the frame before, the frame itself and the one after."""
    return f"hand_{stride}_{phase}.jpg"


HAND_SHEETS = tuple(hand_sheet(stride, phase) for stride in range(1, MOST_STRIDES + 1) for phase in get_args(HandPhase))

MEDIA = (*(f"{phase}.jpg" for phase in get_args(Phase)), *PHOTOS.values(), *HAND_SHEETS, KINOGRAM, VIDEO)
"""The only files that can be shown with a report."""

STILL = "still.jpg"
"""The picture in which a runner is asked to choose themselves among several people."""
