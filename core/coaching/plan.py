"""At most three things to work on, chosen by the written rule of `core/knowledge/plan.toml`.

The rule's words and points are data, and the page that shows a plan shows the rule. This module only applies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.coaching.home_tests import Person, Sides, asks, gap_counts
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.home_test_types import HomeTest
from core.knowledge.types import Because, Drill
from core.model.report import Finding

_BESIDE = {"below": marked("{test}, below the groups"), "above": marked("{test}, above the groups")}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a drill is in a plan: its origin in words, the points that it gives, and the link behind it."""

    ground: str
    points: int
    link: Because


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A drill of a plan, and every reason for it."""

    drill: Drill
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        """The sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The chosen drills, most points first.

    Attributes
    ----------
    starter : bool
        Whether no result led to a drill, so that these are the coach's drills for anyone.
    """

    chosen: tuple[Chosen, ...]
    starter: bool = False


def choose(
    findings: Sequence[Finding],
    tested: Mapping[str, Sides],
    person: Person,
    sitting_hours: float | None,
    knowledge: Knowledge,
) -> Plan:
    """Return the plan that the rule makes.

    Parameters
    ----------
    findings : sequence of Finding
        In the order in which the result shows them; a key that the knowledge no longer has is ignored.
    tested : mapping of str to Sides
        The result of each leg, by the test's key.
    person : Person
        Which groups the tests are compared with.
    sitting_hours : float or None
        Hours per day, if given.
    knowledge : Knowledge
        The rule, the links and the drills.
    """
    found: dict[str, list[Reason]] = {}
    for reason in (
        *_from_findings(findings, knowledge),
        *_from_tests(tested, person, knowledge),
        *_from_sitting(sitting_hours, knowledge),
    ):
        found.setdefault(reason.link.key, []).append(reason)
    if not found:
        start = (Reason(ground=_("A start for anyone"), points=0, link=link) for link in knowledge.plan.starter.drills)
        found = {reason.link.key: [reason] for reason in start}
        starter = True
    else:
        starter = False
    drills = [Chosen(drill=knowledge.drills[key], reasons=tuple(reasons)) for key, reasons in found.items()]
    drills.sort(key=lambda drill: -drill.points)  # stable: on a tie, the earlier drill comes first
    return Plan(chosen=tuple(drills[: knowledge.plan.most]), starter=starter)


def _from_findings(findings: Sequence[Finding], knowledge: Knowledge) -> Iterator[Reason]:
    points = {
        "below": knowledge.plan.points.figure_outside,
        "above": knowledge.plan.points.figure_outside,
        "too_close_to_call": knowledge.plan.points.figure_close,
    }
    for finding in findings:
        if finding.verdict not in points or finding.key not in knowledge.measures:
            continue
        figure = knowledge.measures[finding.key].name.lower()
        ground = _("Your {figure}", figure=figure)
        if finding.verdict == "too_close_to_call":
            ground = _("Your {figure}, too close to call", figure=figure)
        for link in knowledge.links_of(finding.key, finding.verdict).drills:
            yield Reason(ground=ground, points=points[finding.verdict], link=link)


def _from_tests(tested: Mapping[str, Sides], person: Person, knowledge: Knowledge) -> Iterator[Reason]:
    points = knowledge.plan.points
    for key, test in knowledge.tests.items():
        sides = tested.get(key, Sides())
        if any(asks(test, value, person) for value in sides.tested):
            yield from _of_test(test, _(_BESIDE[test.asks_when], test=test.name), points.test_below)
        if gap_counts(test, sides):
            yield from _of_test(test, _("{test}, your two sides", test=test.name), points.side_gap)


def _of_test(test: HomeTest, ground: str, points: int) -> Iterator[Reason]:
    for link in test.drills:
        yield Reason(ground=ground, points=points, link=link)


def _from_sitting(sitting_hours: float | None, knowledge: Knowledge) -> Iterator[Reason]:
    sitting = knowledge.general.sitting
    if sitting_hours is not None and sitting_hours >= sitting.long_hours:
        link = Because(key=sitting.drill, because=sitting.because, sources=sitting.sources)
        yield Reason(ground=_("Sitting"), points=knowledge.plan.points.long_sitting, link=link)


def rule_words(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the rule's sentences with its numbers filled in."""
    points = knowledge.plan.points
    numbers = {
        "most": knowledge.plan.most,
        "long_hours": f"{knowledge.general.sitting.long_hours:g}",
        "figure_outside": points.figure_outside,
        "figure_close": points.figure_close,
        "test_below": points.test_below,
        "side_gap": points.side_gap,
        "long_sitting": points.long_sitting,
    }
    return tuple(sentence.format(**numbers) for sentence in knowledge.plan.says)
