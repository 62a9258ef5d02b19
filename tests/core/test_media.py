"""Clips and pictures in a folder, in a folder that machines share, and in S3-compatible storage."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from core.errors import NotFound
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import job_files, object_files, questions
from core.storage.lives import REPORT_LIFE
from core.storage.retention import Purged, purge
from core.storage.store import Store, key_of, now_utc
from tests.core.fake_analyses import FAKES
from tests.jobs import run_job


@pytest.fixture(params=["folder", "shared folder", "s3"])
def settings(request, tmp_path):
    if request.param == "s3":
        return request.getfixturevalue("s3")
    return {} if request.param == "folder" else {"STRIDE_MEDIA_URL": f"file://{tmp_path / 'shared'}"}


@pytest.fixture
def web(tmp_path, settings, monkeypatch):
    """The store as a web server has it."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with Store.open(Settings(data=tmp_path / "web", media_url=settings.get("STRIDE_MEDIA_URL"))) as store:
        yield store
        for key in [*(key for key, _ in store.files.clips()), *store.files.folders()]:
            store.remove_files(key)


@pytest.fixture
def worker(tmp_path, web, settings):
    """The same database for a worker; where the storage is shared, on another machine."""
    folder = tmp_path / ("worker" if settings else "web")
    with Store.open(replace(web.settings, data=folder, database_url=web.settings.database)) as store:
        yield store


def hand_in(web):
    return submit(io.BytesIO(b"clip"), Answers(), web)


def nothing_left(*stores):
    for store in stores:
        assert list(store.files.clips()) == store.files.folders() == list(store.clips.iterdir()) == []
        for part in ("media", "scratch"):
            assert not [path for path in (store.folder / part).rglob("*") if path.is_file()]


def test_a_picture_goes_from_the_worker_to_the_page(web, worker):
    token = hand_in(web)
    assert [key for key, _ in web.files.clips()] == [key_of(token)]
    assert run_job(worker, key_of(token), FAKES + "works")
    assert web.job(token).report.clip.codec == "clip"
    assert job_files.media(web, token, "toe_off.jpg").read_bytes() == b"picture"
    with pytest.raises(NotFound):
        job_files.media(web, token, "mid_stance.jpg")
    assert list(web.files.clips()) == []
    assert not job_files.still_drawn(web, token)


def test_a_deleted_result_leaves_nothing_anywhere(web, worker):
    token = hand_in(web)
    run_job(worker, key_of(token), FAKES + "works")
    web.delete(token)
    nothing_left(web, worker)


def test_a_refused_clip_leaves_nothing_anywhere(web, worker):
    token = hand_in(web)
    run_job(worker, key_of(token), FAKES + "refuses")
    assert web.job(token).state == "refused"
    nothing_left(web, worker)


def test_a_clip_that_asks_is_kept_and_analysed_elsewhere(web, worker):
    token = hand_in(web)
    run_job(worker, key_of(token), FAKES + "asks")
    assert web.job(token).state == "asks"
    questions.answer(web, token, Answers(slow_motion=2.0))
    run_job(web, key_of(token), FAKES + "asks")
    assert web.job(token).report.answers.slow_motion == 2.0
    assert list(web.files.clips()) == []


def test_the_clock_finds_what_is_over_and_what_belongs_to_nobody(web, worker):
    token = hand_in(web)
    run_job(worker, key_of(token), FAKES + "works")
    (web.clips / "upload-1").write_bytes(b"half a cl")
    later = now_utc() + REPORT_LIFE + timedelta(minutes=1)
    would = purge(web, later, dry_run=True)
    assert would == Purged(jobs=1, clips=1)
    assert web.job(token).report is not None
    assert purge(web, later) == would
    nothing_left(web, worker)
    assert purge(web, later) == Purged()


def test_a_clip_that_is_gone_is_refused(web, worker):
    token = hand_in(web)
    web.files.remove_clip(key_of(token))
    run_job(worker, key_of(token), FAKES + "works")
    assert web.job(token).state == "refused"


def test_storage_that_is_away_costs_a_clip_nothing(web, worker, monkeypatch):
    token = hand_in(web)

    def away(*_):
        raise ConnectionError("the storage does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(worker.files, "workplace", away)
        with pytest.raises(ConnectionError):
            run_job(worker, key_of(token), FAKES + "works")
    assert web.job(token).place_in_queue == 1
    run_job(worker, key_of(token), FAKES + "works")
    assert web.job(token).report is not None


def test_what_was_fetched_to_be_shown_does_not_stay(web, worker, settings, monkeypatch):
    if "AWS_ENDPOINT_URL" not in settings:
        pytest.skip("nothing is fetched")
    monkeypatch.setattr(object_files, "_SHOWN_WITHIN_S", 0.3)
    token = hand_in(web)
    run_job(worker, key_of(token), FAKES + "works")
    path = job_files.media(web, token, "toe_off.jpg")
    assert path.is_file()
    deadline = time.monotonic() + 10
    while path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
