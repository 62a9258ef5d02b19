"""Landmarks of a body in one frame, from a landmarker that runs on its own thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from core.model.tracks import LANDMARKS, Floats
from core.pose.pose_model import open_landmarker, quietly
from core.video.display import Picture
from core.video.prefetch import one_thread

if TYPE_CHECKING:
    from mediapipe.tasks.python.components.containers.landmark import NormalizedLandmark
    from mediapipe.tasks.python.vision import PoseLandmarker

# MediaPipe smooths landmarks causally (One Euro), which delays them by about 10 ms and takes a degree or two off every
# peak. The filter works on time stamps: if frames are this far apart it smooths nothing, while the tracking
# from frame to frame stays. This library smooths later, without delay.
_STAMP_STEP_MS = 1_000_000


_TWINS = ((1, 4), (2, 5), (3, 6), (7, 8), (9, 10), *((left, left + 1) for left in range(11, LANDMARKS, 2)))
_MIRRORED = [dict([*_TWINS, *((b, a) for a, b in _TWINS)]).get(landmark, landmark) for landmark in range(LANDMARKS)]
"""The mirrored counterpart of each landmark."""


class Square(NamedTuple):
    """A square part of a frame, in pixels of that frame."""

    left: float
    top: float
    side: float


def _numbers(body: list[NormalizedLandmark]) -> Floats:
    return np.array([(point.x, point.y, point.z, point.visibility) for point in body])


def _placed(found: Floats, origin: Floats, share: Floats) -> Floats:
    """Return landmarks of a part of a frame (see `_cut`) in widths and heights of the whole frame."""
    return np.asarray(found * [*share, share[0], 1.0] + [*origin, 0.0, 0.0])


def _landmarks(landmarker: PoseLandmarker, rgb: Picture, index: int, *, quiet: bool = False) -> Floats:
    """Return x, y, z (in frame widths and heights) and visibility of each landmark, shape (33, 4); NaN if nobody is found."""
    import mediapipe as mp

    image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)  # `rgb` must live as long as the image does
    with quietly if quiet else contextlib.nullcontext():
        result = landmarker.detect_for_video(image, index * _STAMP_STEP_MS)
    if not result.pose_landmarks:
        return np.full((LANDMARKS, 4), np.nan)
    return _numbers(result.pose_landmarks[0])


def _cut(rgb: Picture, square: Square) -> tuple[Picture, Floats, Floats]:
    """Return a part of a frame, with the origin and size of that part as shares of the frame's width and height."""
    height, width = rgb.shape[:2]
    left, top, side = square
    x, y = (round(np.clip(v, 0, size - 2)) for v, size in ((left, width), (top, height)))
    right, bottom = max(x + 2, min(width, round(left + side))), max(y + 2, min(height, round(top + side)))
    part = np.ascontiguousarray(rgb[y:bottom, x:right])
    return part, np.array([x / width, y / height]), np.array([(right - x) / width, (bottom - y) / height])


class Eye:
    """A landmarker on its own thread, which sees frames as they are or mirrored."""

    def __init__(self, opened: Future[PoseLandmarker], thread: ThreadPoolExecutor, *, mirrored: bool) -> None:
        self._opened, self._thread, self._mirrored = opened, thread, mirrored
        self._found_somebody = False  # native code prints notices the first time

    def look(self, rgb: Picture, index: int, window: Square) -> Future[Floats]:
        """Analyse a window, in pixels of this frame; the result is as `_landmarks` returns it."""
        return self._thread.submit(self._look, rgb, index, window)

    def _look(self, rgb: Picture, index: int, window: Square) -> Floats:
        part, origin, share = _cut(rgb, window)
        if self._mirrored:
            part = np.asarray(cv2.flip(part, 1), dtype=np.uint8)
        found = _landmarks(self._opened.result(), part, index, quiet=not self._found_somebody)
        self._found_somebody |= bool(np.isfinite(found).any())
        if self._mirrored:
            found[:, 0] = 1 - found[:, 0]
            found = found[_MIRRORED]
        return _placed(found, origin, share)


@contextlib.contextmanager
def two_eyes() -> Iterator[tuple[Eye, Eye]]:
    """Open two landmarkers: one sees frames as they are, the other mirrored."""
    with contextlib.ExitStack() as landmarkers, one_thread() as here, one_thread() as there:
        one, other = (thread.submit(landmarkers.enter_context, open_landmarker()) for thread in (here, there))
        yield Eye(one, here, mirrored=False), Eye(other, there, mirrored=True)


Find = Callable[[Picture, Iterable[Square]], Future[Floats]]
"""Finds everyone in squares of a frame: shape (people, 33, 4), in the frame's widths and heights."""


@contextlib.contextmanager
def finder(bodies: int) -> Iterator[Find]:
    """Yield a function that finds everyone in squares of a frame, at most `bodies` in each, on its own thread."""
    import mediapipe as mp

    quiet = True

    def find(rgb: Picture, squares: Iterable[Square]) -> Floats:
        nonlocal quiet
        people: list[Floats] = []
        for square in squares:
            part, origin, share = _cut(rgb, square)
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=part)
            with quietly if quiet else contextlib.nullcontext():
                result = opened.result().detect(image)
            quiet = quiet and not result.pose_landmarks
            people += [_placed(_numbers(body), origin, share) for body in result.pose_landmarks]
        return np.array(people).reshape(-1, LANDMARKS, 4)

    with contextlib.ExitStack() as landmarkers, one_thread() as thread:
        opened = thread.submit(landmarkers.enter_context, open_landmarker(bodies=bodies))
        yield lambda rgb, squares: thread.submit(find, rgb, squares)
