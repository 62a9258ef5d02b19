"""Clips for `benchmarks.speed`: a drawn runner, stored as phones' cameras store what they film."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path

import av

from tools.drawn_runner import Motion, Scene, Stride, frames

STRIDE = Stride(speed_mps=3.0, cadence_spm=120 / 0.7)
"""A stride of 0.7 s is a whole number of pictures at 60 and 240 a second, so that one stride, repeated, makes a clip."""

NOISE = 4.0
"""Of the camera, in levels of 255: without it there would be next to nothing to store, and to decode."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """A clip as a phone saves it: how many million bits a second, and with a key frame every second."""

    name: str
    lines: int
    fps_hz: int
    codec: str
    mbps: int
    pix_fmt: str = "yuv420p"
    seconds: float = 10.0


HD60 = Format(name="1080p, 60 frames/s, H.264", lines=1080, fps_hz=60, codec="libx264", mbps=20)
UHD60 = Format(
    name="4K, 60 frames/s, HEVC 10 bit", lines=2160, fps_hz=60, codec="libx265", mbps=50, pix_fmt="yuv420p10le"
)
HD240 = Format(name="1080p, 240 frames/s, H.264", lines=1080, fps_hz=240, codec="libx264", mbps=60)
SHORT = Format(name="1080p, 60 frames/s, 5 s", lines=1080, fps_hz=60, codec="libx264", mbps=20, seconds=5.0)
LONG = Format(name="1080p, 60 frames/s, 60 s", lines=1080, fps_hz=60, codec="libx264", mbps=20, seconds=60.0)


def make_clip(folder: Path, kind: Format) -> Path:
    """Write a drawn runner as a clip of that kind, unless it is there already."""
    path = folder / f"{kind.lines}_{kind.fps_hz}_{kind.seconds:.0f}.mp4"
    if path.exists():
        return path
    scene = Scene(
        stride=STRIDE, size_wh_px=(720, 1280), fps_hz=float(kind.fps_hz), duration_s=STRIDE.stride_s, noise=NOISE
    )
    pictures = list(frames(scene, Motion(STRIDE)))
    size = kind.lines, kind.lines * 16 // 9
    part = path.with_suffix(".part")
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(kind.codec, rate=kind.fps_hz)
        stream.width, stream.height = size
        stream.pix_fmt, stream.bit_rate = kind.pix_fmt, kind.mbps * 1_000_000
        stream.time_base = Fraction(1, 90_000)
        x265 = f"log-level=none:bframes=0:keyint={kind.fps_hz}:min-keyint={kind.fps_hz}"
        stream.options = {"preset": "superfast", "bf": "0", "g": str(kind.fps_hz)} | (
            {"preset": "ultrafast", "x265-params": x265} if kind.codec == "libx265" else {}
        )
        for index, rgb in enumerate(islice(cycle(pictures), round(kind.seconds * kind.fps_hz))):
            shown = av.VideoFrame.from_ndarray(rgb, format="bgr24").reformat(*size, kind.pix_fmt)
            shown.pts, shown.time_base = index * 90_000 // kind.fps_hz, Fraction(1, 90_000)
            container.mux(stream.encode(shown))
        container.mux(stream.encode())
    part.rename(path)
    return path
