"""The errors a person can do something about.

    StrideCheckError                 says `what` happened and gives `advice`; pages and the command line show exactly these
    ├── Refused                      the clip, or the track, cannot be measured; `key` names the check that it failed
    │   └── AnalysisStopped          the analysis was ended from outside: too long, too much memory, or it crashed
    ├── BadAnswer                    a question was answered with something that cannot be
    ├── NotFound                     no such report or job: a wrong, deleted or expired link
    └── SetUpError                   something on the server is missing or altered: the pose model, a knowledge file

Everything else that is raised is a bug: it crashes loudly in the log and politely on the page.
"""

from __future__ import annotations


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


class Refused(StrideCheckError):
    """The clip or the track cannot be measured.

    Parameters
    ----------
    key : str
        The check that refused it, one of `core.model.CHECKS`.
    what, advice : str
        As in `StrideCheckError`.
    """

    def __init__(self, key: str, what: str, advice: str) -> None:
        super().__init__(what, advice)
        self.key = key

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str, str]]:
        """Let the error cross from the analysis child to its worker."""
        return type(self), (self.key, self.what, self.advice)


class AnalysisStopped(Refused):
    """The analysis was ended from outside: it took too long or too much memory, or its process died."""


class BadAnswer(StrideCheckError):
    """A question was answered with something that cannot be."""


class NotFound(StrideCheckError):
    """There is no such report or job: the link is wrong, or what it led to has expired or was deleted."""


class SetUpError(StrideCheckError):
    """Something the server needs is missing or altered."""
