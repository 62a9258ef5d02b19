"""The period of steps and strides in a pose track, from legs that need not be identified yet."""

from __future__ import annotations

import numpy as np

from core.gait.body import FEWEST_SIGHTINGS, TELLTALE, both_sides, leg_length_px
from core.gait.signals import autocorrelation, even_times, low_pass, period_s, resample
from core.model.tracks import (
    Floats,
    PoseTrack,
)

SHORTEST_STRIDE_S, LONGEST_STRIDE_S = 0.24, 16.0
"""Shortest and longest stride in a clip, as it plays: from running at twice its speed, which is to be noticed, to slow motion."""


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
    apart = (sides[:, 0] - sides[:, 1])[:, TELLTALE]
    if (np.isfinite(apart).all(axis=-1).sum(axis=0) < FEWEST_SIGHTINGS).any():
        return None
    return apart / leg_length_px(sides), 1 / float(np.median(np.diff(track.time_s)))


def _smooth(track: PoseTrack, values: Floats, rate_hz: float) -> Floats:
    """Return values at even times, without what is faster than legs move."""
    return low_pass(resample(track.time_s, values, even_times(track.time_s, rate_hz)), rate_hz, 8 / track.slow_motion)
