"""A stored report in the reader's language: reports are stored in English and translated when they are read."""

from __future__ import annotations

from dataclasses import replace

from core import knowledge
from core.coaching.findings import judge
from core.errors import Refused
from core.i18n.translate import WRITTEN_IN, current, retell
from core.model.report import Band, Finding, Report


def retold(report: Report) -> Report:
    """Return a report with every sentence in the current language; its numbers and verdicts do not change.

    Findings get the words of the current knowledge if its verdict and ranges are those of the report. A sentence of an older
    version that is no longer in the catalogue stays in English.
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
    """Return a stored refusal in the current language."""
    return type(refused)(refused.key, retell(refused.what), retell(refused.advice), refused.choices)


def _reworded(finding: Finding, today: Finding | None) -> Finding:
    """Return a finding in the words of today's finding if both agree; otherwise translate what is in the catalogue."""
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
