"""Save the part of a clip that the runner selected as a separate file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error

from core.errors import Refused
from core.i18n.message import message as _
from core.video.capture_rate import notes
from core.video.container import SHORTER, check_whole, open_clip, picture_stream

_OPTIONS = {"movflags": "use_metadata_tags"}  # also writes tags that players do not know


def cut(path: Path, part: Path, span_s: tuple[float, float]) -> None:
    """Write the part of a clip between two times, as it is stored: no frame is decoded or changed.

    Parameters
    ----------
    path, part : Path
        The clip, and the file to be written.
    span_s : tuple of float
        Start and end as the clip plays, counted from the first frame that it shows. Earlier frames that are needed for decoding
        are hidden by an edit list, in the kinds of file that have one. In other kinds the part begins with them, up to a second
        or two early in files from phones.

    Raises
    ------
    Refused
        `length` if the clip ends before the part begins; otherwise as `core.video.reader.frames`.
    """
    from_s, to_s = span_s
    with open_clip(path) as container:
        time_base = picture_stream(container).time_base or Fraction(1)
        stored = [(pts, packet.is_keyframe, packet.is_discard) for pts, _dts, packet in _stored(container)]
    first = min((pts for pts, _alone, hidden in stored if not hidden), default=0)
    begins_s = [float((pts - first) * time_base) for pts, alone, _hidden in stored if alone]
    start_s, latest_s = max((at_s for at_s in begins_s if at_s <= from_s), default=0.0), -1.0
    with open_clip(path) as container, av.open(part, "w", format=_muxer(container), options=_OPTIONS) as out:
        out.metadata.update(notes(container))
        template = picture_stream(container)
        stream = out.add_stream_from_template(template, opaque=True)
        # The container may state it when the codec's own parameters do not.
        stream.codec_context.sample_aspect_ratio = template.sample_aspect_ratio or Fraction(1)
        # The muxer of MOV hides frames before 0.
        zero = first + (round(from_s / time_base) if out.format.name == "mov" else 0)
        for pts, dts, packet in _stored(container):
            shown_s, decoded_s = float((pts - first) * time_base), float((dts - first) * time_base)
            # Frames are in decoding order: those shown before a frame that is included are included too.
            if decoded_s > to_s and shown_s > latest_s:
                break
            if shown_s >= start_s:
                latest_s = max(latest_s, shown_s)
                packet.pts, packet.dts, packet.stream = pts - zero, dts - zero, stream
                out.mux(packet)
    if latest_s < from_s:
        check_whole(path)
        raise Refused("length", _("The chosen part begins after the end of this video."), SHORTER)


def _muxer(container: av.container.InputContainer) -> str:
    """Return the file format for a part.

    A phone's own format keeps the timing, the orientation and the shape of the pixels. Other kinds are saved as Matroska, which
    takes almost all; what it does not take keeps its own format.
    """
    if "mov" in container.format.name or picture_stream(container).codec_context.name in ("dvvideo", "h263"):
        return "mov"
    return container.format.name if container.format.name in ("asf", "flv") else "matroska"


def _stored(
    container: av.container.InputContainer,
) -> Iterator[tuple[int, int, av.packet.Packet[av.video.stream.VideoStream]]]:
    """Yield the stored packets of the frames in decoding order, with presentation and decoding times; skip those without."""
    with contextlib.suppress(av.error.FFmpegError):  # a truncated file ends where its data ends
        for packet in container.demux(picture_stream(container)):
            if packet.size and packet.pts is not None and packet.dts is not None:
                yield packet.pts, packet.dts, packet
