"""How far a clip's points are off, seen from bones that change their length, and what that makes of a measure's error.

Thigh, shank, foot and trunk are rigid, so a length that changes shows an error of the points. A pose model makes two kinds:

- random ones: at the same moment of the stride the length differs from stride to stride. A mean over strides reduces them;
- lasting ones: the length changes with the stride, in the same way each time. No number of strides reduces them.

A bone's direction, and so its angle, is as uncertain as its length. The lengths are those of smoothed points, so noise that the
smoothing removes does not count, at any frame rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.gait.angles import Angles
from core.gait.events import Stride
from core.model.tracks import Floats

PHASES = 40
"""Moments of a stride at which the lengths are compared."""

NATURAL = 0.65
"""Root mean square change of the lengths in a stride on exact points, in per cent of the leg: skin moves, and bones turn out of
the plane (lab)."""


MOST_RANDOM = 2.3
"""Largest random errors for which extremes were measured, in the same unit (lab)."""


@dataclass(frozen=True, kw_only=True)
class PointErrors:
    """Standard deviations of the errors of a bone's length, in per cent of the leg's length.

    Attributes
    ----------
    random : float
        Of one stride.
    lasting : float
        Of all strides alike.
    """

    random: float
    lasting: float


USUAL = PointErrors(random=1.3, lasting=1.4)
"""Of real clips; for a clip whose strides do not show its own."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What makes a measure uncertain: standard deviations, in the measure's unit.

    Attributes
    ----------
    random : float
        Of one stride's value, for each per cent of random point errors.
    lasting : float
        Of all values, for each per cent of lasting point errors.
    own_sd : float
        Of what is wrong even on exact points.
    extreme : float
        By how much the largest of uncertain values is too large, for each squared per cent of random point errors.
    event_sd_s : float
        Of the time of the event at which the measure is taken.
    stride_sd : float
        The usual spread between strides. It counts in a clip of one or two; in others, what they differ by more than that.
    """

    random: float
    lasting: float
    own_sd: float
    extreme: float = 0.0
    event_sd_s: float = 0.0
    stride_sd: float

    def sd(self, points: PointErrors, n_strides: int, slope: float = 0.0) -> float:
        """Return the standard deviation of a mean over strides; `slope` is its change with the event's time, per second."""
        parts = (
            self.random * points.random / n_strides**0.5,
            self.extreme * min(points.random, MOST_RANDOM) ** 2,
            self.lasting * points.lasting,
            self.event_sd_s * slope,
            self.own_sd,
        )
        return float(np.linalg.norm(parts))


def point_errors(angles: Angles, strides: Sequence[Stride]) -> PointErrors:
    """Return the errors of the points that the near leg's whole strides show."""
    whole = [(stride.contact_s, stride.next_contact_s) for stride in strides if stride.next_contact_s is not None]
    if len(whole) < 2:
        return USUAL
    at_s = np.array([np.linspace(start_s, end_s, PHASES, endpoint=False) for start_s, end_s in whole])
    bones = np.stack([np.interp(at_s, angles.time_s, bone) for bone in 100 * angles.bone_lengths.T])
    size = bones.mean(axis=(0, 2), keepdims=True)  # of the runner in each stride, who may come nearer
    random, lasting = np.mean([_variances(bone) for bone in bones * size.mean() / size], axis=0)
    return PointErrors(random=float(random**0.5), lasting=float(max(lasting - NATURAL**2, 0.0) ** 0.5))


def _variances(lengths: Floats) -> tuple[float, float]:
    """Return the variance of one bone's length, shape (strides, phases), between strides, and that within their mean stride."""
    mean = lengths.mean(axis=0)
    between = float(((lengths - mean) ** 2).sum(axis=0).mean() / (len(lengths) - 1))
    return between, float(mean.var()) - between / len(lengths)
