"""The storage of clips and pictures: a folder, or object storage.

Without `STRIDE_MEDIA_URL`, the files are in `clips/` and `media/` of the data folder, and are assembled, analysed and shown
there. The same applies to a folder that machines share (`file:///mnt/shared`). With an object storage URL (fsspec:
`s3://bucket/path`), a complete clip is uploaded to it; a worker downloads it to its own folder and uploads its pictures; the
pages download a picture for a few minutes to show it. Only our own programs have access to the storage: a picture is served by
the page that its owner's token opens. So no signed link can be passed on, and a deletion takes effect immediately.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import clients_for

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_SHOWN_WITHIN_S = 600.0
"""Seconds that a downloaded picture can stay on a web server's disk: Streamlit has read it long before."""


ABANDONED_UPLOAD = timedelta(hours=1)
"""An upload without a job this long after its last byte is interrupted."""


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """The files of an analysis: the clip, an empty folder for its pictures, and one for files that are never shown."""

    clip: Path
    media: Path
    work: Path


class Folder:
    """Clips and pictures in a folder of this machine or of many machines.

    Parameters
    ----------
    folder : Path
        Holds `clips/` and `media/`.

    Attributes
    ----------
    arriving : Path
        The folder in which uploaded clips are assembled.
    """

    def __init__(self, folder: Path) -> None:
        self.arriving = folder / "clips"
        self._media = folder / "media"
        self._scratch = folder / "scratch"
        for part in (folder, self.arriving, self._media, self._scratch):
            private_folder(part)

    def take_in(self, key: str) -> None:
        """Store a job's complete clip where workers find it."""

    def holds_clip(self, key: str) -> bool:
        """Return whether a job's clip is kept."""
        return (self.arriving / key).exists()

    def workplace(self, key: str, holder: str) -> Workplace:
        """Return the clip and the folders for a worker; pictures of an earlier attempt are removed."""
        self.remove_media(key)
        media, work = self._media / key, self._place(key, holder) / "work"
        for part in (media, work):
            private_folder(part)
        return Workplace(clip=self.arriving / key, media=media, work=work)

    def publish(self, key: str, holder: str, names: Collection[str]) -> None:  # noqa: ARG002
        """Make the worker's pictures with these names visible to pages, and none of its other files."""
        for name in self.pictures(key):
            if name not in names or (self._media / key / name).is_symlink():
                self.remove_picture(key, name)

    def leave(self, key: str, holder: str) -> None:
        """Remove the files that a worker no longer needs after a job."""
        shutil.rmtree(self._place(key, holder), ignore_errors=True)

    def forget(self, *holders: str) -> None:
        """Remove all files that these workers have left on this machine."""
        for key, holder in self.workplaces():
            if holder in holders:
                self.leave(key, holder)

    def workplaces(self) -> list[tuple[str, str]]:
        """Return the job's key and the lease owner of each workplace on this machine."""
        names = (path.name.partition(".") for path in self._scratch.iterdir())
        return [(key, holder) for key, _, holder in names]

    def sweep(self, now: datetime) -> None:
        """Remove interrupted transfers that are not in the database."""

    def _place(self, key: str, holder: str) -> Path:
        return self._scratch / f"{key}.{holder}"

    def picture(self, key: str, name: str) -> Path | None:
        """Return one of a job's pictures, or None if it has none of this name."""
        path = self._media / key / name
        return path if path.is_file() else None

    def remove_clip(self, key: str) -> None:
        """Remove a job's clip."""
        (self.arriving / key).unlink(missing_ok=True)

    def remove_media(self, key: str) -> None:
        """Remove a job's pictures, and the files of the analysis that draws them."""
        for path in (self._media / key, *self._scratch.glob(f"{key}.*")):
            _remove(path)

    def remove_picture(self, key: str, name: str) -> None:
        """Remove one picture, or any other file or folder of this name."""
        _remove(self._media / key / name)

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
        """Return the name of each clip, and when its last byte was written."""
        return _files_in(self.arriving)

    def folders(self) -> list[str]:
        """Return the names of all jobs with pictures."""
        return [path.name for path in self._media.iterdir()]

    def all_pictures(self) -> dict[str, list[str]]:
        """Return the names of all pictures, by job."""
        return {key: self.pictures(key) for key in self.folders()}


class Objects(Folder):
    """Clips and pictures in object storage, which transfers only whole files.

    Parameters
    ----------
    folder : Path
        This machine's own data folder, for files in transfer.
    storage : fsspec.AbstractFileSystem
        The storage.
    root : str
        The bucket and the path in it.
    """

    def __init__(self, folder: Path, storage: AbstractFileSystem, root: str) -> None:
        super().__init__(folder)
        self._storage, self._root = storage, root.rstrip("/")
        bucket = self._root.split("/")[0]
        if not storage.exists(bucket):
            storage.mkdir(bucket)
        self._fetched = folder / "fetched"
        private_folder(self._fetched)
        self._forget_fetched()

    def take_in(self, key: str) -> None:
        """Store a job's complete clip where workers find it."""
        here = self.arriving / key
        if here.exists():  # otherwise it is already stored
            self._storage.put_file(str(here), self._at("clips", key))
            super().remove_clip(key)

    def holds_clip(self, key: str) -> bool:
        """Return whether a job's clip is kept."""
        return bool(self._storage.exists(self._at("clips", key)))

    def workplace(self, key: str, holder: str) -> Workplace:
        """Download the clip to this worker's own folder."""
        self.remove_media(key)
        here = self._place(key, holder)
        for part in ("media", "work"):
            private_folder(here / part)
        self._storage.get_file(self._at("clips", key), str(here / "clip"))
        return Workplace(clip=here / "clip", media=here / "media", work=here / "work")

    def publish(self, key: str, holder: str, names: Collection[str]) -> None:
        """Upload the worker's pictures with these names to the storage, and nothing else."""
        drawn = self._place(key, holder) / "media"
        for name in names:
            path = drawn / name
            if path.is_file() and not path.is_symlink():
                self._storage.put_file(str(path), self._at("media", key, name))

    def sweep(self, now: datetime) -> None:
        """Remove files that are not in the database: pictures that were shown, and parts of interrupted uploads.

        A large file is uploaded in parts, which are invisible and stay until the upload is finished or aborted.
        """
        self._forget_fetched()
        if not hasattr(self._storage, "list_multipart_uploads"):
            return
        bucket, _, path = self._root.partition("/")
        for begun in self._storage.list_multipart_uploads(bucket) or ():
            if begun["Key"].startswith(path) and broke_off(begun["Initiated"], now):
                which = {"Bucket": bucket, "Key": begun["Key"], "UploadId": begun["UploadId"]}
                self._storage.call_s3("abort_multipart_upload", **which)

    def picture(self, key: str, name: str) -> Path | None:
        """Download one of a job's pictures, for a few minutes."""
        self._forget_fetched()
        handle, fetched = tempfile.mkstemp(dir=self._fetched, suffix=f"-{name}")
        os.close(handle)
        path = Path(fetched)
        try:
            self._storage.get_file(self._at("media", key, name), fetched)
        except FileNotFoundError:
            path.unlink()
            return None
        forget = threading.Timer(_SHOWN_WITHIN_S, path.unlink, kwargs={"missing_ok": True})
        forget.daemon = True
        forget.start()
        return path

    def remove_clip(self, key: str) -> None:
        """Remove a job's clip."""
        super().remove_clip(key)
        self._remove(self._at("clips", key))

    def remove_media(self, key: str) -> None:
        """Remove a job's pictures, and the files of the analysis that draws them."""
        super().remove_media(key)
        self._remove(self._at("media", key))

    def remove_picture(self, key: str, name: str) -> None:
        """Remove one picture, or any other file or folder of this name."""
        self._remove(self._at("media", key, name))

    def pictures(self, key: str) -> list[str]:
        """Return the names of a job's pictures."""
        return sorted(self._name(found) for found in self._list(f"media/{key}"))

    def copy(self, part: str, name: str, to: Path) -> None:
        """Copy a clip (`clips` and its key) or a picture (`media/<key>` and its name) to a file."""
        self._storage.get_file(self._at(part, name), str(to))

    def put(self, part: str, name: str, source: Path) -> None:
        """Store a copy of a file as the one that `copy` returns."""
        self._storage.put_file(str(source), self._at(part, name))

    def clips(self) -> Iterator[tuple[str, datetime]]:
        """Yield the name of each clip, here or in the storage, and when its last byte was written."""
        yield from super().clips()
        for found in self._list("clips"):
            yield self._name(found), self._storage.modified(found).astimezone(UTC)

    def folders(self) -> list[str]:
        """Return the names of all jobs with pictures."""
        return [self._name(found) for found in self._list("media")]

    def all_pictures(self) -> dict[str, list[str]]:
        """Return the names of all pictures, by job."""
        found: dict[str, list[str]] = {}
        try:
            paths = self._storage.find(self._at("media"))
        except FileNotFoundError:
            return found
        for path in paths:
            key, _, name = path.removeprefix(self._at("media", "")).partition("/")
            found.setdefault(key, []).append(name)
        return found

    def _at(self, *parts: str) -> str:
        return "/".join((self._root, *parts))

    @staticmethod
    def _name(path: str) -> str:
        return path.rstrip("/").rsplit("/", 1)[1]

    def _list(self, part: str) -> list[str]:
        try:
            found: list[str] = self._storage.ls(self._at(part), detail=False)
        except FileNotFoundError:
            return []
        return [path for path in found if path.rstrip("/") != self._at(part)]

    def _remove(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._storage.rm(path, recursive=True)

    def _forget_fetched(self) -> None:
        for name, written in _files_in(self._fetched):
            if abs(written.timestamp() - time.time()) > _SHOWN_WITHIN_S:
                (self._fetched / name).unlink(missing_ok=True)


def open_files(folder: Path, url: str | None = None) -> Folder:
    """Return the storage at the URL, which defaults to the data folder.

    Other settings of a storage, such as keys, come from its own environment variables.

    Raises
    ------
    SetUpError
        If the client of the storage is not installed.
    """
    if not url:
        return Folder(folder)
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    with clients_for("STRIDE_MEDIA_URL"):
        storage, root = url_to_fs(url, use_listings_cache=False)
    return Folder(Path(root)) if isinstance(storage, LocalFileSystem) else Objects(folder, storage, root)


def _files_in(folder: Path) -> Iterator[tuple[str, datetime]]:
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def private_folder(folder: Path) -> None:
    """Create a folder and its missing parents, with access only for the user of this program."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def broke_off(written: datetime, now: datetime) -> bool:
    """Return whether an upload is interrupted, by its last write; a time far in the future comes from a wrong clock."""
    return abs(now - written) >= ABANDONED_UPLOAD


def _remove(path: Path) -> None:
    """Remove a file, or a folder with its contents, if it exists."""
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
