"""Whose turn it is to analyse a job, when many workers on many machines may do so.

A worker that takes a job leases it, and renews the lease while it works. One that died renews nothing: when the lease is over,
the job waits again and any other worker may take it. What the first would still write, if it was only asleep, is not taken from
it: whoever changes a running job must hold it.

On its own machine a dead worker is told at once: each holds a lock on a file of its name, which the system lets go of when the
process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Update, and_, or_, select, update
from sqlalchemy.orm import Session

from core.storage.job import interrupted
from core.storage.store import LEASE, MOST_ATTEMPTS, NO_LEASE, Store
from core.storage.tables import JobRow

CLOCKS_DIFFER_S = 3600.0
RENEW_EVERY_S = LEASE.total_seconds() / 6

log = logging.getLogger(__name__)


def renew(store: Store) -> None:
    """Keep the jobs that this store's worker is at: one that it had to let go of is not kept from others."""
    until_s = (store.clock() + LEASE).timestamp()
    mine = update(JobRow).where(JobRow.holder == store.holder, JobRow.key.in_(store.at_work))
    with store.engine.begin() as connection:
        connection.execute(mine.values(leased_until_s=until_s))


def take_over(store: Store, *dead: str) -> int:
    """Let jobs wait again whose worker is dead, and end those that cannot be analysed any more; return how many waited.

    Parameters
    ----------
    store : Store
        Where the jobs are.
    *dead : str
        Holders that are known to be dead; of others, the lease must be over.
    """
    now_s = store.clock().timestamp()
    lost = or_(
        and_(JobRow.state == "running", JobRow.holder.is_(None)),  # of a version that knew one worker only
        JobRow.leased_until_s <= now_s,
        JobRow.leased_until_s > now_s + LEASE.total_seconds() + CLOCKS_DIFFER_S,  # by a clock that was wrong
        JobRow.holder.in_(dead),
    )
    with Session(store.engine) as session:
        rows = session.execute(select(JobRow.key, JobRow.state, JobRow.attempts, JobRow.holder).where(lost)).all()
    again = 0
    for key, state, attempts, holder in rows:
        mine = update(JobRow).where(JobRow.key == key, JobRow.state == state, lost)
        if state != "running":  # its report stands; the video will not come
            changed = _change(store, mine.values(**NO_LEASE))
            store.files.remove_clip(key)
        elif attempts >= MOST_ATTEMPTS or not store.files.holds_clip(key):
            changed = store.end_refused(mine, key, interrupted(key))
        else:
            again += (changed := _change(store, mine.values(state="waiting", **NO_LEASE)))
        if changed and holder:
            store.files.leave(key, holder)
    return again


def _change(store: Store, statement: Update) -> int:
    with store.engine.begin() as connection:
        return connection.execute(statement).rowcount


@contextlib.contextmanager
def alive(store: Store) -> Iterator[tuple[str, ...]]:
    """Hold the lock that says that this store's worker lives; gives those who have died on this machine."""
    folder = store.folder / "workers"
    folder.mkdir(mode=0o700, exist_ok=True)
    dead = []
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError), path.open("r+") as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            dead.append(path.name)
            path.unlink()
    own = folder / store.holder
    with _locked(own):
        try:
            yield tuple(dead)
        finally:
            own.unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    # Made under another name: between its making and its locking nobody may take it for that of a dead worker.
    fresh = path.parents[1] / f".{path.name}"
    with fresh.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fresh.rename(path)
        yield


def beat(store: Store, look: Callable[[], object]) -> None:
    """Renew this worker's leases, and look for work that was lost, for as long as the process lives."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(RENEW_EVERY_S):
            try:
                renew(store)
                look()
            except Exception:
                # A database that is away for a while comes back; if it stays away, others take the jobs.
                log.exception("leases could not be renewed")

    threading.Thread(target=keep, name=f"leases-{os.getpid()}", daemon=True).start()
