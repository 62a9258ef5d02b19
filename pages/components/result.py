"""The parts of a result page that depend on the report alone: the owner's page and a shared one show the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.knowledge import lab_reference
from core.model.measures import Measured, MeasureKey, Missing
from core.model.media import PHOTOS
from core.model.report import Report
from pages.components import cards, checks, language, replay, session
from pages.components.comparing import legs
from pages.components.frame import palette, picture
from view.charts import joint_angles, maps, muscle_forces
from view.text import measure_list

PHOTO_OF: dict[MeasureKey, tuple[str, ...]] = {
    "trunk_lean": (PHOTOS["trunk_lean"], "mid_stance.jpg"),
    "leg_extension": (PHOTOS["leg_extension"], "toe_off.jpg"),
}
"""The images for a headline measure, the best first; results of earlier versions have only the second."""


def headlines(report: Report, photos: Mapping[MeasureKey, Path | None] | None = None) -> None:
    """Show the two headline measures side by side, on the owner's key frames if they are given by measure."""
    for column, key in zip(st.columns(len(implications.HEADLINES)), implications.HEADLINES, strict=True):
        with column:
            cards.headline(report, key, (photos or {}).get(key))


def map_and_others(report: Report) -> None:
    """Show the map of both headlines and, next to it, the other measures with a verdict."""
    others = [finding for finding in implications.marked(report) if finding.key in session.known().measures]
    left, right = st.columns(2)
    with left:
        where_you_are(report)
    if others:
        with right:
            st.subheader(_("Also worth reading"), anchor=False)
            for finding in others:
                cards.finding_card(report, finding)


def where_you_are(report: Report) -> None:
    """Show the maps: lean against leg extension, and leg extension against bounce; a tap shows the doubts of studies."""
    first, second = maps.lean_and_extension(report, palette()), maps.extension_and_bounce(report, palette())
    if first is None:
        return
    known, race = session.known(), lab_reference.load().race
    doubts = {
        key: f"{known.bands[key].doubt} {cards.cite(known.bands[key].sources, known)}"
        for key in (*implications.HEADLINES, "vertical_oscillation")
    }
    st.subheader(_("Where you are on the map"), anchor=False)
    with st.container(border=True):
        picture(lambda _palette: first, maps.map_alt(report), key="map")
        box = _("The box around your dot is its error.")
        st.markdown(f"**{maps.way(report)}** {box}")
        with st.expander(_("What studies say about that corner"), icon=":material/menu_book:"):
            for key in implications.HEADLINES:
                st.markdown(doubts[key])
            st.markdown(f"{race.says} {cards.cite(race.sources, known)}")
    if second is not None:
        with st.expander(_("Leg extension and bounce"), icon=":material/height:"):
            picture(lambda _palette: second, maps.bounce_alt(report), key="map-bounce")
            coach = _("The coach ties the two together: a leg that reaches further back sends you forward, not up.")
            st.markdown(f"{coach} {doubts['vertical_oscillation']}")


def motion(report: Report) -> None:
    """Show the replay and the angles over the stride, or a sentence if there is no average stride."""
    if report.mean_stride is None:
        st.markdown(
            _("There is no average stride to show: this clip has no whole stride of the leg nearest the camera.")
        )
        return
    left, right = st.columns(2)
    with left:
        st.subheader(_("Your average stride"), anchor=False)
        replay.show(report, palette())
    with right:
        angles(report)


@st.fragment
def angles(report: Report) -> None:
    """Let the visitor choose a joint, and show its angle over the stride."""
    language.enter()
    st.subheader(_("Angles over the stride"), anchor=False)
    key = st.segmented_control(
        _("Angle of"),
        list(joint_angles.CURVES),
        default=next(iter(joint_angles.CURVES)),
        format_func=lambda name: _(joint_angles.CURVES[name][0]),
        required=True,
        label_visibility="collapsed",
        width="stretch",
        key="curve",
    )
    st.plotly_chart(
        joint_angles.chart(report, key, palette()),
        config=muscle_forces.STATIC,
        key=f"curve-{key}",
        alt=joint_angles.alt(report, key),
    )
    st.caption(joint_angles.says(report, key))


def every_figure(report: Report) -> None:
    """Show all other measures as a list."""
    st.subheader(_("Every figure"), anchor=False)
    st.html(measure_list.listed(report, session.known(), palette()))


def both_legs(report: Report) -> None:
    """Show both legs, if the clip shows the runner from both sides."""
    if report.other_leg is None:
        return
    st.subheader(_("Both legs"), anchor=False)
    with st.container(key="narrow-legs"):
        legs.show(report)


def not_told(report: Report) -> None:
    """Show what could not be measured, with the checks that warned and what to film next time."""
    warned = [check for check in report.quality if check.severity != "pass"]
    if not warned and all(isinstance(measure, Measured) for measure in report.measures.values()):
        return
    st.subheader(_("What this clip could not tell"), anchor=False)
    missing = [
        f"**{text.name}.** {measure.missing_because}"
        for key, text in session.known().measures.items()
        if isinstance(measure := report.measures.get(key), Missing)
    ]
    if missing:
        st.markdown("\n".join(f"- {line}" for line in missing))
    for check in warned:
        checks.warning(check)
