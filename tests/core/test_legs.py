"""Which way, which leg, and what is done about exchanged, collapsed and lost legs; see `tests/exchanges.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from core.errors import Refused
from core.gait.body import facing, leg_length_px
from core.gait.leg_repair import bridge_misfits, repair
from core.gait.legs import RATE_HZ, identify_legs
from core.gait.stride_period import stride_period_s
from core.model.tracks import FAR, KNEE, LANDMARK_OF, NEAR, Floats, PoseTrack, Side, SideTrack
from simulation import Stride
from tests import exchanges

Drawn = Callable[..., Any]
PACES = [Stride(speed_mps=2.2), Stride(speed_mps=3.0), Stride(speed_mps=4.5)]
SEEDS = range(4)


def both_sides(track: PoseTrack) -> Floats:
    return np.stack([track.xy_px[:, LANDMARK_OF[side]] for side in ("left", "right")], axis=1)


def away_px(side: SideTrack, truth: Any) -> Floats:
    """Return how far each leg's knee, ankle, heel and toe lie from the truth at the truth's times: shape (n, 2, 4)."""
    ahead = 1.0 if truth.facing == "right" else -1.0
    flat = side.xy_px.reshape(len(side), -1)
    found = np.stack([np.interp(truth.time_s, side.time_s, column) for column in flat.T], axis=1)
    found = found.reshape(-1, 2, 6, 2) * [ahead, 1.0]
    return np.linalg.norm(found - truth.xy_px, axis=-1)[:, :, KNEE:]


@pytest.mark.parametrize("way", ["left", "right"])
@pytest.mark.parametrize("surface", [{}, {"surface": "ground"}])
def test_near_is_the_side_that_the_camera_sees(drawn: Drawn, way: Side, surface: dict[str, Any]) -> None:
    truth, track = drawn(facing=way, fps_hz=120.0, **surface)
    side = identify_legs(track)
    assert (facing(track), side.facing, side.near_side) == (way, way, way)
    assert away_px(side, truth).max() < 1.0
    assert (side.repaired, side.confidence) == (0.0, 1.0)
    assert side.seen.all()
    assert side.rate_hz == pytest.approx(RATE_HZ, rel=0.01)
    assert side.source_rate_hz == pytest.approx(120)


def test_facing_holds_where_only_feet_or_only_the_head_is_seen(drawn: Drawn) -> None:
    _, track = drawn(facing="left")
    feet, head = track.xy_px.copy(), track.xy_px.copy()
    feet[:, :11] = np.nan
    head[:, [29, 30, 31, 32]] = np.nan
    assert facing(replace(track, xy_px=feet)) == facing(replace(track, xy_px=head)) == "left"


@pytest.mark.parametrize("slow_motion", [1.0, 4.0])
@pytest.mark.parametrize("stride", PACES, ids=lambda s: f"{s.speed_mps} m/s")
def test_the_stride_is_found_and_not_the_step(drawn: Drawn, stride: Stride, slow_motion: float) -> None:
    _, track = drawn(stride, slow_motion=slow_motion)
    found = stride_period_s(track)
    assert found is not None
    assert found[0] == pytest.approx(stride.stride_s * slow_motion, rel=0.005)
    assert found[1] > 0.95


@pytest.mark.parametrize(("fps_hz", "half"), [(30.0, False), (60.0, True), (120.0, False)])
@pytest.mark.parametrize("stride", PACES, ids=lambda s: f"{s.speed_mps} m/s")
def test_exchanged_legs_are_put_right(drawn: Drawn, stride: Stride, fps_hz: float, half: bool) -> None:
    """Bouts of 1 to 12 frames, 15 % of the frames, 4 px of noise, four seeds: at most one frame in a thousand is wrong."""
    _, clean = drawn(stride, fps_hz=fps_hz, facing="left", start=0.2)
    wrong = total = 0
    for seed in SEEDS:
        track, exchanged = exchanges.exchange(exchanges.noisy(clean, seed, 4.0), seed, half=half)
        _, found, confidence = repair(track.time_s, both_sides(track), stride.stride_s)
        wrong += int((found ^ exchanged).sum())
        total += len(track)
        assert exchanged.mean() == pytest.approx(0.15, abs=0.003)
        assert confidence > 0.98
    assert wrong / total <= 0.001


def test_a_clean_track_is_left_as_it_is(drawn: Drawn) -> None:
    stride = PACES[1]
    _, track = drawn(stride)
    sides, exchanged, _ = repair(track.time_s, both_sides(track), stride.stride_s)
    np.testing.assert_array_equal(sides, both_sides(track))
    assert not exchanged.any()


@pytest.mark.parametrize("way", ["left", "right"])
@pytest.mark.parametrize("stride", PACES, ids=lambda s: f"{s.speed_mps} m/s")
def test_exchanges_as_often_as_real_clips_have_them_leave_no_trace(drawn: Drawn, stride: Stride, way: Side) -> None:
    """Two frames in a hundred, from the track to the `SideTrack`, with nothing known beforehand."""
    truth, clean = drawn(stride, facing=way)
    for seed in SEEDS:
        track, exchanged = exchanges.exchange(clean, seed, share=0.02)
        side = identify_legs(track)
        assert side.repaired == pytest.approx(exchanged.mean()) == pytest.approx(0.02, abs=0.002)
        assert away_px(side, truth).max() < 1.5


@pytest.mark.parametrize("where", [slice(0, 5), slice(-5, None)], ids=["start", "end"])
def test_exchanges_at_the_clips_ends_are_put_right(drawn: Drawn, where: slice) -> None:
    truth, clean = drawn(PACES[1])
    xy_px = clean.xy_px.copy()
    xy_px[where, exchanges.LEGS["left"]], xy_px[where, exchanges.LEGS["right"]] = (
        clean.xy_px[where, exchanges.LEGS["right"]],
        clean.xy_px[where, exchanges.LEGS["left"]],
    )
    side = identify_legs(replace(clean, xy_px=xy_px))
    assert side.repaired == pytest.approx(5 / len(clean))
    assert away_px(side, truth).max() < 1.5


@pytest.mark.parametrize("onto", ["left", "right", "middle"])
@pytest.mark.parametrize("fps_hz", [30.0, 60.0, 120.0])
def test_collapsed_legs_are_found_and_put_where_they_should_be(
    drawn: Drawn, fps_hz: float, onto: Literal["left", "right", "middle"]
) -> None:
    """Of legs that lie a quarter of a leg and more from the truth at least 95 in 100 are found, and most end within 2 %."""
    found, bridged_leg, total = 0, [], 0
    for stride in PACES:
        _, clean = drawn(stride, fps_hz=fps_hz, start=0.2)
        leg_px = leg_length_px(both_sides(clean))

        def off_legs(sides: Floats, clean: PoseTrack = clean, leg_px: float = leg_px) -> Floats:
            return np.linalg.norm(sides - both_sides(clean), axis=-1)[:, :, KNEE:].mean(axis=2) / leg_px

        for seed in SEEDS:
            track, wrong = exchanges.collapse(clean, seed, bouts=4, onto=onto)
            bridged, misfit = bridge_misfits(track.time_s, both_sides(track), stride.stride_s)
            gross = wrong & (off_legs(both_sides(track)) > 0.25)
            found += int((misfit & gross).sum())
            total += int(gross.sum())
            bridged_leg.append(off_legs(bridged)[misfit & gross])
            assert (misfit & ~wrong).sum() <= 2
    assert total > 30
    assert found >= 0.95 * total
    assert np.quantile(np.concatenate(bridged_leg), 0.9) < 0.02


def test_a_collapsed_leg_counts_as_unseen(drawn: Drawn) -> None:
    _, clean = drawn(PACES[1], facing="right", fps_hz=60.0)
    track, wrong = exchanges.collapse(clean, 1, bouts=4, onto="right")
    side = identify_legs(track)
    frames = np.searchsorted(side.time_s, track.time_s[wrong[:, 0]])
    assert not side.seen[frames, FAR].any()
    assert side.seen[:, NEAR].all()


def test_lost_frames_are_bridged_and_counted_as_unseen(drawn: Drawn) -> None:
    """Gaps of up to four frames at 60 a second: every joint within 3 % of the leg, and the gaps known."""
    truth, clean = drawn(PACES[1])
    track, lost = exchanges.drop(clean, 2)
    side = identify_legs(track)
    assert away_px(side, truth).max() < 0.03 * leg_length_px(both_sides(clean))
    assert side.seen.mean() == pytest.approx(1 - lost.mean(), abs=0.03)


def test_a_clip_without_a_body_or_without_strides_is_refused(drawn: Drawn) -> None:
    _, track = drawn()
    nobody = np.full_like(track.xy_px, np.nan)
    nobody[:5] = track.xy_px[:5]
    with pytest.raises(Refused) as refused:
        identify_legs(replace(track, xy_px=nobody))
    assert refused.value.key == "one_runner"
    still = np.repeat(track.xy_px[:1], len(track), axis=0)
    with pytest.raises(Refused) as refused:
        identify_legs(exchanges.noisy(replace(track, xy_px=still), 1, 2.0))
    assert refused.value.key == "enough_strides"
    footless = track.xy_px.copy()
    footless[:, [0, 7, 8, 29, 30, 31, 32]] = np.nan
    with pytest.raises(Refused) as refused:
        facing(replace(track, xy_px=footless))
    assert refused.value.key == "whole_body"
