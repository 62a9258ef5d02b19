"""A result as a table for other programs: every stride's own figures."""

from __future__ import annotations

import csv
import io

from core import knowledge
from core.amounts import rounded_error, rounded_value
from core.model import Report

COLUMNS = ("figure", "name", "unit", "stride", "value", "mean", "plus_minus")


def strides_csv(report: Report) -> str:
    """Return one line for each figure and stride, in the order of the knowledge; a missing figure has none.

    A stride's own value has six digits; mean and error are written as they are everywhere else. A figure that needs the swing or
    the next contact has fewer strides than others, so strides are counted for each figure of its own.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for key, text in knowledge.load().measures.items():
        measure = report.measures.get(key)
        if measure is None or measure.value is None:
            continue
        for number, value in enumerate(measure.per_stride, 1):
            row = (key, text.name, measure.unit, number, f"{value:.6g}")
            table.writerow([*row, rounded_value(measure), rounded_error(measure)])
    return out.getvalue()
