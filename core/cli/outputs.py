"""The outputs of a command: checked before anything is read, so that no file is damaged and no work is wasted."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import BadAnswer
from core.i18n.message import message as _

PIPE = Path("-")
"""The name of standard output, for a report and a table of strides."""

TO_A_PIPE = ("--json", "--csv")


@dataclass(frozen=True, kw_only=True)
class Output:
    """A file to write, or a folder of files.

    Attributes
    ----------
    option : str
        The option that asked for it, such as '--video'.
    path : Path
        The path as given.
    files : tuple of str
        The names of the files in it, if it is a folder.
    """

    option: str
    path: Path
    files: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        """Every file that may be written."""
        return tuple(self.path / name for name in self.files) or (self.path,)


def plain(text: str) -> str:
    """Return a text for a terminal on one line: a file's name can hold line breaks, and codes that command a terminal."""
    return " ".join("".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text).split())


def shown_name(name: str) -> str:
    """Return a file's name as people read it: on one line, with codes for bytes that are no letters."""
    return plain(os.fsencode(name).decode("utf-8", "backslashreplace"))


def check_outputs(source: Path, outputs: tuple[Output, ...]) -> None:
    """Check that outputs can be written, and overwrite neither the source nor each other.

    Parameters
    ----------
    source : Path
        The file that is read. Its other names count as the file itself: links of both kinds, or another spelling of the path.
    outputs : tuple of Output
        Everything that the command is asked to write.

    Raises
    ------
    BadAnswer
        For the first output that cannot be written to its path.
    """
    taken: dict[str, Path] = {}
    for output in outputs:
        try:
            _apart_from(source, output)
            for option, path in taken.items():
                if any(_clash(path, mine) for mine in output.written):
                    what = _("{option} and {other} name the same file.", option=option, other=output.option)
                    raise BadAnswer(what, _("Give each a name of its own."))
            _writable(output)
        except (OSError, ValueError) as error:
            raise _unusable(output.option, output.path, error) from error
        taken |= {
            output.option if not output.files else f"{output.option} {path.name}": path for path in output.written
        }


def _apart_from(source: Path, output: Output) -> None:
    for path in (output.path, *output.written):
        if _same(path, source):
            what = _(
                "{option} would write over {file}, the very file that is to be read.", option=output.option, file=source
            )
            raise BadAnswer(what, _("Give another name for what is written."))


def _same(one: Path, other: Path) -> bool:
    """Return whether two paths lead, or would lead, to the same file, through any links."""
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    return one.exists() and other.exists() and one.samefile(other)


def _clash(one: Path, other: Path) -> bool:
    """Return whether two paths exclude each other: they are the same, or one would have to be a folder that holds the other."""
    real, its = Path(os.path.realpath(one)), Path(os.path.realpath(other))
    return _same(one, other) or real in its.parents or its in real.parents


def _writable(output: Output) -> None:
    """Raise BadAnswer or OSError if an output cannot be written."""
    if output.path == PIPE:
        if output.option not in TO_A_PIPE:
            what = _("{option} cannot be written to a pipe.", option=output.option)
            raise BadAnswer(what, _("Give the name of a file."))
        return
    if output.files:
        _folder_for(output, output.path, makes=True)
    for path in output.written:
        if path.is_dir():
            what = _("{option} {path} is a folder.", option=output.option, path=path)
            raise BadAnswer(what, _("Give the name of a file."))
        target = Path(os.path.realpath(path))
        if path.exists():
            if not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        elif target.is_symlink():  # it leads to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        elif not output.files:
            _folder_for(output, target.parent, makes=False)


def _folder_for(output: Output, folder: Path, *, makes: bool) -> None:
    """Check that files can be created in a folder, or in its nearest existing parent if the rest is created."""
    if not folder.exists() and not makes:
        what = _("{option} {path}: there is no folder {folder}.", option=output.option, path=output.path, folder=folder)
        raise BadAnswer(what, _("Make it first, or give another name."))
    while not folder.exists() and not folder.is_symlink():
        folder = folder.parent
    if not folder.is_dir():
        what = _("{option} {path}: {folder} is not a folder.", option=output.option, path=output.path, folder=folder)
        raise BadAnswer(what, _("Give another name."))
    with tempfile.TemporaryFile(dir=folder):
        pass  # the only sure test: a writable folder can be on a read-only disk


@contextmanager
def writing(option: str, path: Path) -> Iterator[None]:
    """Turn the system's error about an unwritable file into a plain BadAnswer."""
    try:
        yield
    except OSError as error:
        raise _unusable(option, path, error) from error


@contextmanager
def whole(option: str, path: Path, *, folder: bool = False) -> Iterator[Path]:
    """Yield a path to write to. What is written appears under its own name only when all of it is there.

    Parameters
    ----------
    option, path : str, Path
        The option, and the path as given. A link is followed; a device or a pipe is written to directly.
    folder : bool
        Whether it is a folder of files, which is made if it does not exist.

    Raises
    ------
    BadAnswer
        If it cannot be written.
    """
    target = Path(os.path.realpath(path))
    with writing(option, path):
        if folder:
            target.mkdir(parents=True, exist_ok=True)
        place = target if folder else target.parent
        if not os.access(place, os.W_OK) or (not folder and target.exists() and not target.is_file()):
            yield path
            return
        with tempfile.TemporaryDirectory(prefix=".stride-check-", dir=place) as hidden:
            part = Path(hidden) if folder else Path(hidden) / target.name
            yield part
            for file in sorted(part.iterdir()) if folder else [part]:
                _move(file, target / file.name if folder else target)


def _move(file: Path, target: Path) -> None:
    """Put a written file in its place, with the mode of the one that it replaces."""
    target = Path(os.path.realpath(target))
    if target.exists():
        shutil.copymode(target, file)
    file.replace(target)


def _unusable(option: str, path: Path, error: Exception) -> BadAnswer:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    what = _("{option} {path} cannot be written: {why}.", option=option, path=path, why=why[:1].lower() + why[1:])
    return BadAnswer(what, _("Give another name, or make room."))


def write_text(option: str, text: str, out: Path) -> None:
    """Write a report, a refusal or a table, to standard output if the file is called '-'."""
    if out == PIPE:
        sys.stdout.write(text)
        return
    with whole(option, out) as file:
        file.write_text(text, encoding="utf-8", newline="")
