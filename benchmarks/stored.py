"""Write a clip in the ways that cameras, phones and apps store one, for the rows and tests about files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.filter
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from core.video.display import Picture

TICKS = 90_000
_TURNS = {0: (1, 0, 0, 1), 1: (0, -1, 1, 0), 2: (-1, 0, 0, -1), 3: (0, 1, -1, 0)}
ORIENTATIONS = tuple((mirrored, turns) for mirrored in (False, True) for turns in range(4))
"""Whether the stored frame is mirrored to be shown, and by how many quarter turns it is then turned, counterclockwise."""


def as_stored(shown: Picture, mirrored: bool, turns: int) -> Picture:
    """Return the frame (h, w, 3) that an orientation shows as this one."""
    turned = np.rot90(shown, -turns)
    return np.ascontiguousarray(turned[:, ::-1] if mirrored else turned)


def with_matrix(path: Path, mirrored: bool, turns: int) -> Path:
    """Write an orientation into the track header of an MP4 or MOV, as the 16.16 display matrix a, b, u, c, d, v, x, y, w."""
    a, b, c, d = _TURNS[turns]
    if mirrored:
        a, b = -a, -b
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    row = [value * 0x10000 for value in (a, b, 0, c, d, 0, 0, 0)] + [0x40000000]
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in row)
    path.write_bytes(data)
    return path


def shown_frames(source: Path) -> Iterator[tuple[float, Picture]]:
    """Yield the frames of a clip that is stored plainly, with their times."""
    with av.open(source) as clip:
        for frame in clip.decode(video=0):
            yield float(frame.time or 0), np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def write(
    target: Path,
    frames: Iterable[tuple[float, Picture]],
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    size_wh_px: tuple[int, int] | None = None,
    pixel_aspect: Fraction | None = None,
    rate_hz: int = 25,
    kind: str | None = None,
    notes: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> Path:
    """Write frames (time in seconds, shape (h, w, 3)) to a file.

    Parameters
    ----------
    target : Path
        The file.
    frames : iterable
        What it holds.
    codec, pixels : str
        FFmpeg's names of the encoder and of its pixels.
    size_wh_px : tuple of int, optional
        To which size the frames are scaled; defaults to their own.
    pixel_aspect : Fraction, optional
        Width of a pixel over its height; square by default.
    rate_hz : int
        For files that keep no times of their own; the frames' times are rounded to it in those.
    kind : str, optional
        FFmpeg's name of the container; defaults to that of the suffix.
    notes : mapping, optional
        Metadata of the file.
    options : mapping, optional
        Of the encoder.
    """
    quick = {"preset": "ultrafast", "crf": "14"} if codec == "libx264" else {}
    fine = kind in (None, "mov", "mp4", "matroska", "webm") and target.suffix in (".mp4", ".mov", ".mkv", ".webm", "")
    clock = Fraction(1, TICKS if fine and codec not in ("h263", "mpeg4") else rate_hz)
    with av.open(target, "w", format=kind, options={"movflags": "use_metadata_tags"} if notes else {}) as out:
        out.metadata.update(notes or {})
        stream = cast(VideoStream, out.add_stream(codec, rate=rate_hz, options=quick | dict(options or {})))
        stream.pix_fmt = pixels
        stream.time_base = stream.codec_context.time_base = clock
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        for number, (time_s, rgb) in enumerate(frames):
            if number == 0:
                stream.width, stream.height = size_wh_px or rgb.shape[1::-1]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame = frame.reformat(stream.width, stream.height, format=pixels, interpolation="AREA")
            frame.pts, frame.time_base = round(time_s / clock), clock
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return target


def in_sizes(target: Path, parts: Iterable[Iterable[tuple[float, Picture]]], *, codec: str = "libvpx") -> Path:
    """Write a webm whose frames change their size from part to part, as calls and browsers do."""
    with av.open(target, "w", format="webm") as out:
        stream: VideoStream | None = None
        for part in parts:
            encoder = cast(VideoCodecContext, av.CodecContext.create(codec, "w"))
            encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, TICKS)
            encoder.options = {"deadline": "realtime", "cpu-used": "6", "b": "4M", "lag-in-frames": "0"}
            for time_s, rgb in part:
                if not encoder.is_open:
                    encoder.width, encoder.height = rgb.shape[1::-1]
                if stream is None:
                    stream = cast(VideoStream, out.add_stream(codec, rate=30))
                    stream.width, stream.height, stream.pix_fmt = *rgb.shape[1::-1], "yuv420p"
                    stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
                frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24").reformat(format="yuv420p")
                frame.pts, frame.time_base = round(time_s * TICKS), Fraction(1, TICKS)
                _mux(out, stream, encoder.encode(frame))
            if stream is not None:
                _mux(out, stream, encoder.encode(None))
    return target


def _mux(out: av.container.OutputContainer, stream: VideoStream, packets: Iterable[av.Packet[VideoStream]]) -> None:
    for packet in packets:
        packet.stream = stream
        out.mux(packet)


def fields_of(frames: Iterable[tuple[float, Picture]], *, lower_first: bool = False) -> Iterator[tuple[float, Picture]]:
    """Yield frames of two moments each, woven line by line, as interlaced cameras store them."""
    waiting: tuple[float, Picture] | None = None
    for time_s, rgb in frames:
        if waiting is None:
            waiting = time_s, rgb
            continue
        woven = waiting[1].copy()
        woven[1 - lower_first :: 2] = rgb[1 - lower_first :: 2]
        yield waiting[0], woven
        waiting = None


def write_interlaced(target: Path, frames: Iterable[tuple[float, Picture]], codec: str, options: Mapping[str, str], *,
                     rate_hz: int = 25, lower_first: bool = False) -> Path:  # fmt: skip
    """Write an MPEG transport stream of frames that `fields_of` wove, which says so."""
    with av.open(target, "w", format="mpegts") as out:
        stream = cast(VideoStream, out.add_stream(codec, rate=rate_hz, options=dict(options)))
        stream.pix_fmt = "yuv420p"
        graph: av.filter.Graph | None = None
        for number, (_time_s, rgb) in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, rate_hz)
            if graph is None:
                stream.width, stream.height = frame.width, frame.height
                graph = _said_interlaced(frame, lower_first=lower_first)
            graph.vpush(frame)
            out.mux(stream.encode(graph.vpull()))
        out.mux(stream.encode())
    return target


def _said_interlaced(frame: av.VideoFrame, *, lower_first: bool) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    order = graph.add("setfield", "bff" if lower_first else "tff")
    graph.link_nodes(source, order, graph.add("buffersink")).configure()
    return graph


AVCHD = ("libx264", {"x264-params": "tff=1:interlaced=1", "preset": "ultrafast", "crf": "18"})
MPEG_2 = ("mpeg2video", {"flags": "+ildct+ilme", "b": "8M"})
"""Encoder and options of camcorders that store interlaced frames."""


def with_lost_block(path: Path, from_share: float, to_share: float) -> Path:
    """Overwrite the packets between two shares of a file's frames, as a card or a phone loses a block."""
    with av.open(path) as clip:
        places = [(packet.pos or 0, packet.size) for packet in clip.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for at, size in places[round(from_share * len(places)) : round(to_share * len(places))]:
        data[at : at + size] = b"\xff" * size
    path.write_bytes(data)
    return path


def from_time(source: Path, target: Path, from_s: float) -> Path:
    """Write a clip from a time on, as `ffmpeg -ss from_s -i source -c copy target` does: an edit list hides what is before."""
    with av.open(source) as clip, av.open(target, "w") as out:
        template = clip.streams.video[0]
        stream = out.add_stream_from_template(template)
        shift = round(from_s / (template.time_base or 1))
        for packet in clip.demux(template):
            if packet.size and packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, stream
                out.mux(packet)
    return target
