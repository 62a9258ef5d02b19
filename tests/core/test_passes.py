"""Time in a clip: several passes, turns, changes of speed, clips that play backwards. Drawn tracks, joints where they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import Refused
from core.model.report import Answers, Report
from core.model.tracks import LANDMARKS, PoseTrack
from core.quality.leg_rhythm import BACKWARD, forwardness, speeds, steps_s
from core.quality.passes import find_passes
from core.quality.playback import at_one_speed
from core.quality.segments import segments
from core.report.pipeline import measure_track
from simulation import Stride

Drawn = Callable[..., Any]
WIDE = {"surface": "ground", "camera": "fixed", "size_wh_px": (1920, 1080), "runner_px": 300.0, "distance_m": 8.0}


def one_after_the_other(*tracks: PoseTrack, empty_s: float = 0.0) -> PoseTrack:
    """Return tracks as one clip, with nobody in the frame for a while between them."""
    step_s = float(np.median(np.diff(tracks[0].time_s)))
    empty = np.full((round(empty_s / step_s), LANDMARKS, 2), np.nan)
    xy_px = np.concatenate([part for track in tracks for part in (track.xy_px, empty)])
    return replace(
        tracks[0],
        time_s=step_s * np.arange(len(xy_px)),
        xy_px=xy_px,
        visibility=np.ones(xy_px.shape[:2]),
        depth_px=None,
    )


def reversed_(track: PoseTrack) -> PoseTrack:
    return replace(track, xy_px=track.xy_px[::-1])


def slow_in_the_middle(track: PoseTrack, start_s: float, end_s: float, factor: int) -> PoseTrack:
    """Return a fast camera's track as a phone exports it: real time, a slow part with all frames, real time."""
    slow = (track.time_s >= start_s) & (track.time_s < end_s)
    kept = slow | (np.arange(len(track)) % factor == 0)
    played_s = np.interp(
        track.time_s, [0, start_s, end_s, 99], [0, start_s, (p := start_s + factor * (end_s - start_s)), p + 99 - end_s]
    )
    return replace(track, time_s=played_s[kept], xy_px=track.xy_px[kept], visibility=track.visibility[kept])


def right(report: Report, figures: dict[str, float], *keys: str) -> None:
    """Assert that figures hold the truth within their errors."""
    for key in ("trunk_lean", "leg_extension", "cadence", *keys):
        measure = report.measures[key]
        assert abs(measure.value - figures[key]) <= measure.plus_minus, key


def said(report: Report, key: str, severity: str) -> str:
    return " ".join(str(check.what) for check in report.quality if (check.key, check.severity) == (key, severity))


def refusal(track: PoseTrack) -> Refused:
    with pytest.raises(Refused) as refused:
        measure_track(track, Answers())
    return refused.value


@pytest.mark.parametrize("empty_s", [0.0, 1.7])
@pytest.mark.parametrize(("way", "speed_mps"), [("right", 3.0), ("left", 3.6)])
def test_passes_in_one_direction_are_measured_together(
    drawn: Drawn, way: str, speed_mps: float, empty_s: float
) -> None:
    stride = Stride(speed_mps=speed_mps)
    made = [drawn(stride, facing=way, duration_s=2.3, start=start, **WIDE) for start in (0.0, 0.3, 0.6)]
    alone = sum(measure_track(one.track, Answers()).measures["trunk_lean"].n_strides for one in made)
    report = measure_track(one_after_the_other(*(one.track for one in made), empty_s=empty_s), Answers())
    assert report.measures["trunk_lean"].n_strides == pytest.approx(alone, abs=1)
    right(report, made[0].truth.figures, "contact_time", "knee_drive")
    # No stride crosses a gap: all take as long as the runner's.
    np.testing.assert_allclose(120 / np.array(report.measures["cadence"].per_stride), stride.stride_s, atol=0.03)
    assert "3 passes" in said(report, "no_cuts", "pass")


def test_passes_the_other_way_are_told_and_not_mixed_in(drawn: Drawn) -> None:
    out, back = (drawn(duration_s=2.3, facing=way, **WIDE) for way in ("right", "left"))
    report = measure_track(one_after_the_other(back.track, out.track, back.track, empty_s=1.5), Answers())
    assert (report.facing, report.near_side) == ("left", "left")
    right(report, back.truth.figures)
    assert "to the right in this clip, so the result has both legs" in said(report, "no_cuts", "pass")
    found = find_passes(one_after_the_other(back.track, out.track, back.track, empty_s=1.5))
    assert (len(found.passes), len(found.other_way)) == (2, 1)


def test_a_runner_who_turns_round_is_not_measured_as_one_run(drawn: Drawn) -> None:
    out, back = drawn(duration_s=4.0), drawn(duration_s=2.5, facing="left", start=0.3)
    moved = replace(back.track, xy_px=back.track.xy_px + (out.track.xy_px[-1, 23] - back.track.xy_px[0, 23]))
    report = measure_track(one_after_the_other(out.track, moved), Answers())
    assert report.facing == "right"
    right(report, out.truth.figures, "heel_recovery")
    assert max(report.events.near.initial_contact_s) < 4.0
    assert "to the left" in said(report, "no_cuts", "pass")
    assert report.other_leg is not None
    assert report.other_leg.near_side == "left"


def test_a_clip_of_both_ways_has_both_legs(drawn: Drawn) -> None:
    out, back = (drawn(duration_s=2.3, facing=way, **WIDE) for way in ("right", "left"))
    report = measure_track(one_after_the_other(out.track, back.track, out.track, empty_s=1.5), Answers())
    assert report.other_leg is not None
    assert (report.near_side, report.other_leg.near_side) == ("right", "left")
    alone = measure_track(back.track, Answers())
    for key in ("leg_extension", "contact_time", "knee_flexion_stance"):
        assert report.other_leg.measures[key].value == pytest.approx(alone.measures[key].value, abs=0.05), key
    assert Report.from_json(report.to_json()) == report


def test_a_way_back_that_cannot_be_measured_is_told(drawn: Drawn) -> None:
    """On the way back the runner's feet leave the picture."""
    out, back = (drawn(duration_s=2.3, facing=way, **WIDE) for way in ("right", "left"))
    low = replace(back.track, xy_px=back.track.xy_px + [0.0, 1080 - float(back.track.xy_px[..., 1].max()) + 40])
    report = measure_track(one_after_the_other(out.track, low, out.track, empty_s=1.5), Answers())
    assert report.other_leg is None
    assert "was not measured" in said(report, "no_cuts", "warn")


def test_passes_that_are_each_too_short_are_refused_for_that(drawn: Drawn) -> None:
    passes = [drawn(duration_s=1.0, start=start, **WIDE)[1] for start in (0.0, 0.4, 0.7)]
    refused = refusal(one_after_the_other(*passes, empty_s=2.0))
    assert refused.key == "length"
    assert "1.0 seconds or less each time" in str(refused.what)


def test_what_is_seen_for_a_moment_between_passes_parts_them_not(drawn: Drawn) -> None:
    first, second = (drawn(duration_s=2.3, start=start, **WIDE)[1] for start in (0.0, 0.5))
    ghost = replace(drawn(duration_s=0.6, size_wh_px=(1920, 1080), runner_px=300.0)[1], depth_px=None)
    report = measure_track(one_after_the_other(ghost, first, ghost, second, ghost, empty_s=0.7), Answers())
    assert "2 passes" in said(report, "no_cuts", "pass")
    assert said(report, "no_cuts", "warn") == ""


def test_short_passes_with_ghosts_between_are_refused_as_short(drawn: Drawn) -> None:
    short = drawn(duration_s=0.9, **WIDE)[1]
    ghost = drawn(duration_s=0.6, size_wh_px=(1920, 1080), runner_px=300.0)[1]
    assert refusal(one_after_the_other(short, ghost, short, ghost, short, empty_s=0.7)).key == "length"


@pytest.mark.parametrize(("factor", "start_s", "end_s"), [(8, 2.0, 4.0), (8, 1.3, 3.4), (4, 2.0, 4.5), (2, 1.5, 5.0)])
@pytest.mark.parametrize(("way", "speed_mps"), [("right", 3.0), ("left", 4.2)])
def test_slow_motion_in_the_middle_is_measured_with_its_factor(
    drawn: Drawn, way: str, speed_mps: float, factor: int, start_s: float, end_s: float
) -> None:
    made = drawn(Stride(speed_mps=speed_mps), facing=way, fps_hz=30.0 * factor)
    track = slow_in_the_middle(made.track, start_s, end_s, factor)
    report = measure_track(track, Answers())
    assert report.answers.slow_motion == factor
    right(report, made.truth.figures, "contact_time")
    assert f"{factor} times slower" in said(report, "true_speed", "warn")
    (part,), _ = at_one_speed([track])
    end_played_s = start_s + factor * (end_s - start_s)
    # Nothing of the real time on either side is in it; at most a step is left out.
    assert -0.05 * factor < part.time_s[0] - start_s < 0.4 * factor
    assert -0.05 * factor < end_played_s - part.time_s[-1] < 0.4 * factor
    for frame in report.key_frames:
        assert part.time_s[0] <= frame.file_time_s <= part.time_s[-1]


def test_a_slow_part_by_no_cameras_factor_is_asked_about(drawn: Drawn) -> None:
    refused = refusal(slow_in_the_middle(drawn(fps_hz=90.0).track, 2.0, 4.0, 3))
    assert refused.key == "true_speed"
    assert refused.choices is not None
    assert refused.choices.slow_motion[0] == 3.0


@pytest.mark.parametrize("speed_mps", [1.9, 3.0, 5.5])
@pytest.mark.parametrize("settings", [{"fps_hz": 30.0}, {"fps_hz": 240.0, "slow_motion": 8.0}, WIDE])
def test_a_steady_run_plays_forward_at_one_speed(drawn: Drawn, speed_mps: float, settings: dict[str, Any]) -> None:
    _, track = drawn(Stride(speed_mps=speed_mps), duration_s=3.0, **settings)
    assert len(speeds(track)) == 1
    assert forwardness(track, steps_s(track)).min() > 0.6
    assert forwardness(reversed_(track), steps_s(reversed_(track))).max() < BACKWARD
    found = find_passes(track)
    assert ([len(one) for one in found.passes], found.backward, found.speed) == ([len(track)], False, None)


@pytest.mark.parametrize("settings", [{}, {"facing": "left", "fps_hz": 30.0}, WIDE | {"duration_s": 2.4}])
def test_a_clip_that_plays_backwards_is_refused_by_name(drawn: Drawn, settings: dict[str, Any]) -> None:
    refused = refusal(reversed_(drawn(**settings)[1]))
    assert refused.key == "true_speed"
    assert "backwards" in str(refused.what)


def test_of_a_boomerang_only_what_plays_forward_is_measured(drawn: Drawn) -> None:
    made = drawn(duration_s=4.0)
    report = measure_track(one_after_the_other(made.track, reversed_(made.track)), Answers())
    right(report, made.truth.figures, "contact_time", "knee_flexion_stance")
    assert max(report.events.near.initial_contact_s) < 4.0
    assert "boomerang" in said(report, "true_speed", "warn")


def test_a_short_boomerang_is_refused_by_name(drawn: Drawn) -> None:
    _, track = drawn(duration_s=1.0, fps_hz=30.0)
    refused = refusal(one_after_the_other(*(track, reversed_(track)) * 3))
    assert refused.key == "true_speed"
    assert "backwards" in str(refused.what)


def test_too_few_frames_in_slow_motion_are_asked_about_first(drawn: Drawn) -> None:
    _, track = drawn(fps_hz=30.0)
    refused = refusal(replace(track, time_s=2 * track.time_s))
    assert refused.key == "true_speed"
    assert refused.choices is not None
    assert refused.choices.slow_motion[0] == 2.0


@pytest.mark.parametrize("n_frames", [1, 4])
@pytest.mark.parametrize("enlarged", [1.0, 1.8])
def test_a_body_that_is_elsewhere_for_a_moment_costs_nothing_else(drawn: Drawn, n_frames: int, enlarged: float) -> None:
    one = drawn(duration_s=6.0, fps_hz=30.0)
    xy_px = one.track.xy_px.copy()
    there = slice(80, 80 + n_frames)
    middle = xy_px[there].mean(axis=1, keepdims=True)
    xy_px[there] = enlarged * (xy_px[there] - middle) + middle + (300.0 if enlarged == 1.0 else 0.0)
    torn = replace(one.track, xy_px=xy_px)
    assert len(segments(torn)) == 1
    whole, found = (measure_track(track, Answers()).measures for track in (one.track, torn))
    assert found["cadence"].n_strides == whole["cadence"].n_strides
    for key in ("trunk_lean", "leg_extension", "cadence"):
        assert abs(found[key].value - whole[key].value) < 0.5, key


def test_a_body_that_stays_elsewhere_is_another_one(drawn: Drawn) -> None:
    one = drawn(duration_s=6.0, fps_hz=30.0)
    xy_px = one.track.xy_px.copy()
    xy_px[80:95] += 300.0
    assert len(segments(replace(one.track, xy_px=xy_px))) == 3
