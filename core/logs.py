"""The log: plain lines, or JSON. It holds no personal data.

Private text from libraries and tracebacks is removed from every line of this process: tokens, their hashes, and the values that
a database or a data parser names in its errors.

A line written during a job carries `job`: the first letters of the job's internal name. They find its lines on all machines,
but not its token or its report.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

log = logging.getLogger(__name__)

_JOB: ContextVar[str] = ContextVar("job", default="")
_LETTERS = 12

_PRIVATE = (
    # Tokens are 43 characters of base64, their hashes 64 or 32 of base 16.
    (re.compile(r"(?<![\w-])(?:[\w-]{43}|[0-9a-f]{64}|[0-9a-f]{32})(?![\w-])", re.ASCII), "***"),
    (re.compile(r"^(DETAIL|CONTEXT|LINE \d+): .*", re.MULTILINE), r"\1: ***"),  # PostgreSQL
    (re.compile(r"\[parameters: .*\]"), "[parameters: ***]"),  # SQLAlchemy
    (re.compile(r"input_value=.*?(?=, input_type=|\])", re.DOTALL), "input_value=***"),  # pydantic
)


def name_of(key: str) -> str:
    """Return the job's name in the log; it is safe to quote, because it gives no access."""
    return key[:_LETTERS]


@contextlib.contextmanager
def about(key: str) -> Iterator[None]:
    """Add the job's name to every line that is logged inside the block."""
    before = _JOB.set(name_of(key))
    try:
        yield
    finally:
        _JOB.reset(before)


def set_up(*, as_json: bool = False) -> None:
    """Write the log to standard error, from level INFO upwards."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if as_json else _Plain())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    keep_private()


def keep_private() -> None:
    """Remove private text from every line that this process logs, from any module, and log uncaught exceptions."""
    logging.setLogRecordFactory(_record)
    sys.excepthook = lambda kind, error, trace: log.critical("this process ends", exc_info=(kind, error, trace))
    threading.excepthook = lambda ended: log.critical(
        "a thread ends", exc_info=(ended.exc_type, ended.exc_value or ended.exc_type(), ended.exc_traceback)
    )


def private_out(text: str) -> str:
    """Return a text without tokens, their hashes, and the values in errors of libraries."""
    for private, instead in _PRIVATE:
        text = private.sub(instead, text)
    return text


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Return a log record without private text; formatters use the error text stored here."""
    record = logging.LogRecord(*args, **kwargs)
    with contextlib.suppress(Exception):  # logging itself reports a malformed call
        told = record.getMessage()
        if (clean := private_out(told)) != told:
            record.msg, record.args = clean, None
        if record.exc_info and record.exc_info[0]:
            record.exc_text = private_out(logging.Formatter().formatException(record.exc_info))
    return record


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
            told["error"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(told)
