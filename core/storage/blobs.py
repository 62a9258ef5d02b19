"""The storage of clips and pictures: a folder, or object storage.

Without `STRIDE_MEDIA_URL`, the files are in `clips/` and `media/` of the data folder, and are assembled, analysed and shown
there. The same applies to a folder that machines share (`file:///mnt/shared`). With an object storage URL (fsspec:
`s3://bucket/path`), every machine transfers them to and from its own folder.
"""

from __future__ import annotations

from pathlib import Path

from core.errors import clients_for
from core.storage.files import Files
from core.storage.folder_files import Folder
from core.storage.object_files import Objects


def open_files(folder: Path, url: str | None = None) -> Files:
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
