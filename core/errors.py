"""The errors that a person can act on.

    StrideCheckError                 states `what` happened and gives `advice`; pages and the command line show exactly these
    ├── Refused                      the clip, or the track, cannot be measured; `key` names the check that it failed
    │   └── AnalysisStopped          the analysis was stopped: it took too long or too much memory, or it crashed
    ├── BadAnswer                    an answer has an impossible value
    ├── NotFound                     no such report or job: a wrong, deleted or expired link
    ├── NoSpace                      a disk of the server is full
    └── SetUpError                   something on the server is missing or altered: the pose model, a knowledge file

Every other exception is a bug: the log holds the traceback, and the page shows a polite message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from core.i18n.message import Message
from core.i18n.message import message as _

CheckKey = Literal[
    "readable_file",
    "file_size",
    "length",
    "one_runner",
    "upright",
    "whole_body",
    "side_on",
    "running_not_walking",
    "true_speed",
    "enough_strides",
    "frame_rate",
    "steady_camera",
    "level",
    "sharp_enough",
    "clear_enough",
    "big_enough",
    "light_contrast",
    "legs_told_apart",
    "no_cuts",
    "plausible",
]
"""The named checks of a clip."""

RefusalKey = CheckKey | Literal["server_fault"]

SERVER_FAULT: Final = "server_fault"
"""The key of an `AnalysisStopped` that the clip did not cause; every other key of a `Refused` is a check."""


class Box(NamedTuple):
    """A rectangle in an upright frame, as shares of the frame's width and height."""

    left: float
    top: float
    right: float
    bottom: float


class Tap(NamedTuple):
    """A point in an upright frame, as shares of its width and height, and the frame's time in seconds as the file plays."""

    x: float
    y: float
    time_s: float


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The answers with which a refused clip can still be measured.

    Attributes
    ----------
    slow_motion : tuple of float
        `true_speed`: how many times slower than real time the clip may play, likeliest first.
    runners : tuple of Box
        `one_runner`: the candidates, largest first. The middle of the chosen box, with `time_s`, is
        `core.model.report.Answers.runner_at`.
    faces : tuple of Box
        Every head in that frame; all of them must be blurred before it is shown.
    time_s : float or None
        The frame that the boxes refer to: seconds as the file plays, from its first frame.
    """

    slow_motion: tuple[float, ...] = ()
    runners: tuple[Box, ...] = ()
    faces: tuple[Box, ...] = ()
    time_s: float | None = None

    @property
    def left_to_right(self) -> tuple[Box, ...]:
        """The candidates in the order in which they are numbered."""
        return tuple(sorted(self.runners))

    def runner_at(self, number: int) -> Tap:
        """Return the answer that selects one of them, 1 being furthest left: a point in the frame, and its time."""
        left, top, right, bottom = self.left_to_right[number - 1]
        return Tap(min(max((left + right) / 2, 0.0), 1.0), min(max((top + bottom) / 2, 0.0), 1.0), self.time_s or 0.0)


class StrideCheckError(Exception):
    """An error whose text is shown to a person, in the reader's language.

    Parameters
    ----------
    what : Message
        One plain sentence: what is wrong.
    advice : Message
        One plain sentence: what to do about it.
    """

    def __init__(self, what: Message, advice: Message) -> None:
        super().__init__(what, advice)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.what} {self.advice}"

    def __reduce__(self) -> tuple[type[StrideCheckError], tuple[object, ...]]:
        """Let the error be copied, and cross from one process to another."""
        return type(self), (self.what, self.advice)


class Refused(StrideCheckError):
    """The error for a clip or a track that cannot be measured.

    Parameters
    ----------
    key : RefusalKey
        The check that refused it, one of `core.model.report.CHECKS`; or `SERVER_FAULT`.
    what, advice : str
        As in `StrideCheckError`.
    choices : Choices, optional
        What the runner may answer, if an answer would settle it.
    """

    def __init__(self, key: RefusalKey, what: Message, advice: Message, choices: Choices | None = None) -> None:
        super().__init__(what, advice)
        self.key = key
        self.choices = choices

    def __reduce__(self) -> tuple[type[Refused], tuple[object, ...]]:
        """Let the error be copied, and cross from one process to another."""
        return type(self), (self.key, self.what, self.advice, self.choices)


class AnalysisStopped(Refused):
    """The analysis was stopped: it took too long or too much memory, or its process died."""


class BadAnswer(StrideCheckError):
    """An answer has an impossible value."""


class NotFound(StrideCheckError):
    """There is no such report or job: the link is wrong, or what it led to has expired or was deleted."""


class NoSpace(StrideCheckError):
    """A disk of the server is full, and nothing more can be stored for now."""


class SetUpError(StrideCheckError):
    """Something the server needs is missing or altered."""


@contextmanager
def clients_for(setting: str) -> Iterator[None]:
    """Explain how to install the client that an address needs, if it is not installed.

    Parameters
    ----------
    setting : str
        The environment variable that holds the address.

    Raises
    ------
    SetUpError
        If an import inside the block fails.
    """
    try:
        yield
    except ImportError as error:
        what = _("The client for the server in {setting} is not installed ({error}).", setting=setting, error=error)
        raise SetUpError(what, _("Install it with `uv sync --extra server`, then start again.")) from error
