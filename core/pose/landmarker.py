"""Landmarks of a body in a clip. Only this module uses MediaPipe.

Two landmarkers share the work, each on its own thread: one sees the frames as they are, the other mirrored. So errors that
differ between runners who face left and right cancel out, and a clip and its mirror image give the same measures. At low frame
rates both see each frame; at higher ones they take turns; at very high ones some frames are skipped.

MediaPipe is pinned to 0.10.32: later versions open network sockets to send usage metrics (see docs/dependencies.md). It is imported
inside functions, so that the rest of the library works without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from core.errors import SetUpError
from core.i18n.translate import gettext as _
from core.model.tracks import KNEE, LANDMARK_OF, LANDMARKS, ClipInfo, Floats, PoseTrack
from core.paths import ROOT
from core.pose.accumulator import LongPass
from core.video.display import Picture
from core.video.prefetch import ahead, one_thread
from core.video.reader import LINES, Frame, Header, frames, read_header

if TYPE_CHECKING:
    from mediapipe.tasks.python.components.containers.landmark import NormalizedLandmark
    from mediapipe.tasks.python.vision import PoseLandmarker

WINDOW_PX = 640
"""Side at which a window around the runner is read, if the clip has enough pixels."""

MODEL = ROOT / "assets" / "pose_landmarker_full.task"
MODEL_SHA256 = "8fe0162677f1edfe0ca11b37d5ce7787b6affa6b669d4ea637b8435b1b9df7de"

# MediaPipe smooths landmarks causally (One Euro), which delays them by about 10 ms and takes a degree or two off every
# peak. The filter works on time stamps: if frames are this far apart it smooths nothing, while the tracking
# from frame to frame stays. This library smooths later, without delay.
_STAMP_STEP_MS = 1_000_000


ENOUGH_HZ, FEW_HZ = 75.0, 40.0
"""Frames per second of true time: above the first, frames are skipped; below the second, both landmarkers see each frame."""

AHEAD = 6
"""Most frames that wait for analysis."""

_TWINS = ((1, 4), (2, 5), (3, 6), (7, 8), (9, 10), *((left, left + 1) for left in range(11, LANDMARKS, 2)))
_MIRRORED = [dict([*_TWINS, *((b, a) for a, b in _TWINS)]).get(landmark, landmark) for landmark in range(LANDMARKS)]
"""The mirrored counterpart of each landmark."""

_LEGS = [list(LANDMARK_OF[side][KNEE:]) for side in ("left", "right")]


@cache
def _checked_model(path: Path) -> Path:
    """Return the path of the pose model after checking its hash."""
    advice = _("Build it again with tools/build_pose_model.py.")
    if not path.is_file():
        raise SetUpError(_("The pose model {file} is missing.", file=path.name), advice)
    if path == MODEL and hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
        what = _("The pose model {file} is not the one this version was made with.", file=path.name)
        raise SetUpError(what, advice)
    return path


_used = MODEL


def use_model(path: Path) -> None:
    """Use this pose model in this process, instead of the packaged one; to be called where the process starts."""
    global _used
    _used = path


def model_path() -> Path:
    """Return the pose model to use: the packaged one, or the one that `use_model` named.

    Raises
    ------
    SetUpError
        If it is missing, or the packaged one was altered.
    """
    return _checked_model(_used)


def load_library() -> None:
    """Import MediaPipe and check the model's hash before the first clip, because this takes most of a second."""
    with _quiet, contextlib.suppress(SetUpError):
        import mediapipe.tasks.python.vision  # noqa: F401

        model_path()


class _Quiet:
    """Discards the notices that native code writes to standard error while it starts; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside, self._kept = 0, -1

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                sys.stderr.flush()
                self._kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                os.dup2(self._kept, 2)
                os.close(self._kept)


_quiet = _Quiet()


@contextlib.contextmanager
def _landmarker(*, bodies: int = 1) -> Iterator[PoseLandmarker]:
    """Open a landmarker for one clip: it tracks one body from frame to frame, or finds several in each frame separately."""
    model = model_path()
    with _quiet:
        from mediapipe.tasks.python import BaseOptions, vision

        mode = vision.RunningMode.VIDEO if bodies == 1 else vision.RunningMode.IMAGE
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)), running_mode=mode, num_poses=bodies
        )
        landmarker = vision.PoseLandmarker.create_from_options(options)
    with landmarker:
        yield landmarker


class Window(NamedTuple):
    """A square region of interest that moves with the runner, in pixels of the full upright frame.

    `time_s` has shape (n,), `centre_xy_px` (n, 2), `side_px` (n,); positions between the times are interpolated linearly.
    """

    time_s: Floats
    centre_xy_px: Floats
    side_px: Floats

    def at(self, time_s: float) -> tuple[float, float, float]:
        """Return left, top and side at a time."""
        x, y = (float(np.interp(time_s, self.time_s, self.centre_xy_px[:, axis])) for axis in (0, 1))
        side = float(np.interp(time_s, self.time_s, self.side_px))
        return x - side / 2, y - side / 2, side


def _numbers(body: list[NormalizedLandmark]) -> Floats:
    return np.array([(point.x, point.y, point.z, point.visibility) for point in body])


def _placed(found: Floats, origin: Floats, share: Floats) -> Floats:
    """Return landmarks of a part of a frame (see `_cut`) in widths and heights of the whole frame."""
    return np.asarray(found * [*share, share[0], 1.0] + [*origin, 0.0, 0.0])


def _landmarks(landmarker: PoseLandmarker, rgb: Picture, index: int, *, quiet: bool = False) -> Floats:
    """Return x, y, z (in frame widths and heights) and visibility of each landmark, shape (33, 4); NaN if nobody is found."""
    import mediapipe as mp

    image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)  # `rgb` must live as long as the image does
    with _quiet if quiet else contextlib.nullcontext():
        result = landmarker.detect_for_video(image, index * _STAMP_STEP_MS)
    if not result.pose_landmarks:
        return np.full((LANDMARKS, 4), np.nan)
    return _numbers(result.pose_landmarks[0])


def _cut(rgb: Picture, left: float, top: float, side: float) -> tuple[Picture, Floats, Floats]:
    """Return a part of a frame, with the origin and size of that part as shares of the frame's width and height."""
    height, width = rgb.shape[:2]
    x, y = (round(np.clip(v, 0, size - 2)) for v, size in ((left, width), (top, height)))
    right, bottom = max(x + 2, min(width, round(left + side))), max(y + 2, min(height, round(top + side)))
    part = np.ascontiguousarray(rgb[y:bottom, x:right])
    return part, np.array([x / width, y / height]), np.array([(right - x) / width, (bottom - y) / height])


def _lines_for(window: Window, size_wh_px: tuple[int, int]) -> int:
    """Return the height that a frame needs so that the window is as large as the pose model can use."""
    return max(LINES, round(WINDOW_PX / float(np.median(window.side_px)) * size_wh_px[1]))


class _Eye:
    """A landmarker on its own thread, which sees frames as they are or mirrored."""

    def __init__(self, opened: Future[PoseLandmarker], thread: ThreadPoolExecutor, *, mirrored: bool) -> None:
        self._opened, self._thread, self._mirrored = opened, thread, mirrored
        self._found_somebody = False  # native code prints notices the first time

    def look(self, rgb: Picture, index: int, window: tuple[float, float, float]) -> Future[Floats]:
        """Analyse a window (left, top, side, in pixels of this frame); the result is as `_landmarks` returns it."""
        return self._thread.submit(self._look, rgb, index, window)

    def _look(self, rgb: Picture, index: int, window: tuple[float, float, float]) -> Floats:
        part, origin, share = _cut(rgb, *window)
        if self._mirrored:
            part = np.asarray(cv2.flip(part, 1), dtype=np.uint8)
        found = _landmarks(self._opened.result(), part, index, quiet=not self._found_somebody)
        self._found_somebody |= bool(np.isfinite(found).any())
        if self._mirrored:
            found[:, 0] = 1 - found[:, 0]
            found = found[_MIRRORED]
        return _placed(found, origin, share)


@contextlib.contextmanager
def _two_eyes() -> Iterator[tuple[_Eye, _Eye]]:
    with contextlib.ExitStack() as landmarkers, one_thread() as here, one_thread() as there:
        one, other = (thread.submit(landmarkers.enter_context, _landmarker()) for thread in (here, there))
        yield _Eye(one, here, mirrored=False), _Eye(other, there, mirrored=True)


class Turns:
    """Decides which landmarkers analyse a frame, from the time since the last analysed one."""

    def __init__(self, slow_motion: float) -> None:
        self._soonest_s, self._slow_s = slow_motion / ENOUGH_HZ, slow_motion / FEW_HZ
        self._last_s, self._last = -np.inf, 1

    def __call__(self, time_s: float) -> tuple[int, ...]:
        """Return which landmarkers analyse the frame at this time, as the file plays: none, one or both."""
        since_s = time_s - self._last_s
        if since_s < self._soonest_s:
            return ()
        self._last_s, self._last = time_s, 1 - self._last
        return (0, 1) if since_s > self._slow_s else (self._last,)


class _Seen(NamedTuple):
    """A frame of the clip, with its time as the file plays, the landmarkers that analyse it, and its pixels if any do."""

    time_s: float
    repeats: bool
    eyes: tuple[int, ...]
    rgb: Picture | None


def _in_turn(pictures: Iterable[Frame], turns: Turns) -> Iterator[_Seen]:
    for frame in pictures:
        eyes = () if frame.repeats else turns(frame.time_s)
        yield _Seen(frame.time_s, frame.repeats, eyes, frame.rgb if eyes else None)


def _both(seen: list[Floats]) -> Floats:
    """Return the result of one or two landmarkers for one frame: the mean if both found somebody.

    The second's legs are swapped if that brings them nearer to the first's; the whole clip shows later which are right.
    """
    if len(seen) == 1 or np.isnan(seen[1]).all():
        return seen[0]
    first, second = seen
    if np.isnan(first).all():
        return second
    left, right = _LEGS
    crossed = second.copy()
    crossed[left], crossed[right] = second[right], second[left]
    legs = left + right

    def away(other: Floats) -> float:
        return float(np.linalg.norm((other - first)[legs, :2], axis=1).sum())

    return (first + (crossed if away(crossed) < away(second) else second)) / 2


Find = Callable[[Picture, Iterable[tuple[float, float, float]]], Future[Floats]]
"""Finds everyone in squares (left, top, side) of a frame: shape (people, 33, 4), in the frame's widths and heights."""


@contextlib.contextmanager
def finder(bodies: int) -> Iterator[Find]:
    """Yield a function that finds everyone in squares of a frame, at most `bodies` in each, on its own thread."""
    import mediapipe as mp

    quiet = True

    def find(rgb: Picture, squares: Iterable[tuple[float, float, float]]) -> Floats:
        nonlocal quiet
        people: list[Floats] = []
        for square in squares:
            part, origin, share = _cut(rgb, *square)
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=part)
            with _quiet if quiet else contextlib.nullcontext():
                result = opened.result().detect(image)
            quiet = quiet and not result.pose_landmarks
            people += [_placed(_numbers(body), origin, share) for body in result.pose_landmarks]
        return np.array(people).reshape(-1, LANDMARKS, 4)

    with contextlib.ExitStack() as landmarkers, one_thread() as thread:
        opened = thread.submit(landmarkers.enter_context, _landmarker(bodies=bodies))
        yield lambda rgb, squares: thread.submit(find, rgb, squares)


def read_pose(
    path: Path,
    *,
    header: Header | None = None,
    slow_motion: float = 1.0,
    window: Window | None = None,
    progress: Callable[[LongPass], None] | None = None,
    beside: Callable[[float, Picture], None] | None = None,
) -> tuple[ClipInfo, PoseTrack]:
    """Track the body in a clip.

    Frames that repeat the one before are left out, and the times of the others are evened out accordingly.

    Parameters
    ----------
    path : Path
        The clip.
    header : Header, optional
        Its header, if it was read already.
    slow_motion : float
        How many times slower than real time it plays.
    window : Window, optional
        The part of the frame to analyse: the runner's surroundings. The pose model then sees the runner large, and nobody else.
    progress : callable, optional
        Called with the progress after each analysed frame.
    beside : callable, optional
        Called with the time of every analysed frame, as the file plays, and the frame; its exceptions stop the reading.

    Returns
    -------
    ClipInfo
        What the container states and reading it showed.
    PoseTrack
        One entry for each distinct frame that was analysed, in pixels of the full upright frame.

    Raises
    ------
    Refused
        `readable_file` or `length`, if the clip cannot be read.
    SetUpError
        If the pose model is missing or altered.
    """
    header = header or read_header(path)
    lines = LINES if window is None else _lines_for(window, header.size_wh_px)
    so_far = LongPass(header, slow_motion)
    pending: deque[tuple[int, list[Future[Floats]]]] = deque()

    def collect() -> None:
        number, looks = pending.popleft()
        so_far.find(_both([look.result() for look in looks]), number)
        if progress is not None:
            progress(so_far)

    # Stored frames are large: only one is decoded ahead, and a few more after scaling.
    decoded = ahead(frames(path, lines=lines), 1)
    with _two_eyes() as eyes:
        for index, seen in enumerate(ahead(_in_turn(decoded, Turns(slow_motion)))):
            so_far.show(seen.time_s, repeats=seen.repeats, looked=seen.rgb is not None)
            if seen.rgb is None:
                continue
            if beside is not None:
                beside(seen.time_s, seen.rgb)
            scale = seen.rgb.shape[1] / header.size_wh_px[0]
            whole = (0.0, 0.0, float(max(seen.rgb.shape[:2])))
            part = whole if window is None else tuple(scale * v for v in window.at(seen.time_s))
            pending.append((index + 1, [eyes[eye].look(seen.rgb, index, part) for eye in seen.eyes]))
            while len(pending) > AHEAD:
                collect()
        while pending:
            collect()
    return so_far.info(), so_far.track()
