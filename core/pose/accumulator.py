"""The long pass over a clip's pictures, as far as it has come."""

from __future__ import annotations

import numpy as np

from core.model.tracks import ClipInfo, Floats, PoseTrack
from core.video.duplicate_frames import picture_times
from core.video.reader import Header, describe


class LongPass:
    """How far the pass is, and the body in the pictures that it has looked at.

    Attributes
    ----------
    done : int
        Pictures done.
    """

    def __init__(self, header: Header, slow_motion: float) -> None:
        self.done = 0
        self._header, self._slow_motion = header, slow_motion
        self._shown_s: list[float] = []
        self._repeats: list[bool] = []
        self._looked: list[bool] = []  # at each distinct picture
        self._points: list[Floats] = []

    @property
    def total(self) -> int:
        """Pictures to do."""
        return max(self._header.n_frames, self.done)

    @property
    def true_s(self) -> float:
        """Seconds of true time done."""
        return self._shown_s[self.done - 1] / self._slow_motion if self.done else 0.0

    def show(self, time_s: float, *, repeats: bool, looked: bool) -> None:
        """Take note of the next picture: when it is shown, and whether it repeats the one before, or is looked at."""
        self._shown_s.append(time_s)
        self._repeats.append(repeats)
        if not repeats:
            self._looked.append(looked)

    def find(self, points: Floats, done: int) -> None:
        """Take note of what was found in the next picture that was looked at, and how many are done with it."""
        self._points.append(points)
        self.done = done

    def track(self) -> PoseTrack:
        """Return the body so far."""
        looked = np.flatnonzero(self._looked)[: len(self._points)]
        landmarks = np.array(self._points)
        width, height = self._header.size_wh_px
        return PoseTrack(
            time_s=self._picture_times()[looked],
            shown_s=np.array(self._shown_s)[~np.array(self._repeats)][looked],
            xy_px=landmarks[:, :, :2] * (width, height),
            visibility=np.nan_to_num(landmarks[:, :, 3]),
            depth_px=landmarks[:, :, 2] * width,
            size_wh_px=self._header.size_wh_px,
            slow_motion=self._slow_motion,
        )

    def info(self) -> ClipInfo:
        """Return what the container says and reading it has shown."""
        return describe(self._header, self._picture_times(), sum(self._repeats))

    def _picture_times(self) -> Floats:
        return picture_times(np.array(self._shown_s), np.array(self._repeats))
