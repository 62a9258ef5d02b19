"""The scheduler of a worker process: once a minute it does what is due, whether or not analyses are running."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from core.storage import counters, questions
from core.storage.retention import due, end_uploads, purge
from core.storage.store import Store

_LOOK_EVERY_S = 60.0
PURGE_EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


def keep_time(store: Store) -> threading.Event:
    """Do what is due, every minute from now on, until the returned event is set."""
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(_LOOK_EVERY_S):
            do_what_is_due(store)

    threading.Thread(target=keep, name="scheduler", daemon=True).start()
    return ended


def do_what_is_due(store: Store) -> None:
    """Remove what has expired, once an hour for all workers, and end interrupted uploads and questions without an answer."""
    try:
        if due(store, "purge", PURGE_EVERY):
            log.info("the clock removed %s", purge(store))
        end_uploads(store)
        questions.end_questions(store)
    except Exception:  # the next minute tries it again
        log.exception("the scheduler could not do what is due")
        counters.note(store.engine, "error", "clock")
