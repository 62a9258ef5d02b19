"""How surely a runner was followed: running repeats, so what does not come back a stride later is the pose model's error.

In the dark, in noise, in coarse or heavily compressed frames the model's landmarks jump about, and where they jump they are also
off for good: the hips of dark shorts before a dark wall are put behind where they are, in every frame. The jumps can be seen.
"""

from __future__ import annotations

import numpy as np

from core.track import ANKLE, HIP, KNEE, SideTrack

USUAL, TOO_MUCH = 0.055, 0.09
"""Leg lengths. Clips in good light have up to the first, handheld ones too; from the second on errors say nothing any more."""

STEEP = 3.0
"""The power of the unrest that errors grow with."""

USUAL_EXCHANGED, EXCHANGED_COST, MOST_FOR_EXCHANGED = 0.05, 4.0, 2.2
"""In good light the pose model exchanges the legs in up to the first share of the frames (drawn and real: 0.00 to 0.04), in drawn
clips that are dark, or dark and noisy, in 0.07 to 0.29; errors grow by the second for each share more, up to the third."""


def unrest(side: SideTrack, stride_s: float) -> float | None:
    """Return how far the body's joints are from where they are one stride later.

    Parameters
    ----------
    side : SideTrack
        The runner from the side.
    stride_s : float
        The stride's period in seconds.

    Returns
    -------
    float or None
        The median over time, in leg lengths, of the joints' root mean square distance, seen from the hips; None if the
        runner is seen for less than half a stride after the first one.
    """
    lag = round(stride_s * side.rate_hz)
    hips = side.xy_px[:, :, HIP].mean(axis=1)[:, None, None]
    thigh, shank = (
        np.linalg.norm(side.xy_px[:, :, lower] - side.xy_px[:, :, upper], axis=-1)
        for upper, lower in ((HIP, KNEE), (KNEE, ANKLE))
    )
    body = (side.xy_px - hips) / np.median((thigh + shank)[side.in_a_pass])
    passes = [body[part] for part in side.passes]
    moved = np.concatenate([one[lag:] - one[:-lag] for one in passes])
    if len(moved) < 0.5 * lag:
        return None
    joints = np.delete(moved, HIP, axis=2)
    return float(np.median(np.sqrt((joints**2).sum(axis=-1).mean(axis=(1, 2)))))


def wider(restless: float | None, exchanged: float) -> float:
    """Return how many times larger errors are than in a clip in which the runner was followed surely.

    Parameters
    ----------
    restless : float or None
        As `unrest` returns it.
    exchanged : float
        Share of the frames whose legs the pose model had exchanged (`SideTrack.repaired`).
    """
    jumps = 1.0 if restless is None else max(1.0, restless / USUAL) ** STEEP
    mistakes = min(1 + EXCHANGED_COST * max(0.0, exchanged - USUAL_EXCHANGED), MOST_FOR_EXCHANGED)
    return float(np.sqrt(jumps**2 + mistakes**2 - 1))
