"""Clips that are sent in pieces: each byte once, whatever breaks off, and nothing of a stranger's."""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fsspec.core import url_to_fs
from starlette.applications import Starlette

from core.errors import NotFound, Refused
from core.i18n.message import message
from core.jobs import uploads
from core.jobs.leases import take_over
from core.jobs.scheduler import do_what_is_due
from core.jobs.submission import QueueFull, submit
from core.model.report import Answers
from core.settings import Settings
from core.storage import claims, queries
from core.storage.folder_files import Folder
from core.storage.lives import UPLOAD_LIFE
from core.storage.object_files import Objects
from core.storage.retention import purge, sweep
from core.storage.store import Store, key_of, now_utc
from core.storage.tables import engine_of
from tests.builders import change
from web.browser_scripts import CONTAINERS, SCRIPTS
from web.uploads import Writers, routes
from web.visitors import name_of

CLIP = bytes(range(256)) * 40
ANSWERS = Answers(effort="easy")


@pytest.fixture
def store(tmp_path, database_url):
    with Store.open(Settings(data=tmp_path / "data", database_url=database_url)) as opened:
        yield opened


@pytest.fixture
def other(tmp_path, store, database_url):
    """The same store as another web server has it, which shares the folder."""
    (tmp_path / "other").mkdir()
    with Store(engine_of(database_url), Settings(data=tmp_path / "other"), files=Folder(store.folder)) as opened:
        yield opened


@pytest.fixture
def key(store):
    return key_of(uploads.begin(len(CLIP), ANSWERS, store))


class Browser:
    """Sends requests to the routes as a server would, piece by piece."""

    def __init__(self, store):
        self.app = Starlette(routes=routes(store))

    async def send(self, method, path, *, body=(), client="192.0.2.1", **headers):
        """Return status and headers; of the body, an exception breaks the connection off, a coroutine is waited for."""
        named = {"tus-resumable": "1.0.0"} | {name.replace("_", "-"): str(value) for name, value in headers.items()}
        raw = [(name.encode(), value.encode()) for name, value in named.items() if value]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": raw,
            "query_string": b"",
            "client": (client, 9),
        }
        pieces, said, ended = iter(body), [], [False]

        async def receive():
            piece = next(pieces, None)
            if asyncio.iscoroutine(piece):
                piece = await piece
            if piece is ConnectionError or ended[-1]:
                return {"type": "http.disconnect"}
            ended.append(piece is None)
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

        async def answer(message):
            said.append(message)

        await self.app(scope, receive, answer)
        self.text = b"".join(message.get("body", b"") for message in said).decode(errors="replace")
        return said[0]["status"], {name.decode(): value.decode() for name, value in said[0]["headers"]}

    def ask(self, *args, **kwargs):
        return asyncio.run(self.send(*args, **kwargs))

    def patch(self, key, offset, *body, **kwargs):
        kind = "application/offset+octet-stream"
        return self.send("PATCH", f"/uploads/{key}", body=body, content_type=kind, upload_offset=offset, **kwargs)

    def head(self, key):
        return int(self.ask("HEAD", f"/uploads/{key}")[1]["upload-offset"])


@pytest.fixture
def browser(store):
    return Browser(store)


def test_what_breaks_off_goes_on_where_it_was(browser, store, key):
    assert queries.waiting(store.engine) == []
    status, headers = asyncio.run(browser.patch(key, 0, CLIP[:3000], ConnectionError))
    assert (status, headers["upload-offset"]) == (408, "3000")
    assert browser.head(key) == 3000
    status, headers = asyncio.run(browser.patch(key, 3000, CLIP[3000:5000], CLIP[5000:]))
    assert (status, headers["upload-offset"], headers["upload-length"]) == (204, str(len(CLIP)), str(len(CLIP)))
    assert queries.waiting(store.engine) == [key]
    task = claims.claim(store, key)
    assert task.clip.read_bytes() == CLIP
    assert task.span_s is None


def test_after_the_analysis_a_phone_that_asks_again_hears_that_all_has_arrived(browser, store, key):
    asyncio.run(browser.patch(key, 0, CLIP))
    claims.claim(store, key)
    store.clip(key).unlink()
    assert browser.head(key) == len(CLIP)
    assert asyncio.run(browser.patch(key, len(CLIP), b"x"))[0] == 409
    assert not store.clip(key).exists()


@pytest.mark.parametrize("offset", [0, 2999, 3001, "", "x"])
def test_nothing_is_taken_twice_and_nothing_left_out(browser, store, key, offset):
    asyncio.run(browser.patch(key, 0, CLIP[:3000], ConnectionError))
    assert asyncio.run(browser.patch(key, offset, CLIP[3000:]))[0] == 409
    assert store.clip(key).read_bytes() == CLIP[:3000]


def test_more_than_was_announced_is_not_taken(browser, store, key):
    assert asyncio.run(browser.patch(key, 0, CLIP[:10], CLIP))[0] == 413
    assert store.clip(key).stat().st_size == 10


def test_of_two_connections_the_later_one_takes_over(browser, store, key):
    async def both():
        came = asyncio.Event()

        async def silence():
            came.set()
            await asyncio.sleep(60)

        stalled = asyncio.create_task(browser.patch(key, 0, CLIP[:3000], silence()))
        await came.wait()
        second = await browser.patch(key, 3000, CLIP[3000:])
        return await stalled, second

    first, second = asyncio.run(asyncio.wait_for(both(), 10))
    assert first[0] == 408
    assert second[0] == 204
    assert claims.claim(store, key).clip.read_bytes() == CLIP


def test_web_servers_that_share_a_folder_take_pieces_of_one_clip_in_turn(store, other, key):
    servers = [Browser(store), Browser(other)]
    for number, at in enumerate(range(0, len(CLIP), 1000)):
        assert servers[number % 2].head(key) == at
        assert asyncio.run(servers[(number + 1) % 2].patch(key, at, CLIP[at : at + 1000]))[0] == 204
    assert queries.waiting(store.engine) == [key]
    assert claims.claim(store, key).clip.read_bytes() == CLIP


def test_with_objects_a_clip_goes_on_elsewhere_from_its_start_and_the_half_is_removed(
    tmp_path, store, key, database_url
):
    (tmp_path / "other").mkdir()
    one, other = (
        Store(
            engine_of(database_url),
            Settings(data=folder),
            files=Objects(folder, url_to_fs("memory://")[0], f"/{key[:8]}/of"),
        )
        for folder in (store.folder, tmp_path / "other")
    )
    asyncio.run(Browser(one).patch(key, 0, CLIP[:3000], ConnectionError))  # it dies, and comes back later
    assert Browser(other).head(key) == 0
    assert asyncio.run(Browser(other).patch(key, 0, CLIP))[0] == 204
    assert claims.claim(one, key).clip.read_bytes() == CLIP
    claims.refuse(one, key, Refused("side_on", message("It is filmed from the front."), message("Film from the side.")))
    (one.clips / key).write_bytes(CLIP[:3000])
    sweep(one)
    for server in (one, other):
        assert list(server.clips.iterdir()) == list(server.files.clips()) == []
        server.close()


def test_of_two_servers_the_one_that_comes_too_late_with_a_piece_writes_nothing(store, other, key):
    one, another = Browser(store), Browser(other)

    async def both():
        came, may_go_on = asyncio.Event(), asyncio.Event()

        async def late():
            came.set()
            await may_go_on.wait()
            return CLIP[3000:4000]

        stalled = asyncio.create_task(one.patch(key, 0, CLIP[:3000], late()))
        await came.wait()
        second = await another.patch(key, 3000, CLIP[3000:5000])
        may_go_on.set()
        return await stalled, second

    (late, headers), (second, _) = asyncio.run(asyncio.wait_for(both(), 10))
    assert (late, headers["upload-offset"], second) == (409, "5000", 204)
    assert asyncio.run(one.patch(key, 5000, CLIP[5000:]))[0] == 204
    assert claims.claim(store, key).clip.read_bytes() == CLIP


def test_a_connection_that_brings_nothing_is_given_up(browser, key, monkeypatch):
    monkeypatch.setattr("web.uploads.IDLE_S", 0.05)
    status, headers = asyncio.run(asyncio.wait_for(browser.patch(key, 0, CLIP[:10], asyncio.sleep(60)), 10))
    assert (status, headers["upload-offset"]) == (408, "10")


def test_a_server_that_died_after_the_last_byte_goes_on_when_the_phone_asks(browser, store, key):
    store.clip(key).write_bytes(CLIP)
    assert queries.waiting(store.engine) == []
    assert browser.head(key) == len(CLIP)
    assert queries.waiting(store.engine) == [key]


def test_what_is_not_the_protocol_is_turned_away(browser, key):
    path = f"/uploads/{key}"
    status, headers = browser.ask("OPTIONS", path)
    assert (status, headers["tus-version"], headers["tus-max-size"]) == (204, "1.0.0", str(200 << 20))
    assert browser.ask("HEAD", path, tus_resumable="0.2.2")[0] == 412
    assert browser.ask("PATCH", path, content_type="video/mp4", upload_offset=0)[0] == 415
    assert browser.ask("POST", path)[0] == 405


def test_a_wrong_key_leads_nowhere_and_one_cannot_try_many(browser, store, key):
    assert [browser.ask("HEAD", f"/uploads/{n}", client="192.0.2.9")[0] for n in range(32)] == [404] * 30 + [429] * 2
    assert browser.head(key) == 0
    whole = key_of(store.add(ANSWERS))  # a job that came another way cannot be written to
    assert browser.ask("HEAD", f"/uploads/{whole}")[0] == 404
    token = uploads.begin(5, ANSWERS, store)
    assert browser.ask("HEAD", f"/uploads/{token}")[0] == 404


def test_an_upload_ends_when_its_owner_deletes_it_and_by_the_clock(browser, store, key):
    token = uploads.begin(len(CLIP), ANSWERS, store)
    asyncio.run(browser.patch(key_of(token), 0, CLIP[:5]))
    assert store.job(token).state == "uploading"
    store.delete(token)
    assert asyncio.run(browser.patch(key_of(token), 5, CLIP[5:]))[0] == 404
    asyncio.run(browser.patch(key, 0, CLIP[:5]))
    purge(store)
    assert browser.head(key) == 5
    purge(store, now_utc() + UPLOAD_LIFE + timedelta(minutes=1))
    assert list(store.clips.iterdir()) == []
    with pytest.raises(NotFound):
        uploads.find(store, key)


def test_a_worker_that_starts_leaves_uploads_alone(browser, store, key):
    asyncio.run(browser.patch(key, 0, CLIP[:5], ConnectionError))
    take_over(store, store.holder)
    assert browser.head(key) == 5


def test_size_and_part_are_checked_before_a_byte(store, monkeypatch):
    for n_bytes, refusal in ((0, "readable_file"), (-1, "readable_file"), ((200 << 20) + 1, "file_size")):
        with pytest.raises(Refused) as refused:
            uploads.begin(n_bytes, ANSWERS, store)
        assert refused.value.key == refusal
    for span_s in ((-1, 5), (5, 5), (0, 91), (float("nan"), 5), (0, float("inf"))):
        with pytest.raises(Refused):
            uploads.begin(5, ANSWERS, store, span_s=span_s)
    token = uploads.begin(5, ANSWERS, store, span_s=(2.0, 12.0))
    store.clip(key_of(token)).write_bytes(b"12345")
    uploads.end(store, key_of(token))
    assert claims.claim(store, key_of(token)).span_s == (2.0, 12.0)


def test_a_visitor_can_send_so_many_at_once_and_no_more(store):
    for _ in range(5):
        uploads.begin(5, ANSWERS, store, visitor="one")
    with pytest.raises(QueueFull):
        uploads.begin(5, ANSWERS, store, visitor="one")
    uploads.begin(5, ANSWERS, store, visitor="another")


def test_uploads_that_send_nothing_keep_nobody_out_and_end_soon(browser, store):
    change(store, queue=3)
    empty = [key_of(uploads.begin(10, ANSWERS, store, visitor=f"{n}.{n}")) for n in range(9)]
    keys = [key_of(uploads.begin(10, ANSWERS, store, visitor=f"honest.{n}")) for n in range(4)]
    assert queries.n_in_queue(store.engine) == 0
    assert [asyncio.run(browser.patch(key, 0, b"x", ConnectionError))[0] for key in keys] == [408, 408, 408, 503]
    assert asyncio.run(browser.patch(empty[0], 0, ConnectionError))[0] == 408  # opened, but nothing sent
    assert queries.n_in_queue(store.engine) == 3
    with pytest.raises(QueueFull):
        uploads.begin(10, ANSWERS, store, visitor="late.late")
    assert asyncio.run(browser.patch(keys[0], 1, b"123456789"))[0] == 204  # who has a place keeps it
    assert queries.waiting(store.engine) == keys[:1]
    assert browser.head(keys[3]) == 0
    purge(store, now_utc() + timedelta(minutes=9))
    assert browser.head(empty[0]) == 0
    purge(store, now_utc() + timedelta(minutes=11))
    for key in (*empty, *keys[1:]):
        assert browser.ask("HEAD", f"/uploads/{key}", client=f"192.0.2.{len(key) % 7}")[0] in (404, 429)
    assert queries.waiting(store.engine) == keys[:1]


def test_an_upload_that_goes_on_is_not_ended_but_after_six_hours(browser, tmp_path, database_url, monkeypatch):
    now = [now_utc()]
    monkeypatch.setattr("web.uploads.NOTED_EVERY_S", 0.0)
    with Store(engine_of(database_url), Settings(data=tmp_path / "clock"), clock=lambda: now[0]) as store:
        phone = Browser(store)
        key = key_of(uploads.begin(1000, ANSWERS, store))
        for at in range(39):
            assert asyncio.run(phone.patch(key, at, b"x", ConnectionError))[0] == 408, at
            now[0] += timedelta(minutes=9)
            purge(store)
        assert phone.head(key) == 39
        now[0] += timedelta(minutes=8)
        asyncio.run(phone.patch(key, 39, b"x", ConnectionError))
        now[0] += timedelta(minutes=2)
        purge(store)
        assert phone.ask("HEAD", f"/uploads/{key}")[0] == 404


def test_what_a_network_can_hold_is_bounded(store):
    def begun(address):
        try:
            return uploads.begin(5, ANSWERS, store, visitor=name_of(address))
        except QueueFull:
            return None

    assert sum(begun("192.0.2.1") is not None for _ in range(9)) == 5
    assert sum(begun("::ffff:192.0.2.2") is not None for _ in range(9)) == 5
    assert sum(begun(f"2001:db8:0:{n:x}::1") is not None for n in range(64)) == 15
    assert begun("2001:db8:0:100::1") is not None


def test_fourteen_clips_at_once_are_five_of_one_visitor(store):
    def submits(_):
        try:
            return submit(io.BytesIO(CLIP), ANSWERS, store, visitor="one.one")
        except QueueFull:
            return None

    with ThreadPoolExecutor(14) as at_once:
        tokens = list(at_once.map(submits, range(14)))
    assert sum(token is not None for token in tokens) == 5
    assert len(list(store.clips.iterdir())) == 5


@pytest.mark.parametrize("offset", [" 0", "0 ", "+0", "00", "0, 0", "-0", "٠"])
def test_an_offset_is_digits_and_nothing_else(browser, store, key, offset):
    assert asyncio.run(browser.patch(key, offset, CLIP[:10]))[0] == 409
    assert not store.clip(key).exists()


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_browser_gets_its_part_from_here(browser, name):
    status, headers = browser.ask("GET", f"/uploads/{name}")
    assert status == 200
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]


def test_large_scripts_are_sent_compressed(browser):
    headers = browser.ask("GET", f"/uploads/{CONTAINERS}", accept_encoding="gzip")[1]
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) < SCRIPTS[CONTAINERS].stat().st_size / 3


# --- a clip that was made small after the job was opened ---


def put(browser, key, n_bytes):
    return browser.ask("PUT", f"/uploads/{key}", upload_length=n_bytes)


def test_the_small_clip_takes_the_place_of_the_announced_one_and_is_measured_as_a_whole(browser, store):
    token = uploads.begin(len(CLIP), ANSWERS, store, span_s=(2.0, 12.0))
    key = key_of(token)
    status, headers = put(browser, key, 100)
    assert (status, headers["upload-offset"], headers["upload-length"]) == (204, "0", "100")
    assert store.job(token).upload_bytes == 100
    assert asyncio.run(browser.patch(key, 0, CLIP[:100]))[0] == 204
    task = claims.claim(store, key)
    assert (task.clip.read_bytes(), task.span_s) == (CLIP[:100], None)


def test_nothing_stays_of_the_clip_before(browser, store, key):
    asyncio.run(browser.patch(key, 0, CLIP[:3000], ConnectionError))
    assert put(browser, key, 2000)[1]["upload-offset"] == "0"
    assert asyncio.run(browser.patch(key, 3000, CLIP[3000:]))[0] == 409
    asyncio.run(browser.patch(key, 0, CLIP[5000:7000]))
    assert claims.claim(store, key).clip.read_bytes() == CLIP[5000:7000]


@pytest.mark.parametrize("n_bytes", ["0", "-1", "x", "+5", (200 << 20) + 1])
def test_no_other_length_is_announced_than_what_is_taken(browser, store, key, n_bytes):
    assert put(browser, key, n_bytes)[0] == 413
    assert browser.ask("HEAD", f"/uploads/{key}")[1]["upload-length"] == str(len(CLIP))


def test_a_clip_that_is_complete_stays(browser, store, key):
    asyncio.run(browser.patch(key, 0, CLIP))
    assert put(browser, key, 10)[0] == 409
    assert claims.claim(store, key).clip.read_bytes() == CLIP
    assert put(browser, "0" * 64, 10)[0] == 404


def test_an_upload_that_stopped_ends_within_a_minute_with_what_has_arrived(store, browser, monkeypatch):
    """The hourly purge alone would keep its place in the queue, and a part of somebody's clip, for an hour more."""
    change(store, queue=1)
    do_what_is_due(store)  # the purge is due once an hour
    key = key_of(uploads.begin(10, ANSWERS, store, visitor="one.one"))
    asyncio.run(browser.patch(key, 0, b"x", ConnectionError))
    with pytest.raises(QueueFull):
        uploads.begin(10, ANSWERS, store, visitor="two.two")
    monkeypatch.setattr(store, "clock", lambda: now_utc() + timedelta(minutes=9))
    do_what_is_due(store)
    assert store.clip(key).exists()
    monkeypatch.setattr(store, "clock", lambda: now_utc() + timedelta(minutes=11))
    do_what_is_due(store)
    assert not store.clip(key).exists()
    assert uploads.begin(10, ANSWERS, store, visitor="two.two")


@pytest.mark.parametrize("said", ["9" * 5000, "", "-1", "0x5"])
def test_a_length_that_is_none_is_refused(browser, key, said):
    assert browser.ask("PUT", f"/uploads/{key}", upload_length=said)[0] == 413


def test_of_many_connections_to_one_upload_one_writes_and_one_waits(browser, store, key):
    """Each of them could otherwise wait for its turn to be silent for half a minute."""
    writers = Writers(store)

    async def crowd():
        begun, over, outcomes = asyncio.Event(), asyncio.Event(), []

        async def first():
            async with writers.only(key):
                begun.set()
                await over.wait()

        async def late(number):
            try:
                async with writers.only(key):
                    outcomes.append(number)
            except TimeoutError:
                outcomes.append("left")

        opened = asyncio.create_task(first())
        await begun.wait()
        others = [asyncio.create_task(late(number)) for number in range(20)]
        await asyncio.sleep(0)
        over.set()
        await asyncio.gather(opened, *others)
        return outcomes

    outcomes = asyncio.run(crowd())
    assert outcomes == ["left"] * 19 + [19]
    assert not writers._locks
    assert not writers._newest
