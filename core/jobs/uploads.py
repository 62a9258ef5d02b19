"""Clips on their way: sent in pieces, over as many connections as it takes, each byte once.

A job is opened before the first byte, with the answers, so that its private token stands in the owner's address from then
on. What has arrived is the job's clip, and how much has arrived is that file's length: there is nothing else to keep, and
nothing to put right after server or phone died at any moment. With its last byte the job waits for its analysis.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.i18n.translate import gettext as _
from core.jobs.submission import add_in_queue, check_size, enqueue, most_in_queue
from core.model.report import Answers
from core.model.tracks import LONGEST_S
from core.storage.store import IDLE_LIFE, UPLOAD_LIFE, Store, now_utc
from core.storage.tables import UNFINISHED_LIFE, JobRow, n_in_queue, one_at_a_time, turn_of_next


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A clip on its way, or one that has arrived.

    Attributes
    ----------
    key : str
        The job's name inside the server. Who knows it may send the clip and learn how much of it has arrived, no more.
    clip : Path
        Where it is put together.
    n_bytes : int
        How long it will be.
    ends_on : datetime
        UTC; when it will be removed unless it is whole.
    whole : bool
        Whether it arrived, and was handed on; its file may be gone.
    """

    key: str
    clip: Path
    n_bytes: int
    ends_on: datetime
    whole: bool

    def arrived(self) -> int:
        """Return how many bytes have arrived."""
        if self.whole:
            return self.n_bytes
        return self.clip.stat().st_size if self.clip.exists() else 0


def begin(
    n_bytes: int,
    answers: Answers,
    store: Store,
    *,
    span_s: tuple[float, float] | None = None,
    keep_video: bool = False,
    visitor: str | None = None,
) -> str:
    """Open a job for a clip that is to be sent, and return its private token; see `core.jobs.submission.submit`.

    Raises
    ------
    Refused
        `file_size` or `readable_file` by the length, `length` where the part to be measured is none or too long.
    QueueFull
        As `core.jobs.submission.submit`.
    """
    check_size(n_bytes)
    if span_s is not None and not 0 <= span_s[0] < span_s[1] <= span_s[0] + LONGEST_S:
        raise Refused(
            "length", _("This part of the clip cannot be measured."), _("Choose 10 to 20 seconds of running.")
        )
    return add_in_queue(store, answers, keep_video=keep_video, visitor=visitor, upload_bytes=n_bytes, span_s=span_s)


def find(store: Store, key: str) -> Upload:
    """Return the upload of this key.

    Raises
    ------
    NotFound
        Where there is none, or its time is over.
    """
    with Session(store.engine) as session:
        row = session.scalar(select(JobRow).where(JobRow.key == key))
        if row is None or row.upload_bytes is None or row.expires_s <= now_utc().timestamp():
            raise NotFound(_("Nothing is sent here."), _("Choose your clip again."))
        return Upload(
            key=key,
            clip=store.clip(key),
            n_bytes=row.upload_bytes,
            ends_on=datetime.fromtimestamp(row.expires_s, UTC),
            whole=row.state != "uploading",
        )


def note_arrival(store: Store, key: str, n_bytes: int) -> bool:
    """Note that so much of a clip has arrived, and so put off its end; False if it is gone, or the queue is full.

    The first byte takes a place in the queue: one who only says that a clip will come keeps nobody out.
    """
    now_s = now_utc().timestamp()
    earlier = func.least if store.engine.dialect.name == "postgresql" else func.min
    ends_s = earlier(JobRow.created_s + UPLOAD_LIFE.total_seconds(), now_s + IDLE_LIFE.total_seconds())
    has_place = or_(JobRow.done > 0, n_in_queue() < most_in_queue())
    arrives = update(JobRow).where(JobRow.key == key, JobRow.state == "uploading", JobRow.expires_s > now_s, has_place)
    with store.engine.begin() as connection:
        one_at_a_time(connection)
        return connection.execute(arrives.values(done=n_bytes, expires_s=ends_s)).rowcount > 0


def append(clip: FileIO, at: int, piece: bytes) -> bool:
    """Write a piece where the one before it ended; False where that is no longer the end.

    Somebody else has written there then: a phone's next connection, which another web server may have taken. The file alone
    tells, so that it is asked and written in one go.
    """
    fcntl.flock(clip, fcntl.LOCK_EX)
    try:
        if os.fstat(clip.fileno()).st_size != at:
            return False
        rest = memoryview(piece)
        while rest:
            rest = rest[clip.write(rest) :]
        return True
    finally:
        fcntl.flock(clip, fcntl.LOCK_UN)


def end(store: Store, key: str) -> None:
    """Let a job whose clip is whole wait for its analysis; nothing happens where something is missing, or it waits already."""
    upload = find(store, key)
    if upload.whole or upload.arrived() < upload.n_bytes:
        return
    store.files.take_in(key)
    with Session(store.engine) as session, session.begin():
        mine = session.scalar(select(JobRow).where(JobRow.key == key, JobRow.state == "uploading"))
        if mine is None:
            return
        later = (now_utc() + UNFINISHED_LIFE).timestamp()
        waits = {"state": "waiting", "done": 0, "turn": turn_of_next(mine.visitor), "expires_s": later}
        session.execute(update(JobRow).where(JobRow.key == key, JobRow.state == "uploading").values(**waits))
    enqueue(store, key)
