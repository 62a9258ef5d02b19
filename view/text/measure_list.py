"""All measures of a result as a list: number, error, range and strides are visible, the rest opens with a tap.

The HTML depends on the report alone, so the owner's page and the shared page show the same list.
"""

from __future__ import annotations

import base64
from html import escape

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.i18n.translate import marked, ngettext
from core.knowledge import Knowledge
from core.knowledge.types import MeasureText
from core.model.measures import Measure, Measured, MeasureKey, Missing
from core.model.report import Finding, Report
from view.charts import gauge
from view.drawing.runner import Palette
from view.text import by_hand, wording

GROUPS: dict[str, tuple[MeasureKey, ...]] = {
    marked("Trunk and hips"): ("hip_bend", "leg_extension_at_toe_off", "hip_ankle_extension"),
    marked("Landing"): (
        "overstride", "foot_speed_contact", "shank_angle_contact", "knee_flexion_contact", "knee_flexion_stance",
        "foot_strike",
    ),
    marked("Swing"): ("heel_recovery", "knee_drive"),
    marked("Rhythm and bounce"): (
        "speed", "step_length", "relative_speed", "froude_number", "cadence", "contact_time", "contact_length",
        "flight_time", "duty_factor", "asymmetry", "vertical_oscillation", "vertical_ratio",
    ),
}  # fmt: skip
"""All measures except the two headlines, in display order."""

_STYLE = """<style>
.figures { font-family: inherit; }
.figures .legend { font-size: .875rem; opacity: .85; margin: 0; }
.figures h3 { font-size: 1rem; font-weight: 650; margin: 1.25rem 0 .25rem; padding: 0; }
.figures details { border-bottom: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.figures summary { display: grid; grid-template-columns: minmax(min-content, 1fr) minmax(min-content, auto) 1.25rem;
  gap: .1rem .75rem; align-items: center; min-height: 44px; padding: .65rem 0; cursor: pointer; list-style: none; }
.figures summary::-webkit-details-marker { display: none; }
.figures summary:focus-visible { outline: 2px solid var(--figures-accent); outline-offset: 2px; border-radius: 6px; }
.figures .name { font-weight: 600; }
.figures .number { text-align: right; font-variant-numeric: tabular-nums; }
.figures .number b { font-weight: 700; }
.figures .number small { opacity: .85; white-space: nowrap; }
.figures .small { grid-column: 1 / 3; display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; align-items: center; }
.figures img { display: block; width: 100%; max-width: 11rem; }
.figures .sign { grid-row: 1 / 3; grid-column: 3; justify-self: end; transition: transform .15s; opacity: .7; }
.figures details[open] .sign { transform: rotate(90deg); }
.figures .more { padding: 0 1.5rem .9rem 0; font-size: .92rem; line-height: 1.5; }
.figures .more p { margin: 0 0 .5rem; }
@media (prefers-reduced-motion: reduce) { .figures .sign { transition: none; } }
@media (max-width: 18rem) { .figures summary { grid-template-columns: minmax(0, 1fr) 1.25rem; }
.figures .number { grid-row: 2; text-align: left; } .figures .small { grid-row: 3; grid-column: 1; }
.figures .sign { grid-row: 1 / 4; grid-column: 2; } }
</style>"""


def listed(report: Report, known: Knowledge, palette: Palette) -> str:
    """Return the list as HTML, group by group; a measure without a value shows the reason instead."""
    parts = []
    for group, keys in GROUPS.items():
        rows = [
            _row(
                report.measures[key],
                implications.finding_of(report, key),
                known.measures[key],
                palette,
                by_hand.line(report, key),
            )
            for key in keys
            if key in report.measures and key in known.measures
        ]
        if rows:
            parts.append(f"<h3>{escape(_(group))}</h3>{''.join(rows)}")
    legend = _(
        "On the left: you (dot) with your error (bar), over other runners (grey). On the right: stride after stride."
    )
    parts.insert(0, f"<p class='legend'>{escape(legend)}</p>")
    return f'{_STYLE}<div class="figures" style="--figures-accent:{palette.accent}">{"".join(parts)}</div>'


def _row(measure: Measure, finding: Finding | None, text: MeasureText, palette: Palette, hand: str) -> str:
    """Return one measure; `hand` is what its owner marked, in words."""
    name = f'<span class="name">{escape(text.name)}</span>'
    sign = '<span class="sign" aria-hidden="true">›</span>'
    if isinstance(measure, Missing):
        not_told = escape(_("not told"))
        return (
            f'<details><summary>{name}<span class="number"><small>{not_told}</small></span>{sign}</summary>'
            f'<div class="more"><p>{escape(str(measure.missing_because))}</p><p>{escape(text.what)}</p></div></details>'
        )
    lines = [line for line in (hand, *_told(measure, finding, text)) if line]
    number = f"<b>{escape(str(measure.word or wording.value(measure)))}</b>"
    under = wording.with_error(measure) if measure.word else wording.error(measure)
    small = _shown(gauge.strip(measure, finding, palette), _beside(measure, finding))
    small += _shown(gauge.sparkline(measure, palette), _("stride by stride"))
    return (
        f'<details><summary>{name}<span class="number">{number} <small>{escape(under)}</small></span>{sign}'
        f'<span class="small">{small}</span></summary>'
        f'<div class="more">{"".join(f"<p>{escape(line)}</p>" for line in lines)}</div></details>'
    )


def _shown(svg: str, alt: str) -> str:
    """Return a drawing as an image, because page HTML cannot contain inline SVG."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{escape(alt, quote=True)}" src="data:image/svg+xml;base64,{data}">' if svg else ""


def _beside(measure: Measured, finding: Finding | None) -> str:
    """Return in a few words what a measure is drawn with: other runners' range or its own error."""
    reference = finding.reference if finding else None
    if reference is None or not gauge.has_ends(reference):
        return _("with its error")
    return _("beside other runners, {range}", range=wording.band(reference.low, reference.high, measure.unit))


def _told(measure: Measured, finding: Finding | None, text: MeasureText) -> list[str]:
    """Return the text that opens with a tap: definition, method, comparison, and what studies doubt."""
    lines = [text.what, text.how]
    if finding:
        lines.append(str(finding.says))
        bands = [band for band in (finding.mark, finding.reference) if band and gauge.has_ends(band)]
        lines += [f"{band.label}: {wording.band(band.low, band.high, measure.unit)}." for band in bands]
        lines.append(str(finding.doubt or ""))
    if len(measure.per_stride) >= 3:
        ends = min(measure.per_stride), max(measure.per_stride)
        low, high = (wording.number(end, measure.unit, measure.plus_minus) for end in ends)
        ran = ngettext(
            "Your {n} stride ran from {low} to {high}.",
            "Your {n} strides ran from {low} to {high}.",
            len(measure.per_stride),
            low=low,
            high=high,
        )
        lines.append(ran)
    return [line for line in lines if line]
