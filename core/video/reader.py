"""Read a video file as upright frames with true times, one at a time, so that memory does not grow with the clip.

PyAV (FFmpeg) is the only reader: it gives each frame's own timestamp, which variable frame rates need, and it scales while it
converts. It does not turn the frame upright or make its pixels square; this module does.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import av
import av.error
import numpy as np
from av.video.reformatter import VideoReformatter

from core.errors import Refused
from core.i18n.message import message as _
from core.model.tracks import LONGEST_S, ClipInfo, Floats
from core.video.capture_rate import slow_motion_noted
from core.video.container import (
    NOT_A_VIDEO,
    SHORTER,
    check_whole,
    decoded,
    open_clip,
    packets,
    picture_stream,
    picture_track,
)
from core.video.display import Display, Picture
from core.video.duplicate_frames import SMALL_LINES, Grey, Repeats

LINES = 720
"""Height that frames are scaled down to: a runner who fills it is twice as tall as the pose model's input."""

DRAWN_SIDE = 1280
"""Longer side of frames to draw into: 720p."""

FASTEST_HZ = 1000.0
"""More frames per second than any phone takes: the timestamps are wrong."""

PARTLY_S = 3.0
"""An incomplete file is measured if at least this much of it plays; less holds hardly four strides."""

TIME_UNIT_S = 1e-3
"""Some files store times in whole milliseconds."""

SEARCHED_FROM_S = 0.5
"""Frames earlier than this are reached by decoding from the start, without seeking."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One frame of a clip; its colours are converted on demand.

    Attributes
    ----------
    time_s : float
        As the file plays, from its first frame.
    repeats : bool
        Whether it repeats the frame before: an app padded the frame rate, or the clip froze.
    """

    time_s: float
    repeats: bool
    _stored: _Stored
    _lines: int

    @property
    def rgb(self) -> Picture:
        """The upright frame, scaled down to at most the requested height: shape (h, w, 3)."""
        return self._stored.scaled(self._lines).upright()


@dataclass(frozen=True, kw_only=True)
class Header:
    """What is known about a clip before it is decoded: duration and number of its frames, some of which may not decode.

    It is read once and passed on. The size is that of an upright frame with square pixels; `noted_slow_motion` is how many times
    slower than real time the clip may play by its metadata, likeliest first.
    """

    size_wh_px: tuple[int, int]
    n_frames: int
    duration_s: float
    codec: str
    rotation_deg: int
    noted_slow_motion: tuple[float, ...] = ()


def _stored_times(container: av.container.InputContainer) -> Floats:
    """Return when the stored frames are shown, in order, without those that are hidden or have no time; shape (n,)."""
    time_base = picture_stream(container).time_base or 0
    shown = (packet for packet in packets(container) if packet.size and not packet.is_discard)
    stamps = (packet.dts if packet.pts is None else packet.pts for packet in shown)
    return np.sort([float(stamp * time_base) for stamp in stamps if stamp is not None])


def _check_times(time_s: Floats) -> None:
    """Refuse times that no camera produces; they come from the stored frames, and the header's own claims are ignored."""
    if len(time_s) < 2:
        raise Refused("length", _("There are not two pictures in this video."), _("Film about 10 seconds of running."))
    lasts_s = float(time_s[-1] - time_s[0])
    if lasts_s > LONGEST_S:
        raise Refused("length", _("This video is {seconds:.0f} seconds long.", seconds=lasts_s), SHORTER)
    if np.median(np.diff(time_s)) < 1 / FASTEST_HZ:
        raise Refused("readable_file", _("The pictures of this video carry no times that can be used."), NOT_A_VIDEO)


def read_header(path: Path) -> Header:
    """Read what is known about the clip before it is decoded, and its first frame for the rotation.

    Duration and number of frames are counted, not taken from the header.

    Raises
    ------
    Refused
        `readable_file` if it is not a video, or is broken or incomplete; `length` if it plays longer than `LONGEST_S`, has more
        than `MOST_FRAMES` frames, more than `MOST_PIXELS_IN_ALL`, or fewer than two frames; `file_size` if a frame has more
        than `MOST_PIXELS`.
    """
    with open_clip(path) as container:
        time_s = _stored_times(container)
    if len(time_s) < 2 or time_s[-1] - time_s[0] < PARTLY_S:
        check_whole(path)
    with open_clip(path) as container:
        first = next(decoded(container))
        _check_times(time_s)
        display = Display.of(first, picture_track(container))
        return Header(
            size_wh_px=display.size_wh_px(first.width, first.height),
            n_frames=len(time_s),
            duration_s=float(time_s[-1] - time_s[0]),
            codec=picture_track(container).codec_context.name,
            rotation_deg=90 * display.turns,
            noted_slow_motion=slow_motion_noted(container),
        )


def frames(path: Path, *, lines: int = LINES) -> Iterator[Frame]:
    """Yield the clip's frames, upright, with their times.

    Parameters
    ----------
    path : Path
        The file.
    lines : int
        Height, in pixels, that larger frames are scaled down to.

    Raises
    ------
    Refused
        `readable_file` if it is not a video, nothing in it decodes, or most frames have no usable time; `length` if it plays
        longer than `LONGEST_S`.
    """
    is_repeat = Repeats()
    for stored in _shown(path):
        yield Frame(time_s=stored.time_s, repeats=is_repeat(stored.grey()), _stored=stored, _lines=lines)


class Every:
    """Decides which frames to take so that one is taken at regular intervals.

    Attributes
    ----------
    every_s : float
        The interval; it may change.
    """

    def __init__(self, every_s: float, from_s: float = 0.0) -> None:
        self.every_s, self._next_s = every_s, from_s - TIME_UNIT_S

    def __call__(self, time_s: float) -> bool:
        """Return whether to take the frame at this time; times must increase."""
        if time_s < self._next_s:
            return False
        self._next_s = time_s + self.every_s - TIME_UNIT_S
        return True


def glances(path: Path, *, every_s: float, from_s: float = 0.0) -> Iterator[tuple[float, Picture]]:
    """Yield a frame at regular intervals from a time on; the others are only decoded. Errors as for `frames`."""
    due = Every(every_s, from_s)
    for stored in _shown_from(path, from_s):
        if due(stored.time_s):
            yield stored.time_s, stored.scaled(LINES).upright()


def pictures_at(path: Path, times_s: Sequence[float]) -> Iterator[Picture]:
    """Yield the frames that are shown nearest to some times, upright, scaled to `DRAWN_SIDE`; errors as for `frames`.

    Frames before the first of them are skipped, as far as the file allows it.

    Parameters
    ----------
    path : Path
        The file.
    times_s : sequence of float
        As the file plays, from its first frame, in rising order.
    """
    wanted = deque(float(time_s) for time_s in times_s)
    if not wanted:
        return
    best: _Stored | None = None
    for stored in _shown_from(path, wanted[0]):
        while best is not None and wanted and stored.time_s - wanted[0] > abs(wanted[0] - best.time_s):
            wanted.popleft()
            yield best.to_draw_into()
        if not wanted:
            return
        best = stored
    yield from (best.to_draw_into() for _ in wanted if best is not None)


class _Converters(NamedTuple):
    """Convert the frames of a clip; each serves one purpose, so that it is set up once and not for every frame."""

    scale: VideoReformatter
    colours: VideoReformatter
    grey: VideoReformatter

    @classmethod
    def new(cls) -> Self:
        return cls(*(VideoReformatter() for _ in cls._fields))


class _Stored(NamedTuple):
    """A decoded frame as it is stored, its time from the clip's first frame, and how it is shown and converted."""

    time_s: float
    frame: av.video.frame.VideoFrame
    display: Display
    convert: _Converters

    def scaled(self, lines: float) -> Self:
        """Return the frame with square pixels, scaled down to a height when upright, before its colours are converted."""
        size = self._size(lines)
        if (self.frame.width, self.frame.height) == size:
            return self
        # More than rounding to even sides: the pixels are not square, and averaging over areas would blur them.
        larger = size[0] > self.frame.width + 1 or size[1] > self.frame.height + 1
        how = "BICUBIC" if larger else "AREA"
        scaled = self.convert.scale.reformat(self.frame, *size, format="yuv420p", interpolation=how)
        return self._replace(frame=scaled, display=self.display._replace(pixel_aspect=1.0))

    def upright(self) -> Picture:
        """Return the frame upright, in its colours."""
        coloured = self.convert.colours.reformat(self.frame, format="rgb24")
        return self.display.upright(np.asarray(coloured.to_ndarray(), dtype=np.uint8))

    def to_draw_into(self) -> Picture:
        """Return the frame upright, in its colours, scaled to `DRAWN_SIDE`."""
        width, height = self.display.size_wh_px(self.frame.width, self.frame.height)
        return self.scaled(DRAWN_SIDE * height / max(width, height)).upright()

    def grey(self) -> Grey:
        """Return the frame in grey and small, as it is stored."""
        small = self.convert.grey.reformat(self.frame, *self._size(SMALL_LINES), format="gray", interpolation="AREA")
        return np.asarray(small.to_ndarray(), dtype=np.uint8)

    def _size(self, lines: float) -> tuple[int, int]:
        """Return width and height, both even, for a height when upright; smaller frames are not enlarged."""
        shown = self.frame.width * self.display.pixel_aspect, self.frame.height
        scale = min(1.0, lines / shown[1 - self.display.turns % 2])
        width, height = (max(2, round(side * scale / 2) * 2) for side in shown)
        return width, height


def _shown(path: Path) -> Iterator[_Stored]:
    """Yield the clip's frames."""
    with open_clip(path) as container:
        yield from _timed(container)


def _shown_from(path: Path, from_s: float) -> Iterator[_Stored]:
    """Yield the clip's frames from the last key frame before a time, or from the first frame if the file cannot seek."""
    if from_s > SEARCHED_FROM_S:
        with open_clip(path) as container:
            frame = next(frame for frame in decoded(container) if frame.time is not None)
            first = _First.of(frame, picture_track(container))
        with open_clip(path) as container, contextlib.suppress(av.error.FFmpegError, Refused):
            stream = picture_track(container)
            # Seeking finds a key frame by its decoding time, which is a little before it is shown.
            ahead_s = first.clock_s + from_s - SEARCHED_FROM_S / 2
            container.seek(round(ahead_s / (stream.time_base or 1)), stream=stream)
            found = _timed(container, first)
            here = next(found)
            if here.time_s <= from_s:
                yield here
                yield from found
                return
    yield from _shown(path)


class _First(NamedTuple):
    """What a clip's first frame determines for all: the start time, the size as stored, and how they are shown."""

    clock_s: float
    size_wh_px: tuple[int, int]
    display: Display

    @classmethod
    def of(cls, frame: av.video.frame.VideoFrame, stream: av.video.stream.VideoStream) -> Self:
        return cls(float(frame.time or 0.0), (frame.width, frame.height), Display.of(frame, stream))


def _timed(container: av.container.InputContainer, first: _First | None = None) -> Iterator[_Stored]:
    """Yield the decoded frames whose times increase, with their times from the clip's first frame."""
    last_s = -1.0
    kept = lost = 0
    convert = _Converters.new()
    for frame in decoded(container, None if first is None else first.size_wh_px):
        if frame.time is None:
            lost += 1
            continue
        first = first or _First.of(frame, picture_track(container))
        time_s = frame.time - first.clock_s
        if time_s <= last_s:
            lost += 1  # wrong timestamps: a frame cannot be earlier than the previous one
            continue
        if time_s > LONGEST_S:
            raise Refused("length", _("This video is {seconds:.0f} seconds long.", seconds=time_s), SHORTER)
        last_s = time_s
        kept += 1
        yield _Stored(time_s, frame, first.display, convert)
    if lost > kept:
        raise Refused("readable_file", _("The pictures of this video carry no times that can be used."), NOT_A_VIDEO)


def describe(header: Header, time_s: Floats, n_repeated: int) -> ClipInfo:
    """Return the clip's information from its header and the times of its distinct frames."""
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
