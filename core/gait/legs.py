"""Find the runner's direction and which leg is which, and build a `SideTrack` from them.

In a side view, a pose model sometimes exchanges left and right, for a frame or for half a stride. Running is periodic: a leg is
where it was one stride ago, and where the other leg was half a stride ago. A frame is corrected if it fits the frames one or
half a stride away better with its legs exchanged, and if the exchange fits the motion from frame to frame.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.errors import Refused
from core.gait.signals import autocorrelation, even_times, low_pass, near_a_sample, period_s, resample
from core.i18n.message import message as _
from core.model.tracks import (
    ANKLE,
    FAR,
    HEEL,
    HIP,
    JOINTS,
    KNEE,
    LANDMARK_OF,
    NEAR,
    SHOULDER,
    TOE,
    Bools,
    Floats,
    PoseTrack,
    Side,
    SideTrack,
)

RATE_HZ = 240.0
"""Samples per second of a `SideTrack`."""

MISFIT_LEGS, MISFIT_TIMES = 0.25, 2.5
"""A leg further than this from its expected place (leg lengths, and times the clip's median) counts as unseen."""

DEPTH_SCALE = 0.33
"""True depth over the pose model's depth."""

SIDE_ON_DEG = 5.0
"""Views this near to side-on are treated as side-on: the estimate is no more precise."""

FURTHEST_VIEW_DEG = 40.0

FEWEST_SIGHTINGS = 8
"""The least number of frames in which every joint must be seen."""

FACING_S = 0.8
"""About a stride: over a shorter time, a foot that points down in swing outvotes the other."""

SHORTEST_STRIDE_S, LONGEST_STRIDE_S = 0.35, 16.0
"""Shortest and longest stride in a clip, as it plays: from a sprint to slow motion."""

_SIDES: tuple[Side, Side] = ("left", "right")
_TELLTALE = (KNEE, ANKLE, HEEL, TOE)
_NOSE, _EARS = 0, (7, 8)


def both_sides(track: PoseTrack) -> Floats:
    """Return the joints of the runner's left and right side: shape (n, 2, 6, 2)."""
    return np.stack([track.xy_px[:, LANDMARK_OF[side], :] for side in _SIDES], axis=1)


def check_joints(track: PoseTrack) -> None:
    """Raise `Refused` if a joint of either side is seen too rarely to bridge its gaps.

    Raises
    ------
    Refused
        `whole_body`.
    """
    if (np.isfinite(both_sides(track)).all(axis=-1).sum(axis=0) < FEWEST_SIGHTINGS).any():
        raise Refused(
            "whole_body",
            _("Shoulders, hips or a part of the legs are hardly ever seen."),
            _("Film so that the whole runner stays in the picture."),
        )


def facing(track: PoseTrack) -> Side:
    """Return the direction that the runner faces in the frame, by feet and nose: both point ahead.

    Raises
    ------
    Refused
        `whole_body` if no foot was seen.
    """
    votes = _facing_votes(track)
    votes = votes[np.isfinite(votes)]
    if len(votes) == 0:
        raise Refused(
            "whole_body", _("No feet could be seen."), _("Film so that the whole runner stays in the picture.")
        )
    return "right" if votes.mean() >= 0 else "left"


def _facing_votes(track: PoseTrack) -> Floats:
    """Return the direction of each foot and the nose in each frame, +1 for right and -1 for left: shape (n, 3)."""
    sides = both_sides(track)
    feet = np.sign(sides[:, :, TOE, 0] - sides[:, :, HEEL, 0])
    head = np.sign(track.xy_px[:, _NOSE, 0] - track.xy_px[:, _EARS, 0].mean(axis=1))
    return np.column_stack([feet, head])


def facing_over_time(track: PoseTrack) -> Floats:
    """Return the runner's direction over time, from -1 (left) to +1 (right), averaged over `FACING_S`: shape (n,)."""
    votes = _facing_votes(track)
    known = np.isfinite(votes)
    rate_hz = 1 / float(np.median(np.diff(track.true_time_s)))
    around = np.ones(max(1, min(len(track), round(FACING_S * rate_hz))))
    total = np.convolve(np.where(known, votes, 0.0).sum(axis=1), around, mode="same")
    count = np.convolve(known.sum(axis=1), around, mode="same")
    return np.asarray(total / np.maximum(count, 1))


def view_angle_deg(track: PoseTrack) -> float | None:
    """Return the camera's angle from side-on, 0 to 90, from the body's breadth across the frame and its breadth in depth.

    The pose model's depth is about three times too large, and rough; simulated runners turned by 0, 15, 30 and 45 degrees give
    3, 10, 30 and 44. None if the track has no depth.
    """
    if track.depth_px is None:
        return None
    across, deep = [], []
    for joint in (SHOULDER, HIP):
        left, right = LANDMARK_OF["left"][joint], LANDMARK_OF["right"][joint]
        across.append(abs(float(np.nanmedian(track.xy_px[:, left, 0] - track.xy_px[:, right, 0]))))
        deep.append(DEPTH_SCALE * abs(float(np.nanmedian(track.depth_px[:, left] - track.depth_px[:, right]))))
    return float(np.degrees(np.arctan2(sum(across), sum(deep))))


def leg_length_px(sides: Floats) -> float:
    """Return the typical length of thigh and shank together: `sides` has shape (n, 2, 6, 2)."""
    thigh = np.linalg.norm(sides[:, :, KNEE] - sides[:, :, HIP], axis=-1)
    shank = np.linalg.norm(sides[:, :, ANKLE] - sides[:, :, KNEE], axis=-1)
    return float(np.nanmedian(thigh + shank))


def stride_period_s(track: PoseTrack) -> tuple[float, float] | None:
    """Return the stride's period as the clip plays, and how periodic the legs are (0 to 1); None if they are not.

    The legs as named only decide whether the period of `step_period_s` is a whole stride instead, because near and far leg look
    different.
    """
    legs = _between_legs(track)
    found = _step_period_s(track, *legs) if legs is not None else None
    if legs is None or found is None:
        return None
    (between, rate_hz), (step_s, periodic) = legs, found
    named = autocorrelation(_smooth(track, between.reshape(len(between), -1), rate_hz))
    lag = round(step_s * rate_hz)
    turned_round = lag >= len(named) or named[lag] <= 0
    return (2 * step_s if turned_round else step_s), periodic


def step_period_s(track: PoseTrack) -> tuple[float, float] | None:
    """Return the steps' period as the clip plays, and how periodic the legs are (0 to 1); None if they are not.

    The period comes from the line between the two legs with its direction doubled. This line is the same whichever leg is
    called which, and it repeats every step.
    """
    legs = _between_legs(track)
    return _step_period_s(track, *legs) if legs is not None else None


def _step_period_s(track: PoseTrack, between: Floats, rate_hz: float) -> tuple[float, float] | None:
    along, down = between[..., 0], between[..., 1]
    doubled = np.concatenate([along**2 - down**2, 2 * along * down], axis=1)
    return period_s(_smooth(track, doubled, rate_hz), rate_hz, SHORTEST_STRIDE_S / 2, LONGEST_STRIDE_S / 2)


def _between_legs(track: PoseTrack) -> tuple[Floats, float] | None:
    """Return the lines between the legs' joints in leg lengths, and the median frame rate; None if too few frames show them."""
    sides = both_sides(track)
    apart = (sides[:, 0] - sides[:, 1])[:, _TELLTALE]
    if (np.isfinite(apart).all(axis=-1).sum(axis=0) < FEWEST_SIGHTINGS).any():
        return None
    return apart / leg_length_px(sides), 1 / float(np.median(np.diff(track.time_s)))


def _smooth(track: PoseTrack, values: Floats, rate_hz: float) -> Floats:
    """Return values at even times, without what is faster than legs move."""
    return low_pass(resample(track.time_s, values, even_times(track.time_s, rate_hz)), rate_hz, 8 / track.slow_motion)


def _shape(sides: Floats) -> Floats:
    """Return the lower joints that distinguish the legs, relative to the mid-hip, in leg lengths: shape (n, 2, 4, 2)."""
    middle = sides[:, :, HIP].mean(axis=1)[:, None, None]
    return np.asarray((sides[:, :, _TELLTALE] - middle) / leg_length_px(sides))


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
    bridged[:, :, _TELLTALE] = np.where(
        misfit[:, :, None, None], there * leg_length_px(sides) + middle, sides[:, :, _TELLTALE]
    )
    return bridged, misfit


def _without(time_s: Floats, shape: Floats, misfit: Bools) -> Floats:
    """Return the legs with misfits bridged from the frames before and after, if enough frames remain."""
    if ((~misfit).sum(axis=0) < 8).any():
        return shape
    return resample(time_s, np.where(misfit[:, :, None, None], np.nan, shape), time_s)


def tell_legs(track: PoseTrack) -> SideTrack:
    """Turn a body in image coordinates into a runner seen from the side, with legs identified.

    A view that is not quite from the side foreshortens lengths in the running direction; dividing by the cosine corrects them.

    The near leg is the right one of a runner who faces right and the left one of a runner who faces left: the camera sees no
    other side.

    Parameters
    ----------
    track : PoseTrack
        Any frame may be missing. Each of its passes is processed separately.

    Returns
    -------
    SideTrack
        Evenly spaced at `RATE_HZ` in true time.

    Raises
    ------
    Refused
        `one_runner` if nobody is seen for long enough, `whole_body` if a joint is not, `enough_strides` if the legs do not move
        in strides.
    """
    if track.seen.sum() < FEWEST_SIGHTINGS:
        raise Refused(
            "one_runner",
            _("Nobody was found in this clip."),
            _("Film one runner from the side, head to feet in the picture."),
        )
    check_joints(track)
    way = facing(track)
    near = _SIDES.index(way)
    view_deg = view_angle_deg(track) or 0.0
    stretch = 1.0 if view_deg < SIDE_ON_DEG else 1 / float(np.cos(np.radians(min(view_deg, FURTHEST_VIEW_DEG))))
    to_side = np.array([stretch if way == "right" else -stretch, 1.0])
    at_s = even_times(track.true_time_s, RATE_HZ)
    source_rate_hz = 1 / float(np.median(np.diff(track.true_time_s)))
    xy_px, seen = np.full((len(at_s), 2, len(JOINTS), 2), np.nan), np.zeros((len(at_s), 2), dtype=bool)
    repaired, confidence = [], []
    passes = track.passes
    for one in passes:
        legs = _told(one, near)
        true_s = one.true_time_s
        here = (at_s >= true_s[0]) & (at_s <= true_s[-1])
        xy_px[here] = resample(true_s, legs.xy_px * to_side, at_s[here])
        for leg in (NEAR, FAR):
            seen[here, leg] = near_a_sample(true_s, legs.measured[:, leg], at_s[here], 0.75 / source_rate_hz)
        repaired.append(legs.repaired)
        confidence.append(legs.confidence)
    frames = [len(one) for one in passes]
    return SideTrack(
        time_s=at_s,
        xy_px=_held(xy_px),
        seen=seen,
        facing=way,
        near_side=way,
        repaired=float(np.average(repaired, weights=frames)),
        confidence=float(np.average(confidence, weights=frames)),
        view_deg=view_deg,
        stretch=stretch,
        source_rate_hz=source_rate_hz,
        breaks_s=tuple((float(one.true_time_s[-1]), float(other.true_time_s[0])) for one, other in pairwise(passes)),
    )


def _held(xy_px: Floats) -> Floats:
    """Return points of shape (n, ...) with unknown values replaced by the last known ones."""
    known = np.isfinite(xy_px).all(axis=(1, 2, 3))
    return np.asarray(xy_px[np.maximum.accumulate(np.where(known, np.arange(len(xy_px)), 0))])


class _Legs(NamedTuple):
    """The near and far leg in one pass: `xy_px` of shape (n, 2, 6, 2) and whether each was measured, (n, 2)."""

    xy_px: Floats
    measured: Bools
    repaired: float
    confidence: float


def _told(track: PoseTrack, near: int) -> _Legs:
    """Identify the legs of one pass; `near` is the index of the near side in `_SIDES`."""
    stride = stride_period_s(track)
    if stride is None:
        raise Refused(
            "enough_strides",
            _("No running stride was found in this clip."),
            _("Film one runner from the side, the whole body in the picture, for about 10 seconds of running."),
        )
    order = [near, 1 - near]
    named = both_sides(track)
    bridged = resample(track.time_s, named, track.time_s)
    sides, exchanged, confidence = repair(track.time_s, bridged, stride[0])
    sides, misfit = bridge_misfits(track.time_s, sides, stride[0])
    whole = np.asarray(np.isfinite(named).all(axis=(1, 2, 3)))
    return _Legs(sides[:, order], whole[:, None] & ~misfit[:, order], float(exchanged.mean()), confidence)
