"""A finding explained as a chain that the eye can follow: muscles and why, the home test that tells, the drill that trains."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.knowledge import Knowledge
from core.knowledge.types import Because
from core.model import Finding, Report
from pages.components import cards, follows, moves, words
from pages.components.drawings import Palette
from pages.components.frame import palette

_STYLE = """<style>
[class*="st-key-step-"] {{ border-left: 3px solid {accent}; padding-left: .9rem; }}
[class*="st-key-step-"] [data-testid="stColumn"] {{ min-width: 0; }}
</style>"""

Pictures = Callable[[str, Palette], tuple[moves.Picture, ...]]


def explained(report: Report, known: Knowledge, *, key: str) -> None:
    """Show every finding of a report as a chain, each folded but the first.

    Parameters
    ----------
    report : Report
        The result.
    known : Knowledge
        What the product knows about bodies.
    key : str
        Unique on the page.
    """
    st.html(_STYLE.format(accent=palette().accent))
    findings = follows.explained(report, known)
    for place, finding in enumerate(findings):
        measure, name = report.measures[finding.key], known.measures[finding.key].name
        # A figure that is only described is worth a line here, not a verdict.
        verdict = "" if finding.verdict == "described" else f" · {words.verdict(finding)[1]}"
        label = f"**{name}** {measure.word or words.value(measure)}  \n:small[{words.error(measure)}{verdict}]"
        with st.expander(label, expanded=place == 0):
            show(finding, known, report.answers.sitting_hours, key=f"{key}-{finding.key}")


def show(finding: Finding, known: Knowledge, sitting_hours: float | None, *, key: str) -> None:
    """Show one finding's chain, from the muscles down to the drills."""
    sitting = known.general.sitting
    if finding.key == sitting.finding and (sitting_hours or 0) >= sitting.long_hours:
        st.markdown(f":material/chair: {sitting.says} {cards.cite(sitting.sources, known)}")
    for place, step in enumerate(follows.chain(finding, known, sitting_hours)):
        with st.container(key=f"step-{key}-{place}", gap="small"):
            for link in step.muscles:
                muscle = known.muscles[link.key]
                st.markdown(f"**{muscle.name}** :small[{muscle.plain_name}]  \n{link.because}")
            for link in step.tests:
                _row(link, "Test it", known.tests[link.key].name, moves.test_pictures)
            for link in step.drills:
                drill = known.drills[link.key]
                _row(link, "Train it", f"{drill.name}, {drill.dose.says}", moves.drill_pictures)
            links = (*step.muscles, *step.tests, *step.drills)
            sources = tuple(dict.fromkeys(source for link in links for source in link.sources))
            st.markdown(f":material/menu_book: {cards.cite(sources, known)}")


def _row(link: Because, what: str, name: str, pictures: Pictures) -> None:
    """Show a test or a drill beside the picture of its end."""
    left, right = st.columns([2, 5], wrap=False, gap="small", vertical_alignment="center")
    end = pictures(link.key, palette())[1]
    left.image(end.svg, alt=end.alt, width="stretch")
    right.markdown(f":small[:material/arrow_forward: {what}]  \n**{name}**  \n{link.because}")
