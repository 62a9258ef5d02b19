"""The ranges of a measure at a runner's effort, pace and height: the coach's target range and what studies found."""

from __future__ import annotations

from core.i18n.message import Message
from core.i18n.message import message as _
from core.knowledge import Knowledge
from core.knowledge.targets import LeastMark, Mark, RangeMark, Reference
from core.model.amounts import clock
from core.model.measures import Measure, Measured, Unit
from core.model.report import KMH_OF_MPS, Answers, Band


def target_band(mark: Mark | None, answers: Answers) -> Band | None:
    """Return the coach's range, with the effort's place in it; None if he gives none."""
    if isinstance(mark, RangeMark):
        tick = mark.place.get(answers.effort) if answers.effort else None
        return Band(label=Message(mark.label), low=mark.low, high=mark.high, sources=mark.sources, tick=tick)
    if isinstance(mark, LeastMark):
        return Band(label=Message(mark.label), low=mark.least, sources=mark.sources)
    return None


def speed_error_mps(answers: Answers, speed: Measure | None) -> float:
    """Return the error of the speed that ranges are taken at: none for a pace that the runner gave, otherwise the clip's."""
    if answers.pace_s_per_km is not None or not isinstance(speed, Measured):
        return 0.0
    return speed.plus_minus / KMH_OF_MPS


def reference_band(
    reference: Reference | None, unit: Unit, answers: Answers, knowledge: Knowledge, error_mps: float = 0.0
) -> Band | None:
    """Return the range that studies found, if it has this unit and was found near the runner's pace or effort.

    A height moves it, if studies say how. An edge that depends on speed moves out by the error of the speed, `error_mps`.
    """
    if reference is None or reference.unit != unit or not _at_its_pace(reference, answers, knowledge):
        return None
    low = reference.low.at(answers.speed_mps or 0.0) - abs(reference.low.per_mps) * error_mps
    high = reference.high.at(answers.speed_mps or 0.0) + abs(reference.high.per_mps) * error_mps
    label, sources = reference.label, reference.sources
    if reference.height is not None and answers.height_cm is not None:
        shift = reference.height.shift(answers.height_cm)
        low, high, label = low + shift, high + shift, reference.height.label
        sources += tuple(key for key in reference.height.sources if key not in sources)
    return Band(label=Message(label), low=low, high=high, sources=sources)


def studies_end(reference: Reference | None, unit: Unit, answers: Answers, knowledge: Knowledge) -> Message | None:
    """Return a sentence if the runner's pace is beyond those of the studies, which have therefore no range for it."""
    if reference is None or reference.unit != unit or answers.speed_mps is None or reference.from_mps is None:
        return None
    if within_reach(answers.speed_mps, reference, knowledge):
        return None
    assert reference.to_mps is not None, "the loader asks for both speeds"
    slow, fast = (clock(1000 / speed) for speed in (reference.from_mps, reference.to_mps))
    if slow == fast:
        return _("No study that we read reaches your pace: its runners ran at {pace} per km.", pace=slow)
    return _(
        "No study that we read reaches your pace: its runners ran at {slow} to {fast} per km.", slow=slow, fast=fast
    )


def within_reach(speed_mps: float, reference: Reference, knowledge: Knowledge) -> bool:
    """Return whether a reference applies at a speed: at most `speed_reach_mps` beyond the speeds that were measured."""
    if reference.from_mps is None or reference.to_mps is None:
        return True
    reach = knowledge.general.speed_reach_mps
    return reference.from_mps - reach <= speed_mps <= reference.to_mps + reach


def _at_its_pace(reference: Reference, answers: Answers, knowledge: Knowledge) -> bool:
    """Return whether a reference is of the runner's pace; without a pace, the effort decides."""
    if answers.speed_mps is not None and reference.from_mps is not None:
        return within_reach(answers.speed_mps, reference, knowledge)
    if reference.needs_speed:
        return False
    return answers.effort is None or not reference.efforts or answers.effort in reference.efforts
