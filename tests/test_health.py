"""What the server tells whoever runs it."""

from __future__ import annotations

import io
import json
import logging
import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from core import journal, tallies
from core.child import Limits
from core.jobs import submit
from core.model import Answers
from core.purging import due
from core.queue import _PURGE_EVERY, run_job
from core.store import Store, key_of
from tests.core.fake_analyses import FAKES
from web.health import routes


@pytest.fixture
def store(tmp_path, database_url):
    with Store.open(tmp_path / "data", database_url) as store:
        yield store


def ask(store, path):
    route = next(route for route in routes(lambda: store) if route.path == path)
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
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def test_numbers_count_what_happened_and_outlive_the_results(store):
    for analysis in ("works", "refuses", "refuses", "has_a_bug"):
        token = submit(io.BytesIO(b"clip"), Answers(), store)
        run_job(store, key_of(token), Limits(wall_s=30), FAKES + analysis)
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


def test_counting_at_once_loses_nothing(store):
    def count():
        for _ in range(20):
            tallies.note(store.engine, "stage", "reading", 0.5)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tallies.read(store.engine) == {("stage", "reading"): (80, 40.0)}


def test_of_all_workers_one_does_what_the_clock_asks(store):
    told, ready = [], threading.Barrier(6)

    def ask_clock():
        ready.wait()
        told.append(due(store, "purge", _PURGE_EVERY))

    for _ in range(2):  # as the first ever, and within the hour
        threads = [threading.Thread(target=ask_clock) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(told) == [False] * 11 + [True]


def test_the_log_says_which_job_and_nothing_of_whose(monkeypatch):
    record = logging.LogRecord("core.queue", logging.INFO, "", 0, "an analysis ended: %s", ("done",), None)
    with journal.about(key_of("a token")):
        line = json.loads(journal._Json().format(record))
        plain = journal._Plain().format(record)
    assert (line["message"], line["job"]) == ("an analysis ended: done", key_of("a token")[:12])
    assert key_of("a token")[:12] in plain
    assert "job" not in json.loads(journal._Json().format(record))
