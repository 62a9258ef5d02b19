"""The angles of a simulated leg, on the ground and in the air.

On the ground the foot is exact: heel or toe rest on the belt and move with it, and the leg follows the foot (inverse kinematics of
two segments of fixed length). In the air the joint angles are quintic splines that leave the ground smoothly. The foot moves
backward more slowly than the belt before it lands, so its speed jumps at initial contact, as a real foot's does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline, make_interp_spline

from simulation.stride import Stride

Floats = npt.NDArray[np.float64]

# Shares of stance: the sole is flat until the heel rises. Running, walking.
FLAT_FROM, HEEL_OFF = 0.22, (0.38, 0.55)
# A power just over two keeps the second derivative of the foot's angle continuous when the sole becomes flat.
ROLL_POWER = 2.2
# How far the toes can bend, and the share of a stride in which they straighten again after toe-off.
TOES_BEND_DEG, TOES_STRAIGHTEN = 32.0, 0.35
# Speed of the foot relative to the pelvis just before contact, as a share of the belt's speed. With this value the heel is
# furthest ahead of the pelvis some 28 ms before contact, as in the lab.
RETRACTION = 0.34


@dataclass(frozen=True)
class Solved:
    """The solver's result: landing, hip height, heel rise, and the height of the swing's curves."""

    landing_m: float
    hip_m: float
    crest: float
    heel_rise_deg: float
    swing_knee_deg: float
    swing_thigh_deg: float


def bounce_m(stride: Stride, solved: Solved, phase: Floats) -> Floats:
    """Return the hips' height above their mean: two waves per stride, with the crest at the solved phase."""
    assert stride.vertical_oscillation_m is not None
    wave: Floats = np.cos(4 * np.pi * (phase - solved.crest))
    return stride.vertical_oscillation_m / 2 * wave


def hip_ahead_m(stride: Stride, own_phase: Floats) -> Floats:
    """Return how far pelvic rotation moves this hip ahead: furthest when its leg reaches forward."""
    turn = np.radians(stride.pelvis_turn_deg) * np.cos(2 * np.pi * own_phase)
    ahead: Floats = stride.proportions.hip_breadth * stride.height_m * np.sin(turn)
    return ahead


def _sole_deg(stride: Stride, solved: Solved, phase: Floats) -> Floats:
    """Return the sole's angle on the ground: from foot strike to flat, then the heel rises about the toe."""
    s = phase / stride.duty_factor
    heel_off = HEEL_OFF[stride.walking]
    down = np.clip(1 - s / FLAT_FROM, 0, None) ** ROLL_POWER
    up = np.clip(s - heel_off, 0, None) / (1 - heel_off)
    return stride.foot_strike_deg * down - solved.heel_rise_deg * up**ROLL_POWER * (1.4 - 0.4 * up)


def toes_bent_deg(sole_deg: Floats) -> Floats:
    """Return how far the toes of a foot on the ground are bent up against it: flat at first, then less than the heel rises."""
    bent: Floats = TOES_BEND_DEG * np.tanh(np.maximum(-sole_deg, 0) / TOES_BEND_DEG)
    return bent


def toes_deg(stride: Stride, solved: Solved, phase: Floats, sole_deg: Floats) -> Floats:
    """Return the angle of the toes to the ground, + up, at phases from 0 to 1, given the sole's."""
    straight = np.clip((phase - stride.duty_factor) / TOES_STRAIGHTEN, 0, 1)
    last = toes_bent_deg(np.array(-solved.heel_rise_deg))
    in_air = last * (1 - straight) ** 2 * (1 + 2 * straight)
    return sole_deg + np.where(phase < stride.duty_factor, toes_bent_deg(sole_deg), in_air)


def turned(angle_deg: Floats, ahead: float, up: float) -> Floats:
    """Return a vector (n, 2), given ahead and up, turned by angles (n,), + toes up."""
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return np.stack([ahead * cos - up * sin, ahead * sin + up * cos], axis=-1)


def _ankle_m(stride: Stride, solved: Solved, phase: Floats, sole_deg: Floats) -> Floats:
    """Return the ankle (n, 2) of the foot on the ground; it rotates about the heel if the toes are up, else about ball and toes."""
    shares, height = stride.proportions, stride.height_m
    under = np.stack(
        [solved.landing_m - stride.speed_mps * stride.stride_s * phase, np.full_like(phase, shares.sole * height)], -1
    )
    on_heel = turned(sole_deg, shares.heel_back, shares.ankle_up) - [shares.heel_back, 0]
    # The tip of the toes does not move on the belt: once they are bent as far as they go, the ball rises too.
    ball = turned(np.minimum(sole_deg, 0) + toes_bent_deg(sole_deg), -shares.toes, shares.ball_up)
    on_toes = ball + turned(sole_deg, -shares.toe_ahead, shares.ankle_up - shares.ball_up)
    on_toes += [shares.toe_ahead + shares.toes, 0]
    ankle: Floats = under + height * np.where(sole_deg[:, None] > 0, on_heel, on_toes)
    return ankle


def stance_deg(stride: Stride, solved: Solved, phase: Floats) -> Floats:
    """Return thigh, knee and sole (n, 3) of the leg on the ground, from the positions of its hip and ankle."""
    shares, height = stride.proportions, stride.height_m
    sole = _sole_deg(stride, solved, phase)
    hip = np.stack([hip_ahead_m(stride, phase), solved.hip_m + bounce_m(stride, solved, phase)], -1)
    x, y = (_ankle_m(stride, solved, phase, sole) - hip).T
    reach = np.hypot(x, y) / height
    # Beyond the leg's reach, knee flexion continues below zero, which leads the solver back.
    cosine = (reach**2 - shares.thigh**2 - shares.shank**2) / (2 * shares.thigh * shares.shank)
    knee = np.where(cosine < 1, np.arccos(np.clip(cosine, -1, 1)), -np.sqrt(np.clip(2 * cosine - 2, 0, None)))
    thigh = np.arctan2(x, -y) + np.arcsin(shares.shank * np.sin(knee) / reach)
    return np.stack([np.degrees(thigh), np.degrees(knee), sole], axis=-1)


def _derivatives(curve: Callable[[Floats], Floats], at: float, step: float = 1e-4) -> Floats:
    """Return value, first and second derivative (3, ...) of a curve of phase."""
    before, here, after = curve(at + step * np.array([-1.0, 0.0, 1.0]))
    return np.stack([here, (after - before) / (2 * step), (after - 2 * here + before) / step**2])


def _landing_rates(stride: Stride, thigh_deg: float, knee_deg: float) -> tuple[float, float]:
    """Return the rates (degrees per stride) of thigh and knee at landing; the foot moves back more slowly than the belt."""
    thigh, shank = np.radians(thigh_deg), np.radians(thigh_deg - knee_deg)
    upper, lower = stride.proportions.thigh * stride.height_m, stride.proportions.shank * stride.height_m
    # Ankle relative to hip: x = upper sin(thigh) + lower sin(shank), y = -upper cos(thigh) - lower cos(shank).
    jacobian = np.array(
        [[upper * np.cos(thigh), lower * np.cos(shank)], [upper * np.sin(thigh), lower * np.sin(shank)]]
    )
    velocity = [-RETRACTION * stride.speed_mps * stride.stride_s, -0.02 * stride.stride_s]
    thigh_rate, shank_rate = np.degrees(np.linalg.solve(jacobian, velocity))
    return float(thigh_rate), float(thigh_rate - shank_rate)


def swing(stride: Stride, solved: Solved) -> tuple[BSpline, BSpline, BSpline]:
    """Return thigh, knee and sole in the air as quintic splines of phase."""
    off = stride.duty_factor
    leave = _derivatives(lambda phase: stance_deg(stride, solved, phase), off)
    land = stance_deg(stride, solved, np.array([0.0]))[0]
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
