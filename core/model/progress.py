"""How far an analysis is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far an analysis is, and what it can tell already.

    Attributes
    ----------
    stage : str
        What it is doing: 'reading', 'measuring' or 'drawing'; empty before it starts.
    done, total : int
        Steps of that stage done, and of how many; 0 of 0 where it is not known.
    cadence_spm : float or None
        The runner's cadence so far, as soon as one stands.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    cadence_spm: float | None = None


TellProgress = Callable[[Progress], None]
