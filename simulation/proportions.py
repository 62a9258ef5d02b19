"""The proportions of a simulated body, as shares of its height."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Proportions:
    """Segment lengths as shares of body height; the defaults are the drawn runner's.

    Attributes
    ----------
    thigh, shank, trunk, upper_arm, forearm : float
        Lengths from joint to joint; thigh and shank as seen from the side.
    shoulder_breadth, hip_breadth : float
        From the middle to one joint.
    heel_back, toe_ahead, ankle_up, sole : float
        From under the ankle back to the heel and ahead to the point that the foot rolls over; from the ankle down to these two
        points; and from these points to the ground.
    neck, head : float
        From mid-shoulder to the base of the skull, and to the middle of the head.
    adduction_deg : float
        How far the legs point to the middle, from hip to ankle.
    """

    thigh: float = 0.245
    shank: float = 0.246
    trunk: float = 0.288
    upper_arm: float = 0.172
    forearm: float = 0.157
    shoulder_breadth: float = 0.115
    hip_breadth: float = 0.052
    heel_back: float = 0.03
    toe_ahead: float = 0.112
    ankle_up: float = 0.04
    sole: float = 0.012
    neck: float = 0.062
    head: float = 0.115
    adduction_deg: float = 0.0
