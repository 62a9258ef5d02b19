"""The last check: a report with a measure that no runner can have, or with measures that contradict each other, is not shown.

Each limit is beyond what any runner does, even with errors added. It does not judge the runner: a measure outside means that
something in the clip was misread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from core import knowledge
from core.errors import Refused
from core.i18n.message import Message
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.model import amounts
from core.model.report import Measure

log = logging.getLogger(__name__)

LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "trunk_lean": (-45.0, 45.0),
        "leg_extension": (-20.0, 60.0),
        "leg_extension_at_toe_off": (-30.0, 60.0),
        "hip_ankle_extension": (-15.0, 65.0),
        "hip_bend": (-60.0, 60.0),
        "cadence": (100.0, 300.0),
        "contact_time": (50.0, 600.0),
        "flight_time": (0.0, 500.0),
        "duty_factor": (15.0, 65.0),
        "knee_flexion_contact": (-20.0, 80.0),
        "knee_flexion_stance": (0.0, 80.0),
        "shank_angle_contact": (-45.0, 45.0),
        "overstride": (-0.5, 0.8),
        "foot_strike": (-80.0, 80.0),
        "heel_recovery": (20.0, 175.0),
        "knee_drive": (-20.0, 110.0),
        "vertical_ratio": (0.0, 0.5),
        "asymmetry": (-60.0, 60.0),
    }
)
"""The least and the greatest possible value of each measure, in its unit."""

BOUNCE_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType({"ratio": (0.0, 0.4), "cm": (0.0, 35.0)})
"""The limits of `vertical_oscillation`, which has two units."""

STRIDES_SCATTER = 0.15
"""Standard deviation of the strides' times over their mean: a runner's own is 0.01 to 0.03."""

STRIDES_OFF = 0.15
"""Largest difference between the strides' mean time and the legs' period, as a share."""

KNEE_MARGIN_DEG = 10.0
"""A knee's largest bend in a phase may be this much less than its bend at an instant of that phase, because of event errors."""

ADVICE = _("Film one runner from the side, upright, in good light, with nobody and nothing in front of the legs.")


def check_plausible(measures: Mapping[str, Measure]) -> None:
    """Check that a runner can have these measures, and that they agree with each other.

    Parameters
    ----------
    measures : mapping of str to Measure
        The report's measures; missing ones are skipped.

    Raises
    ------
    Refused
        `plausible` for the first impossible measure; the reason is logged.
    """
    for reason, what in _impossible(measures):
        log.info("implausible: %s", reason)
        raise Refused("plausible", what, ADVICE)


def _impossible(measures: Mapping[str, Measure]) -> Iterator[tuple[str, Message]]:
    """Yield each impossibility twice: as text for the log, and as a message for the runner."""
    limits = {**LIMITS, "vertical_oscillation": BOUNCE_LIMITS[measures["vertical_oscillation"].unit]}
    for key, (low, high) in limits.items():
        value = measures[key].value
        if value is not None and not low <= value <= high:
            yield f"{key} {value:.3g}: {low:g}-{high:g}", _one_figure(key, measures[key])
    yield from (
        (reason, _("What was measured in this clip contradicts itself.")) for reason in _contradictions(measures)
    )


def _one_figure(key: str, measure: Measure) -> Message:
    assert measure.value is not None, "only a measure with a value can be impossible"
    return _(
        "{figure}: {value} was measured in this clip, which no runner can have.",
        figure=Message(knowledge.load(language=WRITTEN_IN).measures[key].name),
        value=amounts.amount(measure.value, measure.unit, measure.plus_minus),
    )


def _contradictions(measures: Mapping[str, Measure]) -> Iterator[str]:
    """Yield the measures that contradict each other with their values, for the log."""
    strides_s = 120 / np.array(measures["cadence"].per_stride)
    cadence = measures["cadence"].value
    if len(strides_s) > 1 and strides_s.std(ddof=1) > STRIDES_SCATTER * strides_s.mean():
        yield f"cadence.per_stride: {np.round(strides_s, 3).tolist()}"
    if len(strides_s) > 0 and cadence is not None and abs(strides_s.mean() * cadence / 120 - 1) > STRIDES_OFF:
        yield f"cadence.per_stride, cadence: {strides_s.mean():.3f}, {cadence:.0f}"
    stance, contact = (measures[key].value for key in ("knee_flexion_stance", "knee_flexion_contact"))
    if stance is not None and contact is not None and stance < contact - KNEE_MARGIN_DEG:
        yield f"knee_flexion_stance, knee_flexion_contact: {stance:.0f}, {contact:.0f}"
    swing = measures["heel_recovery"].value
    if swing is not None and stance is not None and swing < stance - KNEE_MARGIN_DEG:
        yield f"heel_recovery, knee_flexion_stance: {swing:.0f}, {stance:.0f}"
    furthest, at_toe_off = (measures[key].value for key in ("leg_extension", "leg_extension_at_toe_off"))
    if furthest is not None and at_toe_off is not None and furthest < at_toe_off - KNEE_MARGIN_DEG:
        yield f"leg_extension, leg_extension_at_toe_off: {furthest:.0f}, {at_toe_off:.0f}"
