"""The store of jobs and reports: one table and two folders of files.

    uploading -> waiting -> running -> done | refused | asks
                                       asks -> waiting | refused

A job is opened with a private token, which only its owner has: the table stores only the token's SHA-256, so that
nobody who reads the database or a copy of it can open a report. (A plain hash is enough: the token is 256 random bits,
which nobody can guess.) The same hash names the job's files, so that no input of a person is ever part of a path.

A job asks if one answer of its runner would make the clip measurable: the clip is kept for that answer, but only for a
short time. Every change of state is one statement that names the initial state, so that it happens once or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, CursorResult, Engine, Update, and_, delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import NotFound, Refused
from core.i18n.translate import gettext as _
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.settings import Settings
from core.storage.blobs import Folder, open_files, private_folder
from core.storage.disk_space import saying_if_full
from core.storage.job import ANSWERS, Job, interrupted, job_of, refusal_to_json, task_of
from core.storage.tables import (
    IN_TURN,
    LAST_TOOK_S,
    UNFINISHED_LIFE,
    JobRow,
    NoRoom,
    Room,
    forget_deleted,
    insert_job,
    n_in_queue,
    n_kept_of,
    open_database,
    turn_of_next,
)
from core.storage.task import MEDIA, STILL, Task, key_of, shown

UPLOAD_LIFE = timedelta(hours=6)  # for the whole upload of a clip
IDLE_LIFE = timedelta(minutes=10)  # for an upload that receives nothing
REFUSED_LIFE = timedelta(days=7)
VIDEO_LIFE = timedelta(days=30)
REPORT_LIFE = timedelta(days=180)

QUESTION_LIFE = timedelta(minutes=45)
"""The page promises an hour at most: the scheduler that ends it runs once a minute, but waits for a running analysis."""

USUAL_ANALYSIS_S = 60.0  # assumed duration before the first analysis has ended on this server
MOST_ATTEMPTS = 3  # if the worker died each time on the same clip, the clip is probably the cause
NO_LEASE = {"holder": None, "leased_until_s": None}


def now_utc() -> datetime:
    """Return the current time, UTC."""
    return datetime.now(UTC)


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
    files : Folder, optional
        The storage of clips and pictures; defaults to that of the settings.

    Attributes
    ----------
    holder, at_work : str, set of str
        The lease owner of jobs that this store claims, and the keys of its unfinished ones; see `core.jobs.leases`.
    """

    def __init__(
        self, engine: Engine, settings: Settings, clock: Callable[[], datetime] = now_utc, files: Folder | None = None
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
    def open(cls, settings: Settings, *, clock: Callable[[], datetime] = now_utc) -> Self:
        """Open the store that the settings describe, and create what is missing."""
        private_folder(settings.data)
        return cls(open_database(settings.database), settings, clock)

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
                raise _not_found()
            queue = list(session.scalars(IN_TURN)) if row.state == "waiting" else []
            # A worker can claim it between the two queries.
            place = 1 + queue.index(row.key) if row.key in queue else 0
            unanswered = row.state == "asks" and (row.finished_s or 0) <= self._latest_asked_s()
            return job_of(row, token, "refused" if unanswered else row.state, place)

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
        if not self._change(delete(JobRow).where(JobRow.key == key)):
            raise _not_found()
        self.remove_files(key)  # files that a worker has drawn or published meanwhile
        forget_deleted(self.engine)

    def still_drawn(self, token: str) -> bool:
        """Return whether pictures or the video of a finished job are still being drawn: its clip exists until then."""
        return self.files.holds_clip(key_of(token))

    def media(self, token: str, name: str) -> Path:
        """Return one of the job's pictures, or its video; `name` is one of `MEDIA`, or `STILL`.

        Raises
        ------
        NotFound
            If there is no such job, no file ever has that name, or this job has no such file.
        """
        with Session(self.engine) as session:
            if session.scalar(select(JobRow.key).where(self._is_there(token))) is None:
                raise _not_found()
        known = (*MEDIA, STILL)
        path = self.files.picture(key_of(token), known[known.index(name)]) if name in known else None
        if path is None:
            raise NotFound(_("This picture or video is not here."), _("It may have been removed after its time."))
        return path

    def claim(self, key: str) -> Task | None:
        """Claim a waiting job for analysis; return None if it was deleted or another worker has it."""
        now = self.clock()
        mine = update(JobRow).where(JobRow.key == key, JobRow.state == "waiting")
        lease = {"holder": self.holder, "leased_until_s": now.timestamp() + self.settings.lease_s}
        began = {"attempts": JobRow.attempts + 1, "started_s": now.timestamp()}
        if not self._change(mine.values(state="running", **asdict(Progress()), **lease, **began)):
            return None
        try:
            place = self.files.workplace(key, self.holder)
        except FileNotFoundError:
            self.refuse(key, interrupted(key))
            return None
        except BaseException:  # the storage is not available: this does not count as an attempt
            self._change(self._held(key).values(state="waiting", attempts=JobRow.attempts - 1, **NO_LEASE))
            raise
        with Session(self.engine) as session:
            row = session.scalar(select(JobRow).where(JobRow.key == key))
        if row is None:
            self.tidy(key)
            return None
        self.at_work.add(key)
        return task_of(row, clip=place.clip, media=place.media, work=place.work)

    def set_progress(self, key: str, progress: Progress) -> bool:
        """Store the progress of the analysis; return False if the job was deleted or another worker has it."""
        return self._change(self._held(key).values(**asdict(progress)))

    def finish(self, key: str, report: Report) -> None:
        """Store the report. The clip stays until `tidy`, because the video is still drawn from it."""
        self._publish(key, "done")
        self._end(self._held(key), REPORT_LIFE, state="done", report=report.to_json())

    def tidy(self, key: str) -> None:
        """Remove the clip of a job whose analysis has ended, and the pictures too if the job was deleted meanwhile."""
        state = self._state(key)
        if state == "done":
            self._publish(key, state)
        self.files.leave(key, self.holder)
        drawn = (JobRow.key == key, JobRow.state == "done", JobRow.holder == self.holder)
        with Session(self.engine) as session:
            own = session.scalar(select(JobRow.key).where(*drawn)) is not None
        if state is None or self._state(key) is None:
            self.remove_files(key)
        elif own:
            self.files.remove_clip(key)  # first: if the worker dies after this, its lease expires
            self._change(update(JobRow).where(*drawn).values(**NO_LEASE))

    def refuse(self, key: str, refused: Refused) -> None:
        """Store why there is no report, and remove the clip and its pictures."""
        self.end_refused(self._held(key), key, refused)

    def end_refused(self, mine: Update, key: str, refused: Refused) -> bool:
        """Refuse a job if `mine` still matches it, and return whether it did."""
        ended = self._end(mine, REFUSED_LIFE, state="refused", refusal=refusal_to_json(refused), **NO_LEASE)
        if ended or self._state(key) is None:
            self.remove_files(key)
        self.files.leave(key, self.holder)
        return ended

    def ask(self, key: str, refused: Refused) -> None:
        """Keep the clip and the reason for its refusal until the runner has answered the question."""
        self._publish(key, "asks")
        asked = {"state": "asks", "refusal": refusal_to_json(refused), "finished_s": self.clock().timestamp()}
        if not self._change(self._held(key).values(**asked, **NO_LEASE)) and self._state(key) is None:
            # Deleted while it was analysed.
            self.remove_files(key)
        self.files.leave(key, self.holder)

    @saying_if_full()
    def answer(self, token: str, answers: Answers, *, visitor: str | None = None) -> bool:
        """Queue a job that asks again, with these answers; return False if it no longer asks."""
        asking = update(JobRow).where(JobRow.key == key_of(token), JobRow.state == "asks")
        ends_s = (self.clock() + UNFINISHED_LIFE).timestamp()
        anew = {"state": "waiting", **asdict(Progress()), "attempts": 0, "expires_s": ends_s}
        empty = dict.fromkeys(("refusal", "started_s", "finished_s"))
        said = {"answers": ANSWERS.dump_json(answers).decode(), "visitor": visitor, "turn": turn_of_next(visitor)}
        in_time = JobRow.finished_s > self._latest_asked_s()
        return self._change(asking.where(in_time).values(**said, **anew, **empty))

    @saying_if_full()
    def decline(self, token: str) -> None:
        """Refuse a job that asks, because the runner has no answer."""
        self._give_up(key_of(token))

    def questions_over(self, now: datetime | None = None) -> list[str]:
        """Return the keys of the jobs that have asked for too long."""
        late = select(JobRow.key).where(JobRow.state == "asks", JobRow.finished_s <= self._latest_asked_s(now))
        with Session(self.engine) as session:
            return list(session.scalars(late))

    def end_questions(self, now: datetime | None = None) -> int:
        """Refuse the jobs that have asked for too long, and remove their clips; return how many."""
        return sum(self._give_up(key) for key in self.questions_over(now))

    def remove_files(self, key: str) -> None:
        """Remove a job's clip and pictures."""
        self.files.remove_clip(key)
        self.files.remove_media(key)

    def waiting(self) -> list[str]:
        """Return the keys of the waiting jobs, the next one first: visitors take turns, in order of arrival in each turn."""
        with Session(self.engine) as session:
            return list(session.scalars(IN_TURN))

    def running(self) -> int:
        """Return how many jobs are being analysed."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).where(JobRow.state == "running")) or 0

    def waiting_of(self, visitor: str, *, network: bool = False) -> int:
        """Return how many clips of a visitor, or its network, are being uploaded or kept for an analysis or an answer."""
        with Session(self.engine) as session:
            return session.scalar(select(n_kept_of(visitor, network=network))) or 0

    def n_in_queue(self) -> int:
        """Return how many clips wait or are being uploaded."""
        with Session(self.engine) as session:
            return session.scalar(select(n_in_queue())) or 0

    def analysis_s(self) -> float:
        """Return how many seconds an analysis currently takes: the mean of the last twenty that ended."""
        with Session(self.engine) as session:
            return session.scalar(LAST_TOOK_S) or USUAL_ANALYSIS_S

    def clip(self, key: str) -> Path:
        """Return the path of a job's clip, which need not exist yet."""
        return self.clips / key

    def _state(self, key: str) -> str | None:
        with Session(self.engine) as session:
            return session.scalar(select(JobRow.state).where(JobRow.key == key))

    def _publish(self, key: str, state: str) -> None:
        """Publish the pictures of a job that a job in this state can show."""
        with Session(self.engine) as session:
            keep_video = session.scalar(select(JobRow.keep_video).where(JobRow.key == key))
        self.files.publish(key, self.holder, shown(state, keep_video=bool(keep_video)))

    def _change(self, statement: Any) -> bool:
        """Run a statement in its own transaction, and return whether it changed a row."""
        with self.engine.begin() as connection:
            result: CursorResult[Any] = connection.execute(statement)
            return result.rowcount > 0

    def _held(self, key: str) -> Update:
        """Return an update of a job that matches only if this store's worker is analysing it."""
        return update(JobRow).where(JobRow.key == key, JobRow.state == "running", JobRow.holder == self.holder)

    def _end(self, mine: Update, life: timedelta, **values: str | None) -> bool:
        now = self.clock()
        clock = {"finished_s": now.timestamp(), "expires_s": (now + life).timestamp()}
        return self._change(mine.values(visitor=None, cadence_spm=None, **clock, **values))

    def _give_up(self, key: str) -> bool:
        """Refuse a job that asks, for the reason of its question."""
        asking = update(JobRow).where(JobRow.key == key, JobRow.state == "asks")
        ended = self._end(asking, REFUSED_LIFE, state="refused")
        if ended:
            self.remove_files(key)
        return ended

    def _latest_asked_s(self, now: datetime | None = None) -> float:
        """Return the latest time at which a question must have been asked to be expired by now."""
        return ((now or self.clock()) - QUESTION_LIFE).timestamp()


def _not_found() -> NotFound:
    return NotFound(_("There is no report behind this link."), _("It may have been deleted, or its time is over."))
