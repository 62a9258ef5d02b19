"""Everyone who is in some pictures of a clip, each picture looked at anew: on threads of their own, a few pictures ahead."""

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
from core.pose.landmarker import Find, finder
from core.video.display import Picture
from core.video.reader import Header, glances

_AHEAD = 3
"""Pictures that may wait to be looked at."""


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


def glimpse(path: Path, header: Header, *, every_s: float, bodies: int, tile: float | None = None) -> Iterator[Glimpse]:
    """Yield now and then who is in the picture.

    Parameters
    ----------
    path, header : Path, Header
        The clip.
    every_s : float
        How often to look, as the file plays.
    bodies : int
        The most people to find in a picture, at least 2.
    tile : float, optional
        Look at overlapping squares, their side this share of the picture's short side: finds people too small for the whole,
        and may find somebody in more than one square.
    """
    with looking(header, bodies=bodies, tile=tile, threads=2) as look:
        for time_s, rgb in glances(path, every_s=every_s):
            look(time_s, rgb)
            yield from look.found()
        yield from look.found(rest=True)


class Looking:
    """Finds everyone in the pictures that it is given, and tells of them in their order."""

    def __init__(self, finds: Iterable[Find], size: Floats, tile: float | None) -> None:
        self._finds, self._size, self._tile = cycle(finds), size, tile
        self._pending: deque[tuple[float, Picture, Future[Floats]]] = deque()

    def __call__(self, time_s: float, rgb: Picture) -> None:
        """Look at a picture."""
        whole = (0.0, 0.0, float(max(rgb.shape[:2])))
        squares = [whole] if self._tile is None else _tiles(rgb, self._tile)
        self._pending.append((time_s, rgb, next(self._finds)(rgb, squares)))

    def found(self, *, rest: bool = False) -> Iterator[Glimpse]:
        """Yield who was found so far, but for the last few pictures, or the rest."""
        while len(self._pending) > (0 if rest else _AHEAD):
            time_s, rgb, found = self._pending.popleft()
            yield Glimpse(time_s, rgb, found.result() * self._size)


@contextlib.contextmanager
def looking(header: Header, *, bodies: int, tile: float | None = None, threads: int = 1) -> Iterator[Looking]:
    """Yield what finds everyone in pictures that it is given; parameters as for `glimpse`, each thread takes 60 MB."""
    size = np.array([*header.size_wh_px, header.size_wh_px[0], 1.0])
    with contextlib.ExitStack() as stack:
        yield Looking([stack.enter_context(finder(bodies)) for _ in range(threads)], size, tile)
