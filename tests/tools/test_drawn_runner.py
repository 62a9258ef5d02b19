"""The drawn runner is the end-to-end truth, so it is itself held to known geometry here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.model.tracks import ANKLE, HEEL, HIP, JOINTS, KNEE, LANDMARK_OF, SHOULDER, TOE
from core.paths import ROOT
from simulation import Motion, Scene, Stride, draw_clip, frames, truth_of
from simulation.motion import LEFT, RIGHT
from simulation.proportions import Proportions
from simulation.truth import figures_of
from tools.make_demo_clip import DEMO

ASSETS = ROOT / "assets"


@pytest.fixture(scope="module")
def motion() -> Motion:
    return Motion(Stride())


@pytest.fixture(scope="module")
def small() -> Scene:
    return Scene(size_wh_px=(240, 320), runner_px=170, duration_s=1.0, fps_hz=50)


def sampled(motion: Motion, rate_hz: float = 1000.0) -> tuple[np.ndarray, np.ndarray]:
    """Return times over one stride and the left side's joints, (n, 6, 3)."""
    time_s = np.arange(0, motion.stride.stride_s, 1 / rate_hz)
    return time_s, motion.body(time_s).joints_m[:, LEFT]


@pytest.mark.parametrize(
    "stride", [Stride(), Stride(speed_mps=4.5, foot_strike_deg=-6), Stride(speed_mps=1.3, walking=True)]
)
def test_bones_keep_their_length(stride: Stride) -> None:
    body = Motion(stride).body(np.linspace(0, 2, 301))
    for upper, lower in [(HIP, KNEE), (KNEE, ANKLE), (ANKLE, HEEL), (HEEL, TOE), (ANKLE, TOE)]:
        length = np.linalg.norm(body.joints_m[:, :, upper] - body.joints_m[:, :, lower], axis=-1)
        assert np.ptp(length) < 1e-9
    arm = np.linalg.norm(body.arms_m[:, :, 0] - body.joints_m[:, :, SHOULDER], axis=-1)
    assert np.ptp(arm) < 1e-9
    assert np.ptp(np.linalg.norm(np.diff(body.arms_m, axis=2), axis=-1)) < 1e-9


@pytest.mark.parametrize("stride", [Stride(), Stride(foot_strike_deg=-6), Stride(speed_mps=1.3, walking=True)])
def test_the_foot_on_the_ground_does_not_slide(stride: Stride) -> None:
    """Heel down: it moves as the belt does. Heel up: the toe does. Nothing goes below the belt."""
    motion = Motion(stride)
    time_s, joints = sampled(motion)
    on_ground = time_s < stride.contact_ms / 1e3
    ground_x = joints[..., 0] + (stride.speed_mps * time_s)[:, None]
    sole = motion.leg_deg(time_s / stride.stride_s)[:, 2]
    heel_down, toe_down = on_ground & (sole > 1e-9), on_ground & (sole < -1e-9)
    for joint, down in ((HEEL, heel_down), (TOE, toe_down)):
        if down.sum() > 1:
            assert np.ptp(ground_x[down, joint]) < 1e-9
            assert joints[down, joint, 1] == pytest.approx(Proportions().sole * stride.height_m, abs=1e-9)
    assert toe_down.sum() > 20
    assert joints[:, [HEEL, TOE], 1].min() > 0


@settings(max_examples=5, deadline=None, derandomize=True, phases=[Phase.generate])
@given(
    speed=st.floats(2.4, 4.2),
    lean=st.floats(0, 15),
    extension=st.floats(10, 30),
    cadence=st.floats(155, 190),
    longer=st.floats(0.94, 1.06),
)
def test_what_is_asked_for_comes_out(
    speed: float, lean: float, extension: float, cadence: float, longer: float
) -> None:
    stride = Stride(speed_mps=speed, lean_deg=lean, extension_deg=extension, cadence_spm=cadence)
    stride = replace(stride, contact_ms=stride.contact_ms * longer)
    got = figures_of(Motion(stride))
    assert got["trunk_lean"] == pytest.approx(lean, abs=0.01)
    assert got["leg_extension"] == pytest.approx(extension, abs=0.05)
    assert got["cadence"] == pytest.approx(cadence)
    assert got["contact_time"] == pytest.approx(stride.contact_ms)
    assert got["heel_recovery"] == pytest.approx(stride.knee_swing_deg, abs=0.05)


def test_a_usual_run_looks_like_the_lab(motion: Motion) -> None:
    """Lab means at 3 m/s (doi:10.7717/peerj.3298), and the timing that event detectors tuned on lab data rely on."""
    got = figures_of(motion)
    assert 15 < got["leg_extension_at_toe_off"] < got["leg_extension"] < 24
    assert 25 < got["hip_ankle_extension"] < 32
    assert 36 < got["knee_flexion_stance"] < 50
    assert 0.17 < got["overstride"] < 0.29
    stride = motion.stride
    time_s, joints = sampled(motion)
    ahead = joints[..., 0] - joints[:, [HIP], 0]
    before_contact = (stride.stride_s - time_s[ahead[:, HEEL].argmax()]) * 1e3
    assert 15 < before_contact < 40
    after_toe_off = time_s[ahead[:, TOE].argmin()] * 1e3 - stride.contact_ms
    assert 70 < after_toe_off < 130


def test_left_is_right_half_a_stride_later(motion: Motion) -> None:
    time_s = np.linspace(0, 1.4, 50)
    left = motion.body(time_s).joints_m[:, LEFT]
    right = motion.body(time_s + motion.stride.stride_s / 2).joints_m[:, RIGHT]
    np.testing.assert_allclose(left, right * [1, 1, -1], atol=1e-12)


def test_facing_left_is_the_mirror_picture(motion: Motion) -> None:
    """The other side is near, half a stride later, and every joint lies at the mirrored column."""
    scene = Scene(duration_s=1.0)
    right = truth_of(scene, motion)
    left = truth_of(replace(scene, facing="left", start=0.5), motion)
    assert (right.near_side, left.near_side) == ("right", "left")
    np.testing.assert_allclose(left.xy_px[..., 0], scene.size_wh_px[0] - right.xy_px[..., 0], atol=1e-6)
    np.testing.assert_allclose(left.xy_px[..., 1], right.xy_px[..., 1], atol=1e-6)
    assert left.events.near.toe_off_s == pytest.approx(right.events.near.toe_off_s)


def test_events_are_where_the_foot_touches_and_leaves(motion: Motion) -> None:
    """Seen on the joints alone: the lowest point of the foot is on the belt between contact and toe-off, and only there."""
    contacts, toe_offs = motion.events_s("right", 0.0, 2.5)
    time_s = np.arange(0, 2.5, 0.001)
    lowest = motion.body(time_s).joints_m[:, RIGHT, [HEEL, TOE], 1].min(axis=1)
    down = lowest < Proportions().sole * motion.stride.height_m + 1e-4
    assert len(contacts) >= 3
    for contact, toe_off in zip(contacts, toe_offs[toe_offs > contacts[0]], strict=False):
        assert down[(time_s > contact) & (time_s < toe_off)].all()
        assert not down[(time_s > toe_off + 0.012) & (time_s < toe_off + 0.2)].any()
        assert not down[(time_s > contact - 0.2) & (time_s < contact - 0.012)].any()


def test_roll_turns_the_truth_about_the_middle(motion: Motion) -> None:
    """A trunk that leans forward by 7 degrees leans by 12 in the picture of a camera rolled by 5, facing right."""

    def lean(roll_deg: float) -> float:
        xy = truth_of(Scene(roll_deg=roll_deg, distance_m=500.0), motion).xy_px.mean(axis=1)
        line = xy[:, SHOULDER] - xy[:, HIP]
        return float(np.degrees(np.arctan2(line[:, 0], -line[:, 1])).mean())

    assert lean(5.0) - lean(0.0) == pytest.approx(5.0, abs=1e-3)


@pytest.mark.sweep
def test_impossible_strides_are_refused() -> None:
    with pytest.raises(ValueError, match="duty factor"):
        Stride(contact_ms=400)
    with pytest.raises(ValueError, match="comes out"):
        Motion(Stride(speed_mps=2.5, extension_deg=60))


@pytest.mark.parametrize(("suffix", "codec"), [("mp4", "libx264"), ("mov", "libx264"), ("mkv", "mpeg4")])
def test_the_clip_plays_as_its_truth_says(tmp_path: Path, small: Scene, suffix: str, codec: str) -> None:
    path = tmp_path / f"clip.{suffix}"
    truth = draw_clip(path, replace(small, slow_motion=2.0), codec=codec)
    with av.open(str(path)) as container:
        times = [frame.time for frame in container.decode(video=0)]
        assert (container.streams.video[0].width, container.streams.video[0].height) == small.size_wh_px
    assert len(times) == len(truth.time_s) == 50
    # The file plays twice as slow; mkv keeps milliseconds.
    assert np.array(times) == pytest.approx(2 * truth.time_s, abs=1e-3)


def test_the_same_scene_gives_the_same_bytes(tmp_path: Path, small: Scene) -> None:
    scene = replace(small, noise=4.0, duration_s=0.3)
    for name in ("a.mp4", "b.mp4"):
        draw_clip(tmp_path / name, scene)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"surface": "ground"},
        {"surface": "ground", "camera": "fixed"},
        {"view_angle_deg": 90.0},
        {"view_angle_deg": -90.0, "facing": "left"},
        {"bystander": True, "roll_deg": -4.0},
        {"exposure_s": 0.01, "blur_px": 1.5, "brightness": 0.4, "noise": 6.0},
    ],
)
def test_every_scene_shows_a_runner_who_moves(motion: Motion, small: Scene, changes: dict[str, object]) -> None:
    scene = replace(small, duration_s=0.2, **changes)
    pictures = np.stack(list(frames(scene, motion))).astype(float)
    assert pictures.shape == (10, 320, 240, 3)
    assert np.abs(pictures[-1] - pictures[0]).max() > 40


def test_the_runner_is_painted_where_the_truth_says(motion: Motion, small: Scene) -> None:
    """Pictures with and without limbs differ at the true joints: skin at the knees, not backdrop."""
    scene = replace(small, duration_s=0.4)
    truth = truth_of(scene, motion)
    for picture, xy in zip(frames(scene, motion), truth.xy_px, strict=True):
        column, row = np.round(xy[0, KNEE]).astype(int)
        blue, green, red = picture[row, column].astype(int)
        assert red - blue > 40
        assert red > green > blue


def test_the_demo_clip_is_what_the_tool_makes() -> None:
    told = json.loads((ASSETS / "demo_clip.json").read_text(encoding="utf-8"))
    made = json.loads(truth_of(DEMO.scene, Motion(DEMO.scene.stride)).to_json())
    assert told["figures"] == pytest.approx(made["figures"], abs=0.01)
    np.testing.assert_allclose(told["xy_px"], made["xy_px"], atol=0.1)
    with av.open(str(ASSETS / "demo_clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt, stream.frames) == ("h264", "yuv420p", len(told["time_s"]))
    assert (ASSETS / "demo_clip.mp4").stat().st_size < 800_000


@pytest.mark.pose
def test_the_pose_model_follows_the_runner(motion: Motion) -> None:
    """On every frame, near-side joints within a tenth of the runner's height on average."""
    import mediapipe as mp

    scene = Scene(size_wh_px=(540, 640), runner_px=440, duration_s=0.8, fps_hz=30)
    truth, vision = truth_of(scene, motion), mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=str(ASSETS / "pose_landmarker_full.task")),
        running_mode=vision.RunningMode.VIDEO,
    )
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for picture, xy, time_s in zip(frames(scene, motion), truth.xy_px, truth.time_s, strict=True):
            rgb = np.ascontiguousarray(picture[:, :, ::-1])
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            (found,) = landmarker.detect_for_video(image, round(time_s * 1e3)).pose_landmarks
            seen = np.array([[found[i].x, found[i].y] for i in LANDMARK_OF[truth.near_side]]) * scene.size_wh_px
            assert seen.shape == (len(JOINTS), 2)
            assert np.linalg.norm(seen - xy[0], axis=1).mean() < 0.1 * scene.runner_px
