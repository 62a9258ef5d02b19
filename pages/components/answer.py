"""The answer of a result in three short lines, with the drill that is worth trying one tap away."""

from __future__ import annotations

import streamlit as st

from core.coaching.answer import Answer, answer
from core.i18n.translate import gettext as _
from core.knowledge import Knowledge
from core.model.measures import Missing
from core.model.report import Report
from pages.components import cards
from view.text import wording


def show(report: Report, known: Knowledge) -> None:
    """Show one thing that is good, one that is worth trying, and one that the clip could not tell."""
    found = answer(report, known)
    with st.container(key="answer", gap="small"):
        st.markdown(f":material/check_circle: {_good(found, report, known)}")
        if found.worth_trying is None:
            st.markdown(":material/thumb_up: " + _("**Nothing to change.** The drills of your plan are optional."))
        else:
            label = _("**Optional:**") if found.worth_trying.optional else _("**Worth trying:**")
            st.markdown(f":material/exercise: {label} {found.worth_trying.reasons[0].link.because}")
            cards.drill_card(found.worth_trying.drill, known, dose=found.worth_trying.dose)
        st.markdown(f":material/help: {_unknown(found, report, known)}")


def _good(found: Answer, report: Report, known: Knowledge) -> str:
    if found.good is None:
        return _("**Good:** your clip could be measured, and here is what it shows.")
    name, measure = known.measures[found.good.key].name, report.measures[found.good.key]
    verdict = wording.verdict(found.good)[1]
    return _("**Good:** {name} {value}. {verdict}.", name=name.lower(), value=wording.value(measure), verdict=verdict)


def _unknown(found: Answer, report: Report, known: Knowledge) -> str:
    if found.unknown_key is None:
        return _("**Not told by a clip:** how strong you are. The home tests tell.")
    name, measure = known.measures[found.unknown_key].name, report.measures[found.unknown_key]
    if isinstance(measure, Missing):
        return _("**Not told:** {name}. {reason}", name=name.lower(), reason=str(measure.missing_because))
    return _(
        "**Not told:** whether your {name} is in its range. At {value}, it is too close to call.",
        name=name.lower(),
        value=wording.value(measure),
    )
