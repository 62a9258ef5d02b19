"""What follows from a report: which muscles it asks of and which drills fit, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.knowledge import Knowledge
from core.knowledge.types import Because, Links
from core.model import Finding, Report

HEADLINES = ("trunk_lean", "leg_extension")
"""The two figures that lead the result."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An entry of the knowledge, and why a result leads to it: figure's key and reason."""

    key: str
    reasons: tuple[tuple[str, str], ...]


def _collect(report: Report, known: Knowledge, pick: Callable[[Links], tuple[Because, ...]]) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for finding in report.findings:
        # A figure that is only described says nothing about this runner in particular, unless it leads the result.
        if finding.verdict == "described" and finding.key not in HEADLINES:
            continue
        for link in pick(known.links_of(finding.key, finding.verdict)):
            before = found[link.key].reasons if link.key in found else ()
            found[link.key] = Asked(key=link.key, reasons=(*before, (finding.key, link.because)))
    return found


def muscles(report: Report, known: Knowledge) -> dict[str, Asked]:
    """Return the muscles that a result asks of, in the order of the findings, by key."""
    return _collect(report, known, lambda links: links.muscles)


def tests(report: Report, known: Knowledge) -> dict[str, Asked]:
    """Return the home tests that a result leads to, in the order of the findings, by key."""
    return _collect(report, known, lambda links: links.tests)


def drills(report: Report, known: Knowledge) -> dict[str, Asked]:
    """Return the drills that fit a result, in the order of the findings, by key."""
    return _collect(report, known, lambda links: links.drills)


def finding_of(report: Report, key: str) -> Finding | None:
    """Return the finding of a figure, where there is one."""
    return next((finding for finding in report.findings if finding.key == key), None)


def marked(report: Report) -> tuple[Finding, ...]:
    """Return the findings, other than the headlines, whose figure is held against something."""
    return tuple(f for f in report.findings if f.key not in HEADLINES and f.verdict != "described")
