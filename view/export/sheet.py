"""A printable sheet for a coach or clinician: one A4 page, with the measures in the order of the stride.

It compares and leaves room for notes. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from fpdf.enums import XPos, YPos

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.knowledge import Knowledge
from core.knowledge.types import Source
from core.model.measures import Measure, Measured, MeasureKey
from core.model.report import Band, Phase, Report
from core.report.csv import n_strides
from view.drawing import lettering
from view.export.pdf import ACCENT, INK, MARGIN_MM, SOFT, WIDE_MM, Paper, told
from view.text import wording

ORDER: dict[str, tuple[MeasureKey, ...]] = {
    marked("Contact"): ("foot_strike", "overstride", "foot_speed_contact", "shank_angle_contact", "knee_flexion_contact"),
    marked("Mid-stance"): ("knee_flexion_stance", "trunk_lean", "hip_bend"),
    marked("Toe-off"): ("leg_extension", "leg_extension_at_toe_off", "hip_ankle_extension"),
    marked("Swing"): ("heel_recovery", "knee_drive"),
    marked("The whole run"): (
        "cadence", "speed", "step_length", "relative_speed", "froude_number", "contact_time", "contact_length",
        "flight_time", "duty_factor", "vertical_oscillation", "vertical_ratio", "asymmetry",
    ),
}  # fmt: skip
"""All measures, by the moment of the stride at which they are seen."""

PICTURES: tuple[Phase, ...] = ("initial_contact", "mid_stance", "toe_off", "swing")
"""The key frames on the sheet, if there are any."""

_LINE_MM, _BOX_MM, _GAP_MM = 4.5, 2.6, 3.0
_COLUMNS_MM = (6.0, 56.0, 38.0, 30.0, 26.0, 22.0)
_ENOUGH_HZ, _ENOUGH_STRIDES = 59.0, 8
_UNREAD = marked("Authors not seen")
_RULE = (221, 215, 206)


def sheet(report: Report, known: Knowledge, *, name: str = "", pictures: Mapping[Phase, Path] | None = None) -> bytes:
    """Return a result as a sheet of one page.

    Parameters
    ----------
    report : Report
        The result.
    known : Knowledge
        Names of measures, and sources.
    name : str
        The runner, or the clip; without it there is a line to write it on.
    pictures : mapping of Phase to Path, optional
        The key frames that there are.
    """
    paper = Paper()
    paper.set_auto_page_break(auto=False)
    paper.c_margin = 0
    paper.set_top_margin(11)
    paper.add_page()
    _head(paper, report, name)
    _clip(paper, report)
    _pictures(paper, {phase: path for phase in PICTURES if (path := (pictures or {}).get(phase))})
    _table(paper, report, known)
    _sources(paper, report, known)
    _notes(paper)
    return bytes(paper.output())


def _head(paper: Paper, report: Report, name: str) -> None:
    paper.write_line(_("Running from the side: a sheet to work through"), 15, bold=True)
    made_on = wording.date(datetime.fromisoformat(report.made_on))
    paper.write_line(_("Runner: {name}", name=_printable(paper, name) or 40 * "."), 10, bold=True)
    paper.write_line(
        f"{made_on}. {wording.told(report.answers, report.measures.get('speed'))}. {wording.clip_facts(report)}",
        8,
        colour=SOFT,
    )
    paper.ln(1.5)


def _printable(paper: Paper, name: str) -> str:
    """Return a typed name without the letters that our font lacks, on one line of a usual length."""
    paper.set_font(lettering.FAMILY, "", 10)
    return "".join(letter for letter in name if ord(letter) in paper.current_font.cmap)[:60]  # type: ignore[union-attr]


def _clip(paper: Paper, report: Report) -> None:
    """Write what a clip should be like, ticked if this one is, and the warnings."""
    warned = [check for check in report.quality if check.severity != "pass"]
    unlike = {check.key for check in warned}
    true_hz = report.clip.fps_hz * report.answers.slow_motion
    kept = (
        (_("Side-on and level"), not unlike & {"side_on", "level"}),
        (_("Whole runner in view"), "whole_body" not in unlike),
        (_("60 frames a second or more"), true_hz >= _ENOUGH_HZ),
        (_("8 strides or more"), n_strides(report) >= _ENOUGH_STRIDES),
    )
    paper.write_line(_("1. The clip"), 9.5, bold=True, colour=ACCENT)
    paper.set_font(lettering.FAMILY, "", 8)
    paper.set_text_color(*INK)
    spare = (WIDE_MM - sum(paper.get_string_width(words) + _BOX_MM + 1.4 for words, _ticked in kept)) / len(kept)
    for words, ticked in kept:
        room = paper.get_string_width(words) + spare
        _tick_box(paper, ticked=ticked)
        paper.set_x(paper.get_x() + _BOX_MM + 1.4)
        paper.cell(room, _LINE_MM, words)
    paper.ln(_LINE_MM)
    for check in warned[:3]:
        paper.write_line(str(check.what), 7.5, colour=SOFT)
    paper.ln(1.5)


def _tick_box(paper: Paper, *, ticked: bool = False) -> None:
    """Draw a box here, empty to tick by hand, or ticked."""
    x, y = paper.get_x(), paper.get_y() + 0.8
    paper.set_draw_color(*(ACCENT if ticked else SOFT))
    paper.rect(x, y, _BOX_MM, _BOX_MM)
    if ticked:
        paper.polyline([(x + 0.5, y + 1.4), (x + 1.1, y + 2.1), (x + 2.2, y + 0.5)])


def _pictures(paper: Paper, pictures: Mapping[Phase, Path]) -> None:
    """Place the key frames next to each other, each with its moment."""
    if not pictures:
        return
    wide, top, tall = (WIDE_MM - (len(PICTURES) - 1) * _GAP_MM) / len(PICTURES), paper.get_y(), 0.0
    for place, (phase, path) in enumerate(pictures.items()):
        left, moment = MARGIN_MM + place * (wide + _GAP_MM), _(wording.PHASES[phase][0])
        tall = paper.image(path, x=left, y=top, w=wide, alt_text=moment).rendered_height
        paper.set_xy(left, top + tall + 0.6)
        paper.write_line(moment, 7.5, colour=SOFT, width=wide)
    paper.set_xy(MARGIN_MM, top + tall + 5)


def _table(paper: Paper, report: Report, known: Knowledge) -> None:
    """Write the measures in the order of the stride, each with a box to tick and room for what is seen by eye."""
    _row(paper, ("", _("2. The stride"), _("Measured"), _("Other runners"), _("Coach’s mark"), _("By eye")), head=True)
    for moment, keys in ORDER.items():
        rows = [key for key in keys if key in report.measures and key in known.measures]
        if rows:
            paper.set_font(lettering.FAMILY, "B", 7.5)
            paper.set_text_color(*SOFT)
            paper.cell(WIDE_MM, _LINE_MM, _(moment), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for key in rows:
            finding = implications.finding_of(report, key)
            bands = (finding.reference, finding.mark) if finding else (None, None)
            _tick_box(paper)
            _row(paper, ("", known.measures[key].name, *_numbers(key, report.measures[key], bands), ""))
    paper.ln(1)


def _numbers(key: MeasureKey, measure: Measure, bands: tuple[Band | None, Band | None]) -> tuple[str, str, str]:
    """Return a measure with its error, other runners' range and the coach's; a pace in words would need too much room."""
    if not isinstance(measure, Measured):
        return _("not told"), "", ""
    reference, mark = (_ends(band, measure) for band in bands)
    return (wording.with_error(measure) if key == "speed" else told(measure)), reference, mark


def _ends(band: Band | None, measure: Measured) -> str:
    if band is None:
        return ""
    if band.low is not None and band.low == band.high:
        return _("mean {value}", value=wording.number(band.low, measure.unit))
    return wording.band(band.low, band.high, measure.unit)


def _row(paper: Paper, cells: tuple[str, ...], *, head: bool = False) -> None:
    """Write one line of the table, with a rule under it; text that is too long for its column is set smaller."""
    for text, wide in zip(cells, _COLUMNS_MM, strict=True):
        size = 8.0
        paper.set_font(lettering.FAMILY, "B" if head else "", size)
        paper.set_text_color(*(ACCENT if head else INK))
        while size > 5 and paper.get_string_width(text) > wide - 1.5:
            size -= 0.25
            paper.set_font(lettering.FAMILY, "B" if head else "", size)
        paper.cell(wide, _LINE_MM, text)
    paper.ln(_LINE_MM)
    paper.set_draw_color(*_RULE)
    paper.line(MARGIN_MM, paper.get_y(), MARGIN_MM + WIDE_MM, paper.get_y())


def _sources(paper: Paper, report: Report, known: Knowledge) -> None:
    """Write what the errors mean, and where the ranges come from."""
    used = [band for finding in report.findings for band in (finding.reference, finding.mark) if band]
    keys = dict.fromkeys(key for band in used for key in band.sources if key in known.sources)
    names = "; ".join(dict.fromkeys(_short(known.sources[key]) for key in keys))
    lines = [
        _(
            "± is half of the 90 % interval of each number. An angle in video has a bias that two clips of one set-up share."
        ),
        _("By hand, one rater repeats an angle to 1.6° and two raters agree to 2.6° (standard error; Guadagnin 2025)."),
    ]
    if names:
        lines.append(_("Ranges: {sources}.", sources=names))
    for line in lines:
        paper.write_line(line, 6.5, colour=SOFT)
    paper.ln(1.5)


def _short(source: Source) -> str:
    """Return who wrote a source and when, or its place if its authors were not read."""
    place = " ".join(part for part in (source.journal, source.ref) if part)
    who = place if source.authors in (_UNREAD, _(_UNREAD)) and place else str(source.authors)
    return f"{who} {source.year or ''}".strip()


def _notes(paper: Paper) -> None:
    """Rule the rest of the page for notes."""
    paper.write_line(_("3. Notes"), 9.5, bold=True, colour=ACCENT)
    paper.set_draw_color(*_RULE)
    bottom = paper.h - 20
    y = paper.get_y() + 6.5
    while y < bottom:
        paper.line(MARGIN_MM, y, MARGIN_MM + WIDE_MM, y)
        y += 7
