"""The values of one stride of the near leg, and what makes their mean over the strides uncertain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from core.gait.angles import Angles
from core.gait.events import Stride
from core.gait.point_errors import Budget
from core.gait.signals import at, largest_between
from core.model.tracks import NEAR, Floats

EVENT_SD_S = 0.006
"""Standard deviation of an event's error as far as it shows in the angle there, mostly the same in all strides (lab)."""

OfStride = Callable[[Angles, Stride], float]
"""Computes a value of one stride."""

Series = Callable[[Angles], Floats]
"""Returns a series over time, shape (n,)."""

Instant = Callable[[Stride], float]
"""Returns a time of a stride, in seconds of true time."""


@dataclass(frozen=True, kw_only=True)
class PerStride:
    """How a measure is computed from one stride, and what makes its mean uncertain.

    Attributes
    ----------
    of_stride : callable
        Returns the stride's value.
    budget : Budget
        What makes the mean over strides uncertain.
    slope : callable or None
        Rate of change of the value with its event's time, per second; None if it does not depend on an event's time.
    at_contact : bool
        Whether the measure is taken at the instant of contact, which slow cameras miss.
    whole : bool
        Whether the stride must be seen up to its next contact.
    vertical : bool
        Whether it is an angle against vertical, which a tilted frame shifts.
    """

    of_stride: OfStride
    budget: Budget
    slope: OfStride | None = None
    at_contact: bool = False
    whole: bool = False
    vertical: bool = False


# --- series of the near leg, and instants of a stride ------------------------------------------------------------------


def thigh_extension(angles: Angles) -> Floats:
    """Return the near thigh's angle behind vertical, in degrees."""
    return angles.thigh_extension_deg[:, NEAR]


def hip_ankle(angles: Angles) -> Floats:
    """Return the near leg's angle behind vertical from hip to ankle, in degrees."""
    return angles.leg_extension_deg[:, NEAR]


def knee_flexion(angles: Angles) -> Floats:
    """Return the near knee's flexion, in degrees."""
    return angles.knee_flexion_deg[:, NEAR]


def shank(angles: Angles) -> Floats:
    """Return the near shank's angle against vertical, in degrees."""
    return angles.shank_deg[:, NEAR]


def foot(angles: Angles) -> Floats:
    """Return the near foot's angle against horizontal, in degrees."""
    return angles.foot_deg[:, NEAR]


def ankle_ahead(angles: Angles) -> Floats:
    """Return how far the near ankle is ahead of the mid-hip, in leg lengths."""
    return angles.ankle_ahead[:, NEAR]


def contact(stride: Stride) -> float:
    """Return the time of initial contact."""
    return stride.contact_s


def toe_off(stride: Stride) -> float:
    """Return the time of toe-off."""
    return stride.toe_off_s


def next_contact(stride: Stride) -> float:
    """Return the end of a whole stride."""
    assert stride.next_contact_s is not None, "only measures of whole strides ask for their end"
    return stride.next_contact_s


def extension_over_s(stride: Stride) -> float:
    """Return the time by which the thigh has surely been furthest behind."""
    return stride.toe_off_s + 0.4 * (stride.toe_off_s - stride.contact_s)


def stride_time_s(stride: Stride) -> float:
    """Return the duration of a whole stride."""
    return next_contact(stride) - stride.contact_s


def contact_time_s(stride: Stride) -> float:
    """Return how long the foot is on the ground."""
    return stride.toe_off_s - stride.contact_s


CONTACT_TIME = PerStride(
    of_stride=lambda _, stride: 1000 * contact_time_s(stride),
    budget=Budget(random=6.0, lasting=6.0, own_sd=9.8, stride_sd=15.0),
)
"""How the contact time is read, in milliseconds; its error is also that of the flight time."""


# --- ways to read a series --------------------------------------------------------------------------------------------


def _moment(series: Series, when: Instant) -> OfStride:
    """Return a function that reads a series at an instant of the stride."""
    return lambda angles, stride: float(at(angles.time_s, series(angles), np.array(when(stride))))


def _slope(series: Series, when: Instant) -> OfStride:
    """Return a function that reads a series' rate of change around an instant of the stride, per second."""

    def read(angles: Angles, stride: Stride) -> float:
        moment_s = when(stride)
        before, after = at(angles.time_s, series(angles), np.array([moment_s - 0.01, moment_s + 0.01]))
        return float(after - before) / 0.02

    return read


def largest(series: Series, start: Instant, end: Instant, *, sign: float = 1.0) -> OfStride:
    """Return a function that finds the largest value of a series between two instants of the stride."""
    return lambda angles, stride: largest_between(angles.time_s, sign * series(angles), start(stride), end(stride))[1]


def at_contact(
    series: Series, budget: Budget, *, of_stride: OfStride | None = None, vertical: bool = False
) -> PerStride:
    """Return a measure that is read from a series at initial contact, by default the value of the series itself."""
    return PerStride(
        of_stride=of_stride or _moment(series, contact),
        budget=replace(budget, event_sd_s=budget.event_sd_s or EVENT_SD_S),
        slope=_slope(series, contact),
        at_contact=True,
        vertical=vertical,
    )


def at_toe_off(series: Series, budget: Budget) -> PerStride:
    """Return an angle against vertical at toe-off."""
    return PerStride(
        of_stride=_moment(series, toe_off),
        budget=replace(budget, event_sd_s=EVENT_SD_S),
        slope=_slope(series, toe_off),
        vertical=True,
    )


# --- values that need more than one series ----------------------------------------------------------------------------


def furthest_behind(angles: Angles, stride: Stride) -> float:
    """Return the thigh's largest angle behind vertical around toe-off."""
    return largest_between(angles.time_s, thigh_extension(angles), stride.mid_stance_s, extension_over_s(stride))[1]


def stance_mean(angles: Angles, stride: Stride) -> float:
    """Return the trunk's mean lean over stance."""
    inside = (angles.time_s >= stride.contact_s) & (angles.time_s <= stride.toe_off_s)
    return float(angles.trunk_lean_deg[inside].mean())


def hip_bend(angles: Angles, stride: Stride) -> float:
    """Return how far the trunk is bent forward of the line from ankle to hip, at mid-stance."""
    trunk, leg = (
        at(angles.time_s, angles.trunk_lean_deg, m := np.array(stride.mid_stance_s)),
        at(angles.time_s, hip_ankle(angles), m),
    )
    return float(trunk - leg)


def foot_strike(angles: Angles, stride: Stride) -> float:
    """Return the foot's angle at contact relative to the same foot flat on the ground in mid-stance."""
    landing, flat = at(angles.time_s, foot(angles), np.array([stride.contact_s, stride.mid_stance_s]))
    return float(landing - flat)


def bounce(angles: Angles, stride: Stride) -> float:
    """Return the rise and fall of the hips over a step, the mean of the stride's two steps."""
    half_s, end_s = stride.contact_s + stride_time_s(stride) / 2, stride.contact_s + stride_time_s(stride)
    steps = ((stride.contact_s, half_s), (half_s, end_s))
    heights = [angles.hip_height[(angles.time_s >= a) & (angles.time_s <= b)] for a, b in steps]
    return float(np.mean([np.ptp(height) for height in heights]))
