"""A test set of left-right exchanges: a clean track, spoilt the ways pose models spoil one, and what was done to it.

Seen from the side, a pose model names the legs wrongly for a frame or for half a stride (`exchange`), puts both legs on
one or half-way between them (`collapse`), or finds nobody for a while (`drop`). Each function returns a new track and a
mask of what it did, so that a repair can be counted right or wrong frame by frame. The same seed spoils the same frames.

    truth -> clean track -> noisy -> exchange -> collapse -> drop -> the track to repair
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from core.model.tracks import LANDMARK_OF, Bools, Floats, PoseTrack

LEGS = {side: list(LANDMARK_OF[side][2:]) for side in LANDMARK_OF}
"""Knee, ankle, heel and toe."""

HALVES = {side: list(LANDMARK_OF[side]) for side in LANDMARK_OF}
"""The same with shoulder and hip: the whole half of the body."""

LONGEST_BOUT = 12
"""Frames that a bout of exchanges lasts at most; at 30 frames a second it is more than half a stride."""


def noisy(track: PoseTrack, seed: int, sd_px: float) -> PoseTrack:
    """Return the track with independent Gaussian noise on every landmark."""
    noise = np.random.default_rng(seed).normal(0, sd_px, track.xy_px.shape)
    return replace(track, xy_px=track.xy_px + noise)


def exchange(
    track: PoseTrack, seed: int, *, share: float = 0.15, half: bool = False, longest: int = LONGEST_BOUT
) -> tuple[PoseTrack, Bools]:
    """Exchange left and right in random bouts of 1 to `longest` frames.

    Parameters
    ----------
    track : PoseTrack
        A clean track.
    seed : int
        Of the bouts.
    share : float
        Of the frames, to the nearest frame.
    half : bool
        Exchange shoulders and hips as well, not the legs alone.
    longest : int
        Frames.

    Returns
    -------
    PoseTrack
        With exchanged frames.
    ndarray of bool, shape (n,)
        Which frames those are.
    """
    rng, n = np.random.default_rng(seed), len(track)
    exchanged = np.zeros(n, dtype=bool)
    while left := round(share * n) - int(exchanged.sum()):
        bout = min(left, int(rng.integers(1, longest + 1)))
        start = int(rng.integers(0, n - bout + 1))
        exchanged[start : start + bout] = True
    points = HALVES if half else LEGS
    xy_px = track.xy_px.copy()
    rows = np.flatnonzero(exchanged)[:, None]
    xy_px[rows, points["left"]] = track.xy_px[rows, points["right"]]
    xy_px[rows, points["right"]] = track.xy_px[rows, points["left"]]
    return replace(track, xy_px=xy_px), exchanged


def collapse(
    track: PoseTrack, seed: int, *, bouts: int, onto: Literal["left", "right", "middle"]
) -> tuple[PoseTrack, Bools]:
    """Put both legs on one of them, or on the mean of both, for 1 to 3 frames at a time where they are apart.

    Only moments are chosen when the ankles are further apart than usual: where the legs pass each other a collapse changes
    nothing.

    Returns
    -------
    PoseTrack
        With collapsed legs.
    ndarray of bool, shape (n, 2)
        Which frames of the left and of the right leg are wrong.
    """
    rng = np.random.default_rng(seed)
    ankles = [track.xy_px[:, LEGS[side][1]] for side in ("left", "right")]
    apart = np.linalg.norm(ankles[0] - ankles[1], axis=1)
    candidates = np.flatnonzero(apart > np.median(apart))
    wrong = np.zeros((len(track), 2), dtype=bool)
    xy_px = track.xy_px.copy()
    both: dict[str, Floats] = {side: track.xy_px[:, LEGS[side]] for side in LEGS}
    both["middle"] = (both["left"] + both["right"]) / 2
    for start in rng.choice(candidates, bouts, replace=False):
        for frame in range(start, min(len(track), start + int(rng.integers(1, 4)))):
            for column, side in enumerate(("left", "right")):
                xy_px[frame, LEGS[side]] = both[onto][frame]
                wrong[frame, column] = side != onto
    return replace(track, xy_px=xy_px), wrong


def drop(track: PoseTrack, seed: int, *, share: float = 0.05, longest: int = 4) -> tuple[PoseTrack, Bools]:
    """Lose the whole body in random gaps of 1 to `longest` frames, never at the ends.

    Returns
    -------
    PoseTrack
        With NaN in the lost frames.
    ndarray of bool, shape (n,)
        Which frames those are.
    """
    rng, n = np.random.default_rng(seed), len(track)
    lost = np.zeros(n, dtype=bool)
    while lost.mean() < share:
        start = int(rng.integers(1, n - longest - 1))
        lost[start : start + int(rng.integers(1, longest + 1))] = True
    xy_px = track.xy_px.copy()
    xy_px[lost] = np.nan
    return replace(track, xy_px=xy_px), lost
