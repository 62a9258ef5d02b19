"""A report with another pace or height: what the runner gives afterwards, or takes back."""

from __future__ import annotations

from dataclasses import replace

from core import knowledge
from core.coaching.findings import judge
from core.gait.scale import with_answers
from core.i18n.translate import WRITTEN_IN
from core.model.report import Answers, Report
from core.quality.plausibility import check_plausible
from core.quality.speed_checks import with_pace_check


def with_pace(report: Report, pace_s_per_km: float | None) -> Report:
    """Return a report as if the runner had given this pace: lengths, checks and findings are made again.

    Parameters
    ----------
    report : Report
        The report of a clip.
    pace_s_per_km : float or None
        The pace, or None for the one that the clip shows.

    Raises
    ------
    BadAnswer
        If nobody runs at that pace.
    Refused
        `plausible`, if the pace gives a step that nobody takes at this cadence.
    """
    return _answered(report, replace(report.answers, pace_s_per_km=pace_s_per_km))


def with_height(report: Report, height_cm: float | None) -> Report:
    """Return a report as if the runner had given this height, or none: speed, lengths, checks and findings are made again.

    Raises
    ------
    BadAnswer
        If nobody is that tall.
    Refused
        `plausible`, if the height gives a measure that no runner has.
    """
    return _answered(report, replace(report.answers, height_cm=height_cm))


def _answered(report: Report, answers: Answers) -> Report:
    """Return a report with other answers, of both legs if there are two."""
    measures = with_answers(report.measures, report.answers, answers)
    other = report.other_leg
    if other is not None:
        other = replace(other, measures=with_answers(other.measures, report.answers, answers))
    check_plausible(measures)
    facts = knowledge.load(language=WRITTEN_IN)
    return replace(
        report,
        answers=answers,
        measures=measures,
        other_leg=other,
        quality=tuple(with_pace_check(report.quality, answers, measures.get("speed"))),
        findings=judge({key: one for key, one in measures.items() if key in facts.measures}, answers, facts),
        knowledge_version=facts.version,
    )
