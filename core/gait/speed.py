"""Speed and step length from the clip itself.

In stance the foot is on the ground, so it moves back past the hips at the runner's speed, on a treadmill and outdoors, whatever
the camera does. The measure is the mean place of ankle, heel and toe ahead of the mid-hip, from contact to toe-off, divided by the
contact time. It is lower than the speed, always by nearly the same share: heel and toe leave the ground and land one after
the other. The share comes from running on force plates (`benchmarks/accuracy/speed.py`).

The speed is in leg lengths per second at first; `core.gait.scale` has the length of the leg.
"""

from __future__ import annotations

import numpy as np

from core.gait import scale
from core.gait.estimates import BOUNCE, SEEN_SHARE, VIEW_SD_DEG, Run, cadence, over_strides, standard_error
from core.gait.events import Stride, strides_of
from core.gait.signals import at
from core.model.measures import Z90, Measure, Measured, Missing
from core.model.tracks import FAR, NEAR, Floats

OF_SWEEP = 1.235
"""Speed over the speed of the foot past the hips from contact to toe-off (lab: 22 recordings of 7 runners, 2 to 5 m/s)."""

OF_SWEEP_SD = 0.03
"""Its relative standard deviation for runners left out, with errors shaped like a pose model's."""

STEP_SD = 0.04
"""Usual relative standard deviation of the speed between steps."""


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
    """Return the running speed in leg lengths per second, from the steps of both legs.

    The median of all steps counts: the far leg is seen less well, and some of its events can be wrong.
    """
    if run.no_strides_because is not None:
        return Missing("ratio", run.no_strides_because)
    far = strides_of(run.events.far, run.stride_s, run.side.breaks_s)
    near = OF_SWEEP * _sweeps(run, NEAR, run.strides)
    steps = np.concatenate([near, OF_SWEEP * _sweeps(run, FAR, far)])
    value = float(np.median(steps))
    view_deg = min(run.side.view_deg, 60.0)
    nearer = float(np.cos(np.radians(view_deg)) / np.cos(np.radians(view_deg + VIEW_SD_DEG)))
    parts = (standard_error(steps, STEP_SD * value), OF_SWEEP_SD * value, (nearer - 1) * value)
    return Measured(
        value=value,
        unit="ratio",
        plus_minus=Z90 * run.widening * float(np.linalg.norm(parts)),
        n_strides=len(run.strides),
        per_stride=tuple(float(v) for v in near),
    )


def _sweeps(run: Run, leg: int, strides: tuple[Stride, ...]) -> Floats:
    """Return how fast one leg's foot moves back past the hips in each stance that is seen, in leg lengths per second."""
    ahead, time_s = run.angles.foot_ahead[:, leg], run.side.time_s
    speeds = []
    for stride in strides:
        inside = (time_s >= stride.contact_s) & (time_s <= stride.toe_off_s)
        if run.side.seen[inside, leg].mean() >= SEEN_SHARE:
            landed, left = at(time_s, ahead, np.array([stride.contact_s, stride.toe_off_s]))
            speeds.append((landed - left) / (stride.toe_off_s - stride.contact_s))
    return np.array(speeds)
