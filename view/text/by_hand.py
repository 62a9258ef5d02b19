"""The measures by hand next to our own, as a table."""

from __future__ import annotations

from html import escape
from math import hypot

from core.gait.marked_points import READ_AT
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.knowledge import Knowledge
from core.model.hand_check import ByHand
from core.model.measures import Measure, Measured, MeasureKey, Missing
from core.model.report import Report
from view.text import wording

_STYLE = """<style>
.by-hand { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.by-hand th, .by-hand td { padding: .55rem .35rem; text-align: left; vertical-align: top; font-weight: 400; }
.by-hand thead th { font-size: .9rem; opacity: .85; }
.by-hand tbody tr { border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.by-hand th[scope="row"] { font-weight: 600; }
.by-hand th:first-child { padding-left: 0; }
.by-hand small { display: block; font-size: .875rem; font-weight: 400; opacity: .85; }
.by-hand b, .by-hand .error { display: block; white-space: nowrap; }
.by-hand td { min-width: 5rem; }
.by-hand .strides { white-space: nowrap; }
</style>"""


def table(report: Report, found: ByHand, known: Knowledge) -> str:
    """Return the table as HTML: each measure that can be read by hand, by hand and ours, and whether they agree."""
    rows = [
        _row(known.measures[key].name, found.measures.get(key), report.measures[key])
        for key in READ_AT
        if key in known.measures and key in report.measures
    ]
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in (_("Figure"), _("By hand"), _("Ours")))
    return f'{_STYLE}<table class="by-hand"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def line(report: Report, key: MeasureKey) -> str:
    """Return a measure that its owner marked by hand, with its error; an empty text if it was not marked."""
    hand = report.by_hand.measures.get(key) if report.by_hand else None
    return (
        _("By hand: {value} {error}", value=wording.value(hand), error=wording.error(hand))
        if isinstance(hand, Measured)
        else ""
    )


def _row(name: str, hand: Measure | None, ours: Measure) -> str:
    verdict = f"<small>{escape(agreement(hand, ours))}</small>" if isinstance(hand, Measured) else ""
    return f'<tr><th scope="row">{escape(name)}{verdict}</th><td>{_cell(hand)}</td><td>{_cell(ours)}</td></tr>'


def _cell(measure: Measure | None) -> str:
    if not isinstance(measure, Measured):
        lacks = _("not marked yet") if measure is None else _("not told")
        return f"<small>{escape(lacks)}</small>"
    strides = ngettext("{n} stride", "{n} strides", measure.n_strides)
    return (
        f'<b>{escape(wording.value(measure))}</b> <span class="error">{escape(wording.error(measure))}</span>'
        f'<small class="strides">{escape(strides)}</small>'
    )


def agreement(hand: Measured, ours: Measure) -> str:
    """Return in a few words whether a measure by hand and ours differ by more than both errors explain."""
    if isinstance(ours, Missing):
        return _("By hand alone.")
    both = hypot(hand.plus_minus, ours.plus_minus)
    return (
        _("They agree within their errors.")
        if abs(hand.value - ours.value) <= both
        else _("They differ by more than their errors.")
    )
