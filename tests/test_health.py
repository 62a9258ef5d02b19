"""What the server tells whoever runs it."""

from __future__ import annotations

import io
import json
import logging
import threading
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from core import logs
from core.jobs import uploads
from core.jobs.scheduler import PURGE_EVERY, do_what_is_due
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, counters, questions
from core.storage.retention import due
from core.storage.schema import SCHEMA
from core.storage.store import Store, key_of, now_utc
from tests.core.fake_analyses import FAKES
from tests.jobs import run_job
from web.health import routes


@pytest.fixture
def store(tmp_path, database_url):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url)) as store:
        yield store


def ask(store, path):
    route = next(route for route in routes(store) if route.path == path)
    return route.endpoint(Request({"type": "http"}))


def metrics(store):
    families = text_string_to_metric_families(ask(store, "/metrics").body.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_it_is_ready_only_with_its_database(store):
    assert ask(store, "/healthz").status_code == ask(store, "/readyz").status_code == 200
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    try:
        answer = ask(store, "/readyz")
        assert (answer.status_code, b"stride-check migrate" in answer.body) == (503, True)
        assert ask(store, "/healthz").status_code == 200
    finally:
        with store.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{SCHEMA}'")


def test_numbers_count_what_happened_and_outlive_the_results(store):
    for analysis in ("works", "refuses", "refuses", "has_a_bug"):
        token = submit(io.BytesIO(b"clip"), Answers(), store)
        run_job(store, key_of(token), FAKES + analysis)
        store.delete(token)
    submit(io.BytesIO(b"clip"), Answers(), store)
    found = metrics(store)
    assert found["stride_check_analyses_total", "done"] == 1
    assert found["stride_check_analyses_total", "refused"] == 2
    assert found["stride_check_refusals_total", "side_on"] == 2
    assert found["stride_check_stage_seconds_count", "reading"] == 1
    assert found["stride_check_stage_seconds_sum", "reading"] > 0
    assert found["stride_check_jobs", "waiting"] == 1
    assert found["stride_check_jobs", "done"] == 0
    assert 0 <= found[("stride_check_oldest_wait_seconds",)] < 60


def test_a_bug_of_the_clock_is_counted(store, monkeypatch):
    monkeypatch.setattr(questions, "end_questions", lambda _: 1 / 0)
    do_what_is_due(store)
    assert metrics(store)["stride_check_errors_total", "clock"] == 1


def test_a_wait_is_counted_from_when_the_clip_had_arrived(store):
    store.clock = lambda: now_utc() - timedelta(minutes=8)
    token = uploads.begin(4, Answers(), store)
    store.clip(key_of(token)).write_bytes(b"clip")
    store.clock = now_utc
    uploads.end(store, key_of(token))
    assert 0 <= metrics(store)[("stride_check_oldest_wait_seconds",)] < 60


def test_counting_at_once_loses_nothing(store):
    def count():
        for _ in range(20):
            counters.note(store.engine, "stage", "reading", 0.5)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counters.read(store.engine) == {("stage", "reading"): (80, 40.0)}


def test_of_all_workers_one_does_what_the_clock_asks(store):
    told, ready = [], threading.Barrier(6)

    def ask_clock():
        ready.wait()
        told.append(due(store, "purge", PURGE_EVERY))

    for _ in range(2):  # as the first ever, and within the hour
        threads = [threading.Thread(target=ask_clock) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(told) == [False] * 11 + [True]


def test_what_is_logged_of_a_job_carries_its_name_and_nothing_of_whose_it_is(store, caplog, monkeypatch, tmp_path):
    caplog.handler.setFormatter(logs._Json())
    answers = Answers(pace_s_per_km=333.25, height_cm=187.5, sitting_hours=9.75)
    with caplog.at_level(logging.INFO):
        tokens = [submit(io.BytesIO(b"clip"), answers, store, visitor="somebody") for _ in range(3)]
        for token, analysis in zip(tokens, ("works", "refuses", "has_a_bug"), strict=True):
            run_job(store, key_of(token), FAKES + analysis)
        monkeypatch.setattr(claims, "set_progress", lambda *_: 1 / 0)
        tokens.append(submit(io.BytesIO(b"clip"), answers, store))
        run_job(store, key_of(tokens[-1]), FAKES + "works")
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    assert {line["job"] for line in lines} == {key_of(token)[:12] for token in tokens}
    assert any("ZeroDivisionError" in line.get("error", "") for line in lines)
    for private in (*tokens, *map(key_of, tokens), "somebody", "333.25", "187.5", "9.75", str(tmp_path)):
        assert private not in caplog.text


def test_a_line_is_the_same_in_both_forms():
    record = logging.LogRecord("core.jobs.queue", logging.INFO, "", 0, "an analysis ended: %s", ("done",), None)
    with logs.about(key_of("a token")):
        line = json.loads(logs._Json().format(record))
        plain = logs._Plain().format(record)
    assert (line["message"], line["job"]) == ("an analysis ended: done", key_of("a token")[:12])
    assert key_of("a token")[:12] in plain
    assert "job" not in json.loads(logs._Json().format(record))
