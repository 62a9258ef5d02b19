"""The names of the pictures and the video that are drawn with a report."""

from __future__ import annotations

from typing import get_args

from core.model.measures import MeasureKey
from core.model.report import Phase

VIDEO = "annotated.mp4"

KINOGRAM = "kinogram.jpg"
"""All key frames in one picture."""

PHOTOS: dict[MeasureKey, str] = {"trunk_lean": "trunk_lean.jpg", "leg_extension": "leg_extension.jpg"}
"""The picture of each headline measure: a frame whose angle is that of the measure."""

MEDIA = (*(f"{phase}.jpg" for phase in get_args(Phase)), *PHOTOS.values(), KINOGRAM, VIDEO)
"""The only files that can be shown with a report."""

STILL = "still.jpg"
"""The picture in which a runner is asked to choose themselves among several people."""
