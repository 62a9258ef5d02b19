"""The store of jobs and reports: one table and two folders of files.

    uploading -> waiting -> running -> done | refused | asks
                                       asks -> waiting | refused

A job is opened with a private token, which only its owner has: the table stores only the token's SHA-256, so that
nobody who reads the database or a copy of it can open a report. (A plain hash is enough: the token is 256 random bits,
which nobody can guess.) The same hash names the job's files, so that no input of a person is ever part of a path.

Every change of state is one statement that names the initial state, so that it happens once or not at all. This module is for the
owner of a job, `claims` for its worker, `questions` for jobs that ask, `job_files` for pictures and `queries` for the queue.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import ColumnElement, Engine, and_, delete, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n.message import message as _
from core.model.report import Answers
from core.settings import Settings
from core.storage.blobs import open_files
from core.storage.clocks import clock_of
from core.storage.clocks import now_utc as now_utc
from core.storage.disk_space import saying_if_full
from core.storage.files import Files
from core.storage.folders import private_folder
from core.storage.job import ANSWERS, Job, job_of
from core.storage.lives import IDLE_LIFE, UNFINISHED_LIFE, latest_asked_s
from core.storage.queries import place_of
from core.storage.rows import change
from core.storage.tables import (
    JobRow,
    NoRoom,
    Room,
    forget_deleted,
    insert_job,
    open_database,
    turn_of_next,
)
from core.storage.task import key_of


class Store:
    """Jobs and reports, safe to use from several threads and processes at the same time.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    settings : Settings
        The settings; their data folder holds `clips/` and `media/`.
    clock : callable
        Returns the time, UTC.
    files : Files, optional
        The storage of clips and pictures; defaults to that of the settings.

    Attributes
    ----------
    holder, at_work : str, set of str
        The lease owner of jobs that this store claims, and the keys of its unfinished ones; see `core.storage.claims`.
    """

    def __init__(
        self, engine: Engine, settings: Settings, clock: Callable[[], datetime] = now_utc, files: Files | None = None
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.folder = settings.data
        self.files = files or open_files(settings.data, settings.media_url)
        self.clips = self.files.arriving
        self.clock = clock
        self.holder = secrets.token_hex(8)
        self.at_work: set[str] = set()

    @classmethod
    def open(cls, settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Self:
        """Open the store that the settings describe, and create what is missing; its clock defaults to the database's."""
        private_folder(settings.data)
        engine = open_database(settings.database)
        return cls(engine, settings, clock or clock_of(engine))

    def close(self) -> None:
        """Close the database's connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @saying_if_full()
    def add(
        self,
        answers: Answers,
        *,
        clip: Path | None = None,
        keep_video: bool = False,
        visitor: str | None = None,
        upload_bytes: int | None = None,
        span_s: tuple[float, float] | None = None,
        room: Room | None = None,
    ) -> str:
        """Add a job, with its clip, or with the size of a clip that will be uploaded.

        Parameters
        ----------
        answers : Answers
            The runner's answers about the clip.
        clip : Path, optional
            A file in `clips`; the store moves it and owns it from then on.
        keep_video : bool
            Whether the owner asked for the annotated video.
        visitor : str, optional
            Only identifies the waiting jobs of the same visitor; deleted when the job ends.
        upload_bytes : int, optional
            The job waits for a clip of this size; see `core.jobs.uploads`.
        span_s : tuple of float, optional
            See `Task`.
        room : Room, optional
            The job is added only within these limits, which are checked in the same statement.

        Returns
        -------
        str
            The job's private token: 256 random bits, only for the owner.

        Raises
        ------
        NoRoom
            If a limit is reached; the clip is removed.
        """
        token = secrets.token_urlsafe(32)
        key = key_of(token)
        if clip is not None:
            clip.rename(self.clip(key))
            self.files.take_in(key)
        now = self.clock()
        from_s, to_s = span_s or (None, None)
        row = {
            "key": key,
            "state": "waiting" if upload_bytes is None else "uploading",
            "keep_video": keep_video,
            "answers": ANSWERS.dump_json(answers).decode(),
            "visitor": visitor,
            "turn": turn_of_next(visitor),
            "upload_bytes": upload_bytes,
            "from_s": from_s,
            "to_s": to_s,
            "created_s": now.timestamp(),
            "expires_s": (now + (UNFINISHED_LIFE if upload_bytes is None else IDLE_LIFE)).timestamp(),
        }
        try:
            insert_job(self.engine, row, room)
        except NoRoom:
            self.remove_files(key)
            raise
        return token

    def job(self, token: str) -> Job:
        """Return the job of this token.

        Raises
        ------
        NotFound
            If there is none, or it has expired.
        """
        with Session(self.engine) as session:
            row = session.scalar(select(JobRow).where(self._is_there(token)))
        if row is None:
            raise not_found()
        place = place_of(self.engine, row.key) if row.state == "waiting" else 0
        unanswered = row.state == "asks" and (row.finished_s or 0) <= latest_asked_s(self.clock())
        return job_of(row, token, "refused" if unanswered else row.state, place)

    def exists(self, token: str) -> bool:
        """Return whether this token has a job that has not expired."""
        with Session(self.engine) as session:
            return session.scalar(select(JobRow.key).where(self._is_there(token))) is not None

    def living(self, keys: Iterable[str]) -> set[str]:
        """Return those of these keys whose job exists and has not expired."""
        there = select(JobRow.key).where(JobRow.key.in_([*keys]), JobRow.expires_s > self.clock().timestamp())
        with Session(self.engine) as session:
            return set(session.scalars(there))

    def _is_there(self, token: str) -> ColumnElement[bool]:
        return and_(JobRow.key == key_of(token), JobRow.expires_s > self.clock().timestamp())

    @saying_if_full()
    def delete(self, token: str) -> None:
        """Remove the job of this token with its report, clip, pictures and video.

        The worker ends a running analysis as soon as it finds its job deleted.

        Raises
        ------
        NotFound
            If there is none.
        NoSpace
            If the disk is so full that the database cannot even delete; the files are already removed then.
        """
        key = key_of(token)
        # The files first: on a full disk this frees the space that the database needs to delete the row, or even to open.
        self.remove_files(key)
        if not change(self.engine, delete(JobRow).where(JobRow.key == key)):
            raise not_found()
        self.remove_files(key)  # files that a worker has drawn or published meanwhile
        forget_deleted(self.engine)

    def remove_files(self, key: str) -> None:
        """Remove a job's clip and pictures."""
        self.files.remove_clip(key)
        self.files.remove_media(key)

    def clip(self, key: str) -> Path:
        """Return the path of a job's clip, which need not exist yet."""
        return self.clips / key


def not_found() -> NotFound:
    """Return the error for a token without a job."""
    return NotFound(_("There is no report behind this link."), _("It may have been deleted, or its time is over."))
