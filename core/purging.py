"""The clock: what is removed when its time is over, once for all workers.

Every worker has the clock's tasks in its queue. What does them is the one that moves on the task's row in the table: nobody else
finds it due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.database import HOLDING_CLIP, ClockRow, JobRow, forget_deleted
from core.shares import Shares
from core.store import VIDEO_LIFE, Store
from core.task import VIDEO

ABANDONED_UPLOAD = timedelta(hours=1)  # without a job this long after its last byte, an upload has broken off


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How many things the clock removed, or would remove."""

    jobs: int = 0
    clips: int = 0
    videos: int = 0
    folders: int = 0
    links: int = 0


def due(store: Store, name: str, every: timedelta) -> bool:
    """Return whether a task of the clock is due, and put it off: of all who ask, one is told so."""
    now_s = store.clock().timestamp()
    # A little early is in time: the clocks of machines differ, and a task that comes once an hour must not skip one.
    late = update(ClockRow).where(ClockRow.name == name, ClockRow.due_s <= now_s + 0.1 * every.total_seconds())
    with store.engine.begin() as connection:
        if connection.execute(late.values(due_s=now_s + every.total_seconds())).rowcount:
            return True
        if connection.scalar(select(ClockRow.name).where(ClockRow.name == name)):
            return False
    try:
        with store.engine.begin() as connection:
            connection.execute(insert(ClockRow).values(name=name, due_s=now_s + every.total_seconds()))
    except IntegrityError:  # another was the first
        return False
    return True


def purge(store: Store, now: datetime | None = None, *, dry_run: bool = False) -> Purged:
    """Remove everything whose time is over, and files that belong to no job.

    Parameters
    ----------
    store : Store
        What is kept.
    now : datetime, optional
        The time to judge by; the store's clock, else.
    dry_run : bool
        Count only.
    """
    now = now or store.clock()
    keys, videos = _over(store, now)
    doomed: list[Callable[[], object]] = []
    doomed += [partial(_remove_job, store, key) for key in keys]
    doomed += [partial(_remove_video, store, key) for key in videos]
    questions = store.questions_over(now)
    strays = [key for key in stray_clips(store, now) if key not in keys]
    doomed += [partial(store.files.remove_clip, key) for key in strays]
    folders = sorted(set(store.files.folders()) - set(_states(store)))
    doomed += [partial(store.files.remove_media, key) for key in folders]
    shares = Shares(store.engine, lambda: now)
    links = shares.count_over() if dry_run else shares.purge()
    if not dry_run:
        for remove in doomed:
            remove()
        store.end_questions(now)
        if keys:
            forget_deleted(store.engine)
    return Purged(
        jobs=len(keys), clips=len(strays) + len(questions), videos=len(videos), folders=len(folders), links=links
    )


def sweep(store: Store) -> None:
    """Remove clips that belong to nobody; for a machine without a worker, where uploads may have broken off."""
    for key in stray_clips(store, store.clock()):
        store.files.remove_clip(key)


def stray_clips(store: Store, now: datetime) -> list[str]:
    """Return the names of clips whose job has ended, and of uploads that broke off."""
    states = _states(store)
    with Session(store.engine) as session:
        drawn = set(session.scalars(select(JobRow.key).where(JobRow.holder.is_not(None))))
    strays = []
    for key, written in store.files.clips():
        state = states.get(key)
        broken_off = written <= now - ABANDONED_UPLOAD
        if state not in HOLDING_CLIP and key not in drawn and (state is not None or broken_off):
            strays.append(key)
    return strays


def _over(store: Store, now: datetime) -> tuple[list[str], list[str]]:
    """Return the jobs whose time is over, and those whose video's time is and that have it still."""
    over = JobRow.expires_s <= now.timestamp()
    old = JobRow.finished_s <= (now - VIDEO_LIFE).timestamp()
    with Session(store.engine) as session:
        jobs = session.scalars(select(JobRow.key).where(over)).all()
        videos = session.scalars(select(JobRow.key).where(JobRow.keep_video, JobRow.state == "done", old, ~over)).all()
    return list(jobs), list(videos)


def _remove_job(store: Store, key: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(delete(JobRow).where(JobRow.key == key))
    store.remove_files(key)


def _remove_video(store: Store, key: str) -> None:
    store.files.remove_picture(key, VIDEO)
    with store.engine.begin() as connection:
        connection.execute(update(JobRow).where(JobRow.key == key).values(keep_video=False))


def _states(store: Store) -> dict[str, str]:
    with Session(store.engine) as session:
        return {row.key: row.state for row in session.execute(select(JobRow.key, JobRow.state))}
