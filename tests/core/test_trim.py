"""The part of a clip that its runner chose: the same pictures, with the same times between them, the same way up."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from benchmarks import stored
from core.errors import Refused
from core.video.file_kinds import CAPTURED_HZ
from core.video.reader import frames, read_header
from core.video.trim import cut

RATE, SECONDS, KEY_EVERY = 30, 6, 15
OPTIONS = {"bf": "2", "sc_threshold": "0", "x265-params": "log-level=none"}


def film(path, codec, *, rotation=0, key_every=KEY_EVERY):
    """Write pictures that tell their own number by their brightness."""
    with av.open(path, "w", format="mov") as out:
        stream = out.add_stream(codec, rate=RATE, options=OPTIONS | {"g": str(key_every)})
        stream.width, stream.height, stream.pix_fmt = 64, 128, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE)
        for number in range(RATE * SECONDS):
            frame = av.VideoFrame.from_ndarray(np.full((128, 64, 3), number + 40, np.uint8), format="rgb24")
            frame.pts = number
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def numbers(path):
    return [round(float(frame.rgb.mean())) - 40 for frame in frames(path)]


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_part_holds_the_pictures_of_its_time(tmp_path, codec):
    clip, part = film(tmp_path / "clip", codec), tmp_path / "part"
    cut(clip, part, (2.2, 4.0))
    told = numbers(part)
    # What is needed from 2.0 s on, the last picture that can be shown without others, is hidden.
    assert told[0] == pytest.approx(66, abs=1)
    assert told[-1] == pytest.approx(120, abs=4)
    assert np.diff([frame.time_s for frame in frames(part)]) == pytest.approx(1 / RATE, abs=1e-3)
    assert read_header(part).codec == read_header(clip).codec


def test_a_part_of_a_clip_that_is_turned_is_turned_too(tmp_path):
    clip, part = film(tmp_path / "clip", "libx264"), tmp_path / "part"
    clip.write_bytes(turned(clip.read_bytes()))
    cut(clip, part, (1.0, 3.0))
    assert read_header(clip).rotation_deg == read_header(part).rotation_deg != 0


def lopsided():
    """Yield six seconds of pictures, a white corner at the upper left."""
    rgb = np.zeros((96, 64, 3), np.uint8)
    rgb[:30, :20] = 255
    yield from ((index / 25, rgb) for index in range(150))


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov", "clip.mkv", "clip.ts", "clip.avi", "clip.wmv", "clip.3gp"])
def test_a_part_keeps_the_shape_of_its_pixels(tmp_path, name):
    codec = {"clip.avi": "mpeg4", "clip.wmv": "wmv2", "clip.3gp": "mpeg4"}.get(name, "libx264")
    clip, part = tmp_path / name, tmp_path / "part"
    kind = "asf" if name == "clip.wmv" else None
    stored.write(clip, lopsided(), codec=codec, kind=kind, pixel_aspect=Fraction(16, 11), options={"g": "25"})
    cut(clip, part, (2.0, 4.0))
    assert read_header(clip).size_wh_px == read_header(part).size_wh_px == (93, 96)
    assert 50 <= read_header(part).n_frames <= 52


@pytest.mark.parametrize(("mirrored", "turns"), stored.ORIENTATIONS)
def test_a_part_keeps_the_whole_display_matrix(tmp_path, mirrored, turns):
    clip, part = tmp_path / "clip.mov", tmp_path / "part"
    stored.with_matrix(stored.write(clip, lopsided(), options={"g": "25"}), mirrored, turns)
    cut(clip, part, (2.0, 4.0))
    shown, kept = (next(frames(file)).rgb for file in (clip, part))
    assert kept.shape == shown.shape
    assert np.abs(kept.astype(int) - shown).mean() < 3


def test_what_is_hidden_stays_hidden_and_times_count_from_the_first_picture_shown(tmp_path):
    whole, clip, part = film(tmp_path / "whole", "libx264", key_every=1000), tmp_path / "clip.mp4", tmp_path / "part"
    stored.from_time(whole, clip, 3.0)
    cut(clip, part, (1.0, 2.0))
    told = numbers(part)
    assert told[0] == pytest.approx(120, abs=2)
    assert len(told) == pytest.approx(RATE + 1, abs=3)


def test_a_part_keeps_what_the_phone_noted_of_slow_motion(tmp_path):
    clip, part = tmp_path / "clip.mp4", tmp_path / "part"
    stored.write(clip, lopsided(), notes={CAPTURED_HZ: "100.0"}, options={"g": "25"})
    cut(clip, part, (2.0, 4.0))
    assert read_header(clip).noted_slow_motion == read_header(part).noted_slow_motion == (4.0,)


def turned(mov):
    """Return the file with the matrix of its track turned a quarter, as phones write it."""
    upright = b"".join(n.to_bytes(4, "big") for n in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    quarter = b"".join(n.to_bytes(4, "big", signed=True) for n in (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30))
    at = mov.index(upright, mov.index(b"tkhd"))
    return mov[:at] + quarter + mov[at + len(upright) :]


def test_a_part_after_the_end_is_refused_by_name(tmp_path):
    clip = film(tmp_path / "clip", "libx264", key_every=1000)
    cut(clip, tmp_path / "part", (5.0, 90.0))
    assert len(numbers(tmp_path / "part")) == RATE  # one key picture only, hidden with all that is before the part
    with pytest.raises(Refused) as refused:
        cut(clip, tmp_path / "part", (70.0, 90.0))
    assert refused.value.key == "length"
