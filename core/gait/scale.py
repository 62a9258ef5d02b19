"""The scale of a clip: metres per leg length, from the runner's height, a typed pace, or a usual leg length.

The clip shows the speed in leg lengths per second. The leg length comes from the height, or from what is usual, and the speed in
metres per second may be typed. The three belong together: speed is leg length times leg lengths per second. If all are known, the
first two are moved by their shares of the disagreement, which weights them by their inverse variances; a typed pace stays as it is.

A usual leg length adds nothing to a height: its spread is the spread of heights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from core.gait.estimates import HEIGHT_LEG_SD, LEG_OF_HEIGHT, scaled
from core.i18n.message import Message
from core.i18n.message import message as _
from core.model.amounts import clock_to_5_s
from core.model.measures import Z90, Measure, Measured, MeasureKey, Missing, Unit
from core.model.report import KMH_OF_MPS, TYPED_PACE_SD, Answers

USUAL_LEG_M, USUAL_LEG_SD = 0.87, 0.065
"""Leg length of adults, and its relative standard deviation, if the height is not known."""

CM_OF_M = 100.0

GRAVITY_MPS2 = 9.81

OF_LEG: Mapping[MeasureKey, tuple[Unit, float]] = MappingProxyType(
    {
        "vertical_oscillation": ("cm", CM_OF_M),
        "contact_length": ("cm", CM_OF_M),
        "foot_speed_contact": ("m/s", 1.0),
        "froude_number": ("ratio", 1 / GRAVITY_MPS2),
    }
)
"""Measures that are proportional to the leg length: their unit, and their value in it for each leg length, divided by metres."""


class Estimate(NamedTuple):
    """A positive quantity, and its relative standard deviation."""

    value: float
    relative_sd: float

    def times(self, other: Estimate, power: int = 1) -> Estimate:
        """Return the product with an independent estimate, or the quotient if `power` is -1."""
        return Estimate(self.value * other.value**power, float(np.hypot(self.relative_sd, other.relative_sd)))


def combined(one: Estimate, other: Estimate) -> Estimate:
    """Return two independent estimates of one quantity, each weighted by its inverse variance.

    If they differ by more than both errors explain, the error is that many times larger.
    """
    sds = np.array([one.value * one.relative_sd, other.value * other.relative_sd])
    weights = sds**-2 / (sds**-2).sum()
    value = float(weights @ [one.value, other.value])
    wider = max(1.0, abs(one.value - other.value) / float(np.hypot(*sds)))
    return Estimate(value, wider * float((sds**-2).sum() ** -0.5) / value)


class Scale(NamedTuple):
    """Leg length in metres, and the speed in leg lengths and in metres per second; a speed is None if it is not known."""

    leg_m: Estimate
    legs_per_s: Estimate | None
    mps: Estimate | None


def leg_length(answers: Answers) -> Estimate:
    """Return the runner's leg length in metres, thigh plus shank, from the height if it is given."""
    if answers.height_cm is None:
        return Estimate(USUAL_LEG_M, USUAL_LEG_SD)
    return Estimate(LEG_OF_HEIGHT * answers.height_cm / CM_OF_M, HEIGHT_LEG_SD)


def scale_of(legs: Measure, answers: Answers) -> Scale:
    """Return the scale from the speed in leg lengths per second that the clip shows, and the runner's height and pace."""
    leg = leg_length(answers)
    typed = None if answers.speed_mps is None else Estimate(answers.speed_mps, TYPED_PACE_SD)
    if isinstance(legs, Missing) or legs.value <= 0:
        return Scale(leg, None if typed is None else typed.times(leg, -1), typed)
    seen = Estimate(legs.value, relative_sd(legs))
    return Scale(leg, seen, leg.times(seen)) if typed is None else reconciled(leg, seen, typed)


def reconciled(leg: Estimate, seen: Estimate, typed: Estimate) -> Scale:
    """Return leg length and speed in leg lengths per second, adjusted towards a product that is the typed speed.

    If they contradict each other, none is moved: one of them is wrong, and `core.quality.speed_checks` asks the runner.
    """
    shown = leg.times(seen)
    if abs(typed.value - shown.value) > Z90 * np.hypot(
        shown.relative_sd * shown.value, typed.relative_sd * typed.value
    ):
        return Scale(leg, seen, typed)
    gap = float(np.log(typed.value / shown.value))
    total = sum(one.relative_sd**2 for one in (leg, seen, typed))

    def moved(one: Estimate) -> Estimate:
        share = one.relative_sd**2 / total
        return Estimate(one.value * float(np.exp(share * gap)), one.relative_sd * (1 - share) ** 0.5)

    return Scale(moved(leg), moved(seen), typed)


def relative_sd(measure: Measured) -> float:
    """Return the relative standard deviation of a positive measure."""
    return measure.plus_minus / measure.value / Z90


def step_length(legs: Measure, cadence: Measured, answers: Answers) -> Measure:
    """Return the length of a step in metres: speed over cadence."""
    mps = scale_of(legs, answers).mps
    if mps is None:
        assert isinstance(legs, Missing), "a clip that shows the speed has one"
        return Missing("m", legs.missing_because)
    metres = mps.value / (cadence.value / 60)
    n = 0 if isinstance(legs, Missing) else legs.n_strides
    return Measured(value=metres, unit="m", plus_minus=Z90 * mps.relative_sd * metres, n_strides=n)


def of_legs(key: MeasureKey, measure: Measure, legs: Measure, answers: Answers) -> Measure:
    """Return a measure that is given in leg lengths, in the unit of its key in `OF_LEG`."""
    leg, (unit, factor) = scale_of(legs, answers).leg_m, OF_LEG[key]
    return scaled(measure, factor * leg.value, unit, more_sd=leg.relative_sd)


def vertical_ratio(bounce: Measure, legs: Measure, cadence: Measured, answers: Answers) -> Measure:
    """Return the vertical oscillation, given in leg lengths, in lengths of a step."""
    seen = scale_of(legs, answers).legs_per_s
    if seen is None:
        assert isinstance(legs, Missing), "a clip that shows the speed has one"
        return Missing("ratio", legs.missing_because)
    return scaled(bounce, cadence.value / 60 / seen.value, "ratio", more_sd=seen.relative_sd)


def speed(legs: Measure, answers: Answers) -> Measure:
    """Return the clip's own speed in km/h, with the pace as its word; a pace that was given does not move it."""
    leg = leg_length(answers)
    kmh = scaled(legs, KMH_OF_MPS * leg.value, "km/h", more_sd=leg.relative_sd)
    return kmh if isinstance(kmh, Missing) else replace(kmh, word=pace_words(kmh))


def pace_words(kmh: Measured) -> Message:
    """Return the range of a speed's pace in words."""
    fastest, slowest = kmh.value + kmh.plus_minus, max(kmh.value - kmh.plus_minus, 1.0)
    return _("{fast} to {slow} per km", fast=clock_to_5_s(3600 / fastest), slow=clock_to_5_s(3600 / slowest))


def with_answers(
    measures: dict[MeasureKey, Measure], before: Answers, after: Answers, seen: Missing | None = None
) -> dict[MeasureKey, Measure]:
    """Return a report's measures with those that depend on height and pace computed again, from other answers.

    Parameters
    ----------
    measures : dict of MeasureKey to Measure
        A report's measures.
    before, after : Answers
        The answers that they were computed with, and the new ones.
    seen : Missing, optional
        Why the clip shows no speed, although there is one among the measures.
    """
    cadence, kmh, bounce = (measures.get(key) for key in ("cadence", "speed", "vertical_oscillation"))
    if kmh is None or bounce is None or not isinstance(cadence, Measured):
        return measures
    leg = leg_length(before)
    was = _unscaled(kmh, KMH_OF_MPS * leg.value, "ratio", leg.relative_sd)
    legs = was if seen is None else seen
    by = scale_of(was, before).leg_m
    in_legs = {key: _in_legs(key, measures[key], by) for key in OF_LEG if key in measures}
    again: dict[MeasureKey, Measure] = {key: of_legs(key, one, legs, after) for key, one in in_legs.items()}
    again |= {
        "speed": kmh if legs is was and before.height_cm == after.height_cm else speed(legs, after),
        "step_length": step_length(legs, cadence, after),
        "vertical_ratio": vertical_ratio(in_legs["vertical_oscillation"], legs, cadence, after),
    }
    return measures | {key: measure for key, measure in again.items() if key in measures}


def _in_legs(key: MeasureKey, measure: Measure, by: Estimate) -> Measure:
    """Return a measure of a report in leg lengths; bounces of reports without a height once were."""
    unit, factor = OF_LEG[key]
    return measure if measure.unit != unit else _unscaled(measure, factor * by.value, "ratio", by.relative_sd)


def _unscaled(measure: Measure, factor: float, unit: Unit, more_sd: float) -> Measure:
    """Return a measure as it was before `scaled`."""
    if isinstance(measure, Missing):
        return Missing(unit, measure.missing_because)
    own = max(measure.plus_minus**2 - (Z90 * more_sd * measure.value) ** 2, 0.0) ** 0.5
    return Measured(
        value=measure.value / factor,
        unit=unit,
        plus_minus=own / factor,
        n_strides=measure.n_strides,
        per_stride=tuple(v / factor for v in measure.per_stride),
    )
