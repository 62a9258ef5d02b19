"""The meaning of the measures: each is compared with its target range, or described, and linked to what follows from it.

The numbers, the words and the links are in `core.knowledge`; this module only combines them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Formatter

from core.coaching.ranges import reference_band, speed_error_mps, studies_end, target_band
from core.coaching.verdicts import chance_above, strength_of, verdict_of
from core.i18n.message import Message, Rounded, joined
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.knowledge import Knowledge
from core.knowledge.targets import BandData, LeastMark, Mark, RangeMark, StudiesMark, UnusualMark
from core.knowledge.types import Because, MeasureText
from core.model.amounts import decimals, rounded
from core.model.measures import Measure, Measured, MeasureKey, Unit
from core.model.report import Answers, Band, Finding, Strength, Verdict


@dataclass(frozen=True, kw_only=True)
class _Context:
    """All that a finding can depend on, apart from its own measure; `answers` have the pace of the clip if the runner gave none."""

    measures: Mapping[MeasureKey, Measured]
    answers: Answers
    knowledge: Knowledge
    error_mps: float


def judge(measures: Mapping[MeasureKey, Measure], answers: Answers, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return a finding for each measure with a value, the most important one first.

    Parameters
    ----------
    measures : mapping of str to Measure
        The measures by their keys in the knowledge.
    answers : Answers
        Each used if it is given. Sitting changes words and order, never a verdict; under 18, everything is described.
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
    error_mps = speed_error_mps(answers, found.get("speed"))
    answers = answers.with_pace_of(found.get("speed"))
    order = list(found)
    if _sits_long(answers, knowledge):
        order.sort(key=lambda key: key != knowledge.general.sitting.finding)
    context = _Context(measures=found, answers=answers, knowledge=knowledge, error_mps=error_mps)
    return tuple(_finding(key, context) for key in order)


def _finding(key: MeasureKey, context: _Context) -> Finding:
    measure, answers, knowledge = context.measures[key], context.answers, context.knowledge
    text, data = knowledge.measures[key], knowledge.bands.get(key, BandData(key=key))
    if answers.under_18:
        says = joined(_filled(text.says, _values(measure, text, {})), Message(knowledge.general.young.says))
        return Finding(key=key, verdict="described", says=says, sources=text.sources)
    reference = reference_band(data.reference, measure.unit, answers, knowledge, context.error_mps)
    target = target_band(data.mark, answers)
    verdict, strength = _verdict(measure, data.mark, target, reference, context)
    bands = {"mark": reference if isinstance(data.mark, StudiesMark) else target, "range": reference}
    says = _says(verdict, strength, measure, data, bands, context)
    links = knowledge.links_of(key, verdict)
    drills = _keys(links.drills)
    grounds = [text.sources, data.sources]
    grounds += [ground.sources for ground in (data.mark, reference) if ground]
    grounds += [link.sources for link in links.muscles + links.tests + links.drills]
    sitting = knowledge.general.sitting
    if key == sitting.finding and verdict != "within" and _sits_long(answers, knowledge):
        says, drills = joined(says, Message(sitting.says)), _once((sitting.drill,), drills)
        grounds.append(sitting.sources)
    return Finding(
        key=key,
        verdict=verdict,
        strength=strength,
        says=says,
        mark=target,
        reference=reference,
        doubt=_optional(data.doubt),
        muscles=_keys(links.muscles),
        tests=_keys(links.tests),
        drills=drills,
        sources=_once(*grounds),
    )


def _verdict(
    measure: Measured, mark: Mark | None, target: Band | None, reference: Band | None, context: _Context
) -> tuple[Verdict, Strength]:
    """Return the verdict of a measure, and its strength."""
    described: tuple[Verdict, Strength] = ("described", "plain")
    held = reference if isinstance(mark, StudiesMark) else target
    if isinstance(mark, UnusualMark):
        strength = _unusual(measure, mark, reference, context)
        return ("above", strength) if strength else described
    if held is None:
        return described
    verdict, strength = verdict_of(measure.value, measure.plus_minus, held)
    if isinstance(mark, LeastMark) and context.answers.effort not in mark.efforts and verdict != "within":
        return described
    return verdict, strength


def _unusual(measure: Measured, mark: UnusualMark, reference: Band | None, context: _Context) -> Strength | None:
    """Return how sure it is that a measure is clearly above its reference range, and its partner too; None if it is not."""
    if reference is None:
        return None
    probabilities = [_chance_beyond(measure, reference, mark.beyond)]
    if mark.together is not None:
        other = context.measures.get(mark.together.key)
        data = context.knowledge.bands[mark.together.key].reference
        if other is None:
            return None
        beside = reference_band(data, other.unit, context.answers, context.knowledge, context.error_mps)
        probabilities.append(0.0 if beside is None else _chance_beyond(other, beside, mark.together.beyond))
    return strength_of(min(probabilities))


def _chance_beyond(measure: Measured, reference: Band, beyond: float) -> float:
    assert reference.high is not None, "a study's range has two ends"
    return chance_above(measure.value, measure.plus_minus, reference.high + beyond)


def _says(
    verdict: Verdict,
    strength: Strength,
    measure: Measured,
    data: BandData,
    bands: Mapping[str, Band | None],
    context: _Context,
) -> Message:
    """Return the sentences for this verdict, filled in; for a described measure, the reference range is included."""
    answers, knowledge = context.answers, context.knowledge
    text = knowledge.measures[data.key]
    values = _values(measure, text, bands)
    says = _filled(_sentence(verdict, text, data.mark, answers), values)
    if verdict == "described" and data.reference and values.get("range"):
        says = joined(says, _filled(data.reference.says, values))
    if strength == "probably":
        says = joined(says, Message(knowledge.general.probably))
    place = _place(data.mark, bands["mark"], text, measure.unit, answers, knowledge)
    end = studies_end(data.reference, measure.unit, answers, knowledge)
    for more in (place, end):
        says = joined(says, more) if more else says
    return says


def _sentence(verdict: Verdict, text: MeasureText, mark: Mark | None, answers: Answers) -> str:
    """Return the sentence of the knowledge for a verdict."""
    if mark is None:
        return text.says
    if isinstance(mark, LeastMark) and verdict == "within" and answers.effort not in mark.efforts:
        return mark.says.reached
    return mark.says.of(verdict)


def _place(
    mark: Mark | None, band: Band | None, text: MeasureText, unit: Unit, answers: Answers, knowledge: Knowledge
) -> Message | None:
    """Return where in the range the coach would have the runner's effort."""
    if not isinstance(mark, RangeMark) or band is None or band.tick is None or answers.effort is None:
        return None
    at = range_words(Band(label=band.label, low=band.tick, high=band.tick), text, unit)
    return Message(mark.place_words, {"place": at, "when": Message(knowledge.general.efforts[answers.effort])})


def _values(measure: Measured, text: MeasureText, bands: Mapping[str, Band | None]) -> dict[str, Message]:
    """Return what sentences can be filled with; the range of an unknown band is empty."""
    values = {name: range_words(band, text, measure.unit) for name, band in bands.items() if band}
    positive = measure.value >= 0
    words = {
        "figure": figure_words(measure, text),
        "direction": _optional(text.positive if positive else text.negative),
        "word": measure.word or _("cannot tell"),
    }
    return values | {name: word for name, word in words.items() if word}


def _filled(text: str, values: Mapping[str, Message]) -> Message:
    """Return a sentence of the knowledge with the values that it asks for."""
    asked = {name for _words, name, _format, _conversion in Formatter().parse(text) if name}
    return Message(text, {name: values.get(name, "") for name in sorted(asked)})


def _optional(text: str) -> Message | None:
    return Message(text) if text else None


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
