"""A video file as upright frames with true times, one at a time, so that memory does not grow with the clip.

PyAV (FFmpeg) is the only reader: it gives each picture's own timestamp, which variable frame rates need, and it scales
while it converts. It does not turn the picture upright; we do.
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
import numpy.typing as npt

from core.errors import Refused
from core.language import gettext as _
from core.language import marked
from core.repeats import SMALL_LINES, Grey, Repeats
from core.track import LONGEST_S, ClipInfo, Floats

Picture = npt.NDArray[np.uint8]

LINES = 720
"""Short side that pictures are scaled down to: as many lines as the pose model can use of a runner who fills the picture."""

FASTEST_HZ = 1000.0
"""More pictures a second than any phone takes: a broken clock."""

MOST_FRAMES = 21_600
"""Pictures of a clip: `LONGEST_S` at 240 a second."""

MOST_PIXELS = 1 << 24
"""Pixels of one picture: 4K in any shape, also 4032 x 3024. Decoders hold about ten pictures in memory at once."""

FEWEST_LINES, MOST_LINES = 32, 8192
"""Sides of a picture, in pixels."""

MOST_STREAMS = 16
"""Tracks of a file: phones write up to seven (picture, sound, and data of the camera)."""

NOT_A_VIDEO = marked("Please choose the video itself, as your phone's camera saved it (.mp4 or .mov).")
SHORTER = marked(
    "Please cut it to the 10 to 20 seconds in which you run past or on the belt (at most {most:.0f})."
).format(most=LONGEST_S)

SEARCHED_FROM_S = 0.5
"""Pictures earlier than this are not searched for: they come soon enough."""

_DECODER_THREADS = 2
_CODECS = ("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mjpeg", "prores", "h263", "mpeg2video")
_OPTIONS = {
    # A container may name other files or addresses; there is no protocol that it could open them with.
    "protocol_whitelist": "none",
    "enable_drefs": "0",
    "codec_whitelist": ",".join(_CODECS),
    "max_streams": str(2 * MOST_STREAMS),
    # FFmpeg decodes a little while it looks what is in a file, before anyone can ask how large the pictures are.
    "max_pixels": str(MOST_PIXELS),
    "threads": str(_DECODER_THREADS),
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture of a clip; its pixels are made when they are asked for.

    Attributes
    ----------
    time_s : float
        As the file plays, from its first picture.
    repeats : bool
        Whether it only shows the picture before again: an app padded the frame rate, or the clip froze.
    """

    time_s: float
    repeats: bool
    _stored: _Stored
    _lines: int

    @property
    def rgb(self) -> Picture:
        """The picture, upright, scaled so that the short side is at most as asked: shape (h, w, 3)."""
        return self._stored.upright(self._lines)


@dataclass(frozen=True, kw_only=True)
class Header:
    """What is known of a clip before it is decoded: times and number of the stored pictures, some of which may not decode."""

    size_wh_px: tuple[int, int]
    n_frames: int
    duration_s: float
    codec: str
    rotation_deg: int


def _format_of(start: bytes) -> str | None:
    """Return FFmpeg's name of the container by its first bytes; only kinds that hold their pictures themselves are known.

    FFmpeg's own guess would also find playlists, image sequences and scripts, which name other files and addresses.
    """
    if start[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "mov"
    if start[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return "avi"
    if any(start[at : at + 2 * step : step] == b"GG" for at, step in ((0, 188), (4, 192))):
        return "mpegts"
    return None


@contextlib.contextmanager
def open_clip(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a file and nothing but this file."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused("readable_file", _("This file could not be opened as a video."), NOT_A_VIDEO) from error
    with file:
        kind = _format_of(file.read(512))
        file.seek(0)
        if kind is None:
            raise Refused("readable_file", _("This file is not a video of a kind that cameras save."), NOT_A_VIDEO)
        try:
            container = av.open(file, mode="r", format=kind, options=_OPTIONS, metadata_errors="replace")
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise Refused("readable_file", _("This file could not be opened as a video."), NOT_A_VIDEO) from error
        with container:
            yield container


def _picture_track(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    """Return the track that is the clip; a cover picture is none."""
    if len(container.streams) > MOST_STREAMS:
        raise Refused("readable_file", _("This file holds {n} tracks.", n=len(container.streams)), NOT_A_VIDEO)
    cover = av.stream.Disposition.attached_pic
    stream = next((stream for stream in container.streams.video if not stream.disposition & cover), None)
    if stream is None:
        raise Refused("readable_file", _("There is no picture track in this file."), NOT_A_VIDEO)
    return stream


def picture_stream(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    """Return the picture track, once everything that can be known of it without decoding is within limits."""
    stream = _picture_track(container)
    codec = stream.codec_context
    if codec is None or codec.name not in _CODECS:
        raise Refused("readable_file", _("The pictures are stored in a way that cannot be read here."), NOT_A_VIDEO)
    _check_size(codec.width, codec.height)
    stream.thread_type = "AUTO"
    codec.thread_count = _DECODER_THREADS
    codec.options = {"max_pixels": str(MOST_PIXELS)}
    return stream


def _check_size(width: int, height: int) -> None:
    """Refuse pictures too large or too small to be a phone's; a size that is not told yet shows when decoding."""
    if width * height > MOST_PIXELS or max(width, height) > MOST_LINES:
        raise Refused(
            "file_size",
            _("The pictures are {width} x {height} pixels.", width=width, height=height),
            _("Film in 1080p or 4K."),
        )
    if width and height and min(width, height) < FEWEST_LINES:
        raise Refused(
            "readable_file",
            _("The pictures are only {width} x {height} pixels.", width=width, height=height),
            NOT_A_VIDEO,
        )


def _packets(container: av.container.InputContainer) -> Iterator[av.packet.Packet[av.video.stream.VideoStream]]:
    """Yield what is stored of the pictures, not yet decoded; a file cut short ends where its data ends."""
    n_packets = 0
    with contextlib.suppress(av.error.FFmpegError):
        for packet in container.demux(picture_stream(container)):
            n_packets += packet.size > 0
            if n_packets > MOST_FRAMES:
                raise Refused("length", _("This video has more than {most:,} pictures.", most=MOST_FRAMES), SHORTER)
            yield packet


def _decoded(container: av.container.InputContainer) -> Iterator[av.video.frame.VideoFrame]:
    """Yield the frames that can be decoded, all of one size; a file ends for us where it stops making sense."""
    size, why = None, None
    try:
        for packet in _packets(container):
            for frame in packet.decode():
                size = size or (frame.width, frame.height)
                if (frame.width, frame.height) != size:
                    return
                yield frame
    except av.error.FFmpegError as error:
        why = error
    if size is None:
        what = _("There is not one picture in this video.") if why is None else _("This video could not be decoded.")
        raise Refused("readable_file", what, NOT_A_VIDEO) from why


def _turns(frame: av.video.frame.VideoFrame) -> int:
    """Return by how many quarter turns, counterclockwise, the stored picture must be turned to be upright."""
    return round(frame.rotation / 90) % 4


def _stored_times(container: av.container.InputContainer) -> Floats:
    """Return when the stored pictures are shown, in order, as far as they carry a time; shape (n,)."""
    time_base = picture_stream(container).time_base or 0
    stamps = (packet.dts if packet.pts is None else packet.pts for packet in _packets(container) if packet.size)
    return np.sort([float(stamp * time_base) for stamp in stamps if stamp is not None])


def _check_times(time_s: Floats) -> None:
    """Refuse a clock that cannot be a camera's. Times are of the stored pictures: what the header claims counts for nothing."""
    if len(time_s) < 2:
        raise Refused("length", _("There are not two pictures in this video."), _("Film about 10 seconds of running."))
    lasts_s = float(time_s[-1] - time_s[0])
    if lasts_s > LONGEST_S:
        raise Refused("length", _("This video is {seconds:.0f} seconds long.", seconds=lasts_s), SHORTER)
    if np.median(np.diff(time_s)) < 1 / FASTEST_HZ:
        raise Refused("readable_file", _("The pictures of this video carry no times that can be used."), NOT_A_VIDEO)


def read_header(path: Path) -> Header:
    """Read what is known of the clip before it is decoded, and its first picture for the rotation.

    How long it plays and how many pictures it has is counted, not believed.

    Raises
    ------
    Refused
        `readable_file` where it is no video or a broken one, `length` where it plays longer than `LONGEST_S` or has more
        than `MOST_FRAMES` pictures, or not two; `file_size` where a picture has more than `MOST_PIXELS`.
    """
    with open_clip(path) as container:
        time_s = _stored_times(container)
    with open_clip(path) as container:
        first = next(_decoded(container))
        _check_times(time_s)
        turns = _turns(first)
        return Header(
            size_wh_px=(first.width, first.height) if turns % 2 == 0 else (first.height, first.width),
            n_frames=len(time_s),
            duration_s=float(time_s[-1] - time_s[0]),
            codec=_picture_track(container).codec_context.name,
            rotation_deg=90 * turns,
        )


def _scaled_size(width: int, height: int, short_side: int) -> tuple[int, int]:
    scale = min(1.0, short_side / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


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
        `readable_file` where it is no video, nothing in it decodes, or most pictures carry no usable time; `length` where
        it plays longer than `LONGEST_S`.
    """
    is_repeat = Repeats()
    for stored in _shown(path):
        yield Frame(time_s=stored.time_s, repeats=is_repeat(stored.grey()), _stored=stored, _lines=lines)


class Every:
    """Decides which pictures to take so that one is taken now and then."""

    def __init__(self, every_s: float) -> None:
        self._every_s, self._next_s = every_s, 0.0

    def __call__(self, time_s: float) -> bool:
        """Return whether the picture of this time, later than those before, is to be taken."""
        if time_s < self._next_s:
            return False
        self._next_s = time_s + self._every_s - 1e-3  # clocks tick in whole milliseconds
        return True


def glances(path: Path, *, every_s: float) -> Iterator[tuple[float, Picture]]:
    """Yield a picture now and then, with its time, as `frames` does; the others are decoded, no more. Errors as there."""
    due = Every(every_s)
    for stored in _shown(path):
        if due(stored.time_s):
            yield stored.time_s, stored.upright(LINES)


def pictures_at(path: Path, times_s: Sequence[float]) -> Iterator[Picture]:
    """Yield the pictures that are shown nearest to some times, upright and scaled as `frames` does; errors as there.

    What lies before the first of them is passed over, as far as the file allows it.

    Parameters
    ----------
    path : Path
        The file.
    times_s : sequence of float
        As the file plays, from its first picture, in rising order.
    """
    wanted = deque(float(time_s) for time_s in times_s)
    if not wanted:
        return
    best: _Stored | None = None
    for stored in _shown_from(path, wanted[0]):
        while best is not None and wanted and stored.time_s - wanted[0] > abs(wanted[0] - best.time_s):
            wanted.popleft()
            yield best.upright(LINES)
        if not wanted:
            return
        best = stored
    yield from (best.upright(LINES) for _ in wanted if best is not None)


class _Stored(NamedTuple):
    """A decoded picture as it is stored, its time from the clip's first, and the quarter turns that put it upright."""

    time_s: float
    frame: av.video.frame.VideoFrame
    turns: int

    def upright(self, lines: int) -> Picture:
        width, height = _scaled_size(self.frame.width, self.frame.height, lines)
        frame = self.frame
        if (frame.width, frame.height) != (
            width,
            height,
        ):  # what is scaled as it is stored has half the values to scale
            frame = frame.reformat(width=width, height=height, format="yuv420p", interpolation="AREA")
        return np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), self.turns), dtype=np.uint8)

    def grey(self) -> Grey:
        """Return the picture in grey and small, as it is stored."""
        small = _scaled_size(self.frame.width, self.frame.height, SMALL_LINES)
        return np.asarray(self.frame.reformat(*small, format="gray", interpolation="AREA").to_ndarray(), dtype=np.uint8)


def _shown(path: Path) -> Iterator[_Stored]:
    """Yield the clip's pictures."""
    with open_clip(path) as container:
        yield from _timed(_decoded(container))


def _shown_from(path: Path, from_s: float) -> Iterator[_Stored]:
    """Yield the clip's pictures from the last key frame before a time; from the first, where the file cannot be searched."""
    if from_s > SEARCHED_FROM_S:
        with open_clip(path) as container:
            first = _First.of(next(frame for frame in _decoded(container) if frame.time is not None))
        with open_clip(path) as container, contextlib.suppress(av.error.FFmpegError, Refused):
            stream = _picture_track(container)
            # A key frame is found by when it is decoded, which is a little before it is shown.
            ahead_s = first.clock_s + from_s - SEARCHED_FROM_S / 2
            container.seek(round(ahead_s / (stream.time_base or 1)), stream=stream)
            found = _timed(_decoded(container), first)
            here = next(found)
            if here.time_s <= from_s:
                yield here
                yield from found
                return
    yield from _shown(path)


class _First(NamedTuple):
    """What a clip's first picture says of them all: where its clock starts, and the quarter turns that put it upright."""

    clock_s: float
    turns: int

    @classmethod
    def of(cls, frame: av.video.frame.VideoFrame) -> Self:
        return cls(float(frame.time or 0.0), _turns(frame))


def _timed(frames: Iterator[av.video.frame.VideoFrame], first: _First | None = None) -> Iterator[_Stored]:
    """Yield decoded pictures whose clock runs forward, with their times from the clip's first."""
    last_s = -1.0
    kept = lost = 0
    for frame in frames:
        if frame.time is None:
            lost += 1
            continue
        first = first or _First.of(frame)
        time_s = frame.time - first.clock_s
        if time_s <= last_s:
            lost += 1  # a broken clock: a picture cannot come before the one before it
            continue
        if time_s > LONGEST_S:
            raise Refused("length", _("This video is {seconds:.0f} seconds long.", seconds=time_s), SHORTER)
        last_s = time_s
        kept += 1
        yield _Stored(time_s, frame, first.turns)
    if lost > kept:
        raise Refused("readable_file", _("The pictures of this video carry no times that can be used."), NOT_A_VIDEO)


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
