"""A result as a PDF of one or two A4 pages, in our font, with our drawing."""

from __future__ import annotations

import io
import warnings
from contextlib import AbstractContextManager
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace
from fpdf.table import Table

from core.coaching import implications
from core.coaching.sides import pairs
from core.i18n.translate import current
from core.i18n.translate import gettext as _
from core.knowledge import Knowledge
from core.model.amounts import with_error
from core.model.measures import Measured, Missing
from core.model.report import Report
from view.drawing import lettering, push_off
from view.drawing.runner import LIGHT
from view.site import WELLNESS
from view.text import by_hand, comparison_rows, wording

MARGIN_MM, WIDE_MM = 16, 178
INK, SOFT, ACCENT = (27, 29, 33), (91, 86, 78), (185, 56, 21)


class Paper(FPDF):
    """A page with our font and the line that appears under every result."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        for style, path in zip(("", "B"), lettering.FILES, strict=True):
            self.add_font(lettering.FAMILY, style, path)
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=20)
        self.set_title("Stride Check")
        self.set_lang(current())

    def footer(self) -> None:
        """Write the line at the foot of every page."""
        self.set_y(-16)
        page = _("Page {number}.", number=self.page_no())
        self.write_line(f"{_(WELLNESS)}  {page}", 7.5, colour=SOFT)

    def write_line(
        self, text: str, size: float, *, bold: bool = False, colour: tuple[int, int, int] = INK, width: float = 0
    ) -> None:
        """Write text, on as many lines as it needs, and go to the next line."""
        self.set_font(lettering.FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(width, size * 0.48, text, new_x=XPos.LEFT, new_y=YPos.NEXT, align="L")


def pdf(report: Report, known: Knowledge) -> bytes:
    """Return a result as a PDF.

    Parameters
    ----------
    report : Report
        The result.
    known : Knowledge
        Names of measures and drills.
    """
    paper = Paper()
    paper.add_page()
    _head(paper, report)
    _headlines(paper, report, known)
    _figures(paper, report, known)
    _both_legs(paper, report, known)
    _missing(paper, report, known)
    _drills(paper, report, known)
    return bytes(paper.output())


def _head(paper: Paper, report: Report) -> None:
    paper.write_line("Stride Check", 10, bold=True, colour=ACCENT)
    paper.write_line(_("How you run"), 22, bold=True)
    made_on = wording.date(datetime.fromisoformat(report.made_on))
    paper.write_line(
        f"{made_on}. {wording.told(report.answers, report.measures.get('speed'))}. {wording.clip_facts(report)}",
        9,
        colour=SOFT,
    )
    paper.ln(3)


def _headlines(paper: Paper, report: Report, known: Knowledge) -> None:
    """Write the two headline measures, next to the runner at toe-off."""
    top, wide, tall = paper.get_y(), 62.0, 68.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fpdf2 warns about unsupported parts of an SVG; a test checks the drawing
        paper.image(
            io.BytesIO(push_off.picture(report, LIGHT).encode()),
            x=MARGIN_MM,
            y=top,
            w=wide,
            alt_text=_("A drawn runner."),
        )
    left = MARGIN_MM + wide + 8
    room = MARGIN_MM + WIDE_MM - left
    for key in implications.HEADLINES:
        measure, finding = report.measures.get(key), implications.finding_of(report, key)
        if measure is None:
            continue
        paper.set_x(left)
        paper.write_line(known.measures[key].name, 10, colour=SOFT, width=room)
        paper.write_line(wording.with_error(measure), 20, bold=True, width=room)
        if finding and finding.verdict != "described":
            paper.write_line(wording.verdict(finding)[1], 10, bold=True, colour=ACCENT, width=room)
        because = measure.missing_because if isinstance(measure, Missing) else ""
        paper.write_line(str(finding.says if finding else because), 9, width=room)
        paper.ln(3)
    paper.set_xy(MARGIN_MM, max(paper.get_y(), top + tall))


def _figures(paper: Paper, report: Report, known: Knowledge) -> None:
    """Write every measure that has a value, next to the coach's target range and the reference range."""
    if all(isinstance(measure, Missing) for measure in report.measures.values()):
        return
    paper.write_line(_("Every figure"), 13, bold=True)
    paper.ln(1)
    with _table(paper, (62, 42, 37, 37)) as table:
        table.row((_("Figure"), _("You"), _("Coach’s mark"), _("Other runners")))
        for key, text in known.measures.items():
            measure = report.measures.get(key)
            if not isinstance(measure, Measured):
                continue
            finding = implications.finding_of(report, key)
            bands = (finding.mark, finding.reference) if finding else (None, None)
            ends = [wording.band(band.low, band.high, measure.unit) if band else "" for band in bands]
            table.row((text.name, "\n".join(filter(None, (told(measure), by_hand.line(report, key)))), *ends))
    paper.ln(3)


def _both_legs(paper: Paper, report: Report, known: Knowledge) -> None:
    """Write the measures of both legs next to each other, if the clip shows the runner from both sides."""
    found = {pair.key: pair for pair in pairs(report) if pair.by is not None}
    if not found:
        return
    paper.write_line(_("Both legs"), 13, bold=True)
    paper.ln(1)
    with _table(paper, (62, 38, 38, 40)) as table:
        table.row((_("Figure"), _("Left"), _("Right"), wording.name(_("difference"))))
        for key, text in known.measures.items():
            if (pair := found.get(key)) is not None:
                table.row((text.name, with_error(pair.left), with_error(pair.right), comparison_rows.apart(pair, text)))
    paper.ln(3)


def told(measure: Measured) -> str:
    """Return a measure with its error, and in a word if it has one."""
    shown = wording.with_error(measure)
    return f"{wording.name(str(measure.word))} ({shown})" if measure.word else shown


def _table(paper: Paper, wide_mm: tuple[int, ...]) -> AbstractContextManager[Table]:
    """Return a table with columns of these widths, whose first row is its head."""
    paper.set_font(lettering.FAMILY, "", 8.5)
    paper.set_text_color(*INK)
    paper.set_draw_color(221, 215, 206)
    return paper.table(
        col_widths=wide_mm,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="BOLD", color=SOFT),
        line_height=4.2,
        padding=(0.6, 1, 0.4, 1),  # mm: top, right, bottom, left
        text_align="LEFT",
    )


def _missing(paper: Paper, report: Report, known: Knowledge) -> None:
    missing = [
        (known.measures[key].name, measure.missing_because)
        for key, measure in report.measures.items()
        if isinstance(measure, Missing)
    ]
    if missing:
        paper.write_line(_("What this clip could not tell"), 13, bold=True)
        for name, because in missing:
            paper.write_line(f"{name}: {because}", 9)
        paper.ln(3)


def _drills(paper: Paper, report: Report, known: Knowledge) -> None:
    drills = implications.drills(report, known)
    if drills:
        paper.write_line(_("Training ideas"), 13, bold=True)
        for key in drills:
            paper.write_line(f"{known.drills[key].name}: {known.drills[key].dose.says}", 9)
