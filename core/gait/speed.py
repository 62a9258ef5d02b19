"""Speed and step length from the clip itself.

In stance the foot is on the ground, so it moves back at the runner's speed past a point that goes along with the runner, on a
treadmill and outdoors, if the camera follows and if it does not. That point is the mid-hip, averaged over a stride: the hips
themselves are up to a tenth slower than on average while a foot is on the ground. Two points of the foot are used: the toe from a
fifth of stance to toe-off, which stays in its place as the heel rises, and the mean of ankle, heel and toe over the middle of
stance. They move back at nearly the speed, always by nearly the same share of it, which comes from running on force plates
(`benchmarks/accuracy/speed.py`).

The two legs are measured separately and then combined by their errors. So is the runner's travel across the picture, if the camera
stands still (`core.gait.travel`). Estimates that contradict each other make the error larger.

The speed is in leg lengths per second at first; `core.gait.scale` has the length of the leg.
"""

from __future__ import annotations

import numpy as np

from core.gait import scale
from core.gait.angles import ANGLE_CUTOFF_HZ
from core.gait.estimates import BOUNCE, SEEN_SHARE, VIEW_SD_DEG, Run, cadence, over_strides, standard_error
from core.gait.events import Stride, strides_of
from core.gait.scale import Estimate, combined
from core.gait.signals import at, low_pass, moving_average
from core.gait.travel import across
from core.model.measures import Z90, Measure, Measured, Missing
from core.model.tracks import FAR, HIP, NEAR, Floats

TOE_FROM, TOE_TO = 0.2, 1.0
"""The part of stance in which the toe is followed, in shares of the contact time: before, it may not be on the ground."""

FOOT_FROM, FOOT_TO = 0.1, 0.9
"""The part in which the mean of ankle, heel and toe is."""

OF_SWEEP = 1.09
"""Speed over the mean of these two speeds (lab: 22 recordings of 7 runners, 2 to 5 m/s)."""

OF_SWEEP_SD = 0.02
"""Its relative standard deviation for runners left out, the same for both legs."""

LEG_SDS = {NEAR: 0.02, FAR: 0.05}
"""Relative standard deviation of what the pose model gets wrong in all steps of one leg: the far one is seen less well."""

STEP_SD = 0.04
"""Usual relative standard deviation of the speed between steps."""

FEWEST_FAR = 2
"""Fewer steps of the far leg do not count."""

TRAVEL_SD = 0.02
"""Relative standard deviation of the travel across the picture: the hips are further from the camera than the near leg."""


def speed(run: Run) -> Measure:
    """Return the running speed in km/h, with the pace as its word."""
    return scale.speed(leg_lengths_per_second(run), run.answers)


def step_length(run: Run) -> Measure:
    """Return the length of a step in metres."""
    return scale.step_length(leg_lengths_per_second(run), cadence(run), run.answers)


def bounce_in_cm(bounce: Measure, run: Run) -> Measure:
    """Return the rise and fall of the hips over a step, given in leg lengths, in centimetres."""
    return scale.of_legs("vertical_oscillation", bounce, leg_lengths_per_second(run), run.answers)


def vertical_ratio(run: Run) -> Measure:
    """Return the vertical oscillation in lengths of a step."""
    return scale.vertical_ratio(
        over_strides(BOUNCE, "ratio", run), leg_lengths_per_second(run), cadence(run), run.answers
    )


def leg_lengths_per_second(run: Run) -> Measure:
    """Return the running speed in leg lengths per second."""
    if run.no_strides_because is not None:
        return Missing("ratio", run.no_strides_because)
    near = _steps(run, NEAR, run.strides)
    both = _of_legs(near, _steps(run, FAR, strides_of(run.events.far, run.stride_s, run.side.breaks_s)))
    swept = Estimate(both.value, float(np.hypot(both.relative_sd, OF_SWEEP_SD)))
    travelled = across(run)
    found = swept if travelled is None else combined(swept, Estimate(travelled, TRAVEL_SD))
    view_deg = min(run.side.view_deg, 60.0)
    nearer = float(np.cos(np.radians(view_deg)) / np.cos(np.radians(view_deg + VIEW_SD_DEG)))
    return Measured(
        value=found.value,
        unit="ratio",
        plus_minus=Z90 * run.widening * found.value * float(np.hypot(found.relative_sd, nearer - 1)),
        n_strides=len(run.strides),
        per_stride=tuple(float(v) for v in near),
    )


def _of_legs(near: Floats, far: Floats) -> Estimate:
    """Return the speed from the steps of both legs, or of the near one if there are too few of the other."""
    first = _of_leg(near, NEAR)
    return combined(first, _of_leg(far, FAR)) if len(far) >= FEWEST_FAR and np.median(far) > 0 else first


def _of_leg(steps: Floats, leg: int) -> Estimate:
    value = float(np.median(steps))
    return Estimate(value, float(np.hypot(standard_error(steps, STEP_SD * value) / value, LEG_SDS[leg])))


def _steps(run: Run, leg: int, strides: tuple[Stride, ...]) -> Floats:
    """Return the speed in each stance of one leg that is seen, in leg lengths per second."""
    sway, time_s = _hip_sway(run), run.side.time_s
    toe, foot = (ahead[:, leg] + sway for ahead in (run.angles.toe_ahead, run.angles.foot_ahead))
    speeds = []
    for stride in strides:
        inside = (time_s >= stride.contact_s) & (time_s <= stride.toe_off_s)
        if run.side.seen[inside, leg].mean() >= SEEN_SHARE:
            toe_speed = _backward(time_s, toe, stride, TOE_FROM, TOE_TO)
            speeds.append(OF_SWEEP * (toe_speed + _backward(time_s, foot, stride, FOOT_FROM, FOOT_TO)) / 2)
    return np.array(speeds)


def _backward(time_s: Floats, ahead: Floats, stride: Stride, start: float, end: float) -> float:
    """Return how fast a series falls between two shares of a stance, per second."""
    contact_s = stride.toe_off_s - stride.contact_s
    first, last = at(time_s, ahead, stride.contact_s + contact_s * np.array([start, end]))
    return float(first - last) / ((end - start) * contact_s)


def _hip_sway(run: Run) -> Floats:
    """Return how far the mid-hip is ahead of its own average over a stride, in leg lengths: shape (n,)."""
    hips: Floats = run.side.xy_px[:, :, HIP, 0].mean(axis=1) / run.angles.leg_px
    sway, lag = np.zeros_like(hips), max(2, round(run.stride_s * run.side.rate_hz))
    for part in run.side.passes:
        smooth = low_pass(hips[part], run.side.rate_hz, ANGLE_CUTOFF_HZ)
        sway[part] = smooth - moving_average(smooth, lag)
    return sway
