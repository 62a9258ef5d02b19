"""From landmarks to legs, events, angles and measures with their errors: the measuring core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.gait.angles import Angles, angle_series
    from core.gait.body import both_sides, view_angle_deg
    from core.gait.camera_roll import Roll, combined_roll, levelled, roll_of_lines, roll_of_toe
    from core.gait.definitions import MEASURES, MeasureDefinition, measure
    from core.gait.estimates import usable_strides
    from core.gait.event_correction import EventCorrections
    from core.gait.events import Stride, find_events, stride_s, strides_of
    from core.gait.legs import identify_legs
    from core.gait.signals import low_pass
    from core.gait.stride_period import stride_period_s
else:
    __getattr__, __dir__ = lazily(
        __name__,
        angles="Angles angle_series",
        body="both_sides view_angle_deg",
        camera_roll="Roll combined_roll levelled roll_of_lines roll_of_toe",
        definitions="MEASURES MeasureDefinition measure",
        estimates="usable_strides",
        event_correction="EventCorrections",
        events="Stride find_events stride_s strides_of",
        legs="identify_legs",
        signals="low_pass",
        stride_period="stride_period_s",
    )

__all__ = [
    "MEASURES",
    "Angles",
    "EventCorrections",
    "MeasureDefinition",
    "Roll",
    "Stride",
    "angle_series",
    "both_sides",
    "combined_roll",
    "find_events",
    "identify_legs",
    "levelled",
    "low_pass",
    "measure",
    "roll_of_lines",
    "roll_of_toe",
    "stride_period_s",
    "stride_s",
    "strides_of",
    "usable_strides",
    "view_angle_deg",
]
