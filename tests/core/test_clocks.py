"""The clock that all machines share, whatever their own clocks say."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from core.jobs.leases import take_over
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, clocks
from core.storage.clocks import ASKED_EVERY_S, DatabaseClock, clock_of, now_utc
from core.storage.retention import purge
from core.storage.store import Store
from core.storage.tables import engine_of

REAL = now_utc
DAYS = timedelta(days=400)


@pytest.fixture
def wrong(monkeypatch):
    """The clock of this machine is far ahead."""
    monkeypatch.setattr(clocks, "now_utc", lambda: REAL() + DAYS)


def test_a_machine_whose_clock_is_wrong_takes_nobodys_job_and_purges_nothing(postgresql_url, tmp_path, monkeypatch):
    with Store.open(Settings(data=tmp_path / "one", database_url=postgresql_url)) as one:
        token = submit(io.BytesIO(b"clip"), Answers(), one)
        task = claims.claim_next(one)
        monkeypatch.setattr(clocks, "now_utc", lambda: REAL() + DAYS)
        with Store.open(Settings(data=tmp_path / "another", database_url=postgresql_url)) as another:
            assert abs(another.clock() - REAL()) < timedelta(seconds=10)
            assert take_over(another) == 0
            assert purge(another).jobs == 0
        assert one.job(token).state == "running"
        assert task is not None


def test_between_two_answers_time_is_counted_here(postgresql_url, wrong):
    counted_s = [0.0]
    engine = engine_of(postgresql_url)
    clock = DatabaseClock(engine, lambda: counted_s[0])
    first = clock()
    counted_s[0] = 50.0
    assert clock() - first == timedelta(seconds=50)
    counted_s[0] = ASKED_EVERY_S  # in truth no second has gone by
    assert abs(clock() - first) < timedelta(seconds=10)
    engine.dispose()


def test_the_clock_goes_on_without_its_database(tmp_path):
    counted_s = [0.0]
    clock = DatabaseClock(engine_of(f"postgresql://nobody@/nothing?host={tmp_path}"), lambda: counted_s[0])
    assert abs(clock() - REAL()) < timedelta(seconds=10)
    clock._told = (REAL() + DAYS, 0.0)
    counted_s[0] = 70.0
    assert clock() - REAL() > DAYS


def test_a_file_has_the_clock_of_its_machine(tmp_path):
    assert clock_of(engine_of(f"sqlite:///{tmp_path / 'store.sqlite'}")) is clocks.now_utc
