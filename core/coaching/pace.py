"""A report with another pace: what the runner gives afterwards, or takes back."""

from __future__ import annotations

from dataclasses import replace

from core import knowledge
from core.coaching.findings import judge
from core.gait.scale import with_answers
from core.i18n.translate import WRITTEN_IN
from core.model.report import Report
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
    answers = replace(report.answers, pace_s_per_km=pace_s_per_km)
    measures = with_answers(report.measures, report.answers, answers)
    check_plausible(measures)
    facts = knowledge.load(language=WRITTEN_IN)
    return replace(
        report,
        answers=answers,
        measures=measures,
        quality=tuple(with_pace_check(report.quality, answers, measures.get("speed"))),
        findings=judge({key: one for key, one in measures.items() if key in facts.measures}, answers, facts),
        knowledge_version=facts.version,
    )
