"""A finding explained as a chain: the muscles and the reason, the home test that checks them, and the drill that trains them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.knowledge import Knowledge
from core.model.measures import Measured
from core.model.report import Answers, Finding, Report
from pages.components import cards, session
from pages.components.frame import palette
from view.drawing import exercises
from view.text import wording
from web.address import KEY

_STYLE = """<style>
[class*="st-key-step-"] {{ border-left: 3px solid {accent}; padding-left: .9rem; }}
[class*="st-key-step-"] [data-testid="stColumn"] {{ min-width: 0; }}
</style>"""


def explained(report: Report, known: Knowledge, *, key: str) -> None:
    """Show every finding of a report as a chain, all folded except the first.

    Parameters
    ----------
    report : Report
        The result.
    known : Knowledge
        The app's knowledge about bodies.
    key : str
        Unique on the page.
    """
    st.html(_STYLE.format(accent=palette().accent))
    findings = implications.explained(report, known)
    for place, finding in enumerate(findings):
        measure, name = report.measures[finding.key], known.measures[finding.key].name
        # A measure without a verdict gets a line here, not a verdict.
        verdict = "" if finding.verdict == "described" else f" · {wording.verdict(finding)[1]}"
        word = measure.word if isinstance(measure, Measured) else None
        number = wording.with_error(measure) if word else wording.error(measure)
        label = f"**{name}** {word or wording.value(measure)}  \n:small[{number}{verdict}]"
        with st.expander(label, expanded=place == 0):
            show(finding, known, report.answers, key=f"{key}-{finding.key}")


def show(finding: Finding, known: Knowledge, answers: Answers, *, key: str) -> None:
    """Show one finding's chain, from the muscles down to the drills."""
    sitting, to_test, to_train = known.general.sitting, _("To test it"), _("To train it")
    if finding.key == sitting.finding and (answers.sitting_hours or 0) >= sitting.long_hours:
        st.markdown(f":material/chair: {sitting.says} {cards.cite(sitting.sources, known)}")
    for place, step in enumerate(implications.chain(finding, known, answers)):
        with st.container(key=f"step-{key}-{place}", gap="small"):
            for link in step.muscles:
                muscle = known.muscles[link.key]
                st.markdown(f"**{muscle.name}** :small[{muscle.plain_name}]  \n{link.because}")
            for link in step.tests:
                column = _beside(exercises.test_pictures(link.key, palette())[1])
                column.markdown(f":small[{to_test}]  \n**{known.tests[link.key].name}**  \n{link.because}")
                column.page_link(
                    "pages/strength.py",
                    label=_("Do this test"),
                    icon=":material/arrow_forward:",
                    query_params=_to(link.key),
                )
            for link in step.drills:
                drill, column = known.drills[link.key], _beside(exercises.drill_pictures(link.key, palette())[1])
                column.markdown(f":small[{to_train}]  \n**{drill.name}**, {drill.dose.says}  \n{link.because}")
            links = (*step.muscles, *step.tests, *step.drills)
            sources = tuple(dict.fromkeys(source for link in links for source in link.sources))
            st.markdown(f":material/menu_book: {cards.cite(sources, known)}")


def _to(test: str) -> dict[str, str]:
    """Return the address parameters that open a home test and keep the visitor's result."""
    token = session.token()
    return {"test": test} | ({KEY: token} if token else {})


def _beside(picture: exercises.Picture) -> DeltaGenerator:
    """Show a picture, and return the column next to it."""
    left, right = st.columns([2, 5], wrap=False, gap="small", vertical_alignment="center")
    left.image(picture.svg, alt=picture.alt, width="stretch")
    return right.container(gap=None)
