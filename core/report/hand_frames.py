"""The frames of a clip in which its runner can mark joints by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.gait.events import Stride, crosses
from core.model.hand_check import MOST_STRIDES, HandFrames, HandMoment, HandPhase
from core.model.tracks import PoseTrack, SideTrack

_HEAD = slice(0, 11)


def hand_frames(strides: Sequence[Stride], track: PoseTrack, side: SideTrack, roll_deg: float) -> HandFrames | None:
    """Return the frames around mid-stance and toe-off of up to three strides, spread over the clip; None if there are none.

    Parameters
    ----------
    strides : sequence of Stride
        The strides of the measures.
    track : PoseTrack
        The runner, with one entry for each frame of the clip.
    side : SideTrack
        The same runner seen from the side.
    roll_deg : float
        The camera roll that the angles are corrected for.
    """
    found = [of_stride for stride in strides if (of_stride := _moments(stride, track, side))]
    n = min(MOST_STRIDES, len(found))
    chosen = [found[(2 * place + 1) * len(found) // (2 * n)] for place in range(n)]
    moments = [
        HandMoment(stride=number, phase=phase, frames_s=frames_s)
        for number, of_stride in enumerate(chosen, 1)
        for phase, frames_s in of_stride.items()
    ]
    return HandFrames(roll_deg=roll_deg, stretch=side.stretch, moments=tuple(moments)) if moments else None


def _moments(stride: Stride, track: PoseTrack, side: SideTrack) -> dict[HandPhase, tuple[float, float, float]] | None:
    """Return the three frames of each moment of a stride, or None if one of them cannot be shown."""
    instants: dict[HandPhase, float] = {"mid_stance": stride.mid_stance_s, "toe_off": stride.toe_off_s}
    found = {phase: _three_frames(instant_s, track, side) for phase, instant_s in instants.items()}
    return {phase: frames_s for phase, frames_s in found.items() if frames_s} if all(found.values()) else None


def _three_frames(instant_s: float, track: PoseTrack, side: SideTrack) -> tuple[float, float, float] | None:
    """Return the times of the frame nearest to an instant and its neighbours, or None if one of them cannot be shown.

    All are of one pass of the runner, and the head is seen in all of them, so that it can be blurred.
    """
    middle = int(np.abs(track.true_time_s - instant_s).argmin())
    if not 0 < middle < len(track) - 1:
        return None
    three = slice(middle - 1, middle + 2)
    before_s, at_s, after_s = (float(time_s) for time_s in track.true_time_s[three])
    measured = (
        side.time_s[0] <= before_s and after_s <= side.time_s[-1] and not crosses(side.breaks_s, before_s, after_s)
    )
    return (before_s, at_s, after_s) if measured and np.isfinite(track.xy_px[three, _HEAD]).all() else None
