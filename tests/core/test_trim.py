"""The part of a clip that its runner chose: the same pictures, with the same times between them, the same way up."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from core.clip import frames, read_header
from core.errors import Refused
from core.trim import cut

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
    # From the picture at 2.0 s, the last that can be shown without others, to the one at 4.0 s.
    assert told[0] == pytest.approx(60, abs=1)
    assert told[-1] == pytest.approx(120, abs=4)
    assert np.diff([frame.time_s for frame in frames(part)]) == pytest.approx(1 / RATE, abs=1e-3)
    assert read_header(part).codec == read_header(clip).codec


def test_a_part_of_a_clip_that_is_turned_is_turned_too(tmp_path):
    clip, part = film(tmp_path / "clip", "libx264"), tmp_path / "part"
    clip.write_bytes(turned(clip.read_bytes()))
    cut(clip, part, (1.0, 3.0))
    assert read_header(clip).rotation_deg == read_header(part).rotation_deg != 0


def turned(mov):
    """Return the file with the matrix of its track turned a quarter, as phones write it."""
    upright = b"".join(n.to_bytes(4, "big") for n in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    quarter = b"".join(n.to_bytes(4, "big", signed=True) for n in (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30))
    at = mov.index(upright, mov.index(b"tkhd"))
    return mov[:at] + quarter + mov[at + len(upright) :]


def test_a_part_after_the_end_is_refused_by_name(tmp_path):
    clip = film(tmp_path / "clip", "libx264", key_every=1000)
    cut(clip, tmp_path / "part", (5.0, 90.0))
    assert len(numbers(tmp_path / "part")) == RATE * SECONDS  # one key picture only: the part begins with the clip
    with pytest.raises(Refused) as refused:
        cut(clip, tmp_path / "part", (70.0, 90.0))
    assert refused.value.key == "length"
