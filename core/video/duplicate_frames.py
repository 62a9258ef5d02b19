"""Find the frames of a clip that repeat the one before, and the times at which the others were taken."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
import numpy.typing as npt

from core.model.tracks import Bools, Floats

Grey = npt.NDArray[np.uint8]

SMALL_LINES = 240
"""Height, in pixels, at which frames are compared."""

_STILL = 1.0  # mean change of the liveliest pixels, in grey levels, under which two frames are surely the same
_REPEAT = 0.15  # ... and the share of the usual change under which one repeats the other


def _liveliest(change: Grey) -> float:
    """Return the mean of the largest half per cent of the pixels' changes, whole numbers from 0 to 255."""
    many = cv2.calcHist([change], [0], None, [256], [0, 256]).ravel()[::-1].astype(int)
    wanted = max(1, change.size // 200)
    taken = np.clip(wanted - np.concatenate([[0], np.cumsum(many)[:-1]]), 0, many)
    return float(taken @ np.arange(255, -1, -1) / wanted)


class Repeats:
    """Finds frames that repeat the one before, by how much the liveliest half per cent of the pixels changed.

    Only the liveliest pixels count, because a small runner in front of a still background changes few of them. The frames are
    grey and small (see `SMALL_LINES`), so that camera noise averages out.
    """

    def __init__(self) -> None:
        self._before: Grey | None = None
        self._changes: deque[float] = deque(maxlen=30)
        self._in_a_row = 0

    def __call__(self, grey: Grey) -> bool:
        """Return whether this frame repeats the one before."""
        before, self._before = self._before, grey
        if before is None:
            return False
        moved = _liveliest(np.asarray(cv2.absdiff(grey, before), dtype=np.uint8))
        usual = float(np.median(self._changes)) if self._changes else 0.0
        repeats = moved < max(_STILL, _REPEAT * usual)
        self._in_a_row = self._in_a_row + 1 if repeats else 0
        if not repeats:
            self._changes.append(moved)
        elif self._in_a_row > self._changes.maxlen:  # type: ignore[operator]
            self._changes.clear()  # the scene went quiet: the usual change no longer applies
        return repeats


def picture_times(time_s: Floats, repeats: Bools) -> Floats:
    """Return when the distinct frames of a clip were taken, undoing a padded frame rate.

    An app that saves 24 frames per second as 30 shows every fourth one twice. The distinct frames were taken evenly, but are
    shown in steps of 1, 1, 1 and 2 slots. If the repeats come at such a regular interval, a moving average as long as the
    interval evens out the times. This is exact if the frames were taken evenly.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        When each frame is shown.
    repeats : ndarray of bool, shape (n,)
        Whether it repeats the one before.

    Returns
    -------
    ndarray, shape (m,)
        A time for each frame that is not a repeat.
    """
    shown_s = np.asarray(time_s, dtype=np.float64)[~np.asarray(repeats)]
    steps = np.diff(shown_s)
    if len(steps) < 8:
        return shown_s
    usual_s = float(np.median(steps))
    long_steps = np.flatnonzero((steps > 1.5 * usual_s) & (steps < 3.5 * usual_s))
    beats = np.diff(long_steps)
    if len(beats) < 2:
        return shown_s
    beat = int(np.median(beats))
    if np.mean(np.abs(beats - beat) <= 1) < 0.7:
        return shown_s
    even_s = np.convolve(np.pad(steps, (beat, beat), mode="reflect"), np.ones(beat) / beat, mode="same")[beat:-beat]
    even_s = np.where(steps < 3.5 * usual_s, even_s, steps)
    smooth_s = np.concatenate([[0.0], np.cumsum(even_s)])
    return np.asarray(smooth_s + np.mean(shown_s - smooth_s))
