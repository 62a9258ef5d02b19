"""Real clips against what was counted and marked in them by eye.

The clips are next to the project in `../shared/clips` and are not part of it; the README there describes them.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import av
import numpy as np

from benchmarks.score import MATCH_S, EventScore, FigureScore, grouped, match, score_of
from core.errors import Refused
from core.gait.angles import ANGLE_CUTOFF_HZ
from core.gait.events import stride_s, strides_of
from core.gait.signals import low_pass
from core.model.measures import Measure, Measured, MeasureKey
from core.model.report import Answers
from core.model.tracks import ANKLE, HIP, NEAR, SHOULDER, Floats
from core.paths import ROOT
from core.report.pipeline import Analysis, analyse

FOLDER = ROOT.parent / "shared" / "clips"


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip's facts: cadence as counted by eye (None where it is not known), and how much slower than life it plays."""

    name: str
    cadence_spm: float | None = None
    counted: str = ""
    slow_motion: float = 1.0
    to_refuse: bool = False
    mirrored: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a clip; `marked` are its figures against the eye marks.

    `repaired` and `confidence` are of the legs, `bridged` is the share of the time that the near leg was not seen,
    `foot_travel` how far the near ankle moves along, in leg lengths: a bystander's hardly does.
    """

    clip: Clip
    refused: str | None = None
    measures: dict[MeasureKey, Measure]
    marked: tuple[FigureScore, ...] = ()
    at_marked_frame: tuple[FigureScore, ...] = ()
    events: dict[str, EventScore] = field(default_factory=dict)
    repaired: float = 0.0
    confidence: float = 0.0
    bridged: float = 0.0
    foot_travel: float = 0.0
    ms_a_frame: float = 0.0


MARKS, ABOUT = "marked frame by frame", "about"
CLIPS = (
    Clip(name="treadmill_phone_30fps_rtl.mp4", cadence_spm=168.4, counted=MARKS),
    Clip(name="mirror_pair_a_rtl.mp4", cadence_spm=150.0, counted=MARKS),
    Clip(name="mirror_pair_b_ltr.mp4", cadence_spm=150.0, counted=MARKS),
    Clip(name="treadmill_gym_a_30fps_ltr.mp4", cadence_spm=158.5, counted=MARKS),
    Clip(name="overground_follow_30fps_ltr.mp4", cadence_spm=180.0, counted=MARKS),
    Clip(name="speed_pair_realtime_ltr.mp4", cadence_spm=138.0, counted=ABOUT),
    Clip(name="treadmill_woman_30fps_ltr.mp4", cadence_spm=163.0, counted=ABOUT),
    Clip(name="treadmill_gym_b_30fps_ltr.mp4", cadence_spm=165.0, counted=ABOUT),
    Clip(name="overground_beach_zoom_25fps_ltr.mp4", cadence_spm=187.0, counted=ABOUT),
    Clip(name="speed_pair_slow4x_ltr.mp4", slow_motion=4.0),
    Clip(name="overground_fixed_50fps_slow2.5x_ltr.mp4", slow_motion=2.5),
    Clip(name="treadmill_lab_small_slow8x_ltr.mp4", slow_motion=8.0),
    Clip(name="hard_two_people_slow2x_rtl.mp4", slow_motion=2.0),
    Clip(name="format_rotation90_vfr_small_rtl.mp4"),
    Clip(name="bad_front_view.mp4", to_refuse=True),
    Clip(name="bad_rear_upper_body.mp4", to_refuse=True),
    Clip(name="bad_hard_cuts.mp4", to_refuse=True),
    Clip(name="bad_walking_side_24fps.mov", to_refuse=True),
    Clip(name="bad_not_running_upper_body.mp4", to_refuse=True),
    Clip(name="format_iphone_mov_rotation_no_person.mov", to_refuse=True),
)
MIRRORED = ("treadmill_gym_a_30fps_ltr.mp4", "overground_follow_30fps_ltr.mp4", "treadmill_phone_30fps_rtl.mp4")

SAME_EVENT_S = 0.07  # marks of two persons nearer than this are of one event
EVENT_OF: dict[MeasureKey, str] = {
    "trunk_lean": "both",
    "leg_extension_at_toe_off": "TO",
    "hip_ankle_extension": "TO",
    "knee_flexion_contact": "FS",
}


def clips(*, quick: bool) -> list[Clip]:
    """Return the clips to run, some of them also mirrored; or a third; or none where the folder is absent."""
    if not FOLDER.is_dir():
        return []
    if quick:
        return list(CLIPS[:5])
    by_name = {clip.name: clip for clip in CLIPS}
    mirrored = [Clip(name=name, cadence_spm=by_name[name].cadence_spm, mirrored=True) for name in MIRRORED]
    return [*CLIPS, *mirrored]


def run_all(asked: list[Clip], processes: int = 2) -> list[Outcome]:
    """Run clips on several processes, in order."""
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(run, asked))


def run(clip: Clip) -> Outcome:
    """Measure a clip and hold it against its marks."""
    with tempfile.TemporaryDirectory() as folder:
        path = FOLDER / clip.name
        if clip.mirrored:
            path = _mirror(path, Path(folder) / "mirrored.mp4")
        began_s = time.perf_counter()
        try:
            analysis = analyse(path, Answers(slow_motion=clip.slow_motion))
        except Refused as refused:
            return Outcome(clip=clip, refused=refused.key, measures={})
        took_s = time.perf_counter() - began_s
    side = analysis.side
    ahead_px = side.xy_px[:, NEAR, ANKLE, 0] - side.xy_px[:, :, HIP, 0].mean(axis=1)
    return Outcome(
        clip=clip,
        measures=analysis.report.measures,
        marked=() if clip.mirrored else _against_marks(clip, analysis),
        at_marked_frame=() if clip.mirrored else _at_marked_frames(clip, analysis),
        events={} if clip.mirrored else _marked_events(clip, analysis),
        repaired=side.repaired,
        confidence=side.confidence,
        bridged=1 - float(side.seen[:, NEAR].mean()),
        foot_travel=float(np.ptp(np.percentile(ahead_px, [5, 95]))) / analysis.angles.leg_px,
        ms_a_frame=1000 * took_s / analysis.report.clip.n_frames,
    )


def _mirror(source: Path, target_path: Path) -> Path:
    """Write the clip's mirror image, nearly without loss."""
    with av.open(str(source)) as read, av.open(str(target_path), "w") as written:
        stream = read.streams.video[0]
        out = written.add_stream("libx264", rate=stream.average_rate, options={"crf": "10", "preset": "veryfast"})
        out.width, out.height, out.pix_fmt = stream.width, stream.height, "yuv420p"
        for frame in read.decode(stream):
            flipped = np.ascontiguousarray(frame.to_ndarray(format="rgb24")[:, ::-1], dtype=np.uint8)
            written.mux(out.encode(av.VideoFrame.from_ndarray(flipped, format="rgb24")))
        written.mux(out.encode())
    return target_path


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One frame marked by one person: near-leg toe-off ('TO') or foot strike ('FS'), when it is shown, and its angles."""

    by: str
    event: str
    file_time_s: float
    angles_deg: dict[str, float]


@cache
def _rows_of(by: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / "marks" / f"points_{by}.csv").open() as file:
        return tuple(csv.DictReader(file))


def marks_of(name: str) -> list[Mark]:
    """Return a clip's eye marks, with the angles between the marked points; none where it was not marked."""
    stem = Path(name).stem
    forward = 1.0 if stem.endswith("_ltr") else -1.0
    found = []
    for by in ("a", "b"):
        for row in _rows_of(by):
            if row["clip"] == stem:
                file_time_s = float(row["time_s"])
                found.append(Mark(by=by, event=row["event"], file_time_s=file_time_s, angles_deg=_angles(row, forward)))
    return found


def _angles(row: dict[str, str], forward: float) -> dict[str, float]:
    points = {
        joint: np.array([forward * float(row[f"{joint}_x"]), float(row[f"{joint}_y"])])
        for joint in ("shoulder", "hip", "knee", "ankle")
    }

    def behind(upper: str, lower: str) -> float:
        x, y = points[lower] - points[upper]
        return float(np.degrees(np.arctan2(-x, y)))

    thigh = behind("hip", "knee")
    return {
        "trunk_lean": behind("shoulder", "hip"),
        "leg_extension_at_toe_off": thigh,
        "hip_ankle_extension": behind("hip", "ankle"),
        "knee_flexion_contact": behind("knee", "ankle") - thigh,
    }


def marked_deg(marks: Sequence[Mark], figure: MeasureKey) -> float:
    """Return a clip's angle by eye: each person's mean over their frames, then the mean of the persons.

    The near shoulder goes forward at toe-off and back at foot strike, so for lean both count the same.
    """
    means = []
    for (_by, _event), of_one in grouped(
        [mark for mark in marks if EVENT_OF[figure] in ("both", mark.event)], lambda mark: (mark.by, mark.event)
    ):
        means.append(np.mean([mark.angles_deg[figure] for mark in of_one]))
    return float(np.mean(means))


def _moments_s(marks: Sequence[Mark], event: str, slow_motion: float) -> Floats:
    """Return the true times of the marked events of one kind; two persons' marks of one event are one, at their mean."""
    found = np.sort([mark.file_time_s / slow_motion for mark in marks if event in ("both", mark.event)])
    apart = np.split(found, np.flatnonzero(np.diff(found) > SAME_EVENT_S) + 1)
    return np.array([one.mean() for one in apart if len(one)])


def _against_marks(clip: Clip, analysis: Analysis) -> tuple[FigureScore, ...]:
    """Return figures over the strides whose events were marked, or over all where none of them was."""
    marks = marks_of(clip.name)
    if not marks:
        return ()
    period = stride_s(analysis.side)
    assert period is not None, "a clip that was measured has a stride"
    strides = strides_of(analysis.report.events.near, period)
    scores = []
    for figure, event in EVENT_OF.items():
        found = analysis.report.measures[figure]
        at_s = _moments_s(marks, event, clip.slow_motion)
        if isinstance(found, Measured) and len(found.per_stride) == len(strides):
            begins_s = np.array([s.contact_s if event == "FS" else s.toe_off_s for s in strides])
            marked = np.abs(begins_s[:, None] - at_s[None]).min(axis=1) <= MATCH_S
            if marked.any():
                found = replace(found, value=float(np.array(found.per_stride)[marked].mean()))
        scores.append(score_of(figure, clip.name, marked_deg(marks, figure), found))
    return tuple(scores)


def _at_marked_frames(clip: Clip, analysis: Analysis) -> tuple[FigureScore, ...]:
    """Return our angles at the very frames that were marked: what is wrong there is no event's fault.

    Lean is here, as in the marks, of the near shoulder and hip, not of the trunk's middle line.
    """
    angles = analysis.angles
    near_px = low_pass(analysis.side.xy_px[:, NEAR], analysis.side.rate_hz, ANGLE_CUTOFF_HZ)
    trunk_px = near_px[:, SHOULDER] - near_px[:, HIP]
    series: dict[MeasureKey, Floats] = {
        "trunk_lean": np.degrees(np.arctan2(trunk_px[:, 0], -trunk_px[:, 1])),
        "leg_extension_at_toe_off": angles.thigh_extension_deg[:, NEAR],
        "hip_ankle_extension": angles.leg_extension_deg[:, NEAR],
        "knee_flexion_contact": angles.knee_flexion_deg[:, NEAR],
    }
    marks = marks_of(clip.name)
    return tuple(
        FigureScore(
            figure=figure,
            clip=clip.name,
            truth=marked_deg(marks, figure),
            value=float(np.interp(_moments_s(marks, EVENT_OF[figure], clip.slow_motion), angles.time_s, values).mean()),
        )
        for figure, values in series.items()
        if marks
    )


def _marked_events(clip: Clip, analysis: Analysis) -> dict[str, EventScore]:
    """Return our near-leg events against the marked ones, found less marked; not all were marked, so none counts as false.

    A mark is the first frame that shows the event, on average half a frame after it.
    """
    near = analysis.report.events.near
    scores = {}
    for kind, event, found_s in (
        ("initial contact", "FS", np.array(near.initial_contact_s)),
        ("toe-off", "TO", np.array(near.toe_off_s)),
    ):
        marked_s = _moments_s(marks_of(clip.name), event, clip.slow_motion)
        errors_s = tuple(float(found_s[f] - marked_s[m]) for m, f in match(marked_s, found_s))
        scores[kind] = EventScore(n_true=len(marked_s), n_false=0, errors_s=errors_s)
    return scores
