"""Strides that were solved before: the solver takes up to six seconds for one, and the same ones are asked for in every process.

A result is kept in a file by its stride and by everything that it is computed with, so no change of these ever finds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import numpy as np
import scipy

from core.paths import ROOT
from simulation.leg_motion import Solved
from simulation.stride import Stride

SOURCES = sorted((ROOT / "simulation").glob("*.py"))


def _version() -> str:
    code = hashlib.sha256("".join(path.read_text(encoding="utf-8") for path in SOURCES).encode())
    code.update(f"{np.__version__} {scipy.__version__}".encode())
    return code.hexdigest()[:12]


def kept_in(folder: Path, solve: Callable[[Stride], Solved]) -> Callable[[Stride], Solved]:
    """Return a solver that looks in a folder first; numbers in the files are exact."""
    kept = folder / _version()
    kept.mkdir(parents=True, exist_ok=True)

    def solved(stride: Stride) -> Solved:
        path = kept / hashlib.sha256(repr(stride).encode()).hexdigest()
        if path.exists():
            return Solved(*json.loads(path.read_text(encoding="utf-8")))
        found = solve(stride)
        unfinished = path.with_suffix(f".{id(found)}")
        unfinished.write_text(json.dumps([float(value) for value in astuple(found)]), encoding="utf-8")
        unfinished.rename(path)
        return found

    return solved
