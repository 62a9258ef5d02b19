"""A result as a table for other programs: the measures of every stride."""

from __future__ import annotations

import csv
import io

from core import knowledge
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.model.amounts import error, rounded_error, rounded_value, value
from core.model.measures import Measured, Missing
from core.model.report import Report

COLUMNS = ("figure", "name", "unit", "stride", "value", "mean", "plus_minus")


def strides_csv(report: Report) -> str:
    """Return one line for each measure and stride, in the order of the knowledge; a missing measure has no line.

    A stride's own value has six digits; mean and error are rounded as everywhere else. A measure that needs the swing or
    the next contact has fewer strides than others, so strides are counted for each measure separately.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for key, text in knowledge.load().measures.items():
        measure = report.measures.get(key)
        if not isinstance(measure, Measured):
            continue
        for number, own in enumerate(measure.per_stride, 1):
            row = (key, text.name, measure.unit, number, f"{own:.6g}")
            table.writerow([*row, rounded_value(measure), rounded_error(measure)])
    return out.getvalue()


def figures_table(report: Report) -> str:
    """Return every measure with its error as readable lines, then the missing measures, then the warnings."""
    rows, missing = [], []
    for key, text in knowledge.load().measures.items():
        measure = report.measures.get(key)
        if measure is None:
            continue
        if isinstance(measure, Missing):
            missing.append(f"{text.name}: {measure.missing_because}")
            continue
        strides = ngettext("{n} stride", "{n} strides", measure.n_strides)
        rows.append((text.name, value(measure), error(measure), strides, str(measure.word or "")))
    wide = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    lines = [
        f"{name:<{wide[0]}}  {shown:>{wide[1]}}  {about:<{wide[2]}}  {strides:<{wide[3]}}  {word}".rstrip()
        for name, shown, about, strides, word in rows
    ]
    warned = [f"{check.what} {check.advice or ''}".strip() for check in report.quality if check.severity != "pass"]
    parts = ["\n".join(lines)]
    if missing:
        parts.append("\n".join([_("Not told by this clip:"), *missing]))
    if warned:
        parts.append("\n".join([_("What to film better next time:"), *warned]))
    return "\n\n".join(part for part in parts if part) + "\n"
