"""Split a track into segments where the body vanishes or jumps, the scene changes, or the runner turns round."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from core.gait.body import both_sides, facing_over_time
from core.model.tracks import HIP, SHOULDER, Floats, PoseTrack

GAP_S = 0.5  # as the file plays; if the body is gone for longer, the segment ends
CUT_TRUNKS = 0.5  # the mid-hip does not move by this many trunk lengths between two frames
CUT_SIZE = 0.35  # ... nor does the trunk change its length by this much (logarithm of the ratio)

STRAY_S = 0.25
"""As the file plays: a body that jumps and is back within this time was detected elsewhere by mistake."""

CROSSES_TRUNKS = 1.5
"""A segment is a pass by a still camera if the mid-hip moves this many trunk lengths through the frame.

Simulated runners on a treadmill, or followed by the camera, and most real ones move 0.0 to 1.3 trunk lengths. Two real clips
reach 1.67 and 2.37, and count as passes. Runners who pass a still camera move 3 and more.
"""

SHORTEST_TRUNK_PX = 1e-6
"""All points of a wrong frame may be in one place."""

GHOST_S = 1.0
"""True time: in a clip with a passing runner, a segment that is shorter and does not pass is not the runner."""

TURNED = 0.3
"""The runner has turned when feet and nose point the other way by this balance of votes (`facing_over_time`, -1 to 1).

Runners who do not turn stay on their side of 0 (simulated and real clips: 0.35 and more).
"""


def segments(track: PoseTrack, cuts_s: Sequence[tuple[float, float]] = ()) -> list[PoseTrack]:
    """Split a track where the body vanishes for long or jumps, the runner turns round, or the scene is known to change.

    Returns
    -------
    list of PoseTrack
        In order; the body is seen throughout each.
    """
    return [segment for scene in scenes(track, cuts_s) for segment in scene]


def scenes(track: PoseTrack, cuts_s: Sequence[tuple[float, float]] = ()) -> list[list[PoseTrack]]:
    """Return the segments of a track, grouped by scene.

    Passes of a runner by a still camera are one scene, and so are the parts before and after a turn.
    """
    found: list[list[PoseTrack]] = []
    before: PoseTrack | None = None
    for segment in _without_ghosts(_without_jumps(without_strays(track, cuts_s), cuts_s)):
        cut = before is None or any(
            before.time_s[-1] <= to_s and from_s <= segment.time_s[0] for from_s, to_s in cuts_s
        )
        if before is None or cut or not (crosses(before) and crosses(segment)):
            found.append([])
        found[-1] += one_way(segment)
        before = segment
    return found


def without_strays(track: PoseTrack, cuts_s: Sequence[tuple[float, float]] = ()) -> PoseTrack:
    """Return a track whose body counts as unseen in the frames in which it was detected elsewhere for a moment.

    Such frames follow a jump, and within `STRAY_S` the body is back where its motion would have taken it. What a known scene change
    separates is left as it is.
    """
    seen = np.flatnonzero(track.seen)
    if len(seen) < 3:
        return track
    hips, trunk_px = _hips_and_trunk_px(track)
    moved_px = np.linalg.norm(np.diff(hips, axis=0), axis=1)
    per_frame_px, most_px = float(np.median(moved_px)), CUT_TRUNKS * float(np.median(trunk_px))

    def goes_on(one: int, other: int) -> bool:
        """Return whether the body can move from one of the seen frames to the other."""
        away_px = float(np.linalg.norm(hips[other] - hips[one]))
        resized = abs(float(np.log(trunk_px[other] / trunk_px[one])))
        return away_px <= most_px + per_frame_px * (other - one - 1) and resized <= CUT_SIZE

    time_s, strays, at = track.time_s[seen], list[int](), 0
    while at < len(seen) - 1:
        last = int(np.searchsorted(time_s, time_s[at] + STRAY_S, side="right"))
        back = next((other for other in range(at + 1, last) if goes_on(at, other)), at + 1)
        if any(time_s[at] <= to_s and from_s <= time_s[back] for from_s, to_s in cuts_s):
            back = at + 1
        strays += range(at + 1, back)
        at = back
    if not strays:
        return track
    xy_px = track.xy_px.copy()
    xy_px[seen[strays]] = np.nan
    return dataclasses.replace(track, xy_px=xy_px)


def _without_ghosts(segments: list[PoseTrack]) -> list[PoseTrack]:
    """Return the segments without brief false detections before and after a runner passes."""
    passes = [crosses(segment) for segment in segments]
    if not any(passes):
        return segments
    return [segment for segment, one in zip(segments, passes, strict=True) if one or segment.true_duration_s >= GHOST_S]


def _without_jumps(track: PoseTrack, cuts_s: Sequence[tuple[float, float]]) -> list[PoseTrack]:
    seen = np.flatnonzero(track.seen)
    if len(seen) < 2:
        return []
    hips, trunk_px = _hips_and_trunk_px(track)
    jumps = np.linalg.norm(np.diff(hips, axis=0), axis=1) > CUT_TRUNKS * np.median(trunk_px)
    resized = np.abs(np.diff(np.log(trunk_px))) > CUT_SIZE
    gaps = np.diff(track.time_s[seen]) > GAP_S
    scene = np.searchsorted(np.ravel(cuts_s), track.time_s[seen], side="right") if len(cuts_s) else np.zeros(len(seen))
    borders = np.flatnonzero(jumps | resized | gaps | (np.diff(scene) > 0)) + 1
    return [track.part(int(run[0]), int(run[-1]) + 1) for run in np.split(seen, borders) if len(run) >= 2]


def _hips_and_trunk_px(track: PoseTrack) -> tuple[Floats, Floats]:
    """Return the mid-hip (m, 2) and the trunk's length (m,) in the frames with a body."""
    sides = both_sides(track)[track.seen]
    hips, shoulders = sides[:, :, HIP].mean(axis=1), sides[:, :, SHOULDER].mean(axis=1)
    return hips, np.maximum(np.linalg.norm(shoulders - hips, axis=1), SHORTEST_TRUNK_PX)


def crosses(segment: PoseTrack) -> bool:
    """Return whether the runner goes through the frame."""
    hips, trunk_px = _hips_and_trunk_px(segment)
    return bool(np.ptp(hips[:, 0]) > CROSSES_TRUNKS * np.median(trunk_px))


def one_way(segment: PoseTrack) -> list[PoseTrack]:
    """Split a segment where the runner turns round; the turn itself belongs to neither part."""
    way = facing_over_time(segment)
    side = np.where(way > TURNED, 1, np.where(way < -TURNED, -1, 0))
    known = np.flatnonzero(side)
    turns = np.flatnonzero(np.diff(side[known]))
    if len(turns) == 0:
        return [segment]
    ends = [*known[turns], len(segment) - 1]
    starts = [0, *known[turns + 1]]
    return [segment.part(int(start), int(end) + 1) for start, end in zip(starts, ends, strict=True) if end > start]
