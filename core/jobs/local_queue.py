"""The queue of one machine: a huey queue in an SQLite file that is recreated if it cannot be read.

Everything in the file is also in the table of jobs, so that nothing is lost with it: workers refill it from the table whenever
it is empty.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from huey.storage import SqliteStorage

_PASSES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT)
"""Temporary errors, after which the same file can be used again."""

log = logging.getLogger(__name__)


class QueueFile(SqliteStorage):  # type: ignore[misc]
    """Huey's storage in an SQLite file, which is recreated if it was damaged, replaced or removed."""

    _conn: sqlite3.Connection | None
    _opened: tuple[int, int] | None = None

    def initialize_schema(self) -> None:
        """Create missing tables in the file; an unreadable file is recreated first."""
        try:
            super().initialize_schema()
        except sqlite3.DatabaseError as error:
            if not _stays_unread(error):
                raise
            super().initialize_schema()

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection; a new one if the file is no longer the one that was opened."""
        if self._conn is not None and self._opened != self._file():
            self._conn.close()
            self._conn = None
        if self._conn is None:
            self._conn = self._create_connection()
            if self._opened is not None and self._opened != self._file():
                self._make_tables(self._conn)
            self._opened = self._file()
        return self._conn

    def _set_journal_mode(self, conn: sqlite3.Connection) -> None:
        """Set huey's journal mode. It is the first access to the file: a connection to a damaged one is closed again."""
        try:
            super()._set_journal_mode(conn)
        except sqlite3.DatabaseError:
            conn.close()
            raise

    @contextlib.contextmanager
    def db(self, commit: bool = False, close: bool = False) -> Iterator[sqlite3.Cursor]:
        """Yield a cursor, as in huey; after an error of the file, the file is recreated for the next cursor."""
        try:
            with super().db(commit, close) as cursor:
                yield cursor
        except sqlite3.DatabaseError as error:
            if _stays_unread(error):
                self._rebuild()
            raise

    def _rebuild(self) -> None:
        """Recreate the file, unless another process has done so meanwhile."""
        self.close()
        path = Path(self.filename)
        with path.with_name(f".{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._serves():
                return
            log.error("the queue's file cannot be read: it is made again, and filled from the table of jobs")
            for end in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + end).unlink(missing_ok=True)
            with contextlib.closing(self._create_connection()) as connection:
                self._make_tables(connection)

    def _serves(self) -> bool:
        """Return whether the current file can be read and written."""
        try:
            with contextlib.closing(sqlite3.connect(self.filename, timeout=5, isolation_level=None)) as connection:
                sound = bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("SELECT id, queue, data, priority FROM task LIMIT 1")
                connection.execute("SELECT id, queue, data, timestamp FROM schedule LIMIT 1")
                connection.execute("ROLLBACK")
                return sound
        except sqlite3.DatabaseError as error:
            return not _stays_unread(error)

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        for statement in self.ddl:
            connection.execute(statement)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = Path(self.filename).stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino


def _stays_unread(error: sqlite3.DatabaseError) -> bool:
    """Return whether an error comes from the file itself, so that it will occur again."""
    # The primary code is in the lowest byte; errors of usage have none.
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF not in (*_PASSES, sqlite3.SQLITE_CONSTRAINT)
