"""Clips for `benchmarks.speed.analysis`: a drawn or rendered runner, stored as phones' cameras store what they film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.video.stream import VideoStream

from benchmarks.accuracy.rendered import can_render
from simulation import Motion, Scene, Stride, frames
from simulation.clip import Picture

STRIDE = Stride(speed_mps=3.0, cadence_spm=120 / 0.7)
"""A stride of 0.7 s is a whole number of pictures at 60 and 240 a second, so that one stride, repeated, makes a clip."""

TICKS_HZ = 90_000

NOISE = 4.0
"""Of the camera, in levels of 255: without it there would be next to nothing to store, and to decode."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A clip as a phone saves it: how many million bits a second, and a key frame about every second.

    `rendered`: the runner has a human body, if the extra `tools` is installed; otherwise the runner is drawn. `repeated`: one
    stride is stored over and over; otherwise each frame has noise of its own. `upright`: the frame is higher than wide.
    """

    name: str
    lines: int
    fps_hz: int
    codec: str
    mbps: int
    pix_fmt: str = "yuv420p"
    seconds: float = 10.0
    rendered: bool = False
    repeated: bool = True
    upright: bool = True

    @property
    def size_wh_px(self) -> tuple[int, int]:
        """Width and height of the frames."""
        size = self.lines, self.lines * 16 // 9
        return size if self.upright else size[::-1]


PHONE30 = Format(
    name="720p upright, 30 frames/s, 12 s", lines=720, fps_hz=30, codec="libx264", mbps=8, seconds=12.0, rendered=True
)
PHONE60 = Format(
    name="720p upright, 60 frames/s, 6 s", lines=720, fps_hz=60, codec="libx264", mbps=10, seconds=6.0, rendered=True
)
HD60 = Format(name="1080p, 60 frames/s, H.264", lines=1080, fps_hz=60, codec="libx264", mbps=20)
UHD60 = Format(
    name="4K, 60 frames/s, HEVC 10 bit", lines=2160, fps_hz=60, codec="libx265", mbps=50, pix_fmt="yuv420p10le"
)
HD240 = Format(name="1080p, 240 frames/s, H.264", lines=1080, fps_hz=240, codec="libx264", mbps=60)
SHORT = Format(name="1080p, 60 frames/s, 5 s", lines=1080, fps_hz=60, codec="libx264", mbps=20, seconds=5.0)
LONG = Format(name="1080p, 60 frames/s, 60 s", lines=1080, fps_hz=60, codec="libx264", mbps=20, seconds=60.0)


def make_clip(folder: Path, kind: Format) -> Path:
    """Write a drawn runner as a clip of that kind, unless it is there already."""
    way = "" if kind.repeated and kind.upright else f"_{'repeated' if kind.repeated else 'whole'}_{kind.size_wh_px[0]}"
    path = folder / f"{kind.lines}_{kind.fps_hz}_{kind.seconds:.0f}{way}.mp4"
    if path.exists():
        return path
    stride, part = path.with_suffix(".stride"), path.with_suffix(".part")
    if not kind.repeated:
        _store(part, kind, kind.seconds)
        return part.rename(path)
    n_pictures = _store(stride, kind, STRIDE.stride_s)
    ticks = n_pictures * TICKS_HZ // kind.fps_hz
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        for number in range(round(kind.seconds * kind.fps_hz / n_pictures)):
            with av.open(str(stride)) as once:
                if number == 0:
                    stream = container.add_stream_from_template(once.streams.video[0])
                for packet in once.demux(video=0):
                    if packet.dts is None or packet.pts is None:
                        continue  # the end of the file
                    packet.pts, packet.dts = packet.pts + number * ticks, packet.dts + number * ticks
                    packet.stream = stream
                    container.mux(packet)
    stride.unlink()
    part.rename(path)
    return path


def _pictures(scene: Scene, *, rendered: bool) -> Iterator[Picture]:
    if not rendered:
        return frames(scene, Motion(STRIDE))
    from simulation.mesh import MeshScene, mesh_frames  # it needs numba

    return mesh_frames(MeshScene(scene=scene))


def _store(path: Path, kind: Format, seconds: float) -> int:
    """Write a clip of so many seconds, beginning with a key frame, and return how many pictures that are."""
    drawn = (720, 1280) if kind.upright else (1280, 720)
    scene = Scene(stride=STRIDE, size_wh_px=drawn, fps_hz=float(kind.fps_hz), duration_s=seconds, noise=NOISE)
    size = kind.size_wh_px
    index = 0
    with av.open(str(path), "w", format="mp4") as container:
        stream = cast(VideoStream, container.add_stream(kind.codec, rate=kind.fps_hz))
        stream.width, stream.height = size
        stream.pix_fmt, stream.bit_rate = kind.pix_fmt, kind.mbps * 1_000_000
        stream.time_base = Fraction(1, TICKS_HZ)
        stream.options = {"preset": "superfast", "bf": "0", "g": "1000" if kind.repeated else str(kind.fps_hz)}
        if kind.codec == "libx265":
            stream.options |= {"preset": "ultrafast", "x265-params": "log-level=none:bframes=0"}
        for index, rgb in enumerate(_pictures(scene, rendered=kind.rendered and can_render())):
            shown = av.VideoFrame.from_ndarray(rgb, format="bgr24").reformat(*size, kind.pix_fmt)
            shown.pts, shown.time_base = index * TICKS_HZ // kind.fps_hz, Fraction(1, TICKS_HZ)
            container.mux(stream.encode(shown))
        container.mux(stream.encode())
    return index + 1
