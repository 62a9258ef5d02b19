"""Cards and rows: a figure with its error, a finding, a muscle, a drill, a source."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from core.knowledge import Knowledge
from core.knowledge.types import Difference, Drill, Muscle, Page, Source
from core.model import Finding, Report
from pages.components import anatomy, drawings, figure, follows, forces, gauge, moves, session, words
from pages.components.frame import palette, picture

DRAWN = {"trunk_lean": drawings.lean_picture, "leg_extension": drawings.extension_picture}
MEASURED = {"trunk_lean": figure.lean_figure, "leg_extension": figure.extension_figure}
"""A headline's picture: our drawn runner at that angle, and, from the average stride, the runner as measured."""


def _verdict(finding: Finding) -> None:
    icon, text = words.verdict(finding)
    # The accent on a tint of itself is too faint to read on a dark page.
    st.badge(text, icon=icon, color="gray")


def _said(finding: Finding, what: str = "") -> None:
    st.markdown(finding.says)
    if what or finding.doubt:
        with st.expander("What this is, and what studies say", icon=":material/menu_book:"):
            st.markdown("\n\n".join(part for part in (what, finding.doubt) if part))


def headline(report: Report, key: str, photo: Path | None = None) -> None:
    """Show one of the two headline figures: picture, number, error, verdict, and where it lies.

    Parameters
    ----------
    report : Report
        The result.
    key : str
        One of `follows.HEADLINES`.
    photo : Path, optional
        The owner's own key frame, face blurred and lines drawn in; else the measured figure is drawn.
    """
    measure, finding, text = report.measures.get(key), follows.finding_of(report, key), session.known().measures[key]
    if measure is None:
        return
    with st.container(border=True):
        if measure.value is None:
            st.subheader(text.name, anchor=False)
            st.markdown(f"This clip could not tell. {measure.missing_because}")
            return
        left, right = st.columns([6, 5], wrap=False, vertical_alignment="center", gap="small")
        with left:
            _headline_picture(report, key, photo)
        with right:
            st.metric(text.name, words.value(measure))
            st.markdown(f"**{words.error(measure)}** :small[over {measure.n_strides} strides]")
        if finding:
            _verdict(finding)
        picture(partial(gauge.gauge, measure, finding), gauge.alt(measure, finding, text.name), key=f"gauge-{key}")
        if finding:
            _said(finding, text.what)


def _headline_picture(report: Report, key: str, photo: Path | None) -> None:
    measure, text = report.measures[key], session.known().measures[key]
    said = f"{text.name.lower()}: {words.value(measure)}"
    if photo is not None:
        st.image(str(photo), alt=f"You, face blurred, with lines drawn in for your {said}.", width=270)
    elif report.mean_stride is not None:
        draw = partial(MEASURED[key], report, follows.finding_of(report, key))
        picture(draw, f"Your average stride as a drawn figure, with your {said}.", key=key)
    else:
        picture(partial(DRAWN[key], measure.value), f"A drawn runner with your {said}.", key=key)


def finding_card(report: Report, finding: Finding) -> None:
    """Show a finding that is held against something, smaller than a headline."""
    measure, text = report.measures[finding.key], session.known().measures[finding.key]
    with st.container(border=True):
        st.markdown(f"**{text.name}: {words.value(measure)}** :small[{words.error(measure)}]")
        _verdict(finding)
        _said(finding)


def _reasons(asked: follows.Asked | None, known: Knowledge) -> None:
    for key, because in asked.reasons if asked else ():
        st.markdown(f":gray-badge[Your {known.measures[key].name.lower()}] {because}")


def muscle_card(muscle: Muscle, known: Knowledge, pace_s: float, asked: follows.Asked | None = None) -> None:
    """Show the lit muscle: role, moments of a step, force at a pace, how sure, and why a result asks of it."""
    with st.container(border=True, gap="small"):
        st.subheader(f"{muscle.rank}. {muscle.name}", anchor=False)
        st.markdown(f":small[{words.name(muscle.plain_name)}]  \n{muscle.role}")
        picture(partial(anatomy.moments, muscle), anatomy.moments_alt(muscle), key=f"moments-{muscle.key}")
        st.markdown(f":material/fitness_center: At {words.clock(pace_s)} /km: {forces.at_pace(muscle, pace_s)}")
        st.markdown(f":material/balance: {muscle.sureness}")
        _reasons(asked, known)
        with st.expander("Every number, and the sources", icon=":material/menu_book:"):
            for force in muscle.forces:
                second = " Read second-hand." if force.second_hand else ""
                st.markdown(
                    f"**{forces.number(force).capitalize()} × body weight** ({force.part}): {force.condition}, "
                    f"{forces.found_at(force)}.{second} {cite(force.sources, known)}"
                )
            st.markdown(f"Works most: {muscle.phase}. {cite(muscle.sources, known)}")


def picture_row(pictures: tuple[moves.Picture, ...]) -> None:
    """Show the pictures of a drill or of a home test side by side, each with its name under it."""
    for column, drawn in zip(st.columns(len(pictures), wrap=False, gap="xsmall"), pictures, strict=True):
        column.image(drawn.svg, caption=drawn.name, alt=drawn.alt, width="stretch")


def drill_card(drill: Drill, known: Knowledge, asked: follows.Asked | None = None) -> None:
    """Show a drill: dose, steps, how to progress, cautions and evidence."""
    with st.expander(f"**{drill.name}**  \n:small[{drill.dose.says}]"):
        picture_row(moves.drill_pictures(drill.key, palette()))
        _reasons(asked, known)
        st.markdown("\n".join(f"{place}. {step}" for place, step in enumerate(drill.steps, 1)))
        st.markdown(f"**To progress:** {drill.progress}")
        st.markdown("**Take care:**\n" + "\n".join(f"- {caution}" for caution in drill.cautions))
        st.markdown(f"**What is known:** {drill.evidence} {cite(drill.sources, known)}")


def cite(keys: tuple[str, ...], known: Knowledge) -> str:
    """Return short citations, linked to their DOI where there is one."""

    def one(source: Source) -> str:
        # Three authors and more are told by the first: the full names stand in the list of sources.
        authors = f"{source.authors.split(',')[0]} et al." if "," in source.authors else source.authors
        text = " ".join(str(part) for part in (authors, source.year) if part)
        return f"[{text}](https://doi.org/{source.doi})" if source.doi else text

    return f":small[({'; '.join(one(known.sources[key]) for key in keys)})]"


def difference_card(difference: Difference, known: Knowledge) -> None:
    """Show what an article says, beside it what studies found, and what is said here."""
    left, right = st.columns(2)
    left.markdown(f":small[**The article**]  \n“{difference.claim}” {cite(difference.claim_sources, known)}")
    right.markdown(f":small[**Studies**]  \n{difference.studies} {cite(difference.sources, known)}")
    st.markdown(f"**So we say:** {difference.says}")


def differences(page: Page, known: Knowledge) -> None:
    """Show, on the page that they concern, the claims in which articles and studies differ."""
    for place, difference in enumerate(row for row in known.differences.values() if row.page == page):
        if place:
            st.divider()
        difference_card(difference, known)


def source_line(source: Source, known: Knowledge) -> None:
    """Show a source: who, when, what, where, how it was read and what kind of evidence it is."""
    year = f" ({source.year})" if source.year else ""
    journal = f" *{source.journal}* {source.ref}." if source.journal else ""
    link = f" [doi:{source.doi}](https://doi.org/{source.doi})" if source.doi else ""
    st.markdown(
        f"**{source.authors}**{year}. {source.what.rstrip('.')}.{journal}{link}  \n"
        f":small[{known.general.reads[source.read]} · {known.general.grades[source.grade]}]"
    )
