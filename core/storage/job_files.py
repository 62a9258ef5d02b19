"""The files that an owner sees with a report."""

from __future__ import annotations

from pathlib import Path

from core.errors import NotFound
from core.i18n.message import message as _
from core.model.media import MEDIA, STILL
from core.storage.store import Store, not_found
from core.storage.task import key_of


def still_drawn(store: Store, token: str) -> bool:
    """Return whether pictures or the video of a finished job are still being drawn: its clip exists until then."""
    return store.files.holds_clip(key_of(token))


def media(store: Store, token: str, name: str) -> Path:
    """Return one of the job's pictures, or its video; `name` is one of `MEDIA`, or `STILL`.

    Raises
    ------
    NotFound
        If there is no such job, no file ever has that name, or this job has no such file.
    """
    if not store.exists(token):
        raise not_found()
    known = (*MEDIA, STILL)
    path = store.files.picture(key_of(token), known[known.index(name)]) if name in known else None
    if path is None:
        raise NotFound(_("This picture or video is not here."), _("It may have been removed after its time."))
    return path
