"""Uploads: clips that are sent in pieces, over any number of connections, each byte once.

A job is opened before the first byte, with the answers, so that its private token is in the owner's address from then
on. The received bytes are the job's clip, and the file's length is their number: nothing else is stored, and nothing has
to be repaired if the server or the phone fails at any moment. After its last byte the job waits for its analysis.
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
from core.i18n.message import message as _
from core.jobs.submission import add_in_queue, check_size
from core.model.report import Answers
from core.model.tracks import LONGEST_S
from core.storage.lives import IDLE_LIFE, UNFINISHED_LIFE, UPLOAD_LIFE
from core.storage.store import Store
from core.storage.tables import JobRow, n_in_queue, one_at_a_time, turn_of_next, wake_workers


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A clip that is being uploaded, or has been.

    Attributes
    ----------
    key : str
        The job's name inside the server. Whoever knows it can only send the clip and see how much of it has arrived.
    clip : Path
        The file in which it is assembled.
    n_bytes : int
        Its complete size.
    ends_on : datetime
        UTC; when it will be removed unless it is complete.
    whole : bool
        Whether it is complete and was submitted; its file can be gone.
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
    """Open a job for a clip that will be sent, and return its private token; see `core.jobs.submission.submit`.

    Raises
    ------
    Refused
        `file_size` or `readable_file` by its size, `length` if the part to measure is empty or too long.
    QueueFull
        As `core.jobs.submission.submit`.
    """
    check_size(n_bytes, store.settings)
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
        If there is none, or it has expired.
    """
    with Session(store.engine) as session:
        row = session.scalar(select(JobRow).where(JobRow.key == key))
        if row is None or row.upload_bytes is None or row.expires_s <= store.clock().timestamp():
            raise NotFound(_("Nothing is sent here."), _("Choose your clip again."))
        return Upload(
            key=key,
            clip=store.clip(key),
            n_bytes=row.upload_bytes,
            ends_on=datetime.fromtimestamp(row.expires_s, UTC),
            whole=row.state != "uploading",
        )


def note_arrival(store: Store, key: str, n_bytes: int) -> bool:
    """Store how much of a clip has arrived, and extend its time; return False if it is gone or the queue is full.

    The first byte takes a place in the queue: an announced clip without data keeps nobody out.
    """
    now_s = store.clock().timestamp()
    earlier = func.least if store.engine.dialect.name == "postgresql" else func.min
    ends_s = earlier(JobRow.created_s + UPLOAD_LIFE.total_seconds(), now_s + IDLE_LIFE.total_seconds())
    has_place = or_(JobRow.done > 0, n_in_queue() < store.settings.queue)
    arrives = update(JobRow).where(JobRow.key == key, JobRow.state == "uploading", JobRow.expires_s > now_s, has_place)
    with store.engine.begin() as connection:
        one_at_a_time(connection)
        return connection.execute(arrives.values(done=n_bytes, expires_s=ends_s)).rowcount > 0


def replace_clip(store: Store, key: str, n_bytes: int) -> bool:
    """Announce another clip in place of one that has not arrived; return False if that one is complete or gone.

    The phone cuts out the chosen part and makes it small after the job was opened: the new clip is that part as a whole. What has
    arrived of the clip before is dropped.
    """
    clip = store.clip(key)
    awaited = (JobRow.key == key, JobRow.state == "uploading", JobRow.expires_s > store.clock().timestamp())
    with store.engine.begin() as connection:
        announced = update(JobRow).where(*awaited).values(upload_bytes=n_bytes, from_s=None, to_s=None)
        if not connection.execute(announced).rowcount:
            return False
        if clip.exists():
            with clip.open("ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.truncate(0)
    return True


def append(clip: FileIO, at: int, piece: bytes) -> bool:
    """Write a piece at byte `at`; return False if that is no longer the end of the file.

    Then the phone's next connection has written there, perhaps through another web server. Only the file shows this, so it is
    checked and written under one lock.
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
    """Queue a job whose clip is complete; do nothing if data are missing, or if the job is already queued."""
    upload = find(store, key)
    if upload.whole or upload.arrived() < upload.n_bytes:
        return
    store.files.take_in(key)
    with Session(store.engine) as session, session.begin():
        mine = session.scalar(select(JobRow).where(JobRow.key == key, JobRow.state == "uploading"))
        if mine is None:
            return
        later = (store.clock() + UNFINISHED_LIFE).timestamp()
        waits = {"state": "waiting", "done": 0, "turn": turn_of_next(mine.visitor), "expires_s": later}
        session.execute(update(JobRow).where(JobRow.key == key, JobRow.state == "uploading").values(**waits))
        wake_workers(session.connection())
