"""The results so far of the full pass over a clip's frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.model.tracks import ClipInfo, Floats, PoseTrack
from core.pose.opinions import combine
from core.video.duplicate_frames import picture_times
from core.video.reader import Header, describe


class FullPass:
    """The progress of the full pass, and the body in the analysed frames.

    Attributes
    ----------
    header, slow_motion : Header, float
        The clip's header, and how many times slower than real time it plays.
    done : int
        Frames done.
    """

    def __init__(self, header: Header, slow_motion: float) -> None:
        self.done = 0
        self.header, self.slow_motion = header, slow_motion
        self._shown_s: list[float] = []
        self._repeats: list[bool] = []
        self._looked: list[bool] = []  # for each distinct frame
        self._opinions: list[Sequence[Floats]] = []

    @property
    def total(self) -> int:
        """Total number of frames."""
        return max(self.header.n_frames, self.done)

    @property
    def true_s(self) -> float:
        """Seconds of true time done."""
        return self._shown_s[self.done - 1] / self.slow_motion if self.done else 0.0

    def show(self, time_s: float, *, repeats: bool, looked: bool) -> None:
        """Record the next frame: when it is shown, whether it repeats the one before, and whether it is analysed."""
        self._shown_s.append(time_s)
        self._repeats.append(repeats)
        if not repeats:
            self._looked.append(looked)

    def find(self, opinions: Sequence[Floats], done: int) -> list[Floats]:
        """Record what one or two landmarkers found in the next analysed frame, and the number of frames done so far.

        Returns
        -------
        list of ndarray, shape (33, 4)
            The same in pixels of the full upright frame.
        """
        width, height = self.header.size_wh_px
        in_px = [seen * [width, height, width, 1.0] for seen in opinions]
        self._opinions.append(in_px)
        self.done = done
        return in_px

    def first_opinion(self) -> PoseTrack:
        """Return the body's track so far by one landmarker in each frame, which is enough for the cadence."""
        return self._track(np.array([opinions[0] for opinions in self._opinions]))

    def track(self) -> PoseTrack:
        """Return the body's track so far."""
        return self._track(combine(self._opinions))

    def _track(self, landmarks: Floats) -> PoseTrack:
        looked = np.flatnonzero(self._looked)[: len(self._opinions)]
        return PoseTrack(
            time_s=self._picture_times()[looked],
            shown_s=np.array(self._shown_s)[~np.array(self._repeats)][looked],
            xy_px=landmarks[:, :, :2],
            visibility=np.nan_to_num(landmarks[:, :, 3]),
            depth_px=landmarks[:, :, 2],
            size_wh_px=self.header.size_wh_px,
            slow_motion=self.slow_motion,
        )

    def info(self) -> ClipInfo:
        """Return what the container states and what reading it has shown."""
        return describe(self.header, self._picture_times(), sum(self._repeats))

    def _picture_times(self) -> Floats:
        return picture_times(np.array(self._shown_s), np.array(self._repeats))
