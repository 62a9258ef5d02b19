"""Jobs, reports, share links and files: the tables, the store, and how long each is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.storage import counters
    from core.storage.disk_space import saying_if_full
    from core.storage.job import Job
    from core.storage.retention import due, purge
    from core.storage.schema import migrate
    from core.storage.share_links import Share, Shared, Shares, shareable
    from core.storage.store import Store, now_utc
    from core.storage.task import Task, key_of
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="counters",
        disk_space="saying_if_full",
        job="Job",
        retention="due purge",
        schema="migrate",
        share_links="Share Shared Shares shareable",
        store="Store now_utc",
        task="Task key_of",
    )

__all__ = [
    "Job",
    "Share",
    "Shared",
    "Shares",
    "Store",
    "Task",
    "counters",
    "due",
    "key_of",
    "migrate",
    "now_utc",
    "purge",
    "saying_if_full",
    "shareable",
]
