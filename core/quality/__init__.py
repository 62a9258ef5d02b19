"""Named checks of whether a clip is good enough; each refusal gives one remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.quality.body_checks import check_upright
    from core.quality.checks import check_body
    from core.quality.leg_checks import check_strides
    from core.quality.live_cadence import CadenceSoFar
    from core.quality.plausibility import check_plausible
    from core.quality.screening import LiveScreening, Screening, live_screening, screen
    from core.quality.speed_checks import check_speed
    from core.quality.tracking_noise import unrest, wider
else:
    __getattr__, __dir__ = lazily(
        __name__,
        body_checks="check_upright",
        checks="check_body",
        leg_checks="check_strides",
        live_cadence="CadenceSoFar",
        plausibility="check_plausible",
        screening="Screening LiveScreening screen live_screening",
        speed_checks="check_speed",
        tracking_noise="unrest wider",
    )

__all__ = [
    "CadenceSoFar",
    "LiveScreening",
    "Screening",
    "check_body",
    "check_plausible",
    "check_speed",
    "check_strides",
    "check_upright",
    "live_screening",
    "screen",
    "unrest",
    "wider",
]
