"""The whole pipeline: from a clip, or an existing pose track, to a report."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from core import knowledge
from core.coaching.findings import judge
from core.errors import Refused
from core.gait.angles import Angles, angle_series
from core.gait.camera_roll import tilt_deg
from core.gait.estimates import SURE_LEGS, measure, usable_strides
from core.gait.events import find_events, stride_s
from core.gait.legs import stride_period_s, tell_legs
from core.gait.mean_stride import mean_stride
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.model.progress import Progress, TellProgress
from core.model.report import Answers, QualityCheck, Report
from core.model.tracks import ClipInfo, PoseTrack, SideTrack
from core.pose.accumulator import LongPass
from core.pose.landmarker import read_pose
from core.quality.body_checks import check_upright
from core.quality.checks import check_body, check_strides, only_sure, widening
from core.quality.live_cadence import CadenceSoFar
from core.quality.plausibility import check_plausible
from core.quality.screening import FirstLook, LookFirst, first_look, look_beside
from core.quality.speed_checks import check_speed
from core.quality.tracking_noise import unrest, wider
from core.report.key_frames import figure_frames_s, key_frames
from core.report.without_feet import has_feet, lend_feet, withhold
from core.video.capture_rate import slow_motion_noted
from core.video.container import check_whole
from core.video.reader import Header, describe

TRACK_ADVICE = _("Give y in pixels from the top of the picture downwards, of a picture that is upright.")

NOTED_FITS = 1.5
"""The slow motion that a file states counts if it is within this factor of the most likely one by cadence."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A report with the data behind it, for drawing; `figure_frames_s` has the time of each headline measure's frame."""

    report: Report
    track: PoseTrack
    side: SideTrack
    angles: Angles
    figure_frames_s: dict[str, float] = field(default_factory=dict)


def _no_progress(_: Progress) -> None:
    pass


def analyse(clip: Path, answers: Answers, *, progress: TellProgress = _no_progress) -> Analysis:
    """Measure a clip and judge the measures.

    Parameters
    ----------
    clip : Path
        The video file.
    answers : Answers
        The runner's answers about it.
    progress : callable, optional
        Called with the progress of the analysis, and with the cadence as soon as it is known.

    Returns
    -------
    Analysis
        The report, and the data from which its key frames and video are drawn.

    Raises
    ------
    Refused
        If the clip cannot be measured; its key names the check that failed.
    SetUpError
        If the pose model or the knowledge is missing or altered.
    """
    try:
        look, info, track, cadence_spm = _read(clip, answers, progress)
        progress(Progress("measuring", 0, 1, cadence_spm))
        analysis = _analyse_track(info, track, answers, look)
    except Refused as refused:
        raise _with_what_the_file_says(refused, clip, answers) from refused
    progress(Progress("measuring", 1, 1, analysis.report.measures["cadence"].value))
    return analysis


def _with_what_the_file_says(refused: Refused, clip: Path, answers: Answers) -> Refused:
    """Return a refusal, with the slow motion that the file states as its first choice, if the cadence agrees.

    Raises
    ------
    Refused
        `readable_file` if there is too little to measure because the file is incomplete.
    """
    if refused.key in ("length", "enough_strides"):
        check_whole(clip)
    if refused.choices is None or not refused.choices.slow_motion:
        return refused
    seen = refused.choices.slow_motion
    noted = [factor / answers.slow_motion for factor in slow_motion_noted(clip)]
    fitting = [factor for factor in noted if max(factor / seen[0], seen[0] / factor) < NOTED_FITS]
    if not fitting:
        return refused
    first = min(fitting, key=noted.index)
    choices = dataclasses.replace(refused.choices, slow_motion=(first, *(other for other in seen if other != first)))
    advice = _("The file says that it plays {factor:g} times slower.", factor=first * answers.slow_motion)
    return Refused(refused.key, refused.what, advice, choices)


def _read(clip: Path, answers: Answers, progress: TellProgress) -> tuple[FirstLook, ClipInfo, PoseTrack, float | None]:
    """Read a clip in one full pass together with the screening, or, if that is not certain, after screening the whole clip.

    The last returned value is the cadence that was reported.
    """

    def tell(so_far: LongPass, cadence: CadenceSoFar, *, sure: bool = True) -> None:
        now = Progress("reading", so_far.done, so_far.total, cadence(so_far))
        if sure:
            progress(now)

    cadence = CadenceSoFar()
    try:
        with look_beside(clip, answers) as beside:
            info, track = read_pose(
                clip,
                header=beside.header,
                slow_motion=answers.slow_motion,
                progress=lambda so_far: tell(so_far, cadence, sure=beside.sure),
                beside=beside,
            )
            return beside.settled(), info, track, cadence.spm
    except LookFirst:
        look = first_look(clip, answers)
    anew = CadenceSoFar()
    info, track = read_pose(
        clip,
        slow_motion=answers.slow_motion,
        window=look.window,
        progress=lambda so_far: tell(so_far, anew),
    )
    return look, info, track, anew.spm


def measure_track(track: PoseTrack, answers: Answers) -> Report:
    """Measure and judge a pose track from elsewhere; it raises the same errors as `analyse`."""
    if len(track) < 2:
        raise Refused("length", _("The track has fewer than two frames."), _("Give about 10 seconds of running."))
    track = dataclasses.replace(track, time_s=track.time_s - track.time_s[0])
    check_upright(track, TRACK_ADVICE)
    header = Header(size_wh_px=track.size_wh_px, n_frames=len(track), duration_s=0.0, codec="", rotation_deg=0)
    info = describe(header, track.time_s, 0)
    if has_feet(track):
        return _analyse_track(info, track, answers).report
    return withhold(_analyse_track(info, lend_feet(track), answers).report)


def _analyse_track(info: ClipInfo, whole: PoseTrack, answers: Answers, look: FirstLook | None = None) -> Analysis:
    track, checks = check_body(info, whole, () if look is None else look.cuts_s)
    checks += () if look is None else look.checks
    if track.slow_motion != whole.slow_motion:  # only part of the clip is in slow motion, and that part is measured
        whole, answers = track, dataclasses.replace(answers, slow_motion=track.slow_motion)
    side = tell_legs(track)
    period_s = stride_s(side)
    if period_s is None:
        # Legs that move too slowly for a real runner can be slow motion.
        as_played = stride_period_s(track)
        if as_played is not None:
            check_speed(as_played[0] / answers.slow_motion, answers.slow_motion)
        raise Refused(
            "enough_strides", _("No running stride was found in this clip."), _("Film about 10 seconds of running.")
        )
    events = find_events(side, period_s)
    strides = usable_strides(side, events, period_s)
    tilt = tilt_deg(side, events, period_s)
    checks = _once(checks + check_strides(side, period_s, len(strides), tilt, slow_motion=answers.slow_motion))
    checks = only_sure(checks)
    wide = widening(checks, wider(unrest(side, period_s), side.repaired))
    angles = angle_series(side)
    figures = measure(side, events, angles, period_s, answers, tilt=tilt, widening=wide)
    check_plausible(figures)
    facts = knowledge.load(language=WRITTEN_IN)
    report = Report(
        clip=info,
        answers=answers,
        facing=side.facing,
        near_side=side.near_side,
        quality=tuple(checks),
        events=events,
        measures=figures,
        findings=judge(figures, answers, facts),
        key_frames=key_frames(strides, figures, angles, answers.slow_motion),
        # If the legs cannot be told apart, there is no average stride either.
        mean_stride=None if side.confidence < SURE_LEGS else mean_stride(track, side, angles, events, strides),
        knowledge_version=facts.version,
        made_on=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    frames_s = figure_frames_s(strides, figures, angles, track.true_time_s)
    return Analysis(report=report, track=whole, side=side, angles=angles, figure_frames_s=frames_s)


def _once(checks: list[QualityCheck]) -> list[QualityCheck]:
    """Return the checks without those that pass although another one of the same name warns."""
    warned = {check.key for check in checks if check.severity == "warn"}
    return [check for check in checks if check.severity == "warn" or check.key not in warned]
