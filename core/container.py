"""A video file opened, and nothing but this file: what it holds, within limits, and its stored pictures, decoded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import av
import av.error

from core.errors import Refused
from core.language import gettext as _
from core.language import marked
from core.track import LONGEST_S

MOST_FRAMES = 21_600
"""Pictures of a clip: `LONGEST_S` at 240 a second."""

MOST_PIXELS = 1 << 24
"""Pixels of one picture: 4K in any shape, also 4032 x 3024. Decoders hold about ten pictures in memory at once."""

MOST_PIXELS_IN_ALL = 50_000_000_000
"""Pixels of all frames: `LONGEST_S` of 4K at 60 a second, or of 1080p at 240. More would hold a worker for minutes."""

FEWEST_LINES, MOST_LINES = 32, 8192
"""Sides of a picture, in pixels."""

MOST_STREAMS = 16
"""Tracks of a file: phones write up to seven (picture, sound, and data of the camera)."""

NOT_A_VIDEO = marked("Please choose the video itself, as your phone's camera saved it (.mp4 or .mov).")
SHORTER = marked(
    "Please cut it to the 10 to 20 seconds in which you run past or on the belt (at most {most:.0f})."
).format(most=LONGEST_S)

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


def picture_track(container: av.container.InputContainer) -> av.video.stream.VideoStream:
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
    stream = picture_track(container)
    codec = stream.codec_context
    if codec is None or codec.name not in _CODECS:
        raise Refused("readable_file", _("The pictures are stored in a way that cannot be read here."), NOT_A_VIDEO)
    check_size(codec.width, codec.height)
    stream.thread_type = "AUTO"
    codec.thread_count = _DECODER_THREADS
    codec.options = {"max_pixels": str(MOST_PIXELS)}
    return stream


def check_size(width: int, height: int) -> None:
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


def check_amount(n_frames: int, width: int, height: int) -> None:
    """Refuse so many frames of this size that reading them would hold a worker for minutes."""
    if n_frames * width * height > MOST_PIXELS_IN_ALL:
        most = MOST_PIXELS_IN_ALL // (width * height)
        what = _(
            "This video has more than {most:,} frames of {width} x {height} pixels.",
            most=most,
            width=width,
            height=height,
        )
        raise Refused("length", what, SHORTER)


def packets(container: av.container.InputContainer) -> Iterator[av.packet.Packet[av.video.stream.VideoStream]]:
    """Yield what is stored of the pictures, not yet decoded; a file cut short ends where its data ends."""
    n_packets = 0
    with contextlib.suppress(av.error.FFmpegError):
        for packet in container.demux(picture_stream(container)):
            n_packets += packet.size > 0
            if n_packets > MOST_FRAMES:
                raise Refused("length", _("This video has more than {most:,} pictures.", most=MOST_FRAMES), SHORTER)
            codec = packet.stream.codec_context
            check_amount(n_packets, codec.width, codec.height)
            yield packet


def decoded(container: av.container.InputContainer) -> Iterator[av.video.frame.VideoFrame]:
    """Yield the frames that can be decoded, all of one size; a file ends for us where it stops making sense."""
    size, why, n_frames = None, None, 0
    try:
        for packet in packets(container):
            for frame in packet.decode():
                size = size or (frame.width, frame.height)
                if (frame.width, frame.height) != size:
                    return
                n_frames += 1
                check_amount(n_frames, *size)
                yield frame
    except av.error.FFmpegError as error:
        why = error
    if size is None:
        what = _("There is not one picture in this video.") if why is None else _("This video could not be decoded.")
        raise Refused("readable_file", what, NOT_A_VIDEO) from why
