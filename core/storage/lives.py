"""How long each thing is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

UPLOAD_LIFE = timedelta(hours=6)  # for the whole upload of a clip
IDLE_LIFE = timedelta(minutes=10)  # for an upload that receives nothing
UNFINISHED_LIFE = timedelta(days=1)
"""Time from when a job begins to wait until it is removed in any case: so its row shows when it began to wait."""

REFUSED_LIFE = timedelta(days=7)
VIDEO_LIFE = timedelta(days=30)
REPORT_LIFE = timedelta(days=180)

QUESTION_LIFE = timedelta(minutes=45)
"""The page promises an hour at most: the scheduler that ends it runs once a minute, if a worker runs."""


def latest_asked_s(now: datetime) -> float:
    """Return the latest time at which a question must have been asked to be expired by now."""
    return (now - QUESTION_LIFE).timestamp()
