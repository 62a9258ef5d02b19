"""A job as its owner sees it, and how a refusal is kept in the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from core.errors import AnalysisStopped, Choices, Refused
from core.i18n.translate import gettext as _
from core.model.progress import Progress
from core.model.report import Answers, Report
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
        The private token that it was asked for with.
    state : {'uploading', 'waiting', 'running', 'asks', 'done', 'refused'}
        How far it is.
    progress : Progress
        How far the analysis is.
    place_in_queue : int
        1 is the next to be analysed; 0 where it waits no more.
    answers : Answers
        What the runner said.
    report : Report or None
        Where `state` is 'done'.
    refused : Refused or None
        Where `state` is 'refused': what to show; where it is 'asks': what its `choices` would settle.
    upload_bytes : int or None
        How long the clip is that its owner sends, or sent, in pieces.
    made_on, expires_on : datetime
        UTC; when it was handed in, and when it will be removed.
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
    """Return what is asked of the analysis of a row."""
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
    """Return why a job ends whose analysis cannot be taken up again."""
    return server_fault(key, _("The server was interrupted and could not take this analysis up again."))


def refusal_to_json(refused: Refused) -> str:
    """Return a refusal as it is kept."""
    stopped, choices = isinstance(refused, AnalysisStopped), CHOICES.dump_python(refused.choices, mode="json")
    plain = {"key": refused.key, "what": refused.what, "advice": refused.advice, "stopped": stopped, "choices": choices}
    return json.dumps(plain)


def refusal_from_json(text: str) -> Refused:
    """Return the refusal that was kept; those of earlier versions knew no choices."""
    plain = json.loads(text)
    kind = AnalysisStopped if plain["stopped"] else Refused
    return kind(plain["key"], plain["what"], plain["advice"], CHOICES.validate_python(plain.get("choices")))
