"""The full pass: the landmarks of a body in every frame of a clip.

Two landmarkers share the work, each on its own thread: one sees the frames as they are, the other mirrored. So errors that
differ between runners who face left and right cancel out, and a clip and its mirror image give nearly the same measures. They take
turns; at low frame rates both see each frame for the first seconds, and to the end if they often disagree; at very high ones
some frames are skipped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from core.model.tracks import ClipInfo, Floats, PoseTrack
from core.pose.accumulator import FullPass
from core.pose.landmarker import Square, two_eyes
from core.pose.opinions import SecondOpinion
from core.video.display import Picture
from core.video.prefetch import ahead
from core.video.reader import LINES, Frame, frames, read_header

WINDOW_PX = 640
"""Side at which a window around the runner is read, if the clip has enough pixels."""

ENOUGH_HZ, FEW_HZ = 75.0, 40.0
"""Frames per second of true time: above the first, frames are skipped; below the second, a second opinion counts."""

AHEAD = 6
"""Most frames that wait for analysis."""


class Window(NamedTuple):
    """A square region of interest that moves with the runner, in pixels of the full upright frame.

    `time_s` has shape (n,), `centre_xy_px` (n, 2), `side_px` (n,); positions between the times are interpolated linearly.
    """

    time_s: Floats
    centre_xy_px: Floats
    side_px: Floats

    def at(self, time_s: float) -> Square:
        """Return the square at a time."""
        x, y = (float(np.interp(time_s, self.time_s, self.centre_xy_px[:, axis])) for axis in (0, 1))
        side = float(np.interp(time_s, self.time_s, self.side_px))
        return Square(x - side / 2, y - side / 2, side)


def _lines_for(window: Window, size_wh_px: tuple[int, int]) -> int:
    """Return the height that a frame needs so that the window is as large as the pose model can use."""
    return max(LINES, round(WINDOW_PX / float(np.median(window.side_px)) * size_wh_px[1]))


class Rate:
    """Decides whether a frame is analysed, from the time since the last analysed one."""

    def __init__(self, slow_motion: float) -> None:
        self._soonest_s, self._slow_s = slow_motion / ENOUGH_HZ, slow_motion / FEW_HZ
        self._last_s = -np.inf

    def __call__(self, time_s: float) -> Literal["skipped", "usual", "slow"]:
        """Return whether the frame at this time, as the file plays, is skipped, and otherwise whether it comes late."""
        since_s = time_s - self._last_s
        if since_s < self._soonest_s:
            return "skipped"
        self._last_s = time_s
        return "slow" if since_s > self._slow_s else "usual"


class Turns:
    """Decides which landmarkers analyse a frame: one after the other, or both."""

    def __init__(self) -> None:
        self._last = 1

    def __call__(self, *, both: bool) -> tuple[int, ...]:
        """Return the landmarkers of the next frame."""
        self._last = 1 - self._last
        return (0, 1) if both else (self._last,)


class _Seen(NamedTuple):
    """A frame of the clip, with its time as the file plays, whether it comes late, and its pixels if it is analysed."""

    time_s: float
    repeats: bool
    slow: bool
    rgb: Picture | None


def _at_rate(pictures: Iterable[Frame], rate: Rate) -> Iterator[_Seen]:
    for frame in pictures:
        due = "skipped" if frame.repeats else rate(frame.time_s)
        yield _Seen(frame.time_s, frame.repeats, due == "slow", None if due == "skipped" else frame.rgb)


Steps = Generator[tuple[float, Picture] | None, None, None]
"""The steps of a full pass; see `full_pass`."""


def full_pass(path: Path, so_far: FullPass, *, window: Window | None = None) -> Steps:
    """Track the body in a clip, in steps; the caller may stop after any of them.

    Frames that repeat the one before are left out.

    Parameters
    ----------
    path : Path
        The clip.
    so_far : FullPass
        Receives the landmarks; new, with the clip's header.
    window : Window, optional
        The part of the frame to analyse: the runner's surroundings. The pose model then sees the runner large, and nobody else.

    Yields
    ------
    tuple of (float, ndarray), or None
        The time, as the file plays, and the pixels of a frame that is analysed next; None after `so_far` has received the
        landmarks of one more frame.

    Raises
    ------
    Refused
        `readable_file` or `length`, if the clip cannot be read.
    SetUpError
        If the pose model is missing or altered.
    """
    size_wh_px = so_far.header.size_wh_px
    lines = LINES if window is None else _lines_for(window, size_wh_px)
    pending: deque[tuple[int, list[Future[Floats]]]] = deque()
    turns, second = Turns(), SecondOpinion()

    def collect() -> None:
        number, looks = pending.popleft()
        second.note(so_far.find([look.result() for look in looks], number))

    # Stored frames are large: only one is decoded ahead, and a few more after scaling.
    decoded = ahead(frames(path, lines=lines), 1)
    with two_eyes() as eyes:
        for index, seen in enumerate(ahead(_at_rate(decoded, Rate(so_far.slow_motion)))):
            so_far.show(seen.time_s, repeats=seen.repeats, looked=seen.rgb is not None)
            if seen.rgb is None:
                continue
            yield seen.time_s, seen.rgb
            scale = seen.rgb.shape[1] / size_wh_px[0]
            whole = Square(0.0, 0.0, float(max(seen.rgb.shape[:2])))
            part = whole if window is None else Square(*(scale * v for v in window.at(seen.time_s)))
            looking = turns(both=seen.slow and second.wanted)
            pending.append((index + 1, [eyes[eye].look(seen.rgb, index, part) for eye in looking]))
            while len(pending) > AHEAD:
                collect()
                yield None
        while pending:
            collect()
            yield None


def read_pose(path: Path, *, slow_motion: float = 1.0, window: Window | None = None) -> tuple[ClipInfo, PoseTrack]:
    """Read a clip's header, and track the body in all of it; parameters and errors as for `full_pass`.

    Returns
    -------
    ClipInfo
        What the container states and reading it showed.
    PoseTrack
        One entry for each distinct frame that was analysed, in pixels of the full upright frame; times are evened out where frames
        were left out.
    """
    so_far = FullPass(read_header(path), slow_motion)
    for _ in full_pass(path, so_far, window=window):
        pass
    return so_far.info(), so_far.track()
