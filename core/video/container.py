"""Open a video file, and no other file: check its content against limits, and decode its stored frames."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import av
import av.error
import numpy as np

from core.errors import Refused
from core.i18n.message import message as _
from core.model.tracks import LONGEST_S
from core.video.fields import without_combs
from core.video.file_kinds import SIGN_BYTES, arrived_whole, kind_of

MOST_FRAMES = 21_600
"""Most frames of a clip: `LONGEST_S` at 240 per second."""

MOST_PIXELS = 1 << 24
"""Most pixels of one frame: 4K in any shape, also 4032 x 3024. Decoders hold about ten frames in memory."""

MOST_PIXELS_IN_ALL = 50_000_000_000
"""Most pixels of all frames: `LONGEST_S` of 4K at 60 per second, or of 1080p at 240. More would occupy a worker for minutes."""

FEWEST_LINES, MOST_LINES = 32, 8192
"""Limits of a frame's sides, in pixels."""

MOST_STREAMS = 16
"""Most tracks of a file: phones write up to seven (video, sound, and data of the camera)."""

SAME_SHAPE = 0.03
"""Frames whose shape differs by less are scaled to one size: encoders round sides to whole blocks of 8 or 16 pixels."""

NOT_A_VIDEO = _("Please choose the video itself, as your phone's camera saved it (.mp4 or .mov).")
SHORTER = _(
    "Please cut it to the 10 to 20 seconds in which you run past or on the belt (at most {most:.0f}).",
    most=LONGEST_S,
)

SEND_AGAIN = _(
    "Send it again, and wait until all of it is sent. If it comes from a message or a cloud, open it there first and wait "
    "until it plays to its end."
)

_DECODER_THREADS = 2
_CODECS = (
    *("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "mjpeg", "prores"),
    # For camcorders, and for phones and cameras from twenty years ago.
    *("mpeg2video", "mpeg1video", "dvvideo", "h263", "flv", "wmv1", "wmv2", "wmv3", "vc1", "msmpeg4v2", "msmpeg4"),
)
_STILLS = ("mjpeg", "png", "bmp", "webp", "gif", "tiff")
_OPTIONS = {
    # A container may name other files or addresses; without any protocol it cannot open them.
    "protocol_whitelist": "none",
    "enable_drefs": "0",
    "codec_whitelist": ",".join(_CODECS),
    "max_streams": str(2 * MOST_STREAMS),
    # FFmpeg decodes a little while it probes a file, before the size of the frames is known.
    "max_pixels": str(MOST_PIXELS),
    "threads": str(_DECODER_THREADS),
}


@contextlib.contextmanager
def open_clip(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a file, and no other file.

    Raises
    ------
    Refused
        `readable_file` if it is not a supported video, with the name of its kind; also while it is open, if it cannot be read
        because its end is missing.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused("readable_file", _("This file could not be opened as a video."), NOT_A_VIDEO) from error
    with file:
        start = file.read(SIGN_BYTES)
        kind = kind_of(start)
        file.seek(0)
        if not start:
            raise Refused("readable_file", _("This file is empty."), SEND_AGAIN)
        if kind is None:
            raise Refused("readable_file", _("This file is not a video of a kind that cameras save."), NOT_A_VIDEO)
        if not kind.reader:
            raise Refused("readable_file", kind.what, kind.advice)
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
    """Refuse a file that is shorter than it states.

    Raises
    ------
    Refused
        `readable_file` if it is not complete.
    """
    with path.open("rb") as file:
        if not arrived_whole(file):
            raise Refused("readable_file", _("This file did not arrive whole."), SEND_AGAIN)


def picture_track(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    """Return the clip's video track; a cover picture does not count, and of several tracks the one that players show does.

    Raises
    ------
    Refused
        `readable_file` if there is none.
    """
    if len(container.streams) > MOST_STREAMS:
        raise Refused("readable_file", _("This file holds {n} tracks.", n=len(container.streams)), NOT_A_VIDEO)
    cover = av.stream.Disposition.attached_pic
    tracks = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not tracks:
        what = _("There is no picture track in this file.")
        if container.streams.audio:
            what = _("This file holds sound and no picture.")
        raise Refused("readable_file", what, NOT_A_VIDEO)
    return max(tracks, key=_shown)


def _shown(stream: av.video.stream.VideoStream) -> tuple[bool, bool, bool]:
    """Return what makes a player show a track rather than another, weightiest first; of equal ones the first is shown.

    Editing apps keep a thumbnail or a cover as a track of its own, which is not always marked as such.
    """
    codec = stream.codec_context
    still = codec is not None and codec.name in _STILLS
    return stream.frames != 1, not still, bool(stream.disposition & av.stream.Disposition.default)


def picture_stream(container: av.container.InputContainer) -> av.video.stream.VideoStream:
    """Return the video track after checking all limits that can be checked without decoding."""
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
    """Refuse frames that are too large or too small for a phone; a size that is not known yet is checked when decoding."""
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
    """Refuse a clip whose number of pixels is so large that reading it would occupy a worker for minutes."""
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
    """Yield the stored packets of the frames, not yet decoded; a truncated file ends where its data ends.

    Packets that an edit list hides are included, marked `is_discard`: frames that are shown may need them.
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
    """Yield the frames that can be decoded, all of one size and each of one moment.

    Parameters
    ----------
    container : InputContainer
        An open file, at its start or at the position that was sought.
    size_wh_px : tuple of int, optional
        The size of the file's first frame, to which the others are scaled; defaults to that of the first frame decoded here.
    """
    size = size_wh_px
    faults: list[av.error.FFmpegError] = []
    n_found = 0
    for frame in without_combs(_undamaged(container, faults)):
        size = size or (frame.width, frame.height)
        n_found += 1
        check_amount(n_found, frame.width, frame.height)
        yield _fitted(frame, size)
    if not n_found:
        what = _("This video could not be decoded.") if faults else _("There is not one picture in this video.")
        raise Refused("readable_file", what, NOT_A_VIDEO) from (faults[0] if faults else None)


def _undamaged(
    container: av.container.InputContainer, faults: list[av.error.FFmpegError]
) -> Iterator[av.video.frame.VideoFrame]:
    """Yield the frames without damage: if part of a file is lost, what comes after it can often be decoded. Add to `faults`."""
    for packet in packets(container):
        try:
            frames = packet.decode()
        except av.error.FFmpegError as error:
            faults.append(error)
            continue
        yield from (frame for frame in frames if not frame.is_corrupt)


def _fitted(frame: av.video.frame.VideoFrame, size: tuple[int, int]) -> av.video.frame.VideoFrame:
    """Return a frame at a size: video calls and browsers change it within a clip as the network or the processor allows.

    A frame of another shape is not distorted: it is scaled to fit, between black bars.
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
