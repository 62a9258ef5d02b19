"""A track in pieces: cut where the body vanishes or jumps, or the scene changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.legs import both_sides
from core.track import HIP, SHOULDER, PoseTrack

GAP_S = 0.5  # as the file plays; a body gone for longer ends a piece of the clip
CUT_TRUNKS = 0.5  # the mid-hip does not move by this many trunk lengths between two pictures
CUT_SIZE = 0.35  # ... nor does the trunk change its length by this much (logarithm of the ratio)


def pieces(track: PoseTrack, cuts_s: Sequence[tuple[float, float]] = ()) -> list[PoseTrack]:
    """Cut a track where the body vanishes for long or jumps, and between the times of a scene change that was seen before.

    Returns
    -------
    list of PoseTrack
        In order, each seen throughout.
    """
    seen = np.flatnonzero(track.seen)
    if len(seen) < 2:
        return []
    sides = both_sides(track)[track.seen]
    hips, shoulders = sides[:, :, HIP].mean(axis=1), sides[:, :, SHOULDER].mean(axis=1)
    trunk_px = np.linalg.norm(shoulders - hips, axis=1)
    jumps = np.linalg.norm(np.diff(hips, axis=0), axis=1) > CUT_TRUNKS * np.median(trunk_px)
    resized = np.abs(np.diff(np.log(trunk_px))) > CUT_SIZE
    gaps = np.diff(track.time_s[seen]) > GAP_S
    scene = np.searchsorted(np.ravel(cuts_s), track.time_s[seen], side="right") if len(cuts_s) else np.zeros(len(seen))
    borders = np.flatnonzero(jumps | resized | gaps | (np.diff(scene) > 0)) + 1
    return [_part(track, int(run[0]), int(run[-1]) + 1) for run in np.split(seen, borders) if len(run) >= 2]


def _part(track: PoseTrack, start: int, end: int) -> PoseTrack:
    """Return a part of a track; its times stay those of the whole."""
    return PoseTrack(
        time_s=track.time_s[start:end],
        xy_px=track.xy_px[start:end],
        visibility=track.visibility[start:end],
        depth_px=None if track.depth_px is None else track.depth_px[start:end],
        size_wh_px=track.size_wh_px,
        slow_motion=track.slow_motion,
    )
