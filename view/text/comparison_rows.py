"""The rows of a comparison: one measure each, what it was, by how much it differs, and from when on a difference counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.coaching.comparison import Change
from core.coaching.sides import WHOLE_BODY, Pair
from core.coaching.trend import Trend
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.types import MeasureText
from core.model.amounts import with_error
from core.model.measures import MeasureKey, Unit
from view.charts import intervals
from view.drawing.runner import Palette
from view.text import wording

CHANGED, UNCHANGED = marked("Changed by more than the noise"), marked("No change that can be told")
APART, ALIKE, BODY = (
    marked("The legs differ by more than the noise"),
    marked("No difference that can be told"),
    marked("Of the whole body"),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure in a comparison.

    Attributes
    ----------
    key : str
        Of the measure.
    group : str
        The heading under which it is listed, in English (`marked`).
    name, values, said : str
        Markdown: its name, its values, and the difference.
    svg, alt : str
        A drawing of the values and its description; both are empty if there is none.
    """

    key: MeasureKey
    group: str
    name: str
    values: str
    said: str
    svg: str = ""
    alt: str = ""


class Differs(Protocol):
    """A difference with its error: a change, a trend."""

    @property
    def unit(self) -> Unit:
        """The unit of both numbers."""

    @property
    def by(self) -> float:
        """The difference."""

    @property
    def smallest_told(self) -> float:
        """The smallest difference that is larger than the noise."""

    @property
    def told(self) -> bool:
        """Whether the difference is larger than the noise."""


def said(differs: Differs, text: MeasureText) -> str:
    """Return a change in words that claim no more than was measured."""
    word = text.more if differs.by > 0 else text.less
    return _counted(differs.by, differs.smallest_told, differs.unit, word if differs.told else "")


def _counted(by: float, smallest: float, unit: Unit, word: str) -> str:
    shown, least = (wording.number(n, unit, smallest) for n in (abs(by), smallest))
    counts = _("counts from {amount}", amount=least)
    noise = f":small[{counts}]"
    return f"**{shown}, {word}**  \n{noise}" if word else f"{shown}  \n{noise}"


def of_changes(changes: Iterable[Change], known: Knowledge) -> tuple[Row, ...]:
    """Return the rows of two results, in the order of the knowledge."""
    found = {change.key: change for change in changes}
    return tuple(
        Row(
            key=key,
            group=CHANGED if found[key].told else UNCHANGED,
            name=text.name,
            values=" → ".join(with_error(measure) for measure in (found[key].first, found[key].second)),
            said=said(found[key], text),
        )
        for key, text in known.measures.items()
        if key in found
    )


def of_trends(trends: Iterable[Trend], days: Sequence[str], known: Knowledge, palette: Palette) -> tuple[Row, ...]:
    """Return the rows of a series of results, each with its chart; `days` names every result."""
    found = {trend.key: trend for trend in trends}
    return tuple(
        Row(
            key=key,
            group=CHANGED if found[key].told else UNCHANGED,
            name=text.name,
            values=_("Smallest real change of two results: {amount}", amount=_smallest_real(found[key])),
            said=said(found[key], text),
            svg=intervals.over_time(found[key], days, palette),
            alt=_told_over_time(found[key], days),
        )
        for key, text in known.measures.items()
        if key in found
    )


def _smallest_real(trend: Trend) -> str:
    return wording.number(trend.smallest_real, trend.unit, trend.smallest_real)


def _told_over_time(trend: Trend, days: Sequence[str]) -> str:
    values = (f"{days[at]}: {with_error(measure)}" for at, measure in zip(trend.at, trend.measures, strict=True))
    return "; ".join(values)


def of_pairs(pairs: Iterable[Pair], known: Knowledge, palette: Palette) -> tuple[Row, ...]:
    """Return the rows of both legs, each with its drawing."""
    found = {pair.key: pair for pair in pairs}
    return tuple(
        Row(
            key=key,
            group=_group(found[key]),
            name=text.name,
            values=_("Left {left}  \nRight {right}", left=with_error(pair.left), right=with_error(pair.right)),
            said=_said_of_legs(pair, text),
            svg=intervals.two_legs(pair, palette) if pair.told else "",
            alt=_("Left and right, each with its error.") if pair.told else "",
        )
        for key, text in known.measures.items()
        if (pair := found.get(key)) is not None
    )


def _group(pair: Pair) -> str:
    if pair.key in WHOLE_BODY:
        return BODY
    return APART if pair.told else ALIKE


def apart(pair: Pair, text: MeasureText) -> str:
    """Return on two lines, for paper, by how much the legs differ, and from when on that counts."""
    if pair.by is None:
        return ""
    shown, least = (wording.number(n, pair.unit, pair.smallest_told) for n in (abs(pair.by), pair.smallest_told))
    word = ", " + _("right leg {more}", more=text.more if pair.by > 0 else text.less) if pair.told else ""
    counts = _("counts from {amount}", amount=least)
    return f"{shown}{word}\n{counts}"


def _said_of_legs(pair: Pair, text: MeasureText) -> str:
    if pair.by is None:
        return ""
    word = _("right leg {more}", more=text.more if pair.by > 0 else text.less) if pair.told else ""
    return _counted(pair.by, pair.smallest_told, pair.unit, word)
