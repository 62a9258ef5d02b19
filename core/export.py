"""A result as a table for other programs: every stride's own figures."""

from __future__ import annotations

import csv
import io

from core import knowledge
from core.model import Report

COLUMNS = ("figure", "name", "unit", "stride", "value", "mean", "plus_minus")


def strides_csv(report: Report) -> str:
    """Return one line for each figure and stride, in the order of the knowledge; a missing figure has none.

    A figure that needs the swing or the next contact has fewer strides than others, so strides are counted for each figure
    of its own.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for key, text in knowledge.load().measures.items():
        measure = report.measures.get(key)
        if measure is None or measure.value is None:
            continue
        for number, value in enumerate(measure.per_stride, 1):
            row = (key, text.name, measure.unit, number)
            table.writerow([*row, *(f"{figure:.6g}" for figure in (value, measure.value, measure.plus_minus or 0.0))])
    return out.getvalue()
