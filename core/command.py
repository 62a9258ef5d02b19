"""The `stride-check` command line.

    stride-check analyse CLIP --json OUT          one clip, on this machine
    stride-check measure-track TRACK.npz --json OUT    a track from another pose model
    stride-check serve                            the pages
    stride-check worker --processes N             analyses, beside servers elsewhere
    stride-check migrate                          the database of this version
    stride-check purge [--dry-run]                what the clock does
    stride-check backup DIR, restore DIR          everything, between any two kinds of database and storage

Exit code 0 and a report in OUT; or 2, one plain line on standard error, and in OUT
`{"refused": {"key": ..., "what": ..., "advice": ...}}`.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, get_args

import numpy as np
import numpy.typing as npt

from core.errors import BadAnswer, Refused, SetUpError, StrideCheckError
from core.model import Answers, Effort
from core.progress import Progress
from core.track import PoseTrack

ROOT = Path(__file__).resolve().parents[1]

KM_PER_MILE = 1.609344

_TRACK_ADVICE = "Save time_s, xy_px, visibility and size_wh_px as the README's table of TRACK.npz says."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments after the program's name; those of this process, else.

    Returns
    -------
    int
        The exit code: 0, or 2 where the clip, the track or an answer was refused.
    """
    parser = _parser()
    asked, options = parser.parse_known_args(arguments)
    if options and asked.run is not _serve:
        parser.error(f"unknown: {' '.join(options)}")
    asked.options = options
    out: Path | None = getattr(asked, "json", None)
    try:
        asked.run(asked)
    except StrideCheckError as error:
        print(error, file=sys.stderr)
        if out is not None:
            refused = {"key": _key(error), "what": error.what, "advice": error.advice}
            _write(json.dumps({"refused": refused}, indent=1), out)
        return 2
    return 0


def parse_pace(text: str) -> float:
    """Return seconds per km of a pace such as '5:00', '5:00/km' or '8:00/mi'.

    Raises
    ------
    BadAnswer
        Where it is not a pace.
    """
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)\s*(?:/?\s*(km|mi))?", text.strip().lower())
    if found is None:
        raise BadAnswer(f"The pace {text!r} cannot be read.", "Give it as 5:00/km or 8:00/mi.")
    minutes, seconds, unit = found.groups()
    pace_s = 60.0 * int(minutes) + int(seconds)
    return pace_s / KM_PER_MILE if unit == "mi" else pace_s


def load_track(path: Path) -> PoseTrack:
    """Read a track of landmarks that another program found.

    Parameters
    ----------
    path : Path
        An `.npz` file: `time_s` (n,), `xy_px` (n, 33, 2) in BlazePose order, y down, NaN where unseen; `visibility`
        (n, 33); `size_wh_px` (2,); optionally `slow_motion` (a number). Nothing in it is unpickled.

    Raises
    ------
    Refused
        `readable_file` where it is not such a file; the sentence says which array is wrong and how.
    """
    unreadable = f"{path.name} cannot be read as an .npz file of plain arrays."
    # A file that is no archive would be taken for a single array, or for a pickle.
    if not zipfile.is_zipfile(path):
        raise _bad_track(unreadable)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: np.asarray(arrays[name]) for name in arrays.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise _bad_track(unreadable) from error
    missing = [name for name in ("time_s", "xy_px", "visibility", "size_wh_px") if name not in found]
    if missing:
        raise _bad_track(f"{path.name} has no {' and no '.join(missing)}.")
    try:
        width_px, height_px = _numbers(found["size_wh_px"], "size_wh_px", (2,))
        return PoseTrack(
            time_s=found["time_s"],
            xy_px=found["xy_px"],
            visibility=found["visibility"],
            size_wh_px=(round(width_px), round(height_px)),
            slow_motion=_numbers(found.get("slow_motion", np.array(1.0)), "slow_motion", ())[0],
        )
    except ValueError as error:
        raise _bad_track(f"In {path.name}, {error}.") from error


def _numbers(array: npt.NDArray[Any], name: str, shape: tuple[int, ...]) -> list[float]:
    """Return a few positive numbers, or raise ValueError where the array is something else."""
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, got {array.shape}")
    numbers = [float(number) for number in array.flat]
    if not all(0 < number < math.inf for number in numbers):
        raise ValueError(f"{name}: expected positive numbers, got {numbers}")
    return numbers


def _bad_track(what: str) -> Refused:
    return Refused("readable_file", what, _TRACK_ADVICE)


def _key(error: StrideCheckError) -> str:
    """Return the check that refused it, or the error's own name where no check did: 'bad_answer', say."""
    own_name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    return getattr(error, "key", own_name)


# --- the commands -----------------------------------------------------------------------------------------------------


def _analyse(asked: argparse.Namespace) -> None:
    answers = _answers(asked)
    from core.report import analyse

    analysis = analyse(asked.clip, answers, progress=_tell if sys.stderr.isatty() else _keep_quiet)
    if asked.key_frames is not None:
        from core.render import draw_key_frames

        asked.key_frames.mkdir(parents=True, exist_ok=True)
        draw_key_frames(asked.clip, analysis, asked.key_frames)
    if asked.video is not None:
        from core.render import annotate_video

        annotate_video(asked.clip, analysis, asked.video)
    _write(analysis.report.to_json(), asked.json)


def _measure_track(asked: argparse.Namespace) -> None:
    track = load_track(asked.track)
    if asked.slow_motion is None:
        asked.slow_motion = track.slow_motion
    answers = _answers(asked)
    from core.report import measure_track

    report = measure_track(dataclasses.replace(track, slow_motion=answers.slow_motion), answers)
    _write(report.to_json(), asked.json)


def _serve(asked: argparse.Namespace) -> NoReturn:
    script = ROOT / "streamlit_app.py"
    if not script.is_file():
        raise SetUpError("The pages are not installed here.", "Run this in a copy of the whole project.")
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(script), *asked.options])  # noqa: S606


def _purge(asked: argparse.Namespace) -> None:
    from core.purging import purge
    from core.store import Store

    with Store.open() as store:
        gone = purge(store, dry_run=asked.dry_run)
    found = f"{gone.jobs} jobs, {gone.clips} clips, {gone.videos} videos, {gone.folders} stray folders and {gone.links} links"
    print(f"Would remove {found}." if asked.dry_run else f"Removed {found}.")


def _migrate(_: argparse.Namespace) -> None:
    from core.database import database_url, engine_of
    from core.queue import set_up_queue
    from core.schema import migrate
    from core.store import Store

    engine = engine_of(database_url())
    before, now = migrate(engine)
    engine.dispose()
    with Store.open() as store:
        set_up_queue(store)
    print(f"The database is at {now}; it was at {before or 'nothing'}.")


def _backup(asked: argparse.Namespace) -> None:
    from core.backup import backup
    from core.store import Store

    with Store.open() as store:
        print(f"Kept {backup(store, asked.dir)} jobs in {asked.dir}.")


def _restore(asked: argparse.Namespace) -> None:
    from core.backup import restore
    from core.store import Store

    with Store.open() as store:
        print(f"Brought {restore(store, asked.dir)} jobs back.")


def _worker(asked: argparse.Namespace) -> None:
    from core.worker import work_in_processes

    work_in_processes(asked.processes)


def _write(text: str, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text + "\n", encoding="utf-8")


def _tell(now: Progress) -> None:
    so_far = "" if now.cadence_spm is None else f", cadence so far {now.cadence_spm:.0f}"
    end = "" if now.done < now.total else "\n"
    print(f"\r{now.stage} {now.done}/{now.total}{so_far} ", end=end, file=sys.stderr, flush=True)


def _keep_quiet(_: Progress) -> None:
    """Leave standard error to what matters, where nobody watches it."""


# --- what may be asked -----------------------------------------------------------------------------------------------


def _answers(asked: argparse.Namespace) -> Answers:
    return Answers(
        effort=asked.effort,
        pace_s_per_km=None if asked.pace is None else parse_pace(asked.pace),
        surface=asked.surface,
        slow_motion=1.0 if asked.slow_motion is None else asked.slow_motion,
        height_cm=asked.height_cm,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stride-check", description="What a side-on clip of a run shows.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    analyse = _command(commands, "analyse", _analyse, "measure a clip")
    analyse.add_argument("clip", type=Path, metavar="CLIP")
    _add_answers(analyse)
    analyse.add_argument("--video", type=Path, metavar="OUT.mp4", help="also write the annotated video")
    analyse.add_argument("--key-frames", type=Path, metavar="DIR", help="also write the key frames")

    measure = _command(commands, "measure-track", _measure_track, "measure a track of landmarks")
    measure.add_argument("track", type=Path, metavar="TRACK.npz")
    _add_answers(measure)

    _command(commands, "serve", _serve, "serve the pages; takes the options of `streamlit run`")
    _add_for_servers(commands)
    return parser


def _add_for_servers(commands: Any) -> None:
    purge = _command(commands, "purge", _purge, "remove reports, clips, videos and links whose time is over")
    purge.add_argument("--dry-run", action="store_true", help="only say how many")
    _command(commands, "migrate", _migrate, "set the database up for this version")
    for name, run, what in (
        ("backup", _backup, "keep a copy of everything in a new folder"),
        ("restore", _restore, "bring a copy back into an empty database"),
    ):
        _command(commands, name, run, what).add_argument("dir", type=Path, metavar="DIR")
    worker = _command(commands, "worker", _worker, "analyse clips on this machine, beside servers elsewhere")
    worker.add_argument("--processes", type=int, metavar="N", default=1, help="how many at once")


def _command(commands: Any, name: str, run: Any, what: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what.capitalize() + ".")
    command.set_defaults(run=run)
    return command


def _add_answers(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", type=Path, metavar="OUT", required=True, help="where the report goes")
    command.add_argument("--effort", choices=get_args(Effort), help="how hard the run was")
    command.add_argument("--pace", metavar="5:00/km", help="per km, or per mile as 8:00/mi")
    command.add_argument("--slow-motion", type=float, metavar="4", help="how many times slower it plays")
    surface = command.add_mutually_exclusive_group()
    surface.add_argument("--treadmill", dest="surface", action="store_const", const="treadmill")
    surface.add_argument("--ground", dest="surface", action="store_const", const="ground")
    command.add_argument("--height-cm", type=float, metavar="178")


if __name__ == "__main__":
    sys.exit(main())
