"""A finished job whose owner corrects its report: another pace, marks made by hand."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.model.report import Report
from core.storage.disk_space import saying_if_full
from core.storage.rows import change
from core.storage.store import Store, not_found
from core.storage.tables import JobRow, forget_deleted
from core.storage.task import key_of


@saying_if_full()
def correct_report(store: Store, token: str, corrected: Callable[[Report], Report]) -> None:
    """Store what `corrected` makes of a result's report. If the report changes meanwhile, the new one is corrected.

    Raises
    ------
    NotFound
        If there is no finished job, or it has expired.
    """
    mine = (JobRow.key == key_of(token), JobRow.state == "done", JobRow.expires_s > store.clock().timestamp())
    while True:
        with Session(store.engine) as session:
            before = session.scalar(select(JobRow.report).where(*mine))
        if before is None:
            raise not_found()
        after = corrected(Report.from_json(before)).to_json()
        if change(store.engine, update(JobRow).where(*mine, JobRow.report == before).values(report=after)):
            forget_deleted(store.engine)  # the report before it: a pace or marks that were removed
            return
