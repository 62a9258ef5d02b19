"""Cards and rows: a measure with its error, a finding, a muscle, a drill, a source."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from core.coaching import implications
from core.i18n.translate import gettext as _
from core.i18n.translate import ngettext
from core.knowledge import Knowledge
from core.knowledge.types import Difference, Drill, Muscle, Page, Source
from core.model.measures import Measured, MeasureKey, Missing
from core.model.report import Finding, Report
from pages.components import session
from pages.components.frame import palette, picture
from view.charts import force_by_pace, gauge
from view.drawing import exercises, leg_muscles, measured_runner, runner
from view.text import by_hand, wording

DRAWN: dict[MeasureKey, Callable[[float, runner.Palette], str]] = {
    "trunk_lean": runner.lean_picture,
    "leg_extension": runner.extension_picture,
}
MEASURED: dict[MeasureKey, Callable[[Report, Finding | None, runner.Palette], str]] = {
    "trunk_lean": measured_runner.lean_figure,
    "leg_extension": measured_runner.extension_figure,
}
"""A headline's picture: our drawn runner at that angle, or, from the average stride, the runner as measured."""


def _verdict(finding: Finding) -> None:
    icon, text = wording.verdict(finding)
    # The accent on a tint of itself is too faint to read on a dark page.
    st.badge(text, icon=icon, color="gray")


def _said(finding: Finding, what: str = "") -> None:
    st.markdown(str(finding.says))
    if what or finding.doubt:
        with st.expander(_("What this is, and what studies say"), icon=":material/menu_book:"):
            st.markdown("\n\n".join(str(part) for part in (what, finding.doubt) if part))


def headline(report: Report, key: MeasureKey, photo: Path | None = None) -> None:
    """Show one of the two headline measures: picture, number, error, verdict, and position in the ranges.

    Parameters
    ----------
    report : Report
        The result.
    key : MeasureKey
        One of `implications.HEADLINES`.
    photo : Path, optional
        The owner's own key frame, face blurred and lines drawn in; by default the measured runner is drawn.
    """
    measure, finding, text = (
        report.measures.get(key),
        implications.finding_of(report, key),
        session.known().measures[key],
    )
    if measure is None:
        return
    with st.container(border=True):
        if isinstance(measure, Missing):
            st.subheader(text.name, anchor=False)
            st.markdown(_("This clip could not tell.") + f" {measure.missing_because}")
            _by_hand(report, key)
            return
        left, right = st.columns([6, 5], wrap=False, vertical_alignment="center", gap="small")
        with left:
            _headline_picture(report, key, measure, photo)
        with right:
            st.metric(text.name, wording.value(measure))
            told = ngettext("**{error}** :small[over {n} stride]", "**{error}** :small[over {n} strides]",
                            measure.n_strides, error=wording.error(measure))  # fmt: skip
            st.markdown(told)
            _by_hand(report, key)
        if finding:
            _verdict(finding)
        picture(partial(gauge.gauge, measure, finding), gauge.alt(measure, finding, text.name), key=f"gauge-{key}")
        if finding:
            _said(finding, text.what)


def _by_hand(report: Report, key: MeasureKey) -> None:
    if told := by_hand.line(report, key):
        st.caption(told)


def _headline_picture(report: Report, key: MeasureKey, measure: Measured, photo: Path | None) -> None:
    text = session.known().measures[key]
    said = {"figure": text.name.lower(), "value": wording.value(measure)}
    if photo is not None:
        told = _("You, face blurred, with lines drawn in for your {figure}: {value}.", **said)
        st.image(str(photo), alt=told, width="stretch")
    elif report.mean_stride is not None:
        draw = partial(MEASURED[key], report, implications.finding_of(report, key))
        picture(draw, _("Your average stride as a drawn figure, with your {figure}: {value}.", **said), key=key)
    else:
        told = _("A drawn runner with your {figure}: {value}.", **said)
        picture(partial(DRAWN[key], measure.value), told, key=key)


def finding_card(report: Report, finding: Finding) -> None:
    """Show a finding with a verdict, smaller than a headline."""
    measure, text = report.measures[finding.key], session.known().measures[finding.key]
    with st.container(border=True):
        st.markdown(f"**{text.name}: {wording.value(measure)}** :small[{wording.error(measure)}]")
        _verdict(finding)
        _said(finding)


def _reasons(asked: implications.Asked | None, known: Knowledge) -> None:
    for key, because in asked.reasons if asked else ():
        figure_name = _("Your {figure}", figure=known.measures[key].name.lower())
        st.markdown(f":gray-badge[{figure_name}] {because}")


def muscle_card(muscle: Muscle, known: Knowledge, pace_s: float, asked: implications.Asked | None = None) -> None:
    """Show the lit muscle: role, moments of a step, force at a pace, certainty, and why a result refers to it."""
    with st.container(border=True, gap="small"):
        st.subheader(f"{muscle.rank}. {muscle.name}", anchor=False)
        st.markdown(f":small[{wording.name(muscle.plain_name)}]  \n{muscle.role}")
        picture(partial(leg_muscles.moments, muscle), leg_muscles.moments_alt(muscle), key=f"moments-{muscle.key}")
        at_pace = _("At {pace} /km: {force}", pace=wording.clock(pace_s), force=force_by_pace.at_pace(muscle, pace_s))
        st.markdown(f":material/fitness_center: {at_pace}")
        if muscle.besides:
            read = sorted({known.general.reads[known.sources[key].read] for key in muscle.besides_sources})
            st.markdown(
                f":material/info: {muscle.besides} {cite(muscle.besides_sources, known)} :small[{' '.join(read)}]"
            )
        st.markdown(f":material/balance: {muscle.sureness}")
        _reasons(asked, known)
        with st.expander(_("Every number, and the sources"), icon=":material/menu_book:"):
            for force in muscle.forces:
                told = _(
                    "**{number} × body weight** ({part}): {condition}, {paces}.",
                    number=wording.name(force_by_pace.number(force)),
                    part=force.part,
                    condition=force.condition,
                    paces=force_by_pace.found_at(force),
                )
                second = _("Read second-hand.") + " " if force.second_hand else ""
                st.markdown(f"{told} {second}{cite(force.sources, known)}")
            works = _("Works most: {phase}.", phase=muscle.phase)
            st.markdown(f"{works} {cite(muscle.sources, known)}")


def picture_row(pictures: tuple[exercises.Picture, ...]) -> None:
    """Show the pictures of a drill or of a home test side by side, each with its name below it."""
    for column, drawn in zip(st.columns(len(pictures), wrap=False, gap="xsmall"), pictures, strict=True):
        column.image(drawn.svg, caption=drawn.name, alt=drawn.alt, width="stretch")


def drill_card(
    drill: Drill, known: Knowledge, asked: implications.Asked | None = None, *, dose: str = "", optional: bool = False
) -> None:
    """Show a drill: dose, steps, how to progress, cautions and evidence.

    Parameters
    ----------
    drill : Drill
        The drill.
    known : Knowledge
        Its sources.
    asked : Asked, optional
        Why a result leads to it.
    dose : str
        The dose for the runner's level; defaults to the drill's own.
    optional : bool
        Whether nothing asks for it.
    """
    told = " · ".join([dose or drill.dose.says, *([_("optional")] if optional else [])])
    with st.expander(f"**{drill.name}**  \n:small[{told}]"):
        picture_row(exercises.drill_pictures(drill.key, palette()))
        _reasons(asked, known)
        st.markdown("\n".join(f"{place}. {step}" for place, step in enumerate(drill.steps, 1)))
        st.markdown(_("**To progress:** {progress}", progress=drill.progress))
        st.markdown(_("**Take care:**") + "\n" + "\n".join(f"- {caution}" for caution in drill.cautions))
        evidence = _("**What is known:** {evidence}", evidence=drill.evidence)
        st.markdown(f"{evidence} {cite(drill.sources, known)}")


def cite(keys: tuple[str, ...], known: Knowledge) -> str:
    """Return short citations, linked to their DOI if they have one."""

    def one(source: Source) -> str:
        # Two or more authors are shortened to the first; the list of sources has the full names.
        first, *more = source.authors.split(",")
        authors = _("{author} et al.", author=first) if more else source.authors
        text = " ".join(str(part) for part in (authors, source.year) if part)
        return f"[{text}](https://doi.org/{source.doi})" if source.doi else text

    return f":small[({'; '.join(one(known.sources[key]) for key in keys)})]"


def difference_card(difference: Difference, known: Knowledge) -> None:
    """Show an article's claim, next to it what studies found, and the app's position."""
    left, right = st.columns(2)
    article, studies = _("The article"), _("Studies")
    left.markdown(f":small[**{article}**]  \n“{difference.claim}” {cite(difference.claim_sources, known)}")
    right.markdown(f":small[**{studies}**]  \n{difference.studies} {cite(difference.sources, known)}")
    st.markdown(_("**So we say:** {says}", says=difference.says))


def differences(page: Page, known: Knowledge) -> None:
    """Show the claims in which articles and studies differ, on the page that they concern."""
    for place, difference in enumerate(row for row in known.differences.values() if row.page == page):
        if place:
            st.divider()
        difference_card(difference, known)


def source_line(source: Source, known: Knowledge) -> None:
    """Show a source: authors, year, title, publication, how it was read and the kind of evidence."""
    year = f" ({source.year})" if source.year else ""
    journal = f" *{source.journal}* {source.ref}." if source.journal else ""
    link = f" [doi:{source.doi}](https://doi.org/{source.doi})" if source.doi else ""
    st.markdown(
        f"**{source.authors}**{year}. {source.what.rstrip('.')}.{journal}{link}  \n"
        f":small[{known.general.reads[source.read]} · {known.general.grades[source.grade]}]"
    )
