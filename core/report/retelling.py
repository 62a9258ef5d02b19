"""A stored report in the reader's language: reports are stored in English, and said anew as they are read."""

from __future__ import annotations

from dataclasses import replace

from core import knowledge
from core.coaching.findings import judge
from core.errors import Refused
from core.i18n.translate import WRITTEN_IN, current, retell
from core.model.report import Band, Finding, Report


def retold(report: Report) -> Report:
    """Return a report whose every sentence is in the language that is spoken; its numbers and verdicts stay.

    Findings are worded by today's knowledge where it judges as the report does. A sentence of an older version that the catalogue
    has no more stays English.
    """
    if current() == WRITTEN_IN:
        return report
    known = knowledge.load()
    figures = {key: measure for key, measure in report.measures.items() if key in known.measures}
    today = {finding.key: finding for finding in judge(figures, report.answers, known)}
    return replace(
        report,
        quality=tuple(replace(check, what=retell(check.what), advice=retell(check.advice)) for check in report.quality),
        measures={
            key: replace(
                measure,
                word=measure.word and retell(measure.word),
                missing_because=measure.missing_because and retell(measure.missing_because),
            )
            for key, measure in report.measures.items()
        },
        findings=tuple(_reworded(finding, today.get(finding.key)) for finding in report.findings),
    )


def refusal(refused: Refused) -> Refused:
    """Return a stored refusal in the language that is spoken."""
    return type(refused)(refused.key, retell(refused.what), retell(refused.advice), refused.choices)


def _reworded(finding: Finding, today: Finding | None) -> Finding:
    """Return a finding in the words of today's, where both say the same; else what of it the catalogue knows."""
    if today is None or _judged(finding) != _judged(today):
        mark, reference = (
            band and replace(band, label=retell(band.label)) for band in (finding.mark, finding.reference)
        )
        return replace(finding, says=retell(finding.says), doubt=retell(finding.doubt), mark=mark, reference=reference)
    return replace(finding, says=today.says, doubt=today.doubt, mark=today.mark, reference=today.reference)


def _judged(finding: Finding) -> tuple[object, ...]:
    def edges(band: Band | None) -> tuple[float | None, float | None] | None:
        return None if band is None else (band.low, band.high)

    return finding.verdict, edges(finding.mark), edges(finding.reference)
