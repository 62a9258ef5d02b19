"""Pages' connections: who may open one, how many, what may be asked on it, and what the server does not tell."""

from __future__ import annotations

import asyncio
import logging
import tomllib

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.paths import ROOT
from web.quiet_log import Repeats
from web.streamlit_shell import sockets
from web.streamlit_shell.sessions import Sessions
from web.streamlit_shell.sockets import Sockets
from web.turns import Pace, Turns

RERUN = BackMsg()
RERUN.rerun_script.page_name = "check"
FINISHED = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY).SerializeToString()


def asks(kind):
    message = BackMsg()
    if kind in ("clear_cache", "load_git_info", "set_run_on_save", "stop_script"):
        setattr(message, kind, True)
    elif kind == "file_urls_request":
        message.file_urls_request.file_names.append("run.mov")
    else:
        getattr(message.backend_operation_request, kind).SetInParent()
    return message


class Client:
    """One connection to a middleware, with Streamlit's part played by a function that takes what comes."""

    def __init__(self, guard_of, *, source="192.0.2.1", **headers):
        named = {"host": "run.example"} | headers
        self.scope = {
            "type": "websocket",
            "path": "/_stcore/stream",
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
            "client": (source, 9),
        }
        self.incoming, self.outgoing = asyncio.Queue(), asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(guard_of(self.scope, self.incoming.get, self.outgoing.put))

    def say(self, message):
        data = message if isinstance(message, bytes) else message.SerializeToString()
        self.incoming.put_nowait({"type": "websocket.receive", "bytes": data})

    def leave(self, code=1001):
        self.incoming.put_nowait({"type": "websocket.disconnect", "code": code})

    async def answer(self):
        return await asyncio.wait_for(self.outgoing.get(), 5)


class Streamlit:
    """Stands for Streamlit: keeps what reaches it, and answers what it is told to."""

    def __init__(self):
        self.headers, self.reached, self.sends = [], [], []

    async def __call__(self, scope, receive, send):
        self.headers.append(dict(scope["headers"]))
        await receive()
        await send({"type": "websocket.accept"})
        self.sends.append(send)
        while (message := await receive())["type"] == "websocket.receive":
            self.reached.append(BackMsg.FromString(message["bytes"]))

    def kinds(self):
        return [message.WhichOneof("type") for message in self.reached]


def with_clients(play, public_url=""):
    async def run():
        streamlit = Streamlit()
        guard = Sockets(streamlit, public_url, Sessions())
        await asyncio.wait_for(play(guard, streamlit), 20)

    asyncio.run(run())


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://run.example.evil",
        "http://run.example:81",
        "null",
        "http://run.example@evil.example",
        "http://localhost:3000",
        "http://[",
        "http://run.example:x",
        "",
    ],
)
def test_a_foreign_page_never_reaches_streamlit(origin):
    async def play(guard, streamlit):
        client = Client(guard, origin=origin)
        assert await client.answer() == {"type": "websocket.close", "code": 1008}
        assert streamlit.headers == []

    with_clients(play)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://run.example", "run.example"),
        ("https://run.example", "run.example"),
        ("https://Run.Example:443", "run.example"),
        ("http://run.example:8501", "run.example:8501"),
        ("https://public.example", "10.0.0.5:8501"),
        ("http://[2001:db8::1]:8501", "[2001:db8::1]:8501"),
        (None, "run.example"),
    ],
)
def test_our_own_page_does_and_streamlit_has_nothing_to_look_up(origin, host):
    async def play(guard, streamlit):
        client = Client(guard, host=host, **({"origin": origin} if origin else {}))
        assert (await client.answer())["type"] == "websocket.accept"
        assert b"origin" not in streamlit.headers[0]

    with_clients(play, "https://public.example")


def test_connections_are_counted_while_they_are_open(monkeypatch):
    monkeypatch.setattr(sockets, "OPEN", 2)

    async def play(guard, streamlit):
        first, second = Client(guard), Client(guard)
        for client in (first, second):
            assert (await client.answer())["type"] == "websocket.accept"
        assert await Client(guard).answer() == {"type": "websocket.close", "code": 1013}
        assert (await Client(guard, source="192.0.2.2").answer())["type"] == "websocket.accept"
        for _ in range(10):  # opening many one after the other is not having many open
            first.leave()
            await first.task
            first = Client(guard)
            assert (await first.answer())["type"] == "websocket.accept"

    with_clients(play)


def test_a_network_has_room_for_three_visitors_and_a_server_for_as_many_as_it_has_descriptors(monkeypatch):
    monkeypatch.setattr(sockets, "OPEN", 2)

    async def play(guard, streamlit):
        async def opened(source):
            return (await Client(guard, source=source).answer())["type"] == "websocket.accept"

        assert [await opened(f"2001:db8:0:{n:x}::1") for n in range(8)] == [True] * 6 + [False] * 2
        assert await opened("2001:db8:0:100::1")
        monkeypatch.setattr(sockets, "most_open", lambda: 9)
        assert [await opened(f"192.0.2.{n}") for n in range(3)] == [True, True, False]

    with_clients(play)


def test_one_that_never_asks_for_a_page_is_closed_and_one_that_did_is_not(monkeypatch):
    monkeypatch.setattr(sockets, "SILENT_S", 0.2)

    async def play(guard, streamlit):
        silent, talks, nonsense = Client(guard), Client(guard), Client(guard)
        talks.say(RERUN)
        nonsense.say(b"\xff\xff")
        for client in (silent, nonsense):
            assert (await client.answer())["type"] == "websocket.accept"
            assert await client.answer() == {"type": "websocket.close", "code": 1008}
            await client.task
        await asyncio.sleep(0.3)
        assert not talks.task.done()
        assert streamlit.kinds() == ["rerun_script"]

    with_clients(play)


@pytest.mark.parametrize(
    "kind",
    ["clear_cache", "load_git_info", "set_run_on_save", "install_skills", "dismiss_skills_nudge", "file_urls_request"],
)
def test_what_no_visitors_page_asks_for_is_left_out(kind):
    async def play(guard, streamlit):
        client = Client(guard)
        for message in (RERUN, asks(kind), asks("stop_script"), asks("deferred_file")):
            client.say(message)
        client.leave()
        await client.task
        assert streamlit.kinds() == ["rerun_script", "stop_script", "backend_operation_request"]

    with_clients(play)


def test_a_file_may_be_sent_only_while_the_uploader_shows():
    uploader, other_page, urls = ForwardMsg(), ForwardMsg(), ForwardMsg()
    other_page.new_session.initialize.session_id = "a session"
    uploader.delta.new_element.file_uploader.label = "A clip"
    urls.file_urls_response.file_urls.add().file_id = "a file"

    async def play(guard, streamlit):
        client = Client(guard)
        client.say(RERUN)
        await client.answer()
        (send,) = streamlit.sends

        async def shows(*messages):
            for message in messages:
                await send({"type": "websocket.send", "bytes": message.SerializeToString()})
            await send({"type": "websocket.send", "bytes": FINISHED})

        async def reached():
            client.say(asks("file_urls_request"))
            client.say(asks("stop_script"))
            while "stop_script" not in streamlit.kinds():
                await asyncio.sleep(0.01)
            kinds = streamlit.kinds()
            streamlit.reached.clear()
            return "file_urls_request" in kinds

        await shows(other_page)
        assert not await reached()
        await shows(other_page, uploader)
        assert await reached()
        await shows(urls)
        assert list(guard.sessions.may_send) == [("a session", "a file")]
        await shows(other_page)
        assert not await reached()
        client.leave()
        await client.task
        assert guard.sessions.may_send == {}

    with_clients(play)


def test_the_server_tells_neither_its_folder_nor_its_versions_nor_its_machine():
    message = ForwardMsg()
    session = message.new_session
    session.main_script_path, session.page_script_hash = "/srv/secret/home.py", "page"
    session.initialize.session_id = "a session"
    session.initialize.environment_info.python_version = "3.11.7"
    session.initialize.environment_info.streamlit_version = "1.67.0"
    session.initialize.environment_info.server_os = "linux"
    session.initialize.user_info.installation_id = "a machine"

    async def play(guard, streamlit):
        client = Client(guard)
        await client.answer()
        await streamlit.sends[0]({"type": "websocket.send", "bytes": message.SerializeToString()})
        sent = (await client.answer())["bytes"]
        for secret in (b"secret", b"3.11", b"1.67", b"linux", b"a machine"):
            assert secret not in sent
        told = ForwardMsg.FromString(sent).new_session
        assert (told.page_script_hash, told.initialize.session_id) == ("page", "a session")
        assert told.initialize.HasField("user_info")
        assert told.initialize.HasField("environment_info")

    with_clients(play)


def test_scripts_of_one_visitor_wait_for_each_other_and_another_visitor_goes_on(monkeypatch):
    async def play(guard, streamlit):
        windows = [Client(guard) for _ in range(25)]
        for client in windows:
            client.say(RERUN)
        await asyncio.sleep(0.1)
        assert len(streamlit.reached) == 2
        other = Client(guard, source="192.0.2.2")
        other.say(RERUN)
        await asyncio.sleep(0.1)
        assert len(streamlit.reached) == 3
        for ended in range(1, 24):  # each that ends lets the next one go on
            await streamlit.sends[ended - 1]({"type": "websocket.send", "bytes": FINISHED})
            await asyncio.sleep(0.01)
            assert len(streamlit.reached) == 3 + ended
        for client in windows:
            client.leave()
        await asyncio.gather(*(client.task for client in windows))
        assert len(guard.turns._waiting) == 0
        assert guard.turns._running.total() == 1

    with_clients(play)


def test_a_script_that_does_not_end_holds_its_turn_for_a_while_only(monkeypatch):
    monkeypatch.setattr(sockets, "LONGEST_RUN_S", 0.1)

    async def play(guard, streamlit):
        for _ in range(6):
            Client(guard).say(RERUN)
        await asyncio.sleep(0.05)
        assert len(streamlit.reached) == 2
        await asyncio.sleep(0.5)
        assert len(streamlit.reached) == 6

    with_clients(play)


def test_messages_that_come_in_a_rush_wait_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(sockets, "ASKS_OF_CONNECTION", (5, 20.0))

    async def play(guard, streamlit):
        client = Client(guard)
        began_s = asyncio.get_running_loop().time()
        for _ in range(15):
            client.say(asks("stop_script"))
        client.leave()
        await client.task
        assert len(streamlit.reached) == 15
        assert 0.4 < asyncio.get_running_loop().time() - began_s < 5

    with_clients(play)


def test_a_pace_gives_a_rush_its_rest_back():
    now_s = [0.0]
    pace = Pace(3, 2.0, lambda: now_s[0])
    assert [pace.wait_s("a") for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert pace.wait_s("b") == 0
    now_s[0] = 10.0
    assert [pace.wait_s("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert len(pace._due_s) == 1


def test_a_school_class_behind_one_address_is_let_in():
    """Thirty phones with a page and a second window each, that poll once a second, and three pages of each opened at once."""
    assert sockets.OPEN >= 30 * 2
    burst, per_s = sockets.ASKS_OF_VISITOR
    assert burst >= 30 * 3
    assert per_s >= 30
    assert sockets.ASKS_OF_CONNECTION[1] >= 2


def test_whoever_leaves_as_their_turn_comes_passes_it_on():
    async def run():
        turns = Turns(1, 1)
        await turns.take("a")
        left, next_one = (asyncio.create_task(turns.take(name)) for name in ("b", "c"))
        await asyncio.sleep(0)
        turns.give_back("a")
        left.cancel()
        await asyncio.wait_for(next_one, 1)
        turns.give_back("c")
        assert not turns._running

    asyncio.run(run())


def test_lines_that_repeat_are_left_out_and_counted():
    now_s, said = [0.0], []
    repeats = Repeats(3, 60.0, lambda: now_s[0])

    def log(text, *args):
        record = logging.LogRecord("asyncio", logging.ERROR, "", 0, text, args, None)
        if repeats.filter(record):
            said.append(record.getMessage())

    for number in range(1000):
        log("socket.accept() out of system resource\nsocket: <fd=%d>", number)
        log(f"another {number}")
    assert len(said) == 6
    now_s[0] = 61.0
    log("another 7")
    assert said[-1] == "another 7 (997 lines like this were left out)"


def test_a_visitors_message_is_bounded_before_it_is_read():
    """A window holds one in memory, and each visitor may have 150 of them."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]
    assert settings["maxMessageSize"] <= 2
    assert settings["maxWidgetStateSize"] <= 1
