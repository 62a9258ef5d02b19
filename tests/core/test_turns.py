"""Whose clip is next, how many may wait, and what an analysis may use."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.errors import SERVER_FAULT, Refused, SetUpError
from core.i18n.message import message
from core.jobs import sandbox
from core.jobs.sandbox import KEPT_SETTINGS
from core.jobs.sandbox_process import MOST_OPEN_FILES, MOST_WRITTEN_BYTES, run_in_child
from core.jobs.submission import QueueFull, submit
from core.jobs.worker import worker_running
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, queries
from core.storage.queries import USUAL_ANALYSIS_S
from core.storage.store import Store, key_of
from core.storage.tables import JobRow
from tests.builders import change
from tests.jobs import run_job

FAKES = "tests.core.fake_analyses:"


@pytest.fixture
def store(tmp_path, database_url):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url)) as store:
        yield store


def hand_in(store, visitor=None):
    return submit(io.BytesIO(b"clip"), Answers(), store, visitor=visitor)


def places(store, tokens):
    return [store.job(token).place_in_queue for token in tokens]


def test_visitors_take_turns_and_their_own_clips_stay_in_order(store):
    many = [hand_in(store, "many") for _ in range(4)]
    one = hand_in(store, "one")
    unknown = [hand_in(store) for _ in range(2)]  # nobody says who sent them: each counts as a visitor
    assert places(store, [many[0], one, *unknown]) == [1, 2, 3, 4]
    assert places(store, many[1:]) == [5, 6, 7]
    assert queries.waiting(store.engine)[0] == key_of(many[0])


def test_who_is_being_analysed_has_had_that_turn(store):
    first, second = hand_in(store, "many"), hand_in(store, "many")
    claims.claim(store, key_of(first))
    later = hand_in(store, "one")
    assert places(store, [later, second]) == [1, 2]


def test_a_place_never_gets_worse_for_who_has_one_clip(store):
    many = [hand_in(store, "many") for _ in range(3)]
    one = hand_in(store, "one")
    seen = [store.job(one).place_in_queue]
    for number in range(2):
        key = queries.waiting(store.engine)[0]
        claims.claim(store, key)
        hand_in(store, f"later {number}")
        seen.append(store.job(one).place_in_queue)
        claims.refuse(
            store, key, Refused("side_on", message("It is filmed from the front."), message("Film from the side."))
        )
        seen.append(store.job(one).place_in_queue)
    assert seen == [2, 1, 1, 0, 0]
    assert places(store, many[1:]) == [3, 4]  # behind those two who came later with one clip each


def test_no_place_is_told_twice_and_none_is_lost(store):
    tokens = [hand_in(store, f"visitor {number % 4}") for number in range(11)]
    assert sorted(places(store, tokens)) == list(range(1, 12))


def test_a_worker_takes_the_next_in_turn_not_the_first_that_came(store):
    greedy = [hand_in(store, "many") for _ in range(2)]
    late = hand_in(store, "one")
    assert [claims.claim_next(store).key for _ in range(3)] == [key_of(token) for token in (greedy[0], late, greedy[1])]
    assert claims.claim_next(store) is None


def test_a_visitor_has_a_last_place_and_others_still_have_theirs(store):
    change(store, queue_of_one=2)
    for _ in range(2):
        hand_in(store, "many")
    with pytest.raises(QueueFull) as full:
        hand_in(store, "many")
    assert str(full.value.what) == "2 of your clips are waiting already."
    assert str(full.value.advice) == "Please try again in about 1 minute."
    assert len(list(store.clips.iterdir())) == 2
    hand_in(store, "one")


def test_a_full_queue_says_when_to_try_again_by_what_analyses_take(store):
    change(store, queue=8)
    tokens = [hand_in(store) for _ in range(8)]
    with pytest.raises(QueueFull) as full:
        hand_in(store)
    assert queries.analysis_s(store.engine) == USUAL_ANALYSIS_S
    assert str(full.value.advice) == "Please try again in about 2 minutes."  # a quarter of eight, a minute each
    took = {"started_s": 1000, "finished_s": 1300, "state": "refused"}
    with store.engine.begin() as connection:
        connection.execute(update(JobRow).where(JobRow.key == key_of(tokens[0])).values(**took))
    hand_in(store)
    with pytest.raises(QueueFull) as full:
        hand_in(store)
    assert str(full.value.advice) == "Please try again in about 10 minutes."


def test_who_sent_a_clip_is_forgotten_when_its_job_ends(store):
    token = hand_in(store, "somebody")
    assert queries.waiting_of(store.engine, "somebody") == 1
    claims.claim(store, key_of(token))
    claims.refuse(
        store,
        key_of(token),
        Refused("side_on", message("It is filmed from the front."), message("Film from the side.")),
    )
    with store.engine.connect() as connection:
        assert connection.execute(select(JobRow.visitor)).all() == [(None,)]


def run(store, analysis, time_limit_s=30):
    change(store, time_limit_s=time_limit_s)
    token = hand_in(store)
    run_job(store, key_of(token), FAKES + analysis)
    return store.job(token)


def tell(store, analysis):
    """Return what an analysis tells."""
    task = claims.claim(store, key_of(hand_in(store)))
    reports = []
    run_in_child(task, store.settings, lambda *_: True, reports.append, analysis=FAKES + analysis)
    return json.loads(reports[0].clip.codec)


def test_a_child_has_limits_on_files_and_processor_time_and_only_the_settings_that_it_needs(store, monkeypatch):
    for name in (
        "STRIDE_DATABASE_URL",
        "AWS_SECRET_ACCESS_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "PGPASSWORD",
        "LD_PRELOAD",
    ):
        monkeypatch.setenv(name, "a secret")
    change(store, time_limit_s=30, pose_model=Path("/a/model"))
    limits, settings = tell(store, "tells_its_limits")
    assert limits == [str(MOST_OPEN_FILES), str(MOST_WRITTEN_BYTES), str(4 * 30 + 1)]
    assert settings["STRIDE_POSE_MODEL"] == "/a/model"
    ours = {
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MALLOC_ARENA_MAX",
        "MALLOC_MMAP_THRESHOLD_",
        "MALLOC_TRIM_THRESHOLD_",
    }
    assert set(settings) <= {*KEPT_SETTINGS, *ours}
    assert "a secret" not in settings.values()


@pytest.mark.skipif(sys.platform != "linux", reason="filters of system calls are Linux's")
def test_a_child_may_start_no_process_open_no_socket_and_gain_no_right(store):
    done, status, most_tasks = tell(store, "tries_what_it_may_not")
    assert done == ["thread"]
    assert [line.split() for line in status] == [["NoNewPrivs:", "1"], ["Seccomp:", "2"]]
    assert 0 < most_tasks < 1 << 16


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot take the network away")
def test_a_system_that_does_not_let_a_child_leave_the_network_is_not_ignored(store, monkeypatch, caplog):
    cannot = "import core.jobs.sandbox as s; s.leave_network = s._filter_calls = lambda: False\n"
    real = subprocess.run

    def run(command, **options):
        return real([*command[:-1], cannot + command[-1]], **options)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(SetUpError, match="does not let an analysis leave the network") as error, worker_running(store):
        pass
    assert "STRIDE_ANALYSIS_NETWORK" in str(error.value.advice)
    sandbox.check(Settings(analysis_network="allow"))
    assert "does not let an analysis leave the network" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot take the network away")
def test_a_trial_that_is_killed_stops_no_server(monkeypatch, caplog):
    real, dies = subprocess.run, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(subprocess, "run", lambda command, **options: real([*command[:-1], dies], **options))
    sandbox.check(Settings())
    assert "each analysis tries it again" in caplog.text


def test_a_child_that_cannot_leave_the_network_reads_no_clip(store, monkeypatch):
    start = subprocess.Popen

    def unsafe(command, **options):
        code = (
            "import core.jobs.sandbox_process as c, core.jobs.sandbox as s; "
            "s.leave_network = s._filter_calls = lambda: False; c.main(ahead=False)"
        )
        return start([*command[:-1], code], **options)

    monkeypatch.setattr(subprocess, "Popen", unsafe)
    job = run(store, "works")
    assert job.refused.key == SERVER_FAULT


@pytest.mark.parametrize(("analysis", "key"), [("opens_many_files", SERVER_FAULT), ("writes_much", SERVER_FAULT)])
def test_a_child_past_a_limit_is_refused_and_leaves_nothing(store, analysis, key):
    job = run(store, analysis)
    assert job.refused.key == key
    assert [path for part in ("clips", "media") for path in (store.folder / part).iterdir()] == []


def test_a_child_that_spends_processor_time_on_many_threads_is_stopped(store):
    spent_s = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    job = run(store, "spins", 0.5)
    assert job.refused.key == "length"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - spent_s < 10 * (os.cpu_count() or 1)


def test_a_child_that_talks_without_end_does_not_fill_the_workers_memory(store, monkeypatch):
    monkeypatch.setattr("core.jobs.sandbox_process._LONGEST_LINE", 1 << 16)
    assert run(store, "talks_without_end").state == "refused"
