"""The answer to "how am I running, and what do I do?": one thing that is good, one worth trying, one that is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.coaching.home_tests import Person
from core.coaching.implications import HEADLINES
from core.coaching.level import level_of
from core.coaching.plan import Chosen, Plan, choose
from core.knowledge import Knowledge
from core.model.measures import MeasureKey, Missing
from core.model.report import Finding, Report

Unknown = Literal["too_close", "missing", "strength"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The three parts of an answer.

    Attributes
    ----------
    good : Finding or None
        A measure within its range, the surest first; None if there is none.
    worth_trying : Chosen or None
        The first drill of the plan that is this runner's own; None if there is nothing to change.
    unknown : Unknown
        Why the clip cannot tell something; 'strength' if it told all that it can.
    unknown_key : MeasureKey or None
        The measure that is too close to call or missing.
    """

    good: Finding | None
    worth_trying: Chosen | None
    unknown: Unknown
    unknown_key: MeasureKey | None = None


def plan_of(report: Report, known: Knowledge) -> Plan:
    """Return the plan of a result alone, without home tests: what its page and its training ideas show."""
    person = Person()
    level = level_of(person, known, under_18=report.answers.under_18)
    return choose(report.findings, {}, person, report.answers.sitting_hours, known, level)


def answer(report: Report, known: Knowledge) -> Answer:
    """Return the answer of a result."""
    within = [finding for finding in report.findings if finding.verdict == "within" and finding.key in known.measures]
    within.sort(key=lambda finding: finding.strength != "plain")  # stable: then in the order of the findings
    plan = plan_of(report, known)
    unknown, key = _unknown(report, known)
    return Answer(
        good=within[0] if within else None,
        worth_trying=_worth_trying(plan, known),
        unknown=unknown,
        unknown_key=key,
    )


def _worth_trying(plan: Plan, known: Knowledge) -> Chosen | None:
    """Return the first drill that something of this runner asks for, one that is not optional before others."""
    own = [chosen for chosen in plan.chosen if any(reason.link != known.plan.calf for reason in chosen.reasons)]
    own.sort(key=lambda chosen: chosen.optional)  # stable: then in the order of the plan
    return own[0] if own and not plan.starter else None


def _unknown(report: Report, known: Knowledge) -> tuple[Unknown, MeasureKey | None]:
    """Return what a clip could not tell: a headline first, then what is too close to call, then what is missing."""
    close = [f.key for f in report.findings if f.verdict == "too_close_to_call" and f.key in known.measures]
    missing = [key for key in known.measures if isinstance(report.measures.get(key), Missing)]
    for key in (*HEADLINES, *close, *missing):
        if key in close:
            return "too_close", key
        if key in missing:
            return "missing", key
    return "strength", None
