"""A runner whose left leg moves as one stride defines, and whose right leg moves as another one does."""

from __future__ import annotations

from math import isclose

import numpy as np
import numpy.typing as npt

from core.model.tracks import Side
from simulation.motion import LEFT, RIGHT, Body, Floats, Motion
from simulation.stride import Stride


class TwoSided(Motion):
    """A runner with an asymmetry that is exactly known: the left leg's measures are those of `left`, the right leg's of `right`.

    Parameters
    ----------
    left, right : Stride
        The same in speed, cadence, height and trunk.

    Raises
    ------
    ValueError
        If the two legs would not run at one speed and one cadence.
    """

    def __init__(self, left: Stride, right: Stride) -> None:
        if not (isclose(left.speed_mps, right.speed_mps) and isclose(left.stride_s, right.stride_s)):
            raise ValueError("both legs need the same speed and cadence")
        super().__init__(left)
        self.right = Motion(right)

    def body(self, time_s: npt.ArrayLike) -> Body:
        """Return the body at the given instants (n,), seconds: each leg with its own hip; the trunk is the left stride's."""
        left, right = super().body(time_s), self.right.body(time_s)
        joints = np.stack([left.joints_m[:, LEFT], right.joints_m[:, RIGHT]], axis=1)
        return Body(joints_m=joints, arms_m=left.arms_m, head_m=left.head_m)

    def events_s(self, side: Side, start_s: float, stop_s: float) -> tuple[Floats, Floats]:
        """Return initial contacts and toe-offs of one foot within [start, stop), rising seconds."""
        return (
            super().events_s("left", start_s, stop_s) if side == "left" else self.right.events_s(side, start_s, stop_s)
        )
