"""What is kept comes back as it was, on whichever database."""

from __future__ import annotations

import io
import os
import stat

import pytest

from core.cli.main import main
from core.errors import SetUpError
from core.jobs.submission import submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, job_files
from core.storage.backup import backup, restore
from core.storage.share_links import Shares
from core.storage.store import Store, key_of, now_utc
from tests.core.fake_analyses import FAKES, a_report
from tests.jobs import run_job


@pytest.fixture
def stores(tmp_path, postgresql_url, s3, monkeypatch):
    """An empty store of one machine, and one of many: SQLite and a folder, PostgreSQL and S3."""
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    for name in ("one", "many"):
        (tmp_path / name).mkdir()
    one = Settings(data=tmp_path / "one", database_url=f"sqlite:///{tmp_path / 'one.sqlite'}")
    many = Settings(data=tmp_path / "many", database_url=postgresql_url, media_url=s3["STRIDE_MEDIA_URL"])
    with Store.open(one) as one, Store.open(many) as many:
        yield one, many
        for key in [*(key for key, _ in many.files.clips()), *many.files.folders()]:
            many.remove_files(key)


@pytest.fixture(params=["to many", "to one"])
def way(request, stores):
    """The store that is copied, and the one that takes its place."""
    return stores if request.param == "to many" else stores[::-1]


@pytest.fixture
def filled(way):
    """A store with a result, which is shared, and a clip that waits."""
    with way[0] as store:
        done, waiting = (submit(io.BytesIO(clip), Answers(effort="easy"), store) for clip in (b"one", b"two"))
        run_job(store, key_of(done), FAKES + "works")
        link = Shares(store.engine, now_utc).make(done, life=None, runner="Anna")
        yield store, done, waiting, link


def test_a_copy_opens_with_the_same_tokens(tmp_path, way, filled):
    store, done, waiting, link = filled
    assert backup(store, tmp_path / "copy") == 2
    with way[1] as new:
        assert restore(new, tmp_path / "copy") == 2
        assert new.job(done).report == store.job(done).report
        assert new.job(waiting).place_in_queue == 1
        assert job_files.media(new, done, "toe_off.jpg").read_bytes() == b"picture"
        assert Shares(new.engine, now_utc).open(link.token).runner == "Anna"
        assert run_job(new, key_of(waiting), FAKES + "works")
        assert new.job(waiting).report.clip.codec == "two"
        later = submit(io.BytesIO(b"three"), Answers(), new)
        assert new.job(later).place_in_queue == 1
        with pytest.raises(SetUpError, match="empty"):
            restore(new, tmp_path / "copy")


def test_a_copy_holds_no_token_and_is_not_written_over(tmp_path, filled):
    store, done, waiting, link = filled
    backup(store, tmp_path / "copy")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())
    assert not any(token.encode() in kept for token in (done, waiting, link.token))
    with pytest.raises(SetUpError, match="new folder"):
        backup(store, tmp_path / "copy")


def test_by_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "data"))
    assert main(["backup", str(tmp_path / "copy")]) == 0
    assert main(["restore", str(tmp_path / "copy")]) == 0
    assert main(["restore", str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr()
    assert said.out == f"Kept 0 jobs in {tmp_path / 'copy'}.\nBrought 0 jobs back.\n"
    assert "There is no backup" in said.err


@pytest.mark.parametrize("kept_in", ["folder", "s3"])
def test_a_copy_is_for_nobody_but_its_maker(tmp_path, request, monkeypatch, kept_in):
    if kept_in == "s3":
        for name, value in request.getfixturevalue("s3").items():
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "new" / "data"))
    before = os.umask(0)  # the most generous one
    try:
        with Store.open(Settings.from_environment()) as store:
            done, waiting = (submit(io.BytesIO(clip), Answers(), store) for clip in (b"one", b"two"))
            task = claims.claim(store, key_of(done))
            (task.media / "toe_off.jpg").write_bytes(b"picture")
            claims.finish(store, task.key, a_report(Answers()))
            claims.tidy(store, task.key)
            backup(store, tmp_path / "backups" / "of today" / "copy")
            for token in (done, waiting):
                store.delete(token)
    finally:
        os.umask(before)
    written = [tmp_path / "backups", *(tmp_path / "backups").rglob("*")]
    assert {path.name for path in written} >= {"tables.jsonl", "toe_off.jpg", key_of(waiting)}
    modes = {path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in written}
    assert modes == {name: 0o700 if (tmp_path / name).is_dir() else 0o600 for name in modes}
    folders = [tmp_path / "new", *(path for path in (tmp_path / "new").rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new" / "data").glob("store.sqlite*")} == {0o600}
