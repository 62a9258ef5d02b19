"""The `stride-check` command line.

    stride-check analyse CLIP                     one clip, on this machine: a table of measures
    stride-check analyse CLIPS... --out FOLDER    many clips: a table, and a report and a sheet for each
    stride-check measure-track TRACK              the same as for a clip, for a track from another pose model
    stride-check trend FOLDER                     what changed over the reports in a folder
    stride-check legs REPORT.json ...             both legs of one session
    stride-check schema                           the JSON schema of a report
    stride-check serve                            the pages
    stride-check worker --processes N             analyses for servers on other machines
    stride-check migrate                          update the database to this version
    stride-check purge [--dry-run]                the cleanup that the scheduler runs
    stride-check backup DIR, restore DIR          a copy of everything, between any kinds of database and storage

One clip and a track write the report with `--json OUT`. The exit code is 0. After an error it is 2, with one plain line on
standard error and in OUT `{"refused": {"key": ..., "what": ..., "advice": ...}}`, with `choices` if several people run. Of many
clips it is 1 if any was refused.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from core.cli import comparing
from core.cli.measuring import add_commands, parse_pace, refusal
from core.cli.outputs import plain, write_text
from core.errors import BadAnswer, SetUpError, StrideCheckError
from core.i18n.message import message as _
from core.i18n.translate import gettext
from core.model.report import Report
from core.model.track_file import load_track
from core.paths import ROOT
from core.settings import Settings

__all__ = ("load_track", "main", "parse_pace")

STOPPED, CLOSED = 130, 141
"""Exit codes as shells know them: 128 and the number of the signal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments after the program's name; defaults to those of this process.

    Returns
    -------
    int
        The exit code: 0, or 2 if the clip, the track or an answer was refused, or 1 if one of many clips was; `STOPPED` after
        Ctrl-C, `CLOSED` if nobody reads the output any more.
    """
    _for_any_terminal()
    parser = _parser()
    asked, options = parser.parse_known_args(arguments)
    if options and asked.run is not _serve:
        parser.error(f"unknown: {' '.join(options)}")
    asked.options = options
    try:
        asked.settings = Settings.from_environment()
        return _run(asked)
    except StrideCheckError as error:
        _say(error)
        if asked.keeps_refusal:
            with contextlib.suppress(BadAnswer):  # an unwritable file was reported already
                write_text("--json", json.dumps({"refused": refusal(error)}, indent=1) + "\n", asked.json)
        return 2
    except KeyboardInterrupt:
        print(gettext("Stopped. What was not complete was not written."), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # the reader of the output, such as `head`, closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED


def _run(asked: argparse.Namespace) -> int:
    code: int = asked.run(asked) or 0
    sys.stdout.flush()  # a pipe that nobody reads fails here, and not when the interpreter ends
    return code


def _for_any_terminal() -> None:
    """Let standard output write every character: those that its encoding lacks become codes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _say(error: StrideCheckError) -> None:
    """Print the error on one line."""
    print(plain(str(error)), file=sys.stderr)


# --- the commands -----------------------------------------------------------------------------------------------------


def _schema(_: argparse.Namespace) -> None:
    print(json.dumps(Report.json_schema(), indent=1))


def _serve(asked: argparse.Namespace) -> NoReturn:
    script = ROOT / "streamlit_app.py"
    if not script.is_file():
        raise SetUpError(_("The pages are not installed here."), _("Run this in a copy of the whole project."))
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(script), *asked.options])  # noqa: S606


def _purge(asked: argparse.Namespace) -> None:
    from core.storage.retention import purge
    from core.storage.store import Store

    with Store.open(asked.settings) as store:
        gone = purge(store, dry_run=asked.dry_run)
    print(
        "Would remove" if asked.dry_run else "Removed",
        f"{gone.jobs} jobs, {gone.clips} clips, {gone.videos} videos, {gone.folders} stray folders and {gone.links} links.",
    )


def _migrate(asked: argparse.Namespace) -> None:
    from core.storage.schema import migrate
    from core.storage.tables import engine_of

    engine = engine_of(asked.settings.database)
    before, now = migrate(engine)
    engine.dispose()
    print(f"The database is at {now}; it was at {before or 'nothing'}.")


def _backup(asked: argparse.Namespace) -> None:
    from core.storage.backup import backup
    from core.storage.store import Store

    with Store.open(asked.settings) as store:
        print(f"Kept {backup(store, asked.dir)} jobs in {asked.dir}.")


def _restore(asked: argparse.Namespace) -> None:
    from core.storage.backup import restore
    from core.storage.store import Store

    with Store.open(asked.settings) as store:
        print(f"Brought {restore(store, asked.dir)} jobs back.")


def _worker(asked: argparse.Namespace) -> None:
    from core.jobs.worker import work_in_processes

    if asked.processes < 1:
        raise BadAnswer(_("{n} processes can do no work.", n=asked.processes), _("Give 1 or more."))
    work_in_processes(asked.processes, asked.settings)


# --- the arguments ----------------------------------------------------------------------------------------------------


class _LineArgumentParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        said = gettext("{fault}. See `{command} --help`.", fault=message[:1].upper() + message[1:], command=self.prog)
        self.exit(2, " ".join(said.split()) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = _LineArgumentParser(prog="stride-check", description="What a side-on clip of a run shows.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('stride-check')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add_commands(partial(_command, commands))
    comparing.add_commands(partial(_command, commands))
    _command(commands, "schema", _schema, "print the JSON schema of a report")
    _command(commands, "serve", _serve, "serve the pages; takes the options of `streamlit run`")
    _add_for_servers(commands)
    return parser


def _add_for_servers(commands: Any) -> None:
    purge = _command(commands, "purge", _purge, "remove reports, clips, videos and links whose time is over")
    purge.add_argument("--dry-run", action="store_true", help="only say how many")
    _command(commands, "migrate", _migrate, "set the database up for this version")
    for command in (
        _command(commands, "backup", _backup, "keep a copy of everything in a new folder"),
        _command(commands, "restore", _restore, "bring a copy back into an empty database"),
    ):
        command.add_argument("dir", type=Path, metavar="DIR")
    worker = _command(commands, "worker", _worker, "analyse clips on this machine for servers elsewhere")
    worker.add_argument("--processes", type=int, metavar="N", default=1, help="how many at once")


def _command(commands: Any, name: str, run: Any, what: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=what, description=what.capitalize() + ".")
    command.set_defaults(run=run, keeps_refusal=False)
    return command


if __name__ == "__main__":
    sys.exit(main())
