"""The last check: a report with a measure that no runner can have, or with measures that contradict each other, is not shown.

The limits of each measure are in `core.gait.definitions`. Each is beyond what any runner does, even with errors added. It does not
judge the runner: a measure outside means that something in the clip was misread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

import numpy as np

from core import knowledge
from core.errors import Refused
from core.gait.definitions import MEASURES
from core.i18n.message import Message
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.model import amounts
from core.model.measures import Measure, Measured, MeasureKey, Missing, value_of

log = logging.getLogger(__name__)

STRIDES_SCATTER = 0.15
"""Standard deviation of the strides' times over their mean: a runner's own is 0.01 to 0.03."""

STRIDES_OFF = 0.15
"""Largest difference between the strides' mean time and the legs' period, as a share."""

KNEE_MARGIN_DEG = 10.0
"""A knee's largest bend in a phase may be this much less than its bend at an instant of that phase, because of event errors."""

ADVICE = _("Film one runner from the side, upright, in good light, with nobody and nothing in front of the legs.")


def check_plausible(measures: Mapping[MeasureKey, Measure]) -> None:
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


def _impossible(measures: Mapping[MeasureKey, Measure]) -> Iterator[tuple[str, Message]]:
    """Yield each impossibility twice: as text for the log, and as a message for the runner."""
    for key, definition in MEASURES.items():
        measure = measures.get(key)
        if not isinstance(measure, Measured):
            continue
        low, high = definition.limits
        if not low <= measure.value <= high:
            yield f"{key} {measure.value:.3g}: {low:g}-{high:g}", _one_figure(key, measure)
    uneven = _(
        "What was measured in this clip contradicts itself: its strides last very different times. "
        "It may play at more than one speed, or hide the legs."
    )
    yield from ((reason, uneven) for reason in _uneven_strides(measures))
    yield from (
        (reason, _("What was measured in this clip contradicts itself.")) for reason in _contradictions(measures)
    )


def _one_figure(key: MeasureKey, measure: Measured) -> Message:
    return _(
        "{figure}: {value} was measured in this clip, which no runner can have.",
        figure=Message(knowledge.load(language=WRITTEN_IN).measures[key].name),
        value=amounts.amount(measure.value, measure.unit, measure.plus_minus),
    )


def _uneven_strides(measures: Mapping[MeasureKey, Measure]) -> Iterator[str]:
    """Yield the strides' times with their scatter or with another cadence, for the log."""
    one = measures["cadence"]
    strides_s, cadence = 120 / np.array([] if isinstance(one, Missing) else one.per_stride), value_of(one)
    if len(strides_s) > 1 and strides_s.std(ddof=1) > STRIDES_SCATTER * strides_s.mean():
        yield f"cadence.per_stride: {np.round(strides_s, 3).tolist()}"
    if len(strides_s) > 0 and cadence is not None and abs(strides_s.mean() * cadence / 120 - 1) > STRIDES_OFF:
        yield f"cadence.per_stride, cadence: {strides_s.mean():.3f}, {cadence:.0f}"


def _contradictions(measures: Mapping[MeasureKey, Measure]) -> Iterator[str]:
    """Yield the measures that contradict each other with their values, for the log."""
    stance, contact = value_of(measures["knee_flexion_stance"]), value_of(measures["knee_flexion_contact"])
    if stance is not None and contact is not None and stance < contact - KNEE_MARGIN_DEG:
        yield f"knee_flexion_stance, knee_flexion_contact: {stance:.0f}, {contact:.0f}"
    swing = value_of(measures["heel_recovery"])
    if swing is not None and stance is not None and swing < stance - KNEE_MARGIN_DEG:
        yield f"heel_recovery, knee_flexion_stance: {swing:.0f}, {stance:.0f}"
    furthest, at_toe_off = value_of(measures["leg_extension"]), value_of(measures["leg_extension_at_toe_off"])
    if furthest is not None and at_toe_off is not None and furthest < at_toe_off - KNEE_MARGIN_DEG:
        yield f"leg_extension, leg_extension_at_toe_off: {furthest:.0f}, {at_toe_off:.0f}"
