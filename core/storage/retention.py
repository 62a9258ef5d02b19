"""The scheduler: it removes expired data, once for all workers.

Every worker has a scheduler. A task is done by the worker that updates its row in the table: for the others it is no longer due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from core.model.media import MEDIA, STILL, VIDEO
from core.storage.disk_space import is_full
from core.storage.files import broke_off
from core.storage.lives import REFUSED_LIFE, REPORT_LIFE, UNFINISHED_LIFE, UPLOAD_LIFE, VIDEO_LIFE
from core.storage.questions import end_questions, questions_over
from core.storage.share_links import Shares
from core.storage.store import Store
from core.storage.tables import (
    HOLDING_CLIP,
    ClockRow,
    JobRow,
    ShareRow,
    State,
    forget_deleted,
)
from core.storage.task import shown

LIVES: Mapping[State, timedelta] = MappingProxyType(
    {
        "uploading": UPLOAD_LIFE,
        "waiting": UNFINISHED_LIFE,
        "running": UNFINISHED_LIFE,
        "asks": UNFINISHED_LIFE,
        "refused": REFUSED_LIFE,
        "done": REPORT_LIFE,
    }
)
"""Time from when a job enters a state until it is removed."""

CLOCKS_DIFFER = timedelta(days=1)
"""A time further in the future than this comes from a wrong clock."""


@dataclass(frozen=True, kw_only=True)
class Purged:
    """How many things the scheduler removed, or would remove."""

    jobs: int = 0
    clips: int = 0
    videos: int = 0
    folders: int = 0
    links: int = 0
    strays: int = 0


def due(store: Store, name: str, every: timedelta) -> bool:
    """Return whether a task of the scheduler is due, and set its next time: only one of all callers gets True.

    On a full disk the next time cannot be stored, and the task is due for every caller: it can free space.
    """
    try:
        return _put_off(store, name, store.clock().timestamp(), every.total_seconds())
    except OperationalError as error:
        if not is_full(error):
            raise
        return True


def _put_off(store: Store, name: str, now_s: float, every_s: float) -> bool:
    # A little early is accepted: the clocks of machines differ, and an hourly task must not skip an hour.
    # A time that is more than one period away was set by a wrong clock.
    late = or_(ClockRow.due_s <= now_s + 0.1 * every_s, ClockRow.due_s > now_s + 1.1 * every_s)
    put_off = update(ClockRow).where(ClockRow.name == name, late).values(due_s=now_s + every_s)
    with store.engine.begin() as connection:
        if connection.execute(put_off).rowcount:
            return True
        if connection.scalar(select(ClockRow.name).where(ClockRow.name == name)):
            return False
    try:
        with store.engine.begin() as connection:
            connection.execute(insert(ClockRow).values(name=name, due_s=now_s + every_s))
    except IntegrityError:  # another worker was first
        return False
    return True


def purge(store: Store, now: datetime | None = None, *, dry_run: bool = False) -> Purged:
    """Remove everything that has expired, and files that belong to no job.

    Parameters
    ----------
    store : Store
        The store.
    now : datetime, optional
        The current time; defaults to the store's clock.
    dry_run : bool
        Count only.
    """
    now = now or store.clock()
    if not dry_run:
        correct_times(store, now)
    keys, videos = _over(store, now)
    doomed: list[Callable[[], object]] = []
    doomed += [partial(_remove_job, store, key) for key in keys]
    doomed += [partial(_remove_video, store, key) for key in videos]
    questions = questions_over(store, now)
    strays = [key for key in stray_clips(store, now) if key not in keys]
    doomed += [partial(store.files.remove_clip, key) for key in strays]
    folders = sorted(set(store.files.folders()) - set(_states(store)))
    doomed += [partial(store.files.remove_media, key) for key in folders]
    unknown = stray_pictures(store)
    doomed += [partial(store.files.remove_picture, key, name) for key, name in unknown]
    places = stray_workplaces(store)
    doomed += [partial(store.files.scratch.leave, key, holder) for key, holder in places]
    shares = Shares(store.engine, lambda: now)
    links = shares.count_over()
    if not dry_run:
        for remove in doomed:
            remove()
        links = shares.purge()
        store.files.sweep(now)
        end_questions(store, now)
        forget_deleted(store.engine)
    return Purged(
        jobs=len(keys),
        clips=len(strays) + len(questions),
        videos=len(videos),
        folders=len(folders),
        links=links,
        strays=len(unknown) + len(places),
    )


def end_uploads(store: Store, now: datetime | None = None) -> int:
    """Remove the uploads that have received nothing for too long, with what has arrived; return how many.

    They hold places in the queue, and parts of clips.
    """
    late = (JobRow.state == "uploading", JobRow.expires_s <= (now or store.clock()).timestamp())
    with Session(store.engine) as session:
        keys = session.scalars(select(JobRow.key).where(*late)).all()
    for key in keys:
        _remove_job(store, key)
    return len(keys)


def correct_times(store: Store, now: datetime) -> None:
    """Set times far in the future, which a wrong clock has set, to now: so nothing is kept too long."""
    now_s, latest_s = now.timestamp(), (now + CLOCKS_DIFFER).timestamp()
    rows = [
        update(row).where(time > latest_s).values({time.key: now_s})
        for row, times in (
            (JobRow, (JobRow.created_s, JobRow.started_s, JobRow.finished_s)),
            (ShareRow, (ShareRow.created_s, ShareRow.revoked_s)),
        )
        for time in times
    ]
    for state, life in LIVES.items():
        beyond = JobRow.expires_s > latest_s + life.total_seconds()
        rows.append(update(JobRow).where(JobRow.state == state, beyond).values(expires_s=now_s + life.total_seconds()))
    longest_s = REPORT_LIFE.total_seconds()
    rows.append(update(ShareRow).where(ShareRow.expires_s > latest_s + longest_s).values(expires_s=now_s + longest_s))
    try:
        with store.engine.begin() as connection:
            for statement in rows:
                connection.execute(statement)
    except OperationalError as error:
        if not is_full(error):  # the next steps free space
            raise


def sweep(store: Store) -> None:
    """Remove files without an owner, such as interrupted uploads, on a machine without a worker."""
    now = store.clock()
    for key in stray_clips(store, now):
        store.files.remove_clip(key)
    for key, holder in stray_workplaces(store):
        store.files.scratch.leave(key, holder)
    store.files.sweep(now)


def stray_clips(store: Store, now: datetime) -> list[str]:
    """Return the names of clips whose job has ended, and of interrupted uploads."""
    states = _states(store)
    with Session(store.engine) as session:
        drawn = set(session.scalars(select(JobRow.key).where(JobRow.holder.is_not(None))))
    strays = []
    for key, written in store.files.clips():
        state = states.get(key)
        if state not in HOLDING_CLIP and key not in drawn and (state is not None or broke_off(written, now)):
            strays.append(key)
    return strays


def stray_pictures(store: Store) -> list[tuple[str, str]]:
    """Return key and name of each file among a job's pictures that the job cannot show."""
    found = store.files.all_pictures()
    with Session(store.engine) as session:
        rows = session.execute(select(JobRow.key, JobRow.state, JobRow.keep_video)).all()
    strays = []
    for row in rows:
        # Pictures that are being drawn can exist before the state changes.
        known = (*MEDIA, STILL) if row.state in HOLDING_CLIP else shown(row.state, keep_video=row.keep_video)
        strays += [(row.key, name) for name in found.get(row.key, ()) if name not in known]
    return strays


def stray_workplaces(store: Store) -> list[tuple[str, str]]:
    """Return job and lease owner of each workplace on this machine whose owner no longer has the job."""
    found = store.files.scratch.all()
    with Session(store.engine) as session:
        held = {(row.key, row.holder) for row in session.execute(select(JobRow.key, JobRow.holder))}
    return [place for place in found if place not in held]


def _over(store: Store, now: datetime) -> tuple[list[str], list[str]]:
    """Return the expired jobs, and the others whose video has expired but still exists."""
    over = JobRow.expires_s <= now.timestamp()
    old = JobRow.finished_s <= (now - VIDEO_LIFE).timestamp()
    with Session(store.engine) as session:
        jobs = session.scalars(select(JobRow.key).where(over)).all()
        videos = session.scalars(select(JobRow.key).where(JobRow.keep_video, JobRow.state == "done", old, ~over)).all()
    return list(jobs), list(videos)


def _remove_job(store: Store, key: str) -> None:
    store.remove_files(key)  # first: on a full disk this frees the space that the database needs
    with store.engine.begin() as connection:
        connection.execute(delete(JobRow).where(JobRow.key == key))


def _remove_video(store: Store, key: str) -> None:
    store.files.remove_picture(key, VIDEO)
    with store.engine.begin() as connection:
        connection.execute(update(JobRow).where(JobRow.key == key).values(keep_video=False))


def _states(store: Store) -> dict[str, str]:
    with Session(store.engine) as session:
        return {row.key: row.state for row in session.execute(select(JobRow.key, JobRow.state))}
