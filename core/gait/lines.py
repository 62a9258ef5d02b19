"""Angles of lines between points of a body: x forward, y down. Measures and marks by hand share them."""

from __future__ import annotations

import numpy as np

from core.model.tracks import Floats


def behind_vertical_deg(upper: Floats, lower: Floats) -> Floats:
    """Return the angle of lines against vertical, shape (...), in degrees.

    A leg whose lower end is behind is positive, and so is a trunk whose upper end is ahead.

    Parameters
    ----------
    upper, lower : ndarray, shape (..., 2)
        The ends of the lines.
    """
    hanging = lower - upper
    return np.degrees(np.arctan2(-hanging[..., 0], hanging[..., 1]))


def upright(roll_deg: float) -> Floats:
    """Return the matrix that turns points, shape (..., 2), by the camera's roll; to be multiplied from the right."""
    turn = np.radians(roll_deg)
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
