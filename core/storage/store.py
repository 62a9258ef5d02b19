"""Where jobs and reports live: one table, and two folders of files beside it.

    uploading -> waiting -> running -> done | refused | asks
                                       asks -> waiting | refused

A job is opened with a private token, which only its owner has: the table keeps no more than the token's SHA-256, so
that nobody who reads the database or a copy of it can open a report. (A plain hash is enough: the token is 256 random
bits, which nobody can guess their way through.) The same hash names the job's files, so that nothing a person sends is
ever part of a path.

A job asks where one answer of its runner would let the clip be measured: the clip is kept for that answer, but not for
long. Every change of state is one statement that names the state it starts from, so that it happens once or not at all.
"""

from __future__ import annotations

import os
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
    data_folder,
    database_url,
    forget_deleted,
    insert_job,
    n_in_queue,
    n_kept_of,
    open_database,
    turn_of_next,
)
from core.storage.task import MEDIA, STILL, Task, key_of, shown

UPLOAD_LIFE = timedelta(hours=6)  # for a clip to arrive in
IDLE_LIFE = timedelta(minutes=10)  # for an upload of which nothing arrives
REFUSED_LIFE = timedelta(days=7)
VIDEO_LIFE = timedelta(days=30)
REPORT_LIFE = timedelta(days=180)

QUESTION_LIFE = timedelta(minutes=45)
"""The page says an hour at most: the clock that ends it comes once a minute, but lets an analysis end first."""

USUAL_ANALYSIS_S = 60.0  # taken for what an analysis lasts, before any has ended on this server
LEASE = timedelta(seconds=float(os.environ.get("STRIDE_LEASE_S", "30")))
"""How long a worker may be silent before another takes its job."""

MOST_ATTEMPTS = 3  # a clip that was being analysed each time the worker died is likely what kills it
NO_LEASE = {"holder": None, "leased_until_s": None}


def now_utc() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Store:
    """Jobs and reports, safe to use from several threads and processes at once.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    folder : Path
        The data folder; holds `clips/` and `media/`.
    clock : callable
        The time, UTC.
    files : Folder, optional
        Where clips and pictures lie; by `STRIDE_MEDIA_URL`, else.

    Attributes
    ----------
    holder, at_work : str, set of str
        The name that jobs taken by this store are leased under, and the keys of those not done with; see `core.jobs.leases`.
    """

    def __init__(
        self, engine: Engine, folder: Path, clock: Callable[[], datetime] = now_utc, files: Folder | None = None
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.files = files or open_files(folder)
        self.clips = self.files.arriving
        self.clock = clock
        self.holder = secrets.token_hex(8)
        self.at_work: set[str] = set()

    @classmethod
    def open(
        cls,
        folder: Path | None = None,
        url: str | None = None,
        *,
        clock: Callable[[], datetime] = now_utc,
    ) -> Self:
        """Open the store, and make what is not there yet.

        Parameters
        ----------
        folder : Path, optional
            The data folder; else `STRIDE_DATA`, else `data` in the working directory.
        url : str, optional
            The database as an SQLAlchemy URL; else `STRIDE_DATABASE_URL`, else an SQLite file in the data folder.
        clock : callable
            Returns the time, UTC.
        """
        folder = Path(folder).resolve() if folder else data_folder()
        private_folder(folder)
        return cls(open_database(url or database_url(folder)), folder, clock)

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
        """Take in a job, and the clip with it, or only how long the clip is that will be sent for it.

        Parameters
        ----------
        answers : Answers
            What the runner says about the clip.
        clip : Path, optional
            A file in `clips`; it is moved, and no longer the caller's.
        keep_video : bool
            Whether the owner asked for the annotated video.
        visitor : str, optional
            Says nothing but which jobs wait for one and the same visitor; forgotten when the job ends.
        upload_bytes : int, optional
            The job waits for a clip of this length; see `core.jobs.uploads`.
        span_s : tuple of float, optional
            See `Task`.
        room : Room, optional
            The job is taken only if there is room, which is asked and taken at once.

        Returns
        -------
        str
            The job's private token: 256 random bits, to be kept by the owner alone.

        Raises
        ------
        NoRoom
            If there is none; the clip is removed.
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
            Where there is none, or its time is over.
        """
        with Session(self.engine) as session:
            row = session.scalar(select(JobRow).where(self._is_there(token)))
            if row is None:
                raise _not_found()
            queue = list(session.scalars(IN_TURN)) if row.state == "waiting" else []
            # It may have been taken up between the two questions.
            place = 1 + queue.index(row.key) if row.key in queue else 0
            unanswered = row.state == "asks" and (row.finished_s or 0) <= self._latest_asked_s()
            return job_of(row, token, "refused" if unanswered else row.state, place)

    def living(self, keys: Iterable[str]) -> set[str]:
        """Return those of these keys whose job is there, and whose time is not over."""
        there = select(JobRow.key).where(JobRow.key.in_([*keys]), JobRow.expires_s > self.clock().timestamp())
        with Session(self.engine) as session:
            return set(session.scalars(there))

    def _is_there(self, token: str) -> ColumnElement[bool]:
        return and_(JobRow.key == key_of(token), JobRow.expires_s > self.clock().timestamp())

    @saying_if_full()
    def delete(self, token: str) -> None:
        """Remove the job of this token with its report, clip, pictures and video.

        An analysis that is under way is ended by its worker as soon as it finds its job gone.

        Raises
        ------
        NotFound
            Where there is none.
        NoSpace
            If the disk is so full that the database cannot even delete; the files are gone by then.
        """
        key = key_of(token)
        # The files first: on a full disk they make the room that the database needs to forget the row, or even to be opened.
        self.remove_files(key)
        if not self._change(delete(JobRow).where(JobRow.key == key)):
            raise _not_found()
        self.remove_files(key)  # what a worker has drawn or published in between
        forget_deleted(self.engine)

    def still_drawn(self, token: str) -> bool:
        """Return whether pictures or the video of a finished job are still being drawn: its clip is there until then."""
        return self.files.holds_clip(key_of(token))

    def media(self, token: str, name: str) -> Path:
        """Return one of the job's pictures, or its video; `name` is one of `MEDIA`, or `STILL`.

        Raises
        ------
        NotFound
            Where there is no such job, no file of that name is ever made, or this job has none.
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
        """Take a waiting job for analysis; None where it was deleted or somebody else has it."""
        now = self.clock()
        mine = update(JobRow).where(JobRow.key == key, JobRow.state == "waiting")
        lease = {"holder": self.holder, "leased_until_s": (now + LEASE).timestamp()}
        began = {"attempts": JobRow.attempts + 1, "started_s": now.timestamp()}
        if not self._change(mine.values(state="running", **asdict(Progress()), **lease, **began)):
            return None
        try:
            place = self.files.workplace(key, self.holder)
        except FileNotFoundError:
            self.refuse(key, interrupted(key))
            return None
        except BaseException:  # the storage is away: it is nobody's attempt
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
        """Note how far the analysis is; False where nobody wants it any more, or another worker has it."""
        return self._change(self._held(key).values(**asdict(progress)))

    def finish(self, key: str, report: Report) -> None:
        """Keep the report. The clip stays until `tidy`: what its owner asked for is still drawn from it."""
        self._publish(key, "done")
        self._end(self._held(key), REPORT_LIFE, state="done", report=report.to_json())

    def tidy(self, key: str) -> None:
        """Remove the clip of a job whose analysis has ended; of one that was deleted meanwhile, what was drawn too."""
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
            self.files.remove_clip(key)  # first: who dies after this is found by the lease
            self._change(update(JobRow).where(*drawn).values(**NO_LEASE))

    def refuse(self, key: str, refused: Refused) -> None:
        """Keep why there is no report, and remove the clip and what was drawn of it."""
        self.end_refused(self._held(key), key, refused)

    def end_refused(self, mine: Update, key: str, refused: Refused) -> bool:
        """Refuse a job, where `mine` finds it in the state that is to end; False where it does not."""
        ended = self._end(mine, REFUSED_LIFE, state="refused", refusal=refusal_to_json(refused), **NO_LEASE)
        if ended or self._state(key) is None:
            self.remove_files(key)
        self.files.leave(key, self.holder)
        return ended

    def ask(self, key: str, refused: Refused) -> None:
        """Keep the clip, and why it was refused, until the runner has answered what would settle it."""
        self._publish(key, "asks")
        asked = {"state": "asks", "refusal": refusal_to_json(refused), "finished_s": self.clock().timestamp()}
        if not self._change(self._held(key).values(**asked, **NO_LEASE)) and self._state(key) is None:
            # Deleted while it was analysed.
            self.remove_files(key)
        self.files.leave(key, self.holder)

    @saying_if_full()
    def answer(self, token: str, answers: Answers, *, visitor: str | None = None) -> bool:
        """Let a job that asks wait once more, with these answers; False where it asks no longer."""
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
        """Return the keys of the jobs that wait, the next one first: visitors take turns, first come first within a round."""
        with Session(self.engine) as session:
            return list(session.scalars(IN_TURN))

    def running(self) -> int:
        """Return how many jobs are being analysed."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).where(JobRow.state == "running")) or 0

    def waiting_of(self, visitor: str, *, network: bool = False) -> int:
        """Return how many clips of this visitor, or of its network, are on their way or kept for an analysis or an answer."""
        with Session(self.engine) as session:
            return session.scalar(select(n_kept_of(visitor, network=network))) or 0

    def n_in_queue(self) -> int:
        """Return how many clips wait or arrive."""
        with Session(self.engine) as session:
            return session.scalar(select(n_in_queue())) or 0

    def analysis_s(self) -> float:
        """Return how long an analysis takes at present: the mean of the last twenty that ended."""
        with Session(self.engine) as session:
            return session.scalar(LAST_TOOK_S) or USUAL_ANALYSIS_S

    def clip(self, key: str) -> Path:
        """Return where the clip of a job lies, or will."""
        return self.clips / key

    def _state(self, key: str) -> str | None:
        with Session(self.engine) as session:
            return session.scalar(select(JobRow.state).where(JobRow.key == key))

    def _publish(self, key: str, state: str) -> None:
        """Let pages find what was drawn of a job, as far as a job in this state has it to show."""
        with Session(self.engine) as session:
            keep_video = session.scalar(select(JobRow.keep_video).where(JobRow.key == key))
        self.files.publish(key, self.holder, shown(state, keep_video=bool(keep_video)))

    def _change(self, statement: Any) -> bool:
        """Run a statement in a transaction of its own, and return whether it changed a row."""
        with self.engine.begin() as connection:
            result: CursorResult[Any] = connection.execute(statement)
            return result.rowcount > 0

    def _held(self, key: str) -> Update:
        """Return what changes a job that this store's worker analyses, and no other job."""
        return update(JobRow).where(JobRow.key == key, JobRow.state == "running", JobRow.holder == self.holder)

    def _end(self, mine: Update, life: timedelta, **values: str | None) -> bool:
        now = self.clock()
        clock = {"finished_s": now.timestamp(), "expires_s": (now + life).timestamp()}
        return self._change(mine.values(visitor=None, cadence_spm=None, **clock, **values))

    def _give_up(self, key: str) -> bool:
        """Refuse a job that asks, for the reason that it asks for."""
        asking = update(JobRow).where(JobRow.key == key, JobRow.state == "asks")
        ended = self._end(asking, REFUSED_LIFE, state="refused")
        if ended:
            self.remove_files(key)
        return ended

    def _latest_asked_s(self, now: datetime | None = None) -> float:
        """Return when a job must have begun to ask for its time to be over."""
        return ((now or self.clock()) - QUESTION_LIFE).timestamp()


def _not_found() -> NotFound:
    return NotFound(_("There is no report behind this link."), _("It may have been deleted, or its time is over."))
