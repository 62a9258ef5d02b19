"""A runner's body in three dimensions as a function of time, whose angles and events are exactly known.

Axes: x forward, y up, z to the runner's right (metres); the mid-hip stays over x = 0 and the ground slides backward, as on
a treadmill. On the ground the foot is exact: heel or toe rest on the belt and move with it, and the leg follows the foot
(inverse kinematics of two segments of fixed length). In the air the joint angles are quintic splines that leave the ground
smoothly. The foot moves backward more slowly than the belt before it lands, so its speed jumps at initial contact, as a
real foot's does.

The solver finds where the foot lands, how high the hips are, how far the heel rises by toe-off, and the height of the
swing's curves, so that the motion has the requested extension, knee angles and knee drive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline, make_interp_spline
from scipy.optimize import least_squares

from core.model.tracks import Side
from simulation.stride import Stride

Floats = npt.NDArray[np.float64]

GRAVITY_MPS2 = 9.81
LEFT, RIGHT = 0, 1

# Shares of body height.
THIGH, SHANK, TRUNK = 0.245, 0.246, 0.288
UPPER_ARM, FOREARM = 0.172, 0.157
SHOULDER_BREADTH, HIP_BREADTH = 0.115, 0.052  # half
HEEL_BACK, TOE_AHEAD, ANKLE_UP, SOLE = 0.03, 0.112, 0.04, 0.012
NECK, HEAD = 0.062, 0.115  # both from mid-shoulder: to the base of the skull, and to the middle of the head

# Shares of stance: the sole is flat until the heel rises. Running, walking.
FLAT_FROM, HEEL_OFF = 0.22, (0.38, 0.55)
# A power just over two keeps the second derivative of the foot's angle continuous when the sole becomes flat.
ROLL_POWER = 2.2
# Speed of the foot relative to the pelvis just before contact, as a share of the belt's speed. With this value the heel is
# furthest ahead of the pelvis some 28 ms before contact, as in the lab.
RETRACTION = 0.34
# The fastest running speed at which the solver finds a motion directly, whatever else is requested.
EASY_MPS = 3.0
# How far the free values of `_Solved` can deviate from the usual, in order.
USUAL_SPREAD = np.array([0.05, 0.05, 0.02, 6.0, 10.0, 10.0])


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


@dataclass(frozen=True)
class _Solved:
    """The solver's result: landing, hip height, heel rise, and the height of the swing's curves."""

    landing_m: float
    hip_m: float
    crest: float
    heel_rise_deg: float
    swing_knee_deg: float
    swing_thigh_deg: float


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
        self._solved = _solve(stride)

    @cached_property
    def _swing(self) -> tuple[BSpline, BSpline, BSpline]:
        return _swing(self.stride, self._solved)

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
        return np.where(on_ground[:, None], _stance_deg(self.stride, self._solved, phase), in_air)

    def body(self, time_s: npt.ArrayLike) -> Body:
        """Return the body at the given instants (n,), seconds."""
        phase = np.atleast_1d(np.asarray(time_s, dtype=np.float64)) / self.stride.stride_s
        stride, height = self.stride, self.stride.height_m
        middle = np.zeros((len(phase), 3))
        middle[:, 1] = self._solved.hip_m + _bounce_m(stride, self._solved, phase)
        lean = np.radians(lean_deg(stride, phase))
        neck = middle + TRUNK * height * np.stack([np.sin(lean), np.cos(lean), 0 * lean], axis=-1)
        joints, arms = np.empty((len(phase), 2, 6, 3)), np.empty((len(phase), 2, 2, 3))
        for side, sign in ((LEFT, -1), (RIGHT, 1)):
            own = phase + 0.5 * side
            turn = np.radians(stride.shoulder_turn_deg) * np.cos(2 * np.pi * own)
            shoulder = neck + SHOULDER_BREADTH * height * np.stack(
                [-np.sin(turn), 0 * turn, sign * np.cos(turn)], axis=-1
            )
            hip = middle + np.array([0, 0, sign * HIP_BREADTH * height])
            hip[:, 0] += _hip_ahead_m(stride, own)
            joints[:, side] = np.stack([shoulder, *_leg_m(hip, self.leg_deg(own), height)], axis=1)
            arms[:, side] = _arm_m(stride, shoulder, own, lean, sign)
        nod = lean * 0.5
        upward = np.stack([np.sin(nod), np.cos(nod), 0 * nod], axis=-1)
        forward = np.stack([np.cos(nod), -np.sin(nod), 0 * nod], axis=-1)
        skull = neck + NECK * height * upward + 0.01 * height * forward
        return Body(
            joints_m=joints,
            arms_m=arms,
            head_m=np.stack([skull, neck + HEAD * height * upward + 0.018 * height * forward], axis=1),
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
    hip_y = (THIGH + SHANK + ANKLE_UP + SOLE) * height_m
    neck = np.array([[0.0, hip_y + TRUNK * height_m, z_m]])
    joints, arms = np.empty((1, 2, 6, 3)), np.empty((1, 2, 2, 3))
    for side, sign in ((LEFT, -1), (RIGHT, 1)):
        hip = np.array([[0.0, hip_y, z_m + sign * HIP_BREADTH * height_m]])
        shoulder = neck + np.array([0, 0, sign * SHOULDER_BREADTH * height_m])
        joints[:, side] = np.stack([shoulder, *_leg_m(hip, np.zeros((1, 3)), height_m)], axis=1)
        elbow = shoulder + np.array([-0.02, -UPPER_ARM * height_m, sign * 0.03])
        arms[:, side] = np.stack([elbow, elbow + np.array([0.06, -FOREARM * height_m, 0])], axis=1)
    skull = neck + np.array([0.01 * height_m, NECK * height_m, 0])
    return Body(
        joints_m=joints,
        arms_m=arms,
        head_m=np.stack([skull, neck + np.array([0.018 * height_m, HEAD * height_m, 0])], axis=1),
    )


def _leg_m(hip_m: Floats, leg_deg: Floats, height_m: float) -> list[Floats]:
    """Return hip, knee, ankle, heel and toe, each (n, 3), of a leg that moves in the sagittal plane."""
    thigh, shank, sole = np.radians([leg_deg[:, 0], leg_deg[:, 0] - leg_deg[:, 1], leg_deg[:, 2]])
    none = np.zeros_like(thigh)
    knee = hip_m + THIGH * height_m * np.stack([np.sin(thigh), -np.cos(thigh), none], -1)
    ankle = knee + SHANK * height_m * np.stack([np.sin(shank), -np.cos(shank), none], -1)
    along = np.stack([np.cos(sole), np.sin(sole), none], -1)
    under = ankle - ANKLE_UP * height_m * np.stack([-np.sin(sole), np.cos(sole), none], -1)
    return [hip_m, knee, ankle, under - HEEL_BACK * height_m * along, under + TOE_AHEAD * height_m * along]


def _arm_m(stride: Stride, shoulder_m: Floats, own_phase: Floats, lean: Floats, outward: int) -> Floats:
    """Return elbow and wrist (n, 2, 3) of the arm that swings opposite to the leg of its own side."""
    swing = -np.cos(2 * np.pi * (own_phase - 0.02))
    bend = (20 + 8 * swing) if stride.walking else (88 + 12 * swing)
    upper = np.radians((2 if stride.walking else -16) + stride.arm_swing_deg * swing) + 0.5 * lean
    fore = upper + np.radians(bend)
    # The elbow is held away from the body, and the hand moves in front of the body.
    upper_side, fore_side = np.full_like(upper, outward * 0.17), np.full_like(upper, outward * -0.30)

    def bone(length: float, angle: Floats, side: Floats) -> Floats:
        flat = np.sqrt(1 - side**2)
        return length * stride.height_m * np.stack([flat * np.sin(angle), -flat * np.cos(angle), side], -1)

    elbow = shoulder_m + bone(UPPER_ARM, upper, upper_side)
    return np.stack([elbow, elbow + bone(FOREARM, fore, fore_side)], axis=1)


def lean_deg(stride: Stride, phase: Floats) -> Floats:
    """Return the trunk lean: largest a little after mid-stance, with the requested mean over stance."""
    duty, lag = stride.duty_factor, 4 * np.pi * 0.6 * stride.duty_factor
    mean = (np.sin(4 * np.pi * duty - lag) + np.sin(lag)) / (4 * np.pi * duty)
    sway: Floats = np.cos(4 * np.pi * phase - lag) - mean
    return stride.lean_deg + stride.lean_sway_deg * sway


def _bounce_m(stride: Stride, solved: _Solved, phase: Floats) -> Floats:
    """Return the hips' height above their mean: two waves per stride, with the crest at the solved phase."""
    assert stride.vertical_oscillation_m is not None
    wave: Floats = np.cos(4 * np.pi * (phase - solved.crest))
    return stride.vertical_oscillation_m / 2 * wave


def _hip_ahead_m(stride: Stride, own_phase: Floats) -> Floats:
    """Return how far pelvic rotation moves this hip ahead: furthest when its leg reaches forward."""
    turn = np.radians(stride.pelvis_turn_deg) * np.cos(2 * np.pi * own_phase)
    ahead: Floats = HIP_BREADTH * stride.height_m * np.sin(turn)
    return ahead


def _sole_deg(stride: Stride, solved: _Solved, phase: Floats) -> Floats:
    """Return the sole's angle on the ground: from foot strike to flat, then the heel rises about the toe."""
    s = phase / stride.duty_factor
    heel_off = HEEL_OFF[stride.walking]
    down = np.clip(1 - s / FLAT_FROM, 0, None) ** ROLL_POWER
    up = np.clip(s - heel_off, 0, None) / (1 - heel_off)
    return stride.foot_strike_deg * down - solved.heel_rise_deg * up**ROLL_POWER * (1.4 - 0.4 * up)


def _ankle_m(stride: Stride, solved: _Solved, phase: Floats, sole_deg: Floats) -> Floats:
    """Return the ankle (n, 2) of the foot on the ground; the foot rotates about the heel if the toes are up, otherwise the toe."""
    height, travel = stride.height_m, stride.speed_mps * stride.stride_s * phase
    tilt = np.radians(sole_deg)
    along, upward = np.stack([np.cos(tilt), np.sin(tilt)], -1), np.stack([-np.sin(tilt), np.cos(tilt)], -1)
    pivot = np.where(sole_deg > 0, -HEEL_BACK, TOE_AHEAD)
    at = np.stack([solved.landing_m - travel + pivot * height, np.full_like(travel, SOLE * height)], -1)
    ankle: Floats = at + height * (ANKLE_UP * upward - pivot[:, None] * along)
    return ankle


def _stance_deg(stride: Stride, solved: _Solved, phase: Floats) -> Floats:
    """Return thigh, knee and sole (n, 3) of the leg on the ground, from the positions of its hip and ankle."""
    height, sole = stride.height_m, _sole_deg(stride, solved, phase)
    hip = np.stack([_hip_ahead_m(stride, phase), solved.hip_m + _bounce_m(stride, solved, phase)], -1)
    x, y = (_ankle_m(stride, solved, phase, sole) - hip).T
    reach = np.hypot(x, y) / height
    # Beyond the leg's reach, knee flexion continues below zero, which leads the solver back.
    cosine = (reach**2 - THIGH**2 - SHANK**2) / (2 * THIGH * SHANK)
    knee = np.where(cosine < 1, np.arccos(np.clip(cosine, -1, 1)), -np.sqrt(np.clip(2 * cosine - 2, 0, None)))
    thigh = np.arctan2(x, -y) + np.arcsin(SHANK * np.sin(knee) / reach)
    return np.stack([np.degrees(thigh), np.degrees(knee), sole], axis=-1)


def _derivatives(curve: Callable[[Floats], Floats], at: float, step: float = 1e-4) -> Floats:
    """Return value, first and second derivative (3, ...) of a curve of phase."""
    before, here, after = curve(at + step * np.array([-1.0, 0.0, 1.0]))
    return np.stack([here, (after - before) / (2 * step), (after - 2 * here + before) / step**2])


def _landing_rates(stride: Stride, thigh_deg: float, knee_deg: float) -> tuple[float, float]:
    """Return the rates (degrees per stride) of thigh and knee at landing; the foot moves back more slowly than the belt."""
    thigh, shank = np.radians(thigh_deg), np.radians(thigh_deg - knee_deg)
    upper, lower = THIGH * stride.height_m, SHANK * stride.height_m
    # Ankle relative to hip: x = upper sin(thigh) + lower sin(shank), y = -upper cos(thigh) - lower cos(shank).
    jacobian = np.array(
        [[upper * np.cos(thigh), lower * np.cos(shank)], [upper * np.sin(thigh), lower * np.sin(shank)]]
    )
    velocity = [-RETRACTION * stride.speed_mps * stride.stride_s, -0.02 * stride.stride_s]
    thigh_rate, shank_rate = np.degrees(np.linalg.solve(jacobian, velocity))
    return float(thigh_rate), float(thigh_rate - shank_rate)


def _swing(stride: Stride, solved: _Solved) -> tuple[BSpline, BSpline, BSpline]:
    """Return thigh, knee and sole in the air as quintic splines of phase."""
    off = stride.duty_factor
    leave = _derivatives(lambda phase: _stance_deg(stride, solved, phase), off)
    land = _stance_deg(stride, solved, np.array([0.0]))[0]
    thigh_rate, knee_rate = _landing_rates(stride, land[0], land[1])

    def curve(column: int, knots: list[tuple[float, float]], rate: float) -> BSpline:
        at = np.array([0, *(share for share, _ in knots), 1]) * (1 - off) + off
        values = [leave[0, column], *(value for _, value in knots), land[column]]
        start = [(1, leave[1, column]), (2, leave[2, column])]
        return make_interp_spline(at, values, k=5, bc_type=(start, [(1, rate), (3, 0.0)]))

    front, back = solved.swing_thigh_deg, leave[0, 0]
    bent, low = solved.swing_knee_deg, leave[0, 1]
    thigh = curve(0, [(0.38, back + 0.55 * (front - back)), (0.68, front)], thigh_rate)
    knee = curve(
        1, [(0.24, low + 0.48 * (bent - low)), (0.48, bent), (0.74, land[1] + 0.5 * (bent - land[1]))], knee_rate
    )

    # The foot follows the shank: pointed after toe-off, pulled up before landing.
    shares, ankles = (
        np.array([0.25, 0.45, 0.7, 0.92]),
        np.array([-8.0, 4.0, 6.0, 0.0] if stride.walking else [-16.0, -4.0, 3.0, 0.0]),
    )
    at = off + shares * (1 - off)
    soles = thigh(at) - knee(at) + ankles
    soles[-1] = land[2] + 4
    sole = curve(2, list(zip(shares, soles, strict=True)), -60.0 * stride.stride_s)
    return thigh, knee, sole


def _solve(stride: Stride) -> _Solved:
    """Return the free values that give the requested motion, or raise ValueError."""
    easy = Stride(speed_mps=min(stride.speed_mps, EASY_MPS), walking=stride.walking)
    for steps in (1, 4, 16):  # if the direct solution fails, go from an easy stride to the requested one in small steps
        free, done = np.zeros(6), False
        for share in np.linspace(1.0, 0.0, steps)[::-1]:
            free, done = _fit(_between(easy, stride, float(share)), free)
        if done:
            return _Solved(*(_usual(stride) + free * USUAL_SPREAD))
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
        solved = _Solved(*(usual + free * USUAL_SPREAD))
        thigh, knee, _ = _swing(stride, solved)
        ground, thigh_deg, knee_deg = _stance_deg(stride, solved, off * sampled), thigh(air), knee(air)
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
    """Return the usual values of `_Solved`, such as the landing from lab means at that speed (doi:10.7717/peerj.3298)."""
    assert stride.knee_contact_deg is not None
    assert stride.vertical_oscillation_m is not None
    leg = (THIGH + SHANK) * stride.height_m
    landing = (0.3 if stride.walking else 0.097 + 0.041 * stride.speed_mps) * leg
    knee = np.radians(stride.knee_contact_deg)
    reach = stride.height_m * np.sqrt(THIGH**2 + SHANK**2 + 2 * THIGH * SHANK * np.cos(knee))
    crest = stride.duty_factor / 2 if stride.walking else stride.duty_factor + 0.03
    heel_rise = 60.0 if stride.walking else 50.0
    at_contact = stride.vertical_oscillation_m / 2 * np.cos(4 * np.pi * crest)
    hip = np.sqrt(reach**2 - landing**2) + (ANKLE_UP + SOLE + 0.01) * stride.height_m - at_contact
    return np.array([landing, hip, crest, heel_rise, stride.knee_swing_deg, stride.knee_drive_deg])
