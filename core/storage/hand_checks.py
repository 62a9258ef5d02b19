"""What an owner marked by hand, kept in the report of the result."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.model.hand_check import ByHand
from core.model.report import Report
from core.storage.disk_space import saying_if_full
from core.storage.rows import change
from core.storage.store import Store, not_found
from core.storage.tables import JobRow, forget_deleted
from core.storage.task import key_of


@saying_if_full()
def keep(store: Store, token: str, by_hand: ByHand | None) -> None:
    """Keep marks in a result's report, instead of earlier ones; None removes them. Nothing else in the report changes.

    Raises
    ------
    NotFound
        If there is no such result.
    """
    mine = (JobRow.key == key_of(token), JobRow.state == "done", JobRow.expires_s > store.clock().timestamp())
    while True:
        with Session(store.engine) as session:
            before = session.scalar(select(JobRow.report).where(*mine))
        if before is None:
            raise not_found()
        after = replace(Report.from_json(before), by_hand=by_hand).to_json()
        # If another page has changed the report meanwhile, its change is read first.
        if change(store.engine, update(JobRow).where(*mine, JobRow.report == before).values(report=after)):
            break
    if by_hand is None:
        forget_deleted(store.engine)
