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
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.clip import LINES, Picture, describe, frames, glances, picture_times, read_header
from core.errors import SetUpError
from core.track import LANDMARKS, ClipInfo, Floats, PoseTrack

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import PoseLandmarker

WINDOW_PX = 640
"""Side that a window around the runner is read at, where the clip has as many pixels."""

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
def _landmarker(*, bodies: int = 1) -> Iterator[PoseLandmarker]:
    """Open a landmarker for one clip: it follows one body from picture to picture, or finds several in each picture anew."""
    model = model_path()
    with _quiet():
        from mediapipe.tasks.python import BaseOptions, vision

        mode = vision.RunningMode.VIDEO if bodies == 1 else vision.RunningMode.IMAGE
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)), running_mode=mode, num_poses=bodies
        )
        landmarker = vision.PoseLandmarker.create_from_options(options)
    with landmarker:
        yield landmarker


class Window(NamedTuple):
    """A part of a picture that moves with the runner, square, in pixels of the full upright picture.

    `time_s` has shape (n,), `centre_xy_px` (n, 2), `side_px` (n,); between the times it moves evenly.
    """

    time_s: Floats
    centre_xy_px: Floats
    side_px: Floats

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Return left, top and side at a time."""
        x, y = (float(np.interp(time_s, self.time_s, self.centre_xy_px[:, axis])) for axis in (0, 1))
        side = float(np.interp(time_s, self.time_s, self.side_px))
        return x - side / 2, y - side / 2, side


def _landmarks(landmarker: PoseLandmarker, rgb: Picture, index: int, *, quiet: bool = False) -> Floats:
    """Return x, y, z (in picture widths and heights) and visibility of each landmark, shape (33, 4), NaN where nobody is."""
    import mediapipe as mp

    image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)  # `rgb` must live as long as the image does
    with _quiet() if quiet else contextlib.nullcontext():
        result = landmarker.detect_for_video(image, index * _STAMP_STEP_MS)
    if not result.pose_landmarks:
        return np.full((LANDMARKS, 4), np.nan)
    return np.array([(point.x, point.y, point.z, point.visibility) for point in result.pose_landmarks[0]])


def _cut(rgb: Picture, left: float, top: float, side: float) -> tuple[Picture, Floats, Floats]:
    """Return a part of a picture, with origin and size of that part as shares of the picture's width and height."""
    height, width = rgb.shape[:2]
    x, y = (round(np.clip(v, 0, size - 2)) for v, size in ((left, width), (top, height)))
    right, bottom = max(x + 2, min(width, round(left + side))), max(y + 2, min(height, round(top + side)))
    part = np.ascontiguousarray(rgb[y:bottom, x:right])
    return part, np.array([x / width, y / height]), np.array([(right - x) / width, (bottom - y) / height])


def _lines_for(window: Window, size_wh_px: tuple[int, int]) -> int:
    """Return how many lines a picture needs so that the window is as large as the pose model can use."""
    return max(LINES, round(WINDOW_PX / float(np.median(window.side_px)) * min(size_wh_px)))


def _in_window(
    landmarker: PoseLandmarker, rgb: Picture, index: int, window: tuple[float, float, float], *, quiet: bool = False
) -> Floats:
    """Return the landmarks of the body in a window (in pixels of this picture), as `_landmarks` does for the whole picture."""
    part, origin, share = _cut(rgb, *window)
    found = _landmarks(landmarker, part, index, quiet=quiet)
    found[:, :2] = origin + found[:, :2] * share
    found[:, 2] *= share[0]
    return found


def _tiles(rgb: Picture, share: float) -> Iterator[tuple[float, float, float]]:
    """Yield squares (left, top, side) that cover a picture, half over one another; `share` is their side over its short side."""
    height, width = rgb.shape[:2]
    side = share * min(width, height)
    for top in np.linspace(0, height - side, max(1, round(2 * height / side) - 1)):
        for left in np.linspace(0, width - side, max(1, round(2 * width / side) - 1)):
            yield float(left), float(top), side


class Glimpse(NamedTuple):
    """Who is in a picture.

    `time_s` as the file plays, `rgb` the picture (scaled), and `bodies` of shape (people, 33, 4): x and y in pixels of the full
    upright picture, depth in the same unit, and visibility.
    """

    time_s: float
    rgb: Picture
    bodies: Floats


def glimpse(path: Path, *, every_s: float, bodies: int, tile: float | None = None) -> Iterator[Glimpse]:
    """Yield now and then who is in the picture.

    Parameters
    ----------
    path : Path
        The clip.
    every_s : float
        How often to look, as the file plays.
    bodies : int
        The most people to find in a picture, at least 2.
    tile : float, optional
        Look at overlapping squares, their side this share of the picture's short side: finds people too small for the whole,
        and may find somebody in more than one square.
    """
    import mediapipe as mp

    width, height = read_header(path).size_wh_px
    quiet = True
    with _landmarker(bodies=bodies) as landmarker:
        for time_s, rgb in glances(path, every_s=every_s):
            people: list[Floats] = []
            whole = (0.0, 0.0, float(max(rgb.shape[:2])))
            for square in [whole] if tile is None else _tiles(rgb, tile):
                part, origin, share = _cut(rgb, *square)
                image = mp.Image(image_format=mp.ImageFormat.SRGB, data=part)
                with _quiet() if quiet else contextlib.nullcontext():
                    result = landmarker.detect(image)
                quiet = quiet and not result.pose_landmarks
                for body in result.pose_landmarks:
                    found = np.array([(point.x, point.y, point.z, point.visibility) for point in body])
                    found[:, :2] = origin + found[:, :2] * share
                    found[:, 2] *= share[0]
                    people.append(found * (width, height, width, 1.0))
            yield Glimpse(time_s, rgb, np.array(people).reshape(-1, LANDMARKS, 4))


def read_pose(
    path: Path,
    *,
    slow_motion: float = 1.0,
    window: Window | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[ClipInfo, PoseTrack]:
    """Follow the body in a clip.

    Pictures that only repeat the one before are left out, and the times of the others evened out for it.

    Parameters
    ----------
    path : Path
        The clip.
    slow_motion : float
        How many times slower than life it plays.
    window : Window, optional
        The part of the picture to look at: the runner's surroundings. The pose model then sees the runner large, and nobody
        else.
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
    lines = LINES if window is None else _lines_for(window, header.size_wh_px)
    shown_s: list[float] = []
    repeats: list[bool] = []
    points: list[Floats] = []
    quiet = True  # native code says things when it first finds somebody
    with _landmarker() as landmarker:
        for index, frame in enumerate(frames(path, lines=lines)):
            if not frame.repeats:
                if window is None:
                    points.append(_landmarks(landmarker, frame.rgb, index, quiet=quiet))
                else:
                    scale = frame.rgb.shape[1] / header.size_wh_px[0]
                    left, top, side = (scale * v for v in window.at(frame.time_s))
                    points.append(_in_window(landmarker, frame.rgb, index, (left, top, side), quiet=quiet))
                quiet = quiet and bool(np.isnan(points[-1]).all())
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
