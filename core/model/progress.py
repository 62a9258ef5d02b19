"""The progress of an analysis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """The progress of an analysis, and its first results.

    Attributes
    ----------
    stage : str
        The current stage: 'reading', 'measuring' or 'drawing'; empty before it starts.
    done, total : int
        Completed steps of that stage, and their total number; both are 0 if unknown.
    cadence_spm : float or None
        The runner's cadence so far, once there is a stable one.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    cadence_spm: float | None = None


TellProgress = Callable[[Progress], None]
