"""How a stored frame is shown: the shape of its pixels, and which of the eight orientations it has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, Self, cast

import av
import numpy as np
import numpy.typing as npt
from av.buffer import Buffer

Picture = npt.NDArray[np.uint8]

MOST_PIXEL_ASPECT = 4.0
"""No camera has pixels wider or higher than this (anamorphic film: 2, camcorders: 0.9 to 1.5): such a file is wrong."""


class Display(NamedTuple):
    """How a file's frames are shown, as the file states it.

    Attributes
    ----------
    pixel_aspect : float
        Width of a stored pixel over its height.
    mirrored : bool
        Whether the stored frame is first mirrored left to right: selfie cameras and editing apps ask for it.
    turns : int
        The number of counterclockwise quarter turns that then make it upright.
    """

    pixel_aspect: float
    mirrored: bool
    turns: int

    @classmethod
    def of(cls, frame: av.video.frame.VideoFrame, stream: av.video.stream.VideoStream) -> Self:
        """Return what the track and its first frame state; the container's pixel aspect overrides the codec's."""
        aspect = float(stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio or 1)
        sane = 1 / MOST_PIXEL_ASPECT <= aspect <= MOST_PIXEL_ASPECT
        return cls(aspect if sane else 1.0, *_orientation(frame))

    def size_wh_px(self, width: float, height: float) -> tuple[int, int]:
        """Return the width and height of a stored frame when it is upright and has square pixels."""
        shown = max(1, round(width * self.pixel_aspect)), round(height)
        return shown if self.turns % 2 == 0 else shown[::-1]

    def upright(self, stored: Picture) -> Picture:
        """Return a stored frame (h, w, 3) as the viewer sees it."""
        seen = stored[:, ::-1] if self.mirrored else stored
        return np.ascontiguousarray(np.rot90(seen, self.turns))


def _orientation(frame: av.video.frame.VideoFrame) -> tuple[bool, int]:
    """Return whether a frame is mirrored, and its quarter turns, from the whole display matrix.

    A stored point (x, y) is shown at (a x + c y, b x + d y), y down. `frame.rotation` reads only a and b, and so mistakes a
    mirror image for a turn.
    """
    stored = cast("Mapping[str, Buffer]", frame.side_data).get("DISPLAYMATRIX")
    if stored is None:
        return False, 0
    a, b, _, c, d = (float(value) for value in np.frombuffer(bytes(stored), np.int32)[:5])
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    return mirrored, round(-math.atan2(b - c, a + d) / (math.pi / 2)) % 4
