"""What is asked of one analysis, and what it may leave beside its report."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import get_args

from core.errors import SERVER_FAULT, AnalysisStopped
from core.i18n.translate import gettext as _
from core.logs import name_of
from core.model.report import Answers, Phase

VIDEO = "annotated.mp4"

KINOGRAM = "kinogram.jpg"
"""All key frames in one picture."""

PHOTOS = {"trunk_lean": "trunk_lean.jpg", "leg_extension": "leg_extension.jpg"}
"""The picture of each headline figure: a frame whose own angle is the figure's."""

MEDIA = (*(f"{phase}.jpg" for phase in get_args(Phase)), *PHOTOS.values(), KINOGRAM, VIDEO)
"""The only files that a report can have to show."""

STILL = "still.jpg"
"""The picture in which a runner is asked to tell who of several they are."""


def shown(state: str | None, *, keep_video: bool) -> tuple[str, ...]:
    """Return the only names of files that a job in this state may have to show; None is the state of a job that is gone."""
    if state == "done":
        return MEDIA if keep_video else tuple(name for name in MEDIA if name != VIDEO)
    return (STILL,) if state == "asks" else ()


def key_of(token: str) -> str:
    """Return the name that a job has inside the server, from which its token cannot be found."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Task:
    """One clip to be analysed.

    Attributes
    ----------
    key : str
        The job's name inside the server.
    clip : Path
        Where the clip lies.
    media : Path
        The folder that its pictures go to.
    work : Path
        A folder for files that the analysis alone needs. Nothing in it is ever shown, and it is removed when the analysis ends.
    answers : Answers
        What the runner said.
    keep_video : bool
        Whether the owner asked for the annotated video.
    span_s : tuple of float, optional
        From when to when the clip is to be measured, as it plays; all of it, else.
    """

    key: str
    clip: Path
    media: Path
    work: Path
    answers: Answers
    keep_video: bool
    span_s: tuple[float, float] | None = None


def server_fault(key: str, what: str | None = None) -> AnalysisStopped:
    """Return why a job ends that the server could not do; `what` defaults to no more than that."""
    what = what or _("Something went wrong on the server. It is not your clip.")
    advice = _(
        "Please send the clip once more. If this happens again, give this number to the people who run this site: {job}.",
        job=name_of(key),
    )
    return AnalysisStopped(SERVER_FAULT, what, advice)
