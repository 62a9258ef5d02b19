"""At most three things to work on, chosen by the written rule of `core/knowledge/plan.toml`.

The rule's words and points are data, and the page that shows a plan shows the rule. This module only applies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from core.coaching.home_tests import Person, Sides, asks, gap_counts
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.home_test_types import HomeTest
from core.knowledge.types import Because, Drill, Level
from core.model.report import Finding

_BESIDE = {"below": marked("{test}, below the groups"), "above": marked("{test}, above the groups")}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a drill is in a plan: its origin in words, the points that it gives, and the link behind it.

    `doubted` states that studies doubt the range behind it as a target.
    """

    ground: str
    points: int
    link: Because
    doubted: bool = False


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A drill of a plan, its dose in words for the runner's level, and every reason for it."""

    drill: Drill
    dose: str
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        """The sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)

    @property
    def optional(self) -> bool:
        """Whether nothing asks for this drill, or only a range that studies doubt."""
        return all(reason.doubted or not reason.points for reason in self.reasons)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The chosen drills, most points first.

    Attributes
    ----------
    level : Level
        Whose doses these are.
    starter : bool
        Whether nothing asks for a change, so that these are optional drills for anyone.
    """

    chosen: tuple[Chosen, ...]
    level: Level = "new"
    starter: bool = False


def choose(
    findings: Sequence[Finding],
    tested: Mapping[str, Sides],
    person: Person,
    sitting_hours: float | None,
    knowledge: Knowledge,
    level: Level = "new",
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
    level : Level
        Whose doses; a junior gets play, whatever was found.
    """
    if level == "junior":
        return _starter(knowledge.plan.junior.drills, (), knowledge, level)
    given = [*_from_findings(findings, knowledge), *_from_tests(tested, person, knowledge)]
    given += _from_sitting(sitting_hours, knowledge)
    reasons = [reason for reason in given if fits(knowledge.drills[reason.link.key], findings)]
    if not reasons:
        return _starter(knowledge.plan.starter.drills, findings, knowledge, level)
    reasons += _from_calf(findings, knowledge)
    return Plan(chosen=_best(reasons, knowledge, level), level=level)


def fits(drill: Drill, findings: Sequence[Finding]) -> bool:
    """Return whether no finding speaks against a drill."""
    verdicts = {finding.key: finding.verdict for finding in findings}
    return not any(verdicts.get(case.finding) in case.verdicts for case in drill.not_when)


def _best(reasons: Sequence[Reason], knowledge: Knowledge, level: Level) -> tuple[Chosen, ...]:
    """Return the drills with the most points; the calf's drill keeps a place if there is a reason for it."""
    found: dict[str, list[Reason]] = {}
    for reason in reasons:
        found.setdefault(reason.link.key, []).append(reason)
    drills = [_chosen(key, tuple(why), knowledge, level) for key, why in found.items()]
    drills.sort(key=lambda drill: -drill.points)  # stable: on a tie, the earlier drill comes first
    best, rest = drills[: knowledge.plan.most], drills[knowledge.plan.most :]
    calf = [drill for drill in rest if any(reason.link == knowledge.plan.calf for reason in drill.reasons)]
    return (*best[: len(best) - len(calf)], *calf)


def _chosen(key: str, reasons: tuple[Reason, ...], knowledge: Knowledge, level: Level) -> Chosen:
    drill = knowledge.drills[key]
    return Chosen(drill=drill, dose=drill.dose_for(level), reasons=reasons)


def _starter(links: Sequence[Because], findings: Sequence[Finding], knowledge: Knowledge, level: Level) -> Plan:
    """Return the optional drills for a runner to whom nothing is to be changed."""
    fitting = [link for link in links if fits(knowledge.drills[link.key], findings)]
    chosen = (
        _chosen(link.key, (Reason(ground=_("A start for anyone"), points=0, link=link),), knowledge, level)
        for link in fitting[: knowledge.plan.most]
    )
    return Plan(chosen=tuple(chosen), level=level, starter=True)


def points_of(finding: Finding, knowledge: Knowledge) -> int:
    """Return the points that a finding gives to each of its drills: none unless it is outside its range."""
    points = knowledge.plan.points
    if finding.verdict not in ("below", "above") or finding.key not in knowledge.measures:
        return 0
    if doubted(finding, knowledge):
        return points.optional
    return points.plain if finding.strength == "plain" else points.probable


def doubted(finding: Finding, knowledge: Knowledge) -> bool:
    """Return whether studies doubt the range of a finding as a target."""
    band = knowledge.bands.get(finding.key)
    return band is not None and band.mark is not None and band.mark.optional


def _from_findings(findings: Sequence[Finding], knowledge: Knowledge) -> Iterator[Reason]:
    for finding in findings:
        points = points_of(finding, knowledge)
        if not points:
            continue
        ground = _("Your {figure}", figure=knowledge.measures[finding.key].name.lower())
        for link in knowledge.links_of(finding.key, finding.verdict).drills:
            yield Reason(ground=ground, points=points, link=link, doubted=doubted(finding, knowledge))


def _from_calf(findings: Sequence[Finding], knowledge: Knowledge) -> Iterator[Reason]:
    """Yield the calf's own reason if a finding names the calf first."""
    trains = knowledge.drills[knowledge.plan.calf.key].muscles
    if any(finding.muscles and finding.muscles[0] in trains for finding in findings):
        yield Reason(ground=_("The calf"), points=knowledge.plan.points.calf, link=knowledge.plan.calf)


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
        power, points = knowledge.plan.sitting_power, knowledge.plan.points.sitting_power
        yield Reason(ground=_("Sitting"), points=points, link=power)


def rule_words(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the rule's sentences with its numbers filled in."""
    numbers = {
        **asdict(knowledge.plan.points),
        "most": knowledge.plan.most,
        "long_hours": f"{knowledge.general.sitting.long_hours:g}",
    }
    return tuple(sentence.format(**numbers) for sentence in knowledge.plan.says)
