"""Correct legs that the pose model exchanged or put in impossible places.

In a side view, a pose model sometimes exchanges left and right, for a frame or for half a stride. Running is periodic: a leg is
where it was one stride ago, and where the other leg was half a stride ago. A frame is corrected if it fits the frames one or
half a stride away better with its legs exchanged, and if the exchange fits the motion from frame to frame.
"""

from __future__ import annotations

import numpy as np

from core.gait.body import TELLTALE, leg_length_px
from core.gait.signals import resample
from core.model.tracks import (
    HIP,
    KNEE,
    Bools,
    Floats,
)

MISFIT_LEGS, MISFIT_TIMES = 0.25, 2.5
"""A leg further than this from its expected place (leg lengths, and times the clip's median) counts as unseen."""


def _shape(sides: Floats) -> Floats:
    """Return the lower joints that distinguish the legs, relative to the mid-hip, in leg lengths: shape (n, 2, 4, 2)."""
    middle = sides[:, :, HIP].mean(axis=1)[:, None, None]
    return np.asarray((sides[:, :, TELLTALE] - middle) / leg_length_px(sides))


def _distance(one: Floats, other: Floats) -> Floats:
    """Return the squared distance between two pairs of legs of shape (n, 2, 4, 2), summed over their points: shape (n,)."""
    return np.asarray(((one - other) ** 2).sum(axis=(1, 2, 3)))


def _expected(time_s: Floats, shape: Floats, stride_s: float, steps: tuple[int, ...] = (1, 2, 3, 4)) -> Floats:
    """Return the legs' expected places from their places some steps earlier and later; NaN if none of those is seen.

    A whole stride away it is the same leg, half a stride away the other one. The median ignores a few wrong frames.
    """
    there = []
    for step in (*steps, *(-step for step in steps)):
        moment_s = time_s + step * stride_s / 2
        inside = (moment_s >= time_s[0]) & (moment_s <= time_s[-1])
        moved = resample(time_s, shape, moment_s)
        moved = moved[:, ::-1] if step % 2 else moved
        there.append(np.where(inside[:, None, None, None], moved, np.nan))
    table = np.array(there)
    expected = np.full_like(shape, np.nan)
    known = np.isfinite(table).any(axis=(0, 2, 3, 4))
    expected[known] = np.nanmedian(table[:, known], axis=0)
    return expected


def _phase_evidence(time_s: Floats, shape: Floats, stride_s: float) -> Floats:
    """Return how much better each frame fits the expected places with its legs exchanged: shape (n,), leg lengths squared."""
    expected = _expected(time_s, shape, stride_s)
    return np.nan_to_num(_distance(shape, expected) - _distance(shape[:, ::-1], expected))


def _exchanged(time_s: Floats, shape: Floats, stride_s: float) -> Bools:
    """Return the frames whose legs are exchanged against the majority: the cheapest path through kept and exchanged.

    A frame's cost is its misfit to the expected places; a pair of frames costs the distance that the legs would move between
    them.
    """
    evidence = _phase_evidence(time_s, shape, stride_s)
    kept = _distance(shape[1:], shape[:-1])
    crossed = _distance(shape[1:], shape[:-1, ::-1])
    cost = np.array([max(evidence[0], 0.0), max(-evidence[0], 0.0)])
    came_from = np.zeros((len(time_s), 2), dtype=int)
    for frame in range(1, len(time_s)):
        paths = cost[:, None] + np.array([[kept[frame - 1], crossed[frame - 1]], [crossed[frame - 1], kept[frame - 1]]])
        came_from[frame] = paths.argmin(axis=0)
        cost = np.add(paths.min(axis=0), [max(evidence[frame], 0.0), max(-evidence[frame], 0.0)])
    state = np.zeros(len(time_s), dtype=bool)
    state[-1] = bool(cost.argmin())
    for frame in range(len(time_s) - 1, 0, -1):
        state[frame - 1] = bool(came_from[frame, int(state[frame])])
    return state if state.mean() <= 0.5 else ~state


def repair(time_s: Floats, sides: Floats, stride_s: float) -> tuple[Floats, Bools, float]:
    """Correct exchanged legs.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Times of the frames, on the time scale of the stride's period.
    sides : ndarray, shape (n, 2, 6, 2)
        The two sides as the pose model named them, without NaN.
    stride_s : float
        The stride's period.

    Returns
    -------
    sides : ndarray, shape (n, 2, 6, 2)
        The sides with the legs below the hip swapped in exchanged frames.
    exchanged : ndarray of bool, shape (n,)
        Which frames those were.
    confidence : float
        Share of the frames that now fit the expected places better than they would with the legs exchanged.
    """
    put_right = sides.copy()
    exchanged = np.zeros(len(time_s), dtype=bool)
    for _round in range(3):  # corrected neighbours give better evidence for the next round
        again = _exchanged(time_s, _shape(put_right), stride_s)
        if not again.any():
            break
        put_right[again, :, KNEE:] = put_right[again][:, ::-1, KNEE:]
        exchanged ^= again
    sure = _phase_evidence(time_s, _shape(put_right), stride_s) <= 0
    return put_right, exchanged, float(sure.mean())


def bridge_misfits(time_s: Floats, sides: Floats, stride_s: float) -> tuple[Floats, Bools]:
    """Replace legs that the pose model put in impossible places.

    An unsure model puts both legs on one, or half-way between. Such a leg is far from its place one stride earlier and later;
    it is moved to that place, and counts as unseen.

    Parameters
    ----------
    time_s, sides, stride_s
        As for `repair`.

    Returns
    -------
    sides : ndarray, shape (n, 2, 6, 2)
        The sides with misfits replaced.
    misfit : ndarray of bool, shape (n, 2)
        Which legs those were.
    """
    shape = _shape(sides)
    expected = _expected(time_s, shape, stride_s)
    away = np.sqrt(np.nan_to_num(((shape - expected) ** 2).sum(axis=3).mean(axis=2)))
    misfit = away > max(MISFIT_LEGS, MISFIT_TIMES * float(np.median(away)))
    same_leg = _expected(time_s, _without(time_s, shape, misfit), stride_s, steps=(2, 4))
    there = np.where(np.isfinite(same_leg), same_leg, expected)
    middle = sides[:, :, HIP].mean(axis=1)[:, None, None]
    bridged = sides.copy()
    bridged[:, :, TELLTALE] = np.where(
        misfit[:, :, None, None], there * leg_length_px(sides) + middle, sides[:, :, TELLTALE]
    )
    return bridged, misfit


def _without(time_s: Floats, shape: Floats, misfit: Bools) -> Floats:
    """Return the legs with misfits bridged from the frames before and after, if enough frames remain."""
    if ((~misfit).sum(axis=0) < 8).any():
        return shape
    return resample(time_s, np.where(misfit[:, :, None, None], np.nan, shape), time_s)
