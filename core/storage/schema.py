"""The database's schema: which migrations it has had, and how the missing ones are applied.

A migration is a file in `core/storage/migrations/versions`, written by hand for SQLite and PostgreSQL. An SQLite file, which
belongs to one machine, is migrated by every program that opens it. A PostgreSQL database is migrated only on purpose, by
`stride-check migrate`; a program that finds another schema reports it and exits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from core.errors import SetUpError
from core.i18n.message import message as _

if TYPE_CHECKING:
    from alembic.config import Config

SCHEMA = "0002"
"""The last migration, which matches the tables in `core.storage.tables`."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 0x57_52_1D_E0  # the schema's number among PostgreSQL's advisory locks


def version_of(connection: Connection) -> str | None:
    """Return the last migration that the database has had, or None."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def check(engine: Engine) -> None:
    """Raise `SetUpError` if the database does not have the schema of this version."""
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
    """Migrate an SQLite file, and check the schema of any other database.

    Raises
    ------
    SetUpError
        If the database lacks migrations, or comes from a newer version of the program.
    """
    try:
        check(engine)
    except SetUpError:
        if engine.dialect.name != "sqlite":
            raise
        migrate(engine)


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Migrate a database; several processes that do so at the same time wait for each other.

    Returns
    -------
    tuple of str
        Its last migration before and after.
    """
    from alembic import command  # its import would be half of the time to open a store

    with engine.begin() as connection:
        _alone(connection)
        found = version_of(connection)
        _refuse_newer(found)
        command.upgrade(config_of(connection), "head")
    return found, SCHEMA


def config_of(connection: Connection) -> Config:
    """Return the configuration for Alembic to change the schema in the transaction of this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _alone(connection: Connection) -> None:
    """Lock the schema against other changes until the transaction ends."""
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
