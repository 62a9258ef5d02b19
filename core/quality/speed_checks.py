"""Checks of the speed at which a clip plays: the cadence has to be one that runners have."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.errors import CheckKey, Choices
from core.gait.scale import pace_words
from core.i18n.message import Message
from core.i18n.message import message as _
from core.i18n.translate import marked
from core.model.amounts import clock
from core.model.measures import Measure, Measured, Missing, value_of
from core.model.report import Answers, QualityCheck
from core.quality.body_checks import (
    check_result,
    passed,
)
from core.quality.leg_rhythm import FASTEST_SPM, SLOWEST_SPM, SPRINT_SPM, USUAL_SPM

SLOW_MOTIONS = (2.0, 4.0, 8.0, 10.0)  # what phones and apps offer


SPRINT_KMH = 25.0
"""Least speed, the error taken off, that goes with more than `SPRINT_SPM` steps per minute. A step is then at least 1.7 m long.
This is our judgement."""

STEPS_AT_REST_SPM, STEPS_PER_KMH_SPM = 133.4, 2.7
"""Average cadence over speed: the middle of its reference range."""

FEWER_SPM = 40.0
"""Steps per minute below the average that ask for the slow motion: five standard deviations between runners."""

_ANOTHER_PACE = marked("You gave a pace of {given} per km, but this clip shows {seen}.")


def check_speed(stride_s: float, slow_motion: float) -> QualityCheck:
    """Check that a stride of this duration, in seconds of true time at the given slow motion, is a running stride.

    Raises
    ------
    Refused
        `true_speed`, with choices if the clip may play slower than stated.
    """
    slow = 120 / stride_s < SLOWEST_SPM
    asked = Choices(slow_motion=likely_slow_motion(120 / stride_s)) if slow else None
    return passed(_true_speed(stride_s, slow_motion), asked)


def likely_slow_motion(cadence_spm: float) -> tuple[float, ...]:
    """Return the slow-motion factors that could explain so few steps per minute, likeliest first."""
    off = {factor: abs(float(np.log(cadence_spm * factor / USUAL_SPM))) for factor in SLOW_MOTIONS}
    return tuple(sorted((factor for factor in off if off[factor] < np.log(1.5)), key=off.__getitem__)) or (
        min(off, key=off.__getitem__),
    )


def check_steps(cadence: Measure, speed: Measure) -> list[QualityCheck]:
    """Return a warning if the steps are too few for the speed that the clip shows: it may play slower than was said.

    Raises
    ------
    Refused
        `true_speed`, if the steps are those of a sprint and the speed is not.
    """
    if isinstance(cadence, Missing):
        return []
    kmh = value_of(speed)
    surely_kmh = speed.value - speed.plus_minus if isinstance(speed, Measured) else 0.0
    if cadence.value > SPRINT_SPM and surely_kmh < SPRINT_KMH:
        return [passed(_too_fast(cadence.value))]
    if kmh is None or cadence.value >= STEPS_AT_REST_SPM + STEPS_PER_KMH_SPM * kmh - FEWER_SPM:
        return []
    what = _(
        "{cadence:.0f} steps a minute are few for the {speed:.0f} km/h that this clip shows.",
        cadence=cadence.value,
        speed=kmh,
    )
    return [check_result("true_speed", "warn", what, _("Check how many times slower than life the clip plays."))]


def with_pace_check(checks: Iterable[QualityCheck], answers: Answers, speed: Measure | None) -> list[QualityCheck]:
    """Return checks with the warning about the pace that the runner gave, if it differs, in place of an earlier one."""
    others = [check for check in checks if check.what.id != _ANOTHER_PACE]
    about = check_pace(answers, speed)
    return [check for check in others if not about or check.severity == "warn" or check.key != about[0].key] + about


def check_pace(answers: Answers, speed: Measure | None) -> list[QualityCheck]:
    """Return a warning if the pace that the runner gave is not the one that the clip shows, beyond the errors of both."""
    if answers.pace_s_per_km is None or not isinstance(speed, Measured) or answers.agrees_with(speed):
        return []
    what = Message(_ANOTHER_PACE, {"given": clock(answers.pace_s_per_km), "seen": pace_words(speed)})
    advice = _(
        "Check the pace, your height, how many times slower the clip plays, and the treadmill's display and incline."
    )
    return [check_result("true_speed", "warn", what, advice)]


def _true_speed(stride_s: float, slow_motion: float) -> QualityCheck:
    key: CheckKey = "true_speed"
    cadence = 120 / stride_s
    if cadence < SLOWEST_SPM:
        factor = slow_motion * likely_slow_motion(cadence)[0]
        what = _(
            "As it plays, this clip shows {cadence:.0f} steps a minute. Was it filmed in slow motion?", cadence=cadence
        )
        if slow_motion != 1:
            what = _(
                "Even at {slower:g} times slower than life, this clip shows {cadence:.0f} steps a minute. "
                "Was it filmed in slow motion?",
                slower=slow_motion,
                cadence=cadence,
            )
        return check_result(
            key, "refuse", what, _("If so, say how many times slower it plays: probably {factor:g}.", factor=factor)
        )
    if cadence > FASTEST_SPM:
        return _too_fast(cadence)
    return check_result(
        key, "pass", _("{cadence:.0f} steps a minute: it plays at the speed that was given.", cadence=cadence)
    )


def _too_fast(cadence_spm: float) -> QualityCheck:
    what = _("At the speed that was given, this would be {cadence:.0f} steps a minute.", cadence=cadence_spm)
    advice = _("Check how many times slower than life the clip plays, and that it was not sped up.")
    return check_result("true_speed", "refuse", what, advice)
