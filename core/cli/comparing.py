"""The commands that compare stored reports: several over time, and both legs of one session."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from core import knowledge
from core.coaching.sides import pairs
from core.coaching.trend import Trend, series, trends
from core.errors import BadAnswer
from core.i18n.message import message as _
from core.i18n.translate import gettext, marked
from core.model.amounts import number, with_error
from core.model.report import Report

TREND = (marked("figure"), marked("first"), marked("last"), marked("change"), marked("counts from"), "")
LEGS = (marked("figure"), marked("left"), marked("right"), marked("difference"), marked("counts from"), "")
CHANGED, APART = marked("changed"), marked("differs")


def add_commands(command: Any) -> None:
    """Add both commands to the parser; `command` is as for `core.cli.measuring.add_commands`."""
    trend = command("trend", print_trend, "what changed over the reports in a folder")
    trend.add_argument("folder", type=Path, metavar="FOLDER", help="reports as JSON, in the order of their names")
    trend.add_argument("--other-set-ups", action="store_true", help="phone, place or clothes were not the same")
    legs = command("legs", print_legs, "both legs of one session")
    legs.add_argument("reports", type=Path, nargs="+", metavar="REPORT.json", help="one of both sides, or one of each")


def print_trend(asked: argparse.Namespace) -> None:
    """Print the trend of every measure; BadAnswer if the folder holds fewer than two reports of one leg."""
    if not asked.folder.is_dir():
        raise BadAnswer(_("There is no folder {path}.", path=asked.folder), _("Check the name."))
    reports = [read(path) for path in sorted(asked.folder.glob("[!.]*.json"))]
    shown = series(reports, reports[-1].near_side) if reports else ()
    if len(shown) < 2:
        what = _("{path} holds fewer than two reports of the same leg.", path=asked.folder)
        raise BadAnswer(what, _("Write them there with `stride-check analyse CLIP --json FOLDER/NAME.json`."))
    found = trends(shown, same_set_up=not asked.other_set_ups)
    sys.stdout.write(trend_table(found))


def print_legs(asked: argparse.Namespace) -> None:
    """Print every measure of both legs; BadAnswer if the reports show one leg only."""
    table = legs_table(*(read(path) for path in asked.reports))
    if not table:
        what = _("These reports show one leg only.")
        raise BadAnswer(what, _("Give one report of a clip that shows both sides, or one of each side."))
    sys.stdout.write(table)


def read(path: Path) -> Report:
    """Return the report of a file; BadAnswer if there is none in it."""
    try:
        return Report.from_json(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadAnswer(_("{path} is not a report.", path=path), _("Give reports that Stride Check wrote.")) from error


def trend_table(found: Iterable[Trend]) -> str:
    """Return a line for each measure: its first and its last value, the change along the line, and from when on it counts."""
    names = knowledge.load().measures
    rows = [
        (
            names[trend.key].name,
            with_error(trend.measures[0]),
            with_error(trend.measures[-1]),
            number(trend.by, trend.unit, trend.smallest_told),
            number(trend.smallest_told, trend.unit, trend.smallest_told),
            gettext(CHANGED) if trend.told else "",
        )
        for trend in found
    ]
    return _table(TREND, rows)


def legs_table(*reports: Report) -> str:
    """Return a line for each measure of both legs; an empty text if the reports show one leg only."""
    names = knowledge.load().measures
    rows = []
    for pair in pairs(*reports):
        apart: tuple[str, ...] = ("", "", "")
        if pair.by is not None:
            amounts = (number(n, pair.unit, pair.smallest_told) for n in (pair.by, pair.smallest_told))
            apart = (*amounts, gettext(APART) if pair.told else "")
        rows.append((names[pair.key].name, with_error(pair.left), with_error(pair.right), *apart))
    return _table(LEGS, rows) if rows else ""


def _table(heads: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [tuple(gettext(head) if head else "" for head in heads), *rows]
    wide = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "".join(
        "  ".join(text.ljust(width) for text, width in zip(line, wide, strict=True)).rstrip() + "\n" for line in lines
    )
