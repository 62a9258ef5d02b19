"""The whole pipeline: from a clip, or an existing pose track, to a report."""

from __future__ import annotations

import contextlib
import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from core import knowledge
from core.coaching.findings import judge
from core.errors import CheckKey, Refused
from core.gait.angles import Angles, angle_series
from core.gait.body import both_sides, facing
from core.gait.camera_roll import Roll, combined_roll, levelled, roll_of_lines, roll_of_toe
from core.gait.definitions import measure
from core.gait.estimates import SURE_LEGS, usable_strides
from core.gait.events import Stride, find_events, stride_s
from core.gait.legs import identify_legs
from core.gait.mean_stride import mean_stride
from core.gait.stride_period import stride_period_s
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.model.measures import Measure, MeasureKey, value_of
from core.model.progress import Progress, TellProgress
from core.model.report import Answers, OtherLeg, QualityCheck, Report
from core.model.strides import GaitEvents
from core.model.tracks import HIP, ClipInfo, PoseTrack, SideTrack
from core.pose.accumulator import FullPass
from core.pose.full_pass import full_pass
from core.quality.body_checks import check_upright
from core.quality.checks import Body, both_ways, check_body, only_sure, other_leg, widening
from core.quality.leg_checks import check_strides
from core.quality.live_cadence import CadenceSoFar
from core.quality.plausibility import check_plausible
from core.quality.samples import Notes
from core.quality.screening import Screening, live_screening, screen
from core.quality.speed_checks import check_speed, check_steps, with_pace_check
from core.quality.tracking_noise import unrest, wider
from core.report.hand_frames import hand_frames
from core.report.key_frames import figure_frames_s, key_frames
from core.report.without_feet import has_feet, lend_feet, withhold
from core.video.container import check_whole
from core.video.reader import Header, describe, read_header

TRACK_ADVICE = _("Give y in pixels from the top of the picture downwards, of a picture that is upright.")

TOO_LITTLE: tuple[CheckKey, ...] = ("length", "enough_strides")
"""The checks that an incomplete file can fail."""

NOTED_FITS = 1.5
"""The slow motion that a file states counts if it is within this factor of the most likely one by cadence."""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """A report with the data behind it, for drawing.

    `figure_frames_s` has the time of each headline measure's frame; `roll_deg` is the camera roll that the angles, but not the
    points of `side`, are corrected for; `feet` is False if the feet are artificial (`core.report.without_feet`).
    """

    report: Report
    track: PoseTrack
    side: SideTrack
    angles: Angles
    roll_deg: float = 0.0
    figure_frames_s: dict[MeasureKey, float] = field(default_factory=dict)
    feet: bool = True


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
        header = read_header(clip)
        return _analyse_clip(clip, header, answers, progress)
    except Refused as refused:
        if refused.key in TOO_LITTLE:
            check_whole(clip)  # there is too little to measure if the file is incomplete
        raise


def _analyse_clip(clip: Path, header: Header, answers: Answers, progress: TellProgress) -> Analysis:
    try:
        read = _read(clip, header, answers, progress)
        progress(Progress("measuring", 0, 1, read.cadence_spm))
        analysis = _analyse_track(read.info, read.track, answers, read.look)
    except Refused as refused:
        raise _with_what_the_file_says(refused, header, answers) from refused
    progress(Progress("measuring", 1, 1, value_of(analysis.report.measures["cadence"])))
    return analysis


def _with_what_the_file_says(refused: Refused, header: Header, answers: Answers) -> Refused:
    """Return a refusal, with the slow motion that the file states as its first choice, if the cadence agrees."""
    if refused.choices is None or not refused.choices.slow_motion:
        return refused
    seen = refused.choices.slow_motion
    noted = [factor / answers.slow_motion for factor in header.noted_slow_motion]
    fitting = [factor for factor in noted if max(factor / seen[0], seen[0] / factor) < NOTED_FITS]
    if not fitting:
        return refused
    first = min(fitting, key=noted.index)
    choices = dataclasses.replace(refused.choices, slow_motion=(first, *(other for other in seen if other != first)))
    advice = _("The file says that it plays {factor:g} times slower.", factor=first * answers.slow_motion)
    return Refused(refused.key, refused.what, advice, choices)


class _Read(NamedTuple):
    """A clip that was screened and read; `cadence_spm` is the cadence that was reported meanwhile."""

    look: Screening
    info: ClipInfo
    track: PoseTrack
    cadence_spm: float | None


def _read(clip: Path, header: Header, answers: Answers, progress: TellProgress) -> _Read:
    """Read a clip in one full pass together with the screening, or, if that is not enough, after screening the rest of it."""
    read = _read_and_screen(clip, header, answers, progress)
    if isinstance(read, _Read):
        return read
    look = screen(clip, header, answers, read)
    so_far, cadence = FullPass(header, answers.slow_motion), CadenceSoFar()
    for frame in full_pass(clip, so_far, window=look.window):
        if frame is None:
            progress(_step(so_far, cadence))
    return _Read(look, so_far.info(), so_far.track(), cadence.spm)


def _read_and_screen(clip: Path, header: Header, answers: Answers, progress: TellProgress) -> _Read | Notes | None:
    """Screen a clip during the full pass; return what was sampled, as soon as it is known, if that is not enough."""
    so_far, cadence = FullPass(header, answers.slow_motion), CadenceSoFar()
    with live_screening(clip, header, answers) as beside, contextlib.closing(full_pass(clip, so_far)) as frames:
        if beside is None:
            return None
        for frame in frames:
            if frame is None:
                now = _step(so_far, cadence)
                if beside.sure:
                    progress(now)
            elif not beside.enough(*frame):
                return beside.notes
        look = beside.settled()
        return beside.notes if look is None else _Read(look, so_far.info(), so_far.track(), cadence.spm)


def _step(so_far: FullPass, cadence: CadenceSoFar) -> Progress:
    return Progress("reading", so_far.done, so_far.total, cadence(so_far))


def measure_track(track: PoseTrack, answers: Answers) -> Report:
    """Measure and judge a pose track from elsewhere; it raises the same errors as `analyse`."""
    return analyse_track(track, answers).report


def analyse_track(track: PoseTrack, answers: Answers) -> Analysis:
    """Return the report of a pose track from elsewhere with the data behind it; it raises the same errors as `analyse`."""
    if len(track) < 2:
        raise Refused("length", _("The track has fewer than two frames."), _("Give about 10 seconds of running."))
    track = dataclasses.replace(track, time_s=track.time_s - track.time_s[0])
    check_upright(track, TRACK_ADVICE)
    header = Header(size_wh_px=track.size_wh_px, n_frames=len(track), duration_s=0.0, codec="", rotation_deg=0)
    info = describe(header, track.time_s, 0)
    if has_feet(track):
        return _analyse_track(info, track, answers)
    analysis = _analyse_track(info, lend_feet(track), answers)
    return dataclasses.replace(analysis, report=withhold(analysis.report), feet=False)


def _analyse_track(info: ClipInfo, whole: PoseTrack, answers: Answers, look: Screening | None = None) -> Analysis:
    cuts_s, image = ((), ()) if look is None else (look.cuts_s, look.checks)
    body = check_body(info, whole, cuts_s, image)
    track = body.track
    if track.slow_motion != whole.slow_motion:  # only part of the clip is in slow motion, and that part is measured
        whole, answers = track, dataclasses.replace(answers, slow_motion=track.slow_motion)
    leg = _measure_leg(track, answers, [*body.checks, *image], look)
    other, checks = _other_leg(body, answers, look)
    asked = check_steps(leg.measures["cadence"], leg.measures["speed"])
    checks = with_pace_check(_once([*leg.checks, *checks, *asked]), answers, leg.measures["speed"])
    facts = knowledge.load(language=WRITTEN_IN)
    report = Report(
        clip=info,
        answers=answers,
        facing=leg.side.facing,
        near_side=leg.side.near_side,
        quality=tuple(checks),
        events=leg.events,
        measures=leg.measures,
        findings=judge(leg.measures, answers, facts),
        key_frames=key_frames(leg.strides, leg.measures, leg.angles, answers.slow_motion),
        # If the legs cannot be told apart, there is no average stride either.
        mean_stride=None
        if leg.side.confidence < SURE_LEGS
        else mean_stride(track, leg.level, leg.angles, leg.events, leg.strides),
        hand_frames=None if look is None else hand_frames(leg.strides, whole, leg.side, leg.corrected_deg),
        other_leg=other,
        knowledge_version=facts.version,
        made_on=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    frames_s = figure_frames_s(leg.strides, leg.measures, leg.angles, track.true_time_s)
    return Analysis(
        report=report,
        track=whole,
        side=leg.side,
        angles=leg.angles,
        roll_deg=leg.corrected_deg,
        figure_frames_s=frames_s,
    )


class _Leg(NamedTuple):
    """The near leg of a runner who goes one way: `level` is `side` without the camera roll of `corrected_deg`."""

    side: SideTrack
    level: SideTrack
    corrected_deg: float
    events: GaitEvents
    strides: tuple[Stride, ...]
    angles: Angles
    measures: dict[MeasureKey, Measure]
    checks: list[QualityCheck]


def _measure_leg(track: PoseTrack, answers: Answers, checks: list[QualityCheck], look: Screening | None) -> _Leg:
    """Measure the near leg of passes in one direction; `checks` are those that the clip has passed so far."""
    side = identify_legs(track)
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
    roll = combined_roll(_roll_of_lines(track, side, look), roll_of_toe(side, events, period_s))
    level = levelled(side, roll)
    if level is not side:
        events = find_events(level, period_s)
    strides = usable_strides(level, events, period_s)
    checks = _once(checks + check_strides(side, period_s, len(strides), roll, slow_motion=answers.slow_motion))
    checks = only_sure(checks)
    wide = widening(checks, wider(unrest(side, period_s), side.repaired))
    angles = angle_series(level)
    figures = measure(level, events, angles, period_s, answers, roll=roll, widening=wide)
    check_plausible(figures)
    corrected_deg = roll.value_deg if roll is not None and roll.clear else 0.0
    return _Leg(side, level, corrected_deg, events, strides, angles, figures, checks)


def _other_leg(body: Body, answers: Answers, look: Screening | None) -> tuple[OtherLeg | None, list[QualityCheck]]:
    """Measure the leg that a runner shows on the way back, with a check of whether that could be done."""
    if not body.other_way:
        return None, []
    track, measured = other_leg(body), None
    if track is not None:
        with contextlib.suppress(Refused):
            image = () if look is None else look.checks
            leg = _measure_leg(track, dataclasses.replace(answers, slow_motion=track.slow_motion), list(image), look)
            measured = OtherLeg(near_side=leg.side.near_side, measures=leg.measures)
    return measured, [both_ways(facing(body.other_way[0]), measured=measured is not None)]


def _roll_of_lines(track: PoseTrack, side: SideTrack, look: Screening | None) -> Roll | None:
    if look is None:
        return None
    width, height = track.size_wh_px
    hips_px = float(np.nanmedian(both_sides(track)[:, :, HIP, 0]))
    return roll_of_lines(look.lines, (hips_px - width / 2) / max(width, height), side)


def _once(checks: list[QualityCheck]) -> list[QualityCheck]:
    """Return the checks without those that pass although another one of the same name warns."""
    warned = {check.key for check in checks if check.severity == "warn"}
    return [check for check in checks if check.severity == "warn" or check.key not in warned]
