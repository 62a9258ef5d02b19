"""The plan on a page: dates, the sheet to print, the calendar file, and the rule that chose it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st
from babel.dates import format_date, format_skeleton, get_day_names

from core.coaching.plan import Chosen, Plan, rule_words
from core.coaching.schedule import DAYS_OF_WEEK, Schedule, calendar_file, schedule
from core.errors import BadAnswer
from core.i18n.translate import WRITTEN_IN, current, ngettext
from core.i18n.translate import gettext as _
from core.knowledge import Knowledge
from pages.components.cards import cite, picture_row
from pages.components.frame import palette, problem
from pages.components.metronome import print_button
from view.drawing import exercises
from view.site import WELLNESS

# Only the sheet is printed, small enough for one page whatever is open on the screen.
_PRINT = """<style>
[class*="st-key-paper"] { display: none; }
.st-key-sheet [data-testid="stImage"] img { max-height: 11rem; object-fit: contain; }
@media print {
  @page { size: A4; margin: 12mm; }
  html, body, #root, .stApp, .stApp > *, [data-testid="stAppViewContainer"], .stMain {
    position: static !important; height: auto !important; overflow: visible !important; }
  :root, .stApp { background: #fff !important; color: #000 !important; }
  header, .st-key-top, [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stDecoration"],
  .stMainBlockContainer > div > *:not(:has(.st-key-sheet)):not(.st-key-sheet) { display: none !important; }
  .st-key-sheet .stExpander, .st-key-sheet [class*="st-key-screen"] { display: none !important; }
  [class*="st-key-paper"] { display: block; }
  .st-key-sheet, .st-key-sheet * { color: #000 !important; font-size: 9.5pt !important; line-height: 1.25 !important; }
  .st-key-sheet h3 { font-size: 12pt !important; margin: 0 !important; padding: 0 !important; }
  .st-key-sheet, .st-key-sheet [data-testid="stVerticalBlock"] { gap: .3rem !important; }
  [class*="st-key-drill-"] { display: grid !important; grid-template-columns: 5.6cm 1fr; gap: 0 .4cm !important;
    padding: .25cm !important; break-inside: avoid; }
  [class*="st-key-drill-"] > * { grid-column: 2; }
  [class*="st-key-drill-"] > :has([class*="st-key-drawn-"]), [class*="st-key-drill-"] > [class*="st-key-drawn-"] {
    grid-column: 1; grid-row: 1 / span 4; }
  .stMainBlockContainer { padding: 0 !important; }
  .st-key-sheet p, .st-key-sheet ul, .st-key-sheet ol { margin-bottom: .1rem !important; }
}
</style>"""


def sheet(plan: Plan, planned: Schedule, known: Knowledge) -> None:
    """Show the plan: what, how much, how, and why; the printed sheet is the same."""
    st.html(_PRINT)
    with st.container(key="sheet"):
        with st.container(key="paper-title"):
            st.markdown(_("**Stride Check: your plan**"))
        if plan.starter:
            says = known.plan.junior.says if plan.level == "junior" else known.plan.starter.says
            st.info(says, icon=":material/info:")
        if plan.level == "gentle":
            st.info(
                f"{known.plan.gentle_says} {cite(known.plan.gentle_sources, known)}",
                icon=":material/accessibility_new:",
            )
        first, last = _day(planned.days[0]), _day(planned.days[-1])
        st.markdown(
            ngettext(
                "**{n} day**, {first} to {last}. **Film and test again on {retest}.**",
                "**{n} days**, {first} to {last}. **Film and test again on {retest}.**",
                len(planned.days),
                first=first,
                last=last,
                retest=_day(planned.retest_on),
            )
        )
        st.markdown(known.general.training.says)
        for place, chosen in enumerate(plan.chosen, 1):
            _drill(place, chosen, known)
        with st.container(key="paper-note"):
            st.markdown(_("Tick each day: {days}", days=" · ".join(f"☐ {_day(day)}" for day in planned.days)))
            st.markdown(_(WELLNESS))


def _drill(place: int, chosen: Chosen, known: Knowledge) -> None:
    drill = chosen.drill
    with st.container(border=True, gap="small", key=f"drill-{place}"):
        st.subheader(f"{place}. {drill.name}", anchor=False)
        optional = " :gray-badge[" + _("optional") + "]" if chosen.optional else ""
        st.markdown(f"**{chosen.dose}**{optional} {cite(drill.dose.sources, known)}")
        with st.container(key=f"drawn-{place}"):
            picture_row(exercises.drill_pictures(drill.key, palette()))
        st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(drill.steps, 1)))
        care = _("**Take care:**")
        lines = (
            _("**Easier:** {how}", how=drill.easier),
            _("**Harder:** {how}", how=drill.harder),
            _("**Week by week:** {progress}", progress=drill.progress),
            f"{care} {' '.join(drill.cautions)}",
        )
        st.markdown("  \n".join(lines))
        with st.container(key=f"screen-why-{place}"):
            for reason in chosen.reasons:
                points = " · " + ngettext("{n} point", "{n} points", reason.points) if reason.points else ""
                st.markdown(
                    f":gray-badge[{reason.ground}{points}] {reason.link.because} {cite(reason.link.sources, known)}"
                )
        with st.expander(_("What is known about it"), icon=":material/menu_book:"):
            st.markdown(f"{drill.evidence} {cite(drill.sources, known)}")


def used() -> bool:
    """Ask whether such drills are new; a beginner's doses are the default."""
    return st.toggle(_("I already do strides and drills like these"), key="plan-used")


def when(known: Knowledge) -> Schedule | None:
    """Ask for start, weeks and weekdays; show what is wrong and return None if they are not valid."""
    rule = known.plan
    start, weeks = st.columns([3, 2], vertical_alignment="bottom")
    first = start.date_input(_("Start on"), value="today", min_value="today", format="YYYY-MM-DD")
    count = weeks.segmented_control(
        _("Weeks"), tuple(range(rule.weeks_low, rule.weeks_high + 1)), default=rule.weeks_high, required=True
    )
    names = get_day_names("abbreviated", locale=current())
    days = st.pills(
        _("Days of the week"),
        tuple(range(DAYS_OF_WEEK)),
        selection_mode="multi",
        default=(0, 3),
        format_func=lambda day: names[day],
        key="plan-days",
    )
    try:
        assert isinstance(first, date), "one day is asked for, not a range"
        return schedule(first, frozenset(days), count, known)
    except BadAnswer as error:
        problem(error)
        return None


def take_away(plan: Plan, planned: Schedule) -> None:
    """Offer the calendar file and the print view."""
    st.download_button(
        _("Put it in my calendar (.ics)"),
        calendar_file(plan, planned, datetime.now(tz=UTC)),
        file_name="stride-check-plan.ics",
        mime="text/calendar",
        icon=":material/event:",
        on_click="ignore",
        width="stretch",
    )
    print_button()


def rule(known: Knowledge) -> None:
    """Show the rule by which the plan was chosen."""
    with st.expander(_("How these were chosen"), icon=":material/rule:"):
        st.markdown("\n".join(f"- {sentence}" for sentence in rule_words(known)))
        st.markdown(f"{known.plan.variants} {cite(known.plan.sources, known)}")


def _day(day: date) -> str:
    """Return a day in words: 'Mon 5 March'."""
    if current() == WRITTEN_IN:
        return format_date(day, "EEE d MMMM", locale=current())
    return format_skeleton("MMMMEd", day, locale=current())
