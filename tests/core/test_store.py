from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.errors import AnalysisStopped, Choices, NotFound, Refused
from core.i18n.message import message
from core.jobs.leases import take_over
from core.model.media import MEDIA, STILL, VIDEO
from core.model.progress import Progress
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, job_files, queries, questions
from core.storage.lives import QUESTION_LIFE, REFUSED_LIFE, REPORT_LIFE, UPLOAD_LIFE
from core.storage.retention import Purged, due, purge
from core.storage.share_links import Shares
from core.storage.store import Store, key_of
from core.storage.tables import JobRow
from tests.core.conftest import START, kept
from tests.core.fake_analyses import a_report

ANSWERS = Answers(effort="easy", pace_s_per_km=330.0, surface="ground", slow_motion=4.0, sitting_hours=8, height_cm=178)


@pytest.fixture
def store(tmp_path, database_url, clock):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url), clock=clock) as store:
        yield store


def add(store, *, clip=b"a clip", **options):
    upload = store.clips / "upload-1"
    upload.write_bytes(clip)
    return store.add(ANSWERS, clip=upload, **options)


def finish(store, token, report=None):
    """Take the job to its end, with pictures."""
    task = claims.claim(store, key_of(token))
    for name in MEDIA:
        (task.media / name).write_bytes(name.encode())
    claims.finish(store, task.key, report or a_report(ANSWERS))
    claims.tidy(store, task.key)


def files_of(store):
    return sorted(path for folder in ("clips", "media") for path in (store.folder / folder).rglob("*"))


def test_a_job_goes_from_waiting_to_done_and_comes_back_as_it_was(store):
    token = add(store)
    job = store.job(token)
    assert (job.state, job.place_in_queue, job.answers, job.report) == ("waiting", 1, ANSWERS, None)
    assert job.made_on == START

    task = claims.claim(store, key_of(token))
    assert task.answers == ANSWERS
    assert task.clip.read_bytes() == b"a clip"
    assert claims.set_progress(store, task.key, Progress("reading", 30, 600, 168.4))
    job = store.job(token)
    assert (job.state, job.progress, job.place_in_queue) == ("running", Progress("reading", 30, 600, 168.4), 0)

    report = a_report(ANSWERS)
    claims.finish(store, task.key, report)
    job = store.job(token)
    assert (job.state, job.report, job.refused) == ("done", report, None)
    assert job.progress.cadence_spm is None  # what a refused clip told on the way is not kept either
    assert job.expires_on == START + timedelta(days=180)


def test_a_report_outlives_the_program(store, tmp_path, database_url, clock):
    token = add(store)
    finish(store, token)
    store.close()
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url), clock=clock) as again:
        assert again.job(token).report == a_report(ANSWERS)


@pytest.mark.parametrize("kind", [Refused, AnalysisStopped])
def test_a_refusal_comes_back_as_it_was_and_nothing_drawn_is_left(store, kind):
    token = add(store)
    task = claims.claim(store, key_of(token))
    (task.media / "toe_off.jpg").write_bytes(b"picture")
    claims.refuse(
        store, task.key, kind("side_on", message("It is filmed from the front."), message("Film from the side."))
    )
    job = store.job(token)
    assert job.state == "refused"
    assert type(job.refused) is kind
    assert (job.refused.key, str(job.refused.what), str(job.refused.advice)) == (
        "side_on",
        "It is filmed from the front.",
        "Film from the side.",
    )
    assert files_of(store) == []


def test_the_clip_is_gone_when_the_analysis_ends(store):
    token = add(store)
    task = claims.claim(store, key_of(token))
    claims.finish(store, task.key, a_report(ANSWERS))
    assert store.job(token).report is not None
    assert job_files.still_drawn(store, token)  # the video is made when the report is there
    claims.tidy(store, task.key)
    assert not job_files.still_drawn(store, token)
    assert list(store.clips.iterdir()) == []


def test_what_is_drawn_of_a_job_deleted_meanwhile_is_not_left(store):
    token = add(store)
    task = claims.claim(store, key_of(token))
    claims.finish(store, task.key, a_report(ANSWERS))
    store.delete(token)
    task.media.mkdir()
    (task.media / "unfinished").write_bytes(b"video")
    claims.tidy(store, task.key)
    assert files_of(store) == []


def test_the_queue_tells_each_its_place(store):
    first, second, third = (add(store) for _ in range(3))
    assert [store.job(token).place_in_queue for token in (first, second, third)] == [1, 2, 3]
    claims.claim(store, key_of(first))
    store.delete(second)
    assert store.job(third).place_in_queue == 1


def test_a_job_is_claimed_once(store):
    token = add(store)
    assert claims.claim(store, key_of(token)) is not None
    assert claims.claim(store, key_of(token)) is None


def test_tokens_are_long_random_and_not_kept(store):
    tokens = {add(store) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)  # 43 characters of base64 are 256 bits
    found = kept(store)
    assert not any(token.encode() in found for token in tokens)
    assert hashlib.sha256(tokens.pop().encode()).hexdigest().encode() in found


@pytest.mark.parametrize("token", ["", "nobody", "../../etc/passwd", "' OR 1=1 --"])
def test_an_unknown_token_opens_nothing(store, token):
    add(store)
    for ask in (store.job, store.delete, lambda token: job_files.media(store, token, "toe_off.jpg")):
        with pytest.raises(NotFound):
            ask(token)


def test_deletion_really_deletes(store):
    token, other = add(store), add(store)
    finish(store, token, a_report(ANSWERS, codec="secret-of-the-runner"))
    finish(store, other)
    assert b"secret-of-the-runner" in kept(store)
    store.delete(token)
    with pytest.raises(NotFound):
        store.job(token)
    assert b"secret-of-the-runner" not in kept(store)
    assert not any(key_of(token) in str(path) for path in files_of(store))
    assert job_files.media(store, other, "toe_off.jpg").is_file()


def test_a_deletion_in_the_middle_of_an_analysis_leaves_nothing(store):
    token = add(store)
    task = claims.claim(store, key_of(token))
    store.delete(token)
    assert not claims.set_progress(store, task.key, Progress("reading", 1, 2))
    task.media.mkdir()
    (task.media / VIDEO).write_bytes(b"drawn before the worker noticed")
    claims.finish(store, task.key, a_report(ANSWERS))
    claims.tidy(store, task.key)
    with pytest.raises(NotFound):
        store.job(token)
    assert files_of(store) == []


def test_media_are_found_by_name_and_only_by_the_names_there_are(store):
    token = add(store)
    finish(store, token)
    assert job_files.media(store, token, "mid_stance.jpg").read_bytes() == b"mid_stance.jpg"
    folder = job_files.media(store, token, "mid_stance.jpg").parent
    (folder / "other.txt").write_text("x")
    for name in ("other.txt", "../../store.sqlite", str(store.folder / "store.sqlite"), "", ".", "toe_off.jpg/"):
        with pytest.raises(NotFound):
            job_files.media(store, token, name)


def test_a_video_that_was_not_made_is_not_found(store):
    token = add(store)
    claims.finish(store, claims.claim(store, key_of(token)).key, a_report(ANSWERS))
    with pytest.raises(NotFound):
        job_files.media(store, token, VIDEO)


def test_a_report_lives_180_days_and_its_video_30(store, clock):
    token = add(store, keep_video=True)
    finish(store, token)
    assert purge(store, START + timedelta(days=29, hours=23)) == Purged()
    assert purge(store, START + timedelta(days=30)) == Purged(videos=1)
    with pytest.raises(NotFound):
        job_files.media(store, token, VIDEO)
    assert job_files.media(store, token, "toe_off.jpg").is_file()
    assert purge(store, START + timedelta(days=179, hours=23)) == Purged()
    assert purge(store, START + timedelta(days=180)) == Purged(jobs=1)
    assert files_of(store) == []


def test_an_expired_report_is_not_shown_even_before_the_purge(store, clock):
    token = add(store)
    finish(store, token)
    clock.now += timedelta(days=180)
    with pytest.raises(NotFound):
        store.job(token)
    with pytest.raises(NotFound):
        job_files.media(store, token, "toe_off.jpg")


def test_unfinished_jobs_end_after_a_day_and_refused_ones_after_a_week(store):
    _, running, refused = (add(store) for _ in range(3))
    claims.claim(store, key_of(running))
    claims.claim(store, key_of(refused))
    claims.refuse(store, key_of(refused), Refused("length", message("Too short."), message("Film longer.")))
    assert purge(store, START + timedelta(hours=23)) == Purged()
    assert purge(store, START + timedelta(days=1)) == Purged(jobs=2)
    assert files_of(store) == []
    assert store.job(refused).state == "refused"
    assert purge(store, START + timedelta(days=7)) == Purged(jobs=1)


def test_files_without_a_job_are_swept_but_not_an_upload_under_way(store):
    upload = store.clips / "upload-2"
    upload.write_bytes(b"half a cl")
    written = datetime.fromtimestamp(upload.stat().st_mtime, UTC)
    (store.folder / "media" / "nobody").mkdir()
    assert purge(store, written + timedelta(minutes=59)) == Purged(folders=1)
    assert purge(store, written + timedelta(minutes=61)) == Purged(clips=1)


def test_interrupted_jobs_wait_again_in_their_order(store):
    running, waiting = add(store), add(store)
    claims.claim(store, key_of(running))
    take_over(store, store.holder)
    assert queries.waiting(store.engine) == [key_of(running), key_of(waiting)]
    assert store.job(running).state == "waiting"


def test_an_interrupted_job_without_its_clip_is_refused_politely(store):
    token = add(store)
    claims.claim(store, key_of(token)).clip.unlink()
    take_over(store, store.holder)
    assert isinstance(store.job(token).refused, AnalysisStopped)


def test_a_clip_that_was_there_each_time_the_worker_died_is_not_tried_for_ever(store):
    token = add(store)
    for _ in range(3):
        take_over(store, store.holder)
        assert claims.claim(store, key_of(token)) is not None
    take_over(store, store.holder)
    assert isinstance(store.job(token).refused, AnalysisStopped)


def test_a_clip_left_by_a_worker_killed_right_after_the_report_is_removed(store):
    token = add(store)
    claims.finish(store, claims.claim(store, key_of(token)).key, a_report(ANSWERS))
    assert job_files.still_drawn(store, token)
    take_over(store, store.holder)
    assert list(store.clips.iterdir()) == []
    assert store.job(token).state == "done"


# --- a question ------------------------------------------------------------------------------------------------------

WHO = Refused(
    "one_runner",
    message("Two people run in this clip."),
    message("Film one runner alone."),
    Choices(runners=((0.1, 0.2, 0.3, 0.9), (0.6, 0.2, 0.8, 0.9)), faces=((0.15, 0.2, 0.2, 0.3),), time_s=1.5),
)
ANSWERED = replace(ANSWERS, runner_at=(0.2, 0.55, 1.5))


@pytest.fixture
def asking(store):
    """The token of a job that asks who of two is meant."""
    token = add(store)
    task = claims.claim(store, key_of(token))
    (task.media / STILL).write_bytes(b"two runners")
    claims.ask(store, task.key, WHO)
    return token


def test_a_question_comes_back_as_it_was_and_the_clip_is_kept_for_its_answer(store, asking):
    job = store.job(asking)
    assert (job.state, job.report, job.place_in_queue) == ("asks", None, 0)
    assert (type(job.refused), job.refused.args, job.refused.choices) == (Refused, WHO.args, WHO.choices)
    assert job_files.media(store, asking, STILL).read_bytes() == b"two runners"
    assert queries.waiting(store.engine) == []
    assert claims.claim(store, key_of(asking)) is None
    assert purge(store, START + QUESTION_LIFE - timedelta(seconds=1)) == Purged()
    take_over(store, store.holder)
    assert store.job(asking).state == "asks"
    assert [clip.read_bytes() for clip in store.clips.iterdir()] == [b"a clip"]


def test_an_answer_lets_the_same_clip_wait_again_once(store, asking):
    assert questions.answer(store, asking, ANSWERED, visitor="a visitor")
    assert not questions.answer(store, asking, ANSWERS)
    job = store.job(asking)
    assert (job.state, job.answers, job.refused, job.place_in_queue) == ("waiting", ANSWERED, None, 1)
    task = claims.claim(store, key_of(asking))
    assert (task.answers, task.clip.read_bytes(), list(task.media.iterdir())) == (ANSWERED, b"a clip", [])
    assert not questions.answer(store, asking, ANSWERS)
    claims.finish(store, task.key, a_report(ANSWERED))
    claims.tidy(store, task.key)
    assert not questions.answer(store, asking, ANSWERS)
    assert store.job(asking).report == a_report(ANSWERED)
    assert list(store.clips.iterdir()) == []


def test_who_answers_stands_before_those_who_came_later(store, asking):
    later = [add(store, visitor=name) for name in ("b", "b", "c")]
    questions.answer(store, asking, ANSWERED, visitor="a")
    assert queries.waiting(store.engine)[0] == key_of(asking)
    assert store.job(later[1]).place_in_queue == 4


def test_who_has_no_answer_gets_the_refusal_and_nothing_is_kept(store, asking):
    for _ in range(2):
        questions.decline(store, asking)
        job = store.job(asking)
        assert (job.state, str(job.refused.what)) == ("refused", str(WHO.what))
        assert files_of(store) == []
    assert not questions.answer(store, asking, ANSWERED)


def test_a_question_without_an_answer_ends_in_time_even_before_the_clock_comes(store, asking, clock):
    clock.now += QUESTION_LIFE
    assert store.job(asking).state == "refused"
    assert not questions.answer(store, asking, ANSWERED)
    assert questions.end_questions(store) == 1
    assert questions.end_questions(store) == 0
    assert (store.job(asking).state, files_of(store)) == ("refused", [])
    assert store.job(asking).expires_on == clock.now + timedelta(days=7)


def test_the_purge_ends_questions_too(store, asking):
    assert purge(store, START + QUESTION_LIFE) == Purged(clips=1)
    assert (store.job(asking).state, files_of(store)) == ("refused", [])


def test_a_job_that_asks_can_be_deleted(store, asking):
    store.delete(asking)
    assert files_of(store) == []
    questions.decline(store, asking)
    assert not questions.answer(store, asking, ANSWERED)
    assert queries.waiting(store.engine) == []


def test_a_job_deleted_before_it_asks_leaves_nothing(store):
    token = add(store)
    task = claims.claim(store, key_of(token))
    store.delete(token)
    task.media.mkdir()
    (task.media / STILL).write_bytes(b"drawn before the worker noticed")
    claims.ask(store, task.key, WHO)
    assert files_of(store) == []


def test_a_clip_that_asks_counts_among_its_visitors_until_it_ends(store):
    tokens = [add(store, visitor="a visitor") for _ in range(2)]
    claims.claim(store, key_of(tokens[0]))
    claims.ask(store, key_of(tokens[0]), WHO)
    assert queries.waiting_of(store.engine, "a visitor") == 2
    questions.decline(store, tokens[0])
    assert queries.waiting_of(store.engine, "a visitor") == 1


def test_an_answer_gives_the_clip_its_attempts_back(store):
    token = add(store)
    for _ in range(2):
        take_over(store, store.holder)
        claims.claim(store, key_of(token))
    claims.ask(store, key_of(token), WHO)
    questions.answer(store, token, ANSWERED)
    claims.claim(store, key_of(token))
    take_over(store, store.holder)
    assert store.job(token).state == "waiting"


def test_a_refusal_kept_by_an_earlier_version_is_still_read(store):
    token = add(store)
    claims.claim(store, key_of(token))
    claims.refuse(store, key_of(token), WHO)
    with store.engine.begin() as connection:
        told = '{"key": "level", "what": "It is tilted.", "advice": "Hold it level.", "stopped": false}'
        connection.execute(update(JobRow).values(refusal=told))
    assert (str(store.job(token).refused.what), store.job(token).refused.choices) == ("It is tilted.", None)


def test_the_data_folder_is_the_servers_alone(store):
    assert store.folder.stat().st_mode & 0o077 == 0


def test_another_database_by_url(tmp_path, monkeypatch):
    monkeypatch.setenv("STRIDE_DATA", str(tmp_path / "files"))
    monkeypatch.setenv("STRIDE_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    with Store.open(Settings.from_environment()) as store:
        store.add(ANSWERS)
    with sqlite3.connect(tmp_path / "elsewhere.sqlite") as connection:
        assert connection.execute("select count(*) from jobs").fetchone() == (1,)
    connection.close()


# --- a clock that was wrong ------------------------------------------------------------------------------------------

WRONG = timedelta(days=3650)


def test_a_clock_that_was_once_wrong_does_not_stop_the_purge(store, clock):
    clock.now += WRONG
    assert due(store, "purge", timedelta(hours=1))
    clock.now -= WRONG
    assert due(store, "purge", timedelta(hours=1))
    assert not due(store, "purge", timedelta(hours=1))
    clock.now += timedelta(minutes=58)
    assert due(store, "purge", timedelta(hours=1))


@pytest.mark.parametrize("state", ["uploading", "waiting", "running", "asks", "refused", "done"])
def test_what_was_stored_while_the_clock_was_wrong_ends_in_time(store, clock, state):
    clock.now += WRONG
    token = add(store, keep_video=True, upload_bytes=6 if state == "uploading" else None)
    if state not in ("uploading", "waiting"):
        task = claims.claim(store, key_of(token))
        (task.media / VIDEO).write_bytes(b"video")
        ends = {"asks": claims.ask, "refused": claims.refuse, "done": claims.finish, "running": lambda *_: None}
        ends[state](store, task.key, a_report(ANSWERS) if state == "done" else WHO)
    if state == "done":
        claims.tidy(store, key_of(token))
        Shares(store.engine, clock).make(token, life=timedelta(days=7))
    clock.now = START
    purge(store)
    if state == "done":
        assert purge(store, START + timedelta(days=30, minutes=1)).videos == 1
    if state == "asks":
        assert purge(store, START + QUESTION_LIFE).clips == 1
        assert store.job(token).state == "refused"
    lives = {"uploading": UPLOAD_LIFE, "done": REPORT_LIFE, "refused": REFUSED_LIFE, "asks": REFUSED_LIFE}
    life = lives.get(state, timedelta(days=1))
    purge(store, START + life + timedelta(minutes=1))
    clock.now = START
    with pytest.raises(NotFound):
        store.job(token)
    assert [path for path in files_of(store) if path.is_file()] == []


def test_a_job_leased_while_the_clock_was_wrong_is_taken_over(store, clock):
    token = add(store)
    clock.now += WRONG
    claims.claim(store, key_of(token))
    clock.now -= WRONG
    with Store(store.engine, Settings(data=store.folder), clock) as another:
        assert take_over(another) == 1
        assert claims.claim(another, key_of(token))
        assert take_over(another) == 0


def test_an_upload_that_broke_off_while_the_clock_was_wrong_is_swept(store):
    upload = store.clips / "upload-2"
    upload.write_bytes(b"half a cl")
    written = datetime.fromtimestamp(upload.stat().st_mtime, UTC)
    assert purge(store, written - WRONG) == Purged(clips=1)
