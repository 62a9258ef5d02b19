"""The small pictures of the frames in which joints can be marked by hand. They have no lines, and the face is blurred."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from core.model.hand_check import FRAME_WH_PX, HandFrames
from core.model.media import hand_sheet
from core.model.tracks import Floats, PoseTrack
from core.report.overlay import blur_face, crop_around
from core.video.display import Picture

AROUND = 1.16
"""Height of a small frame over that of the joints in it: from shoulder to toe, so that little of the head is left."""


class HandSheets:
    """The pictures of the frames that can be marked: one for each moment, its three frames side by side, without lines.

    Parameters
    ----------
    frames : HandFrames or None
        The moments.
    track : PoseTrack
        The runner in the clip.
    joints_px : callable
        Takes an entry of the track and a scale, and returns the joints of both legs, shape (2, 6, 2), or None.
    """

    def __init__(
        self, frames: HandFrames | None, track: PoseTrack, joints_px: Callable[[int, float], Floats | None]
    ) -> None:
        self._track, self._joints_px = track, joints_px
        width, height = FRAME_WH_PX
        self._sheets = {
            hand_sheet(one.stride, one.phase): np.zeros((height, 3 * width, 3), np.uint8)
            for one in (frames.moments if frames else ())
        }
        self._places: dict[int, list[tuple[str, int, int]]] = {}
        for one in frames.moments if frames else ():
            middle = int(np.abs(track.true_time_s - one.frames_s[1]).argmin())
            for place in range(3):
                entry = (hand_sheet(one.stride, one.phase), middle, place)
                self._places.setdefault(middle + place - 1, []).append(entry)

    @property
    def indices(self) -> Iterable[int]:
        """Return the entries of the track whose frames are needed."""
        return self._places.keys()

    def add(self, index: int, rgb: Picture) -> None:
        """Put a frame, which is not changed, into its pictures, with the face blurred."""
        if index not in self._places:
            return
        rgb, scale = rgb.copy(), rgb.shape[1] / self._track.size_wh_px[0]
        blur_face(rgb, self._track, index, scale)
        width = FRAME_WH_PX[0]
        for name, middle, place in self._places[index]:
            # The part of the frame is the same for all three, so that a joint stays where it is when the moment is moved.
            around = [self._joints_px(entry, scale) for entry in range(middle - 1, middle + 2)]
            joints = np.concatenate([one.reshape(-1, 2) for one in around if one is not None])
            part, _, _ = crop_around(rgb, joints, FRAME_WH_PX, AROUND)
            self._sheets[name][:, place * width : (place + 1) * width] = part

    def save(self, folder: Path) -> list[Path]:
        """Write the pictures, and return their paths."""
        for name, sheet in self._sheets.items():
            Image.fromarray(sheet).save(folder / name, quality=86)
        return [folder / name for name in self._sheets]
