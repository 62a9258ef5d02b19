"""Leases: which of many workers on many machines analyses a job.

A worker that claims a job leases it, and renews the lease while it works. A dead worker renews nothing: when the lease has
expired, the job waits again and any other worker can claim it. If the first worker was only suspended, its later writes are
ignored: only the lease owner can change a running job.

A dead worker on the same machine is detected without waiting for the lease: each worker holds a lock on a file of its name, which
the system releases when the process ends, for whatever reason.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from core.storage.claims import MOST_ATTEMPTS, NO_LEASE, end_refused
from core.storage.job import interrupted
from core.storage.rows import change
from core.storage.store import Store
from core.storage.tables import JobRow

CLOCKS_DIFFER_S = 3600.0
RENEWALS = 6
"""How often a lease is renewed before it would be over."""

log = logging.getLogger(__name__)


def renew(store: Store) -> None:
    """Renew the leases of the jobs that this store's worker is working on, and of no others."""
    until_s = store.clock().timestamp() + store.settings.lease_s
    mine = update(JobRow).where(JobRow.holder == store.holder, JobRow.key.in_(store.at_work))
    with store.engine.begin() as connection:
        connection.execute(mine.values(leased_until_s=until_s))


def take_over(store: Store, *dead: str) -> int:
    """Queue the jobs of dead workers again, and end those that can no longer be analysed; return how many were queued.

    Parameters
    ----------
    store : Store
        The store of the jobs.
    *dead : str
        Lease owners that are known to be dead; for others, the lease must have expired.
    """
    now_s = store.clock().timestamp()
    lost = or_(
        and_(JobRow.state == "running", JobRow.holder.is_(None)),  # from a version with only one worker
        JobRow.leased_until_s <= now_s,
        JobRow.leased_until_s > now_s + store.settings.lease_s + CLOCKS_DIFFER_S,  # set by a wrong clock
        JobRow.holder.in_(dead),
    )
    with Session(store.engine) as session:
        rows = session.execute(select(JobRow.key, JobRow.state, JobRow.attempts, JobRow.holder).where(lost)).all()
    again = 0
    for key, state, attempts, holder in rows:
        mine = update(JobRow).where(JobRow.key == key, JobRow.state == state, lost)
        if state != "running":  # its report is stored; the video will be missing
            changed = change(store.engine, mine.values(**NO_LEASE))
            store.files.remove_clip(key)
        elif attempts >= MOST_ATTEMPTS or not store.files.holds_clip(key):
            changed = end_refused(store, mine, key, interrupted(key))
        else:
            again += (changed := change(store.engine, mine.values(state="waiting", **NO_LEASE), wakes=True))
        if changed and holder:
            store.files.scratch.leave(key, holder)
    return again


@contextlib.contextmanager
def alive(store: Store) -> Iterator[tuple[str, ...]]:
    """Hold the lock that shows that this store's worker is alive; yield the dead workers of this machine."""
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
    # Created under another name: until it is locked, it must not look like the file of a dead worker.
    fresh = path.parents[1] / f".{path.name}"
    with fresh.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fresh.rename(path)
        yield


def beat(store: Store) -> None:
    """Renew this worker's leases, and take over lost jobs, as long as the process lives."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(store.settings.lease_s / RENEWALS):
            try:
                renew(store)
                if again := take_over(store):
                    log.warning("%s jobs of workers that fell silent wait again", again)
            except Exception:
                # The database can come back; if it does not, other workers take the jobs.
                log.exception("leases could not be renewed")

    threading.Thread(target=keep, name=f"leases-{os.getpid()}", daemon=True).start()
