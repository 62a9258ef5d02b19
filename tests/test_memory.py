"""What Streamlit holds in memory, and when it is dropped: sessions, clips and media."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from web.streamlit_shell import simple_uploads
from web.streamlit_shell.private_media import PrivateMedia, nothing_opened, opened
from web.streamlit_shell.sessions import FREED_AFTER_S, LOST_KEPT_S, MEMORY_KEPT_S, Sessions


class Loop:
    closed = False

    def is_closed(self):
        return self.closed

    def close(self):
        self.closed = True


class Runtime:
    """Stands for Streamlit's: the sessions of windows that are open and of those that have gone."""

    def __init__(self):
        self.open, self.stored, self.closed, self.dropped = set(), {}, [], []
        self._session_mgr = SimpleNamespace(
            list_sessions=lambda: [SimpleNamespace(session=session) for session in self.stored.values()],
            is_active_session=self.open.__contains__,
        )
        self.uploaded_file_mgr = SimpleNamespace(remove_session_files=self.dropped.append)
        self.media_file_mgr = SimpleNamespace(clear_session_refs=lambda _: None, remove_orphaned_files=lambda: None)

    def add(self, name):
        self.stored[name] = SimpleNamespace(id=name, _script_event_loop=Loop(), _scriptrunner=None)

    def close_session(self, name):
        self.closed.append(name)
        del self.stored[name]


def test_sessions_end_with_their_windows_and_those_that_were_lost_later():
    now_s, runtime = [0.0], Runtime()
    sessions = Sessions(lambda: now_s[0])
    for name in ("open", "closed", "lost", "lost with a clip"):
        runtime.add(name)
        sessions.began(name)
    runtime.open.add("open")
    for name in ("lost", "lost with a clip"):
        sessions.lost(name)
    sessions.holds("lost with a clip", "a visitor")
    for at_s in (0.0, FREED_AFTER_S - 1):
        now_s[0] = at_s
        sessions.tidy(runtime)
        assert runtime.closed == []
    assert FREED_AFTER_S < 50
    now_s[0] = FREED_AFTER_S
    sessions.tidy(runtime)
    assert sorted(runtime.closed) == ["closed", "lost with a clip"]
    assert "lost with a clip" in runtime.dropped
    assert sessions.holding() == {}
    assert runtime.stored["lost"]._script_event_loop.closed
    assert not runtime.stored["open"]._script_event_loop.closed
    now_s[0] = LOST_KEPT_S
    sessions.tidy(runtime)
    assert runtime.closed[-1] == "lost"


def test_a_session_that_never_asked_for_a_page_ends_at_once():
    runtime, sessions = Runtime(), Sessions()
    for name in ("silent", "open"):
        runtime.add(name)
    runtime.open.add("open")
    sessions.lost("silent")
    sessions.tidy(runtime)
    assert runtime.closed == ["silent"]


def test_a_phone_that_comes_back_is_not_forgotten_for_its_gap_before():
    now_s, runtime = [0.0], Runtime()
    sessions = Sessions(lambda: now_s[0])
    runtime.add("phone")
    sessions.began("phone")
    sessions.tidy(runtime)
    now_s[0], runtime.open = FREED_AFTER_S + 1, {"phone"}
    runtime._session_mgr.is_active_session = runtime.open.__contains__
    sessions.tidy(runtime)
    now_s[0] += 1
    runtime.open.clear()
    sessions.tidy(runtime)
    assert runtime.closed == []


def test_a_clip_that_is_never_handed_in_does_not_stay():
    now_s, runtime = [0.0], Runtime()
    sessions = Sessions(lambda: now_s[0])
    runtime.add("open")
    runtime.open.add("open")
    sessions.holds("open", "a visitor")
    sessions.tidy(runtime)
    assert runtime.dropped == []
    now_s[0] = MEMORY_KEPT_S
    sessions.tidy(runtime)
    assert runtime.dropped == ["open"]
    assert runtime.closed == []


def test_media_of_results_that_are_gone_is_dropped_and_other_media_is_not():
    there, storage = {"one", "two", "three"}, MemoryMediaFileStorage("/media")
    media = PrivateMedia(lambda keys: there & set(keys))
    media.watch(storage)

    def shown(data, *keys):
        nothing_opened()
        for key in keys:
            opened(key)
        return storage.load_and_get_id(data, "image/jpeg", MediaFileKind.MEDIA)

    of_one, of_both, of_two, of_three, of_none = (
        shown(b"1", "one"),
        shown(b"12", "one", "two"),
        shown(b"2", "two"),
        shown(b"3", "three"),
        shown(b"0"),
    )
    nothing_opened()
    there.remove("one")
    media.forget("one")
    assert of_one not in storage._files_by_id
    assert media.is_there(of_both)
    there.remove("two")  # elsewhere, by the clock
    assert not media.is_there(of_two)
    assert of_both not in storage._files_by_id
    there.remove("three")
    media.sweep()
    assert list(storage._files_by_id) == [of_none]
    assert media.is_there(of_none)
    assert of_three not in storage._files_by_id


@pytest.mark.parametrize("name", ["{id}.jpg", "{id}", "{id}.", "{id}.x", "{id}.jpg/", "x/{id}.jpg", "{id}.jpg.jpg"])
def test_a_deleted_picture_has_no_other_name(name):
    """Whatever name Streamlit would take for a picture is checked."""
    storage = MemoryMediaFileStorage("/media")
    media = PrivateMedia(lambda _: set())
    media.watch(storage)
    nothing_opened()
    opened("one")
    file_id = storage.load_and_get_id(b"1", "image/jpeg", MediaFileKind.MEDIA)
    nothing_opened()
    served = []

    async def app(scope, _receive, _send):
        with suppress(MediaFileStorageError):
            served.append(storage.get_file(scope["path"].removeprefix("/media/")))

    async def send(_):
        pass

    scope = {"type": "http", "path": "/media/" + name.format(id=file_id)}
    asyncio.run(media(app)(scope, None, send))
    assert served == []


def test_who_sends_a_clip_drop_by_drop_leaves_its_place(monkeypatch):
    """There are six places for all visitors: one who never finishes must not keep one."""
    monkeypatch.setattr(simple_uploads, "IDLE_S", 0.05)

    async def silent():
        await asyncio.sleep(60)

    async def soon():
        return {"type": "http.request", "body": b"x", "more_body": True}

    assert asyncio.run(simple_uploads._Patience(silent).receive()) == {"type": "http.disconnect"}
    drop = simple_uploads._Patience(soon)
    assert asyncio.run(drop.receive())["body"] == b"x"
    drop._ends_s = 0.0
    assert asyncio.run(drop.receive()) == {"type": "http.disconnect"}
