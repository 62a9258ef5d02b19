"""What is answered before the store is open, what waits for it, and what happens where it cannot be opened."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router, WebSocketRoute

from core.paths import ROOT
from core.settings import Settings
from core.storage.share_links import Shares
from core.storage.store import Store, now_utc
from web import health, shared_results, uploads
from web.streamlit_shell import startup


@pytest.fixture
def gate(monkeypatch):
    """What the store is open after, and whether it was closed."""
    gate = threading.Event()
    gate.closed = threading.Event()

    def open_slowly(stack, _):
        gate.wait(20)
        stack.callback(gate.closed.set)
        return Router([Route("/readyz", says("ready")), Route("/r/{token}", says("shared"))])

    monkeypatch.setattr(startup, "_open", open_slowly)
    return gate


def says(what):
    return lambda _: PlainTextResponse(what)


async def ask(app, path, *, kind="http"):
    """Return what the server says first."""
    said = asyncio.Queue()

    async def receive():
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request", "body": b""}

    scope = {"type": kind, "method": "GET", "path": path, "headers": [], "query_string": b"", "client": ("::1", 9)}
    await app(scope, receive, said.put)
    return said.get_nowait()


async def talks(socket):
    await socket.accept()


def test_what_needs_the_store_waits_for_it_and_nothing_else_does(gate):
    async def run():
        server = startup.Opening(Settings())
        routes = [Route("/", says("first")), WebSocketRoute("/stream", talks), *server.routes()]
        app = Starlette(routes=routes, middleware=[Middleware(server.before_pages)])
        async with server.running():
            page = asyncio.create_task(ask(app, "/stream", kind="websocket"))
            waiting = [page, *(asyncio.create_task(ask(app, path)) for path in ("/readyz", "/r/abc", "/metrics"))]
            left = asyncio.create_task(ask(app, "/readyz"))
            assert (await ask(app, "/"))["status"] == 200
            await asyncio.sleep(0.05)
            left.cancel()
            assert not any(task.done() for task in waiting)
            gate.set()
            first, *answers = await asyncio.gather(*waiting)
            assert first["type"] == "websocket.accept"
            assert [answer["status"] for answer in answers] == [200, 200, 404]
            assert not gate.closed.is_set()
        assert gate.closed.is_set()

    asyncio.run(run())


def test_what_is_being_opened_as_the_server_ends_is_closed(gate):
    async def run():
        async with startup.Opening(Settings()).running():
            asyncio.get_running_loop().call_later(0.05, gate.set)
        assert gate.closed.is_set()

    asyncio.run(run())


def test_every_route_that_needs_the_store_is_there_to_wait(tmp_path):
    with Store.open(Settings(data=tmp_path)) as store:
        door = shared_results.Door(lambda: Shares(store.engine, now_utc))
        behind = [*shared_results.routes(door, store.settings), *health.routes(store), *uploads.routes(store)]
    before = startup.Opening(Settings()).routes()

    def leads(route, path):
        return bool(route.path_regex.match(path))

    assert [route.path for route in behind if not any(leads(waits, route.path) for waits in before)] == []
    assert [waits.path for waits in before if not any(leads(waits, route.path) for route in behind)] == []


def test_the_first_page_is_answered_without_what_takes_long_to_load():
    slow = "{'sqlalchemy', 'pydantic', 'psycopg', 'alembic', 'numpy', 'scipy', 'babel.messages'}"
    code = f"import sys, streamlit_app; print(*sorted({slow} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split() == []
