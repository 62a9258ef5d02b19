"""A job as its owner sees it, and how a refusal is stored in the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from core.errors import AnalysisStopped, Choices, Refused
from core.i18n.message import Message
from core.i18n.message import message as _
from core.model.messages import message_from_plain, message_to_plain
from core.model.progress import Progress
from core.model.report import Answers, Report
from core.model.schema_1 import message_of
from core.storage.tables import JobRow, State
from core.storage.task import Task, server_fault

ANSWERS = TypeAdapter(Answers)
CHOICES: TypeAdapter[Choices | None] = TypeAdapter(Choices | None)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job as its owner sees it.

    Attributes
    ----------
    token : str
        The private token that opened it.
    state : {'uploading', 'waiting', 'running', 'asks', 'done', 'refused'}
        The state of the job.
    progress : Progress
        The progress of the analysis.
    place_in_queue : int
        1 is the next to be analysed; 0 if it does not wait.
    answers : Answers
        The runner's answers.
    report : Report or None
        If `state` is 'done'.
    refused : Refused or None
        If `state` is 'refused': the reason to show; if it is 'asks': the problem that its `choices` would solve.
    upload_bytes : int or None
        The size of a clip that its owner sends, or sent, in pieces.
    made_on, expires_on : datetime
        UTC; when it was submitted, and when it will be removed.
    """

    token: str
    state: State
    progress: Progress
    place_in_queue: int
    answers: Answers
    report: Report | None
    refused: Refused | None
    upload_bytes: int | None
    made_on: datetime
    expires_on: datetime


def job_of(row: JobRow, token: str, state: str, place: int) -> Job:
    """Return a row as a job."""
    return Job(
        token=token,
        state=state,  # type: ignore[arg-type]
        progress=Progress(row.stage, row.done, row.total, row.cadence_spm),
        place_in_queue=place,
        answers=ANSWERS.validate_json(row.answers),
        report=None if row.report is None else Report.from_json(row.report),
        refused=None if row.refusal is None else refusal_from_json(row.refusal),
        upload_bytes=row.upload_bytes,
        made_on=datetime.fromtimestamp(row.created_s, UTC),
        expires_on=datetime.fromtimestamp(row.expires_s, UTC),
    )


def task_of(row: JobRow, *, clip: Path, media: Path, work: Path) -> Task:
    """Return the task for the analysis of a row."""
    return Task(
        key=row.key,
        clip=clip,
        media=media,
        work=work,
        answers=ANSWERS.validate_json(row.answers),
        keep_video=row.keep_video,
        span_s=None if row.from_s is None or row.to_s is None else (row.from_s, row.to_s),
    )


def interrupted(key: str) -> AnalysisStopped:
    """Return the error of a job whose analysis was interrupted and cannot be resumed."""
    return server_fault(key, _("The server was interrupted and could not take this analysis up again."))


def refusal_to_json(refused: Refused) -> str:
    """Return a refusal as stored JSON."""
    return json.dumps(
        {
            "key": refused.key,
            "what": message_to_plain(refused.what),
            "advice": message_to_plain(refused.advice),
            "stopped": isinstance(refused, AnalysisStopped),
            "choices": CHOICES.dump_python(refused.choices, mode="json"),
        }
    )


def refusal_from_json(text: str) -> Refused:
    """Return a stored refusal; those of earlier versions hold sentences, and the oldest have no choices."""
    plain = json.loads(text)
    kind = AnalysisStopped if plain["stopped"] else Refused
    what, advice = (_message(plain[name]) for name in ("what", "advice"))
    return kind(plain["key"], what, advice, CHOICES.validate_python(plain.get("choices")))


def _message(plain: str | dict[str, Any]) -> Message:
    return message_of(plain) if isinstance(plain, str) else message_from_plain(plain)
