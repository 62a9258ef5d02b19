"""Words of the pages: short names of answers, verdicts and stages, and figures with their error."""

from __future__ import annotations

from core.job import Job
from core.model import Answers, Effort, Finding, Measure, Phase, Report, Surface, Verdict

EFFORTS: dict[Effort, str] = {
    "easy": "Easy",
    "marathon": "Marathon pace",
    "threshold": "Hard but steady",
    "10k": "10 km race",
    "5k": "5 km race",
}
SURFACES: dict[Surface, str] = {"ground": "Ground", "treadmill": "Treadmill"}
SLOW_MOTION: dict[float, str] = {1.0: "No", 2.0: "2×", 4.0: "4×", 8.0: "8×"}

VERDICTS: dict[Verdict, tuple[str, str, str]] = {
    "below": (":material/south:", "Below the coach's mark", "Lower than most runners"),
    "within": (":material/check:", "Within the coach's mark", "Like most runners"),
    "above": (":material/north:", "Above the coach's mark", "Higher than most runners"),
    "too_close_to_call": (":material/balance:", "Too close to call", "Too close to call"),
    "described": (":material/visibility:", "Described, not scored", "Described, not scored"),
}
"""Icon, and words against a coach's mark or, without one, against what studies found."""

STAGES: dict[str, str] = {
    "reading": "Finding you in the clip",
    "measuring": "Measuring your strides",
    "drawing": "Drawing your pictures",
}

PHASES: dict[Phase, tuple[str, str]] = {
    "initial_contact": ("Initial contact", "the foot first touches the ground"),
    "mid_stance": ("Mid-stance", "the body passes over the foot"),
    "toe_off": ("Toe-off", "the foot leaves the ground"),
    "mid_flight": ("Mid-flight", "both feet are in the air"),
    "swing": ("Swing", "the knee folds as the leg swings through"),
    "next_contact": ("Next contact", "the same foot lands again"),
}

_UNITS = {"deg": "°", "spm": " steps/min", "ms": " ms", "%": " %", "ratio": "", "cm": " cm"}


def _number(number: float, unit: str) -> str:
    digits = {"ratio": 2, "deg": 1, "%": 1, "cm": 1}.get(unit, 0)
    # A rounded zero has no sign.
    return f"{round(number, digits) + 0.0:.{digits}f}".replace("-", "−")


def number(amount: float, unit: str) -> str:
    """Return a number with its unit."""
    return _number(amount, unit) + _UNITS[unit]


def value(measure: Measure) -> str:
    """Return the figure with its unit, or a dash where the clip could not tell."""
    return "–" if measure.value is None else number(measure.value, measure.unit)


def error(measure: Measure) -> str:
    """Return the error as '± 1.6°', or nothing where there is no figure."""
    return "" if measure.plus_minus is None else f"± {number(measure.plus_minus, measure.unit)}"


def verdict(finding: Finding) -> tuple[str, str]:
    """Return the icon and the words of a finding's verdict."""
    icon, against_mark, against_studies = VERDICTS[finding.verdict]
    return icon, against_mark if finding.mark else against_studies


def name(text: str) -> str:
    """Return a name with its first letter large."""
    return text[:1].upper() + text[1:]


def band(low: float | None, high: float | None, unit: str) -> str:
    """Return a range in words: '5.0 to 10.0°', '18.0° or more', 'up to 10.0°'."""
    sign = _UNITS[unit]
    if low is None or high is None:
        end = low if high is None else high
        return (
            ""
            if end is None
            else f"{'' if high is None else 'up to '}{_number(end, unit)}{sign}" + (" or more" if high is None else "")
        )
    return f"{_number(low, unit)} to {_number(high, unit)}{sign}"


def clock(seconds: float) -> str:
    """Return minutes and seconds: '4:46'."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def pace(seconds_per_km: float) -> str:
    """Return a pace per km and per mile, as runners write it."""
    return f"{clock(seconds_per_km)} /km ({clock(seconds_per_km * 1.609344)} /mile)"


def told(answers: Answers) -> str:
    """Return what the runner said about the clip, in one line."""
    parts = [
        EFFORTS[answers.effort] if answers.effort else "effort not given",
        pace(answers.pace_s_per_km) if answers.pace_s_per_km else "",
        SURFACES[answers.surface].lower() if answers.surface else "",
        f"slow motion {answers.slow_motion:g}×" if answers.slow_motion != 1 else "",
    ]
    return ", ".join(part for part in parts if part)


def progress(job: Job) -> float:
    """Return how much of the present stage is done, 0 to 1."""
    return min(job.done / job.total, 1.0) if job.total else 0.0


def progress_text(job: Job) -> str:
    """Return what is being done, with real numbers."""
    if job.state == "waiting":
        ahead = max(job.place_in_queue - 1, 0)
        return "You are next." if ahead == 0 else f"In the queue: {ahead} before you."
    stage = STAGES.get(job.stage, "Getting ready")
    # A stage of one step has no count worth telling.
    return f"{stage}: {job.done} of {job.total} frames" if job.total > 1 else f"{stage} …"


def clip_facts(report: Report) -> str:
    """Return what the result rests on: the clip's length and frame rate, and the strides measured."""
    clip = report.clip
    strides = max((measure.n_strides for measure in report.measures.values()), default=0)
    width, height = clip.size_wh_px
    parts = (
        f"{clip.duration_s:.1f} s",
        f"{clip.fps_hz:.0f} frames/s",
        f"{width} × {height}",
        f"{strides} strides",
        f"{report.near_side} leg nearest the camera",
    )
    return " · ".join(parts)
