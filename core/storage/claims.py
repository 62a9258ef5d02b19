"""Jobs as their worker sees them: it claims one, reports its progress, and ends it.

    waiting -> running -> done | refused | asks

Every change names the worker that holds the job, so that a worker that has lost its lease changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import ColumnElement, Update, select, update
from sqlalchemy.orm import Session

from core.errors import Refused
from core.model.progress import Progress
from core.model.report import Report
from core.storage.job import interrupted, refusal_to_json, task_of
from core.storage.lives import REFUSED_LIFE, REPORT_LIFE
from core.storage.queries import first_waiting
from core.storage.rows import change, end_values, state_of
from core.storage.store import Store
from core.storage.tables import NEXT_FREE, JobRow
from core.storage.task import Task, shown

MOST_ATTEMPTS = 3  # if the worker died each time on the same clip, the clip is probably the cause
NO_LEASE = {"holder": None, "leased_until_s": None}


def claim_next(store: Store) -> Task | None:
    """Claim the next job in turn for analysis; return None if none waits."""
    # A worker that only looks takes no lock: on SQLite, each update locks the whole file.
    while (key := first_waiting(store.engine)) and (key := _lease(store, NEXT_FREE)):
        if task := _open_claimed(store, key):
            return task
    return None


def claim(store: Store, key: str) -> Task | None:
    """Claim this job for analysis; return None if it does not wait, because it was deleted or another worker has it."""
    return _open_claimed(store, key) if _lease(store, JobRow.key == key) else None


def _lease(store: Store, which: ColumnElement[bool]) -> str | None:
    """Lease a waiting job in one statement, and return its key; None if there is none."""
    now_s = store.clock().timestamp()
    lease = {"holder": store.holder, "leased_until_s": now_s + store.settings.lease_s}
    began = {"attempts": JobRow.attempts + 1, "started_s": now_s}
    mine = update(JobRow).where(which, JobRow.state == "waiting")
    with store.engine.begin() as connection:
        values = mine.values(state="running", **asdict(Progress()), **lease, **began)
        return connection.scalar(values.returning(JobRow.key))


def _open_claimed(store: Store, key: str) -> Task | None:
    """Prepare the workplace of a job that this store has leased; return None if the job cannot be analysed any more."""
    try:
        place = store.files.workplace(key, store.holder)
    except FileNotFoundError:
        refuse(store, key, interrupted(key))
        return None
    except BaseException:  # the storage is not available: this does not count as an attempt
        change(store.engine, _held(store, key).values(state="waiting", attempts=JobRow.attempts - 1, **NO_LEASE))
        raise
    with Session(store.engine) as session:
        row = session.scalar(select(JobRow).where(JobRow.key == key))
    if row is None:
        tidy(store, key)
        return None
    store.at_work.add(key)
    return task_of(row, clip=place.clip, media=place.media, work=place.work)


def set_progress(store: Store, key: str, progress: Progress) -> bool:
    """Store the progress of the analysis; return False if the job was deleted or another worker has it."""
    return change(store.engine, _held(store, key).values(**asdict(progress)))


def finish(store: Store, key: str, report: Report) -> None:
    """Store the report. The clip stays until `tidy`, because the video is still drawn from it."""
    _publish(store, key, "done")
    ended = end_values(store.clock(), REPORT_LIFE)
    change(store.engine, _held(store, key).values(state="done", report=report.to_json(), **ended))


def tidy(store: Store, key: str) -> None:
    """Remove the clip of a job whose analysis has ended, and the pictures too if the job was deleted meanwhile."""
    state = state_of(store.engine, key)
    if state == "done":
        _publish(store, key, state)
    store.files.scratch.leave(key, store.holder)
    drawn = (JobRow.key == key, JobRow.state == "done", JobRow.holder == store.holder)
    with Session(store.engine) as session:
        own = session.scalar(select(JobRow.key).where(*drawn)) is not None
    if state is None or state_of(store.engine, key) is None:
        store.remove_files(key)
    elif own:
        store.files.remove_clip(key)  # first: if the worker dies after this, its lease expires
        change(store.engine, update(JobRow).where(*drawn).values(**NO_LEASE))


def refuse(store: Store, key: str, refused: Refused) -> None:
    """Store why there is no report, and remove the clip and its pictures."""
    end_refused(store, _held(store, key), key, refused)


def end_refused(store: Store, mine: Update, key: str, refused: Refused) -> bool:
    """Refuse a job if `mine` still matches it, and return whether it did."""
    values = {"state": "refused", "refusal": refusal_to_json(refused), **end_values(store.clock(), REFUSED_LIFE)}
    ended = change(store.engine, mine.values(**values, **NO_LEASE))
    if ended or state_of(store.engine, key) is None:
        store.remove_files(key)
    store.files.scratch.leave(key, store.holder)
    return ended


def ask(store: Store, key: str, refused: Refused) -> None:
    """Keep the clip and the reason for its refusal until the runner has answered the question."""
    _publish(store, key, "asks")
    asked = {"state": "asks", "refusal": refusal_to_json(refused), "finished_s": store.clock().timestamp()}
    if not change(store.engine, _held(store, key).values(**asked, **NO_LEASE)) and state_of(store.engine, key) is None:
        # Deleted while it was analysed.
        store.remove_files(key)
    store.files.scratch.leave(key, store.holder)


def _held(store: Store, key: str) -> Update:
    """Return an update of a job that matches only if this store's worker is analysing it."""
    return update(JobRow).where(JobRow.key == key, JobRow.state == "running", JobRow.holder == store.holder)


def _publish(store: Store, key: str, state: str) -> None:
    """Publish the pictures of a job that a job in this state can show."""
    with Session(store.engine) as session:
        keep_video = session.scalar(select(JobRow.keep_video).where(JobRow.key == key))
    store.files.publish(key, store.holder, shown(state, keep_video=bool(keep_video)))
