"""Nothing of a person in the log, whatever fails."""

from __future__ import annotations

import io
import json
import logging
import secrets
import sys
import threading

import pytest
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.model.progress import Progress
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, queries, questions
from core.storage.job import ANSWERS
from core.storage.share_links import Shares
from core.storage.store import Store, key_of, now_utc
from tests.core.fake_analyses import a_report

RUNNER, VISITOR = "Zebulon Quixote", "a visitor of ours"
log = logging.getLogger("some.library")


@pytest.fixture
def store(tmp_path, database_url):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url)) as store:
        yield store


@pytest.fixture(params=["plain", "json"])
def logged(request, monkeypatch):
    """What is logged, as the server writes it."""
    factory = logging.getLogRecordFactory()
    for module in (sys, threading):
        monkeypatch.setattr(module, "excepthook", module.excepthook)
    logs.keep_private()
    monkeypatch.setattr(log, "level", logging.INFO)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs._Json() if request.param == "json" else logs._Plain())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(factory)


@pytest.fixture
def result(store):
    """The token of a result that is shared, and the link's token."""
    token = store.add(Answers(), visitor=VISITOR)
    path = store.clip(key_of(token))
    path.write_bytes(b"clip")
    claims.finish(store, claims.claim(store, key_of(token)).key, a_report(Answers()))
    link = Shares(store.engine, now_utc).make(token, life=None, runner=RUNNER)
    return token, link


def with_the_same_secret(call, monkeypatch):
    """Return a call that makes a row of which there is one already."""

    def again():
        with monkeypatch.context() as patched:
            for name in ("token_hex", "token_urlsafe"):
                patched.setattr(secrets, name, lambda _: "f" * 43)
            call()
            call()

    return again


def calls(store, token, link, monkeypatch):
    shares = Shares(store.engine, now_utc)

    def twice_open():
        shares.open(link.token)
        store.job(token)

    return {
        "share": with_the_same_secret(lambda: shares.make(token, life=None, runner=RUNNER), monkeypatch),
        "add": with_the_same_secret(lambda: store.add(Answers(), visitor=VISITOR), monkeypatch),
        "list": lambda: shares.of(token),
        "revoke": lambda: shares.revoke(token, link.name),
        "open": twice_open,
        "progress": lambda: claims.set_progress(store, key_of(token), Progress("reading", 1, 2)),
        "answer": lambda: questions.answer(store, token, Answers(), visitor=VISITOR),
        "visitor": lambda: queries.waiting_of(store.engine, VISITOR),
        "delete": lambda: store.delete(token),
    }


def break_tables(store):
    with store.engine.begin() as connection:
        for table in ("shares", "jobs"):
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}_gone")


def mend_tables(store):
    with store.engine.begin() as connection:
        for table in ("shares", "jobs"):
            connection.exec_driver_sql(f"ALTER TABLE {table}_gone RENAME TO {table}")


@pytest.mark.parametrize("broken", [True, False], ids=["without tables", "rows that are there already"])
def test_errors_of_the_database_name_nobody(store, result, logged, monkeypatch, broken):
    token, link = result
    failed = []
    tried = calls(store, token, link, monkeypatch)
    if broken:
        break_tables(store)
    else:
        tried = {name: tried[name] for name in ("share", "add")}
    try:
        for name, call in tried.items():
            try:
                call()
            except SQLAlchemyError as error:
                failed.append(name)
                log.exception("%s failed", name)
                log.warning("%s failed: %s", name, error)
                log.warning("the database itself said %s", getattr(error, "orig", ""))
    finally:
        if broken:
            mend_tables(store)
    assert failed == list(tried)
    text = logged.getvalue()
    assert "Error" in text
    for private in (RUNNER, VISITOR, token, key_of(token), link.token, link.name, key_of(link.token), "f" * 43):
        assert private not in text
        assert json.dumps(private)[1:-1] not in text


def test_tokens_and_names_are_taken_out_of_whatever_a_library_logs(logged):
    token = secrets.token_urlsafe(32)
    log.info("GET /r/%s and /results?job=%s#x", token, token)
    log.info("file /data/clips/%s is gone", key_of(token))
    with pytest.raises(ValueError) as error:
        ANSWERS.validate_python({"height_cm": f"{RUNNER} is tall"})
    log.error("a row cannot be read", exc_info=error.value)
    sys.excepthook(KeyError, KeyError(token), None)
    text = logged.getvalue()
    for private in (token, key_of(token), RUNNER):
        assert private not in text
    assert "height_cm" in text
    assert "KeyError" in text


def test_what_is_no_secret_stays(logged):
    log.info("%d of %s in %.1f s: %s", 3, "a-job-abcdef012345", 1.25, {"n": 2})
    assert "3 of a-job-abcdef012345 in 1.2 s: {'n': 2}" in logged.getvalue()
