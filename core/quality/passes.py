"""Select the parts of a track to measure together: the passes of one runner in one direction, at one speed, playing forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.gait.body import both_sides, facing, leg_length_px
from core.gait.stride_period import stride_period_s
from core.model.report import QualityCheck
from core.model.tracks import PoseTrack, Side
from core.quality.playback import SHORTEST_S, at_one_speed, what_plays_forward
from core.quality.segments import crosses, scenes

GHOST_S = 0.3
"""True time: a person that the pose model sees for less, after the runner has left the frame, is not real."""

SAME_STRIDE, SAME_SIZE = 0.15, 0.3
"""Passes belong to one runner if their stride durations and their leg lengths in the frame agree within these shares.

Simulated runners who pass a camera again: 0.03 and 0.02. A child next to an adult, or a runner twice as far away, differs by
0.5 and more.
"""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The measurable parts of a track.

    Attributes
    ----------
    longest : PoseTrack
        The longest pass in the direction that shows more; the checks use it.
    passes : tuple of PoseTrack
        The longest pass and the others in the same direction that are long enough, in order.
    other_way : tuple of PoseTrack
        Passes of the same runner in the other direction, which show the other leg.
    n_scenes : int
        How many scenes the clip is cut into.
    crossings : int
        How often the runner goes through the frame.
    backward : bool
        Whether part of the track plays backward.
    forward : bool
        Whether part of it plays forward.
    speed : QualityCheck or None
        The check to report if the clip plays at more than one speed.
    """

    longest: PoseTrack
    passes: tuple[PoseTrack, ...]
    other_way: tuple[PoseTrack, ...] = ()
    n_scenes: int = 1
    crossings: int = 0
    backward: bool = False
    forward: bool = True
    speed: QualityCheck | None = None


def find_passes(whole: PoseTrack, cuts_s: Sequence[tuple[float, float]] = ()) -> Found:
    """Find the parts of a track to measure together.

    Parameters
    ----------
    whole : PoseTrack
        The body in all frames of the clip.
    cuts_s : sequence of (float, float)
        The pairs of times between which scene changes were seen.

    Raises
    ------
    Refused
        `true_speed`, with choices, if the clip plays at more than one speed and they cannot be determined.
    """
    cut = scenes(whole, cuts_s)
    if not cut:
        return Found(longest=whole, passes=(whole,))
    scene = max(cut, key=lambda scene: max(one.true_duration_s for one in scene))
    of_one_speed, speed = at_one_speed(scene)
    forward, backward = what_plays_forward(of_one_speed)
    usable = forward or of_one_speed
    way = _main_way(usable)
    longest = max((one for one in usable if facing(one) == way), key=lambda one: one.true_duration_s)
    alike = [one for one in usable if one is longest or _same_runner(one, longest)]
    return Found(
        longest=longest,
        passes=tuple(one for one in alike if facing(one) == way),
        other_way=tuple(one for one in alike if facing(one) != way),
        n_scenes=sum(max(one.true_duration_s for one in scene) >= GHOST_S for scene in cut),
        crossings=sum(crosses(one) for one in usable),
        backward=backward,
        forward=bool(forward),
        speed=speed,
    )


def _main_way(segments: Sequence[PoseTrack]) -> Side:
    """Return the direction with more to measure; only segments that are long enough count, if there are any."""
    long_enough = [one for one in segments if one.true_duration_s >= SHORTEST_S] or segments
    seconds: dict[Side, float] = {"left": 0.0, "right": 0.0}
    for one in long_enough:
        seconds[facing(one)] += one.true_duration_s
    return max(seconds, key=seconds.__getitem__)


def _same_runner(one: PoseTrack, other: PoseTrack) -> bool:
    """Return whether a segment is long enough, and shows legs as long and strides as fast as another."""
    if one.true_duration_s < SHORTEST_S:
        return False
    strides = stride_period_s(one), stride_period_s(other)
    if strides[0] is None or strides[1] is None:
        return False
    legs_px = [leg_length_px(both_sides(track)[track.seen]) for track in (one, other)]
    quicker, longer = np.log(strides[0][0] / strides[1][0]), np.log(legs_px[0] / legs_px[1])
    return bool(abs(quicker) < SAME_STRIDE and abs(longer) < SAME_SIZE)
