"""The part of a clip that its runner chose, as a file of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error

from core.errors import Refused
from core.i18n.translate import gettext as _
from core.video.capture_rate import notes
from core.video.container import SHORTER, check_whole, open_clip, picture_stream

_OPTIONS = {"movflags": "use_metadata_tags"}  # what is no tag of a player's is written too


def cut(path: Path, part: Path, span_s: tuple[float, float]) -> None:
    """Write the part of a clip between two times, as it is stored: no picture is decoded or changed.

    Parameters
    ----------
    path, part : Path
        The clip, and the file to be written.
    span_s : tuple of float
        From when to when, as the clip plays, counted from the first picture that it shows. What is before its time but
        needed to decode it is hidden by an edit list, in the kinds of file that have one; in others the part begins with it,
        up to a second or two early in what phones save.

    Raises
    ------
    Refused
        `length` where the clip has ended before the part begins; else as `core.video.reader.frames`.
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
        # Where the container says it, the codec's own parameters may not.
        stream.codec_context.sample_aspect_ratio = template.sample_aspect_ratio or Fraction(1)
        zero = first + (
            round(from_s / time_base) if out.format.name == "mov" else 0
        )  # its muxer hides what is before 0
        for pts, dts, packet in _stored(container):
            shown_s, decoded_s = float((pts - first) * time_base), float((dts - first) * time_base)
            # Pictures stand in the order of decoding: those shown before one that is in already belong to it.
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
    """Return the kind of file for a part.

    A phone's own keeps its clock, which way is up, and the shape of the pixels; other kinds go into the one that takes all,
    and what it does not take stays in its own.
    """
    if "mov" in container.format.name or picture_stream(container).codec_context.name in ("dvvideo", "h263"):
        return "mov"
    return container.format.name if container.format.name in ("asf", "flv") else "matroska"


def _stored(
    container: av.container.InputContainer,
) -> Iterator[tuple[int, int, av.packet.Packet[av.video.stream.VideoStream]]]:
    """Yield what is stored of the pictures, in the order of decoding, with when it is shown and decoded, if it says so."""
    with contextlib.suppress(av.error.FFmpegError):  # a file cut short ends where its data ends
        for packet in container.demux(picture_stream(container)):
            if packet.size and packet.pts is not None and packet.dts is not None:
                yield packet.pts, packet.dts, packet
