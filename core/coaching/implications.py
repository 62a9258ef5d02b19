"""What follows from a report: which muscles it concerns and which drills fit, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.coaching.plan import fits
from core.knowledge import Knowledge
from core.knowledge.types import Because, Links
from core.model.measures import MeasureKey
from core.model.report import Answers, Finding, Report

HEADLINES: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension")
"""The two measures at the top of the result."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An entry of the knowledge, and why a result leads to it: the key of each measure and the reason."""

    key: str
    reasons: tuple[tuple[MeasureKey, str], ...]


OUTSIDE = ("below", "above")
"""The verdicts that ask for a drill."""


def _collect(
    report: Report, known: Knowledge, pick: Callable[[Links], tuple[Because, ...]], verdicts: tuple[str, ...] = ()
) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for finding in report.findings:
        if verdicts and finding.verdict not in verdicts:
            continue
        # A measure that is only described shows nothing particular about this runner, unless it is a headline.
        if finding.verdict == "described" and finding.key not in HEADLINES:
            continue
        for link in pick(known.links_of(finding.key, finding.verdict)):
            before = found[link.key].reasons if link.key in found else ()
            found[link.key] = Asked(key=link.key, reasons=(*before, (finding.key, link.because)))
    return found


def muscles(report: Report, known: Knowledge) -> dict[str, Asked]:
    """Return the muscles that a result concerns, in the order of the findings, by key."""
    return _collect(report, known, lambda links: links.muscles)


def tests(report: Report, known: Knowledge) -> dict[str, Asked]:
    """Return the home tests that a result leads to, in the order of the findings, by key; they are for adults."""
    return {} if report.answers.under_18 else _collect(report, known, lambda links: links.tests)


def drills(report: Report, known: Knowledge) -> dict[str, Asked]:
    """Return the drills that measures outside their range lead to, in the order of the findings, by key."""
    asked = _collect(report, known, lambda links: links.drills, OUTSIDE)
    return {key: drill for key, drill in asked.items() if fits(known.drills[key], report.findings)}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A part of a chain: muscles, the home tests that check them, and the drills that train them."""

    muscles: tuple[Because, ...]
    tests: tuple[Because, ...] = ()
    drills: tuple[Because, ...] = ()


def chain(finding: Finding, known: Knowledge, answers: Answers | None = None) -> tuple[Step, ...]:
    """Return what follows from a finding as a chain: a muscle, the test that checks it, the drill that trains it.

    The chain contains every link of the knowledge once. Muscles with the same tests and drills form one step. A test or drill
    belongs to the first muscle that it is for. Muscles without a test or drill come last. After a long day of sitting, the step
    with the coach's first drill comes first. Under 18 it ends at the muscles.
    """
    links = known.links_of(finding.key, finding.verdict)
    if answers is not None and answers.under_18:
        links = Links(muscles=links.muscles)
    muscles = {link.key: link for link in reversed(links.muscles)}
    tests, drills = ({link.key: link for link in reversed(part)} for part in (links.tests, links.drills))
    groups: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for link in links.muscles:
        for_it = (
            frozenset(key for key in tests if link.key in known.tests[key].muscles),
            frozenset(key for key in drills if link.key in known.drills[key].muscles),
        )
        group = groups.setdefault(for_it, [])
        if link.key not in group:
            group.append(link.key)
    steps: list[Step] = []
    for (its_tests, its_drills), keys in sorted(
        groups.items(), key=lambda group: group[0] == (frozenset(), frozenset())
    ):
        last = len(steps) == len(groups) - 1
        step = Step(
            muscles=tuple(muscles[key] for key in keys),
            tests=tuple(
                tests.pop(link.key) for link in links.tests if link.key in tests and (last or link.key in its_tests)
            ),
            drills=tuple(
                drills.pop(link.key) for link in links.drills if link.key in drills and (last or link.key in its_drills)
            ),
        )
        steps.append(step)
    sitting = known.general.sitting
    if answers is not None and finding.key == sitting.finding and (answers.sitting_hours or 0) >= sitting.long_hours:
        steps.sort(key=lambda step: sitting.drill not in {link.key for link in step.drills})
    return tuple(steps)


def explained(report: Report, known: Knowledge) -> tuple[Finding, ...]:
    """Return the findings that have muscles: compared before described, and in each group the finding of long sitting first."""
    sits_long = (report.answers.sitting_hours or 0) >= known.general.sitting.long_hours
    return tuple(
        sorted(
            (finding for finding in report.findings if known.links_of(finding.key, finding.verdict).muscles),
            key=lambda f: (f.verdict == "described", not (sits_long and f.key == known.general.sitting.finding)),
        )
    )


def finding_of(report: Report, key: MeasureKey) -> Finding | None:
    """Return the finding of a measure, or None."""
    return next((finding for finding in report.findings if finding.key == key), None)


def marked(report: Report) -> tuple[Finding, ...]:
    """Return the findings, other than the headlines, whose measure is compared with a range."""
    return tuple(f for f in report.findings if f.key not in HEADLINES and f.verdict != "described")
