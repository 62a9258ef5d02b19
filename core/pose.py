"""Landmarks of a body in a clip. The only place that knows MediaPipe.

MediaPipe is pinned to 0.10.32: later versions open network sockets to send usage metrics (see ARCHITECTURE.md). It is
imported inside functions, so that everything else of the library works without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.clip import Picture, describe, frames, picture_times, read_header
from core.errors import SetUpError
from core.model import LANDMARKS, ClipInfo, Floats, PoseTrack

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import PoseLandmarker

MODEL = Path(__file__).parents[1] / "assets" / "pose_landmarker_full.task"
MODEL_SHA256 = "563b0638542257af9ea190a4965843ea135cce1c0a6129438fde6a85444573ad"

# MediaPipe smooths landmarks causally (One Euro), which delays them by about 10 ms and takes a degree or two off every
# peak. The filter works on time stamps: told that pictures are this far apart it lets everything through, while the tracking
# from picture to picture stays. Smoothing is ours, later, and without delay.
_STAMP_STEP_MS = 1_000_000


@cache
def _checked_model(path: Path) -> Path:
    """Return the path of the pose model once its hash is known to be right."""
    advice = "Build it again with tools/build_pose_model.py."
    if not path.is_file():
        raise SetUpError(f"The pose model {path.name} is missing.", advice)
    if path == MODEL and hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
        raise SetUpError(f"The pose model {path.name} is not the one this version was made with.", advice)
    return path


def model_path() -> Path:
    """Return the pose model to use: ours, or the one that `STRIDE_POSE_MODEL` names.

    Raises
    ------
    SetUpError
        Where it is missing, or ours was altered.
    """
    return _checked_model(Path(os.environ.get("STRIDE_POSE_MODEL") or MODEL))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the notices that native code writes to standard error while it starts out of ours."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def _landmarker() -> Iterator[PoseLandmarker]:
    """Open a landmarker for one clip; it follows one body from picture to picture."""
    model = model_path()
    with _quiet():
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)), running_mode=vision.RunningMode.VIDEO
        )
        landmarker = vision.PoseLandmarker.create_from_options(options)
    with landmarker:
        yield landmarker


def _landmarks(landmarker: PoseLandmarker, rgb: Picture, index: int) -> Floats:
    """Return x, y, z (in picture widths and heights) and visibility of each landmark, shape (33, 4), NaN where nobody is."""
    import mediapipe as mp

    image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)  # `rgb` must live as long as the image does
    with _quiet() if index == 0 else contextlib.nullcontext():
        result = landmarker.detect_for_video(image, index * _STAMP_STEP_MS)
    if not result.pose_landmarks:
        return np.full((LANDMARKS, 4), np.nan)
    return np.array([(point.x, point.y, point.z, point.visibility) for point in result.pose_landmarks[0]])


def read_pose(
    path: Path, *, slow_motion: float = 1.0, progress: Callable[[int, int], None] | None = None
) -> tuple[ClipInfo, PoseTrack]:
    """Follow the body in a clip.

    Pictures that only repeat the one before are left out, and the times of the others evened out for it.

    Parameters
    ----------
    path : Path
        The clip.
    slow_motion : float
        How many times slower than life it plays.
    progress : callable, optional
        Told pictures done and pictures to do.

    Returns
    -------
    ClipInfo
        What the container says and reading it showed.
    PoseTrack
        One entry for each distinct picture, in pixels of the full upright picture.

    Raises
    ------
    Refused
        `readable_file` or `length`, where the clip cannot be read.
    SetUpError
        Where the pose model is missing or altered.
    """
    header = read_header(path)
    shown_s: list[float] = []
    repeats: list[bool] = []
    points: list[Floats] = []
    with _landmarker() as landmarker:
        for index, frame in enumerate(frames(path)):
            if not frame.repeats:
                points.append(_landmarks(landmarker, frame.rgb, index))
            shown_s.append(frame.time_s)
            repeats.append(frame.repeats)
            if progress is not None:
                progress(index + 1, max(header.n_frames, index + 1))
    time_s = picture_times(np.array(shown_s), np.array(repeats))
    width, height = header.size_wh_px
    landmarks = np.array(points)
    track = PoseTrack(
        time_s=time_s,
        xy_px=landmarks[:, :, :2] * (width, height),
        visibility=np.nan_to_num(landmarks[:, :, 3]),
        depth_px=landmarks[:, :, 2] * width,
        size_wh_px=header.size_wh_px,
        slow_motion=slow_motion,
    )
    return describe(header, time_s, sum(repeats)), track
