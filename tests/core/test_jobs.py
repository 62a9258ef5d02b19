from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import SERVER_FAULT, AnalysisStopped, Choices, NotFound, Refused, SetUpError
from core.jobs import queue, scheduler, submission
from core.jobs.sandbox_process import run_in_child
from core.jobs.submission import submit, submit_demo
from core.jobs.worker import worker_running
from core.model.measures import Measured
from core.model.media import MEDIA
from core.model.progress import Progress
from core.model.report import CHECKS, Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage import claims, job_files, queries, questions
from core.storage.lives import QUESTION_LIFE
from core.storage.store import Store, key_of, now_utc
from tests.builders import change
from tests.core.fake_analyses import a_report
from tests.jobs import run_job

ANSWERS = Answers(effort="10k")
FAKES = "tests.core.fake_analyses:"
PATIENCE_S = 60


@pytest.fixture
def store(tmp_path):
    with Store.open(Settings(data=tmp_path / "data", time_limit_s=240, memory_limit_mb=1024)) as store:
        yield store


def wait_for(condition):
    """Return what the condition gives as soon as it is true, or fail."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE_S} s in vain")


def hand_in(store, clip=b"h264"):
    return submit(io.BytesIO(clip), ANSWERS, store)


def run(store, token, analysis):
    run_job(store, key_of(token), FAKES + analysis)
    return store.job(token)


def is_alive(pid):
    """Whether the process runs; a dead one that nobody has collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def pids_of(store, at_least=1):
    """Return the ids of the processes that `waits` has run in, once there are that many."""
    path = store.folder / "pids"
    return wait_for(
        lambda: path.exists() and len(path.read_text().splitlines()) >= at_least and path.read_text()
    ).split()


# --- handing in ------------------------------------------------------------------------------------------------------


def test_an_upload_waits_in_the_queue_with_its_whole_content(store):
    clip = os.urandom(3 << 20)
    token = hand_in(store, clip)
    assert (store.clips / key_of(token)).read_bytes() == clip
    assert store.job(token).state == "waiting"
    assert queries.waiting(store.engine) == [key_of(token)]


def test_an_upload_is_read_from_its_start(store):
    clip = io.BytesIO(b"read once before")
    clip.read()
    token = submit(clip, ANSWERS, store)
    assert (store.clips / key_of(token)).read_bytes() == b"read once before"


@pytest.mark.parametrize(("clip", "key"), [(b"", "readable_file"), (bytes((1 << 20) + 1), "file_size")])
def test_an_empty_or_too_large_upload_is_refused_and_not_kept(store, clip, key):
    change(store, upload_mb=1)
    with pytest.raises(Refused) as refusal:
        hand_in(store, clip)
    assert refusal.value.key == key
    assert list(store.clips.iterdir()) == []


def test_an_upload_of_just_the_allowed_size_is_taken(store):
    change(store, upload_mb=1)
    assert store.job(hand_in(store, bytes(1 << 20))).state == "waiting"


def test_the_demo_is_handed_in_like_an_upload_and_stays_where_it_is(store, tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "DEMO_CLIP", tmp_path / "demo.mp4")
    with pytest.raises(SetUpError):
        submit_demo(ANSWERS, store)
    submission.DEMO_CLIP.write_bytes(b"the demo")
    token = submit_demo(ANSWERS, store)
    assert claims.claim(store, key_of(token)).clip.read_bytes() == b"the demo"
    assert submission.DEMO_CLIP.exists()


# --- one analysis in its child ---------------------------------------------------------------------------------------


def test_a_report_comes_back_with_pictures_and_the_clip_is_gone(store):
    token = hand_in(store, b"the clip's own content")
    job = run(store, token, "works")
    assert job.report == a_report(ANSWERS, codec="the clip's own content")
    assert job_files.media(store, token, "toe_off.jpg").read_bytes() == b"picture"
    assert list(store.clips.iterdir()) == []


@pytest.mark.parametrize(
    ("analysis", "limits", "key", "stopped"),
    [
        ("refuses", {}, "side_on", False),
        ("has_a_bug", {}, SERVER_FAULT, True),
        ("dies", {}, SERVER_FAULT, True),
        ("breaks_memory", {}, SERVER_FAULT, True),
        ("eats_memory", {"memory_limit_mb": 400}, "file_size", True),
        ("hangs", {"time_limit_s": 1}, "length", True),
        ("is_not_there", {}, SERVER_FAULT, True),
        ("lacks_its_model", {}, SERVER_FAULT, True),
    ],
)
def test_every_other_end_is_a_plain_refusal_and_leaves_no_file(store, capfd, analysis, limits, key, stopped):
    change(store, **limits)
    token = hand_in(store)
    job = run(store, token, analysis)
    assert job.state == "refused"
    assert (job.refused.key, isinstance(job.refused, AnalysisStopped)) == (key, stopped)
    assert job.refused.key in (*CHECKS, SERVER_FAULT)
    assert str(job.refused.what)
    # Whoever runs the server finds the job by what its owner quotes.
    assert (key_of(token)[:12] in str(job.refused.advice)) == (key == SERVER_FAULT)
    assert [path for part in ("clips", "media") for path in (store.folder / part).iterdir()] == []
    assert ("a bug of ours" in capfd.readouterr().err) == (analysis == "has_a_bug")


def test_progress_is_the_childs_own(store):
    token = hand_in(store)
    seen = []
    task = claims.claim(store, key_of(token))
    run_in_child(task, store.settings, lambda now: not seen.append(now), lambda _: None, analysis=FAKES + "works")
    assert seen == [Progress("reading", 1, 2)]


def test_a_deleted_job_is_not_analysed_to_its_end(store, monkeypatch):
    token = hand_in(store)
    set_progress = claims.set_progress

    def delete_first(*step):
        with contextlib.suppress(NotFound):
            store.delete(token)
        return set_progress(*step)

    monkeypatch.setattr(claims, "set_progress", delete_first)
    run_job(store, key_of(token), FAKES + "waits")
    assert not any(is_alive(pid) for pid in pids_of(store))
    assert [path for part in ("clips", "media") for path in (store.folder / part).iterdir()] == []


def test_a_job_deleted_while_it_waited_is_passed_over(store):
    token = hand_in(store)
    store.delete(token)
    run_job(store, key_of(token), FAKES + "works")
    with pytest.raises(NotFound):
        store.job(token)


def test_the_analysis_cannot_reach_the_network(store):
    left = "import sys; from core.jobs.sandbox import leave_network; sys.exit(not leave_network())"
    if subprocess.run([sys.executable, "-c", left], cwd=ROOT, check=False).returncode:
        pytest.skip("this system does not let a process leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        token = hand_in(store, str(server.getsockname()[1]).encode())
        assert run(store, token, "phones_home").state == "refused"
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


# --- a question ------------------------------------------------------------------------------------------------------


def test_an_analysis_that_asks_goes_on_with_the_answer(store):
    token = hand_in(store, b"h264")
    job = run(store, token, "asks")
    assert (job.state, job.refused.key, job.refused.choices) == ("asks", "true_speed", Choices(slow_motion=(4.0, 2.0)))
    answers = replace(ANSWERS, slow_motion=4.0)
    for _ in range(2):  # a second tap changes nothing
        submission.answer(token, answers, store)
    assert queries.waiting(store.engine) == [key_of(token)]
    assert run(store, token, "asks").report == a_report(answers)
    assert list(store.clips.iterdir()) == []


def test_a_worker_killed_between_question_and_answer_changes_nothing(store):
    with worker_running(store, analysis=FAKES + "asks"):
        token = hand_in(store)
        assert wait_for(lambda: store.job(token).state == "asks")
    with worker_running(store, analysis=FAKES + "asks"):
        later = hand_in(store)
        assert wait_for(lambda: store.job(later).state == "asks")
        assert store.job(token).state == "asks"
        submission.answer(token, replace(ANSWERS, slow_motion=2.0), store)
        assert wait_for(lambda: store.job(token).report).answers.slow_motion == 2.0
    # A worker that was told to take up an answer and died before it could.
    questions.answer(store, later, replace(ANSWERS, slow_motion=8.0))
    with worker_running(store, analysis=FAKES + "asks"):
        assert wait_for(lambda: store.job(later).report).answers.slow_motion == 8.0


def test_the_scheduler_ends_a_question_while_an_analysis_runs(store, monkeypatch):
    monkeypatch.setattr(scheduler, "_LOOK_EVERY_S", 0.05)
    asking = hand_in(store)
    assert run(store, asking, "asks").state == "asks"
    store.clock = lambda: now_utc() + QUESTION_LIFE
    free, done = threading.Semaphore(1), threading.Event()
    monkeypatch.setattr(queue, "run_in_child", lambda *_, **__: done.wait(PATIENCE_S))
    hand_in(store)
    assert queue._start_next(store, free, "")
    assert (queries.running(store.engine), free.acquire(blocking=False)) == (1, False)
    ended = scheduler.keep_time(store)
    try:
        wait_for(lambda: not store.files.holds_clip(key_of(asking)))
        assert (questions.questions_over(store), queries.running(store.engine)) == ([], 1)
    finally:
        ended.set()
        done.set()


# --- the worker process ----------------------------------------------------------------------------------------------


@pytest.mark.pose
def test_the_demo_gets_its_report_and_pictures_from_the_real_analysis(store, short_demo, monkeypatch):
    monkeypatch.setattr(submission, "DEMO_CLIP", short_demo)
    with worker_running(store):
        token = submit_demo(ANSWERS, store)
        job = wait_for(lambda: (job := store.job(token)).state in ("done", "refused") and job)
        wait_for(lambda: not job_files.still_drawn(store, token))
    assert job.refused is None
    assert isinstance(job.report.measures["trunk_lean"], Measured)
    assert all(job_files.media(store, token, name).stat().st_size for name in MEDIA)
    assert list(store.clips.iterdir()) == []


def test_progress_and_place_are_told_while_the_worker_works(store):
    with worker_running(store, analysis=FAKES + "waits"):
        first, second = hand_in(store), hand_in(store)
        early = wait_for(lambda: (now := store.job(first).progress).done and now)
        assert (store.job(first).state, early.stage, early.total) == ("running", "reading", 1000)
        assert wait_for(lambda: store.job(first).progress.done > early.done)
        assert store.job(second).place_in_queue == 1
        (store.folder / "go").touch()
        assert wait_for(lambda: store.job(second).report)


def test_stopping_ends_everything_and_the_next_start_takes_the_work_up_again(store):
    with worker_running(store, analysis=FAKES + "waits"):
        running, waiting = hand_in(store), hand_in(store)
        pids = pids_of(store)
    wait_for(lambda: not any(is_alive(pid) for pid in pids))
    assert store.job(running).state == "waiting"
    assert len(list(store.clips.iterdir())) == 2
    (store.folder / "go").touch()
    with worker_running(store, analysis=FAKES + "waits"):
        assert wait_for(lambda: store.job(running).report)
        assert wait_for(lambda: store.job(waiting).report)


def test_a_killed_analysis_is_refused_and_the_next_one_runs(store):
    with worker_running(store, analysis=FAKES + "waits"):
        token = hand_in(store)
        os.kill(int(pids_of(store)[0]), signal.SIGKILL)
        assert wait_for(lambda: store.job(token).refused).key == SERVER_FAULT
        (store.folder / "go").touch()
        later = hand_in(store)
        assert wait_for(lambda: store.job(later).report)


def test_a_killed_worker_is_replaced_and_its_job_taken_up_again(store):
    with worker_running(store, analysis=FAKES + "waits"):
        token = hand_in(store)
        child = pids_of(store)[0]
        worker = int(Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[1])
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not is_alive(child))
        again = pids_of(store, at_least=2)[1]
        assert again != child
        (store.folder / "go").touch()
        assert wait_for(lambda: store.job(token).report)


def test_nothing_outlives_a_server_that_is_killed(store):
    code = (
        "import time\n"
        "from core.jobs.worker import worker_running\n"
        "from core.settings import Settings\n"
        "from core.storage.store import Store\n"
        f"with worker_running(Store.open(Settings.from_environment()), analysis={FAKES + 'waits'!r}): time.sleep(600)"
    )
    environment = os.environ | {"STRIDE_DATA": str(store.folder)}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment) as server:
        token = hand_in(store)
        child = pids_of(store)[0]
        worker = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[1]
        server.kill()
    wait_for(lambda: not is_alive(child) and not is_alive(worker))
    assert store.job(token).state == "running"
    (store.folder / "go").touch()
    with worker_running(store, analysis=FAKES + "waits"):
        assert wait_for(lambda: store.job(token).report)


def test_two_workers_share_a_folder_without_doing_the_work_twice(store):
    with worker_running(store, analysis=FAKES + "waits"), worker_running(store, analysis=FAKES + "waits"):
        tokens = [hand_in(store) for _ in range(2)]
        pids_of(store)
        (store.folder / "go").touch()
        for token in tokens:
            assert wait_for(lambda token=token: store.job(token).report)
    assert len((store.folder / "pids").read_text().splitlines()) == 2


def test_as_many_clips_are_analysed_at_once_as_asked_for(store, monkeypatch):
    change(store, workers=2)
    with worker_running(store, analysis=FAKES + "waits"):
        tokens = [hand_in(store) for _ in range(2)]
        assert len(set(pids_of(store, at_least=2))) == 2
        assert [store.job(token).state for token in tokens] == ["running", "running"]
