"""JSON of other programs, read with messages instead of exceptions of the parser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.exchange.points import unreadable
from core.i18n.message import message as _
from core.model.tracks import Floats

MOST_BYTES = 128 << 20
"""Read, a hostile file takes twenty times as much memory; 90 seconds of 133 points at 240 frames per second have 80 MB."""


def loaded(path: Path) -> Any:
    """Return the content of a JSON file.

    Raises
    ------
    Refused
        `readable_file` if it holds no JSON, or is too large.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise unreadable(_("{file} holds more than {most} MB.", file=path.name, most=MOST_BYTES >> 20))
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise unreadable(_("{file} cannot be read as JSON.", file=path.name)) from error


def array_of(numbers: object, file: str) -> Floats:
    """Return a list of numbers as an array; None is an empty one."""
    try:
        array = np.array([] if numbers is None else numbers, dtype=np.float64)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise unreadable(_("In {file}, the points are not numbers.", file=file)) from error
    return array.ravel()
