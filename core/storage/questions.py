"""Jobs that ask: one answer of the runner would make the clip measurable.

    asks -> waiting | refused

The clip is kept for the answer, but only for a short time. `core.storage.claims.ask` is how a worker asks.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.model.progress import Progress
from core.model.report import Answers
from core.storage.disk_space import saying_if_full
from core.storage.job import ANSWERS
from core.storage.lives import REFUSED_LIFE, UNFINISHED_LIFE, latest_asked_s
from core.storage.rows import change, end_values
from core.storage.store import Store
from core.storage.tables import JobRow, turn_of_next
from core.storage.task import key_of


@saying_if_full()
def answer(store: Store, token: str, answers: Answers, *, visitor: str | None = None) -> bool:
    """Queue a job that asks again, with these answers; return False if it no longer asks."""
    asking = update(JobRow).where(JobRow.key == key_of(token), JobRow.state == "asks")
    ends_s = (store.clock() + UNFINISHED_LIFE).timestamp()
    reset = {"state": "waiting", **asdict(Progress()), "attempts": 0, "expires_s": ends_s}
    empty = dict.fromkeys(("refusal", "started_s", "finished_s"))
    said = {"answers": ANSWERS.dump_json(answers).decode(), "visitor": visitor, "turn": turn_of_next(visitor)}
    in_time = JobRow.finished_s > latest_asked_s(store.clock())
    return change(store.engine, asking.where(in_time).values(**said, **reset, **empty), wakes=True)


@saying_if_full()
def decline(store: Store, token: str) -> None:
    """Refuse a job that asks, because the runner has no answer."""
    _give_up(store, key_of(token))


def questions_over(store: Store, now: datetime | None = None) -> list[str]:
    """Return the keys of the jobs that have asked for too long."""
    latest_s = latest_asked_s(now or store.clock())
    late = select(JobRow.key).where(JobRow.state == "asks", JobRow.finished_s <= latest_s)
    with Session(store.engine) as session:
        return list(session.scalars(late))


def end_questions(store: Store, now: datetime | None = None) -> int:
    """Refuse the jobs that have asked for too long, and remove their clips; return how many."""
    return sum(_give_up(store, key) for key in questions_over(store, now))


def _give_up(store: Store, key: str) -> bool:
    """Refuse a job that asks, for the reason of its question."""
    asking = update(JobRow).where(JobRow.key == key, JobRow.state == "asks")
    ended = change(store.engine, asking.values(state="refused", **end_values(store.clock(), REFUSED_LIFE)))
    if ended:
        store.remove_files(key)
    return ended
