"""Submission of a clip: from the upload to its place in the queue."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import Refused, SetUpError, StrideCheckError
from core.i18n.message import Message, plural_message
from core.i18n.message import message as _
from core.model.report import Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage import queries, questions
from core.storage.disk_space import saying_if_full
from core.storage.store import Store
from core.storage.tables import NoRoom, Room

DEMO_CLIP = ROOT / "assets" / "demo_clip.mp4"

NETWORK_SHARE = 3
"""A network, the /56 of one customer of a provider, can have as many waiting clips as this number of visitors."""

_PIECE_BYTES = 1 << 20


class QueueFull(StrideCheckError):
    """The queue is full, in total or for one visitor."""


@saying_if_full()
def submit(
    clip: BinaryIO, answers: Answers, store: Store, *, keep_video: bool = False, visitor: str | None = None
) -> str:
    """Store a clip and queue its analysis.

    Parameters
    ----------
    clip : binary file
        The upload; read from its start, in pieces.
    answers : Answers
        The runner's answers about it.
    store : Store
        The store for it.
    keep_video : bool
        Whether the owner asked for the annotated video.
    visitor : str, optional
        Distinguishes this visitor from others; see `Store.add`.

    Returns
    -------
    str
        The job's private token.

    Raises
    ------
    Refused
        `readable_file` if the upload is empty, `file_size` if it is larger than the settings allow.
    QueueFull
        If as many jobs wait as the settings allow, in total or of this visitor.
    NoSpace
        If the server's disk is full.
    """
    check_queue(store, visitor)
    upload = _take_in(clip, store)
    return add_in_queue(store, answers, clip=upload, keep_video=keep_video, visitor=visitor)


def answer(token: str, answers: Answers, store: Store, *, visitor: str | None = None) -> None:
    """Continue the analysis of a job that asks, with these answers; do nothing if it no longer asks."""
    questions.answer(store, token, answers, visitor=visitor)


def submit_demo(answers: Answers, store: Store, *, visitor: str | None = None) -> str:
    """Queue the analysis of the sample clip of the program; see `submit`.

    Raises
    ------
    SetUpError
        If that clip is missing.
    """
    if not DEMO_CLIP.is_file():
        raise SetUpError(_("The sample clip is missing on the server."), _("Upload a clip of your own instead."))
    with DEMO_CLIP.open("rb") as clip:
        return submit(clip, answers, store, keep_video=True, visitor=visitor)


def add_in_queue(
    store: Store,
    answers: Answers,
    *,
    visitor: str | None,
    clip: Path | None = None,
    keep_video: bool = False,
    upload_bytes: int | None = None,
    span_s: tuple[float, float] | None = None,
) -> str:
    """Add a job if the limits of the queue allow it; see `Store.add`.

    Raises
    ------
    QueueFull
        If they do not, in total or for this visitor.
    """
    most_of_one = store.settings.queue_of_one
    room = Room(of_visitor=most_of_one, of_network=NETWORK_SHARE * most_of_one, in_all=store.settings.queue)
    try:
        return store.add(
            answers,
            clip=clip,
            keep_video=keep_video,
            visitor=visitor,
            upload_bytes=upload_bytes,
            span_s=span_s,
            room=room,
        )
    except NoRoom:
        check_queue(store, visitor)
        raise _queue_full(store) from None  # it was full a moment ago


def check_queue(store: Store, visitor: str | None) -> None:
    """Raise `QueueFull` if no more clips are accepted, in total or from this visitor or its network."""
    most_of_one = store.settings.queue_of_one
    if visitor is not None and queries.waiting_of(store.engine, visitor) >= most_of_one:
        what = plural_message(
            "{n} of your clips is waiting already.", "{n} of your clips are waiting already.", most_of_one
        )
        raise QueueFull(what, _again_in(store, 1))
    if visitor is not None and queries.waiting_of(store.engine, visitor, network=True) >= NETWORK_SHARE * most_of_one:
        raise _queue_full(store)
    if queries.n_in_queue(store.engine) >= store.settings.queue:
        raise _queue_full(store)


def _queue_full(store: Store) -> QueueFull:
    waiting = queries.n_in_queue(store.engine)
    what = plural_message(
        "{n} clip is waiting, and that is as many as we take.",
        "{n} clips are waiting, and that is as many as we take.",
        waiting,
    )
    # By then a quarter of the queue is done: a single free place would be taken again.
    return QueueFull(what, _again_in(store, waiting / 4))


def _again_in(store: Store, n_jobs: float) -> Message:
    workers = max(1, queries.running(store.engine))  # if the queue is full, all of them are busy
    n = max(1, math.ceil(n_jobs * queries.analysis_s(store.engine) / workers / 60))
    return plural_message("Please try again in about {n} minute.", "Please try again in about {n} minutes.", n)


def check_size(n_bytes: int, settings: Settings) -> None:
    """Refuse a clip that is too large or empty."""
    if n_bytes > settings.upload_bytes:
        what = _("The file is larger than {most} MB.", most=settings.upload_mb)
        raise Refused("file_size", what, _("Trim it to 10 seconds of running, or film in 1080p."))
    if n_bytes <= 0:
        raise Refused("readable_file", _("The file is empty."), _("Choose the clip again, and wait until it is sent."))


def _take_in(clip: BinaryIO, store: Store) -> Path:
    """Copy an upload to a file with a random name, and return its path."""
    with tempfile.NamedTemporaryFile(dir=store.clips, prefix="upload-", delete=False) as file:
        try:
            for piece in _pieces(clip, store.settings):
                file.write(piece)
        except BaseException:
            Path(file.name).unlink()
            raise
    return Path(file.name)


def _pieces(clip: BinaryIO, settings: Settings) -> Iterator[bytes]:
    if clip.seekable():
        clip.seek(0)
    size = 0
    while piece := clip.read(_PIECE_BYTES):
        size += len(piece)
        check_size(size, settings)
        yield piece
    check_size(size, settings)
