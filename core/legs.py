"""Which way the runner faces, which leg is which, and a `SideTrack` with both settled.

A pose model seen from the side exchanges left and right now and then, for a frame or for half a stride. Running is periodic:
a leg is where it was one stride ago, and where the other leg was half a stride ago. Frames that fit their neighbours in phase
better with the legs exchanged, and whose change-over fits the motion from frame to frame, are put right.
"""

from __future__ import annotations

import numpy as np

from core.errors import Refused
from core.model import ANKLE, HEEL, HIP, KNEE, LANDMARK_OF, TOE, Bools, Floats, PoseTrack, Side, SideTrack
from core.signals import even_times, low_pass, near_a_sample, period_s, resample

RATE_HZ = 240.0
"""Samples a second of a `SideTrack`."""

BRIDGED_S = 0.1
"""A leg unseen for longer than this around a moment counts as unseen there; in true time."""

SHORTEST_STRIDE_S, LONGEST_STRIDE_S = 0.35, 16.0
"""Strides that a clip may show, as it plays: from a sprint to slow motion."""

_SIDES: tuple[Side, Side] = ("left", "right")
_TELLTALE = (KNEE, ANKLE, HEEL, TOE)
_NOSE, _EARS = 0, (7, 8)


def _both_sides(track: PoseTrack) -> Floats:
    """Return the joints of the runner's left and right side: shape (n, 2, 6, 2)."""
    return np.stack([track.xy_px[:, LANDMARK_OF[side], :] for side in _SIDES], axis=1)


def facing(track: PoseTrack) -> Side:
    """Return where the runner faces in the picture, by feet and nose: both point ahead.

    Raises
    ------
    Refused
        `whole_body` where no foot was seen.
    """
    sides = _both_sides(track)
    feet = np.sign(sides[:, :, TOE, 0] - sides[:, :, HEEL, 0])
    head = np.sign(track.xy_px[:, _NOSE, 0] - track.xy_px[:, _EARS, 0].mean(axis=1))
    votes = np.append(feet, head)
    votes = votes[np.isfinite(votes)]
    if len(votes) == 0:
        raise Refused("whole_body", "No feet could be seen.", "Film so that the whole runner stays in the picture.")
    return "right" if votes.mean() >= 0 else "left"


def leg_length_px(sides: Floats) -> float:
    """Return the typical length of thigh and shank together: `sides` has shape (n, 2, 6, 2)."""
    thigh = np.linalg.norm(sides[:, :, KNEE] - sides[:, :, HIP], axis=-1)
    shank = np.linalg.norm(sides[:, :, ANKLE] - sides[:, :, KNEE], axis=-1)
    return float(np.nanmedian(thigh + shank))


def stride_period_s(track: PoseTrack) -> tuple[float, float] | None:
    """Return the stride's period as the clip plays, and how periodic the legs are (0 to 1); None where they are not.

    From the difference of the two legs, which is the same one stride later and turned round half a stride later, so that a
    step is never taken for a stride; a few exchanged frames do no harm.
    """
    if track.seen.sum() < 8:
        return None
    sides = _both_sides(track)
    rate_hz = 1 / float(np.median(np.diff(track.time_s)))
    at_s = even_times(track.time_s, rate_hz)
    between = resample(track.time_s, (sides[:, 0] - sides[:, 1])[:, _TELLTALE] / leg_length_px(sides), at_s)
    smooth = low_pass(between.reshape(len(at_s), -1), rate_hz, 8 / track.slow_motion)
    return period_s(smooth, rate_hz, SHORTEST_STRIDE_S, LONGEST_STRIDE_S)


def _shape(sides: Floats) -> Floats:
    """Return what tells one leg from the other: its lower joints from the mid-hip, in leg lengths: shape (n, 2, k)."""
    middle = sides[:, :, HIP].mean(axis=1)[:, None, None]
    return np.asarray((sides[:, :, _TELLTALE] - middle) / leg_length_px(sides)).reshape(len(sides), 2, -1)


def _distance(one: Floats, other: Floats) -> Floats:
    """Return the squared distance between two pairs of legs of shape (n, 2, k): shape (n,)."""
    return np.asarray(((one - other) ** 2).sum(axis=(1, 2)))


def _phase_evidence(time_s: Floats, shape: Floats, stride_s: float) -> Floats:
    """Return how much better each frame fits its neighbours in phase when its legs are exchanged: shape (n,), leg lengths squared.

    Neighbours are the frames up to two strides away in steps of half a stride; the median over them keeps a few exchanged ones
    from mattering.
    """
    evidence = []
    for steps in (-4, -3, -2, -1, 1, 2, 3, 4):
        moment_s = time_s + steps * stride_s / 2
        inside = (moment_s >= time_s[0]) & (moment_s <= time_s[-1])
        there = resample(time_s, shape, moment_s)
        if steps % 2:
            there = there[:, ::-1]
        gain = _distance(shape, there) - _distance(shape[:, ::-1], there)
        evidence.append(np.where(inside, gain, np.nan))
    with np.errstate(all="ignore"):
        table = np.array(evidence)
        known = np.isfinite(table).any(axis=0)
        out = np.zeros(len(time_s))
        out[known] = np.nanmedian(table[:, known], axis=0)
    return out


def _exchanged(time_s: Floats, shape: Floats, stride_s: float) -> Bools:
    """Return which frames have their legs exchanged against the majority: the cheapest path through kept and exchanged.

    A frame pays for not fitting its neighbours in phase, a pair of frames for the way the legs would have moved between them.
    """
    evidence = _phase_evidence(time_s, shape, stride_s)
    kept = _distance(shape[1:], shape[:-1])
    crossed = _distance(shape[1:], shape[:-1, ::-1])
    cost = np.array([max(evidence[0], 0.0), max(-evidence[0], 0.0)])
    came_from = np.zeros((len(time_s), 2), dtype=int)
    for frame in range(1, len(time_s)):
        paths = cost[:, None] + np.array([[kept[frame - 1], crossed[frame - 1]], [crossed[frame - 1], kept[frame - 1]]])
        came_from[frame] = paths.argmin(axis=0)
        cost = paths.min(axis=0) + [max(evidence[frame], 0.0), max(-evidence[frame], 0.0)]
    state = np.zeros(len(time_s), dtype=bool)
    state[-1] = bool(cost.argmin())
    for frame in range(len(time_s) - 1, 0, -1):
        state[frame - 1] = bool(came_from[frame, int(state[frame])])
    return state if state.mean() <= 0.5 else ~state


def repair(time_s: Floats, sides: Floats, stride_s: float) -> tuple[Floats, Bools, float]:
    """Put exchanged legs right.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Times of the frames, as the stride's period.
    sides : ndarray, shape (n, 2, 6, 2)
        The two sides as the pose model named them, without NaN.
    stride_s : float
        The stride's period.

    Returns
    -------
    sides : ndarray, shape (n, 2, 6, 2)
        With the lower legs of exchanged frames changed over.
    exchanged : ndarray of bool, shape (n,)
        Which frames those were.
    confidence : float
        Share of the frames that now fit their neighbours in phase better than exchanged.
    """
    put_right = sides.copy()
    exchanged = np.zeros(len(time_s), dtype=bool)
    for _ in range(3):  # neighbours that were put right make better evidence for the next round
        again = _exchanged(time_s, _shape(put_right), stride_s)
        if not again.any():
            break
        put_right[again, :, KNEE:] = put_right[again][:, ::-1, KNEE:]
        exchanged ^= again
    sure = _phase_evidence(time_s, _shape(put_right), stride_s) <= 0
    return put_right, exchanged, float(sure.mean())


def tell_legs(track: PoseTrack) -> SideTrack:
    """Turn a body in the picture into a runner seen from the side, legs told apart.

    The near leg is the right one of a runner who faces right and the left one of a runner who faces left: the camera sees no
    other side.

    Parameters
    ----------
    track : PoseTrack
        Any frame may be missing.

    Returns
    -------
    SideTrack
        Evenly spaced at `RATE_HZ` in true time.

    Raises
    ------
    Refused
        `one_runner` where nobody is seen for long enough, `enough_strides` where the legs do not move in strides.
    """
    seen = track.seen
    if seen.sum() < 8:
        raise Refused(
            "one_runner",
            "Nobody was found in this clip.",
            "Film one runner from the side, head to feet in the picture.",
        )
    stride = stride_period_s(track)
    if stride is None:
        raise Refused(
            "enough_strides",
            "No running stride was found in this clip.",
            "Film one runner from the side, the whole body in the picture, for about 10 seconds of running.",
        )
    way = facing(track)
    near = _SIDES.index(way)
    named = _both_sides(track)
    bridged = resample(track.time_s, named, track.time_s)
    sides, exchanged, confidence = repair(track.time_s, bridged, stride[0])
    legs = sides[:, [near, 1 - near]] * np.array([1.0 if way == "right" else -1.0, 1.0])
    true_s = track.true_time_s
    at_s = even_times(true_s, RATE_HZ)
    measured = np.asarray(np.isfinite(named).all(axis=(1, 2, 3)))
    around = near_a_sample(true_s, measured, at_s, BRIDGED_S)
    return SideTrack(
        time_s=at_s,
        xy_px=resample(true_s, legs, at_s),
        seen=np.stack([around, around], axis=1),
        facing=way,
        near_side=way,
        repaired=float(exchanged.mean()),
        confidence=confidence,
        source_rate_hz=1 / float(np.median(np.diff(true_s))),
    )
