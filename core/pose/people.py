"""Person detection in sampled frames of a clip, each frame separately, on separate threads that work a few frames ahead."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core.model.tracks import Floats
from core.pose.landmarker import Find, Square, finder
from core.video.display import Picture
from core.video.reader import Header, glances

_AHEAD = 3
"""Most frames that wait for analysis."""


def _tiles(rgb: Picture, share: float) -> Iterator[Square]:
    """Yield squares that cover a frame and half overlap; `share` is their side over its short side."""
    height, width = rgb.shape[:2]
    side = share * min(width, height)
    for top in np.linspace(0, height - side, max(1, round(2 * height / side) - 1)):
        for left in np.linspace(0, width - side, max(1, round(2 * width / side) - 1)):
            yield Square(float(left), float(top), side)


class Detection(NamedTuple):
    """The people found in one frame.

    `time_s` is the time as the file plays, `rgb` the scaled frame, and `bodies` of shape (people, 33, 4) holds x and y in
    pixels of the full upright frame, depth in the same unit, and visibility.
    """

    time_s: float
    rgb: Picture
    bodies: Floats


def detect(
    path: Path, header: Header, *, every_s: float, bodies: int, tile: float | None = None, from_s: float = 0.0
) -> Iterator[Detection]:
    """Yield the people found in frames at regular intervals.

    Parameters
    ----------
    path, header : Path, Header
        The clip.
    every_s : float
        Interval between analysed frames, as the file plays.
    bodies : int
        The most people to find in a frame, at least 2.
    tile : float, optional
        Analyse overlapping squares whose side is this share of the frame's short side. This finds people who are too small in
        the whole frame, and may find somebody in more than one square.
    from_s : float
        Earlier frames are only decoded.
    """
    with detector(header, bodies=bodies, tile=tile, threads=2) as look:
        for time_s, rgb in glances(path, every_s=every_s, from_s=from_s):
            look(time_s, rgb)
            yield from look.found()
        yield from look.found(rest=True)


class Detector:
    """Finds everyone in the frames that it is given, and returns the results in order."""

    def __init__(self, finds: Iterable[Find], size: Floats, tile: float | None) -> None:
        self._finds, self._size, self._tile = cycle(finds), size, tile
        self._pending: deque[tuple[float, Picture, Future[Floats]]] = deque()

    def __call__(self, time_s: float, rgb: Picture) -> None:
        """Submit a frame for analysis."""
        whole = Square(0.0, 0.0, float(max(rgb.shape[:2])))
        squares = [whole] if self._tile is None else _tiles(rgb, self._tile)
        self._pending.append((time_s, rgb, next(self._finds)(rgb, squares)))

    def found(self, *, rest: bool = False) -> Iterator[Detection]:
        """Yield the results so far except those of the last few frames; with `rest`, yield all that remain."""
        while len(self._pending) > (0 if rest else _AHEAD):
            time_s, rgb, found = self._pending.popleft()
            yield Detection(time_s, rgb, found.result() * self._size)


@contextlib.contextmanager
def detector(header: Header, *, bodies: int, tile: float | None = None, threads: int = 1) -> Iterator[Detector]:
    """Yield an object that finds everyone in frames; parameters as for `detect`, and each thread uses 60 MB."""
    size = np.array([*header.size_wh_px, header.size_wh_px[0], 1.0])
    with contextlib.ExitStack() as stack:
        yield Detector([stack.enter_context(finder(bodies)) for _ in range(threads)], size, tile)
