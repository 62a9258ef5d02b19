"""Clips and pictures in object storage, which transfers only whole files.

A complete clip is uploaded to the storage; a worker downloads it to its own folder and uploads its pictures; the pages download a
picture for a few minutes to show it. Only our own programs have access to the storage: a picture is served by the page that its
owner's token opens. So no signed link can be passed on, and a deletion takes effect immediately.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.storage.files import Workplace, broke_off
from core.storage.folders import Scratch, files_in, private_folder

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_SHOWN_WITHIN_S = 600.0
"""Seconds that a downloaded picture can stay on a web server's disk: Streamlit has read it long before."""


class Objects:
    """Clips and pictures in object storage, which transfers only whole files; see `core.storage.files.Files`.

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
        self.arriving = folder / "clips"
        self._storage, self._root = storage, root.rstrip("/")
        bucket = self._root.split("/")[0]
        if not storage.exists(bucket):
            storage.mkdir(bucket)
        self._fetched = folder / "fetched"
        for part in (folder, self.arriving, self._fetched):
            private_folder(part)
        self.scratch = Scratch(folder / "scratch")
        self._forget_fetched()

    def take_in(self, key: str) -> None:
        """Store a job's complete clip where workers find it."""
        here = self.arriving / key
        if here.exists():  # otherwise it is already stored
            self._storage.put_file(str(here), self._at("clips", key))
            here.unlink(missing_ok=True)

    def holds_clip(self, key: str) -> bool:
        """Return whether a job's clip is kept."""
        return bool(self._storage.exists(self._at("clips", key)))

    def workplace(self, key: str, holder: str) -> Workplace:
        """Download the clip to this worker's own folder."""
        self.remove_media(key)
        here = self.scratch.place(key, holder)
        for part in ("media", "work"):
            private_folder(here / part)
        self._storage.get_file(self._at("clips", key), str(here / "clip"))
        return Workplace(clip=here / "clip", media=here / "media", work=here / "work")

    def publish(self, key: str, holder: str, names: Collection[str]) -> None:
        """Upload the worker's pictures with these names to the storage, and nothing else."""
        drawn = self.scratch.place(key, holder) / "media"
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
        (self.arriving / key).unlink(missing_ok=True)
        self._remove(self._at("clips", key))

    def remove_media(self, key: str) -> None:
        """Remove a job's pictures, and the files of the analysis that draws them."""
        self.scratch.remove(key)
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
        yield from files_in(self.arriving)
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
        for name, written in files_in(self._fetched):
            if abs(written.timestamp() - time.time()) > _SHOWN_WITHIN_S:
                (self._fetched / name).unlink(missing_ok=True)
