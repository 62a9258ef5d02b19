"""A finished job whose owner corrects an answer."""

from __future__ import annotations

from sqlalchemy import update

from core.model.report import Report
from core.storage.disk_space import saying_if_full
from core.storage.rows import change
from core.storage.store import Store, not_found
from core.storage.tables import JobRow
from core.storage.task import key_of


@saying_if_full()
def replace_report(store: Store, token: str, report: Report) -> None:
    """Store a corrected report in place of the earlier one.

    Raises
    ------
    NotFound
        If there is no finished job, or it has expired.
    """
    done = update(JobRow).where(JobRow.key == key_of(token), JobRow.state == "done")
    if not change(
        store.engine, done.where(JobRow.expires_s > store.clock().timestamp()).values(report=report.to_json())
    ):
        raise not_found()
