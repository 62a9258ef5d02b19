"""A log that a stranger cannot fill: only some of many similar lines are written, with the number that was left out."""

from __future__ import annotations

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_ALIKE = (20, 60.0)
"""How many similar lines are written, and within how many seconds."""

_MOST_KINDS = 500
_KIND_CHARACTERS = 120


@dataclass(kw_only=True)
class _Seen:
    since_s: float
    written: int = 0
    left_out: int = 0


class Repeats(logging.Filter):
    """Drops lines if enough similar ones were written; lines are similar if they differ only in numbers.

    Parameters
    ----------
    most : int
        How many are written.
    within_s : float
        Within how many seconds.
    clock : callable
        Returns seconds that never go back.
    """

    def __init__(self, most: int, within_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most, self._within_s, self._clock = most, within_s, clock
        self._kinds: OrderedDict[str, _Seen] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line is written; one after a gap states how many were left out."""
        first = str(record.msg).partition("\n")[0][:_KIND_CHARACTERS]
        kind = re.sub(r"\d+", "#", f"{record.name} {record.levelname} {first}")
        now_s = self._clock()
        seen = self._kinds.setdefault(kind, _Seen(since_s=now_s))
        self._kinds.move_to_end(kind)
        while len(self._kinds) > _MOST_KINDS:
            self._kinds.popitem(last=False)
        if now_s - seen.since_s >= self._within_s:
            if seen.left_out:
                record.msg, record.args = f"{record.getMessage()} ({seen.left_out} lines like this were left out)", ()
            seen.since_s, seen.written, seen.left_out = now_s, 0, 0
        if seen.written >= self._most:
            seen.left_out += 1
            return False
        seen.written += 1
        return True


def leave_out_repeats() -> None:
    """Leave out repeated lines of all loggers in this process."""
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.getLogger().manager.loggerDict)]
    for handler in {handler for logger in loggers for handler in logger.handlers}:
        if not any(isinstance(known, Repeats) for known in handler.filters):
            handler.addFilter(Repeats(*MOST_ALIKE))
