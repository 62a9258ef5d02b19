"""How a measure of a clip is read, with half its 90 % interval: most are the mean over the near leg's strides.

What makes it uncertain adds as variances:

- the clip's points are off, at random or in the same way in every stride (`core.gait.point_errors`);
- an event is a few milliseconds off: this adds its error times the angle's rate of change;
- the camera is not quite side-on, and its angle is known only roughly; it may be tilted.

The value is the mean of the clip's strides, so their usual spread is no error of it. It counts where clips are compared
(`core.coaching.repeats`), and here if there are one or two strides only. What strides differ by more than usual is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.stats import t as student

from core.gait.angles import Angles
from core.gait.camera_roll import Roll
from core.gait.events import Stride, crosses, strides_of
from core.gait.parameters import PerStride, bounce, extension_over_s, stride_time_s
from core.gait.point_errors import Budget, PointErrors, point_errors
from core.i18n.message import Message
from core.i18n.message import message as _
from core.model.measures import Z90, Measure, Measured, Missing, Unit
from core.model.report import Answers
from core.model.strides import GaitEvents
from core.model.tracks import NEAR, Floats, SideTrack

LEG_OF_HEIGHT = 0.491
"""Thigh plus shank over body height: (0.530 - 0.039) in Drillis & Contini's table (Winter 2009, doi:10.1002/9780470549148)."""

HEIGHT_LEG_SD = 0.04
"""Relative standard deviation of leg length over height between people."""

HEEL_FIRST_DEG = 8.0
"""Foot angle at contact above which the heel lands first (Altman & Davis 2012, relative to the flat foot)."""

ASYMMETRY_STRIDE_SD = 4.0
"""Usual standard deviation of the asymmetry between strides, in per cent."""

SEEN_SHARE = 0.8
"""Least share of a stride in which its leg is seen, not bridged."""

CADENCE_SD = 0.2
"""Standard deviation of the cadence's own error, in steps per minute (lab)."""

CONTACT_SD_S = 0.009
"""Standard deviation of an initial contact's error, mostly the same in all strides (lab, runners left out of the fit)."""

FEWEST_STRIDES = 3
"""With fewer strides their usual spread counts as an error, because they do not show their own."""

ODD_STRIDE = 0.06
"""A stride whose cadence is further than this share from the median is not a steady runner's (standard deviation 0.01 to 0.03)."""

FEWEST_REGULAR, PERIOD_OFF_SD = 3, 2.5
"""The other strides replace the period if there are this many, and it differs by this many of their standard errors.

On simulated tracks that froze for 0.05 to 0.4 s, or lost 0.07 to 0.2 s, the period was wrong by 1.5 to 5 steps per minute.
"""

VIEW_SD_DEG = 7.0
"""Standard deviation of the estimated view angle (simulated runners turned by known angles)."""

SURE_LEGS = 0.6
"""If the legs are surely identified in a smaller share of the clip, measures of the near leg are withheld."""

MOMENT_RATE_HZ = 48.0
"""Angles at the instant of contact are withheld below this many frames per second: one frame late is 10 degrees."""

BOUNCE = PerStride(
    of_stride=bounce, budget=Budget(random=0.004, lasting=0.0085, own_sd=0.007, stride_sd=0.008), whole=True
)
"""How the vertical oscillation is computed, in leg lengths; the vertical ratio is computed from it."""

_SWAPPED = _("Left and right leg could not be told apart in this clip.")
_NO_STRIDES = _("The clip does not show a whole stride of the leg nearest the camera.")
_PRIOR_STRIDES = 3  # weight of the usual spread, in strides, next to the clip's own


@dataclass(frozen=True, kw_only=True)
class Run:
    """Everything that the measures of a clip are read from.

    Attributes
    ----------
    side : SideTrack
        The runner from the side.
    events : GaitEvents
        Its initial contacts and toe-offs.
    angles : Angles
        Its angles over time.
    strides : tuple of Stride
        The near leg's strides that can be measured.
    stride_s : float
        The stride's period.
    answers : Answers
        Height and pace, if a measure needs them.
    roll : Roll or None
        The camera roll. If it is clear, `side` is already corrected for it, and its error adds to that of angles against vertical.
    widening : float
        How many times larger the errors are than on a good clip (`core.quality.checks.widening`).
    """

    side: SideTrack
    events: GaitEvents
    angles: Angles
    strides: tuple[Stride, ...]
    stride_s: float
    answers: Answers
    roll: Roll | None = None
    widening: float = 1.0

    @cached_property
    def points(self) -> PointErrors:
        """How far the clip's points are off."""
        return point_errors(self.angles, self.strides)

    @property
    def no_strides_because(self) -> Message | None:
        """Why no stride of the near leg can be measured; None if one can be."""
        return _SWAPPED if self.side.confidence < SURE_LEGS else None if self.strides else _NO_STRIDES


def standard_error(values: Floats, usual_sd: float) -> float:
    """Return the standard error of the mean, widened by Student's t if there are few strides.

    The strides' spread is combined with the usual one, which counts like a few more strides: one stride, or two that happen to
    agree, show little of the spread.
    """
    n = len(values)
    squares = float(((values - values.mean()) ** 2).sum())
    freedom = n - 1 + _PRIOR_STRIDES
    spread = ((squares + _PRIOR_STRIDES * usual_sd**2) / freedom) ** 0.5
    return float(spread / n**0.5 * student.ppf(0.95, freedom) / Z90)


def _spread_error(values: Floats, usual_sd: float) -> float:
    """Return the standard error of the mean by what strides differ more than usual; if they are few, by all they may differ."""
    n = len(values)
    if n < FEWEST_STRIDES:
        return standard_error(values, usual_sd)
    return float((max(values.var(ddof=1) - usual_sd**2, 0.0) / n) ** 0.5)


def _view_sd_deg(angle_deg: float, view_deg: float) -> float:
    """Return the error of an angle because the view is known only to `VIEW_SD_DEG`; it grows with the view angle."""
    view_deg = min(view_deg, 60.0)
    angle = np.radians(min(abs(angle_deg), 60.0))
    longer = np.cos(np.radians(view_deg)) / np.cos(np.radians(view_deg + VIEW_SD_DEG))
    return float(np.degrees(np.arctan(np.tan(angle) * longer) - angle))


def over_strides(how: PerStride, unit: Unit, run: Run) -> Measure:
    """Return the mean of a measure over strides, with its error."""
    if run.no_strides_because is not None:
        return Missing(unit, run.no_strides_because)
    rate_hz = run.side.source_rate_hz
    if how.at_contact and rate_hz < MOMENT_RATE_HZ:
        because = _(
            "At {rate_hz:.0f} frames per second the instant of contact falls between two frames. "
            "Film at 60 frames per second or more; 120 is better.",
            rate_hz=rate_hz,
        )
        return Missing(unit, because)
    strides = [stride for stride in run.strides if stride.next_contact_s is not None or not how.whole]
    if not strides:
        return Missing(unit, _NO_STRIDES)
    values = np.array([how.of_stride(run.angles, stride) for stride in strides])
    slope = 0.0 if how.slope is None else float(np.mean([how.slope(run.angles, stride) for stride in strides]))
    parts = (
        how.budget.sd(run.points, len(values), slope),
        _spread_error(values, float(np.hypot(how.budget.stride_sd, how.budget.random * run.points.random))),
        _view_sd_deg(float(values.mean()), run.side.view_deg) if unit == "deg" else 0.0,
        run.roll.sd_deg if run.roll is not None and how.vertical and run.roll.clear else 0.0,
    )
    error = run.widening * float(np.linalg.norm(parts))
    return Measured(
        value=float(values.mean()),
        unit=unit,
        plus_minus=Z90 * error,
        n_strides=len(strides),
        per_stride=tuple(float(v) for v in values),
    )


def _without_odd_strides(run: Run) -> tuple[float, Floats]:
    """Return the cadence, and that of each stride; without strides that last too long or too short if they moved it."""
    whole = [stride for stride in run.strides if stride.next_contact_s is not None]
    value, each = 120 / run.stride_s, np.array([120 / stride_time_s(stride) for stride in whole])
    if len(each) < FEWEST_REGULAR:
        return value, each
    regular = each[np.abs(each / np.median(each) - 1) < ODD_STRIDE]
    n_passed = round((whole[-1].contact_s - whole[0].contact_s) * float(np.median(each)) / 120) + 1
    if not FEWEST_REGULAR <= len(regular) < n_passed:  # too few, or no stride is odd or left out
        return value, each
    middle = float(1 / np.mean(1 / regular))
    own_sd = float(regular.std(ddof=1)) / len(regular) ** 0.5
    of_contacts = middle**2 / 120 * 2**0.5 * CONTACT_SD_S / len(regular)
    off_sd = float(np.linalg.norm([own_sd, of_contacts, CADENCE_SD]))
    return (middle, regular) if abs(value - middle) > PERIOD_OFF_SD * off_sd else (value, each)


def cadence(run: Run) -> Measured:
    """Return the steps per minute from the period of the legs, which needs no events.

    Differences between strides matter only at the clip's ends, by about half a stride in total. A clip that froze or lost frames
    has one stride that lasts too long or too short, and the period is wrong by a part of that. Then the other strides count.
    """
    value, each = _without_odd_strides(run)
    times_s = [run.side.time_s[part] for part in run.side.passes]
    n = max(1, sum(int((time_s[-1] - time_s[0]) / run.stride_s) for time_s in times_s))
    spread = float(each.std(ddof=1)) if len(each) > 1 else 0.03 * value
    return Measured(
        value=value,
        unit="spm",
        plus_minus=Z90 * float(np.hypot(spread / (2 * n), CADENCE_SD)),
        n_strides=n,
        per_stride=tuple(float(v) for v in each),
    )


def with_word(strike: Measure, _run: Run) -> Measure:
    """Return the foot strike with its word: heel first if the foot lands toe up by more than its error."""
    if isinstance(strike, Missing):
        return strike
    low, high = strike.value - strike.plus_minus, strike.value + strike.plus_minus
    word = _("cannot tell")
    if low > HEEL_FIRST_DEG:
        word = _("heel")
    elif high < HEEL_FIRST_DEG:
        word = _("middle or forefoot")
    return replace(strike, word=word)


def scaled(measure: Measure, factor: float, unit: Unit, more_sd: float = 0.0) -> Measure:
    """Return a measure in another unit; `more_sd` is the relative error of the factor."""
    if isinstance(measure, Missing):
        return Missing(unit, measure.missing_because)
    value = measure.value * factor
    return Measured(
        value=value,
        unit=unit,
        plus_minus=float(np.hypot(measure.plus_minus * factor, Z90 * more_sd * value)),
        n_strides=measure.n_strides,
        per_stride=tuple(v * factor for v in measure.per_stride),
    )


def asymmetry(run: Run) -> Measure:
    """Return how much longer the step from near to far contact is than the next one, over their mean."""
    if run.no_strides_because is not None:
        return Missing("%", run.no_strides_because)
    if run.side.source_rate_hz < MOMENT_RATE_HZ:
        return Missing("%", _("Comparing the two legs needs 60 or more frames per second."))
    near = np.array(run.events.near.initial_contact_s)
    far = np.array(run.events.far.initial_contact_s)
    shares = []
    for contact_s, next_s in pairwise(near):
        if crosses(run.side.breaks_s, contact_s, next_s):
            continue
        between = far[(far > contact_s) & (far < next_s)]
        if len(between) == 1:
            share = (between[0] - contact_s) / (next_s - contact_s)
            shares.append(200 * (2 * share - 1))
    if len(shares) < 2:
        return Missing("%", _("The far leg was hidden too often to compare the two."))
    values = np.array(shares)
    step_s = float(np.median(np.diff(near))) / 2
    clip_sd = 100 * 2**0.5 * CONTACT_SD_S / step_s
    return Measured(
        value=float(values.mean()),
        unit="%",
        plus_minus=float(Z90 * np.hypot(standard_error(values, ASYMMETRY_STRIDE_SD), clip_sd)),
        n_strides=len(values),
        per_stride=tuple(float(v) for v in values),
    )


def usable_strides(side: SideTrack, events: GaitEvents, stride_s: float) -> tuple[Stride, ...]:
    """Return the near leg's strides that are seen, not bridged, at least until the leg is furthest behind."""

    def seen(stride: Stride) -> bool:
        over_s = extension_over_s(stride)
        if over_s > side.time_s[-1] or crosses(side.breaks_s, stride.contact_s, over_s):
            return False
        end_s = stride.toe_off_s if stride.next_contact_s is None else stride.next_contact_s
        inside = (side.time_s >= stride.contact_s) & (side.time_s <= end_s)
        return bool(side.seen[inside, NEAR].mean() >= SEEN_SHARE)

    return tuple(stride for stride in strides_of(events.near, stride_s, side.breaks_s) if seen(stride))
