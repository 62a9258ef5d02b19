"""Where jobs and reports live: one table, and two folders of files beside it.

    waiting -> running -> done | refused | asks
                          asks -> waiting | refused

A job is opened with a private token, which only its owner has: the table keeps no more than the token's SHA-256, so
that nobody who reads the database or a copy of it can open a report. (A plain hash is enough: the token is 256 random
bits, which nobody can guess their way through.) The same hash names the job's files, so that nothing a person sends is
ever part of a path.

A job asks where one answer of its runner would let the clip be measured: the clip is kept for that answer, but not for
long. Every change of state is one statement that names the state it starts from, so that it happens once or not at all.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import CursorResult, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from core.database import (
    HOLDING_CLIP,
    IN_TURN,
    LAST_TOOK_S,
    UNFINISHED,
    JobRow,
    State,
    forget_deleted,
    open_database,
    turn_of_next,
)
from core.errors import AnalysisStopped, NotFound, Refused
from core.job import ANSWERS, Job, job_of, refusal_to_json
from core.model import Answers, Report
from core.task import MEDIA, STILL, VIDEO, Task, key_of

UNFINISHED_LIFE = timedelta(days=1)
REFUSED_LIFE = timedelta(days=7)
VIDEO_LIFE = timedelta(days=30)
REPORT_LIFE = timedelta(days=180)

QUESTION_LIFE = timedelta(minutes=45)
"""The page says an hour at most: the clock that ends it comes once a minute, but lets an analysis end first."""

ABANDONED_UPLOAD = timedelta(hours=1)  # without a job this long after its last byte, an upload has broken off
USUAL_ANALYSIS_S = 60.0  # taken for what an analysis lasts, before any has ended on this server
MOST_ATTEMPTS = 3  # a clip that was being analysed each time the worker died is likely what kills it


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How many things the clock removed."""

    jobs: int = 0
    clips: int = 0
    videos: int = 0
    folders: int = 0


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
    """

    def __init__(self, engine: Engine, folder: Path, clock: Callable[[], datetime] = now_utc) -> None:
        self.engine = engine
        self.folder = folder
        self.clips = folder / "clips"
        self._media = folder / "media"
        self._clock = clock

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
        folder = Path(folder or os.environ.get("STRIDE_DATA") or "data").resolve()
        for part in (folder, folder / "clips", folder / "media"):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        url = url or os.environ.get("STRIDE_DATABASE_URL") or f"sqlite:///{folder / 'store.sqlite'}"
        return cls(open_database(url), folder, clock)

    def close(self) -> None:
        """Close the database's connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(
        self, answers: Answers, *, clip: Path | None = None, keep_video: bool = False, visitor: str | None = None
    ) -> str:
        """Take in a job, and the clip with it.

        Parameters
        ----------
        answers : Answers
            What the runner says about the clip.
        clip : Path, optional
            A file on the data folder's own disk; it is moved, and no longer the caller's.
        keep_video : bool
            Whether the owner asked for the annotated video.
        visitor : str, optional
            Says nothing but which jobs wait for one and the same visitor; forgotten when the job ends.

        Returns
        -------
        str
            The job's private token: 256 random bits, to be kept by the owner alone.
        """
        token = secrets.token_urlsafe(32)
        key = key_of(token)
        if clip is not None:
            clip.rename(self._clip(key))
        now = self._clock()
        row = JobRow(
            key=key,
            state="waiting",
            keep_video=keep_video,
            answers=ANSWERS.dump_json(answers).decode(),
            visitor=visitor,
            turn=turn_of_next(visitor),
            created_s=now.timestamp(),
            expires_s=(now + UNFINISHED_LIFE).timestamp(),
        )
        with Session(self.engine) as session, session.begin():
            session.add(row)
        return token

    def job(self, token: str) -> Job:
        """Return the job of this token.

        Raises
        ------
        NotFound
            Where there is none, or its time is over.
        """
        with Session(self.engine) as session:
            row = session.scalar(select(JobRow).where(JobRow.key == key_of(token)))
            if row is None or row.expires_s <= self._clock().timestamp():
                raise _not_found()
            queue = list(session.scalars(IN_TURN)) if row.state == "waiting" else []
            # It may have been taken up between the two questions.
            place = 1 + queue.index(row.key) if row.key in queue else 0
            unanswered = row.state == "asks" and (row.finished_s or 0) <= self._latest_asked_s()
            return job_of(row, token, "refused" if unanswered else row.state, place)

    def delete(self, token: str) -> None:
        """Remove the job of this token with its report, clip, pictures and video.

        An analysis that is under way is ended by its worker as soon as it finds its job gone.

        Raises
        ------
        NotFound
            Where there is none.
        """
        key = key_of(token)
        if not self._change(delete(JobRow).where(JobRow.key == key)):
            raise _not_found()
        self.remove_files(key)
        forget_deleted(self.engine)

    def still_drawn(self, token: str) -> bool:
        """Return whether pictures or the video of a finished job are still being drawn: its clip is there until then."""
        return self._clip(key_of(token)).exists()

    def media(self, token: str, name: str) -> Path:
        """Return one of the job's pictures, or its video; `name` is one of `MEDIA`, or `STILL`.

        Raises
        ------
        NotFound
            Where there is no such job, no file of that name is ever made, or this job has none.
        """
        self.job(token)
        known = (*MEDIA, STILL)
        path = self._media / key_of(token) / known[known.index(name)] if name in known else None
        if path is None or not path.is_file():
            raise NotFound("This picture or video is not here.", "It may have been removed after its time.")
        return path

    def claim(self, key: str) -> Task | None:
        """Take a waiting job for analysis; None where it was deleted or somebody else has it."""
        mine = update(JobRow).where(JobRow.key == key, JobRow.state == "waiting")
        began = {"attempts": JobRow.attempts + 1, "started_s": self._clock().timestamp()}
        if not self._change(mine.values(state="running", stage="", done=0, total=0, **began)):
            return None
        with Session(self.engine) as session:
            row = session.scalar(select(JobRow).where(JobRow.key == key))
            if row is None:
                return None
            media = self._media / key
            shutil.rmtree(media, ignore_errors=True)
            media.mkdir(mode=0o700)
            answers = ANSWERS.validate_json(row.answers)
            return Task(key=key, clip=self._clip(key), media=media, answers=answers, keep_video=row.keep_video)

    def set_progress(self, key: str, stage: str, done: int, total: int) -> bool:
        """Note how far the analysis is; False where nobody wants it any more."""
        running = update(JobRow).where(JobRow.key == key, JobRow.state == "running")
        return self._change(running.values(stage=stage, done=done, total=total))

    def finish(self, key: str, report: Report) -> None:
        """Keep the report. The clip stays until `tidy`: what its owner asked for is still drawn from it."""
        self._end(key, REPORT_LIFE, state="done", report=report.to_json())

    def tidy(self, key: str) -> None:
        """Remove the clip of a job whose analysis has ended; of one that was deleted meanwhile, what was drawn too."""
        if self._state(key) is None:
            self.remove_files(key)
        self._clip(key).unlink(missing_ok=True)

    def refuse(self, key: str, refused: Refused) -> None:
        """Keep why there is no report, and remove the clip and what was drawn of it."""
        self._end(key, REFUSED_LIFE, state="refused", refusal=refusal_to_json(refused))
        self.tidy(key)
        shutil.rmtree(self._media / key, ignore_errors=True)

    def ask(self, key: str, refused: Refused) -> None:
        """Keep the clip, and why it was refused, until the runner has answered what would settle it."""
        running = update(JobRow).where(JobRow.key == key, JobRow.state == "running")
        asked = {"state": "asks", "refusal": refusal_to_json(refused), "finished_s": self._clock().timestamp()}
        if not self._change(running.values(**asked)) and self._state(key) is None:
            # Deleted while it was analysed.
            self.remove_files(key)

    def answer(self, token: str, answers: Answers, *, visitor: str | None = None) -> bool:
        """Let a job that asks wait once more, with these answers; False where it asks no longer."""
        asking = update(JobRow).where(JobRow.key == key_of(token), JobRow.state == "asks")
        anew = {"state": "waiting", "stage": "", "done": 0, "total": 0, "attempts": 0}
        empty = dict.fromkeys(("refusal", "started_s", "finished_s"))
        turn = {"visitor": visitor, "turn": turn_of_next(visitor)}
        return self._change(
            asking.where(JobRow.finished_s > self._latest_asked_s()).values(
                answers=ANSWERS.dump_json(answers).decode(), **anew, **empty, **turn
            )
        )

    def decline(self, token: str) -> None:
        """Refuse a job that asks, because the runner has no answer."""
        self._give_up(key_of(token))

    def end_questions(self, now: datetime | None = None) -> int:
        """Refuse the jobs that have asked for too long, and remove their clips; return how many."""
        late = select(JobRow.key).where(JobRow.state == "asks", JobRow.finished_s <= self._latest_asked_s(now))
        with Session(self.engine) as session:
            keys = session.scalars(late).all()
        return sum(self._give_up(key) for key in keys)

    def remove_files(self, key: str) -> None:
        """Remove a deleted job's clip and pictures."""
        self._clip(key).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._media / key)

    def requeue_unfinished(self) -> None:
        """Make every unfinished job wait again, and end those that cannot be analysed any more.

        For a worker that starts, when no other works on this data folder.
        """
        self._remove_stray_clips(self._clock())
        unfinished = select(JobRow.key, JobRow.attempts).where(JobRow.state.in_(UNFINISHED))
        with Session(self.engine) as session:
            rows = session.execute(unfinished).all()
        for key, attempts in rows:
            if not self._clip(key).exists() or attempts >= MOST_ATTEMPTS:
                what = "The analysis was interrupted and could not be taken up again."
                self.refuse(key, AnalysisStopped("readable_file", what, "Please send the clip once more."))
        self._change(update(JobRow).where(JobRow.state == "running").values(state="waiting"))

    def waiting(self) -> list[str]:
        """Return the keys of the jobs that wait, the next one first: visitors take turns, first come first within a round."""
        with Session(self.engine) as session:
            return list(session.scalars(IN_TURN))

    def waiting_of(self, visitor: str) -> int:
        """Return how many clips of this visitor are kept for an analysis, or for an answer of theirs."""
        kept = JobRow.state.in_(("waiting", "asks"))
        own = select(func.count()).where(kept, JobRow.visitor == visitor)
        with Session(self.engine) as session:
            return session.scalar(own) or 0

    def analysis_s(self) -> float:
        """Return how long an analysis takes at present: the mean of the last twenty that ended."""
        with Session(self.engine) as session:
            return session.scalar(LAST_TOOK_S) or USUAL_ANALYSIS_S

    def purge(self, now: datetime | None = None) -> Purged:
        """Remove everything whose time is over, and files that belong to no job.

        Parameters
        ----------
        now : datetime, optional
            The time to judge by; the store's clock, else.
        """
        now = now or self._clock()
        old_videos = select(JobRow.key).where(
            JobRow.state == "done",
            JobRow.finished_s <= (now - VIDEO_LIFE).timestamp(),
            JobRow.expires_s > now.timestamp(),
        )
        with Session(self.engine) as session:
            keys = session.scalars(select(JobRow.key).where(JobRow.expires_s <= now.timestamp())).all()
            videos = [self._media / key / VIDEO for key in session.scalars(old_videos)]
        videos = [video for video in videos if video.exists()]
        for video in videos:
            video.unlink(missing_ok=True)
        for key in keys:
            self._change(delete(JobRow).where(JobRow.key == key))
            self.remove_files(key)
        strays = self.end_questions(now) + self._remove_stray_clips(now)
        folders = [folder for folder in self._media.iterdir() if self._state(folder.name) is None]
        for folder in folders:
            shutil.rmtree(folder)
        if keys:
            forget_deleted(self.engine)
        return Purged(jobs=len(keys), clips=strays, videos=len(videos), folders=len(folders))

    def _clip(self, key: str) -> Path:
        return self.clips / key

    def _state(self, key: str) -> str | None:
        with Session(self.engine) as session:
            return session.scalar(select(JobRow.state).where(JobRow.key == key))

    def _change(self, statement: Any) -> bool:
        """Run a statement in a transaction of its own, and return whether it changed a row."""
        with self.engine.begin() as connection:
            result: CursorResult[Any] = connection.execute(statement)
            return result.rowcount > 0

    def _end(self, key: str, life: timedelta, *, begun: tuple[State, ...] = UNFINISHED, **values: str) -> bool:
        now = self._clock()
        clock = {"finished_s": now.timestamp(), "expires_s": (now + life).timestamp()}
        mine = update(JobRow).where(JobRow.key == key, JobRow.state.in_(begun))
        return self._change(mine.values(visitor=None, **clock, **values))

    def _give_up(self, key: str) -> bool:
        """Refuse a job that asks, for the reason that it asks for."""
        ended = self._end(key, REFUSED_LIFE, begun=("asks",), state="refused")
        if ended:
            self.tidy(key)
            shutil.rmtree(self._media / key, ignore_errors=True)
        return ended

    def _latest_asked_s(self, now: datetime | None = None) -> float:
        """Return when a job must have begun to ask for its time to be over."""
        return ((now or self._clock()) - QUESTION_LIFE).timestamp()

    def _remove_stray_clips(self, now: datetime) -> int:
        """Remove clips whose job has ended, and uploads that broke off; return how many."""
        strays = 0
        for clip in self.clips.iterdir():
            state = self._state(clip.name)
            with contextlib.suppress(FileNotFoundError):
                broken_off = clip.stat().st_mtime <= (now - ABANDONED_UPLOAD).timestamp()
                if state not in HOLDING_CLIP and (state is not None or broken_off):
                    clip.unlink()
                    strays += 1
        return strays


def _not_found() -> NotFound:
    return NotFound("There is no report behind this link.", "It may have been deleted, or its time is over.")
