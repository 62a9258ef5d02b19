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
        From under the ankle back to the heel and ahead to the toe, or to the ball of a foot that bends; from the ankle down to
        these two points; and from these points to the ground.
    toes, ball_up : float
        From the ball to the tip of toes that bend, and from the tip up to the ball's joint; 0 for a stiff foot.
    neck, head : float
        From mid-shoulder to the base of the skull, and to the middle of the head.
    hands_in : float
        How far the forearms point to the middle, as a share of their length: less if the trunk has a breadth of its own.
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
    toes: float = 0.0
    ball_up: float = 0.0
    neck: float = 0.062
    head: float = 0.115
    hands_in: float = 0.30
    adduction_deg: float = 0.0
