"""A queue whose file is damaged, replaced or gone: nothing is lost, and whoever runs the server is told."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import time

import pytest
from starlette.requests import Request

from core.jobs.queue import make_queue, refill
from core.jobs.submission import submit
from core.jobs.worker import worker_running
from core.model.report import Answers
from core.settings import Settings
from core.storage.store import Store, key_of
from tests.core.fake_analyses import FAKES
from web.health import routes

PATIENCE_S = 90


@pytest.fixture
def store(tmp_path):
    with Store.open(Settings(data=tmp_path / "data")) as store:
        yield store


def hand_in(store):
    return submit(io.BytesIO(b"h264"), Answers(), store)


def overwrite(path):
    path.write_bytes(b"this is no database" * 1000)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:5000])


def blank_pages(path):
    """Leave the header as it is, so that the damage shows only when something is read."""
    found = path.read_bytes()
    path.write_bytes(found[:4096] + bytes(len(found) - 4096))


def remove(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def replace_tables(path):
    beside = path.with_name("other.sqlite")
    with contextlib.closing(sqlite3.connect(beside)) as other:
        other.execute("CREATE TABLE task (something TEXT)")
    beside.replace(path)  # at once: a worker makes a file that is missing again


DAMAGES = pytest.mark.parametrize("damage", [overwrite, cut_short, blank_pages, remove, empty, replace_tables])


def readiness(store):
    route = next(route for route in routes(store) if route.path == "/readyz")
    return route.endpoint(Request({"type": "http"}))


@DAMAGES
def test_a_damaged_file_is_made_again_and_filled_from_the_table(store, damage):
    token = hand_in(store)
    for end in ("-wal", "-shm"):
        (store.folder / f"queue.sqlite{end}").unlink(missing_ok=True)
    damage(store.folder / "queue.sqlite")
    later = hand_in(store)
    assert readiness(store).status_code == 200
    queue, analyse = make_queue(store)
    with contextlib.closing(queue.storage):
        queue.flush()
        refill(queue, analyse, store)
        assert [task.args for task in queue.pending()] == [(key_of(token),), (key_of(later),)]


@DAMAGES
def test_a_worker_goes_on_when_the_file_is_damaged_under_it(store, damage):
    with worker_running(store, analysis=FAKES + "works"):
        tokens = [hand_in(store)]
        wait_for_reports(store, tokens)
        damage(store.folder / "queue.sqlite")
        tokens += [hand_in(store) for _ in range(2)]
        wait_for_reports(store, tokens)


def wait_for_reports(store, tokens):
    deadline_s = time.monotonic() + PATIENCE_S
    while not all(store.job(token).report for token in tokens):
        assert time.monotonic() < deadline_s, "the clips were not analysed"
        time.sleep(0.05)


def test_a_file_that_cannot_be_made_is_told_and_costs_nobody_their_token(store):
    path = store.folder / "queue.sqlite"
    (path / "in the way").mkdir(parents=True)
    token = hand_in(store)
    assert store.job(token).state == "waiting"
    answer = readiness(store)
    assert (answer.status_code, b"queue" in answer.body) == (503, True)
    (path / "in the way").rmdir()
    path.rmdir()
    assert readiness(store).status_code == 200
    with worker_running(store, analysis=FAKES + "works"):
        wait_for_reports(store, [token])
