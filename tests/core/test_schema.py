"""Databases of earlier versions, of none, and of later ones."""

from __future__ import annotations

import io
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from core.cli.main import main
from core.errors import SetUpError
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import queries, schema
from core.storage.store import Store, key_of
from core.storage.tables import Base, engine_of
from tests import servers

# The table as the first version made it, with a job in it.
FIRST_VERSION = """
CREATE TABLE jobs (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, key VARCHAR NOT NULL, state VARCHAR NOT NULL, stage VARCHAR NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, attempts INTEGER NOT NULL, keep_video BOOLEAN NOT NULL,
    answers VARCHAR NOT NULL, report VARCHAR, refusal VARCHAR, created_s FLOAT NOT NULL, finished_s FLOAT,
    expires_s FLOAT NOT NULL, UNIQUE (key)
);
CREATE INDEX ix_jobs_state ON jobs (state);
"""
JOB = "INSERT INTO jobs VALUES (7, ?, 'waiting', '', 0, 0, 0, 0, '{}', NULL, NULL, 1000.0, NULL, 9e9)"


def differences(engine):
    with engine.connect() as connection:
        # SQLite has no more than five types, whatever they were called.
        options = {
            "compare_type": engine.dialect.name != "sqlite",
            "include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables,  # not the queue's
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)


def test_the_migrations_make_the_tables_that_the_program_knows(database_url):
    engine = engine_of(database_url)
    schema.migrate(engine)
    assert differences(engine) == []
    engine.dispose()


def test_a_database_goes_back_to_the_version_before_and_on_again_with_its_jobs(tmp_path, database_url):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url)) as store:
        token = submit(io.BytesIO(b"clip"), Answers(), store)
        with store.engine.begin() as connection:
            command.downgrade(schema.config_of(connection), "0001")
        with store.engine.connect() as connection:
            assert schema.version_of(connection) == "0001"
            assert "cadence_spm" not in {column["name"] for column in inspect(connection).get_columns("jobs")}
        assert schema.migrate(store.engine) == ("0001", schema.SCHEMA)
        assert differences(store.engine) == []
        assert store.job(token).state == "waiting"


def test_the_version_that_is_asked_for_is_the_last_there_is():
    assert ScriptDirectory(schema._MIGRATIONS).get_current_head() == schema.SCHEMA


def test_a_file_of_the_first_version_keeps_its_jobs(tmp_path):
    data = tmp_path / "data"
    (data / "clips").mkdir(parents=True)
    with sqlite3.connect(data / "store.sqlite") as file:
        file.executescript(FIRST_VERSION)
        file.execute(JOB, [key_of("a token")])
    file.close()
    for _ in range(2):
        with Store.open(Settings(data=data)) as store:
            assert store.job("a token").place_in_queue == 1
            assert differences(store.engine) == []
    with Store.open(Settings(data=data)) as store:
        later = submit(io.BytesIO(b"clip"), Answers(), store, visitor="one")
        assert store.job(later).place_in_queue == 2


def test_many_may_open_a_new_file_at_once(tmp_path):
    def open_store(_):
        with Store.open(Settings(data=tmp_path / "data")) as store:
            return queries.waiting(store.engine)

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(open_store, range(6))) == [[]] * 6


def test_postgresql_is_refused_until_it_is_migrated(tmp_path, monkeypatch, capsys):
    with servers.postgresql() as server:
        monkeypatch.setenv("STRIDE_DATA", str(tmp_path))
        monkeypatch.setenv("STRIDE_DATABASE_URL", server.url)
        with pytest.raises(SetUpError, match="stride-check migrate"):
            Store.open(Settings.from_environment())
        assert main(["purge"]) == 2
        assert "Run `stride-check migrate` once" in capsys.readouterr().err
        for before in ("nothing", schema.SCHEMA):
            assert main(["migrate"]) == 0
            assert capsys.readouterr().out == f"The database is at {schema.SCHEMA}; it was at {before}.\n"
        with Store.open(Settings.from_environment()) as store:
            assert queries.waiting(store.engine) == []
            submit(io.BytesIO(b"clip"), Answers(), store)


def test_a_database_of_a_later_version_is_refused(tmp_path):
    with Store.open(Settings(data=tmp_path)) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SetUpError, match="newer version"):
        Store.open(Settings(data=tmp_path))
