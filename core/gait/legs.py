"""Find the runner's direction and which leg is which, and build a `SideTrack` from them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.errors import Refused
from core.gait.body import FEWEST_SIGHTINGS, LEG_SEEN, SIDES, both_sides, check_joints, facing, view_angle_deg
from core.gait.leg_repair import bridge_misfits, repair
from core.gait.signals import even_times, near_a_sample, resample
from core.gait.stride_period import stride_period_s
from core.i18n.message import message as _
from core.model.tracks import (
    FAR,
    JOINTS,
    NEAR,
    Bools,
    Floats,
    PoseTrack,
    SideTrack,
)

RATE_HZ = 240.0
"""Samples per second of a `SideTrack`."""

BRIDGED_S = 0.035
"""True time: a joint that is lost alone, among others that are seen, counts as seen if it is known this near: two frames of 60 a
second. Trackers that judge each point by itself lose single points often."""

SIDE_ON_DEG = 5.0
"""Views this near to side-on are treated as side-on: the estimate is no more precise."""

FURTHEST_VIEW_DEG = 40.0


def identify_legs(track: PoseTrack) -> SideTrack:
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
    near = SIDES.index(way)
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
        repaired=float(np.average(repaired, weights=frames)),
        confidence=float(np.average(confidence, weights=frames)),
        view_deg=view_deg,
        stretch=stretch,
        leg_seen=1.0 if track.depth_px is None else LEG_SEEN,  # only the pose model gives depth
        source_rate_hz=source_rate_hz,
        breaks_s=tuple((float(one.true_time_s[-1]), float(other.true_time_s[0])) for one, other in pairwise(passes)),
    )


def _held(xy_px: Floats) -> Floats:
    """Return points of shape (n, ...) with unknown values replaced by the last known ones."""
    known = np.isfinite(xy_px).all(axis=(1, 2, 3))
    return np.asarray(xy_px[np.maximum.accumulate(np.where(known, np.arange(len(xy_px)), 0))])


def _whole(time_s: Floats, known: Bools) -> Bools:
    """Return in which frames with a body each joint is known (n, 2, 6), or was a moment ago and is again: shape (n,)."""
    joints = known.reshape(len(known), -1)
    near = [near_a_sample(time_s, joint, time_s, BRIDGED_S) for joint in joints.T]
    return np.asarray(joints.any(axis=1) & np.all(near, axis=0))


class _Legs(NamedTuple):
    """The near and far leg in one pass: `xy_px` of shape (n, 2, 6, 2) and whether each was measured, (n, 2)."""

    xy_px: Floats
    measured: Bools
    repaired: float
    confidence: float


def _told(track: PoseTrack, near: int) -> _Legs:
    """Identify the legs of one pass; `near` is the index of the near side in `SIDES`."""
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
    whole = _whole(track.true_time_s, np.asarray(np.isfinite(named).all(axis=-1)))
    return _Legs(sides[:, order], whole[:, None] & ~misfit[:, order], float(exchanged.mean()), confidence)
