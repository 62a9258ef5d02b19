"""A video file opened, and nothing but this file: what it holds, within limits, and its stored pictures, decoded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
import av.error
import numpy as np

from core.errors import Refused
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.tracks import LONGEST_S
from core.video.file_kinds import SIGN_BYTES, arrived_whole, kind_of

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

SAME_SHAPE = 0.03
"""Frames whose shape differs by less are scaled to one size: encoders round sides to whole blocks of 8 or 16 pixels."""

NOT_A_VIDEO = marked("Please choose the video itself, as your phone's camera saved it (.mp4 or .mov).")
SHORTER = marked(
    "Please cut it to the 10 to 20 seconds in which you run past or on the belt (at most {most:.0f})."
).format(most=LONGEST_S)

SEND_AGAIN = marked(
    "Send it again, and wait until all of it is sent. If it comes from a message or a cloud, open it there first and wait "
    "until it plays to its end."
)

_DECODER_THREADS = 2
_CODECS = (
    *("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mjpeg", "prores"),
    # Camcorders, and phones and cameras of twenty years ago.
    *("mpeg2video", "mpeg1video", "dvvideo", "h263", "flv", "wmv1", "wmv2", "wmv3", "vc1", "msmpeg4v2", "msmpeg4"),
)
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


@contextlib.contextmanager
def open_clip(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a file and nothing but this file.

    Raises
    ------
    Refused
        `readable_file` if it is no video that can be read here, by the name of what it is; also while it is open, if what
        cannot be read of it did not arrive.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused("readable_file", _("This file could not be opened as a video."), NOT_A_VIDEO) from error
    with file:
        kind = kind_of(file.read(SIGN_BYTES))
        file.seek(0)
        if kind is None:
            raise Refused("readable_file", _("This file is not a video of a kind that cameras save."), NOT_A_VIDEO)
        if not kind.reader:
            raise Refused("readable_file", _(kind.what), _(kind.advice))
        try:
            with _opened(file, kind.reader) as container:
                yield container
        except Refused as refused:
            if refused.key == "readable_file":
                check_whole(path)
            raise


def _opened(file: BinaryIO, reader: str) -> av.container.InputContainer:
    try:
        return av.open(file, mode="r", format=reader, options=_OPTIONS, metadata_errors="replace")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise Refused("readable_file", _("This file could not be opened as a video."), NOT_A_VIDEO) from error


def check_whole(path: Path) -> None:
    """Refuse a file that is shorter than it says it is.

    Raises
    ------
    Refused
        `readable_file` if it did not arrive whole.
    """
    with path.open("rb") as file:
        if not arrived_whole(file):
            raise Refused("readable_file", _("This file did not arrive whole."), _(SEND_AGAIN))


def picture_track(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    """Return the track that is the clip; a cover picture is none."""
    if len(container.streams) > MOST_STREAMS:
        raise Refused("readable_file", _("This file holds {n} tracks.", n=len(container.streams)), NOT_A_VIDEO)
    cover = av.stream.Disposition.attached_pic
    stream = next((stream for stream in container.streams.video if not stream.disposition & cover), None)
    if stream is None:
        what = _("There is no picture track in this file.")
        if container.streams.audio:
            what = _("This file holds sound and no picture.")
        raise Refused("readable_file", what, NOT_A_VIDEO)
    return stream


def picture_stream(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    """Return the picture track, once everything that can be known of it without decoding is within limits."""
    stream = picture_track(container)
    codec = stream.codec_context
    if codec is None or codec.name not in _CODECS:
        what = _("The pictures are stored in a way that cannot be read here.")
        raise Refused("readable_file", what, _("Save it as MP4 (H.264) with a video app, and choose that file."))
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
    """Yield what is stored of the pictures, not yet decoded; a file cut short ends where its data ends.

    What an edit list hides is among them, marked `is_discard`: pictures that are shown may need it.
    """
    n_shown = n_hidden = 0
    with contextlib.suppress(av.error.FFmpegError):
        for packet in container.demux(picture_stream(container)):
            n_shown += packet.size > 0 and not packet.is_discard
            n_hidden += packet.is_discard
            if max(n_shown, n_hidden) > MOST_FRAMES:
                raise Refused("length", _("This video has more than {most:,} pictures.", most=MOST_FRAMES), SHORTER)
            codec = packet.stream.codec_context
            check_amount(n_shown + n_hidden, codec.width, codec.height)
            yield packet


def decoded(
    container: av.container.InputContainer, size_wh_px: tuple[int, int] | None = None
) -> Iterator[av.video.frame.VideoFrame]:
    """Yield the frames that can be decoded, all of one size; a file ends for us where it stops making sense.

    Parameters
    ----------
    container : InputContainer
        An open file, at its start or where it was searched to.
    size_wh_px : tuple of int, optional
        The size of the file's first frame, to which the others are scaled; defaults to that of the first one found here.
    """
    size, why = size_wh_px, None
    n_found = 0
    try:
        for packet in packets(container):
            for frame in packet.decode():
                size = size or (frame.width, frame.height)
                n_found += 1
                check_amount(n_found, frame.width, frame.height)
                yield _fitted(frame, size)
    except av.error.FFmpegError as error:
        why = error
    if not n_found:
        what = _("There is not one picture in this video.") if why is None else _("This video could not be decoded.")
        raise Refused("readable_file", what, NOT_A_VIDEO) from why


def _fitted(frame: av.video.frame.VideoFrame, size: tuple[int, int]) -> av.video.frame.VideoFrame:
    """Return a frame at a size: calls and browsers change it within a clip as the network or the processor allows.

    A frame of another shape is not distorted: it is shown as large as it fits in, between black bars.
    """
    if (frame.width, frame.height) == size:
        return frame
    scale = min(size[0] / frame.width, size[1] / frame.height)
    width, height = (
        side if abs(side - scale * own) <= SAME_SHAPE * side else max(1, round(scale * own))
        for side, own in zip(size, (frame.width, frame.height), strict=True)
    )
    if (width, height) == size:
        return frame.reformat(width, height, interpolation="AREA")
    canvas = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    canvas[top : top + height, left : left + width] = frame.to_ndarray(
        width=width, height=height, format="rgb24", interpolation="AREA"
    )
    fitted = av.VideoFrame.from_ndarray(canvas, format="rgb24")
    fitted.pts, fitted.time_base = frame.pts, frame.time_base
    return fitted
