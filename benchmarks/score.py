"""How far what was found is from what is true: events matched one to one, figures clip by clip, intervals counted.

The definitions are those that other programs were measured with, so that figures can be set side by side: an event found
within `MATCH_S` of a true one is that event, and nothing within `EDGE_S` of a clip's ends or in a window that the lab
marked as bad is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from core.model.measures import Measure, MeasureKey, Missing
from core.model.tracks import Floats

MATCH_S = 0.150
EDGE_S = 0.30
LEAST_SPAN = 8.0  # degrees; over less, the errors make the slope and not the truth

Row = dict[str, str | float | int | None]
Item = TypeVar("Item")
Key = TypeVar("Key", bound=tuple[Any, ...])


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table to print: what it shows, and rows with the same columns; `kept` in the results or only shown."""

    title: str
    note: str = ""
    rows: tuple[Row, ...]
    kept: bool = True


@dataclass(frozen=True, kw_only=True)
class EventScore:
    """Events of one kind against the truth: `errors_s` are found less true."""

    n_true: int
    n_false: int
    errors_s: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class FigureScore:
    """One figure of one clip: what was measured and the truth over the same strides; no value where it was withheld."""

    figure: MeasureKey
    clip: str
    truth: float
    value: float | None
    plus_minus: float | None = None

    @property
    def error(self) -> float:
        """Measured less true; ask only where there is a value."""
        assert self.value is not None, "a withheld figure has no error"
        return self.value - self.truth

    @property
    def holds(self) -> bool | None:
        """Whether the interval holds the truth; None where there is none."""
        if self.value is None or self.plus_minus is None:
            return None
        return abs(self.error) <= self.plus_minus


def score_of(figure: MeasureKey, clip: str, truth: float, measure: Measure) -> FigureScore:
    """Return the score of a measure, which has no value if it is missing."""
    if isinstance(measure, Missing):
        return FigureScore(figure=figure, clip=clip, truth=truth, value=None)
    return FigureScore(figure=figure, clip=clip, truth=truth, value=measure.value, plus_minus=measure.plus_minus)


def match(true_s: Sequence[float] | Floats, found_s: Sequence[float] | Floats) -> list[tuple[int, int]]:
    """Return index pairs (true, found) of the one-to-one matching with the most pairs and then the least distance."""
    if len(true_s) == 0 or len(found_s) == 0:
        return []
    away_s = np.abs(np.subtract.outer(np.asarray(true_s), np.asarray(found_s)))
    cost = np.where(away_s <= MATCH_S, away_s, 1e3)
    rows, columns = linear_sum_assignment(cost)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if away_s[r, c] <= MATCH_S]


def score_events(
    true_s: Sequence[float] | Floats,
    found_s: Sequence[float] | Floats,
    *,
    ends_s: tuple[float, float],
    bad_s: Iterable[tuple[float, float]] = (),
) -> EventScore:
    """Score one leg's events of one kind.

    Parameters
    ----------
    true_s, found_s : sequence of float
        Times on the same clock.
    ends_s : tuple of float
        The clip's first and last moment.
    bad_s : iterable of tuple of float
        Windows that are not scored.
    """
    windows = tuple(bad_s)

    def scored(moment_s: float) -> bool:
        inside = ends_s[0] + EDGE_S <= moment_s <= ends_s[1] - EDGE_S
        return inside and not any(start <= moment_s <= end for start, end in windows)

    # Matched before anything is left out: an event just inside the edge may be that of a truth just outside it.
    pairs = match(true_s, found_s)
    matched = {found for _, found in pairs}
    return EventScore(
        n_true=sum(scored(float(t)) for t in true_s),
        n_false=sum(scored(float(t)) for i, t in enumerate(found_s) if i not in matched),
        errors_s=tuple(float(found_s[f] - true_s[t]) for t, f in pairs if scored(float(true_s[t]))),
    )


def pooled(scores: Iterable[EventScore]) -> EventScore:
    """Return the events of many clips as one score."""
    every = list(scores)
    return EventScore(
        n_true=sum(s.n_true for s in every),
        n_false=sum(s.n_false for s in every),
        errors_s=tuple(e for s in every for e in s.errors_s),
    )


def event_columns(score: EventScore) -> Row:
    """Return recall and false detections in per cent of the true events, bias, SD and RMSE in milliseconds."""
    if score.n_true == 0:
        return {"n": 0}
    off_ms = 1000 * np.array(score.errors_s)
    found = len(off_ms) > 0
    return {
        "n": score.n_true,
        "recall %": round(100 * len(off_ms) / score.n_true, 1),
        "false %": round(100 * score.n_false / score.n_true, 1),
        "bias ms": round(float(off_ms.mean()), 1) if found else None,
        "SD ms": round(float(off_ms.std()), 1) if found else None,
        "RMSE ms": round(float(np.sqrt((off_ms**2).mean())), 1) if found else None,
    }


def figure_columns(scores: Sequence[FigureScore]) -> Row:
    """Return how many clips gave the figure, its bias, SD, mean and 95th percentile of the size of its error."""
    errors = np.array([score.error for score in scores if score.value is not None])
    columns: Row = {"clips": len(scores), "withheld": len(scores) - len(errors)}
    if len(errors):
        columns |= {
            "bias": _rounded(errors.mean()),
            "SD": _rounded(errors.std()),
            "MAE": _rounded(np.abs(errors).mean()),
            "p95": _rounded(np.percentile(np.abs(errors), 95)),
        }
    return columns


def _rounded(value: float) -> float:
    """Return the value with two decimals, or three significant figures where it is small."""
    return round(float(value), 2) if abs(value) >= 0.1 else float(f"{value:.3g}")


def calibration_columns(scores: Sequence[FigureScore]) -> Row:
    """Return the share of clips whose 90 % interval holds the truth, and the interval's usual half-width."""
    judged = [score for score in scores if score.holds is not None]
    if not judged:
        return {"intervals": 0, "hold the truth %": None, "half-width": None}
    return {
        "intervals": len(judged),
        "hold the truth %": round(100 * sum(bool(score.holds) for score in judged) / len(judged), 1),
        "half-width": _rounded(float(np.median([score.plus_minus or 0.0 for score in judged]))),
    }


def slope(scores: Sequence[FigureScore]) -> float | None:
    """Return the least-squares slope of measured on true values; None with fewer than three clips or truths too alike."""
    known = [score for score in scores if score.value is not None]
    true = np.array([score.truth for score in known])
    if len(known) < 3 or np.ptp(true) < LEAST_SPAN:
        return None
    return float(np.polyfit(true, [score.value or 0.0 for score in known], 1)[0])


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> list[tuple[Key, list[Item]]]:
    """Return items by key, in the keys' order."""
    ordered = sorted(items, key=key)
    return [(of, list(group)) for of, group in groupby(ordered, key=key)]


def text(table: Table) -> str:
    """Return the table as aligned plain text."""
    columns = list(dict.fromkeys(name for row in table.rows for name in row))
    cells = [columns] + [["-" if row.get(c) is None else f"{row[c]}" for c in columns] for row in table.rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    numeric = [all(not isinstance(row.get(c), str) for row in table.rows) for c in columns]
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    ]
    head = [table.title] + ([table.note] if table.note else [])
    return "\n".join([*head, lines[0], "-" * len(lines[0]), *lines[1:]]) if table.rows else f"{table.title}\n(no rows)"


def target(truth: str, figure: str, reached: float | None, most: float, *, least: float | None = None) -> Row:
    """Return a row that says whether a target was met: `reached` is at most `most`, and at least `least` where given."""
    wanted = f"<= {most:g}" if least is None else f"{least:g} to {most:g}"
    row: Row = {"truth": truth, "figure": figure, "target": wanted}
    if reached is None or not np.isfinite(reached):
        return row | {"reached": None, "met": "not measured"}
    over = max(reached - most, (least - reached) if least is not None else -np.inf)
    # Rounded to what is printed: a figure that reads as its target is not missed.
    met = round(over, 3) <= 0
    return row | {"reached": _rounded(reached), "met": "met" if met else f"missed by {_rounded(over)}"}
