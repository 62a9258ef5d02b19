"""The pose model on the demo clip, and what is said where the model is missing."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from core.errors import SetUpError
from core.gait.angles import angle_series
from core.gait.legs import identify_legs
from core.model.progress import Progress
from core.model.report import Answers
from core.model.tracks import LANDMARK_OF, LANDMARKS, ClipInfo, PoseTrack
from core.paths import ROOT
from core.pose import full_pass, landmarker, pose_model
from core.pose.accumulator import FullPass
from core.report.pipeline import Analysis, analyse, measure_track
from core.video.reader import Header, Picture, frames

ASSETS = ROOT / "assets"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    return json.loads((ASSETS / "demo_clip.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def progress() -> list[Progress]:
    return []


@pytest.fixture(scope="module")
def analysis(progress: list[Progress]) -> Analysis:
    """The demo clip's, made once; what is told meanwhile is noted."""
    return analyse(ASSETS / "demo_clip.mp4", Answers(effort="easy"), progress=progress.append)


@pytest.fixture(scope="module")
def read(analysis: Analysis) -> tuple[ClipInfo, PoseTrack]:
    return analysis.report.clip, analysis.track


@pytest.mark.pose
def test_the_drawn_runner_is_seen_on_every_picture(
    read: tuple[ClipInfo, PoseTrack], truth: dict[str, Any], progress: list[Progress]
) -> None:
    info, track = read
    assert (info.n_frames, info.n_repeated, info.size_wh_px) == (360, 0, (720, 1280))
    assert track.seen.all()
    np.testing.assert_allclose(track.time_s, truth["time_s"], atol=1e-4)
    told = [(now.done, now.total) for now in progress if now.stage == "reading"]
    # Nothing is told of the frames that are read until it is sure who runs.
    assert told == [(done, 360) for done in range(told[0][0], 361)]
    near = track.xy_px[:, LANDMARK_OF[truth["near_side"]]]
    true = np.array(truth["xy_px"])[:, 0]
    # Hip, knee and ankle of the near leg, within 3 % of the runner's height of 640 px.
    assert np.median(np.linalg.norm(near - true, axis=-1)[:, 1:4]) < 0.03 * 640


@pytest.mark.pose
@pytest.mark.parametrize(("key", "within"), [("trunk_lean", 1.5), ("leg_extension", 2.5), ("cadence", 0.5)])
def test_the_drawn_runners_figures_come_back(
    read: tuple[ClipInfo, PoseTrack], truth: dict[str, Any], key: str, within: float
) -> None:
    found = measure_track(read[1], Answers()).measures[key]
    assert found.value == pytest.approx(truth["figures"][key], abs=within)


@pytest.mark.pose
def test_the_drawn_runners_cadence_is_told_before_the_clip_is_read(
    analysis: Analysis, truth: dict[str, Any], progress: list[Progress]
) -> None:
    early = [now for now in progress if now.stage == "reading" and now.cadence_spm]
    assert early[0].done < 0.6 * early[0].total
    assert all(now.cadence_spm == pytest.approx(truth["figures"]["cadence"], abs=3) for now in early)
    assert progress[-1].cadence_spm == analysis.report.measures["cadence"].value


@pytest.mark.pose
def test_the_near_side_is_less_deep(read: tuple[ClipInfo, PoseTrack]) -> None:
    track = read[1]
    assert track.depth_px is not None
    # The near side of a runner who faces right is the right one.
    left, right = (float(np.median(track.depth_px[:, LANDMARK_OF[side][1]])) for side in ("left", "right"))
    assert right < left


@pytest.mark.pose
def test_repeated_pictures_are_left_out_of_the_track(tmp_path: Path) -> None:
    """The demo clip's first 40 pictures, every fourth one shown twice."""
    shown = [(index * 4 + 3) // 5 for index in range(49)]
    pictures = [frame.rgb for frame in itertools.islice(frames(ASSETS / "demo_clip.mp4"), 40)]
    clip = tmp_path / "padded.mp4"
    with av.open(str(clip), "w") as out:
        stream = out.add_stream("libx264", rate=60, width=720, height=1280, pix_fmt="yuv420p")
        for index in shown:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pictures[index], format="rgb24")))
        out.mux(stream.encode())
    info, track = full_pass.read_pose(clip)
    assert (info.n_frames, info.n_repeated, len(track)) == (40, 9, 40)
    np.testing.assert_allclose(np.diff(track.time_s[5:-5]), 1 / 48, atol=1e-3)


def filmed(path: Path, pictures: list[Picture], fps_hz: int) -> Path:
    """Write pictures to a clip that loses nothing of them, so that one and its mirror image are the same but for that."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264rgb", rate=fps_hz, pix_fmt="rgb24", options={"qp": "0"})
        stream.height, stream.width = pictures[0].shape[:2]
        for rgb in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        out.mux(stream.encode())
    return path


@pytest.mark.pose
def test_a_clip_and_its_mirror_image_show_the_same_body(tmp_path: Path) -> None:
    """At 30 frames per second both landmarkers see the first pictures, so which way the runner faces makes no difference."""
    pictures = [frame.rgb for frame in itertools.islice(frames(ASSETS / "demo_clip.mp4"), 0, 40, 2)]
    turned = [np.ascontiguousarray(rgb[:, ::-1]) for rgb in pictures]
    _, one = full_pass.read_pose(filmed(tmp_path / "one.mkv", pictures, 30))
    _, other = full_pass.read_pose(filmed(tmp_path / "other.mkv", turned, 30))
    near, near_turned = one.xy_px[:, LANDMARK_OF["right"]], other.xy_px[:, LANDMARK_OF["left"]]
    np.testing.assert_allclose(near, near_turned * [-1, 1] + [one.size_wh_px[0], 0], atol=0.3)


@pytest.mark.pose
def test_two_landmarkers_in_turn_are_joined_without_a_seam(read: tuple[ClipInfo, PoseTrack]) -> None:
    """Against one that sees every picture: the same angles, and nothing left that goes to and fro from picture to picture."""
    track = read[1].part(0, 150)
    with pose_model.open_landmarker() as opened:
        shown = itertools.islice(frames(ASSETS / "demo_clip.mp4"), len(track))
        seen = [landmarker._landmarks(opened, frame.rgb, n) for n, frame in enumerate(shown)]
    once = replace(track, xy_px=np.array(seen)[:, :, :2] * track.size_wh_px)
    angles = [angle_series(identify_legs(one)) for one in (track, once)]
    for name in ("trunk_lean_deg", "thigh_extension_deg", "knee_flexion_deg"):
        ours, theirs = (getattr(one, name).reshape(len(one.time_s), -1)[:, 0] for one in angles)
        assert np.median(np.abs(ours - theirs)) < 2.0
        at_pictures = np.interp(track.time_s, angles[0].time_s, ours)
        off_neighbours = at_pictures[1:-1] - (at_pictures[:-2] + at_pictures[2:]) / 2
        assert abs((off_neighbours * (-1.0) ** np.arange(len(off_neighbours))).mean()) < 0.05


@pytest.mark.parametrize(
    ("fps_hz", "slow_motion", "rates"),
    [
        (24.0, 1.0, ["slow"] * 8),
        (30.0, 1.0, ["slow"] * 8),
        (60.0, 1.0, ["slow", *["usual"] * 7]),
        (30.0, 2.0, ["slow", *["usual"] * 7]),
        (120.0, 1.0, ["slow", "skipped", "usual", "skipped", "usual", "skipped", "usual", "skipped"]),
        (240.0, 1.0, ["slow", *["skipped"] * 3, "usual", *["skipped"] * 3]),
        (30.0, 8.0, ["slow", *["skipped"] * 3, "usual", *["skipped"] * 3]),
    ],
)
def test_fast_pictures_are_skipped_and_slow_ones_known(fps_hz: float, slow_motion: float, rates: list[str]) -> None:
    rate = full_pass.Rate(slow_motion)
    assert [rate(index / fps_hz) for index in range(8)] == rates


def test_landmarkers_take_turns_unless_both_are_wanted() -> None:
    turns = full_pass.Turns()
    wanted = [True, False, False, False, True, False, False]
    assert [turns(both=both) for both in wanted] == [(0, 1), (1,), (0,), (1,), (0, 1), (1,), (0,)]


class Looked:
    """Stands in for a landmarker: counts the frames that it is given, and finds the same body in each."""

    def __init__(self, legs: float) -> None:
        self.frames: list[int] = []
        self._body = np.ones((LANDMARKS, 4)) * 0.5
        self._body[23:25, 1], self._body[25:29, 1], self._body[29:, 1] = 0.4, 0.6, 0.8
        self._body[25:, 0] += legs

    def look(self, _rgb: Picture, index: int, _part: landmarker.Square) -> Future[np.ndarray]:
        self.frames.append(index)
        found: Future[np.ndarray] = Future()
        found.set_result(self._body.copy())
        return found


@pytest.mark.parametrize(("second_legs", "n_second"), [(0.01, 90 + full_pass.AHEAD + 52), (0.3, 200)])
def test_both_see_the_first_slow_pictures_and_all_if_they_disagree(
    monkeypatch: pytest.MonkeyPatch, second_legs: float, n_second: int
) -> None:
    eyes = Looked(0.0), Looked(second_legs)
    shown = [SimpleNamespace(time_s=n / 30, repeats=False, rgb=np.zeros((20, 20, 3), np.uint8)) for n in range(200)]
    monkeypatch.setattr(full_pass, "frames", lambda *_, **__: iter(shown))
    monkeypatch.setattr(full_pass, "two_eyes", lambda: nullcontext(eyes))
    so_far = FullPass(Header(size_wh_px=(20, 20), n_frames=200, duration_s=6.7, codec="", rotation_deg=0), 1.0)
    assert sum(step is None for step in full_pass.full_pass(Path("clip.mp4"), so_far)) == 200
    assert sorted({*eyes[0].frames, *eyes[1].frames}) == list(range(200))
    assert len(eyes[1].frames) == n_second
    assert eyes[0].frames[:96] == eyes[1].frames[:96] == list(range(96))
    assert len(so_far.first_opinion()) == len(so_far.track()) == 200


def said(path: Path, monkeypatch: pytest.MonkeyPatch, *, ours: bool) -> SetUpError:
    if ours:
        monkeypatch.setattr(pose_model, "MODEL", path)
    monkeypatch.setattr(pose_model, "_used", path)
    with pytest.raises(SetUpError) as error:
        pose_model.model_path()
    assert path.name in str(error.value.what)
    assert "build_pose_model" in str(error.value.advice)
    return error.value


@pytest.mark.parametrize("ours", [True, False])
def test_a_missing_model_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: bool) -> None:
    assert "missing" in str(said(tmp_path / "gone.task", monkeypatch, ours=ours).what)


def test_an_altered_model_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = tmp_path / "altered.task"
    data = bytearray(pose_model.MODEL.read_bytes())
    data[len(data) // 2] ^= 1
    altered.write_bytes(data)
    assert "not the one" in str(said(altered, monkeypatch, ours=True).what)


def test_our_model_is_the_one_this_version_was_made_with() -> None:
    assert pose_model.model_path() == pose_model.MODEL


def test_another_model_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "heavy.task"
    other.write_bytes(b"another model")
    monkeypatch.setattr(pose_model, "_used", pose_model.MODEL)  # put back afterwards
    pose_model.use_model(other)
    assert pose_model.model_path() == other


def test_the_model_fails_before_the_clip_is_read_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pose_model, "_used", tmp_path / "gone.task")
    with pytest.raises(SetUpError):
        full_pass.read_pose(ASSETS / "demo_clip.mp4")


def test_importing_the_library_does_not_import_mediapipe() -> None:
    """In a fresh interpreter: the import is slow, and everything but the pose works without it."""
    code = "import sys, core.report.pipeline, core.report.rendering; sys.exit('mediapipe' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ASSETS.parent, check=False).returncode == 0
