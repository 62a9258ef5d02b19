"""How surely a runner was followed, by two things that a pose model does when it sees little.

It takes one leg for the other: in dark, noisy, coarse or heavily compressed frames far more often. Those exchanges are corrected,
but where they are many the joints are off as well. And its landmarks jump about: running repeats, so what does not come back a
stride later is error. A runner over rough ground, or one who is zoomed in on, repeats less too, so this counts only beside many
exchanges.
"""

from __future__ import annotations

import numpy as np

from core.model.tracks import ANKLE, HIP, KNEE, SideTrack

USUAL, TOO_MUCH = 0.055, 0.09
"""Unrest in leg lengths. Treadmill clips in good light have up to the first; from the second on errors say nothing any more."""

STEEP = 3.0
"""The power of the unrest that errors grow with."""

USUAL_EXCHANGED, OFTEN_EXCHANGED = 0.05, 0.25
"""Shares of the frames whose legs were exchanged. Drawn clips in good light have up to 0.04, in the dark and in noise 0.06 to 0.29;
real ones in good light up to 0.19, such in which the model took shadows for hips, or two people for one, 0.34 to 0.40."""

COST, MOST = 4.0, 2.2
"""Errors grow by the first for each share of exchanged frames, up to the second."""


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
    jumps = max(1.0, (restless or 0.0) / USUAL) ** STEEP if exchanged > OFTEN_EXCHANGED else 1.0
    mistakes = float(np.clip(1 + COST * (exchanged - USUAL_EXCHANGED), 1.0, MOST))
    return float(np.sqrt(jumps**2 + mistakes**2 - 1))
