"""What the storage of clips and pictures does, whether it is a folder or object storage; `core.storage.blobs` opens it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from core.storage.folders import Scratch

ABANDONED_UPLOAD = timedelta(hours=1)
"""An upload without a job this long after its last byte is interrupted."""


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The files of an analysis: the clip, an empty folder for its pictures, and one for files that are never shown."""

    clip: Path
    media: Path
    work: Path


class Files(Protocol):
    """Clips and pictures, each by the key of its job.

    Attributes
    ----------
    arriving : Path
        The folder of this machine in which uploaded clips are assembled.
    scratch : Scratch
        The folders of this machine's workers.
    """

    arriving: Path
    scratch: Scratch

    def take_in(self, key: str) -> None:
        """Store a job's complete clip where workers find it."""

    def holds_clip(self, key: str) -> bool:
        """Return whether a job's clip is kept."""

    def workplace(self, key: str, holder: str) -> Workplace:
        """Return the clip and the folders for a worker; pictures of an earlier attempt are removed.

        Raises
        ------
        FileNotFoundError
            If the clip is gone and was to be downloaded.
        """

    def publish(self, key: str, holder: str, names: Collection[str]) -> None:
        """Make the worker's pictures with these names visible to pages, and none of its other files."""

    def sweep(self, now: datetime) -> None:
        """Remove interrupted transfers that are not in the database."""

    def picture(self, key: str, name: str) -> Path | None:
        """Return one of a job's pictures, or None if it has none of this name; the file can be gone after a few minutes."""

    def remove_clip(self, key: str) -> None:
        """Remove a job's clip."""

    def remove_media(self, key: str) -> None:
        """Remove a job's pictures, and the files of the analysis that draws them."""

    def remove_picture(self, key: str, name: str) -> None:
        """Remove one picture, or any other file or folder of this name."""

    def pictures(self, key: str) -> list[str]:
        """Return the names of a job's pictures."""

    def copy(self, part: str, name: str, to: Path) -> None:
        """Copy a clip (`clips` and its key) or a picture (`media/<key>` and its name) to a file."""

    def put(self, part: str, name: str, source: Path) -> None:
        """Store a copy of a file as the one that `copy` returns."""

    def clips(self) -> Iterator[tuple[str, datetime]]:
        """Yield the name of each clip, and when its last byte was written."""

    def folders(self) -> list[str]:
        """Return the names of all jobs with pictures."""

    def all_pictures(self) -> dict[str, list[str]]:
        """Return the names of all pictures, by job."""


def broke_off(written: datetime, now: datetime) -> bool:
    """Return whether an upload is interrupted, by its last write; a time far in the future comes from a wrong clock."""
    return abs(now - written) >= ABANDONED_UPLOAD
