"""The database's schema: which migrations it has had, and how it gets those that it lacks.

A step is a file in `core/storage/migrations/versions`, written by hand: it must do on SQLite and on PostgreSQL. SQLite, which is
one machine's own file, is brought up to date by whoever opens it. PostgreSQL is not: its schema is changed once, on purpose, by
`stride-check migrate`, and a program that finds another one says so and ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from core.errors import SetUpError
from core.i18n.translate import gettext as _

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA = "0002"
"""The last migration, which the tables in `core.storage.tables` are like."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x57_52_1D_E0  # a number that stands for the schema among PostgreSQL's advisory locks


def version_of(connection: Connection) -> str | None:
    """Return the last migration that the database has had, or None."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def check(engine: Engine) -> None:
    """Raise `SetUpError` where the database is not that of this version."""
    with engine.connect() as connection:
        found = version_of(connection)
    if found != SCHEMA:
        _refuse_newer(found)
        what = _(
            "The database has not been set up for this version ({found} instead of {own}).",
            found=found or _("nothing"),
            own=SCHEMA,
        )
        raise SetUpError(what, _("Run `stride-check migrate` once, then start again."))


def prepare(engine: Engine) -> None:
    """Bring an SQLite file up to date, and make sure that any other database is.

    Raises
    ------
    SetUpError
        Where the database lacks migrations, or comes from a newer version of the program.
    """
    try:
        check(engine)
    except SetUpError:
        if engine.dialect.name != "sqlite":
            raise
        migrate(engine)


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring a database up to date; several that do so at once wait for each other.

    Returns
    -------
    tuple of str
        Its last migration before, and now.
    """
    from alembic import command  # half of what opening a store would take

    with engine.begin() as connection:
        _alone(connection)
        found = version_of(connection)
        _refuse_newer(found)
        command.upgrade(config_of(connection), "head")
    return found, SCHEMA


def config_of(connection: Connection) -> Config:
    """Return what Alembic has to know to change the schema in the transaction of this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _alone(connection: Connection) -> None:
    """Let no other change the schema until the transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > SCHEMA:
        what = _(
            "The database comes from a newer version of the program ({found}; this one knows {own}).",
            found=found,
            own=SCHEMA,
        )
        raise SetUpError(what, _("Start the newer version, or restore a backup from before."))
