"""Words of the pages: short names of answers, verdicts and stages, and measures with their error."""

from __future__ import annotations

import datetime

from babel.dates import format_date

from core.i18n.translate import WRITTEN_IN, current, marked, ngettext
from core.i18n.translate import gettext as _
from core.model.amounts import clock, clock_to_5_s, decimals, error, number, value, with_error, written
from core.model.measures import Measure, Measured, Missing, Unit
from core.model.report import Answers, Effort, Finding, Phase, Report, Surface, Verdict
from core.model.tracks import Side
from core.storage.job import Job

__all__ = ("clock", "error", "number", "value", "with_error")

EFFORTS: dict[Effort, str] = {
    "easy": marked("Easy"),
    "marathon": marked("Marathon pace"),
    "threshold": marked("Hard but steady"),
    "10k": marked("10 km race"),
    "5k": marked("5 km race"),
}
SURFACES: dict[Surface, str] = {"ground": marked("Ground"), "treadmill": marked("Treadmill")}
_SURFACES_AFTER_COMMA: dict[Surface, str] = {"ground": marked("ground"), "treadmill": marked("treadmill")}
SLOW_MOTION: dict[float, str] = {1.0: marked("No"), 2.0: "2×", 4.0: "4×", 8.0: "8×"}

VERDICTS: dict[Verdict, tuple[str, str, str]] = {
    "below": (":material/south:", marked("Below the coach's mark"), marked("Lower than most runners")),
    "within": (":material/check:", marked("Within the coach's mark"), marked("Like most runners")),
    "above": (":material/north:", marked("Above the coach's mark"), marked("Higher than most runners")),
    "too_close_to_call": (":material/balance:", marked("Too close to call"), marked("Too close to call")),
    "described": (":material/visibility:", marked("Described, not scored"), marked("Described, not scored")),
}
"""Icon, and words for a coach's target range or, without one, for the reference range."""

PROBABLY: dict[Verdict, tuple[str, str]] = {
    "below": (marked("Probably below the coach's mark"), marked("Probably lower than most runners")),
    "within": (marked("Probably within the coach's mark"), marked("Probably like most runners")),
    "above": (marked("Probably above the coach's mark"), marked("Probably higher than most runners")),
}
"""The words for a verdict that is probable, not sure."""

STAGES: dict[str, str] = {
    "reading": marked("Finding you in the clip"),
    "measuring": marked("Measuring your strides"),
    "drawing": marked("Drawing your pictures"),
}

PHASES: dict[Phase, tuple[str, str]] = {
    "initial_contact": (marked("Initial contact"), marked("the foot first touches the ground")),
    "mid_stance": (marked("Mid-stance"), marked("the body passes over the foot")),
    "toe_off": (marked("Toe-off"), marked("the foot leaves the ground")),
    "mid_flight": (marked("Mid-flight"), marked("both feet are in the air")),
    "swing": (marked("Swing"), marked("the knee folds as the leg swings through")),
    "next_contact": (marked("Next contact"), marked("the same foot lands again")),
}

_NEAREST: dict[Side, str] = {
    "left": marked("left leg nearest the camera"),
    "right": marked("right leg nearest the camera"),
}


def verdict(finding: Finding) -> tuple[str, str]:
    """Return the icon and the words of a finding's verdict."""
    icon, against_mark, against_studies = VERDICTS[finding.verdict]
    if finding.strength == "probably" and finding.verdict in PROBABLY:
        against_mark, against_studies = PROBABLY[finding.verdict]
    return icon, _(against_mark if finding.mark else against_studies)


def name(text: str) -> str:
    """Return a name with its first letter capitalised."""
    return text[:1].upper() + text[1:]


def band(low: float | None, high: float | None, unit: Unit) -> str:
    """Return a range in words: '5.0 to 10.0°', '18.0° or more', 'up to 10.0°'."""
    if low is not None and high is not None:
        return _("{low} to {high}", low=written(low, decimals(unit)), high=number(high, unit))
    if high is not None:
        return _("up to {high}", high=number(high, unit))
    return "" if low is None else _("{low} or more", low=number(low, unit))


def pace(seconds_per_km: float) -> str:
    """Return a pace per km and per mile, as runners write it."""
    per_km, per_mile = clock(seconds_per_km), clock(seconds_per_km * 1.609344)
    return _("{per_km} /km ({per_mile} /mile)", per_km=per_km, per_mile=per_mile)


def own_pace(report: Report) -> str:
    """Return the pace per km that the runner gave, or the one that the clip shows; a dash if there is neither."""
    given, speed = report.answers.pace_s_per_km, report.measures.get("speed")
    if given is not None:
        return clock(given)
    return clock_to_5_s(3600 / speed.value) if isinstance(speed, Measured) else "–"


def pace_basis(report: Report) -> str:
    """Return that the runner gave the pace, or the range that the clip shows; if it is missing, the reason."""
    speed = report.measures.get("speed")
    if report.answers.pace_s_per_km is not None:
        return _("as you gave it")
    if isinstance(speed, Missing):
        return str(speed.missing_because)
    return _("{pace}, as the clip shows", pace=str(speed.word)) if speed is not None and speed.word else ""


def pace_seen(report: Report) -> str:
    """Return a sentence with the pace that the clip shows, if the runner gave one."""
    speed = report.measures.get("speed")
    if report.answers.pace_s_per_km is None or not isinstance(speed, Measured) or speed.word is None:
        return ""
    return _("The clip alone shows {pace}.", pace=str(speed.word))


def date(day: datetime.date) -> str:
    """Return a date in words: '05 March 2027'."""
    return format_date(day, "dd MMMM yyyy" if current() == WRITTEN_IN else "long", locale=current())


def told(answers: Answers, speed: Measure | None = None) -> str:
    """Return the runner's answers about the clip in one line, with the clip's own pace if none was given."""
    seen = speed.word if isinstance(speed, Measured) else None
    parts = [
        _(EFFORTS[answers.effort]) if answers.effort else _("effort not given"),
        pace(answers.pace_s_per_km)
        if answers.pace_s_per_km
        else _("{pace}, as the clip shows", pace=seen)
        if seen
        else "",
        _(_SURFACES_AFTER_COMMA[answers.surface]) if answers.surface else "",
        _("slow motion {factor:g}×", factor=answers.slow_motion) if answers.slow_motion != 1 else "",
    ]
    return ", ".join(part for part in parts if part)


def progress(job: Job) -> float:
    """Return the finished share of the current stage, 0 to 1."""
    now = job.progress
    return min(now.done / now.total, 1.0) if now.total else 0.0


def progress_text(job: Job) -> str:
    """Return what the job is doing, with real numbers."""
    now = job.progress
    if job.state == "waiting":
        ahead = job.place_in_queue - 1
        return stage(job) if ahead <= 0 else _("In the queue: {ahead} before you.", ahead=ahead)
    # A stage of one step has no useful count.
    if now.total <= 1:
        return stage(job)
    return _("{stage}: {done} of {total} frames", stage=stage(job), done=now.done, total=now.total)


def stage(job: Job) -> str:
    """Return what the job is doing, without numbers."""
    if job.state == "waiting":
        return _("In the queue") if job.place_in_queue > 1 else _("You are next.")
    now = job.progress
    doing = _(STAGES[now.stage]) if now.stage in STAGES else _("Getting ready")
    return doing if now.total > 1 else f"{doing} …"


def cadence_so_far(job: Job) -> str:
    """Return the cadence of a clip that is still being measured; nothing if there is none yet."""
    spm = job.progress.cadence_spm
    if spm is None or job.state != "running":
        return ""
    return _("Cadence so far: {cadence:.0f} steps a minute", cadence=spm)


def clip_facts(report: Report) -> str:
    """Return the basis of the result: the clip's length and frame rate, and the number of strides measured."""
    clip = report.clip
    strides = max((one.n_strides for one in report.measures.values() if isinstance(one, Measured)), default=0)
    width, height = clip.size_wh_px
    parts = (
        f"{written(clip.duration_s, 1)} s",
        _("{rate:.0f} frames/s", rate=clip.fps_hz),
        f"{width} × {height}",
        ngettext("{n} stride", "{n} strides", strides),
        _(_NEAREST[report.near_side]),
    )
    return " · ".join(parts)
