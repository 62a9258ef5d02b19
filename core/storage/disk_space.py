"""The error for a full disk, of the machine or of the database."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from core.errors import NoSpace
from core.i18n.message import message as _

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_IN_SQLITE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)  # the second one on opening the database
_FULL_IN_POSTGRESQL = "53100"


def is_full(error: BaseException) -> bool:
    """Return whether an error means that a disk is full."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in _FULL_IN_SQLITE
    if isinstance(error, OSError):
        return error.errno in _FULL
    return getattr(error, "sqlstate", None) == _FULL_IN_POSTGRESQL


@contextlib.contextmanager
def saying_if_full() -> Iterator[None]:
    """Raise `NoSpace`, with a message for people, for every error that means that a disk is full."""
    try:
        yield
    except Exception as error:
        if not is_full(error):
            raise
        raise NoSpace(
            _("The server has no room left to store anything."),
            _("Nothing was lost that was stored before. Please try again later."),
        ) from error
