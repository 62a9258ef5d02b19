"""Named checks of what the legs show after they are identified: enough strides, told apart, tracked well, a level camera."""

from __future__ import annotations

import numpy as np

from core.errors import CheckKey
from core.gait.camera_roll import Roll
from core.gait.estimates import SURE_LEGS
from core.i18n.message import message as _
from core.model.measures import Z90
from core.model.report import QualityCheck
from core.model.tracks import SideTrack
from core.quality.body_checks import CLEAR_ADVICE, check_result, not_clear, passed
from core.quality.leg_rhythm import SPRINT_SPM
from core.quality.speed_checks import check_speed
from core.quality.tracking_noise import OFTEN_EXCHANGED, TOO_MUCH, USUAL, unrest

FEW_STRIDES, MANY_STRIDES = 1, 6


def check_strides(
    side: SideTrack, stride_s: float, n_strides: int, roll: Roll | None = None, *, slow_motion: float = 1.0
) -> list[QualityCheck]:
    """Check what the legs show after they are identified.

    Raises
    ------
    Refused
        With the key of the first check that refuses.
    """
    followed = _followed(side, stride_s)
    rest = (_enough(n_strides, stride_s), _told_apart(side), _level(roll))
    return [check_speed(stride_s, slow_motion), *(passed(check) for check in rest), *followed]


def _enough(n_strides: int, stride_s: float) -> QualityCheck:
    key: CheckKey = "enough_strides"
    more_s = int(np.ceil((MANY_STRIDES - n_strides) * stride_s)) + 1
    advice = _(
        "Film about {seconds} seconds more of running; a treadmill or a friend who pans along helps.", seconds=more_s
    )
    if n_strides < FEW_STRIDES:
        return check_result(
            key, "refuse", _("The clip does not show one whole stride of the leg nearest the camera."), advice
        )
    if n_strides < MANY_STRIDES:
        what = _("Only {n} strides of the near leg could be measured.", n=n_strides)
        if n_strides == 1:
            what = _("Only one stride of the near leg could be measured.")
        return check_result(key, "warn", what, advice)
    return check_result(key, "pass", _("{n} strides of the near leg were measured.", n=n_strides))


def _told_apart(side: SideTrack) -> QualityCheck:
    key: CheckKey = "legs_told_apart"
    if side.confidence < SURE_LEGS:
        what = _("Left and right leg could not be told apart for much of the clip.")
        return check_result(key, "warn", what, _("More light, and shorts or socks of two colours, help."))
    return check_result(key, "pass", _("Left and right leg were told apart."))


def _followed(side: SideTrack, stride_s: float) -> list[QualityCheck]:
    """Check how surely the body was tracked; return no check if the tracking was good.

    If both legs are one blur, a step is mistaken for a stride: such a clip was not sped up.
    """
    restless = unrest(side, stride_s) or 0.0
    if restless <= USUAL or side.repaired <= OFTEN_EXCHANGED:
        return []
    if restless > TOO_MUCH or 120 / stride_s > SPRINT_SPM:
        return [passed(not_clear())]
    what = _("The runner cannot be seen clearly, so every figure has a larger error.")
    return [check_result("clear_enough", "warn", what, CLEAR_ADVICE)]


def _level(roll: Roll | None) -> QualityCheck:
    key: CheckKey = "level"
    if roll is None:
        return check_result(key, "pass", _("Whether the phone was level could not be told from this clip."))
    error = Z90 * roll.sd_deg
    if roll.clear:
        what = _(
            "The picture is tilted by about {tilt:.0f} degrees, give or take {error:.0f}. Every angle was corrected for it.",
            tilt=abs(roll.value_deg),
            error=error,
        )
        return check_result(key, "warn", what, _("Use the level or the grid of your camera."))
    what = _("No tilt of the phone was seen, give or take {error:.0f} degrees.", error=error)
    return check_result(key, "pass", what)
