"""Results as tables for other programs: the measures of every stride, and many clips with a line for each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core import knowledge
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.model.amounts import error, rounded_error, rounded_value, value
from core.model.measures import Measured, MeasureKey, Missing, Unit
from core.model.report import Report

COLUMNS = ("figure", "name", "unit", "stride", "value", "mean", "plus_minus", "read_by")
"""`read_by` is `clip` for our own measures, and `hand` for what the owner marked."""


def strides_csv(report: Report) -> str:
    """Return one line for each measure and stride, in the order of the knowledge, and after it those of the marks by hand.

    A missing measure has no line. A stride's own value has six digits; mean and error are rounded as everywhere else. A measure
    that needs the swing or the next contact has fewer strides than others, so strides are counted for each measure separately.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for key, text in knowledge.load().measures.items():
        by_hand = report.by_hand.measures.get(key) if report.by_hand else None
        for measure, read_by in ((report.measures.get(key), "clip"), (by_hand, "hand")):
            if not isinstance(measure, Measured):
                continue
            for number, own in enumerate(measure.per_stride, 1):
                row = (key, text.name, measure.unit, number, f"{own:.6g}")
                table.writerow([*row, rounded_value(measure), rounded_error(measure), read_by])
    return out.getvalue()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one of many clips: a report, or the reason why there is none and the remedy."""

    name: str
    report: Report | None = None
    what: str = ""
    advice: str = ""


_UNIT_NAMES: dict[Unit, str] = {"%": "percent", "km/h": "kmh", "m/s": "mps"}


def clips_csv(outcomes: Sequence[Outcome]) -> str:
    """Return one line for each clip: its name, why it was refused and the remedy, or its measures, each with its error.

    A column's name is the measure's key with its unit. A measure that some clips have in another unit has a column for each;
    measures that no clip has are left out.
    """
    columns = _columns(outcomes)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    heads = [f"{key}_{_UNIT_NAMES.get(unit, unit)}" for key, unit in columns]
    pairs = [name for head in heads for name in (head, f"{head}_plus_minus")]
    table.writerow(("clip", "refused", "remedy", "made_on", "n_strides", *pairs))
    for one in outcomes:
        own = [(one.report.measures.get(key), unit) if one.report else (None, unit) for key, unit in columns]
        cells = [
            cell
            for measure, unit in own
            for cell in (
                (rounded_value(measure), rounded_error(measure))
                if isinstance(measure, Measured) and measure.unit == unit
                else ("", "")
            )
        ]
        made_on, strides = (one.report.made_on, n_strides(one.report)) if one.report else ("", "")
        said = (no_formula(text) for text in (one.name, one.what, one.advice))
        table.writerow((*said, made_on, strides, *cells))
    return out.getvalue()


def _columns(outcomes: Sequence[Outcome]) -> list[tuple[MeasureKey, Unit]]:
    """Return the measures that any clip has, with their units, in the order of the knowledge."""
    measures = [item for one in outcomes if one.report for item in one.report.measures.items()]
    had = dict.fromkeys((key, measure.unit) for key, measure in measures if isinstance(measure, Measured))
    return [pair for key in knowledge.load().measures for pair in had if pair[0] == key]


def n_strides(report: Report) -> int:
    """Return how many strides the measures are over, at most."""
    return max((one.n_strides for one in report.measures.values() if isinstance(one, Measured)), default=0)


_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def no_formula(text: str) -> str:
    """Return typed text, or a file's name, so that no spreadsheet takes it or a part of it for a formula.

    Where a comma is the decimal sign, spreadsheets split the lines at semicolons, also inside a cell without quotes.
    """
    plain = _CONTROL.sub(" ", text).replace(";", ",")  # a cell with a comma gets quotes
    return f"'{plain}" if plain.lstrip()[:1] in _FORMULA else plain


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
