"""Files that nobody should send: our own drawn clips, broken in many ways, and files made to do harm."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache, partial
from typing import cast

import av
import numpy as np
from av.video.stream import VideoStream

from simulation import Motion, Scene
from simulation.clip import Picture, frames

KINDS = (
    ("mp4", "libx264"),
    ("mov", "libx265"),
    ("webm", "libvpx-vp9"),
    ("mkv", "libx264"),
    ("avi", "mpeg4"),
    ("mp4", "mpeg4"),
    ("mkv", "mjpeg"),
    ("avi", "mjpeg"),
)
ROUNDS = 6
_SCENE = Scene(size_wh_px=(180, 320), fps_hz=24.0, duration_s=0.7, runner_px=200.0)
_GOOD = replace(_SCENE, duration_s=4.0)
"""Long enough to be measured: what is not broken must end in a report."""

_EXTREME = (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 1 << 24)

Broken = Callable[[bytes, random.Random], bytes]


# --- ways to break a good file ---------------------------------------------------------------------------------------


def _flip_few(data: bytes, dice: random.Random, n: int = 8) -> bytes:
    out = bytearray(data)
    for _ in range(n):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _flip_many(data: bytes, dice: random.Random) -> bytes:
    return _flip_few(data, dice, len(data) // 100)


def _flip_head(data: bytes, dice: random.Random) -> bytes:
    head = min(len(data), 1500)
    return _flip_few(data[:head], dice, 6) + data[head:]


def _zero_range(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    end = min(len(data), start + dice.randrange(1, len(data) // 2))
    return data[:start] + bytes(end - start) + data[end:]


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(16, len(data))]


def _cut_out(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.randrange(1, 2000) :]


def _insert(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + dice.randbytes(dice.randrange(1, 4000)) + data[at:]


def _twice(data: bytes, dice: random.Random) -> bytes:
    return data + data[dice.randrange(len(data)) :]


def _shuffled(data: bytes, dice: random.Random) -> bytes:
    size = max(1, len(data) // 10)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    tail = pieces[1:]
    dice.shuffle(tail)
    return b"".join(pieces[:1] + tail)


def _extreme_numbers(data: bytes, dice: random.Random) -> bytes:
    """Overwrite a few header fields with the ends of their range: durations, sizes, counts."""
    out = bytearray(data)
    for _ in range(4):
        at = dice.randrange(8, min(len(out), 1500) - 4)
        out[at : at + 4] = struct.pack(dice.choice("<>") + "I", dice.choice(_EXTREME))
    return bytes(out)


BREAKS: tuple[Broken, ...] = (
    _flip_few,
    _flip_many,
    _flip_head,
    _zero_range,
    _cut,
    _cut_out,
    _insert,
    _twice,
    _shuffled,
    _extreme_numbers,
)


# --- files made to do harm -------------------------------------------------------------------------------------------


def field(data: bytes, box: bytes, offset: int, value: int) -> bytes:
    """Return an MP4 with 32 bits changed, `offset` bytes after the name of a box."""
    at = data.index(box) + 4 + offset
    return data[:at] + struct.pack(">I", value) + data[at + 4 :]


def packets(suffix: str, n: int, step: float = 1.0, *, rate: int = 30, size: int = 64, start: int = 0) -> bytes:
    """Return a video whose one picture comes again and again, with times of our choice in steps of 1/90000 s."""
    made = io.BytesIO()
    with av.open(made, "w", format=suffix) as out:
        stream = out.add_stream("mjpeg", rate=rate)
        stream.width = stream.height = size
        stream.pix_fmt = "yuvj420p"
        stream.time_base = Fraction(1, 90_000)
        grey = av.VideoFrame.from_ndarray(np.full((size, size, 3), 90, np.uint8), format="rgb24")
        content = bytes(stream.encode(grey)[0])
        for index in range(n):
            packet = av.Packet(content)
            packet.stream, packet.time_base = stream, Fraction(1, 90_000)
            packet.pts = packet.dts = start + round(index * step)
            packet.is_keyframe = True
            out.mux(packet)
    return made.getvalue()


def _large_pictures(data: bytes) -> bytes:
    """Return a motion JPEG whose pictures claim to be 16,384 pixels wide and high."""
    out, at = bytearray(data), 0
    while (at := data.find(b"\xff\xc0\x00\x11\x08", at)) >= 0:
        out[at + 5 : at + 9] = struct.pack(">HH", 16_384, 16_384)
        at += 1
    return bytes(out)


def _sound() -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=44_100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 4410), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44_100
        out.mux(stream.encode(silence))
        out.mux(stream.encode())
    return made.getvalue()


def _many_tracks() -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="matroska") as out:
        for _ in range(40):
            stream = out.add_stream("mjpeg", rate=30)
            stream.width = stream.height = 64
            stream.pix_fmt = "yuvj420p"
        grey = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
        out.mux(stream.encode(grey))
    return made.getvalue()


def harmful(good: dict[tuple[str, str], bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield files made to do harm, each with its name."""
    mp4, avi, mjpeg = good["mp4", "libx264"], good["avi", "mpeg4"], good["avi", "mjpeg"]
    html = b"<html><script>alert(1)</script></html>"
    picture = mjpeg[mjpeg.index(b"\xff\xd8") : mjpeg.index(b"\xff\xd9") + 2]
    yield "says it lasts 3 hours", field(mp4, b"mvhd", 16, 3 * 3600 * 1000)
    yield "lasts 3 hours", field(mp4, b"stts", 12, 9_000_000)
    yield "no time passes", field(mp4, b"stts", 12, 0)
    yield "time scale of nothing", field(mp4, b"mdhd", 12, 0)
    yield "four billion samples", field(field(mp4, b"stsz", 8, 0xFFFFFFF0), b"stsz", 4, 1)
    yield "0 pictures a second", avi[:32] + bytes(4) + avi[36:]
    yield "16k x 16k in the header", field(mp4, b"avc1", 24, 0x40004000)
    yield "16k x 16k in the pictures", _large_pictures(mjpeg)
    yield "25,000 pictures", packets("matroska", 25_000, 90)
    yield "16 x 16", packets("matroska", 20, 3000, size=16)
    yield "one picture", packets("mp4", 1)
    yield "all at one time", packets("matroska", 40, 0.5)
    yield "a million pictures a second", packets("mp4", 60, 1)
    yield "before the start of time", packets("matroska", 40, 3000, start=-90_000)
    yield "sound only", _sound()
    yield "forty tracks", _many_tracks()
    yield "locked", mp4.replace(b"avc1", b"encv")
    yield "mp4 then html", mp4 + html
    yield "html then mp4", html + mp4
    yield "html in a free box", struct.pack(">I", 8 + len(html)) + b"free" + html + mp4
    yield "a jpeg", picture
    yield "a png", b"\x89PNG\r\n\x1a\n" + bytes(400)
    yield "a heic", struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + mp4[32:]
    yield "playlist", b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\nhttp://127.0.0.1/x.mp4\n"
    yield "list of files", b"ffconcat version 1.0\nfile /etc/passwd\n"
    yield "session description", b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"
    yield "manifest", b'<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>'
    yield "subtitle script", b"[Script Info]\nVideo File: /etc/passwd\n"
    yield "refers to another file", mp4.replace(b"url \x00\x00\x00\x01", b"url \x00\x00\x00\x00")
    yield "zeros", bytes(100_000)
    yield "head and zeros", mp4[:64] + bytes(100_000)
    yield "noise", random.Random(1).randbytes(100_000)
    yield "deep boxes", b"".join(struct.pack(">I", 100_000 - 8 * n) + b"moov" for n in range(5000))


N_HARMFUL = 33
N_FILES = N_HARMFUL + len(KINDS) * (1 + ROUNDS * len(BREAKS))


def _write(pictures: list[Picture], suffix: str, codec: str) -> bytes:
    made = io.BytesIO()
    name = {"mkv": "matroska"}.get(suffix, suffix)
    with av.open(made, "w", format=name) as out:
        stream = cast(VideoStream, out.add_stream(codec, rate=int(_SCENE.fps_hz)))
        stream.width, stream.height = _SCENE.size_wh_px
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.thread_count = 1
        if codec == "libx265":
            stream.options = {"x265-params": "log-level=none:pools=1"}
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode())
    return made.getvalue()


def good_clip() -> bytes:
    """Return a small clip with nothing wrong."""
    return _write(list(frames(_GOOD, Motion(_GOOD.stride))), "mp4", "libx264")


def _broken(breaks: Broken, data: bytes, name: str) -> bytes:
    return breaks(data, random.Random(name))


@cache
def _long_pictures() -> list[Picture]:
    return list(frames(_GOOD, Motion(_GOOD.stride)))


def _write_long(suffix: str, codec: str) -> bytes:
    return _write(_long_pictures(), suffix, codec)


def corpus() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield all files, the same ones each time: good, broken and harmful ones; each with a function that returns its content."""
    pictures = list(frames(_SCENE, Motion(_SCENE.stride)))
    good = {(suffix, codec): _write(pictures, suffix, codec) for suffix, codec in KINDS}
    for name, content in harmful(good):
        yield name, partial(bytes, content)
    for (suffix, codec), data in good.items():
        yield f"{suffix} {codec}", partial(_write_long, suffix, codec)
        for number in range(ROUNDS):
            for breaks in BREAKS:
                name = f"{suffix} {codec} {breaks.__name__.strip('_')} {number}"
                yield name, partial(_broken, breaks, data, name)
