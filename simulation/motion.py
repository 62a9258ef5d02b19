"""A runner's body in three dimensions as a function of time, whose angles and events are exactly known.

Axes: x forward, y up, z to the runner's right (metres); the mid-hip stays over x = 0 and the ground slides backward, as on
a treadmill. The legs' angles come from `simulation.leg_motion`, and the values that fit a request from `simulation.solver`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline

from core.model.tracks import Side
from simulation.leg_motion import bounce_m, hip_ahead_m, stance_deg, swing, toes_deg, turned
from simulation.proportions import Proportions
from simulation.solver import solve
from simulation.stride import Stride

Floats = npt.NDArray[np.float64]

LEFT, RIGHT = 0, 1


@dataclass(frozen=True, kw_only=True)
class Body:
    """Positions of the body at n instants, metres.

    Attributes
    ----------
    joints_m : ndarray, shape (n, 2, 6, 3)
        Left and right side, `core.model.tracks.JOINTS`.
    arms_m : ndarray, shape (n, 2, 2, 3)
        Left and right; elbow, wrist.
    head_m : ndarray, shape (n, 2, 3)
        Base of the skull, middle of the head.
    """

    joints_m: Floats
    arms_m: Floats
    head_m: Floats


class Motion:
    """A body that runs (or walks) as a `Stride` defines, without end; time 0 is an initial contact of the left foot.

    Parameters
    ----------
    stride : Stride
        The requested stride.

    Raises
    ------
    ValueError
        If no motion of this body fits the stride, for example because a foot is out of the leg's reach.
    """

    def __init__(self, stride: Stride) -> None:
        self.stride = stride
        self._solved = solve(stride)

    @cached_property
    def _swing(self) -> tuple[BSpline, BSpline, BSpline]:
        return swing(self.stride, self._solved)

    def leg_deg(self, phase: Floats) -> Floats:
        """Return thigh (+ ahead of vertical), knee flexion and sole (+ toes up) at phases of the leg's own stride.

        Parameters
        ----------
        phase : ndarray, shape (n,)
            0 at initial contact, 1 at the next.

        Returns
        -------
        ndarray, shape (n, 3)
        """
        phase = np.mod(phase, 1)
        on_ground = phase < self.stride.duty_factor
        in_air = np.stack([curve(phase) for curve in self._swing], axis=-1)
        return np.where(on_ground[:, None], stance_deg(self.stride, self._solved, phase), in_air)

    def toes_deg(self, phase: Floats) -> Floats:
        """Return the toes' angle to the ground (n,), + up, at phases of the leg's own stride."""
        phase = np.mod(phase, 1)
        return toes_deg(self.stride, self._solved, phase, self.leg_deg(phase)[:, 2])

    def body(self, time_s: npt.ArrayLike) -> Body:
        """Return the body at the given instants (n,), seconds."""
        phase = np.atleast_1d(np.asarray(time_s, dtype=np.float64)) / self.stride.stride_s
        stride, height, shares = self.stride, self.stride.height_m, self.stride.proportions
        middle = np.zeros((len(phase), 3))
        middle[:, 1] = self._solved.hip_m + bounce_m(stride, self._solved, phase)
        lean = np.radians(lean_deg(stride, phase))
        neck = middle + shares.trunk * height * np.stack([np.sin(lean), np.cos(lean), 0 * lean], axis=-1)
        joints, arms = np.empty((len(phase), 2, 6, 3)), np.empty((len(phase), 2, 2, 3))
        for side, sign in ((LEFT, -1), (RIGHT, 1)):
            own = phase + 0.5 * side
            turn = np.radians(stride.shoulder_turn_deg) * np.cos(2 * np.pi * own)
            shoulder = neck + shares.shoulder_breadth * height * np.stack(
                [-np.sin(turn), 0 * turn, sign * np.cos(turn)], axis=-1
            )
            hip = middle + np.array([0, 0, sign * shares.hip_breadth * height])
            hip[:, 0] += hip_ahead_m(stride, own)
            joints[:, side] = np.stack(
                [shoulder, *_leg_m(stride, hip, self.leg_deg(own), self.toes_deg(own), sign)], axis=1
            )
            arms[:, side] = _arm_m(stride, shoulder, own, lean, sign)
        nod = lean * 0.5
        upward = np.stack([np.sin(nod), np.cos(nod), 0 * nod], axis=-1)
        forward = np.stack([np.cos(nod), -np.sin(nod), 0 * nod], axis=-1)
        skull = neck + shares.neck * height * upward + 0.01 * height * forward
        return Body(
            joints_m=joints,
            arms_m=arms,
            head_m=np.stack([skull, neck + shares.head * height * upward + 0.018 * height * forward], axis=1),
        )

    def events_s(self, side: Side, start_s: float, stop_s: float) -> tuple[Floats, Floats]:
        """Return initial contacts and toe-offs of one foot within [start, stop), rising seconds."""
        stride = self.stride
        assert stride.contact_ms is not None
        first = 0.0 if side == "left" else stride.stride_s / 2
        every = np.arange(np.floor(start_s / stride.stride_s) - 1, np.ceil(stop_s / stride.stride_s) + 1)
        contact = first + every * stride.stride_s
        toe_off = contact + stride.contact_ms / 1e3
        return tuple(moment[(moment >= start_s) & (moment < stop_s)] for moment in (contact, toe_off))  # type: ignore[return-value]


def standing(height_m: float, z_m: float = 0.0) -> Body:
    """Return a person of a given height who stands still with hanging arms, `z_m` to the right."""
    shares, still = Proportions(), Stride(height_m=height_m)
    hip_y = (shares.thigh + shares.shank + shares.ankle_up + shares.sole) * height_m
    neck = np.array([[0.0, hip_y + shares.trunk * height_m, z_m]])
    joints, arms = np.empty((1, 2, 6, 3)), np.empty((1, 2, 2, 3))
    for side, sign in ((LEFT, -1), (RIGHT, 1)):
        hip = np.array([[0.0, hip_y, z_m + sign * shares.hip_breadth * height_m]])
        shoulder = neck + np.array([0, 0, sign * shares.shoulder_breadth * height_m])
        joints[:, side] = np.stack([shoulder, *_leg_m(still, hip, np.zeros((1, 3)), np.zeros(1), sign)], axis=1)
        elbow = shoulder + np.array([-0.02, -shares.upper_arm * height_m, sign * 0.03])
        arms[:, side] = np.stack([elbow, elbow + np.array([0.06, -shares.forearm * height_m, 0])], axis=1)
    skull = neck + np.array([0.01 * height_m, shares.neck * height_m, 0])
    return Body(
        joints_m=joints,
        arms_m=arms,
        head_m=np.stack([skull, neck + np.array([0.018 * height_m, shares.head * height_m, 0])], axis=1),
    )


def _leg_m(stride: Stride, hip_m: Floats, leg_deg: Floats, toes_deg: Floats, outward: int) -> list[Floats]:
    """Return hip, knee, ankle, heel and toe, each (n, 3), of a leg with the given angles as seen from the side."""
    shares, height_m = stride.proportions, stride.height_m
    thigh, shank = np.radians([leg_deg[:, 0], leg_deg[:, 0] - leg_deg[:, 1]])
    none = np.zeros_like(thigh)
    inward = none - outward * np.tan(np.radians(shares.adduction_deg))
    knee = hip_m + shares.thigh * height_m * np.stack([np.sin(thigh), -np.cos(thigh), inward], -1)
    ankle = knee + shares.shank * height_m * np.stack([np.sin(shank), -np.cos(shank), inward], -1)
    to_heel = turned(leg_deg[:, 2], -shares.heel_back, -shares.ankle_up)
    to_ball = turned(leg_deg[:, 2], shares.toe_ahead, shares.ball_up - shares.ankle_up)
    to_toe = to_ball + turned(toes_deg, shares.toes, -shares.ball_up)
    heel, toe = (ankle + height_m * np.column_stack([way, none]) for way in (to_heel, to_toe))
    return [hip_m, knee, ankle, heel, toe]


def _arm_m(stride: Stride, shoulder_m: Floats, own_phase: Floats, lean: Floats, outward: int) -> Floats:
    """Return elbow and wrist (n, 2, 3) of the arm that swings opposite to the leg of its own side."""
    shares, swing = stride.proportions, -np.cos(2 * np.pi * (own_phase - 0.02))
    bend = (20 + 8 * swing) if stride.walking else (88 + 12 * swing)
    upper = np.radians((2 if stride.walking else -16) + stride.arm_swing_deg * swing) + 0.5 * lean
    fore = upper + np.radians(bend)
    # The elbow is held away from the body, and the hand moves in front of the body.
    upper_side, fore_side = np.full_like(upper, outward * 0.17), np.full_like(upper, -outward * shares.hands_in)

    def bone(length: float, angle: Floats, side: Floats) -> Floats:
        flat = np.sqrt(1 - side**2)
        return length * stride.height_m * np.stack([flat * np.sin(angle), -flat * np.cos(angle), side], -1)

    elbow = shoulder_m + bone(shares.upper_arm, upper, upper_side)
    return np.stack([elbow, elbow + bone(shares.forearm, fore, fore_side)], axis=1)


def lean_deg(stride: Stride, phase: Floats) -> Floats:
    """Return the trunk lean: largest a little after mid-stance, with the requested mean over stance."""
    duty, lag = stride.duty_factor, 4 * np.pi * 0.6 * stride.duty_factor
    mean = (np.sin(4 * np.pi * duty - lag) + np.sin(lag)) / (4 * np.pi * duty)
    sway: Floats = np.cos(4 * np.pi * phase - lag) - mean
    return stride.lean_deg + stride.lean_sway_deg * sway
