"""Whoever is killed at whatever step of an analysis: no frame is left that its owner did not ask to keep."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import timedelta
from fractions import Fraction

import av
import pytest
from sqlalchemy import update

from core.jobs import queue
from core.jobs.leases import take_over
from core.model.media import MEDIA, VIDEO
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, folders, queries, questions
from core.storage.object_files import Objects
from core.storage.retention import Purged, purge, sweep
from core.storage.store import Store, key_of, now_utc
from core.storage.tables import JobRow
from tests.core.dying_worker import die, in_this_process
from tests.core.fake_analyses import FAKES, Steps
from tests.jobs import run_job

EVERY_WAY = pytest.mark.parametrize(
    ("store", "trimmed", "keep_video"),
    [
        pytest.param("folder", True, True, id="folder, trimmed with video", marks=pytest.mark.sweep),
        pytest.param("folder", True, False, id="folder, trimmed", marks=pytest.mark.sweep),
        pytest.param("folder", False, True, id="folder, whole with video", marks=pytest.mark.sweep),
        pytest.param("folder", False, False, id="folder, whole", marks=pytest.mark.sweep),
        pytest.param("s3", True, True, id="s3, trimmed with video"),  # the steps of all others are among its own
    ],
    indirect=["store"],
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """The bytes of a real clip of two seconds."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"g": "15"})
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(60):
            frame = av.VideoFrame(64, 64, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path, monkeypatch):
    s3 = request.getfixturevalue("s3") if request.param == "s3" else {}
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    with Store.open(Settings(data=tmp_path / "data", media_url=s3.get("STRIDE_MEDIA_URL"))) as store:
        yield store
        for key in [*(key for key, _ in store.files.clips()), *store.files.folders()]:
            store.remove_files(key)


def hand_in(store, clip, *, trimmed, keep_video, **answers):
    path = store.clips / "upload-1"
    path.write_bytes(clip)
    span_s = (0.5, 1.5) if trimmed else None
    return store.add(Answers(**answers), clip=path, keep_video=keep_video, span_s=span_s)


def files_of(store):
    """Return the names of all files that are kept, wherever that is."""
    here = [
        path for part in ("clips", "media", "scratch") for path in (store.folder / part).rglob("*") if path.is_file()
    ]
    there = [name for key in store.files.folders() for name in store.files.pictures(key)]
    return sorted({path.name for path in here} | {key for key, _ in store.files.clips()} | set(there))


def wanted(store, token, *, keep_video):
    """Return the names of what the owner of an ended job asked to keep."""
    if store.job(token).state != "done":
        return [[]]
    # A video may be missing if what draws it was killed.
    return [["toe_off.jpg"], [VIDEO, "toe_off.jpg"]] if keep_video else [["toe_off.jpg"]]


@EVERY_WAY
def test_an_analysis_that_is_killed_at_any_step_leaves_no_frame(store, clip, trimmed, keep_video):
    n_steps = 3 + 2 * trimmed + 2 * keep_video
    for step in range(1, n_steps + 2):
        token = hand_in(store, clip, trimmed=trimmed, keep_video=keep_video)
        run_job(store, key_of(token), f"{FAKES}dies_at_{step}")
        assert files_of(store) in wanted(store, token, keep_video=keep_video), step
        assert (store.job(token).state == "done") == (step > 3 + 2 * trimmed)
        assert purge(store) == Purged()
        if step > n_steps:
            assert (VIDEO in files_of(store)) == keep_video
        store.delete(token)
        assert files_of(store) == []


# A process of pytest has threads, and a lock that one of them holds would never be let go in a fork of it.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.core.dying_worker"])


def worker_dies(store, key, at_step):
    """Run a job in a process that is killed at a step, and return whether it was."""
    environment = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    process = FORKS.Process(target=die, args=(store.settings, environment, key, at_step))
    process.start()
    process.join()
    return process.exitcode == -signal.SIGKILL


@EVERY_WAY
def test_a_worker_that_is_killed_at_any_step_leaves_no_frame(store, clip, monkeypatch, trimmed, keep_video):
    killed, step = True, 0
    while killed:
        step += 1
        token = hand_in(store, clip, trimmed=trimmed, keep_video=keep_video)
        killed = worker_dies(store, key_of(token), step)
        # What the next worker on this machine does first.
        take_over(store, "who dies")
        store.files.scratch.forget("who dies")
        sweep(store)
        with monkeypatch.context() as patched:
            patched.setattr(queue, "run_in_child", in_this_process(Steps()))
            for key in queries.waiting(store.engine):
                run_job(store, key)
        assert files_of(store) in wanted(store, token, keep_video=keep_video), step
        assert store.job(token).state == "done"
        assert purge(store) == Purged()
        store.delete(token)
        assert files_of(store) == []
    assert step > 12


def test_the_picture_of_a_question_goes_once_it_is_answered(store, clip, monkeypatch):
    monkeypatch.setattr(queue, "run_in_child", in_this_process(Steps()))
    token = hand_in(store, clip, trimmed=True, keep_video=False, slow_motion=4.0)
    run_job(store, key_of(token))
    assert files_of(store) == sorted([key_of(token), "still.jpg"])
    questions.answer(store, token, Answers())
    run_job(store, key_of(token))
    assert files_of(store) == ["toe_off.jpg"]


@pytest.mark.parametrize("state", ["done", "refused"])
def test_the_purge_removes_every_name_that_it_does_not_know(store, clip, monkeypatch, state):
    monkeypatch.setattr(queue, "run_in_child", in_this_process(Steps()))
    token = hand_in(store, clip, trimmed=True, keep_video=False)
    run_job(store, key_of(token))
    with store.engine.begin() as connection:
        connection.execute(update(JobRow).values(state=state))
    stray = store.folder / "stray"
    stray.write_bytes(clip)
    for name in ("part", "unfinished", "still.jpg", VIDEO, "toe_off.jpg"):
        store.files.put(f"media/{key_of(token)}", name, stray)
    (store.folder / "scratch" / f"{key_of(token)}.nobody" / "work").mkdir(parents=True)
    (store.folder / "scratch" / f"{key_of(token)}.nobody" / "work" / "part").write_bytes(clip)
    would = purge(store, dry_run=True)
    found = purge(store)
    assert files_of(store) == (["toe_off.jpg"] if state == "done" else [])
    assert would == found
    assert found.strays == (5 if state == "done" else 6)


def test_what_is_being_drawn_is_no_stray(store, clip):
    token = hand_in(store, clip, trimmed=False, keep_video=True)
    task = claims.claim(store, key_of(token))
    for name in MEDIA:
        (task.media / name).write_bytes(name.encode())
    (task.work / "part").write_bytes(clip)
    assert purge(store) == Purged()
    sweep(store)
    assert (task.work / "part").exists()
    assert len(list(task.media.iterdir())) == len(MEDIA)


def test_a_worker_publishes_no_link_to_another_file(store, clip):
    token = hand_in(store, clip, trimmed=False, keep_video=True)
    task = claims.claim(store, key_of(token))
    (task.media / "toe_off.jpg").symlink_to(task.clip)
    store.files.publish(task.key, store.holder, MEDIA)
    assert store.files.picture(task.key, "toe_off.jpg") is None


def test_pieces_of_a_large_file_that_never_became_one_are_removed(store):
    if not isinstance(store.files, Objects):
        pytest.skip("only storage of objects takes files in pieces")
    storage, root = store.files._storage, store.files._root
    bucket, _, path = root.partition("/")
    for key in (f"{path}/clips/half-a-clip", "of/others"):
        storage.call_s3("create_multipart_upload", Bucket=bucket, Key=key)
    purge(store, now_utc() + timedelta(hours=2))
    assert [begun["Key"] for begun in storage.list_multipart_uploads(bucket)] == ["of/others"]
    storage.clear_multipart_uploads(bucket)


def test_a_folder_in_which_somebody_writes_is_removed_whole(tmp_path, monkeypatch):
    """A child draws a picture between the listing of its folder and the folder's own removal."""
    folder, adds = tmp_path / "media", iter(range(3))
    folder.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"frame")
    remove_folder = os.rmdir

    def rmdir(path, **options):
        if next(adds, None) is not None:
            (folder / "late.jpg").write_bytes(b"frame")
        remove_folder(path, **options)

    monkeypatch.setattr("os.rmdir", rmdir)
    folders.remove(folder)
    assert not folder.exists()


def test_a_folder_from_which_somebody_takes_is_removed_whole(tmp_path, monkeypatch):
    """A child renames its video away from the folder that is being removed."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name in "abc":
        (folder / name).write_bytes(b"frame")
    unlink, gone = os.unlink, []

    def unlinked(path, **options):
        unlink(path, **options)
        if not gone:
            gone.append(path)
            unlink(path, **options)  # as if it had been gone already

    monkeypatch.setattr("os.unlink", unlinked)
    folders.remove(folder)
    assert not folder.exists()
