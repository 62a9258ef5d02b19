"""Find the motion of the simulated body that has the requested angles.

The solver finds where the foot lands, how high the hips are, how far the heel rises by toe-off, and the height of the
swing's curves, so that the motion has the requested extension, knee angles and knee drive.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from simulation.leg_motion import Solved, stance_deg, swing
from simulation.stride import Stride

Floats = npt.NDArray[np.float64]

# The fastest running speed at which the solver finds a motion directly, whatever else is requested.
EASY_MPS = 3.0
# How far the free values of `Solved` can deviate from the usual, in order.
USUAL_SPREAD = np.array([0.05, 0.05, 0.02, 6.0, 10.0, 10.0])


@cache
def solve(stride: Stride) -> Solved:
    """Return the free values that give the requested motion, or raise ValueError; the same stride is solved once."""
    easy = Stride(speed_mps=min(stride.speed_mps, EASY_MPS), walking=stride.walking)
    for steps in (1, 4, 16):  # if the direct solution fails, go from an easy stride to the requested one in small steps
        free, done = np.zeros(6), False
        for share in np.linspace(1.0, 0.0, steps)[::-1]:
            free, done = _fit(_between(easy, stride, float(share)), free)
        if done:
            return Solved(*(_usual(stride) + free * USUAL_SPREAD))
    raise ValueError(f"no motion of this body comes out as asked: {stride}")


def _between(one: Stride, other: Stride, share: float) -> Stride:
    """Return the stride at a share of the way from one to the other."""
    numbers = {name: value for name, value in vars(other).items() if isinstance(value, float)}
    return replace(other, **{name: (1 - share) * vars(one)[name] + share * value for name, value in numbers.items()})


def _fit(stride: Stride, start: Floats) -> tuple[Floats, bool]:
    """Return free values (6,), in spreads from the usual, and whether they give the requested motion.

    The requested values weigh a thousand times more than the usual ones, so the usual values apply only as far as the
    request leaves them free. The weight is lower at first, and the search converges to the last digit: otherwise the point
    at which it stops would differ from one machine to another.
    """
    assert stride.extension_deg is not None
    off, sampled, usual = stride.duty_factor, np.linspace(0, 1, 400), _usual(stride)
    air = off + (1 - off) * sampled
    leaves_deg = (4.0 if stride.walking else 1.2) - stride.extension_deg
    asked = np.array([stride.extension_deg, stride.knee_contact_deg, stride.knee_swing_deg, stride.knee_drive_deg])

    def misses(free: Floats, weight: float) -> Floats:
        solved = Solved(*(usual + free * USUAL_SPREAD))
        thigh, knee, _ = swing(stride, solved)
        ground, thigh_deg, knee_deg = stance_deg(stride, solved, off * sampled), thigh(air), knee(air)
        back = -min(ground[:, 0].min(), thigh_deg.min())
        got = np.array([back, ground[0, 1], knee_deg.max(), thigh_deg.max()])
        left = [(ground[-1, 1] - stride.knee_toe_off_deg) / 5, (ground[-1, 0] - leaves_deg) / 2]
        straightest = min(ground[:, 1].min(), knee_deg.min())
        return np.concatenate([weight * (got - asked), [3 * min(0.0, straightest - 3)], free[[0, 2, 3]], left])

    end = {"xtol": 1e-12, "ftol": 1e-12, "gtol": 1e-12, "max_nfev": 100}
    first = least_squares(misses, start, jac="3-point", args=(30.0,), **end)
    found = least_squares(misses, first.x, jac="3-point", args=(1e3,), **end)
    # A knee cannot bend backward: nearly straight is its limit.
    return found.x, bool(np.abs(found.fun[:4]).max() < 10 and found.fun[4] > -8)


def _usual(stride: Stride) -> Floats:
    """Return the usual values of `Solved`, such as the landing from lab means at that speed (doi:10.7717/peerj.3298)."""
    assert stride.knee_contact_deg is not None
    assert stride.vertical_oscillation_m is not None
    shares = stride.proportions
    leg = (shares.thigh + shares.shank) * stride.height_m
    landing = (0.3 if stride.walking else 0.097 + 0.041 * stride.speed_mps) * leg
    knee = np.radians(stride.knee_contact_deg)
    reach = stride.height_m * np.sqrt(
        shares.thigh**2 + shares.shank**2 + 2 * shares.thigh * shares.shank * np.cos(knee)
    )
    crest = stride.duty_factor / 2 if stride.walking else stride.duty_factor + 0.03
    heel_rise = 60.0 if stride.walking else 50.0
    at_contact = stride.vertical_oscillation_m / 2 * np.cos(4 * np.pi * crest)
    hip = np.sqrt(reach**2 - landing**2) + (shares.ankle_up + shares.sole + 0.01) * stride.height_m - at_contact
    return np.array([landing, hip, crest, heel_rise, stride.knee_swing_deg, stride.knee_drive_deg])
