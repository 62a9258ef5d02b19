"""Mistakes that mypy must find: it reports each `type: ignore` here that hides no error. Nothing imports or runs this file."""

# ruff: noqa: B015, B018

from __future__ import annotations

from core.errors import Refused
from core.gait.definitions import MEASURES
from core.i18n.message import Message
from core.knowledge import Knowledge
from core.model.measures import Measured, Missing
from core.model.report import QualityCheck, Report


def misspelled_keys(report: Report, known: Knowledge, what: Message) -> None:
    """Use a key of each kind that does not exist."""
    report.measures["trunk_laen"]  # type: ignore[index]
    known.measures["trunk_laen"]  # type: ignore[index]
    known.bands["trunk_laen"]  # type: ignore[index]
    known.links_of("trunk_laen", "below")  # type: ignore[arg-type]
    MEASURES["trunk_laen"]  # type: ignore[index]
    report.findings[0].key == "trunk_laen"  # type: ignore[comparison-overlap]
    report.quality[0].key == "sharp"  # type: ignore[comparison-overlap]
    QualityCheck(key="sharp", severity="pass", what=what)  # type: ignore[arg-type]
    Refused("sharp", what, what)  # type: ignore[arg-type]
    Measured(value=1.0, unit="degrees", plus_minus=0.5)  # type: ignore[arg-type]


def value_of_a_missing_measure(report: Report, missing: Missing) -> None:
    """Ask for a value before it is known that there is one."""
    report.measures["trunk_lean"].value  # type: ignore[union-attr]
    missing.value  # type: ignore[attr-defined]
