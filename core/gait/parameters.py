"""How each measure is computed from one stride of the near leg, and what makes it uncertain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.gait.angles import Angles
from core.gait.events import Stride
from core.gait.signals import at, largest_between
from core.model.tracks import NEAR, Floats

CONTACT_SD_S = 0.009
"""Standard deviation of an initial contact's error, mostly the same in all strides (lab, runners left out of the fit)."""

TOE_OFF_SD_S = 0.010
"""Standard deviation of a toe-off's error, in the same way."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How a measure is computed from one stride, and what makes it uncertain.

    Attributes
    ----------
    unit : str
        Unit of the value.
    of_stride : callable
        Returns the stride's value.
    clip_sd : float
        Standard deviation of the pose model's error that is the same in all strides of a clip, in `unit`. It is set so that the
        interval holds the true value in nine of ten clips, for simulated runners through the pose model and for lab recordings
        with its errors.
    stride_sd : float
        The usual standard deviation between measured strides, in `unit`.
    slope : callable or None
        Rate of change of the value with its event's time, per second; None if it does not depend on an event's time.
    event_sd_s : float
        The event's error.
    at_contact : bool
        Whether the measure is taken at the instant of contact, which slow cameras miss.
    whole : bool
        Whether the stride must be seen up to its next contact.
    vertical : bool
        Whether it is an angle against vertical, which a tilted frame shifts.
    """

    unit: str
    of_stride: Callable[[Angles, Stride], float]
    clip_sd: float
    stride_sd: float
    slope: Callable[[Angles, Stride], float] | None = None
    event_sd_s: float = 0.0
    at_contact: bool = False
    whole: bool = False
    vertical: bool = False


def _near(angles: Angles, name: str) -> Floats:
    series: Floats = getattr(angles, name)
    return series[:, NEAR] if series.ndim == 2 else series


def _moment(name: str, when: str) -> Callable[[Angles, Stride], float]:
    """Return a function that reads a near-leg series at an instant of the stride."""
    return lambda angles, stride: float(at(angles.time_s, _near(angles, name), np.array(getattr(stride, when))))


def _slope(name: str, when: str) -> Callable[[Angles, Stride], float]:
    """Return a function that reads a near-leg series' rate of change around an instant of the stride, per second."""

    def read(angles: Angles, stride: Stride) -> float:
        moment_s = getattr(stride, when)
        before, after = at(angles.time_s, _near(angles, name), np.array([moment_s - 0.01, moment_s + 0.01]))
        return float(after - before) / 0.02

    return read


def _largest(name: str, start: str, end: str, *, sign: float = 1.0) -> Callable[[Angles, Stride], float]:
    """Return a function that finds the largest value of a near-leg series between two instants of the stride."""
    return lambda angles, stride: largest_between(
        angles.time_s, sign * _near(angles, name), getattr(stride, start), getattr(stride, end)
    )[1]


def extension_over_s(stride: Stride) -> float:
    """Return the time by which the thigh has surely been furthest behind."""
    return stride.toe_off_s + 0.4 * (stride.toe_off_s - stride.contact_s)


def _leg_extension(angles: Angles, stride: Stride) -> float:
    """Return the thigh's largest angle behind vertical around toe-off."""
    thigh_deg, end_s = _near(angles, "thigh_extension_deg"), extension_over_s(stride)
    return largest_between(angles.time_s, thigh_deg, stride.mid_stance_s, end_s)[1]


def stride_time_s(stride: Stride) -> float:
    """Return the duration of a whole stride."""
    assert stride.next_contact_s is not None, "only figures of whole strides ask for their time"
    return stride.next_contact_s - stride.contact_s


def _contact_s(stride: Stride) -> float:
    return stride.toe_off_s - stride.contact_s


def _stance_mean(angles: Angles, stride: Stride) -> float:
    inside = (angles.time_s >= stride.contact_s) & (angles.time_s <= stride.toe_off_s)
    return float(angles.trunk_lean_deg[inside].mean())


def _hip_bend(angles: Angles, stride: Stride) -> float:
    """Return how far the trunk is bent forward of the line from ankle to hip, at mid-stance."""
    trunk, leg = (
        at(angles.time_s, angles.trunk_lean_deg, m := np.array(stride.mid_stance_s)),
        at(angles.time_s, angles.leg_extension_deg[:, NEAR], m),
    )
    return float(trunk - leg)


def _foot_strike(angles: Angles, stride: Stride) -> float:
    """Return the foot's angle at contact relative to the same foot flat on the ground in mid-stance."""
    foot = angles.foot_deg[:, NEAR]
    landing, flat = at(angles.time_s, foot, np.array([stride.contact_s, stride.mid_stance_s]))
    return float(landing - flat)


def _bounce(angles: Angles, stride: Stride) -> float:
    """Return the rise and fall of the hips over a step, the mean of the stride's two steps."""
    half_s, end_s = stride.contact_s + stride_time_s(stride) / 2, stride.contact_s + stride_time_s(stride)
    steps = ((stride.contact_s, half_s), (half_s, end_s))
    heights = [angles.hip_height[(angles.time_s >= a) & (angles.time_s <= b)] for a, b in steps]
    return float(np.mean([np.ptp(height) for height in heights]))


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "trunk_lean": Figure(unit="deg", vertical=True, of_stride=_stance_mean, clip_sd=1.1, stride_sd=1.2),
        "leg_extension": Figure(unit="deg", vertical=True, of_stride=_leg_extension, clip_sd=1.65, stride_sd=1.5),
        "leg_extension_at_toe_off": Figure(
            unit="deg",
            vertical=True,
            of_stride=_moment("thigh_extension_deg", "toe_off_s"),
            clip_sd=1.05,
            stride_sd=2.0,
            slope=_slope("thigh_extension_deg", "toe_off_s"),
            event_sd_s=TOE_OFF_SD_S,
        ),
        "hip_ankle_extension": Figure(
            unit="deg",
            vertical=True,
            of_stride=_moment("leg_extension_deg", "toe_off_s"),
            clip_sd=0.6,
            stride_sd=2.0,
            slope=_slope("leg_extension_deg", "toe_off_s"),
            event_sd_s=TOE_OFF_SD_S,
        ),
        "hip_bend": Figure(unit="deg", of_stride=_hip_bend, clip_sd=2.5, stride_sd=2.0, slope=None),
        "knee_flexion_contact": Figure(
            unit="deg",
            of_stride=_moment("knee_flexion_deg", "contact_s"),
            clip_sd=2.95,
            stride_sd=4.0,
            slope=_slope("knee_flexion_deg", "contact_s"),
            event_sd_s=CONTACT_SD_S,
            at_contact=True,
        ),
        "knee_flexion_stance": Figure(
            unit="deg", of_stride=_largest("knee_flexion_deg", "contact_s", "toe_off_s"), clip_sd=2.75, stride_sd=4.0
        ),
        "shank_angle_contact": Figure(
            unit="deg",
            vertical=True,
            of_stride=_moment("shank_deg", "contact_s"),
            clip_sd=2.0,
            stride_sd=3.0,
            slope=_slope("shank_deg", "contact_s"),
            event_sd_s=CONTACT_SD_S,
            at_contact=True,
        ),
        "overstride": Figure(
            unit="ratio",
            of_stride=_moment("ankle_ahead", "contact_s"),
            clip_sd=0.0195,
            stride_sd=0.025,
            slope=_slope("ankle_ahead", "contact_s"),
            event_sd_s=CONTACT_SD_S,
            at_contact=True,
        ),
        "foot_strike": Figure(
            unit="deg",
            of_stride=_foot_strike,
            clip_sd=10.0,
            stride_sd=5.0,
            slope=_slope("foot_deg", "contact_s"),
            event_sd_s=CONTACT_SD_S,
            at_contact=True,
        ),
        "heel_recovery": Figure(
            unit="deg",
            of_stride=_largest("knee_flexion_deg", "toe_off_s", "next_contact_s"),
            clip_sd=2.6,
            stride_sd=3.5,
            whole=True,
        ),
        "knee_drive": Figure(
            unit="deg",
            vertical=True,
            of_stride=_largest("thigh_extension_deg", "toe_off_s", "next_contact_s", sign=-1.0),
            clip_sd=2.55,
            stride_sd=2.5,
            whole=True,
        ),
        "contact_time": Figure(
            unit="ms", of_stride=lambda _, stride: 1000 * _contact_s(stride), clip_sd=13.0, stride_sd=15.0
        ),
        "flight_time": Figure(
            unit="ms",
            of_stride=lambda _, stride: 1000 * (stride_time_s(stride) / 2 - _contact_s(stride)),
            clip_sd=13.0,
            stride_sd=15.0,
            whole=True,
        ),
        "duty_factor": Figure(
            unit="%",
            of_stride=lambda _, stride: 100 * _contact_s(stride) / stride_time_s(stride),
            clip_sd=1.9,
            stride_sd=2.0,
            whole=True,
        ),
        "vertical_oscillation": Figure(unit="ratio", of_stride=_bounce, clip_sd=0.0115, stride_sd=0.008, whole=True),
    }
)
"""Every measure that is computed from strides of the near leg."""
