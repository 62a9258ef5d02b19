"""A copy of all data: the tables, as lines of JSON, and the files.

The format does not depend on the database or the storage, so a backup also moves a server from one machine to many. It opens
no report, because it contains no tokens. Only the user who made it can read it. A result that is deleted after the backup is
still in it: keep backups for days, not months.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from sqlalchemy import func, insert, select

from core.errors import SetUpError
from core.i18n.message import message as _
from core.storage.folders import private_folder
from core.storage.schema import SCHEMA
from core.storage.store import Store
from core.storage.tables import Base, JobRow

_TABLES = "tables.jsonl"


def backup(store: Store, folder: Path) -> int:
    """Copy everything to a new folder, and return the number of jobs; the server can run meanwhile.

    Raises
    ------
    SetUpError
        If the folder exists.
    """
    if folder.exists():
        raise SetUpError(_("{folder} is there already.", folder=folder), _("Name a new folder."))
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    private_folder(unfinished / "clips")
    n_jobs = _write_tables(store, unfinished / _TABLES)
    for key, _age in store.files.clips():
        _copy(store, "clips", key, unfinished)
    for key in store.files.folders():
        for name in store.files.pictures(key):
            _copy(store, f"media/{key}", name, unfinished)
    unfinished.rename(folder)
    return n_jobs


def restore(store: Store, folder: Path) -> int:
    """Restore a backup into an empty store, and return its number of jobs.

    Raises
    ------
    SetUpError
        If the store has jobs, or there is no backup of this version.
    """
    path = folder / _TABLES
    if not path.is_file():
        what = _("There is no backup in {folder}.", folder=folder)
        raise SetUpError(what, _("Name a folder that `stride-check backup` has made."))
    with store.engine.begin() as connection:
        if connection.scalar(select(func.count()).select_from(JobRow)):
            raise SetUpError(_("There are jobs in this database."), _("Restore into an empty one."))
        with path.open(encoding="utf-8") as lines:
            found = json.loads(next(lines))["schema"]
            if found != SCHEMA:
                what = _("The backup is of another version ({found}; this one knows {own}).", found=found, own=SCHEMA)
                raise SetUpError(what, _("Restore it with that version, then migrate."))
            for name in Base.metadata.tables:
                connection.execute(Base.metadata.tables[name].delete())
            for line in lines:
                row = json.loads(line)
                connection.execute(insert(Base.metadata.tables[row["table"]]).values(row["row"]))
        if store.engine.dialect.name == "postgresql":
            # Job numbers are not used twice.
            last = "SELECT setval(pg_get_serial_sequence('jobs', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM jobs))"
            connection.exec_driver_sql(last)
        for kept in folder.rglob("*"):
            part = kept.parent.relative_to(folder).as_posix()
            if kept.is_file() and part != ".":
                store.files.put(part, kept.name, kept)
        return connection.scalar(select(func.count()).select_from(JobRow)) or 0


def _write_tables(store: Store, path: Path) -> int:
    """Write a consistent snapshot of all rows, and return the number of jobs."""
    n_jobs = 0
    engine = store.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as out, engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        out.write(json.dumps({"schema": SCHEMA}) + "\n")
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                out.write(json.dumps({"table": table.name, "row": dict(row)}) + "\n")
                n_jobs += table.name == JobRow.__tablename__
    return n_jobs


def _copy(store: Store, part: str, name: str, folder: Path) -> None:
    to = folder / part
    private_folder(to)
    (to / name).touch(mode=0o600)
    try:
        store.files.copy(part, name, to / name)
    except FileNotFoundError:  # removed meanwhile
        (to / name).unlink(missing_ok=True)
