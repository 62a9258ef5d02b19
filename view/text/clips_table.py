"""Many clips in one table: a line for each, with its measures or the reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from core.i18n.translate import gettext as _
from core.knowledge import Knowledge
from core.model.measures import Measured, MeasureKey
from core.report.csv import Outcome
from view.text import wording

COLUMNS: tuple[MeasureKey, ...] = (
    "trunk_lean",
    "leg_extension",
    "cadence",
    "contact_time",
    "overstride",
    "foot_strike",
)
"""The measures in the table, of which a phone shows the first `NARROW`; the CSV has all."""

NARROW = 3

_STYLE = """<style>
.clips table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.clips th, .clips td { text-align: left; vertical-align: top; padding: .55rem .9rem .55rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.clips thead th { font-weight: 600; font-size: .9rem; }
.clips tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 5.5rem; }
@media (max-width: 40rem) { .clips .more { display: none; } .clips th, .clips td { padding-right: .5rem; } }
.clips tbody th a { display: inline-flex; align-items: center; min-height: 44px; color: inherit; }
.clips td { white-space: nowrap; }
.clips td small { opacity: .85; display: block; }
.clips td.why { white-space: normal; }
</style>"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One clip: what became of it, its address if it has a result, and what happens to it as long as it has neither."""

    outcome: Outcome
    address: str = ""
    state: str = ""


def table(lines: Sequence[Line], known: Knowledge) -> str:
    """Return the table as HTML.

    Parameters
    ----------
    lines : sequence of Line
        The clips, in order.
    known : Knowledge
        Names of measures.
    """
    heads = "".join(
        f'<th scope="col"{_more(place)}>{escape(known.measures[key].name)}</th>' for place, key in enumerate(COLUMNS)
    )
    first = escape(_("Clip"))
    body = "".join(_row(line) for line in lines)
    return (
        f'{_STYLE}<div class="clips"><table><thead><tr><th scope="col">{first}</th>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _more(place: int) -> str:
    """Return the class of a column that a phone has no room for."""
    return "" if place < NARROW else ' class="more"'


def _row(line: Line) -> str:
    name = escape(line.outcome.name)
    if line.address:
        name = f'<a href="{escape(line.address, quote=True)}" target="_self">{name}</a>'
    return f'<tr><th scope="row">{name}</th>{_cells(line)}</tr>'


def _cells(line: Line) -> str:
    report = line.outcome.report
    if report is None:
        why = line.state or f"{line.outcome.what} {line.outcome.advice}"
        return f'<td class="why" colspan="{len(COLUMNS)}">{escape(why)}</td>'
    not_told = escape(_("not told"))
    measures = [report.measures.get(key) for key in COLUMNS]
    return "".join(
        f"<td{_more(place)}>{escape(wording.value(one))}<small>{escape(wording.error(one))}</small></td>"
        if isinstance(one, Measured)
        else f"<td{_more(place)}>{not_told}</td>"
        for place, one in enumerate(measures)
    )
