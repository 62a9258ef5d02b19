"""How surely a runner was tracked, from two errors that a pose model makes when it sees little.

First, it exchanges the legs, far more often in dark, noisy, coarse or heavily compressed frames. Those exchanges are corrected,
but if there are many, the joints are off as well. Second, its landmarks jump about: running repeats, so motion that does not
recur a stride later is error. A runner on rough ground, or with a zooming camera, repeats less too, so this counts only
together with many exchanges.
"""

from __future__ import annotations

import numpy as np

from core.model.tracks import ANKLE, HIP, KNEE, SideTrack

USUAL, TOO_MUCH = 0.055, 0.09
"""Unrest in leg lengths. Treadmill clips in good light have up to the first; from the second on, error estimates are
meaningless."""

STEEP = 3.0
"""Errors grow with this power of the unrest."""

USUAL_EXCHANGED, OFTEN_EXCHANGED = 0.05, 0.25
"""Shares of the frames whose legs were exchanged. Simulated clips have up to 0.04 in good light, and 0.06 to 0.29 in the dark
and in noise. Real ones have up to 0.19 in good light, and 0.34 to 0.40 if the model took shadows for hips, or two people for
one."""

COST, MOST = 4.0, 2.2
"""Errors grow by the first per share of exchanged frames, up to the second."""


def unrest(side: SideTrack, stride_s: float) -> float | None:
    """Return how far the body's joints are from their places one stride later.

    Parameters
    ----------
    side : SideTrack
        The runner from the side.
    stride_s : float
        The stride's period in seconds.

    Returns
    -------
    float or None
        The median over time, in leg lengths, of the joints' root mean square distance, relative to the hips; None if the runner
        is seen for less than half a stride after the first one.
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
    """Return how many times larger errors are than in a clip with reliable tracking.

    Parameters
    ----------
    restless : float or None
        As `unrest` returns it.
    exchanged : float
        Share of the frames whose legs the pose model had exchanged (`SideTrack.repaired`).
    """
    jumps = max(1.0, (restless or 0.0) / USUAL) ** STEEP if exchanged > OFTEN_EXCHANGED else 1.0
    mistakes = float(np.clip(1 + COST * (exchanged - USUAL_EXCHANGED), 1.0, MOST))
    return float(np.sqrt(jumps**2 + mistakes**2 - 1))
