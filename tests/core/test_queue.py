"""How workers claim jobs, and what wakes them."""

from __future__ import annotations

import io
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import Choices, Refused
from core.i18n.message import message
from core.jobs import queue, submission, uploads
from core.jobs.leases import renew, take_over
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, counters, queries
from core.storage.store import Store, key_of, now_utc
from core.storage.tables import JobRow


@pytest.fixture
def store(tmp_path, database_url):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url)) as store:
        yield store


def hand_in(store, visitor=None):
    return submission.submit(io.BytesIO(b"clip"), Answers(), store, visitor=visitor)


def test_workers_that_claim_at_once_take_all_jobs_in_turn_and_none_twice(store):
    tokens = [hand_in(store, f"visitor {number % 4}") for number in range(12)]
    in_turn, taken, ready = queries.waiting(store.engine), [], threading.Barrier(4)

    def work():
        with Store.open(store.settings) as own:
            ready.wait()
            while task := claims.claim_next(own):
                taken.append((task.key, own.holder))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key for key, _ in taken) == sorted(map(key_of, tokens))
    # Each one for itself goes by the turns, however the others came between.
    for worker in {holder for _, holder in taken}:
        own = [in_turn.index(key) for key, holder in taken if holder == worker]
        assert own == sorted(own)
    with store.engine.connect() as connection:
        held = connection.execute(select(JobRow.key, JobRow.holder).where(JobRow.state == "running")).all()
    assert sorted(map(tuple, held)) == sorted(taken)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_job_that_another_worker_is_claiming_is_passed_over(store):
    first, second = (key_of(hand_in(store, visitor)) for visitor in ("one", "another"))
    with store.engine.begin() as connection:
        connection.execute(select(JobRow.key).where(JobRow.key == first).with_for_update())
        assert claims.claim_next(store).key == second
    assert claims.claim_next(store).key == first


def answers_a_question(store):
    token = hand_in(store)
    claims.claim(store, key_of(token))
    claims.ask(store, key_of(token), Refused("true_speed", message("Was it slow?"), message("Say so."), Choices()))
    return lambda: submission.answer(token, Answers(), store)


def ends_an_upload(store):
    key = key_of(uploads.begin(4, Answers(), store))
    store.clip(key).write_bytes(b"clip")
    return lambda: uploads.end(store, key)


def takes_over(store):
    claims.claim(store, key_of(hand_in(store)))
    return lambda: take_over(store, store.holder)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "prepare", [lambda store: lambda: hand_in(store), answers_a_question, ends_an_upload, takes_over]
)
def test_an_idle_worker_is_woken_by_whatever_makes_a_job_wait(store, monkeypatch, prepare):
    monkeypatch.setattr(queue, "_LOOK_ANYWAY_EVERY_S", 30.0)
    happens = prepare(store)
    with queue._listening(store.engine) as wait:
        began_s = time.monotonic()
        threading.Timer(0.2, happens).start()
        wait()
        assert time.monotonic() - began_s < 20
        assert len(queries.waiting(store.engine)) == 1


def test_an_error_while_claiming_is_counted_and_does_not_end_the_worker(store, monkeypatch):
    ends = iter([OSError("the storage is away"), SystemExit()])

    def claim_next(_):
        raise next(ends)

    monkeypatch.setattr(claims, "claim_next", claim_next)
    monkeypatch.setattr(queue, "_PAUSE_S", 0.0)
    with pytest.raises(SystemExit):
        queue.serve(store, 1)
    assert counters.read(store.engine) == {("error", "analyse"): (1, 0.0)}


def test_a_job_for_which_no_thread_can_be_started_waits_again_after_its_lease(store, monkeypatch):
    def cannot(_):
        raise RuntimeError("can't start new thread")

    free, key = threading.Semaphore(1), key_of(hand_in(store))
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", cannot)
        with pytest.raises(RuntimeError):
            queue._start_next(store, free, "")
    renew(store)
    store.clock = lambda: now_utc() + timedelta(seconds=store.settings.lease_s + 1)
    assert take_over(store) == 1
    assert queries.waiting(store.engine) == [key]
    assert free.acquire(blocking=False)


def test_a_job_whose_clip_is_gone_is_refused_and_the_next_one_is_claimed(store, monkeypatch):
    lost, found = hand_in(store, "one"), hand_in(store, "another")
    workplace = store.files.workplace

    def without_one(key, holder):
        if key == key_of(lost):
            raise FileNotFoundError
        return workplace(key, holder)

    monkeypatch.setattr(store.files, "workplace", without_one)
    assert claims.claim_next(store).key == key_of(found)
    assert store.job(lost).state == "refused"


def test_a_process_that_was_taken_over_names_no_counter(tmp_path, monkeypatch):
    def refuses(*_args, **_options):
        raise Refused("x" * 1000, message("No."), message("Never."))

    monkeypatch.setattr("core.jobs.queue.run_in_child", refuses)
    with Store.open(Settings(data=tmp_path / "data")) as store:
        hand_in(store)
        queue.run(store, claims.claim_next(store))
        assert set(counters.read(store.engine)) == {("refused", "unknown"), ("ended", "refused")}
