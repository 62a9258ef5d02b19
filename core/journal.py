"""What the log says, and how: plain lines, or JSON where `STRIDE_LOG=json`. Nothing in it is of a person.

A line written while a job is worked on carries `job`: the first letters of the job's name inside the server, by which its lines
on all machines are found, and from which neither its token nor its report is.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

_JOB: ContextVar[str] = ContextVar("job", default="")
_LETTERS = 12


def name_of(key: str) -> str:
    """Return what the log calls a job: a person may quote it, and it opens nothing."""
    return key[:_LETTERS]


@contextlib.contextmanager
def about(key: str) -> Iterator[None]:
    """Let the lines written meanwhile say which job they are about."""
    before = _JOB.set(name_of(key))
    try:
        yield
    finally:
        _JOB.reset(before)


def set_up() -> None:
    """Write the log to standard error, from information upwards."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if os.environ.get("STRIDE_LOG") == "json" else _Plain())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("huey").setLevel(logging.WARNING)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        job = f" [{_JOB.get()}]" if _JOB.get() else ""
        return f"{self.formatTime(record)} {record.levelname} {record.name}{job}: {line}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if _JOB.get():
            told["job"] = _JOB.get()
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told)
