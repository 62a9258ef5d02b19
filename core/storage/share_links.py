"""Links that share a result: its owner creates them, anybody who has one can open it, and the owner can revoke it.

    owner's token + salt -> link's token -> SHA-256 -> row

A link's token is an HMAC of a random salt under the owner's token. So the owner can be shown a link again, nobody else can
create one, and the owner's token cannot be derived from a link. As with jobs, the table stores only the token's SHA-256.
A row is looked up by the first half of the hash, and the hash is then compared in constant time.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core import knowledge
from core.coaching.findings import judge
from core.errors import BadAnswer, NotFound
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.model.report import Answers, Report
from core.storage.disk_space import saying_if_full
from core.storage.tables import JobRow, ShareRow, forget_deleted
from core.storage.task import key_of

LIVES = (timedelta(days=7), timedelta(days=90), None)
"""The possible lifetimes of a link; None means as long as its result."""

LONGEST_NAME = 40
MOST_LINKS = 12
"""The largest number of open links to one result."""

_NAME_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Share:
    """One link as its owner sees it.

    Attributes
    ----------
    token : str
        The 256-bit token that opens the link.
    name : str
        Its name inside the server.
    runner : str
        The name that the owner typed, which is shown; empty if there is none.
    made_on : datetime
        UTC.
    expires_on : datetime
        UTC; no later than the result itself.
    revoked_on : datetime or None
        UTC; when the link was revoked, if it was.
    """

    token: str
    name: str
    runner: str
    made_on: datetime
    expires_on: datetime
    revoked_on: datetime | None


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What a link opens: a report without the owner's private data, and the name that was typed, or ''."""

    report: Report
    runner: str
    expires_on: datetime


class Shares:
    """The links of all results.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The store's database.
    clock : callable
        Returns the time, UTC.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    @saying_if_full()
    def make(self, owner: str, *, life: timedelta | None, runner: str = "") -> Share:
        """Create a link to the result of an owner's token.

        Parameters
        ----------
        owner : str
            The job's private token.
        life : timedelta or None
            One of `LIVES`.
        runner : str
            A name to show; runs of spaces and control characters become single spaces.

        Raises
        ------
        NotFound
            If there is no result.
        BadAnswer
            If the name is longer than `LONGEST_NAME`, or `MOST_LINKS` are open.
        """
        runner = _tidy(runner)
        if len(runner) > LONGEST_NAME:
            raise BadAnswer(
                _("The name is longer than {most} letters.", most=LONGEST_NAME),
                _("Give a shorter one, or none."),
            )
        now, job = self._clock(), key_of(owner)
        salt = secrets.token_hex(16)
        key = key_of(_token(owner, salt))
        with Session(self._engine) as session, session.begin():
            open_links = select(func.count()).where(ShareRow.job == job, *self._leads_on())
            if session.scalar(select(JobRow.number).where(JobRow.key == job, *self._has_result())) is None:
                raise NotFound(_("There is no result to share."), _("It may have been deleted, or its time is over."))
            if (session.scalar(open_links) or 0) >= MOST_LINKS:
                raise BadAnswer(_("{n} links to this result are open.", n=MOST_LINKS), _("Take one back first."))
            session.add(
                ShareRow(
                    name=key[:_NAME_LENGTH],
                    key=key,
                    job=job,
                    salt=salt,
                    runner=runner,
                    created_s=now.timestamp(),
                    expires_s=None if life is None else (now + life).timestamp(),
                )
            )
        return next(share for share in self.of(owner) if share.name == key[:_NAME_LENGTH])

    def of(self, owner: str) -> tuple[Share, ...]:
        """Return the links to an owner's result that have not expired, the newest first; revoked ones are included."""
        rows = (
            select(ShareRow, JobRow.expires_s)
            .join(JobRow, JobRow.key == ShareRow.job)
            .where(ShareRow.job == key_of(owner), *self._has_result(), self._not_over())
            .order_by(ShareRow.created_s.desc())
        )
        with Session(self._engine) as session:
            return tuple(
                Share(
                    token=_token(owner, row.salt),
                    name=row.name,
                    runner=row.runner,
                    made_on=_time(row.created_s),
                    expires_on=_ends(row, job_expires_s),
                    revoked_on=None if row.revoked_s is None else _time(row.revoked_s),
                )
                for row, job_expires_s in session.execute(rows)
            )

    @saying_if_full()
    def revoke(self, owner: str, name: str) -> None:
        """Revoke one of an owner's links: from now on it opens nothing.

        Raises
        ------
        NotFound
            If the owner has no such link.
        """
        own = update(ShareRow).where(ShareRow.job == key_of(owner), ShareRow.name == name)
        with self._engine.begin() as connection:
            now_s = self._clock().timestamp()
            # The first time counts. The typed name is no longer needed.
            changed = connection.execute(
                own.values(revoked_s=func.coalesce(ShareRow.revoked_s, now_s), runner="")
            ).rowcount
        if not changed:
            raise NotFound(_("There is no such link."), _("It may be gone already."))
        forget_deleted(self._engine)

    def open(self, token: str) -> Shared:
        """Return what a link's token opens.

        Raises
        ------
        NotFound
            If it opens nothing: never created, revoked, expired, or its result deleted. The error does not say which.
        """
        key = key_of(token)
        found = (
            select(ShareRow, JobRow.report, JobRow.expires_s)
            .join(JobRow, JobRow.key == ShareRow.job)
            .where(ShareRow.name == key[:_NAME_LENGTH], *self._leads_on(), *self._has_result())
        )
        with Session(self._engine) as session:
            hit = session.execute(found).one_or_none()
            if hit is None or not hmac.compare_digest(hit[0].key, key):
                raise NotFound(
                    _("This link leads nowhere."), _("Its time may be over. Ask whoever sent it for a new one.")
                )
            row, report, job_expires_s = hit
            assert report is not None
            return Shared(
                report=shareable(Report.from_json(report)), runner=row.runner, expires_on=_ends(row, job_expires_s)
            )

    def count_over(self) -> int:
        """Return the number of expired links."""
        with Session(self._engine) as session:
            return session.scalar(select(func.count()).where(self._over())) or 0

    def purge(self) -> int:
        """Remove the expired links, and return their number; links of a deleted result are removed with it."""
        with self._engine.begin() as connection:
            removed = connection.execute(delete(ShareRow).where(self._over())).rowcount
        if removed:
            forget_deleted(self._engine)
        return removed

    def _over(self) -> ColumnElement[bool]:
        return ShareRow.expires_s <= self._clock().timestamp()

    def _not_over(self) -> ColumnElement[bool]:
        return or_(ShareRow.expires_s.is_(None), ShareRow.expires_s > self._clock().timestamp())

    def _leads_on(self) -> tuple[ColumnElement[bool], ...]:
        return ShareRow.revoked_s.is_(None), self._not_over()

    def _has_result(self) -> tuple[ColumnElement[bool], ...]:
        return JobRow.report.is_not(None), JobRow.expires_s > self._clock().timestamp()


def shareable(report: Report) -> Report:
    """Return a report without the owner's private data.

    Only the answers that the measures are compared with are kept. Sitting hours change the words, and a height moves a
    range, so if they were given, the findings are made again without them, by today's knowledge. The time of day, the moments
    of the frames and the marks by hand are removed.
    """
    said = report.answers
    answers = Answers(
        effort=said.effort,
        pace_s_per_km=said.pace_s_per_km,
        surface=said.surface,
        slow_motion=said.slow_motion,
        under_18=said.under_18,
    )
    if said.sitting_hours is not None or said.height_cm is not None:
        facts = knowledge.load(language=WRITTEN_IN)
        # In a report of another version, only measures that are still explained can be judged again.
        explained = {key: measure for key, measure in report.measures.items() if key in facts.measures}
        findings = judge(explained, answers, facts)
        report = replace(report, findings=findings, knowledge_version=facts.version)
    made_on = report.made_on[:10]
    return replace(report, answers=answers, key_frames=(), hand_frames=None, by_hand=None, made_on=made_on)


def _token(owner: str, salt: str) -> str:
    digest = hmac.digest(owner.encode(), f"stride-check share {salt}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _tidy(name: str) -> str:
    """Return a typed name on one line; control characters, and those that change the text direction, count as spaces."""
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in name).split())


def _time(utc_s: float) -> datetime:
    return datetime.fromtimestamp(utc_s, UTC)


def _ends(row: ShareRow, job_expires_s: float) -> datetime:
    return _time(job_expires_s if row.expires_s is None else min(row.expires_s, job_expires_s))
