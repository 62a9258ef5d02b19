"""When a runner's feet land and leave the ground, and the average stride."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, kw_only=True)
class LegEvents:
    """One leg's initial contacts and toe-offs, in true time from the clip's first frame, rising."""

    initial_contact_s: tuple[float, ...] = ()
    toe_off_s: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GaitEvents:
    """Both legs' events."""

    near: LegEvents = field(default_factory=LegEvents)
    far: LegEvents = field(default_factory=LegEvents)


PHASES = 50
"""The number of evenly spaced phases of a stride in a `MeanStride`."""

Points = dict[str, tuple[tuple[float, float], ...]]
"""Named points of a body seen from the side, each at every phase: x forward and y up."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """An angle over the average stride, in degrees at every phase.

    Attributes
    ----------
    mean : tuple of float
        Mean over the strides.
    sd : tuple of float
        Standard deviation between the strides; empty if there was only one stride.
    """

    mean: tuple[float, ...]
    sd: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.mean) != PHASES or len(self.sd) not in (0, PHASES):
            raise ValueError(f"a curve has a value at each of {PHASES} phases")


@dataclass(frozen=True, kw_only=True)
class MeanStride:
    """The runner's average stride, from one initial contact of the near foot to the next: enough to draw it in a loop.

    Phase `k` is `k / PHASES` of the stride; the last phase is followed by the first.

    Attributes
    ----------
    n_strides : int
        How many strides the average is over.
    stride_s : float
        Duration of the stride, in seconds of true time.
    toe_off : float
        Toe-off of the near foot, as a share of the stride.
    far_contact, far_toe_off : float or None
        The far foot's events as shares of the stride; None if they were not seen.
    points : dict
        `shoulder` and `head` are in the middle, the others `near_` and `far_`: `hip`, `knee`, `ankle`, `heel`, `toe`, and
        `elbow` and `hand` if the arms were tracked (`head` likewise). In leg lengths; x is forward from the mid-hip, and y is
        up from the lowest point of the near foot, so the hips rise and fall.
    angles : dict of str to Curve
        `trunk_lean`, `thigh_extension`, `knee_flexion` and `hip_flexion` (trunk against thigh) of the near leg; the signs are
        those of the table in docs/signs-and-units.md.
    """

    n_strides: int
    stride_s: float
    toe_off: float
    far_contact: float | None = None
    far_toe_off: float | None = None
    points: Points
    angles: dict[str, Curve]

    def __post_init__(self) -> None:
        if any(len(path) != PHASES for path in self.points.values()):
            raise ValueError(f"points: expected {PHASES} phases of each")
        if not np.isfinite([number for path in self.points.values() for xy in path for number in xy]).all():
            raise ValueError("points: expected finite numbers")

    @property
    def mid_stance(self) -> float:
        """Half-way from initial contact to toe-off, as a share of the stride."""
        return self.toe_off / 2
