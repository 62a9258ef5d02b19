"""What the benchmarks of small clips conclude from clips and measures."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks import stored
from benchmarks.accuracy import shrunk
from benchmarks.accuracy.shrunk import Case, Outcome
from benchmarks.shrinking import encode_again, latest_ms, times_s
from benchmarks.speed.clips import Format, make_clip
from core.video.reader import frames, read_header

UNEVEN_S = np.cumsum([0, *np.tile([1 / 60, 1 / 60, 1 / 30], 5)])


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip of 16 frames with uneven times, stored turned."""
    shown = np.full((96, 64, 3), 40, np.uint8)
    shown[:24, :16] = 240
    moments = [(float(at_s), stored.as_stored(shown, False, 1)) for at_s in UNEVEN_S]
    return stored.with_matrix(stored.write(tmp_path / "clip.mp4", moments, rate_hz=60), False, 1)


def later(clip: Path, target: Path, *, leave_out: int = 0, by_s: float = 0.0) -> Path:
    """Write a clip's last frame later, or leave out frames at its end."""
    moments = list(zip(times_s(clip), (pixels for _, pixels in stored.shown_frames(clip)), strict=True))
    kept = moments[: len(moments) - leave_out]
    kept[-1] = kept[-1][0] + by_s, kept[-1][1]
    return stored.write(target, kept, rate_hz=60)


def test_times_are_compared_frame_by_frame(clip: Path, tmp_path: Path) -> None:
    assert latest_ms(clip, clip) == 0
    assert latest_ms(clip, later(clip, tmp_path / "late.mp4", by_s=0.004)) == pytest.approx(4, abs=0.05)
    assert latest_ms(clip, later(clip, tmp_path / "lost.mp4", leave_out=1)) == float("inf")


def test_times_of_a_part_are_those_of_its_frames(clip: Path, tmp_path: Path) -> None:
    part = later(clip, tmp_path / "part.mp4", leave_out=6)
    whole_s = times_s(clip)
    assert latest_ms(clip, part, (0.0, float(whole_s[9]))) < 0.05
    assert latest_ms(clip, part, (0.0, float(whole_s[10]))) == float("inf")


def test_a_clip_that_is_encoded_again_keeps_its_size_times_and_orientation(clip: Path, tmp_path: Path) -> None:
    again = encode_again(clip, tmp_path / "again.mp4")
    assert latest_ms(clip, again) < 0.05
    assert read_header(again).size_wh_px == read_header(clip).size_wh_px == (64, 96)
    before, after = (next(frames(path)).rgb.astype(float) for path in (clip, again))
    assert np.abs(before - after).mean() < 4


def test_a_drawn_clip_need_not_repeat_one_stride(tmp_path: Path) -> None:
    kind = Format(
        name="", lines=90, fps_hz=10, codec="libx264", mbps=1, seconds=1.4, repeated=False, upright=False
    )  # two strides
    drawn = make_clip(tmp_path, kind)
    assert read_header(drawn).size_wh_px == (160, 90)
    shown = [frame.rgb.astype(int) for frame in frames(drawn)]
    assert len(shown) == 14
    assert (shown[0] != shown[7]).any(), "the second stride has noise of its own"


def outcome(change: float, *, rate: float | None = 0.1, worth: bool = True, late_ms: float = 0.0) -> Outcome:
    return Outcome(
        case=Case(name="clip", path=Path("clip.mp4")),
        bits_per_pixel=rate,
        worth=worth,
        latest_ms=late_ms,
        hz=(240.0, 240.0),
        changes={"trunk_lean": change},
    )


def reached(outcomes: list[Outcome]) -> dict[tuple[str, str], object]:
    return {(str(row["truth"]), str(row["figure"])): row["reached"] for row in shrunk._targets(outcomes, 0.1)}


def test_clips_that_are_sent_as_they_are_and_clips_encoded_again_count_apart() -> None:
    found = reached([outcome(0.1), outcome(0.3, worth=False), outcome(0.3, rate=None)])
    shares = {truth: value for (truth, figure), value in found.items() if figure.startswith("measures")}
    assert shares == {
        "clips that are sent small": 100.0,
        "all clips made small": 50.0,
        "originals encoded again, sent small": 0.0,
        "originals encoded again, all": 0.0,
    }


def test_a_lost_frame_misses_the_target() -> None:
    (row,) = (row for row in shrunk._targets([outcome(0.1, late_ms=float("inf"))], 0.1) if "time" in str(row["figure"]))
    assert str(row["met"]).startswith("missed")


def test_a_clip_with_few_bytes_is_sent_as_it_is(clip: Path) -> None:
    assert not shrunk.worthwhile(clip)
    with clip.open("ab") as more:
        more.write(bytes(2 * shrunk.SHRINKING["bytes_per_s"]))  # type: ignore[operator]
    assert shrunk.worthwhile(clip)
    assert av.open(clip).streams.video
