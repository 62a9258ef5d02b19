"""The rhythm of a runner's legs: when they pass each other, how fast the clip plays, and whether it plays forward.

All of it uses the legs relative to the hips, so it needs no still camera, and it does not matter which leg is which.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.gait.body import both_sides, facing
from core.gait.signals import derivative, even_times, low_pass, resample
from core.gait.stride_period import stride_period_s
from core.model.tracks import ANKLE, HEEL, KNEE, TOE, Bools, Floats, PoseTrack

SLOWEST_SPM, USUAL_SPM, FASTEST_SPM = 120.0, 170.0, 280.0
"""Steps per minute of running, up to a sprint."""

SPRINT_SPM = 250.0
"""More steps per minute are those of a sprint, or of a clip that plays too fast."""

APART, TOGETHER = 0.5, 0.25
"""Legs are apart above, and together below, these shares of the ankles' largest distance in the running direction."""

OTHER_SPEED = 1.6
"""Two steps in a row that take this many times longer, or shorter, than those before are at another playback speed.

A steady runner's steps are within 1.15 times their median (simulated runners with 4 px of noise, 30 to 240 frames per second).
The smallest slow-motion factor of phones is 2.
"""

ODD_SHARE = 0.15
"""If a larger share of steps differs in duration from their neighbours, the legs are seen too badly to count steps.

The share is 0 to 0.06 for simulated and real runners whose legs are seen well, and 0.2 to 0.8 for real ones whose legs are lost
or hidden.
"""

LOWER_LEG = (KNEE, ANKLE, HEEL, TOE)

BACKWARD = -0.6
"""A step that plays backward scores less than this (`forwardness`, -1 to 1).

Steps of simulated runners score 0.70 and more, those of real clips 0.37 and more, or -0.48 and more if the legs are lost in
most frames. In one-second boomerangs made from the same clips, the surest backward step scores -0.67 to -0.93.
"""


class Speed(NamedTuple):
    """A part of a track that plays at one speed: its start and end, the usual duration of its steps, and their number."""

    start_s: float
    end_s: float
    step_s: float
    n_steps: int


def steps_s(track: PoseTrack) -> Floats:
    """Return when the legs pass each other, as the file plays, once per step: shape (k,)."""
    seen = track.seen
    sides, time_s = both_sides(track)[seen], track.time_s[seen]
    apart = np.abs(sides[:, 0, ANKLE, 0] - sides[:, 1, ANKLE, 0])
    known = apart[np.isfinite(apart)]
    furthest = float(np.quantile(known, 0.9)) if len(known) else 0.0
    state = np.where(apart > APART * furthest, 1, np.where(apart < TOGETHER * furthest, -1, 0))
    told = np.flatnonzero(state)
    changes = np.flatnonzero(np.diff(state[told]))
    closing, opening = told[changes + 1], told[changes]  # the first frame of the new state, the last of the old one
    together = state[closing] < 0
    level = TOGETHER * furthest
    first_s = _reached_s(time_s, apart, closing[together] - 1, level)
    last_s = _reached_s(time_s, apart, opening[~together], level)
    last_s = last_s[1:] if len(first_s) and len(last_s) and last_s[0] < first_s[0] else last_s
    count = min(len(first_s), len(last_s))
    return np.asarray((first_s[:count] + last_s[:count]) / 2)


def _reached_s(time_s: Floats, values: Floats, before: npt.NDArray[np.intp], level: float) -> Floats:
    """Return when a series reaches a level, between the samples before and those after, in the shape of `before`."""
    after = np.minimum(before + 1, len(values) - 1)
    way = values[after] - values[before]
    share = np.clip((level - values[before]) / np.where(way == 0, 1.0, way), 0.0, 1.0)
    share = np.nan_to_num(share, nan=0.5)  # one of the two samples may be unseen
    return np.asarray(time_s[before] + share * (time_s[after] - time_s[before]))


def speeds(track: PoseTrack) -> list[Speed]:
    """Return the parts of a track that play at one speed, in order; one part if the steps' duration never changes for good."""
    passing_s = steps_s(track)
    taken_s = np.diff(passing_s)
    if len(taken_s) == 0:
        return []
    parts = _alike(taken_s)
    odd = sum(int((~_near(taken_s[part])).sum()) for part in parts)
    if odd > len(parts) - 1 + ODD_SHARE * len(taken_s):  # the legs are seen too badly to count steps
        parts = [slice(0, len(taken_s))]
    usual_s = [_usual_s(taken_s[part]) for part in parts]
    borders_s = [
        _border_s(passing_s, taken_s, other.start, before_s, after_s)
        for other, (before_s, after_s) in zip(parts[1:], pairwise(usual_s), strict=True)
    ]
    ends_s = [float(track.time_s[0]), *borders_s, float(track.time_s[-1])]
    if borders_s:  # another speed at either end may have too few steps to be a separate part
        first, last = np.flatnonzero(_near(taken_s[parts[0]]))[0], np.flatnonzero(_near(taken_s[parts[-1]]))[-1]
        ends_s[0] = ends_s[0] if first == 0 else float(passing_s[first])
        end = parts[-1].start + int(last) + 1
        ends_s[-1] = ends_s[-1] if end == len(taken_s) else float(passing_s[end])
    return [
        Speed(start_s, end_s, step_s, part.stop - part.start)
        for (start_s, end_s), part, step_s in zip(pairwise(ends_s), parts, usual_s, strict=True)
    ]


def _alike(taken_s: Floats) -> list[slice]:
    """Return the sequences of steps that take about equally long."""
    steps = np.log(taken_s)
    starts = [0]
    for index in range(1, len(steps)):
        away = steps[index : index + 2] - np.median(steps[starts[-1] : index])
        alike = len(away) == 2 and abs(away[0] - away[1]) < np.log(OTHER_SPEED) / 2
        if alike and np.abs(away).min() > np.log(OTHER_SPEED):
            starts.append(index)
    return [slice(start, end) for start, end in pairwise([*starts, len(steps)])]


def _near(taken_s: Floats) -> Bools:
    """Return which steps took about as long as the median: there no step was missed and the speed did not change."""
    middle_s = np.quantile(taken_s, 0.5, method="nearest")
    return np.asarray(np.abs(np.log(taken_s / middle_s)) < np.log(OTHER_SPEED) / 2)


def _usual_s(taken_s: Floats) -> float:
    """Return the mean duration of the steps."""
    return float(taken_s[_near(taken_s)].mean())


def _border_s(passing_s: Floats, taken_s: Floats, first: int, before_s: float, after_s: float) -> float:
    """Return when the speed changed, from the one step that is partly at each speed: the first at the new speed, or the last."""
    old, new = (abs(np.log(taken_s[first - 1] / before_s)), abs(np.log(taken_s[first] / after_s)))
    mixed = first - 1 if old > new else first
    share = np.clip((after_s - taken_s[mixed]) / (after_s - before_s), 0.0, 1.0)
    return float(passing_s[mixed] + share * before_s)


def forwardness(track: PoseTrack, half_strides_s: Floats) -> Floats:
    """Return how surely each step plays forward (+1) or backward (-1).

    In forward play, a leg moves forward high and back low; in backward play, it moves forward low and back high. The result is
    the correlation of how much higher one leg is with how fast it moves ahead of the other; it is the same whichever leg is
    called which.

    Parameters
    ----------
    track : PoseTrack
        A body that faces in one direction.
    half_strides_s : ndarray, shape (k,)
        Times half a stride apart, as the file plays.

    Returns
    -------
    ndarray, shape (k - 1,)
        One for each step from one of these times to the next.
    """
    rate_hz = 1 / float(np.median(np.diff(track.time_s)))
    at_s = even_times(track.time_s, rate_hz)
    # A step is half a wave: anything faster than five waves per stride is noise.
    between = low_pass(resample(*_between(track), at_s), rate_hz, 2.5 / float(np.diff(half_strides_s).mean()))
    higher = -between[:, 1]
    ahead = derivative(between[:, 0], rate_hz) * (1.0 if facing(track) == "right" else -1.0)

    def over(start_s: float, end_s: float) -> float:
        inside = (at_s >= start_s) & (at_s <= end_s)
        size = float(np.sqrt((higher[inside] ** 2).sum() * (ahead[inside] ** 2).sum()))
        return float((higher[inside] * ahead[inside]).sum()) / size if size > 0 else 0.0

    return np.array([over(*ends) for ends in pairwise(half_strides_s)])


def _between(track: PoseTrack) -> tuple[Floats, Floats]:
    """Return times, and the vector from one lower leg to the other (n, 2), with exchanged legs corrected from frame to frame.

    In a track that lacks single joints in some frames, the others count.
    """
    sides = both_sides(track)
    joints = (sides[:, 0] - sides[:, 1])[:, LOWER_LEG]
    seen = np.isfinite(joints).all(axis=2, keepdims=True)
    n_seen = seen.sum(axis=1)
    known = n_seen[:, 0] > 0
    way = np.where(seen, joints, 0.0).sum(axis=1)[known] / n_seen[known]
    turned = np.where((way[1:] * way[:-1]).sum(axis=1) < 0, -1.0, 1.0)
    return track.time_s[known], way * np.cumprod([1.0, *turned])[:, None]


def _half_strides_s(track: PoseTrack) -> Floats:
    """Return times half a stride apart: those of the steps, or evenly spaced ones if the legs are seen too badly."""
    passing_s = steps_s(track)
    taken_s = np.diff(passing_s)
    if len(taken_s) > 1 and (~_near(taken_s)).mean() <= ODD_SHARE:
        return passing_s
    stride = stride_period_s(track)
    half_s = 60 * track.slow_motion / USUAL_SPM
    # A short boomerang repeats as a whole, and that period is longer than any runner's stride.
    if stride is not None and SLOWEST_SPM <= 120 * track.slow_motion / stride[0] <= FASTEST_SPM:
        half_s = stride[0] / 2
    return np.arange(track.time_s[0], track.time_s[-1], half_s)


def forward_parts(track: PoseTrack) -> list[PoseTrack] | None:
    """Return the parts of a track that play forward; None if no step of it plays backward.

    If the direction of play changes within the track, a step is left out.
    """
    halves_s = _half_strides_s(track)
    if len(halves_s) < 3 or len(_between(track)[0]) < 2:  # too few steps, or no legs to decide by
        return None
    scores = forwardness(track, halves_s)
    if scores.min() > BACKWARD:
        return None
    forward = np.flatnonzero(scores > 0)
    runs = np.split(forward, np.flatnonzero(np.diff(forward) > 1) + 1) if len(forward) else []
    ends = [
        (
            float(track.time_s[0] if run[0] == 0 else halves_s[run[0] + 1]),
            float(track.time_s[-1] if run[-1] == len(scores) - 1 else halves_s[run[-1]]),
        )
        for run in runs
    ]
    return [track.between(start_s, end_s) for start_s, end_s in ends if end_s > start_s]
