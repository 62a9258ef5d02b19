"""Clips and pictures in a folder, in which they are assembled, analysed and shown."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from core.storage.files import Workplace
from core.storage.folders import Scratch, files_in, private_folder, remove


class Folder:
    """Clips and pictures in a folder of this machine or of many machines; see `core.storage.files.Files`.

    Parameters
    ----------
    folder : Path
        Holds `clips/` and `media/`.
    """

    def __init__(self, folder: Path) -> None:
        self.arriving = folder / "clips"
        self._media = folder / "media"
        for part in (folder, self.arriving, self._media):
            private_folder(part)
        self.scratch = Scratch(folder / "scratch")

    def take_in(self, key: str) -> None:
        """Store a job's complete clip where workers find it."""

    def holds_clip(self, key: str) -> bool:
        """Return whether a job's clip is kept."""
        return (self.arriving / key).exists()

    def workplace(self, key: str, holder: str) -> Workplace:
        """Return the clip and the folders for a worker; pictures of an earlier attempt are removed."""
        self.remove_media(key)
        media, work = self._media / key, self.scratch.place(key, holder) / "work"
        for part in (media, work):
            private_folder(part)
        return Workplace(clip=self.arriving / key, media=media, work=work)

    def publish(self, key: str, holder: str, names: Collection[str]) -> None:  # noqa: ARG002
        """Make the worker's pictures with these names visible to pages, and none of its other files."""
        for name in self.pictures(key):
            if name not in names or (self._media / key / name).is_symlink():
                self.remove_picture(key, name)

    def sweep(self, now: datetime) -> None:
        """Remove interrupted transfers that are not in the database."""

    def picture(self, key: str, name: str) -> Path | None:
        """Return one of a job's pictures, or None if it has none of this name."""
        path = self._media / key / name
        return path if path.is_file() else None

    def remove_clip(self, key: str) -> None:
        """Remove a job's clip."""
        (self.arriving / key).unlink(missing_ok=True)

    def remove_media(self, key: str) -> None:
        """Remove a job's pictures, and the files of the analysis that draws them."""
        remove(self._media / key)
        self.scratch.remove(key)

    def remove_picture(self, key: str, name: str) -> None:
        """Remove one picture, or any other file or folder of this name."""
        remove(self._media / key / name)

    def pictures(self, key: str) -> list[str]:
        """Return the names of a job's pictures."""
        here = self._media / key
        return sorted(path.name for path in here.iterdir()) if here.is_dir() else []

    def copy(self, part: str, name: str, to: Path) -> None:
        """Copy a clip (`clips` and its key) or a picture (`media/<key>` and its name) to a file."""
        shutil.copyfile(self.arriving.parent / part / name, to)

    def put(self, part: str, name: str, source: Path) -> None:
        """Store a copy of a file as the one that `copy` returns."""
        to = self.arriving.parent / part
        private_folder(to)
        shutil.copyfile(source, to / name)

    def clips(self) -> Iterator[tuple[str, datetime]]:
        """Yield the name of each clip, and when its last byte was written."""
        return files_in(self.arriving)

    def folders(self) -> list[str]:
        """Return the names of all jobs with pictures."""
        return [path.name for path in self._media.iterdir()]

    def all_pictures(self) -> dict[str, list[str]]:
        """Return the names of all pictures, by job."""
        return {key: self.pictures(key) for key in self.folders()}
