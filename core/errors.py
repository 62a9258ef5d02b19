"""The errors a person can do something about.

    StrideCheckError                 says `what` happened and gives `advice`; pages and the command line show exactly these
    ├── Refused                      the clip, or the track, cannot be measured; `key` names the check that it failed
    │   └── AnalysisStopped          the analysis was ended from outside: too long, too much memory, or it crashed
    ├── BadAnswer                    a question was answered with something that cannot be
    ├── NotFound                     no such report or job: a wrong, deleted or expired link
    ├── NoSpace                      a disk of the server is full
    └── SetUpError                   something on the server is missing or altered: the pose model, a knowledge file

Everything else that is raised is a bug: it crashes loudly in the log and politely on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.i18n.translate import gettext as _

SERVER_FAULT = "server_fault"
"""The key of an `AnalysisStopped` that is no fault of the clip; every other key of a `Refused` is a check."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in an upright picture, as shares of its width and height."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the runner may answer so that a refused clip can be measured after all.

    Attributes
    ----------
    slow_motion : tuple of float
        `true_speed`: how many times slower than life the clip may play, likeliest first.
    runners : tuple of Box
        `one_runner`: where those are who could be meant, largest first. The middle of the one that is meant, with `time_s`,
        is `core.model.report.Answers.runner_at`.
    faces : tuple of Box
        Everyone's head in that picture: what must be blurred before it is shown.
    time_s : float or None
        Which picture the boxes are in: seconds as the file plays, from its first picture.
    """

    slow_motion: tuple[float, ...] = ()
    runners: tuple[Box, ...] = ()
    faces: tuple[Box, ...] = ()
    time_s: float | None = None

    @property
    def left_to_right(self) -> tuple[Box, ...]:
        """Where those are who could be meant, in the order in which they are numbered."""
        return tuple(sorted(self.runners))

    def runner_at(self, number: int) -> tuple[float, float, float]:
        """Return the answer that means one of them, 1 being furthest left: a place in the picture, and when."""
        left, top, right, bottom = self.left_to_right[number - 1]
        return min(max((left + right) / 2, 0.0), 1.0), min(max((top + bottom) / 2, 0.0), 1.0), self.time_s or 0.0


class StrideCheckError(Exception):
    """An error to show to a person as it is.

    Parameters
    ----------
    what : str
        One plain sentence: what is wrong.
    advice : str
        One plain sentence: what to do about it.
    """

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what} {advice}")
        self.what = what
        self.advice = advice

    def __reduce__(self) -> tuple[type[StrideCheckError], tuple[object, ...]]:
        """Let the error be copied, and cross from one process to another."""
        return type(self), (self.what, self.advice)


class Refused(StrideCheckError):
    """The clip or the track cannot be measured.

    Parameters
    ----------
    key : str
        The check that refused it, one of `core.model.report.CHECKS`; or `SERVER_FAULT`.
    what, advice : str
        As in `StrideCheckError`.
    choices : Choices, optional
        What the runner may answer, where an answer would settle it.
    """

    def __init__(self, key: str, what: str, advice: str, choices: Choices | None = None) -> None:
        super().__init__(what, advice)
        self.key = key
        self.choices = choices

    def __reduce__(self) -> tuple[type[Refused], tuple[object, ...]]:
        """Let the error be copied, and cross from one process to another."""
        return type(self), (self.key, self.what, self.advice, self.choices)


class AnalysisStopped(Refused):
    """The analysis was ended from outside: it took too long or too much memory, or its process died."""


class BadAnswer(StrideCheckError):
    """A question was answered with something that cannot be."""


class NotFound(StrideCheckError):
    """There is no such report or job: the link is wrong, or what it led to has expired or was deleted."""


class NoSpace(StrideCheckError):
    """A disk of the server is full, so that nothing more can be stored at present."""


class SetUpError(StrideCheckError):
    """Something the server needs is missing or altered."""


@contextmanager
def clients_for(setting: str) -> Iterator[None]:
    """Say how to install the client of a server that an address asks for, if it is not installed.

    Parameters
    ----------
    setting : str
        The environment variable that holds the address.

    Raises
    ------
    SetUpError
        If something that is imported meanwhile is not there.
    """
    try:
        yield
    except ImportError as error:
        what = _("The client for the server in {setting} is not installed ({error}).", setting=setting, error=error)
        raise SetUpError(what, _("Install it with `uv sync --extra server`, then start again.")) from error
