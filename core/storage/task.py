"""The input of one analysis, and the files that it can leave next to its report."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.errors import SERVER_FAULT, AnalysisStopped
from core.i18n.message import Message
from core.i18n.message import message as _
from core.logs import name_of
from core.model.media import MEDIA, STILL, VIDEO
from core.model.report import Answers


def shown(state: str | None, *, keep_video: bool) -> tuple[str, ...]:
    """Return the names of the only files that a job in this state can show; None is the state of a deleted job."""
    if state == "done":
        return MEDIA if keep_video else tuple(name for name in MEDIA if name != VIDEO)
    return (STILL,) if state == "asks" else ()


def key_of(token: str) -> str:
    """Return the name of a job inside the server, from which its token cannot be derived."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Task:
    """One clip to analyse.

    Attributes
    ----------
    key : str
        The job's name inside the server.
    clip : Path
        The path of the clip.
    media : Path
        The folder for its pictures.
    work : Path
        A folder for files that only the analysis needs. Nothing in it is ever shown, and it is removed when the analysis ends.
    answers : Answers
        The runner's answers.
    keep_video : bool
        Whether the owner asked for the annotated video.
    span_s : tuple of float, optional
        Start and end of the part to measure, in playing time; defaults to the whole clip.
    """

    key: str
    clip: Path
    media: Path
    work: Path
    answers: Answers
    keep_video: bool
    span_s: tuple[float, float] | None = None


def server_fault(key: str, what: Message | None = None) -> AnalysisStopped:
    """Return the error of a job that failed because of the server; `what` defaults to a general message."""
    what = what or _("Something went wrong on the server. It is not your clip.")
    advice = _(
        "Please send the clip once more. If this happens again, give this number to the people who run this site: {job}.",
        job=name_of(key),
    )
    return AnalysisStopped(SERVER_FAULT, what, advice)
