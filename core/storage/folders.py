"""Folders and files on this machine's disk."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

_MOST_TRIES = 20


def private_folder(folder: Path) -> None:
    """Create a folder and its missing parents, with access only for the user of this program."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def files_in(folder: Path) -> Iterator[tuple[str, datetime]]:
    """Yield the name of each file in a folder, and when it was last written."""
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def remove(path: Path) -> None:
    """Remove a file, or a folder with its contents, if it exists, although another process may be writing in it."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    # What another process adds or removes meanwhile makes `rmtree` stop half-way.
    for _ in range(_MOST_TRIES):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(path)


class Scratch:
    """The folders of this machine's workers, one for each job and lease owner.

    Parameters
    ----------
    folder : Path
        Holds them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        private_folder(folder)

    def place(self, key: str, holder: str) -> Path:
        """Return the folder of a worker for a job, which need not exist yet."""
        return self._folder / f"{key}.{holder}"

    def all(self) -> list[tuple[str, str]]:
        """Return the job's key and the lease owner of each folder."""
        names = (path.name.partition(".") for path in self._folder.iterdir())
        return [(key, holder) for key, _, holder in names]

    def leave(self, key: str, holder: str) -> None:
        """Remove the files that a worker no longer needs after a job."""
        shutil.rmtree(self.place(key, holder), ignore_errors=True)

    def forget(self, *holders: str) -> None:
        """Remove all files that these workers have left."""
        for key, holder in self.all():
            if holder in holders:
                self.leave(key, holder)

    def remove(self, key: str) -> None:
        """Remove the files of all workers for a job."""
        for path in self._folder.glob(f"{key}.*"):
            remove(path)
