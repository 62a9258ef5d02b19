"""The meaning of the measures: each is compared with its target range, or described, and linked to what follows from it.

The numbers, the words and the links are in `core.knowledge`; this module only combines them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from string import Formatter

from core.i18n.message import Message, Rounded, joined
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.knowledge import Knowledge
from core.knowledge.targets import BandData, EffortMark, Mark, MostMark, Reference, SpeedMark, StudiesMark
from core.knowledge.types import Because, MeasureText
from core.model.amounts import decimals, rounded
from core.model.measures import Measure, Measured, MeasureKey, Unit
from core.model.report import Answers, Band, Finding, Verdict


def judge(measures: Mapping[MeasureKey, Measure], answers: Answers, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return a finding for each measure with a value, the most important one first.

    Parameters
    ----------
    measures : mapping of str to Measure
        The measures by their keys in the knowledge.
    answers : Answers
        Effort, pace and sitting hours, each used if it is given. Sitting changes words and order, never a verdict.
    knowledge : Knowledge
        Target ranges, reference ranges, words and links, in English: its sentences are the ids of the findings' messages.

    Returns
    -------
    tuple of Finding
        In the order of the knowledge's measures; if the runner sits for many hours, leg extension comes first.

    Raises
    ------
    KeyError
        If the knowledge does not explain a measure.
    ValueError
        If the knowledge is not in English.
    """
    if knowledge.language != WRITTEN_IN:
        raise ValueError("findings are made from English knowledge: its sentences are the ids of their messages")
    if unexplained := measures.keys() - knowledge.measures.keys():
        raise KeyError(f"the knowledge does not explain {sorted(unexplained)}")
    found = {key: one for key in knowledge.measures if isinstance(one := measures.get(key), Measured)}
    order = list(found)
    if _sits_long(answers, knowledge):
        order.sort(key=lambda key: key != knowledge.general.sitting.finding)
    return tuple(_finding(key, found[key], answers, knowledge) for key in order)


def verdict_of(value: float, plus_minus: float, band: Band) -> Verdict:
    """Return the position of a value relative to a range; a value on an edge is within.

    Returns
    -------
    {'below', 'within', 'above', 'too_close_to_call'}
        The last one if an edge is within `plus_minus` of `value`.
    """
    for edge in (band.low, band.high):
        if edge is not None and value - plus_minus < edge < value + plus_minus:
            return "too_close_to_call"
    if band.low is not None and value < band.low:
        return "below"
    return "above" if band.high is not None and value > band.high else "within"


def _finding(key: MeasureKey, measure: Measured, answers: Answers, knowledge: Knowledge) -> Finding:
    text, data = knowledge.measures[key], knowledge.bands.get(key, BandData(key=key))
    reference = _reference_band(data.reference, measure, answers, knowledge)
    held, when = _held(data.mark, reference, answers, knowledge)
    verdict = "described" if held is None else verdict_of(measure.value, measure.plus_minus, held)
    says = _says(verdict, measure, text, data, {"mark": held, "range": reference}, when)
    links = knowledge.links_of(key, verdict)
    drills = _keys(links.drills)
    grounds = [text.sources, data.sources]
    grounds += [ground.sources for ground in (data.mark, reference) if ground]
    grounds += [link.sources for link in links.muscles + links.tests + links.drills]
    sitting = knowledge.general.sitting
    if key == sitting.finding and verdict in ("below", "too_close_to_call") and _sits_long(answers, knowledge):
        says, drills = joined(says, Message(sitting.says)), _once((sitting.drill,), drills)
        grounds.append(sitting.sources)
    return Finding(
        key=key,
        verdict=verdict,
        says=says,
        mark=_shown(data.mark, held, answers),
        reference=reference,
        doubt=_optional(data.doubt),
        muscles=_keys(links.muscles),
        tests=_keys(links.tests),
        drills=drills,
        sources=_once(*grounds),
    )


def _says(
    verdict: Verdict,
    measure: Measured,
    text: MeasureText,
    data: BandData,
    bands: Mapping[str, Band | None],
    when: Message | None,
) -> Message:
    """Return the sentences for this verdict, filled in; for a described measure, the reference range is included."""
    values: dict[str, Message | None] = {
        name: range_words(band, text, measure.unit) if band else None for name, band in bands.items()
    }
    values |= {
        "figure": figure_words(measure, text),
        "direction": _optional(text.positive if measure.value >= 0 else text.negative),
        "word": measure.word or _("cannot tell"),
        "when": when,
    }
    says = _filled(data.mark.says.of(verdict) if data.mark else text.says, values)
    if verdict == "described" and data.reference and values["range"]:
        says = joined(says, _filled(data.reference.says, values))
    return says


def _filled(text: str, values: Mapping[str, Message | None]) -> Message:
    """Return a sentence of the knowledge with the values that it asks for."""
    asked = {name for _words, name, _format, _conversion in Formatter().parse(text) if name}
    return Message(text, {name: values[name] or "" for name in sorted(asked)})


def _optional(text: str) -> Message | None:
    return Message(text) if text else None


def _held(
    mark: Mark | None,
    reference: Band | None,
    answers: Answers,
    knowledge: Knowledge,
) -> tuple[Band | None, Message | None]:
    """Return the range that the measure is compared with, None if too little is known, and words for when it applies."""
    if isinstance(mark, EffortMark):
        return _effort_band(mark, answers, knowledge)
    if isinstance(mark, SpeedMark):
        return _speed_band(mark, answers, knowledge)
    if isinstance(mark, MostMark):
        return Band(label=Message(mark.label), high=mark.most, sources=mark.sources), None
    if isinstance(mark, StudiesMark):
        return reference, None
    return None, None


def _shown(mark: Mark | None, held: Band | None, answers: Answers) -> Band | None:
    """Return the coach's target range to show next to a measure.

    Without a pace it is the one for marathon pace, even if the measure is not compared with it.
    """
    if isinstance(mark, StudiesMark):
        return None
    if held is None and isinstance(mark, SpeedMark) and answers.speed_mps is None:
        return _without_pace(mark)
    return held


def _without_pace(mark: SpeedMark) -> Band:
    return Band(label=_for(mark.label, Message(mark.without_pace_words)), low=mark.least, sources=mark.sources)


def _for(label: str, when: Message) -> Message:
    return _("{label} for {when}", label=Message(label), when=when)


def _effort_band(mark: EffortMark, answers: Answers, knowledge: Knowledge) -> tuple[Band, Message]:
    low, high = mark.any_effort
    when = Message(mark.any_effort_words)
    if answers.effort is not None:
        centre = mark.centre[answers.effort]
        low, high = centre - mark.tolerance, centre + mark.tolerance
        when = Message(knowledge.general.efforts[answers.effort])
    return Band(label=_for(mark.label, when), low=low, high=high, sources=mark.sources), when


def _speed_band(mark: SpeedMark, answers: Answers, knowledge: Knowledge) -> tuple[Band | None, Message | None]:
    speed_mps = answers.speed_mps
    if speed_mps is None:
        held = answers.effort in mark.efforts_without_pace
        return (_without_pace(mark), Message(mark.without_pace_words)) if held else (None, None)
    if not _within_reach(speed_mps, mark, knowledge):
        return None, None
    least, when = mark.least + mark.per_mps * (speed_mps - mark.at_mps), Message(mark.with_pace_words)
    return Band(label=_for(mark.label, when), low=least, sources=mark.sources), when


def _reference_band(
    reference: Reference | None, measure: Measured, answers: Answers, knowledge: Knowledge
) -> Band | None:
    """Return the reference range, if it has this unit; a sloped one only if the speed is known and near the studied speeds.

    A constant range is shown at any speed, under a label that names its runners.
    """
    if reference is None or reference.unit != measure.unit:
        return None
    speed_mps = answers.speed_mps
    if reference.needs_speed and (speed_mps is None or not _within_reach(speed_mps, reference, knowledge)):
        return None
    low, high = (line.at(speed_mps or 0.0) for line in (reference.low, reference.high))
    return Band(label=Message(reference.label), low=low, high=high, sources=reference.sources)


def _within_reach(speed_mps: float, line: SpeedMark | Reference, knowledge: Knowledge) -> bool:
    """Return whether a line applies at a speed: at most `speed_reach_mps` beyond the speeds that it was fitted to."""
    assert line.from_mps is not None, "the loader asks every slope for its speeds"
    assert line.to_mps is not None, "the loader asks every slope for its speeds"
    reach = knowledge.general.speed_reach_mps
    return line.from_mps - reach <= speed_mps <= line.to_mps + reach


def _sits_long(answers: Answers, knowledge: Knowledge) -> bool:
    return answers.sitting_hours is not None and answers.sitting_hours >= knowledge.general.sitting.long_hours


def figure_words(measure: Measured, text: MeasureText) -> Message:
    """Return a measure with its error and unit, such as '7.3 ± 1.6 degrees'; a sign that has a word is not shown."""
    shown = replace(measure, value=abs(measure.value)) if text.positive else measure
    value, error = rounded(shown)
    return _("{value} ± {error} {unit}", value=value, error=error, unit=_unit_words(text, measure.unit))


def range_words(band: Band, text: MeasureText, unit: Unit) -> Message:
    """Return a range in words, such as '5 to 10 degrees', '18 degrees or more', 'about 28 degrees'."""
    low, high = (None if edge is None else _edge(edge, decimals(unit)) for edge in (band.low, band.high))
    words = _unit_words(text, unit)
    if low is None:
        return _("{high} {unit} or less", high=high, unit=words)
    if high is None:
        return _("{low} {unit} or more", low=low, unit=words)
    if str(low) == str(high):
        return _("about {low} {unit}", low=low, unit=words)
    return _("{low} to {high} {unit}", low=low, high=high, unit=words)


def _edge(edge: float, most_decimals: int) -> Rounded:
    """Return an edge of a range with as few decimals as show it."""
    full = round(edge, most_decimals)
    return Rounded(edge, next(n for n in range(most_decimals + 1) if round(edge, n) == full))


def _unit_words(text: MeasureText, unit: str) -> Message | str:
    return Message(text.unit_words) if unit == text.unit else unit


def _keys(links: tuple[Because, ...]) -> tuple[str, ...]:
    return _once(tuple(link.key for link in links))


def _once(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of all groups, each once, in order of first occurrence."""
    return tuple(dict.fromkeys(key for group in groups for key in group))
