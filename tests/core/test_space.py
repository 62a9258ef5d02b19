"""A disk that is full: what is stored can be removed, which makes room, and everyone is told in words."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import io
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from core.errors import NoSpace, NotFound
from core.jobs import uploads
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims
from core.storage.disk_space import is_full, saying_if_full
from core.storage.lives import REPORT_LIFE
from core.storage.retention import due, purge
from core.storage.share_links import Shares
from core.storage.store import Store, key_of, now_utc
from tests.core.fake_analyses import a_report
from tests.test_uploads import Browser

HOUR = timedelta(hours=1)


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk):
    with (disk / "filler").open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 12)):  # what is free ends at a whole page
            pass
    assert shutil.disk_usage(disk).free == 0


@pytest.fixture
def full(small_disk):
    """A store with two results on a disk that is full, and their tokens."""
    with Store.open(Settings(data=small_disk / "data")) as store:
        tokens = [submit(io.BytesIO(b"clip"), Answers(), store) for _ in range(2)]
        for token in tokens:
            task = claims.claim(store, key_of(token))
            (task.media / "kinogram.jpg").write_bytes(bytes(100_000))
            claims.finish(store, task.key, a_report(Answers()))
            claims.tidy(store, task.key)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        fill(small_disk)
        yield store, tokens


@pytest.mark.parametrize("opened", [True, False])
def test_a_result_can_be_deleted_and_makes_room(full, opened):
    store, (one, other) = full
    if not opened:  # to open the database takes room too
        store.engine.dispose()
    store.delete(one)
    with pytest.raises(NotFound):
        store.job(one)
    assert not (store.folder / "media" / key_of(one)).exists()
    assert store.job(other).report
    assert submit(io.BytesIO(b"clip"), Answers(), store)


def test_the_purge_makes_room_though_it_cannot_note_that_it_ran(full):
    store, tokens = full
    store.clock = lambda: now_utc() + REPORT_LIFE + HOUR
    assert due(store, "purge", HOUR)
    assert purge(store).jobs == len(tokens)
    assert list((store.folder / "media").iterdir()) == []


def test_what_cannot_be_taken_is_refused_in_words(full):
    store, (token, _) = full
    with pytest.raises(NoSpace) as said:
        submit(io.BytesIO(bytes(1 << 19)), Answers(), store)
    assert str(said.value.what) == "The server has no room left to store anything."
    assert [path for path in store.clips.iterdir() if path.stat().st_size] == []
    with pytest.raises(NoSpace):
        Shares(store.engine, now_utc).make(token, life=None, runner="x" * 40)


def test_an_upload_gets_507_in_words_and_goes_on_later(tmp_path, monkeypatch):
    def no_room(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with Store.open(Settings(data=tmp_path / "data")) as store:
        browser, token = Browser(store), uploads.begin(8, Answers(), store)
        key = key_of(token)
        with monkeypatch.context() as patched:
            patched.setattr(uploads, "append", no_room)
            status, headers = asyncio.run(browser.patch(key, 0, b"the clip"))
        assert (status, headers["tus-resumable"]) == (507, "1.0.0")
        assert "no room" in browser.text
        assert browser.head(key) == 0
        assert asyncio.run(browser.patch(key, 0, b"the clip"))[0] == 204
        assert store.job(token).state == "waiting"


def test_each_kind_of_error_is_known(tmp_path):
    assert is_full(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert not is_full(OSError(errno.EACCES, "Permission denied"))
    with Store.open(Settings(data=tmp_path / "data")) as store, store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS tallies (n INTEGER)")
        with pytest.raises(NoSpace) as said, saying_if_full():
            connection.exec_driver_sql("CREATE TABLE more AS SELECT zeroblob(1000000) AS much")
    assert isinstance(said.value.__cause__, OperationalError)
    with pytest.raises(ZeroDivisionError), saying_if_full():
        _ = 1 / 0


def test_postgresql_that_is_full_is_known():
    psycopg = pytest.importorskip("psycopg")
    assert is_full(OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")))
    assert not is_full(OperationalError("INSERT", {}, psycopg.errors.OperationalError("connection lost")))
