"""The part of a clip that its runner chose, as a file of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error

from core.container import SHORTER, open_clip, picture_stream
from core.errors import Refused
from core.language import gettext as _


def cut(path: Path, part: Path, span_s: tuple[float, float]) -> None:
    """Write the part of a clip between two times, as it is stored: no picture is decoded or changed.

    Parameters
    ----------
    path, part : Path
        The clip, and the file to be written.
    span_s : tuple of float
        From when to when, as the clip plays, counted from its first picture. It begins with the last picture before its
        time that can be shown without those before it: up to a second or two early in what phones save.

    Raises
    ------
    Refused
        `length` where the clip has ended before the part begins; else as `core.clip.frames`.
    """
    from_s, to_s = span_s
    begins_s = [packet_s for packet_s, _, packet in _timed(path) if packet.is_keyframe and packet_s <= from_s]
    start_s, latest_s = max(begins_s, default=0.0), -1.0
    with open_clip(path) as container:
        # A phone's own container keeps its clock and which way is up; what is in others goes into the one that takes all.
        kind = "mov" if "mov" in container.format.name else "matroska"
        with av.open(part, "w", format=kind) as out:
            stream = out.add_stream_from_template(picture_stream(container))
            for shown_s, decoded_s, packet in _timed(path):
                # Pictures stand in the order of decoding: those shown before one that is in already belong to it.
                if decoded_s > to_s and shown_s > latest_s:
                    break
                if shown_s >= start_s:
                    latest_s = max(latest_s, shown_s)
                    packet.stream = stream
                    out.mux(packet)
    if latest_s < from_s:
        raise Refused("length", _("The chosen part begins after the end of this video."), SHORTER)


def _timed(path: Path) -> Iterator[tuple[float, float, av.packet.Packet[av.video.stream.VideoStream]]]:
    """Yield what is stored of the pictures, with when each is shown and decoded, from the clip's first picture."""
    with open_clip(path) as container:
        stream = picture_stream(container)
        first, time_base = stream.start_time or 0, stream.time_base or Fraction(1)
        with contextlib.suppress(av.error.FFmpegError):  # a file cut short ends where its data ends
            for packet in container.demux(stream):
                if packet.size and packet.pts is not None and packet.dts is not None:
                    yield float((packet.pts - first) * time_base), float((packet.dts - first) * time_base), packet
