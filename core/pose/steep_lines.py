"""Steep straight lines of a frame: door frames, poles and walls show which way is up, whatever the phone's roll."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from core.model.tracks import Floats
from core.video.display import Picture

LONG_SIDES_PX = (480, 240)
"""Frames are scaled to these long sides: sharp lines show in the first, and lines out of focus in the second."""

SHORTEST = 0.05
"""The shortest line that counts, as a share of the frame's long side: lines of a body are shorter or curved."""

STEEPEST_DEG = 25.0
"""The largest angle from the frame's vertical at which a line counts as steep."""


@cache
def _detector() -> cv2.LineSegmentDetector:
    return cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD)


def find_steep_lines(rgb: Picture) -> Floats:
    """Return the steep lines of a frame.

    The line segment detector is that of Grompone von Gioi et al. (2010, doi:10.1109/TPAMI.2008.300), from OpenCV.

    Parameters
    ----------
    rgb : ndarray, shape (h, w, 3)
        The frame.

    Returns
    -------
    ndarray, shape (k, 3)
        For each line, the place of its middle right of the frame's middle and its length, as shares of the frame's long side, and
        between them its angle from the frame's vertical in degrees, positive if its lower end is further right.
    """
    return np.concatenate([_lines_at(rgb, long_side_px) for long_side_px in LONG_SIDES_PX])


def _lines_at(rgb: Picture, long_side_px: int) -> Floats:
    scale = long_side_px / max(rgb.shape[:2])
    grey = cv2.cvtColor(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    found: npt.ArrayLike | None = _detector().detect(grey)[0]  # OpenCV returns None if there is no line
    ends = np.asarray([] if found is None else found, dtype=np.float64).reshape(-1, 2, 2)
    along = ends[:, 1] - ends[:, 0]
    angle_deg = (np.degrees(np.arctan2(along[:, 0], along[:, 1])) + 90) % 180 - 90
    length = np.hypot(*along.T) / long_side_px
    place = (ends[:, :, 0].mean(axis=1) - grey.shape[1] / 2) / long_side_px
    lines = np.stack([place, angle_deg, length], axis=1)
    return np.asarray(lines[(np.abs(angle_deg) < STEEPEST_DEG) & (length > SHORTEST)])
