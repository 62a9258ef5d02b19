"""How a runner moves, in a coach's terms; parameters that are not given are typical of the speed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulation.proportions import Proportions

_SPEEDS_MPS = (2.5, 3.5, 4.5)


def _typical(speed_mps: float, at_speeds: tuple[float, float, float]) -> float:
    """Return the value at a speed from a least-squares line through three tabulated speeds."""
    slope, offset = np.polyfit(_SPEEDS_MPS, at_speeds, 1)
    return float(offset + slope * speed_mps)


@dataclass(frozen=True, kw_only=True)
class Stride:
    """One runner's way of running, the same in every stride and on both sides.

    A value of None becomes the typical value at that speed, so every field is a number after construction. The typical
    values of running are lines through the lab means of Fukuchi, Fukuchi & Duarte 2017 (doi:10.7717/peerj.3298) for cadence,
    duty factor (the mean over two force thresholds), peak thigh extension, heel recovery and knee drive; those of walking
    are chosen by eye, with less vertical oscillation and softer knees than most people have.

    Attributes
    ----------
    speed_mps : float
        Speed of the belt, or speed over the ground.
    cadence_spm : float
        Steps per minute.
    contact_ms : float
        From initial contact to toe-off.
    lean_deg : float
        Trunk lean from vertical, mean over stance, + forward.
    lean_sway_deg : float
        Half of the range of the lean within a step.
    extension_deg : float
        Largest angle of the thigh behind vertical.
    knee_contact_deg, knee_toe_off_deg, knee_swing_deg : float
        Knee flexion at initial contact, at toe-off, and its maximum in swing. If extension is less than typical, the foot
        lands further ahead and the knee stays more bent at toe-off, unless the latter is given.
    knee_drive_deg : float
        Largest angle of the thigh ahead of vertical, in swing.
    foot_strike_deg : float
        Angle of the sole to the ground at initial contact, + toes up.
    vertical_oscillation_m : float
        Rise and fall of the mid-hip, two waves per stride.
    arm_swing_deg : float
        Half of the upper arm's range of swing.
    pelvis_turn_deg, shoulder_turn_deg : float
        Half of the rotation about the vertical; the shoulders rotate against the pelvis.
    height_m : float
        Body height.
    proportions : Proportions
        Segment lengths as shares of the height; the usual ones are those of Winter 2009 (ISBN 978-0-470-39818-0, ch. 4).
    walking : bool
        Walk: both feet are on the ground at times, and the hips are highest at mid-stance.

    Raises
    ------
    ValueError
        If a run would have no flight, or a walk no double support, or a length or time is not positive.
    """

    speed_mps: float = 3.0
    cadence_spm: float | None = None
    contact_ms: float | None = None
    lean_deg: float = 7.0
    lean_sway_deg: float = 1.2
    extension_deg: float | None = None
    knee_contact_deg: float | None = None
    knee_toe_off_deg: float | None = None
    knee_swing_deg: float | None = None
    knee_drive_deg: float | None = None
    foot_strike_deg: float = 14.0
    vertical_oscillation_m: float | None = None
    arm_swing_deg: float | None = None
    pelvis_turn_deg: float = 4.0
    shoulder_turn_deg: float = 7.0
    height_m: float = 1.75
    proportions: Proportions = field(default_factory=Proportions)
    walking: bool = False

    def __post_init__(self) -> None:
        typical = _walk(self) if self.walking else _run(self)
        for name, value in typical.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        assert self.cadence_spm is not None
        assert self.contact_ms is not None
        if min(self.speed_mps, self.cadence_spm, self.contact_ms, self.height_m) <= 0:
            raise ValueError("speed, cadence, contact time and height must be positive")
        if (self.duty_factor >= 0.5) != self.walking:
            raise ValueError(f"a duty factor of {self.duty_factor:.2f} is a {'run' if self.walking else 'walk'}")

    @property
    def stride_s(self) -> float:
        """Seconds from one contact to the next of the same foot."""
        assert self.cadence_spm is not None
        return 120 / self.cadence_spm

    @property
    def duty_factor(self) -> float:
        """Share of the stride during which one foot is on the ground."""
        assert self.contact_ms is not None
        return self.contact_ms / 1e3 / self.stride_s


def _run(stride: Stride) -> dict[str, float]:
    """Return the values typical of running at the stride's speed."""
    v = stride.speed_mps
    cadence = stride.cadence_spm or _typical(v, (162, 171, 183))
    duty = float(np.clip(_typical(v, (0.376, 0.330, 0.307)), 0.22, 0.46))
    extension = _typical(v, (17.2, 22.9, 27.6))
    less = extension - (extension if stride.extension_deg is None else stride.extension_deg)
    return {
        "cadence_spm": cadence,
        "contact_ms": duty * 120e3 / cadence,
        "extension_deg": extension,
        "knee_contact_deg": 15.0,
        "knee_toe_off_deg": float(np.clip(15 + less, 8, 45)),
        "knee_swing_deg": _typical(v, (92.6, 106.3, 116.0)),
        "knee_drive_deg": _typical(v, (29.7, 36.3, 43.1)),
        "vertical_oscillation_m": 0.044 * stride.height_m,
        "arm_swing_deg": 24 + 4 * v,
    }


def _walk(stride: Stride) -> dict[str, float]:
    """Return the values typical of walking."""
    cadence = stride.cadence_spm or 70 + 32 * stride.speed_mps
    return {
        "cadence_spm": cadence,
        "contact_ms": 0.62 * 120e3 / cadence,
        "extension_deg": 15.0,
        "knee_contact_deg": 16.0,
        "knee_toe_off_deg": 36.0,
        "knee_swing_deg": 66.0,
        "knee_drive_deg": 34.0,
        "vertical_oscillation_m": 0.010 * stride.height_m,
        "arm_swing_deg": 18.0,
    }
