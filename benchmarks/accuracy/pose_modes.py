"""Which way of running the pose model measures best: tracking with its smoothing, without, both ways, or each frame by itself.

Run it with `uv run python -m benchmarks pose-modes`. Drawn runners give the truth, clips in `../shared/clips` the share
of frames whose legs were exchanged or put where they cannot be.
"""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from benchmarks.accuracy.simulated import BASE
from core.gait.angles import angle_series
from core.gait.definitions import measure
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.model.measures import MeasureKey, value_of
from core.model.report import Answers
from core.model.tracks import FAR, NEAR, Floats, PoseTrack, Side
from core.paths import ROOT
from core.pose.pose_model import model_path
from core.video.display import Picture
from core.video.duplicate_frames import picture_times
from core.video.reader import frames, read_header
from simulation import Stride, draw_clip

CLIPS = ROOT.parent / "shared" / "clips"
REAL = (
    "mirror_pair_a_rtl.mp4",
    "mirror_pair_b_ltr.mp4",
    "treadmill_gym_a_30fps_ltr.mp4",
    "overground_follow_30fps_ltr.mp4",
)
FIGURES: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension", "hip_ankle_extension", "knee_flexion_contact")

Pass = Callable[[list[Picture], Floats], Floats]


def _run(pictures: list[Picture], stamps_ms: list[int] | None) -> Floats:
    """Return the landmarks of each picture, shape (n, 33, 4); tracked if time stamps are given, otherwise each found by itself."""
    mode = vision.RunningMode.VIDEO if stamps_ms else vision.RunningMode.IMAGE
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path())), running_mode=mode
    )
    found = []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for index, rgb in enumerate(pictures):
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            result = landmarker.detect_for_video(image, stamps_ms[index]) if stamps_ms else landmarker.detect(image)
            body = result.pose_landmarks[0] if result.pose_landmarks else None
            found.append(np.array([(p.x, p.y, p.z, p.visibility) for p in body]) if body else np.full((33, 4), np.nan))
    return np.array(found)


def smoothed(pictures: list[Picture], time_s: Floats) -> Floats:
    """Track once with true time stamps: with the smoothing of the model's own graph."""
    return _run(pictures, [round(1000 * t) for t in time_s])


def unsmoothed(pictures: list[Picture], time_s: Floats) -> Floats:
    """Track once, told that pictures are far apart: no smoothing. This is what `core/pose/landmarker.py` does."""
    return _run(pictures, [1_000_000 * index for index in range(len(time_s))])


def both_ways(pictures: list[Picture], time_s: Floats) -> Floats:
    """Take the mean of a smoothed pass forward and one backward."""
    back = _run(pictures[::-1], [round(1000 * (time_s[-1] - t)) for t in time_s[::-1]])
    return (smoothed(pictures, time_s) + back[::-1]) / 2


def anew(pictures: list[Picture], _time_s: Floats) -> Floats:
    """Find the body in each frame by itself."""
    return _run(pictures, None)


PASSES: dict[str, Pass] = {
    "tracking, smoothed": smoothed,
    "tracking, unsmoothed": unsmoothed,
    "both ways, smoothed": both_ways,
    "each picture anew": anew,
}


def track_of(clip: Path, how: Pass) -> tuple[PoseTrack, float]:
    """Return a clip's pose track by one of the passes, and what it cost in milliseconds a picture."""
    shown = list(frames(clip))
    time_s = picture_times(np.array([f.time_s for f in shown]), np.array([f.repeats for f in shown]))
    pictures = [f.rgb for f in shown if not f.repeats]
    started_s = time.perf_counter()
    points = how(pictures, time_s)
    cost_ms = 1000 * (time.perf_counter() - started_s) / len(pictures)
    width, height = read_header(clip).size_wh_px
    track = PoseTrack(
        time_s=time_s,
        xy_px=points[..., :2] * (width, height),
        visibility=np.nan_to_num(points[..., 3]),
        depth_px=points[..., 2] * width,
        size_wh_px=(width, height),
    )
    return track, cost_ms


def main() -> None:
    """Print the table."""
    strides = (
        Stride(speed_mps=2.8, lean_deg=5.0),
        Stride(speed_mps=3.3, lean_deg=12.0),
        Stride(speed_mps=3.6, lean_deg=2.0),
    )
    print(f"{'':22}" + "".join(f"{key:>22}" for key in FIGURES) + f"{'wrong legs, real %':>20}{'ms a picture':>14}")
    with tempfile.TemporaryDirectory() as folder:
        drawn = []
        for number, stride in enumerate(strides):
            clip = Path(folder) / f"{number}.mp4"
            facing: Side = "left" if number % 2 else "right"
            drawn.append(
                (clip, draw_clip(clip, dataclasses.replace(BASE, stride=stride, facing=facing, duration_s=3.0)))
            )
        for name, how in PASSES.items():
            off: dict[str, list[float]] = {key: [] for key in FIGURES}
            costs = []
            for clip, truth in drawn:
                track, cost_ms = track_of(clip, how)
                costs.append(cost_ms)
                side = identify_legs(track)
                period_s = stride_s(side)
                assert period_s is not None, "a drawn runner strides"
                got = measure(side, find_events(side, period_s), angle_series(side), period_s, Answers())
                for key in FIGURES:
                    value = value_of(got[key])
                    off[key].append(np.nan if value is None else abs(value - truth.figures[key]))
            wrong = []
            for file in REAL:
                if (CLIPS / file).exists():
                    side = identify_legs(track_of(CLIPS / file, how)[0])
                    wrong.append(100 * (1 - float(side.seen[:, [NEAR, FAR]].mean()) + side.repaired))
            row = "".join(f"{np.nanmean(off[key]):22.2f}" for key in FIGURES)
            print(f"{name:22}{row}{np.mean(wrong) if wrong else np.nan:20.1f}{np.median(costs):14.1f}", flush=True)


if __name__ == "__main__":
    main()
