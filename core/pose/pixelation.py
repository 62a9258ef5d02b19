"""Pixelation: the size of the blocks in a frame that an app has made coarse, for example to hide a face."""

from __future__ import annotations

import cv2
import numpy as np

from core.model.tracks import Floats
from core.video.display import Picture

SHORTEST_PX, LONGEST_PX = 4, 60

ALIKE = 0.55
"""Least autocorrelation of a grid's steps in both directions. Pixelated frames have 0.65 to 0.98; real ones up to 0.3."""

NEARLY = 0.85
"""The first peak of at least this share of the highest one is the block's size; later ones are its multiples."""


def block_px(rgb: Picture) -> float:
    """Return the size of a frame's blocks in pixels; 0 if it has none.

    The edges of blocks are steps at even distances, so the mean step of each column, and of each row, is periodic.
    """
    green = cv2.extractChannel(rgb, 1)
    down, across = cv2.absdiff(green[1:], green[:-1]), cv2.absdiff(green[:, 1:], green[:, :-1])
    steps = (
        cv2.reduce(down, 1, cv2.REDUCE_AVG, dtype=cv2.CV_64F),
        cv2.reduce(across, 0, cv2.REDUCE_AVG, dtype=cv2.CV_64F),
    )
    return float(min(_period_px(np.asarray(of, dtype=np.float64).ravel()) for of in steps))


def _period_px(steps: Floats) -> float:
    """Return the period of a row of steps in pixels; 0 if it has none."""
    level = np.log(steps + 0.5).astype(np.float32)
    level -= cv2.GaussianBlur(level[None], (0, 0), 12)[0]
    n = len(level)
    spectrum = np.fft.rfft(level, 2 * n)
    alike = np.fft.irfft(spectrum * spectrum.conj())[: min(n, LONGEST_PX)]
    alike /= max(float(alike[0]), 1e-9)
    lags = alike[SHORTEST_PX:]
    if len(lags) == 0 or lags.max() < ALIKE:
        return 0.0
    return float(SHORTEST_PX + np.flatnonzero(lags >= NEARLY * lags.max())[0])
