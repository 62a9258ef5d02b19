"""The average stride against the drawn runner's exact one, and by properties that any average stride has."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.model.report import Answers, Report
from core.model.strides import PHASES, MeanStride
from core.model.tracks import HEEL, HIP, KNEE, LANDMARK_OF, SHOULDER, TOE, Floats, PoseTrack, Side
from core.report.pipeline import measure_track
from simulation import Motion, Stride
from tests.core.test_measures import mirrored

Drawn = Callable[..., Any]
STRIDE = Stride(speed_mps=3.2, lean_deg=6.0)
SCENE: dict[str, Any] = {"fps_hz": 120.0, "start": 0.2}


def average(track: PoseTrack) -> MeanStride:
    made = measure_track(track, Answers()).mean_stride
    assert made is not None
    return made


@pytest.fixture(scope="module")
def track(drawn: Drawn) -> PoseTrack:
    return drawn(STRIDE, **SCENE).track


@pytest.fixture(scope="module")
def stride(track: PoseTrack) -> MeanStride:
    return average(track)


def behind_deg(upper: Floats, lower: Floats) -> Floats:
    """Return the angle behind vertical of a line hanging from upper to lower, x forward and y up."""
    line = lower - upper
    return np.degrees(np.arctan2(-line[:, 0], -line[:, 1]))


def points(stride: MeanStride, name: str) -> Floats:
    return np.array(stride.points[name])


def test_events_are_where_the_truth_has_them(stride: MeanStride) -> None:
    assert stride.stride_s == pytest.approx(STRIDE.stride_s, abs=0.003)
    assert stride.n_strides >= 5
    assert stride.toe_off == pytest.approx(STRIDE.duty_factor, abs=0.02)
    assert stride.mid_stance == stride.toe_off / 2
    assert stride.far_contact == pytest.approx(0.5, abs=0.02)
    assert stride.far_toe_off == pytest.approx(STRIDE.duty_factor + 0.5, abs=0.025)


@pytest.fixture(scope="module")
def late_s(track: PoseTrack, drawn: Drawn) -> float:
    """How late contacts are found, of which another test says how late they may be."""
    found = np.array(measure_track(track, Answers()).events.near.initial_contact_s)
    true = np.array(drawn(STRIDE, **SCENE).truth.events.near.initial_contact_s)
    return float(np.mean([(found - one)[np.abs(found - one).argmin()] for one in true[1:-1]]))


def test_curves_are_the_truth_but_for_what_smoothing_takes(stride: MeanStride, late_s: float) -> None:
    phase = np.arange(PHASES) / PHASES
    thigh, knee, _ = Motion(STRIDE).leg_deg(phase + late_s / STRIDE.stride_s).T
    # Around contact the true angles turn faster than any smoothing lets through.
    smooth = (phase > 0.1) & (phase < 0.9)
    for name, truth, within in (("thigh_extension", -thigh, 3.0), ("knee_flexion", knee, 5.0)):
        curve = stride.angles[name]
        assert np.abs(np.array(curve.mean) - truth)[smooth].max() < within
        assert max(curve.sd) < 3.0
    lean, extension, hip = (
        np.array(stride.angles[key].mean) for key in ("trunk_lean", "thigh_extension", "hip_flexion")
    )
    np.testing.assert_allclose(hip, lean - extension, atol=0.11)
    assert lean[phase < stride.toe_off].mean() == pytest.approx(STRIDE.lean_deg, abs=0.4)


def test_points_and_curves_say_the_same(stride: MeanStride) -> None:
    drawn_deg = behind_deg(points(stride, "near_hip"), points(stride, "near_knee"))
    np.testing.assert_allclose(drawn_deg, stride.angles["thigh_extension"].mean, atol=0.7)


def test_points_are_the_truth_in_leg_lengths(stride: MeanStride) -> None:
    body = Motion(STRIDE).body(STRIDE.stride_s * np.arange(PHASES) / PHASES)  # time 0 is a contact of its left foot
    joints, leg_m = body.joints_m[..., :2], (0.245 + 0.246) * STRIDE.height_m
    middle = joints[:, :, HIP].mean(axis=1)
    for leg, prefix in ((0, "near"), (1, "far")):
        for joint, name in ((HIP, "hip"), (KNEE, "knee"), (HEEL, "heel"), (TOE, "toe")):
            true = (joints[:, leg, joint] - middle) / leg_m
            found = points(stride, f"{prefix}_{name}") - (points(stride, "near_hip") + points(stride, "far_hip")) / 2
            # The camera sees the nearer leg a little larger, and smoothing rounds what is quick.
            assert np.abs(found - true).max() < 0.09, name
    true = (joints[:, :, SHOULDER].mean(axis=1) - middle) / leg_m
    found = points(stride, "shoulder") - (points(stride, "near_hip") + points(stride, "far_hip")) / 2
    assert np.abs(found - true).max() < 0.03
    rise = np.ptp((points(stride, "near_hip") + points(stride, "far_hip"))[:, 1] / 2)
    assert rise == pytest.approx(STRIDE.vertical_oscillation_m / leg_m, abs=0.01)


def test_the_mid_hip_is_over_nought_and_the_near_foot_touches_nought(stride: MeanStride) -> None:
    assert np.abs(points(stride, "near_hip") + points(stride, "far_hip"))[:, 0].max() <= 0.002
    lowest = min(points(stride, f"near_{joint}")[:, 1].min() for joint in ("heel", "toe"))
    assert lowest == pytest.approx(0, abs=0.002)


def test_the_end_meets_the_start(stride: MeanStride) -> None:
    for path in map(np.array, stride.points.values()):
        steps = np.linalg.norm(np.diff(path, axis=0, append=path[:1]), axis=1)
        assert steps[-1] <= 1.6 * steps.max() if steps.max() > 0.02 else steps[-1] < 0.02


def test_the_mirrored_clip_gives_the_same(track: PoseTrack, stride: MeanStride) -> None:
    other = average(mirrored(track))
    assert (other.n_strides, other.toe_off) == (stride.n_strides, stride.toe_off)
    for name, path in stride.points.items():
        np.testing.assert_allclose(other.points[name], path, atol=0.002)


def test_size_place_and_slow_motion_do_not_matter(track: PoseTrack, stride: MeanStride) -> None:
    slower = replace(track, xy_px=track.xy_px * 0.5 + 40, time_s=track.time_s * 4, slow_motion=4.0)
    other = average(slower)
    assert other.stride_s == pytest.approx(stride.stride_s, abs=0.001)
    for name, path in stride.points.items():
        np.testing.assert_allclose(other.points[name], path, atol=0.002)


@pytest.mark.parametrize("way", ["left", "right"])
def test_arms_are_drawn_where_they_were_and_only_where_they_were_followed(drawn: Drawn, way: Side) -> None:
    track = drawn(STRIDE, **SCENE, facing=way).track
    ahead = 1 if way == "right" else -1
    elbow, hand = {"left": (13, 15), "right": (14, 16)}[way]
    xy_px = np.array(track.xy_px)
    shoulders = xy_px[:, [LANDMARK_OF[side][SHOULDER] for side in ("left", "right")]].mean(axis=1)
    xy_px[:, elbow] = shoulders + [-20 * ahead, 60]
    xy_px[:, hand] = shoulders + [30 * ahead, 50]
    xy_px[:, {"left": 14, "right": 13}[way]] = np.nan
    stride = average(replace(track, xy_px=xy_px))
    assert "far_elbow" not in stride.points
    arm = points(stride, "near_elbow") - points(stride, "shoulder")
    assert (arm < 0).all(), "the elbow is behind and below the shoulder"
    assert (points(stride, "near_hand") - points(stride, "near_elbow"))[:, 0].min() > 0.05


def test_a_report_without_it_still_loads(track: PoseTrack) -> None:
    report = measure_track(track, Answers())
    plain = json.loads(report.to_json())
    assert plain.pop("mean_stride")["n_strides"] == report.mean_stride.n_strides  # type: ignore[union-attr]
    assert Report.from_json(json.dumps(plain)) == replace(report, mean_stride=None)


def test_it_is_small(stride: MeanStride, track: PoseTrack) -> None:
    plain = json.loads(measure_track(track, Answers()).to_json())["mean_stride"]
    assert len(json.dumps(plain, separators=(",", ":"))) < 20_000
