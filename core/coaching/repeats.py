"""The error of a result in two parts: what another clip of the same set-up repeats, and what it does not.

The pose model misplaces a runner's joints in the same way in every clip that shows the same body in the same clothes from the same
place, and so does a camera that stands a little askew. Such an error cancels out of a change. What is left is the spread of the
strides, the part of the error that is another one each time the phone is put up, and the roll of the phone.
"""

from __future__ import annotations

from math import hypot, sqrt
from statistics import stdev

from core.model.measures import Z90, Measured, MeasureKey
from core.model.report import Report

NOT_REPEATED = 0.5
"""Share of a clip's own error that another clip of the same set-up does not repeat, as a ratio of standard deviations.

`python -m benchmarks sides` measures it: on real clips cut in two, and on drawn runners whose phone is put up again.
"""

AGAINST_VERTICAL: tuple[MeasureKey, ...] = (
    "leg_extension", "leg_extension_at_toe_off", "hip_ankle_extension", "shank_angle_contact", "knee_drive",
)  # fmt: skip
"""Measures of a leg that a tilted camera shifts, forward on one side and backward on the other."""

TILT_SD_DEG = 1.0
"""Standard deviation of the camera roll that is left, because only clear rolls are corrected. It is another one in each clip."""

FEWEST_STRIDES = 3
"""With fewer strides the spread is not known; the error then has the usual one in it, and all of it counts."""

WITH_STRIDES: tuple[MeasureKey, ...] = (
    "cadence", "speed", "step_length", "relative_speed", "froude_number", "asymmetry",
)  # fmt: skip
"""Measures whose error has the spread of the strides in it."""

SAME_RATE = 0.1
"""Frame rates that differ by no more than this share count as the same."""


def not_shared(key: MeasureKey, measure: Measured, *, same_set_up: bool) -> float:
    """Return half the 90 % interval of what a measure's error does not share with another clip of the same runner.

    The spread of the strides is never shared: the other clip shows other strides.

    Parameters
    ----------
    key : str
        Of the measure.
    measure : Measured
        A measure with the values of its strides.
    same_set_up : bool
        Whether the other clip has the same set-up; if not, nothing is shared.
    """
    strides, clip = split(key, measure)
    whole = hypot(strides, clip)
    if not same_set_up or len(measure.per_stride) < FEWEST_STRIDES:
        return whole
    tilt = Z90 * TILT_SD_DEG if key in (*AGAINST_VERTICAL, "trunk_lean") else 0.0
    return min(hypot(strides, NOT_REPEATED * clip, tilt), whole)


def split(key: MeasureKey, measure: Measured) -> tuple[float, float]:
    """Return the part of an error that comes from a clip's choice of strides, and the clip's own; both half of a 90 % interval.

    With few strides, the error of the measure has their usual spread in it already.
    """
    n = len(measure.per_stride)
    if n < FEWEST_STRIDES:
        return 0.0, measure.plus_minus
    strides = student_95(n - 1) * stdev(measure.per_stride) / sqrt(n)
    if key not in WITH_STRIDES:
        return strides, measure.plus_minus
    strides = min(strides, measure.plus_minus)
    return strides, sqrt(measure.plus_minus**2 - strides**2)


def student_95(freedom: int) -> float:
    """Return the 95 % quantile of Student's t, to 0.01 from two degrees of freedom on (Abramowitz and Stegun 26.7.5)."""
    z, n = Z90, float(freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / n**power for power, term in enumerate(terms, 1))


def can_share(first: Report, second: Report) -> bool:
    """Return whether two clips can be of the same set-up, as far as their files tell: leg, frame rate, frame size and surface."""
    rates_hz = [report.clip.fps_hz * report.answers.slow_motion for report in (first, second)]
    return (
        first.near_side == second.near_side
        and max(rates_hz) <= (1 + SAME_RATE) * min(rates_hz)
        and first.clip.size_wh_px == second.clip.size_wh_px
        and first.answers.surface == second.answers.surface
    )
