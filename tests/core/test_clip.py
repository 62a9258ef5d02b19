"""Tiny videos written here, whose pictures, times and turns are known."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from benchmarks import stored
from core.errors import Refused
from core.video import container, reader
from core.video.duplicate_frames import picture_times
from core.video.reader import DRAWN_SIDE, LINES, LONGEST_S, Frame, Picture, describe, frames, pictures_at, read_header

TICKS_PER_S = 90_000


def write(
    path: Path,
    pictures: Iterable[Picture],
    time_s: Iterable[float],
    *,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
) -> Path:
    """Write pictures (h, w, 3) shown at those times; the index stands at the front."""
    with av.open(str(path), "w", options={"movflags": "+faststart"} if path.suffix in {".mp4", ".mov"} else {}) as out:
        stream = out.add_stream(codec, rate=30, options=options or {"preset": "ultrafast", "crf": "12"})
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        for index, (rgb, shown_s) in enumerate(zip(pictures, time_s, strict=True)):
            if index == 0:
                stream.height, stream.width = rgb.shape[:2]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame.pts, frame.time_base = round(shown_s * TICKS_PER_S), Fraction(1, TICKS_PER_S)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def moving(indices: Iterable[int], size_wh: tuple[int, int] = (160, 120)) -> Iterator[Picture]:
    """Yield pictures of a bright block that has moved on by three pixels with every index."""
    for index in indices:
        rgb = np.full((size_wh[1], size_wh[0], 3), 60, np.uint8)
        left = 5 + 3 * index % (size_wh[0] - 30)
        rgb[40:80, left : left + 20] = 220
        yield rgb


def read(path: Path) -> list[Frame]:
    return list(frames(path))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("fps_hz", [24.0, 29.97, 60.0, 240.0])
def test_times_of_an_even_clip_come_back(tmp_path: Path, suffix: str, fps_hz: float) -> None:
    time_s = np.arange(20) / fps_hz
    path = write(tmp_path / f"clip{suffix}", moving(range(20)), time_s)
    # Matroska keeps whole milliseconds.
    tolerance = 6e-4 if suffix == ".mkv" else 1e-5
    np.testing.assert_allclose([frame.time_s for frame in frames(path)], time_s, atol=tolerance)


def test_times_of_an_uneven_clip_come_back_from_its_first_picture(tmp_path: Path) -> None:
    steps_s = np.random.default_rng(1).choice([1 / 30, 1 / 60, 1 / 24, 0.2], 40)
    time_s = 1.5 + np.cumsum(steps_s)
    path = write(tmp_path / "clip.mp4", moving(range(40)), time_s)
    found = read(path)
    np.testing.assert_allclose([frame.time_s for frame in found], time_s - time_s[0], atol=1e-4)
    assert not any(frame.repeats for frame in found)
    info = describe(read_header(path), np.array([frame.time_s for frame in found]), 0)
    assert info.fps_hz == pytest.approx(1 / np.median(steps_s[1:]), rel=0.01)
    assert info.duration_s == pytest.approx(time_s[-1] - time_s[0], abs=0.001)
    assert (info.n_frames, info.codec, info.size_wh_px) == (40, "h264", (160, 120))


def cornered(size_wh: tuple[int, int] = (96, 64)) -> Picture:
    """Return a black picture whose upper left corner is white and whose upper right one is grey."""
    rgb = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    rgb[: size_wh[1] // 3, : size_wh[0] // 3] = 255
    rgb[: size_wh[1] // 3, -size_wh[0] // 3 :] = 128
    return rgb


def alike(one: Picture, other: Picture) -> bool:
    """Whether two pictures differ by no more than an encoder does."""
    return one.shape == other.shape and float(np.abs(one.astype(int) - other).mean()) < 6


@pytest.mark.parametrize(("mirrored", "turns"), stored.ORIENTATIONS)
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_the_whole_display_matrix_is_applied(tmp_path: Path, suffix: str, mirrored: bool, turns: int) -> None:
    """All eight ways round, wherever pictures are read: one by one, now and then, searched for, and in the header's size."""
    upright = cornered()
    as_it_lies = stored.as_stored(upright, mirrored, turns)
    path = write(tmp_path / f"clip{suffix}", [as_it_lies] * 40, np.arange(40) / 30, options={"g": "10"})
    stored.with_matrix(path, mirrored, turns)
    assert read_header(path).size_wh_px == (96, 64)
    assert alike(read(path)[0].rgb, upright)
    assert alike(next(reader.glances(path, every_s=1.0))[1], upright)
    assert all(alike(rgb, upright) for rgb in pictures_at(path, [0.0, 1.0]))


ASPECTS = {
    "MP4": ("clip.mp4", {}),
    "QuickTime": ("clip.mov", {}),
    "Matroska": ("clip.mkv", {}),
    "transport stream": ("clip.ts", {}),
    "AVI": ("clip.avi", {"codec": "mpeg4"}),
    "camcorder": ("MOV001.MOD", {"codec": "mpeg2video", "kind": "dvd", "size_wh_px": (720, 576)}),
    "DV": ("clip.avi", {"codec": "dvvideo", "size_wh_px": (720, 576)}),
    "old phone": ("clip.3gp", {"codec": "h263", "size_wh_px": (176, 144)}),
    "Windows Media": ("clip.wmv", {"codec": "wmv2", "kind": "asf"}),
    "ProRes": ("clip.mov", {"codec": "prores_ks", "pixels": "yuv422p10le"}),
}


@pytest.mark.parametrize("name", ASPECTS)
def test_pixels_that_are_no_squares_are_made_square(tmp_path: Path, name: str) -> None:
    """A square block is as wide as high in every picture that is read."""
    file, how = ASPECTS[name]
    rgb = np.zeros((576, 1024, 3), np.uint8)
    rgb[188:388, 412:612] = 255
    moments = [(index / 25, rgb) for index in range(30)]
    how = {"size_wh_px": (720, 576), "pixel_aspect": Fraction(64, 45), **how}
    path = stored.write(tmp_path / file, moments, **how)
    wide, high = read_header(path).size_wh_px
    assert wide / high == pytest.approx(16 / 9, rel=0.03)
    for picture in (read(path)[0].rgb, next(frames(path, lines=120)).rgb, *pictures_at(path, [0.0, 1.0])):
        white = picture[..., 0] > 128
        across, down = white.any(axis=0).sum(), white.any(axis=1).sum()
        assert across == pytest.approx(down, abs=2 + 0.02 * down)
        assert picture.shape[1] / picture.shape[0] == pytest.approx(wide / high, rel=0.03)


def test_pixels_are_made_square_before_a_picture_is_turned(tmp_path: Path) -> None:
    lying = stored.as_stored(cornered((64, 96)), True, 1)
    moments = [(index / 25, lying) for index in range(3)]
    path = stored.write(tmp_path / "clip.mov", moments, size_wh_px=(72, 64), pixel_aspect=Fraction(4, 3))
    stored.with_matrix(path, True, 1)
    assert read_header(path).size_wh_px == (64, 96)
    assert alike(read(path)[0].rgb, cornered((64, 96)))


@pytest.mark.parametrize("aspect", [Fraction(1, 50), Fraction(50, 1)])
def test_a_pixel_shape_that_no_camera_has_counts_for_nothing(tmp_path: Path, aspect: Fraction) -> None:
    moments = [(index / 25, rgb) for index, rgb in enumerate(moving(range(3)))]
    path = stored.write(tmp_path / "clip.mp4", moments, pixel_aspect=aspect)
    assert read_header(path).size_wh_px == (160, 120)


def test_a_picture_that_changes_its_size_is_scaled_to_the_first(tmp_path: Path) -> None:
    """As large, half as large, and of another shape, which is shown whole between bars."""
    first = cornered((192, 128))
    other = np.full((128, 128, 3), 200, np.uint8)
    sizes = [first] * 10 + [first[::2, ::2]] * 10 + [other] * 10
    moments = [(index / 10, rgb) for index, rgb in enumerate(sizes)]
    path = stored.in_sizes(tmp_path / "clip.webm", (moments[:10], moments[10:20], moments[20:]))
    found = read(path)
    assert [round(frame.time_s * 10) for frame in found] == list(range(30))
    assert read_header(path).n_frames == 30
    assert all(alike(frame.rgb, first) for frame in found[:20])
    barred = np.zeros_like(first)
    barred[:, 32:160] = 200
    assert all(alike(frame.rgb, barred) for frame in found[20:])
    np.testing.assert_array_equal(next(pictures_at(path, [2.5])), found[25].rgb)


def test_what_an_edit_list_hides_is_not_part_of_the_clip(tmp_path: Path) -> None:
    """Ninety seconds that a copy without encoding left before the first picture: the visible length counts."""
    hidden_s, n = 90, 40
    time_s = np.concatenate([np.arange(hidden_s), hidden_s + np.arange(n) / 20])
    whole = write(
        tmp_path / "whole.mp4", moving(range(hidden_s + n)), time_s, options={"g": "1000", "sc_threshold": "0"}
    )
    path = stored.from_time(whole, tmp_path / "clip.mp4", hidden_s)
    header = read_header(path)
    assert (header.n_frames, header.duration_s) == (n, pytest.approx((n - 1) / 20, abs=0.01))
    np.testing.assert_allclose([frame.time_s for frame in frames(path)], np.arange(n) / 20, atol=1e-3)


def grainy(pictures: Iterable[Picture], sd: float) -> Iterator[Picture]:
    """Yield pictures with grain that is new in each, as an app leaves it that encodes a repeated frame again."""
    rng = np.random.default_rng(1)
    for rgb in pictures:
        yield np.clip(rgb + rng.normal(0, sd, rgb.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("taken_hz", "shown_hz", "grain_sd"), [(24, 30, 0.0), (24, 30, 2.0), (25, 30, 2.0), (50, 60, 2.0), (30, 60, 0.0)]
)
def test_a_padded_frame_rate_is_undone(tmp_path: Path, taken_hz: int, shown_hz: int, grain_sd: float) -> None:
    """Pictures taken at 24 a second and saved as 30: every fifth one repeats; times come back even to a millisecond."""
    n = 2 * shown_hz
    # The repeats come late in each beat: how large a motion is must have been seen before.
    taken = [(index * taken_hz + taken_hz - 1) // shown_hz for index in range(n)]
    found = read(write(tmp_path / "clip.mp4", grainy(moving(taken), grain_sd), np.arange(n) / shown_hz))
    repeats = np.array([frame.repeats for frame in found])
    assert repeats.tolist() == [False, *(a == b for a, b in zip(taken[1:], taken[:-1], strict=True))]
    time_s = picture_times(np.array([frame.time_s for frame in found]), repeats)
    # Within a beat of the ends there is less to even the times over.
    time_s = time_s[6:-6]
    expected_s = np.arange(len(time_s)) / taken_hz
    np.testing.assert_allclose(time_s - time_s.mean(), expected_s - expected_s.mean(), atol=1e-3)


def test_a_freeze_at_the_start_is_found_and_the_rest_keeps_its_times(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", moving([0] * 15 + list(range(1, 60))), np.arange(74) / 30)
    found = read(path)
    assert [index for index, frame in enumerate(found) if frame.repeats] == list(range(1, 15))
    time_s = picture_times(np.array([f.time_s for f in found]), np.array([f.repeats for f in found]))
    np.testing.assert_allclose(time_s[1:], np.arange(15, 74) / 30, atol=1e-3)


def test_noise_of_the_camera_is_no_motion_and_a_small_runner_is(tmp_path: Path) -> None:
    """Before a still background a block of 1 % of the picture moves; a static noise pattern does not hide it."""
    noise = np.random.default_rng(1).integers(0, 20, (240, 320, 3)).astype(np.uint8)
    pictures = []
    for index in range(20):
        rgb = 80 + noise
        rgb[100:140, 4 * index : 4 * index + 16] = 200
        pictures.append(rgb)
    assert not any(frame.repeats for frame in read(write(tmp_path / "clip.mp4", pictures, np.arange(20) / 30)))


@pytest.mark.parametrize("times", [[0.0, 0.1], list(np.arange(7) / 30)])
def test_times_of_few_pictures_are_left_as_they_are(times: list[float]) -> None:
    found = picture_times(np.array(times), np.zeros(len(times), dtype=bool))
    np.testing.assert_array_equal(found, times)


def test_times_without_a_beat_are_left_as_they_are() -> None:
    """Pictures lost here and there leave real gaps, which must not be evened out."""
    kept = np.ones(120, dtype=bool)
    kept[[20, 47, 51, 90, 113]] = False
    time_s = np.arange(120)[kept] / 30
    np.testing.assert_array_equal(picture_times(time_s, np.zeros(len(time_s), dtype=bool)), time_s)


def test_a_large_picture_is_scaled_and_a_small_one_is_not(tmp_path: Path) -> None:
    large = write(tmp_path / "large.mp4", moving(range(2), (3840, 2160)), [0, 1 / 30])
    assert read_header(large).size_wh_px == (3840, 2160)
    assert read(large)[0].rgb.shape == (LINES, 1280, 3)
    assert next(frames(large, lines=240)).rgb.shape == (240, 426, 3)
    assert next(pictures_at(large, [0.0])).shape == (720, DRAWN_SIDE, 3)
    small = write(tmp_path / "small.mp4", moving(range(2)), [0, 1 / 30])
    assert read(small)[0].rgb.shape == (120, 160, 3)
    assert next(pictures_at(small, [0.0])).shape == (120, 160, 3)


def test_a_picture_that_stands_upright_is_as_high_and_needs_fewer_pixels(tmp_path: Path) -> None:
    upright = write(tmp_path / "upright.mp4", moving(range(2), (1080, 1920)), [0, 1 / 30])
    assert read(upright)[0].rgb.shape == (LINES, 404, 3)
    assert next(pictures_at(upright, [0.0])).shape == (DRAWN_SIDE, 720, 3)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("options", [{"g": "20", "bf": "3"}, {"g": "20", "bf": "0"}, {"g": "1000"}])
def test_pictures_of_some_times_are_those_that_reading_it_all_shows(
    tmp_path: Path, suffix: str, options: dict[str, str]
) -> None:
    path = write(tmp_path / f"clip{suffix}", moving(range(90)), np.arange(90) / 30, options=options)
    shown = read(path)
    for wanted in ([0], [3, 4, 40], [40, 41, 59, 60, 61], [70], [89], []):
        times_s = [shown[index].time_s + 0.004 for index in wanted]
        for index, rgb in zip(wanted, pictures_at(path, times_s), strict=True):
            np.testing.assert_array_equal(rgb, shown[index].rgb)


def test_a_picture_is_found_without_decoding_all_that_is_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "clip.mp4", moving(range(300)), np.arange(300) / 30, options={"g": "30"})
    decoded = 0
    whole = reader._timed

    def counted(*args: Any) -> Iterator[Any]:
        nonlocal decoded
        for shown in whole(*args):
            decoded += 1
            yield shown

    monkeypatch.setattr(reader, "_timed", counted)
    next(pictures_at(path, [9.5]))
    assert decoded < 60


def test_a_clock_that_jumps_back_never_makes_times_fall(tmp_path: Path) -> None:
    """Two recordings one after the other in a transport stream: the second one's times start again."""
    one = write(tmp_path / "one.ts", moving(range(20)), np.arange(20) / 30).read_bytes()
    (tmp_path / "two.ts").write_bytes(one + one)
    time_s = [frame.time_s for frame in frames(tmp_path / "two.ts")]
    assert time_s[0] == 0
    assert len(time_s) >= 20
    assert (np.diff(time_s) > 0).all()


def test_memory_does_not_grow_with_the_clip(tmp_path: Path) -> None:
    """Thirty pictures or three hundred: the peak of what Python holds differs by less than two pictures."""
    size = (320, 240)

    def peak(path: Path) -> int:
        tracemalloc.start()
        for _ in frames(path):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    short, long = (write(tmp_path / f"{n}.mp4", moving(range(n), size), np.arange(n) / 30) for n in (30, 300))
    peak(short)
    assert peak(long) - peak(short) < 2 * 3 * size[0] * size[1]


def test_a_file_cut_short_still_gives_its_pictures(tmp_path: Path) -> None:
    whole = write(tmp_path / "clip.mp4", moving(range(60)), np.arange(60) / 30).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    found = read(cut)
    assert 10 < len(found) < 60
    np.testing.assert_allclose([frame.time_s for frame in found], np.arange(len(found)) / 30, atol=1e-4)


def test_what_comes_after_a_damaged_part_is_read(tmp_path: Path) -> None:
    """Each key frame after the damage is a new start."""
    options = {"g": "10", "sc_threshold": "0"}
    path = write(tmp_path / "clip.mp4", moving(range(60)), np.arange(60) / 30, options=options)
    stored.with_lost_block(path, 0.2, 0.4)
    times_s = np.array([frame.time_s for frame in frames(path)])
    np.testing.assert_allclose(times_s[times_s < 10.5 / 30], np.arange(11) / 30, atol=1e-3)
    np.testing.assert_allclose(times_s[times_s > 29.5 / 30], np.arange(30, 60) / 30, atol=1e-3)


@pytest.mark.parametrize(("how", "lower_first"), [(stored.AVCHD, False), (stored.MPEG_2, True)])
def test_each_frame_of_a_camcorder_shows_one_moment(
    tmp_path: Path, how: tuple[str, dict[str, str]], lower_first: bool
) -> None:
    """The block of the later field, 6 pixels further on, is not in the frame of the earlier one."""
    fields = [(number / 50, rgb) for number, rgb in enumerate(moving(range(0, 80, 2), (320, 240)))]
    woven = stored.fields_of(fields, lower_first=lower_first)
    found = read(stored.write_interlaced(tmp_path / "clip.mts", woven, *how, lower_first=lower_first))
    np.testing.assert_allclose([frame.time_s for frame in found], np.arange(20) / 25, atol=1e-3)
    for frame, (_time_s, early) in zip(found, fields[::2], strict=True):
        np.testing.assert_allclose(frame.rgb[50:70].astype(int), early[50:70].astype(int), atol=25)


def sound_only(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=44_100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 4410), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44_100
        out.mux(stream.encode(silence))
        out.mux(stream.encode())
    return path


def text(path: Path) -> Path:
    path.write_text("This is no video.\n" * 200)
    return path


def nothing(path: Path) -> Path:
    path.touch()
    return path


def noise(path: Path) -> Path:
    path.write_bytes(np.random.default_rng(1).bytes(20_000))
    return path


def header_only(path: Path) -> Path:
    whole = write(path, moving(range(30)), np.arange(30) / 30).read_bytes()
    path.write_bytes(whole[: whole.index(b"mdat") + 4])
    return path


@pytest.mark.parametrize("make", [sound_only, text, nothing, noise, header_only], ids=lambda make: make.__name__)
def test_what_is_no_video_is_refused(tmp_path: Path, make: object) -> None:
    path = make(tmp_path / "clip.mp4")  # type: ignore[operator]
    for look in (read_header, read):
        with pytest.raises(Refused) as refused:
            look(path)
        assert refused.value.key == "readable_file"
        assert str(refused.value.advice)


NAMED = {
    "photo": (b"\xff\xd8\xff\xe0" + bytes(600), "This is a photo"),
    "iPhone photo": (b"\0\0\0\x18ftypheic" + bytes(600), "This is a photo"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(600), "This is a photo"),
    "WebP": (b"RIFF\0\1\0\0WEBPVP8 " + bytes(600), "This is a photo"),
    "GIF": (b"GIF89a" + bytes(600), "This is a GIF animation"),
    "ZIP": (b"PK\x03\x04" + bytes(600), "This is an archive"),
    "MP3": (b"ID3\x04" + bytes(600), "This is a sound recording"),
    "M4A": (b"\0\0\0\x18ftypM4A " + bytes(600), "This is a sound recording"),
    "WAV": (b"RIFF\0\1\0\0WAVEfmt " + bytes(600), "This is a sound recording"),
    "web page": (b"<!DOCTYPE html><html></html>" + bytes(600), "This is a web page"),
    "PDF": (b"%PDF-1.7" + bytes(600), "This is a document"),
    "Ogg": (b"OggS" + bytes(600), "This is an Ogg file"),
    "RealMedia": (b".RMF" + bytes(600), "This is a RealMedia file"),
    "H.264 stream": (b"\0\0\0\x01\x09\xf0" + bytes(600), "video stream without its file"),
    "x264 stream": (b"\0\0\0\x01\x06\x05" + bytes(600), "video stream without its file"),
    "nothing": (b"", "This file is empty"),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_no_video_is_named_as_what_it_is(tmp_path: Path, name: str) -> None:
    content, says = NAMED[name]
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(Refused, match=says) as refused:
        read_header(tmp_path / "clip.mp4")
    assert refused.value.key == "readable_file"
    assert str(refused.value.advice)


def test_sound_alone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="holds sound and no picture"):
        read_header(sound_only(tmp_path / "clip.mp4"))


@pytest.mark.parametrize(("suffix", "cover"), [(".mp4", "mjpeg"), (".mp4", "libx264"), (".mkv", "mjpeg")])
def test_a_cover_that_is_a_track_of_its_own_is_not_the_clip(tmp_path: Path, suffix: str, cover: str) -> None:
    clip = write(tmp_path / "clip.mp4", moving(range(30)), np.arange(30) / 30)
    path = tmp_path / f"with_cover{suffix}"
    with av.open(str(clip)) as source, av.open(str(path), "w") as out:
        still = out.add_stream(cover, rate=1)
        still.width, still.height, still.pix_fmt = 64, 48, "yuvj420p" if cover == "mjpeg" else "yuv420p"
        stream = out.add_stream_from_template(source.streams.video[0])
        picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 200, np.uint8), format="rgb24")
        out.mux(still.encode(picture))
        out.mux(still.encode())
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    assert read_header(path).size_wh_px == (160, 120)
    assert len(read(path)) == 30


OTHERS = {
    "program stream": ("clip.mpg", {"codec": "mpeg2video", "kind": "dvd"}),
    "MPEG-1": ("clip.mpg", {"codec": "mpeg1video", "kind": "mpeg"}),
    "Windows Media": ("clip.wmv", {"codec": "wmv2", "kind": "asf"}),
    "Flash": ("clip.flv", {"codec": "flv"}),
    "3GP": ("clip.3gp", {"codec": "mpeg4"}),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_old_cameras_save_is_read(tmp_path: Path, name: str) -> None:
    file, how = OTHERS[name]
    moments = [(index / 25, rgb) for index, rgb in enumerate(moving(range(50), (352, 288)))]
    path = stored.write(tmp_path / file, moments, **how)
    time_s = np.array([frame.time_s for frame in frames(path)])
    np.testing.assert_allclose(time_s, np.arange(50) / 25, atol=2e-3)
    assert read_header(path).n_frames == 50


@pytest.mark.parametrize("file", ["clip.mp4", "clip.mov", "clip.mkv", "clip.avi", "clip.wmv"])
def test_a_file_that_did_not_arrive_whole_is_named(tmp_path: Path, file: str) -> None:
    """Its first part: with the index at the end nothing can be read, in other files too little is left."""
    codec = {"clip.avi": "mpeg4", "clip.wmv": "wmv2"}.get(file, "libx264")
    moments = [(index / 25, rgb) for index, rgb in enumerate(moving(range(100)))]
    path = stored.write(tmp_path / file, moments, codec=codec, kind="asf" if file == "clip.wmv" else None)
    assert read_header(path).n_frames == 100
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused, match="did not arrive whole") as refused:
        read_header(path)
    assert refused.value.key == "readable_file"


def test_something_appended_does_not_make_a_file_one_that_did_not_arrive_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", moving(range(30)), np.arange(30) / 30)
    path.write_bytes(path.read_bytes() + b"SEFT" + bytes(90) + b"<html>" * 40)
    assert read_header(path).n_frames == 30


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_header(tmp_path / "gone.mp4")
    assert refused.value.key == "readable_file"


def test_a_long_clip_is_refused_by_its_header(tmp_path: Path) -> None:
    for seconds, name in ((LONGEST_S - 2, "long.mp4"), (LONGEST_S + 2, "longer.mp4")):
        n = round(seconds) + 1
        write(tmp_path / name, moving(range(n), (64, 48)), np.arange(n))
    assert read_header(tmp_path / "long.mp4").duration_s <= LONGEST_S
    with pytest.raises(Refused) as refused:
        read_header(tmp_path / "longer.mp4")
    assert refused.value.key == "length"


def test_more_pixels_than_a_worker_can_read_in_time_are_refused_before_they_are_decoded(tmp_path):
    path, n_frames = tmp_path / "huge.mp4", container.MOST_PIXELS_IN_ALL // 4096**2 + 1
    with av.open(path, "w") as out:
        stream = out.add_stream("mpeg4", rate=240)
        stream.width = stream.height = 4096
        stream.pix_fmt = "yuv420p"
        stored = bytes(stream.encode(av.VideoFrame(4096, 4096, "yuv420p"))[0])
        for number in range(n_frames):
            packet = av.Packet(stored)
            packet.stream, packet.time_base = stream, Fraction(1, 240)
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            out.mux(packet)
    began_s = time.process_time()
    with pytest.raises(Refused, match="frames of 4096 x 4096 pixels") as refusal:
        read_header(path)
    assert time.process_time() - began_s < 10
    assert (refusal.value.key, refusal.value.advice) == ("length", container.SHORTER)


def test_a_file_that_hides_how_large_its_frames_are_is_bounded_as_they_are_decoded(tmp_path, monkeypatch):
    path = write(tmp_path / "clip.mp4", [np.zeros((64, 64, 3), np.uint8)] * 12, np.arange(12) / 30)
    monkeypatch.setattr(container, "packets", lambda opened: opened.demux(container.picture_stream(opened)))
    monkeypatch.setattr(container, "MOST_PIXELS_IN_ALL", 10 * 64 * 64)
    with container.open_clip(path) as opened, pytest.raises(Refused, match="more than 10 frames"):
        list(container.decoded(opened))
