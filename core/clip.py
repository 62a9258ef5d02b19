"""A video file as upright frames with true times, one at a time, so that memory does not grow with the clip.

PyAV (FFmpeg) is the only reader: it gives each picture's own timestamp, which variable frame rates need, and it scales
while it converts. It does not turn the picture upright; we do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

from core.errors import Refused
from core.model import Bools, ClipInfo, Floats

Picture = npt.NDArray[np.uint8]

LINES = 720
"""Short side that pictures are scaled down to: as many lines as the pose model can use of a runner who fills the picture."""

LONGEST_S = 90.0
"""Clips that play longer are refused before they are decoded."""

NOT_A_VIDEO = "Please choose the video itself, as your phone's camera saved it (.mp4 or .mov)."

_DECODER_THREADS = 2
_STILL = 1.0  # mean change of the liveliest pixels, in grey levels, under which two pictures are surely the same
_REPEAT = 0.15  # ... and the share of the usual change under which one repeats the other


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture of a clip.

    Attributes
    ----------
    time_s : float
        As the file plays, from its first picture.
    rgb : ndarray, shape (h, w, 3)
        Upright, scaled so that the short side is at most `LINES`.
    repeats : bool
        Whether it only shows the picture before again: an app padded the frame rate, or the clip froze.
    """

    time_s: float
    rgb: Picture
    repeats: bool


@dataclass(frozen=True, kw_only=True)
class Header:
    """What the container says before anything is decoded; `n_frames` is a guess that some containers get wrong."""

    size_wh_px: tuple[int, int]
    n_frames: int
    duration_s: float
    codec: str
    rotation_deg: int


def _open(path: Path) -> av.container.InputContainer:
    try:
        return av.open(str(path), mode="r")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise Refused("readable_file", "This file could not be opened as a video.", NOT_A_VIDEO) from error


def _video_stream(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    if not container.streams.video:
        raise Refused("readable_file", "There is no picture track in this file.", NOT_A_VIDEO)
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = _DECODER_THREADS
    return stream


def _decoded(container: av.container.InputContainer) -> Iterator[av.video.frame.VideoFrame]:
    """Yield the frames that can be decoded; a file cut short ends where its data ends."""
    any_frame = False
    try:
        for frame in container.decode(_video_stream(container)):
            any_frame = True
            yield frame
    except av.error.FFmpegError as error:
        if not any_frame:
            raise Refused("readable_file", "The video in this file could not be decoded.", NOT_A_VIDEO) from error
    if not any_frame:
        raise Refused("readable_file", "There is not one picture in this video.", NOT_A_VIDEO)


def read_header(path: Path) -> Header:
    """Read what the container says of the clip, and its first picture for the rotation.

    Raises
    ------
    Refused
        `readable_file` where it is no video, `length` where it plays longer than `LONGEST_S`.
    """
    with _open(path) as container:
        first = next(_decoded(container))
        stream = container.streams.video[0]
        in_stream = 0.0 if stream.duration is None or stream.time_base is None else stream.duration * stream.time_base
        duration_s = float(in_stream) or (container.duration or 0) / av.time_base
        if duration_s > LONGEST_S:
            raise Refused(
                "length",
                f"This video is {duration_s:.0f} seconds long.",
                f"Please cut it to the 10 to 20 seconds in which you run past or on the belt (at most {LONGEST_S:.0f}).",
            )
        rotation_deg = int(first.rotation) % 360
        size = (first.width, first.height) if rotation_deg % 180 == 0 else (first.height, first.width)
        n_frames = stream.frames or round(duration_s * float(stream.average_rate or 0))
        return Header(
            size_wh_px=size,
            n_frames=n_frames,
            duration_s=duration_s,
            codec=stream.codec_context.name,
            rotation_deg=rotation_deg,
        )


def _scaled_size(width: int, height: int, short_side: int) -> tuple[int, int]:
    scale = min(1.0, short_side / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


class _Repeats:
    """Tells pictures that repeat the one before, by how much the liveliest half per cent of the pixels changed.

    The measure looks at the liveliest pixels because a small runner before a still background moves few of them.
    """

    def __init__(self) -> None:
        self._before: Floats | None = None
        self._changes: deque[float] = deque(maxlen=30)
        self._in_a_row = 0

    def __call__(self, rgb: Picture) -> bool:
        width, height = _scaled_size(rgb.shape[1], rgb.shape[0], 240)
        grey = cv2.cvtColor(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        now = grey.astype(np.float64)
        before, self._before = self._before, now
        if before is None:
            return False
        change = np.abs(now - before).ravel()
        liveliest = max(1, change.size // 200)
        moved = float(np.partition(change, -liveliest)[-liveliest:].mean())
        usual = float(np.median(self._changes)) if self._changes else 0.0
        repeats = moved < max(_STILL, _REPEAT * usual)
        self._in_a_row = self._in_a_row + 1 if repeats else 0
        if not repeats:
            self._changes.append(moved)
        elif self._in_a_row > self._changes.maxlen:  # type: ignore[operator]
            self._changes.clear()  # the scene went quiet: what was usual before says nothing now
        return repeats


def frames(path: Path, *, lines: int = LINES) -> Iterator[Frame]:
    """Yield the clip's pictures, upright, with their times.

    Parameters
    ----------
    path : Path
        The file.
    lines : int
        Short side, in pixels, that larger pictures are scaled down to.

    Raises
    ------
    Refused
        `readable_file` where it is no video or nothing in it decodes.
    """
    with _open(path) as container:
        start_s, last_s = None, -1.0
        is_repeat = _Repeats()
        for frame in _decoded(container):
            if frame.time is None:
                continue
            start_s = frame.time if start_s is None else start_s
            time_s = frame.time - start_s
            if time_s <= last_s:  # a broken clock: a picture cannot come before the one before it
                continue
            last_s = time_s
            width, height = _scaled_size(frame.width, frame.height, lines)
            rgb = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_ndarray()
            upright: Picture = np.ascontiguousarray(np.rot90(rgb, round(frame.rotation / 90) % 4), dtype=np.uint8)
            yield Frame(time_s=time_s, rgb=upright, repeats=is_repeat(upright))


def picture_times(time_s: Floats, repeats: Bools) -> Floats:
    """Return when the distinct pictures of a clip were taken, undoing a padded frame rate.

    An app that saves 24 pictures a second as 30 shows every fourth one twice. The distinct pictures were taken evenly, but
    are shown in steps of 1, 1, 1 and 2 slots. Where the repeats come in such a regular beat, the times are evened out over
    it by a moving average as long as the beat, which is exact for an even clock.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        When each picture is shown.
    repeats : ndarray of bool, shape (n,)
        Whether it repeats the one before.

    Returns
    -------
    ndarray, shape (m,)
        A time for each picture that repeats none.
    """
    shown_s = np.asarray(time_s, dtype=np.float64)[~np.asarray(repeats)]
    steps = np.diff(shown_s)
    if len(steps) < 8:
        return shown_s
    usual_s = float(np.median(steps))
    long_steps = np.flatnonzero((steps > 1.5 * usual_s) & (steps < 3.5 * usual_s))
    beats = np.diff(long_steps)
    if len(beats) < 2:
        return shown_s
    beat = int(np.median(beats))
    if np.mean(np.abs(beats - beat) <= 1) < 0.7:
        return shown_s
    even_s = np.convolve(np.pad(steps, (beat, beat), mode="reflect"), np.ones(beat) / beat, mode="same")[beat:-beat]
    even_s = np.where(steps < 3.5 * usual_s, even_s, steps)
    smooth_s = np.concatenate([[0.0], np.cumsum(even_s)])
    return np.asarray(smooth_s + np.mean(shown_s - smooth_s))


def describe(header: Header, time_s: Floats, n_repeated: int) -> ClipInfo:
    """Return what is known of the clip once its distinct pictures' times are known."""
    steps = np.diff(time_s)
    return ClipInfo(
        fps_hz=round(float(1 / np.median(steps)), 3) if len(steps) else 0.0,
        duration_s=round(float(time_s[-1] - time_s[0]), 3) if len(steps) else 0.0,
        size_wh_px=header.size_wh_px,
        n_frames=len(time_s),
        n_repeated=n_repeated,
        rotation_deg=header.rotation_deg,
        codec=header.codec,
    )
