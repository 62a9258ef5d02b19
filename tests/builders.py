"""Reports for tests: plausible, complete, and never made from anybody's clip."""

from __future__ import annotations

from dataclasses import replace

from core.i18n.message import message
from core.model.measures import Measure, Measured, Missing
from core.model.report import Answers, Band, Finding, KeyFrame, QualityCheck, Report
from core.model.strides import GaitEvents, LegEvents
from core.model.tracks import ClipInfo


def change(store, **settings):
    """Change settings of an open store."""
    store.settings = replace(store.settings, **settings)


COACH, STUDIES = "tait-2015", "fukuchi-2017"


def _measure(value: float, unit: str, plus_minus: float, word: str | None = None) -> Measure:
    steps = (-0.6, 0.4, 0.1, -0.2, 0.5, -0.4, 0.3, -0.1)
    return Measured(
        value=value,
        unit=unit,
        plus_minus=plus_minus,
        n_strides=len(steps),
        per_stride=tuple(value + plus_minus * step for step in steps),
        word=word,
    )


def measures() -> dict[str, Measure]:
    """Return a measure for every key of the design, two of them missing."""
    return {
        "trunk_lean": _measure(3.1, "deg", 1.2),
        "leg_extension": _measure(17.4, "deg", 1.9),
        "leg_extension_at_toe_off": _measure(15.8, "deg", 2.4),
        "hip_ankle_extension": _measure(26.0, "deg", 1.7),
        "hip_bend": _measure(6.2, "deg", 2.0),
        "cadence": _measure(166, "spm", 2),
        "speed": _measure(10.8, "km/h", 0.9),
        "step_length": _measure(1.08, "m", 0.09),
        "relative_speed": _measure(3.49, "ratio", 0.22),
        "froude_number": _measure(1.07, "ratio", 0.14),
        "contact_length": _measure(79.0, "cm", 7.0),
        "foot_speed_contact": _measure(2.1, "m/s", 0.9),
        "contact_time": _measure(262, "ms", 12),
        "flight_time": _measure(99, "ms", 12),
        "duty_factor": _measure(36.3, "%", 1.6),
        "knee_flexion_contact": _measure(14.2, "deg", 3.8),
        "knee_flexion_stance": _measure(43.5, "deg", 3.1),
        "shank_angle_contact": _measure(9.4, "deg", 3.3),
        "overstride": _measure(0.23, "ratio", 0.03),
        "foot_strike": _measure(9.1, "deg", 4.0, word=message("heel")),
        "heel_recovery": _measure(97.0, "deg", 3.2),
        "knee_drive": _measure(33.1, "deg", 2.2),
        "vertical_oscillation": _measure(8.0, "cm", 0.9),
        "vertical_ratio": Missing("ratio", message("Your step length is not known without a pace.")),
        "asymmetry": Missing("%", message("The far leg was hidden too often.")),
    }


def findings() -> tuple[Finding, ...]:
    """Return a finding below its mark, one too close to call, and one described."""
    return (
        Finding(
            key="trunk_lean",
            verdict="below",
            says=message("You lean 3.1° forward, ± 1.2°. The coach's mark at an easy effort is 3 to 7°."),
            mark=Band(label=message("The coach's mark"), low=4.5, high=7.0, sources=(COACH,)),
            reference=Band(label=message("Recreational runners"), low=3.7, high=10.9, sources=(STUDIES,)),
            doubt=message(
                "Leaning further is not shown to be better. Elite runners lean less than recreational runners."
            ),
        ),
        Finding(
            key="leg_extension",
            verdict="too_close_to_call",
            says=message("Your thigh reaches 17.4° behind you, ± 1.9°. The mark of 18° lies inside that error."),
            mark=Band(label=message("The coach's mark"), low=18.0, sources=(COACH,)),
            reference=Band(label=message("Runners at that speed"), low=14.0, high=26.0, sources=(STUDIES,)),
        ),
        Finding(key="cadence", verdict="described", says=message("You take 166 steps a minute, ± 2.")),
    )


def report(**changes: object) -> Report:
    """Return a whole report, with whatever is changed."""
    contacts = tuple(0.31 + 0.72 * stride for stride in range(9))
    made = Report(
        clip=ClipInfo(fps_hz=59.94, duration_s=7.1, size_wh_px=(1280, 720), n_frames=426, codec="h264"),
        answers=Answers(effort="easy", pace_s_per_km=345, surface="ground", sitting_hours=8),
        facing="right",
        near_side="right",
        quality=(
            QualityCheck(key="side_on", severity="pass", what=message("The camera is side-on.")),
            QualityCheck(
                key="level",
                severity="warn",
                what=message("It could not be told whether the phone stood level."),
                advice=message("Stand the phone on something flat next time."),
            ),
        ),
        events=GaitEvents(
            near=LegEvents(initial_contact_s=contacts, toe_off_s=tuple(time + 0.262 for time in contacts[:-1]))
        ),
        measures=measures(),
        findings=findings(),
        key_frames=(
            KeyFrame(phase="initial_contact", time_s=3.19, file_time_s=3.19),
            KeyFrame(phase="mid_stance", time_s=3.31, file_time_s=3.31),
            KeyFrame(phase="toe_off", time_s=3.45, file_time_s=3.45),
        ),
        knowledge_version="test",
        made_on="2026-11-20T12:00:00+00:00",
    )
    return replace(made, **changes)  # type: ignore[arg-type]
