"""Every refusal and every warning, from tracks that were spoilt for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import Refused
from core.gait.body import DEPTH_SCALE, view_angle_deg
from core.gait.legs import identify_legs
from core.i18n.message import message
from core.model.report import CHECKS, Answers, QualityCheck, Severity
from core.model.tracks import LANDMARK_OF, ClipInfo, PoseTrack
from core.quality.body_checks import check_upright, passed
from core.quality.checks import WIDER, check_body, check_early, widening
from core.quality.leg_checks import check_strides
from core.quality.segments import segments
from core.quality.walking import walking_signs
from core.report.pipeline import measure_track
from simulation import Stride

Drawn = Callable[..., Any]


def info_of(track: PoseTrack) -> ClipInfo:
    return ClipInfo(
        fps_hz=1 / float(np.median(np.diff(track.time_s))),
        duration_s=float(track.time_s[-1]),
        size_wh_px=track.size_wh_px,
        n_frames=len(track),
    )


def refusal(track: PoseTrack) -> Refused:
    with pytest.raises(Refused) as refused:
        check_body(info_of(track), track)
    assert refused.value.key in CHECKS
    assert str(refused.value.what).endswith(".")
    assert str(refused.value.advice).endswith(".")
    return refused.value


def severities(track: PoseTrack) -> dict[str, str]:
    return {check.key: check.severity for check in check_body(info_of(track), track)[1]}


def with_depth(track: PoseTrack, breadth_px: float) -> PoseTrack:
    """Return the track with the right side so much further from the camera than the left."""
    depth_px = np.zeros(track.xy_px.shape[:2])
    for joint in (0, 1):
        depth_px[:, LANDMARK_OF["right"][joint]] = breadth_px
    return replace(track, depth_px=depth_px)


@pytest.mark.parametrize("way", ["left", "right"])
@pytest.mark.parametrize("speed_mps", [2.0, 3.0, 5.5])
def test_a_good_clip_passes_every_check(drawn: Drawn, speed_mps: float, way: str) -> None:
    _, track = drawn(Stride(speed_mps=speed_mps), facing=way)
    segment, checks, _ = check_body(info_of(track), track)
    assert len(segment) == len(track)
    assert [check for check in checks if check.severity != "pass"] == []
    assert {check.key for check in checks} >= {"one_runner", "whole_body", "side_on", "running_not_walking", "no_cuts"}


def test_nobody_is_refused(drawn: Drawn) -> None:
    _, track = drawn()
    for seen in (0, 7, 30):
        xy_px = np.full_like(track.xy_px, np.nan)
        xy_px[:seen] = track.xy_px[:seen]
        assert refusal(replace(track, xy_px=xy_px)).key == "one_runner"


def test_a_body_that_the_model_does_not_believe_in_is_refused(drawn: Drawn) -> None:
    _, track = drawn()
    assert refusal(replace(track, visibility=np.full_like(track.visibility, 0.2))).key == "one_runner"


def test_a_runner_who_is_rarely_there_is_warned_of(drawn: Drawn) -> None:
    _, track = drawn(duration_s=10.0)
    xy_px = track.xy_px.copy()
    xy_px[240:] = np.nan
    found = severities(replace(track, xy_px=xy_px))
    assert found["one_runner"] == "warn"


def test_shoulders_broader_than_the_trunk_are_nobodys_side(drawn: Drawn) -> None:
    """A front view by its breadth: the shoulders spread across the picture."""
    _, track = drawn()
    xy_px = track.xy_px.copy()
    xy_px[:, LANDMARK_OF["left"][0], 0] += 160
    xy_px[:, LANDMARK_OF["right"][0], 0] -= 160
    assert refusal(replace(track, xy_px=xy_px)).key == "one_runner"


@pytest.mark.parametrize(
    ("view_deg", "severity"), [(0.0, "pass"), (10.0, "pass"), (25.0, "warn"), (60.0, "refuse"), (90.0, "refuse")]
)
def test_a_view_from_the_front_is_told_by_breadth_against_depth(drawn: Drawn, view_deg: float, severity: str) -> None:
    """A body 90 px broad seen from that angle: sin of it across the picture, cos in depth, on the model's scale."""
    _, track = drawn()
    angle = np.radians(view_deg)
    xy_px = track.xy_px.copy()
    for joint in (0, 1):
        left, right = LANDMARK_OF["left"][joint], LANDMARK_OF["right"][joint]
        middle = (xy_px[:, left, 0] + xy_px[:, right, 0]) / 2
        xy_px[:, left, 0], xy_px[:, right, 0] = middle + 45 * np.sin(angle), middle - 45 * np.sin(angle)
    seen = with_depth(replace(track, xy_px=xy_px), 90 / DEPTH_SCALE * float(np.cos(angle)))
    assert view_angle_deg(seen) == pytest.approx(view_deg, abs=1.0)
    if severity == "refuse":
        assert refusal(seen).key == "side_on"
    else:
        assert severities(seen)["side_on"] == severity


def test_a_near_shoulder_behind_and_a_near_hip_ahead_are_no_view(drawn: Drawn) -> None:
    """So the pose model puts them in a view from the side, a few pixels each way."""
    _, track = drawn()
    xy_px = track.xy_px.copy()
    for joint, off_px in ((0, -8.0), (1, 5.0)):
        left, right = LANDMARK_OF["left"][joint], LANDMARK_OF["right"][joint]
        xy_px[:, left, 0] = xy_px[:, right, 0] - off_px
    angle = view_angle_deg(with_depth(replace(track, xy_px=xy_px), 90 / DEPTH_SCALE))
    assert angle == pytest.approx(1.0, abs=0.2)


def test_a_track_without_depth_is_taken_to_be_from_the_side(drawn: Drawn) -> None:
    _, track = drawn()
    assert view_angle_deg(track) is None
    assert severities(track)["side_on"] == "pass"


@pytest.mark.parametrize("speed_mps", [1.2, 1.4, 1.8])
@pytest.mark.parametrize("fps_hz", [30.0, 60.0])
def test_walking_is_refused(drawn: Drawn, speed_mps: float, fps_hz: float) -> None:
    _, track = drawn(Stride(speed_mps=speed_mps, walking=True), fps_hz=fps_hz)
    assert sum(walking_signs(track)) >= 2
    assert refusal(track).key == "running_not_walking"
    dark = QualityCheck(
        key="light_contrast", severity="warn", what=message("It is dark."), advice=message("Film by day.")
    )
    with pytest.raises(Refused) as refused:  # who can hardly be seen may not walk at all
        check_body(info_of(track), track, image=[dark])
    assert refused.value.key == "clear_enough"


@pytest.mark.parametrize("slow_motion", [1.0, 4.0])
@pytest.mark.parametrize("speed_mps", [2.0, 2.6, 3.6, 5.5])
def test_running_is_not_taken_for_walking(drawn: Drawn, speed_mps: float, slow_motion: float) -> None:
    """Slow or fast: ankles and knees show no sign of walking, and one sign alone does not refuse."""
    _, track = drawn(Stride(speed_mps=speed_mps), slow_motion=slow_motion)
    _, on_the_ground, stiff = walking_signs(track)
    assert (on_the_ground, stiff) == (False, False)
    assert severities(track)["running_not_walking"] == "pass"


@pytest.mark.parametrize("shift_px", [(0.0, 450.0), (0.0, 800.0), (-450.0, 0.0), (450.0, 0.0)], ids=str)
def test_legs_out_of_the_picture_are_refused(drawn: Drawn, shift_px: tuple[float, float]) -> None:
    _, track = drawn()
    refused = refusal(replace(track, xy_px=track.xy_px + shift_px))
    assert refused.key == "whole_body"
    assert "out of the picture" in str(refused.what)


def test_hidden_legs_are_refused(drawn: Drawn) -> None:
    _, track = drawn()
    visibility = track.visibility.copy()
    visibility[:, [25, 26]] = 0.1
    assert refusal(replace(track, visibility=visibility)).key == "clear_enough"


def test_feet_that_leave_the_picture_now_and_then_are_warned_of(drawn: Drawn) -> None:
    truth, track = drawn()
    lowest = float(np.quantile(truth.xy_px[:, 0, 5, 1], 0.9))
    cut = replace(track, size_wh_px=(track.size_wh_px[0], int(lowest)))
    assert severities(cut)["whole_body"] == "warn"


def joined(*tracks: PoseTrack) -> PoseTrack:
    """Return tracks one after the other, cut hard."""
    step_s = float(np.median(np.diff(tracks[0].time_s)))
    return replace(
        tracks[0],
        time_s=step_s * np.arange(sum(len(track) for track in tracks)),
        xy_px=np.concatenate([track.xy_px for track in tracks]),
        visibility=np.concatenate([track.visibility for track in tracks]),
    )


def test_a_cut_leaves_the_longest_piece(drawn: Drawn) -> None:
    short, long = drawn(duration_s=2.0)[1], drawn(duration_s=5.0, start=0.3)[1]
    moved = replace(long, xy_px=long.xy_px + [220.0, 0.0])
    whole = joined(short, moved)
    segment, checks, _ = check_body(info_of(whole), whole)
    assert len(segment) == len(long)
    assert segment.time_s[0] == pytest.approx(2.0)
    np.testing.assert_array_equal(segment.xy_px, moved.xy_px)
    assert {check.key: check.severity for check in checks}["no_cuts"] == "warn"


def test_a_cut_to_another_size_is_a_cut(drawn: Drawn) -> None:
    _, track = drawn(duration_s=3.0)
    middle = track.xy_px[:, [23, 24]].mean(axis=1, keepdims=True)
    closer = replace(track, xy_px=middle + 1.6 * (track.xy_px - middle))
    assert [len(segment) for segment in segments(joined(track, closer))] == [len(track), len(track)]


def test_a_montage_is_refused(drawn: Drawn) -> None:
    _, track = drawn(duration_s=1.0)
    shots = [replace(track, xy_px=track.xy_px + [200.0 * (index % 2), 0.0]) for index in range(6)]
    assert refusal(joined(*shots)).key == "no_cuts"


def test_a_short_gap_is_no_cut_and_a_long_one_is(drawn: Drawn) -> None:
    _, track = drawn(fps_hz=60.0)
    for lost, n in ((20, 1), (60, 2)):
        xy_px = track.xy_px.copy()
        xy_px[100 : 100 + lost] = np.nan
        assert len(segments(replace(track, xy_px=xy_px))) == n


def test_without_a_cut_in_the_picture_none_is_named(drawn: Drawn) -> None:
    _, track = drawn(fps_hz=60.0, duration_s=4.0)
    xy_px = track.xy_px.copy()
    xy_px[103:160] = np.nan
    refused = refusal(replace(track, xy_px=xy_px))
    assert refused.key == "no_cuts"
    assert "stands still or loses the runner" in str(refused.what)
    assert "1.7 seconds long" in str(refused.what)


@pytest.mark.parametrize(("runner_px", "severity"), [(400.0, "pass"), (130.0, "warn"), (70.0, "refuse")])
def test_a_small_runner(drawn: Drawn, runner_px: float, severity: str) -> None:
    _, track = drawn(runner_px=runner_px)
    if severity == "refuse":
        assert refusal(track).key == "big_enough"
    else:
        assert severities(track)["big_enough"] == severity


def test_a_height_in_pixels_is_about_the_runners(drawn: Drawn) -> None:
    """What is said of a runner 130 px tall names a height within a tenth."""
    _, track = drawn(runner_px=130.0)
    (said,) = [str(check.what) for check in check_body(info_of(track), track)[1] if check.key == "big_enough"]
    assert int("".join(filter(str.isdigit, said))) == pytest.approx(130, rel=0.1)


@pytest.mark.parametrize(
    ("fps_hz", "slow_motion", "severity"),
    [(60.0, 1.0, "pass"), (30.0, 1.0, "warn"), (120.0, 4.0, "pass"), (15.0, 1.0, "refuse")],
)
def test_frame_rate_counts_pictures_of_true_time(
    drawn: Drawn, fps_hz: float, slow_motion: float, severity: str
) -> None:
    _, track = drawn(fps_hz=fps_hz, slow_motion=slow_motion)
    if severity == "refuse":
        assert refusal(track).key == "frame_rate"
    else:
        assert severities(track)["frame_rate"] == severity


def test_a_short_clip_is_refused(drawn: Drawn) -> None:
    assert refusal(drawn(duration_s=1.0)[1]).key == "length"


def key_of(stride_s: float, n_strides: int, drawn: Drawn) -> str:
    with pytest.raises(Refused) as refused:
        check_strides(identify_legs(drawn()[1]), stride_s, n_strides)
    return refused.value.key


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_slow_motion_that_was_not_told_asks_with_the_likely_factor(drawn: Drawn, factor: int) -> None:
    with pytest.raises(Refused) as refused:
        check_strides(identify_legs(drawn()[1]), factor * 120 / 170, 8)
    assert refused.value.key == "true_speed"
    assert "?" in str(refused.value.what)
    assert f"probably {factor}" in str(refused.value.advice)


def test_slow_motion_that_was_told_wrongly_is_refused(drawn: Drawn) -> None:
    assert key_of(120 / 300, 8, drawn) == "true_speed"


@pytest.mark.parametrize(("n_strides", "severity"), [(1, "warn"), (5, "warn"), (6, "pass"), (12, "pass")])
def test_few_strides_are_warned_of(drawn: Drawn, n_strides: int, severity: str) -> None:
    checks = {check.key: check for check in check_strides(identify_legs(drawn()[1]), 0.7, n_strides)}
    assert checks["enough_strides"].severity == severity
    assert ("one stride" if n_strides == 1 else f"{n_strides} strides") in str(checks["enough_strides"].what)


def test_how_much_more_to_film_is_told(drawn: Drawn) -> None:
    """Two strides of 0.7 s were measured, six are asked for: four more take 2.8 s, and one second is spare."""
    checks = {check.key: check for check in check_strides(identify_legs(drawn()[1]), 0.7, 2)}
    assert "about 4 seconds more" in str(checks["enough_strides"].advice)


def test_a_scene_change_that_was_seen_parts_the_track(drawn: Drawn) -> None:
    _, track = drawn()
    parts = segments(track, [(2.0, 2.2)])
    assert [round(float(part.time_s[0]), 1) for part in parts] == [0.0, 2.0, 2.2]


def test_somebody_seen_here_and_there_is_nobody(drawn: Drawn) -> None:
    """What a model takes for a body now and then, where nobody is: that is no cut."""
    _, track = drawn()
    xy_px = np.full_like(track.xy_px, np.nan)
    for start in (20, 120, 260):
        xy_px[start : start + 30] = track.xy_px[start : start + 30]
    assert refusal(replace(track, xy_px=xy_px)).key == "one_runner"


def test_a_body_seen_for_a_moment_after_the_runner_left_is_no_scene(drawn: Drawn) -> None:
    _, track = drawn(duration_s=4.0)
    xy_px = track.xy_px.copy()
    xy_px[(track.time_s > 2.0) & (track.time_s < 3.0)] = np.nan
    xy_px[track.time_s > 3.1] = np.nan
    track = replace(track, xy_px=xy_px)
    segment, checks, _ = check_body(info_of(track), track)
    assert {check.key: check.severity for check in checks}["no_cuts"] == "pass"
    assert segment.time_s[-1] <= 2.0


def test_a_cut_from_an_empty_scene_is_told(drawn: Drawn) -> None:
    _, track = drawn(duration_s=5.0)
    xy_px = track.xy_px.copy()
    xy_px[:60] = np.nan
    track = replace(track, xy_px=xy_px)
    checks = check_body(info_of(track), track, [(0.9, 1.0)])[1]
    assert {check.key: check.severity for check in checks}["no_cuts"] == "warn"


def test_feet_that_come_and_go_are_told_with_their_share(drawn: Drawn) -> None:
    truth, track = drawn()
    lowest = float(np.quantile(truth.xy_px[:, 0, 5, 1], 0.8))
    (check,) = [
        check
        for check in check_body(info_of(track), replace(track, size_wh_px=(track.size_wh_px[0], int(lowest))))[1]
        if check.key == "whole_body"
    ]
    assert check.severity == "warn"
    assert "again and again" in str(check.what)
    assert "%" in str(check.what)


def test_slow_motion_asks_with_choices(drawn: Drawn) -> None:
    with pytest.raises(Refused) as refused:
        check_strides(identify_legs(drawn()[1]), 4 * 120 / 170, 8)
    assert refused.value.choices is not None
    assert refused.value.choices.slow_motion[0] == 4.0


def test_no_stride_is_refused(drawn: Drawn) -> None:
    assert key_of(0.7, 0, drawn) == "enough_strides"


@pytest.mark.parametrize(("confidence", "severity"), [(0.95, "pass"), (0.4, "warn")])
def test_legs_that_could_not_be_told_apart_are_warned_of(drawn: Drawn, confidence: float, severity: str) -> None:
    side = replace(identify_legs(drawn()[1]), confidence=confidence)
    assert {check.key: check.severity for check in check_strides(side, 0.7, 8)}["legs_told_apart"] == severity


def test_the_worst_of_some_checks() -> None:
    checks = [
        QualityCheck(key="level", severity=severity, what=message("So."), advice=message("Do."))
        for severity in ("pass", "warn", "pass")
    ]
    assert passed(checks[1]) is checks[1]
    with pytest.raises(Refused):
        passed(replace(checks[1], severity="refuse"))


def test_warnings_widen_errors_and_passes_do_not() -> None:
    def check(key: str, severity: Severity) -> QualityCheck:
        return QualityCheck(key=key, severity=severity, what=message("So."))

    assert widening([]) == 1.0
    assert widening([check("sharp_enough", "pass"), check("level", "warn")]) == 1.0
    assert widening([check("sharp_enough", "warn"), check("frame_rate", "warn")]) == pytest.approx(
        WIDER["sharp_enough"]
    )
    assert set(WIDER) <= set(CHECKS)
    assert min(WIDER.values()) > 1


def turned(track: PoseTrack, quarters: int) -> PoseTrack:
    """Return the body as a picture shows it that was turned by quarter turns, clockwise."""
    (width, height), xy_px = track.size_wh_px, track.xy_px
    for _ in range(quarters):
        xy_px = np.stack([height - xy_px[..., 1], xy_px[..., 0]], axis=-1)
        width, height = height, width
    return replace(track, xy_px=xy_px, size_wh_px=(width, height))


@pytest.mark.parametrize("way", ["left", "right"])
@pytest.mark.parametrize(("quarters", "said"), [(1, "on its side"), (2, "upside down"), (3, "on its side")])
def test_a_body_that_is_not_upright_is_refused(drawn: Drawn, quarters: int, said: str, way: str) -> None:
    track = turned(drawn(facing=way)[1], quarters)
    refused = refusal(track)
    assert refused.key == "upright"
    assert said in str(refused.what)
    assert "Rotate" in str(refused.advice)
    with pytest.raises(Refused, match=said):
        check_early(track)


@pytest.mark.parametrize("way", ["left", "right"])
def test_a_track_whose_y_points_up_is_refused(drawn: Drawn, way: str) -> None:
    _, track = drawn(facing=way)
    up = replace(track, xy_px=track.xy_px * [1, -1] + [0, track.size_wh_px[1]])
    with pytest.raises(Refused) as refused:
        measure_track(up, Answers())
    assert refused.value.key == "upright"
    assert "from the top" in str(refused.value.advice)


@pytest.mark.parametrize("roll_deg", [-20.0, 20.0])
def test_a_rolled_picture_is_not_on_its_side(drawn: Drawn, roll_deg: float) -> None:
    """A lean of 20 degrees in a picture rolled by 20 is still a runner's."""
    check_upright(drawn(Stride(lean_deg=20.0), roll_deg=roll_deg)[1])
