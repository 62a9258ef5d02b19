"""The commands that measure a clip or a track and write a table, a report, key frames or a video."""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from core.cli.outputs import PIPE, Output, check_outputs, shown_name, whole, write_text
from core.errors import BadAnswer, Choices, Refused, StrideCheckError, Tap
from core.i18n.message import message as _
from core.i18n.message import plural_message
from core.i18n.translate import gettext
from core.model.media import MEDIA, VIDEO
from core.model.progress import Progress
from core.model.report import FASTEST_PACE_S, SLOWEST_PACE_S, Answers, Effort, Phase
from core.model.track_file import load_track

if TYPE_CHECKING:
    from core.model.report import Report
    from core.model.tracks import PoseTrack
    from core.report.pipeline import Analysis

KM_PER_MILE = 1.609344

FORMATS = ("openpose", "coco", "trc", "mediapipe", "deeplabcut")
"""The names in `core.exchange.FORMATS`, whose import would cost NumPy here; a test compares them."""


def parse_pace(text: str) -> float:
    """Return the seconds per km of a pace such as '5:00', '5:00/km' or '8:00/mi'.

    Raises
    ------
    BadAnswer
        If it is not a pace, or nobody runs at it.
    """
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)\s*(?:/?\s*(km|mi))?", text.strip().lower())
    if found is None:
        raise BadAnswer(_("The pace {pace} cannot be read.", pace=repr(text)), _("Give it as 5:00/km or 8:00/mi."))
    minutes, seconds, unit = found.groups()
    pace_s = 60.0 * int(minutes) + int(seconds)
    pace_s = pace_s / KM_PER_MILE if unit == "mi" else pace_s
    if not FASTEST_PACE_S <= pace_s <= SLOWEST_PACE_S:
        what = _("The pace {pace} cannot be right.", pace=text.strip())
        raise BadAnswer(what, _("Give 2:00 to 15:00 per km, or 3:14 to 24:08 per mile."))
    return pace_s


def add_commands(command: Any) -> None:
    """Add both commands to the parser.

    Parameters
    ----------
    command : callable
        Returns the parser of a new command, given its name, the function that runs it, and a short description.
    """
    clip = command("analyse", analyse_clips, "measure a clip, or many")
    clip.add_argument("clips", type=Path, metavar="CLIP", nargs="+")
    clip.add_argument("--out", type=Path, metavar="FOLDER", help="many clips: write a table, reports and sheets there")
    _add_answers(clip)
    clip.add_argument("--runner", type=int, metavar="N", help="who is meant if several run: 1 is furthest left")
    clip.add_argument("--video", type=Path, metavar="OUT.mp4", help="also write the annotated video")
    clip.add_argument("--key-frames", type=Path, metavar="DIR", help="also write the key frames")
    track = command("measure-track", measure_track_file, "measure a track of landmarks")
    track.add_argument("track", type=Path, metavar="TRACK")
    track.add_argument("--format", choices=("npz", *FORMATS), default="npz", help="who wrote it; docs/track-format.md")
    track.add_argument("--fps", type=float, metavar="60", help="frames per second, for formats without times")
    track.add_argument("--size", type=parse_size, metavar="1080x1920", help="of the picture, for shares of it")
    track.set_defaults(video=None, key_frames=None)
    _add_answers(track)


def _add_answers(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", type=Path, metavar="OUT", help="write the report there instead of a table")
    command.add_argument("--csv", type=Path, metavar="OUT.csv", help="also write a table of every stride")
    command.add_argument("--motion", type=Path, metavar="DIR", help="also write joint angles, events and markers")
    command.add_argument("--sheet", type=Path, metavar="OUT.pdf", help="also write a sheet to print")
    command.add_argument("--effort", choices=get_args(Effort), help="how hard the run was")
    command.add_argument("--pace", metavar="5:00/km", help="per km, or per mile as 8:00/mi")
    command.add_argument("--slow-motion", type=float, metavar="4", help="how many times slower it plays")
    surface = command.add_mutually_exclusive_group()
    surface.add_argument("--treadmill", dest="surface", action="store_const", const="treadmill")
    surface.add_argument("--ground", dest="surface", action="store_const", const="ground")
    command.add_argument("--height-cm", type=float, metavar="178")
    command.add_argument("--under-18", action="store_true", help="describe only: nothing is compared with adults")


def parse_size(text: str) -> tuple[int, int]:
    """Return the width and height of '1080x1920'."""
    found = re.fullmatch(r"(\d{2,5})\s*[xX×]\s*(\d{2,5})", text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(gettext("{text} is no size such as 1080x1920").format(text=repr(text)))
    return int(found[1]), int(found[2])


def analyse_clips(asked: argparse.Namespace) -> int:
    """Measure one clip, or many into a folder, and return the exit code."""
    if asked.runner is not None and asked.runner < 1:
        raise BadAnswer(_("There is no runner {number}.", number=asked.runner), _("Count them from the left, from 1."))
    if asked.out is not None:
        from core.cli.batch import analyse_many

        return analyse_many(asked, _answers(asked))
    if len(asked.clips) > 1:
        raise BadAnswer(_("Several clips need a folder for their results."), _("Add --out and the name of a folder."))
    (asked.clip,) = asked.clips
    analyse_clip(asked)
    return 0


def analyse_clip(asked: argparse.Namespace) -> None:
    """Measure a clip; errors as for `core.report.pipeline.analyse`, and BadAnswer if an output cannot be written."""
    _prepare(asked, asked.clip)
    answers = _answers(asked)
    analysis = _analysed(asked, answers)
    if asked.key_frames is not None:
        from core.report.rendering import draw_key_frames

        with whole("--key-frames", asked.key_frames, folder=True) as pictures:
            draw_key_frames(asked.clip, analysis, pictures)
    if asked.video is not None:
        from core.report.rendering import annotate_video

        with whole("--video", asked.video) as video:
            annotate_video(asked.clip, analysis, video)
    _write_motion(analysis, asked)
    _write_sheet(analysis, asked, asked.clip)
    _hand_out(analysis.report, asked)


def measure_track_file(asked: argparse.Namespace) -> None:
    """Measure a track; errors as for `load_track` and `core.report.pipeline.measure_track`, and BadAnswer as for a clip."""
    _prepare(asked, asked.track, folder=asked.format == "openpose")
    track = _track(asked)
    if asked.slow_motion is None:
        asked.slow_motion = track.slow_motion
    answers = _answers(asked)
    track = dataclasses.replace(track, slow_motion=answers.slow_motion)
    from core.report import pipeline

    if asked.motion is None:
        report = pipeline.measure_track(track, answers)
    else:
        analysis = pipeline.analyse_track(track, answers)
        _write_motion(analysis, asked)
        report = analysis.report
    if asked.sheet is not None:
        with whole("--sheet", asked.sheet) as paper:
            paper.write_bytes(sheet(report, asked.track.stem))
    _hand_out(report, asked)


def _track(asked: argparse.Namespace) -> PoseTrack:
    """Read the track in the format that was named."""
    if asked.format == "npz":
        return load_track(asked.track)
    from core.exchange.readers import read_track

    if asked.fps is not None and not 1 <= asked.fps <= 2000:
        what = _("A video does not have {fps:g} frames per second.", fps=asked.fps)
        raise BadAnswer(what, _("Give 1 to 2000."))
    return read_track(asked.track, asked.format, fps_hz=asked.fps, size_wh_px=asked.size)


def _write_motion(analysis: Analysis, asked: argparse.Namespace) -> None:
    if asked.motion is None:
        return
    from core.exchange.motion_files import write_motion

    with whole("--motion", asked.motion, folder=True) as files:
        write_motion(
            files,
            analysis.report,
            analysis.track,
            analysis.side,
            analysis.angles,
            roll_deg=analysis.roll_deg,
            feet=analysis.feet,
        )


def _write_sheet(analysis: Analysis, asked: argparse.Namespace, clip: Path) -> None:
    if asked.sheet is None:
        return
    from core.report.rendering import draw_key_frames

    with whole("--sheet", asked.sheet) as paper, tempfile.TemporaryDirectory() as pictures:
        draw_key_frames(clip, analysis, Path(pictures))
        paper.write_bytes(sheet(analysis.report, clip.stem, Path(pictures)))


def sheet(report: Report, name: str, pictures: Path | None = None) -> bytes:
    """Return a result as a sheet to print."""
    from core import knowledge
    from view.export.sheet import sheet as draw

    phases = get_args(Phase) if pictures else ()
    found = {phase: path for phase in phases if pictures and (path := pictures / f"{phase}.jpg").exists()}
    return draw(report, knowledge.load(), name=shown_name(name), pictures=found)


def _analysed(asked: argparse.Namespace, answers: Answers) -> Analysis:
    """Analyse a clip; if several people run, measure the one that was asked for."""
    from core.pose.pose_model import use_model
    from core.report.pipeline import analyse

    if asked.settings.pose_model is not None:
        use_model(asked.settings.pose_model)
    progress = _tell if sys.stderr.isatty() else _keep_quiet
    try:
        analysis = analyse(asked.clip, answers, progress=progress)
    except Refused as refused:
        if refused.choices is None or not refused.choices.runners:
            raise
        meant = dataclasses.replace(answers, runner_at=runner_at(refused, refused.choices, asked.runner))
        return analyse(asked.clip, meant, progress=progress)
    if asked.runner not in (None, 1):
        raise BadAnswer(_("There is only one runner in this clip."), _("Leave out --runner."))
    return analysis


def runner_at(refused: Refused, choices: Choices, number: int | None) -> Tap:
    """Return the place of the runner of this number, counted from the left.

    Raises
    ------
    Refused
        With an advice for the command line, if there is no such runner or no number.
    """
    n = len(choices.runners)
    advice = _("Say who is meant: --runner 1 is furthest left, --runner {n} furthest right.", n=n)
    if number is None:
        raise Refused(refused.key, refused.what, advice, choices) from refused
    if number > n:
        what = plural_message("There is only {n} runner to choose.", "There are only {n} runners to choose from.", n)
        raise Refused(refused.key, what, advice, choices) from refused
    return choices.runner_at(number)


# --- before and after ---------------------------------------------------------------------------------------------------


def _prepare(asked: argparse.Namespace, source: Path, *, folder: bool = False) -> None:
    """Check the outputs and then the source, before anything is read or written."""
    report = Output(option="--json", path=asked.json) if asked.json is not None else None
    outputs: tuple[Output, ...] = () if report is None else (report,)
    check_outputs(source, outputs)
    asked.keeps_refusal = report is not None
    if asked.csv is not None:
        outputs += (Output(option="--csv", path=asked.csv),)
    if asked.video is not None:
        outputs += (Output(option="--video", path=asked.video),)
    if asked.key_frames is not None:
        pictures = tuple(name for name in MEDIA if name != VIDEO)
        outputs += (Output(option="--key-frames", path=asked.key_frames, files=pictures),)
    if asked.motion is not None:
        from core.exchange.motion_files import FILES

        outputs += (Output(option="--motion", path=asked.motion, files=FILES),)
    if asked.sheet is not None:
        outputs += (Output(option="--sheet", path=asked.sheet),)
    check_outputs(source, outputs)
    check_source(source, folder=folder)


def check_source(source: Path, *, folder: bool = False) -> None:
    """Raise `Refused` if a source cannot be opened; a folder is one only if it is asked for."""
    try:
        if source.is_dir() and folder:
            return
        if source == PIPE and not source.exists():
            what = _("A clip or a track is read from a file, not from a pipe.")
            raise Refused("readable_file", what, _("Save it, and give the name of the file."))
        if source.is_dir():
            raise Refused("readable_file", _("{path} is a folder.", path=source), _("Name the file itself."))
        if not source.exists():
            raise Refused(
                "readable_file", _("There is no file {path}.", path=source), _("Check the name and its folder.")
            )
        if not source.is_file():
            raise Refused("readable_file", _("{path} is not a file.", path=source), _("Name the file itself."))
        with source.open("rb"):
            pass
    except OSError as error:
        what = _("{path} cannot be opened: {why}.", path=source, why=(error.strerror or "").lower())
        raise Refused("readable_file", what, _("Check who may read it.")) from error


def _hand_out(report: Report, asked: argparse.Namespace) -> None:
    from core.cli.comparing import legs_table
    from core.report.csv import figures_table, strides_csv

    if asked.csv is not None:
        write_text("--csv", strides_csv(report), asked.csv)
    if asked.json is not None:
        write_text("--json", report.to_json() + "\n", asked.json)
    elif asked.csv != PIPE:
        sys.stdout.write(figures_table(report))
        sys.stdout.write(f"\n{legs}" if (legs := legs_table(report)) else "")


def refusal(error: StrideCheckError) -> dict[str, Any]:
    """Return an error in its JSON form; the key is the check that refused, or the error's own name, such as 'bad_answer'."""
    own_name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    plain: dict[str, Any] = {
        "key": error.key if isinstance(error, Refused) else own_name,
        "what": str(error.what),
        "advice": str(error.advice),
    }
    if isinstance(error, Refused) and error.choices is not None and error.choices.runners:
        plain["choices"] = {"runners": error.choices.left_to_right, "time_s": error.choices.time_s}
    return plain


def _answers(asked: argparse.Namespace) -> Answers:
    return Answers(
        effort=asked.effort,
        pace_s_per_km=None if asked.pace is None else parse_pace(asked.pace),
        surface=asked.surface,
        slow_motion=1.0 if asked.slow_motion is None else asked.slow_motion,
        height_cm=asked.height_cm,
        under_18=asked.under_18,
    )


def _tell(now: Progress) -> None:
    so_far = ""
    if now.cadence_spm is not None:
        so_far = ", " + gettext("Cadence so far: {cadence:.0f} steps a minute", cadence=now.cadence_spm)
    end = "" if now.done < now.total else "\n"
    print(f"\r{now.stage} {now.done}/{now.total}{so_far} ", end=end, file=sys.stderr, flush=True)


def _keep_quiet(_: Progress) -> None:
    """Print no progress, because nobody watches standard error."""
