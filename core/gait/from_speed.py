"""Measures that follow from the speed: for people of different size, and for what the foot and the hips do on the ground."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.gait import scale
from core.gait.angles import Angles
from core.gait.estimates import CONTACT_SD_S, Run, over_strides, scaled
from core.gait.events import Stride
from core.gait.parameters import CONTACT_TIME, PerStride
from core.gait.point_errors import Budget
from core.gait.signals import at
from core.gait.speed import leg_lengths_per_second
from core.model.measures import Measure, Measured, Missing
from core.model.tracks import NEAR

LANDING_S = 0.03
"""The foot's speed at landing is its mean over this time before initial contact."""


def froude_number(run: Run) -> Measure:
    """Return the Froude number: the speed squared, over gravity times the leg length from hip to ankle."""
    legs = leg_lengths_per_second(run)
    if isinstance(legs, Missing):
        return legs
    squared = Measured(
        value=legs.value**2,
        unit="ratio",
        plus_minus=2 * legs.value * legs.plus_minus,
        n_strides=legs.n_strides,
        per_stride=tuple(v**2 for v in legs.per_stride),
    )
    return scale.of_legs("froude_number", squared, legs, run.answers)


def contact_length(run: Run) -> Measure:
    """Return how far the hips travel over the ground while a foot is on it: the speed times the contact time."""
    legs, contact_ms = leg_lengths_per_second(run), over_strides(CONTACT_TIME, "ms", run)
    if isinstance(legs, Missing):
        return Missing("cm", legs.missing_because)
    length = scaled(contact_ms, legs.value / 1000, "ratio", more_sd=scale.relative_sd(legs))
    return scale.of_legs("contact_length", length, legs, run.answers)


def foot_speed_contact(run: Run) -> Measure:
    """Return how fast the foot still moves forward over the ground just before it lands."""
    legs, back = leg_lengths_per_second(run), over_strides(_BACK, "ratio", run)
    if isinstance(legs, Missing):
        return Missing("m/s", legs.missing_because)
    if isinstance(back, Missing):
        return Missing("m/s", back.missing_because)
    forward = replace(
        back,
        value=legs.value - back.value,
        plus_minus=float(np.hypot(legs.plus_minus, back.plus_minus)),
        per_stride=tuple(legs.value - v for v in back.per_stride),
    )
    return scale.of_legs("foot_speed_contact", forward, legs, run.answers)


def _backward_speed(angles: Angles, stride: Stride, later_s: float = 0.0) -> float:
    """Return how fast the near foot moves back past the hips before it lands, in leg lengths per second."""
    ends_s = stride.contact_s + later_s
    before, landed = at(angles.time_s, angles.foot_ahead[:, NEAR], np.array([ends_s - LANDING_S, ends_s]))
    return float(before - landed) / LANDING_S


def _change(angles: Angles, stride: Stride) -> float:
    """Return how fast this speed changes with the time of the contact, per second."""
    return (_backward_speed(angles, stride, 0.005) - _backward_speed(angles, stride, -0.005)) / 0.01


_BACK = PerStride(
    of_stride=_backward_speed,
    budget=Budget(random=0.0, lasting=0.0, own_sd=0.25, event_sd_s=CONTACT_SD_S, stride_sd=0.3),
    slope=_change,
    at_contact=True,
)
