"""What the server says to strangers: headers, hosts, shares; and what its log does not say."""

from __future__ import annotations

import asyncio
import re

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute

from benchmarks.serving import serving
from benchmarks.soak.load import open_page
from core.model.report import Answers
from core.settings import Settings
from core.storage.store import Store
from web import security
from web.visitors import Limit, address_of, name_of, network_of

ANY = Settings()
UPLOAD = "/_stcore/upload_file/a/b"


async def says_hello(_):
    return PlainTextResponse("hello")


async def talks(socket):
    await socket.accept()


@pytest.fixture
def ask():
    """Return a function that sends the server one request and gives the status and the headers of its answer."""
    app = None

    def send(path="/", *, method="GET", kind="http", settings=ANY, **headers):
        nonlocal app
        if app is None:
            routes = [
                Route("/", says_hello),
                Route(UPLOAD, says_hello, methods=["PUT"]),
                WebSocketRoute("/stream", talks),
            ]
            app = Starlette(routes=routes, middleware=security.middleware(settings))
        named = {"host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
        raw = [(name.encode(), value.encode()) for name, value in named.items()]
        scope = {
            "type": kind,
            "path": path,
            "method": method,
            "headers": raw,
            "query_string": b"",
            "client": ("::1", 9),
        }
        said = []

        async def receive():
            return {"type": "websocket.connect" if kind == "websocket" else "http.request", "body": b""}

        async def answer(message):
            said.append(message)

        asyncio.run(app(scope, receive, answer))
        return said[0].get("status", said[0]["type"]), Headers(raw=said[0].get("headers", []))

    return send


def test_every_answer_carries_the_security_headers(ask):
    for path, expected, camera in (("/", 200, "self"), ("/nowhere", 404, "self"), ("/r/nowhere", 404, "")):
        status, headers = ask(path)
        assert status == expected
        assert headers["permissions-policy"].startswith(f"camera=({camera}), ")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "geolocation=()" in headers["permissions-policy"]
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
        assert re.fullmatch(r"'self' 'wasm-unsafe-eval' blob:( 'sha256-[\w+/=]{44}')+", policy["script-src"])


@pytest.mark.parametrize(
    ("host", "expected"),
    [("stride.example", 200), ("www.stride.example:8501", 200), ("evil.example", 400), ("stride.example.evil", 400)],
)
def test_only_named_hosts_are_served_where_any_are_named(ask, host, expected):
    status, headers = ask(host=host, settings=Settings(hosts=("stride.example", "*.stride.example")))
    assert status == expected
    assert "content-security-policy" in headers


def test_who_asks_too_often_is_turned_away_and_others_are_not(ask, monkeypatch):
    monkeypatch.setattr(security, "REQUESTS", (3, 60.0))
    proxied = Settings(proxies=1)
    first, second = (f"9.9.9.9, 10.0.0.{number}" for number in (1, 2))
    assert [ask(x_forwarded_for=first, settings=proxied)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert ask(x_forwarded_for=second)[0] == 200


def test_uploads_and_connections_have_shares_of_their_own(ask, monkeypatch):
    monkeypatch.setattr(security, "UPLOADS", (1, 60.0))
    monkeypatch.setattr(security, "CONNECTIONS", (1, 60.0))
    assert [ask(UPLOAD, method="PUT")[0] for _ in range(2)] == [200, 429]
    connections = [ask("/stream", kind="websocket")[0] for _ in range(2)]
    assert connections == ["websocket.accept", "websocket.close"]
    assert ask()[0] == 200


def test_a_share_comes_back_with_time_and_memory_has_an_end(monkeypatch):
    now_s = [0.0]
    limit = Limit(2, 10.0, lambda: now_s[0])
    assert [limit.take("a") for _ in range(3)] == [True, True, False]
    assert limit.spent("a")
    assert not limit.spent("b")
    now_s[0] = 10.0
    assert limit.take("a")
    monkeypatch.setattr("web.visitors._MOST_NAMES", 5)
    for number in range(50):
        limit.take(str(number))
    assert len(limit._seen) == 5


def test_a_visitor_has_one_name_from_which_no_address_can_be_read():
    name = name_of("192.0.2.7")
    assert name == name_of("192.0.2.7") != name_of("192.0.2.8")
    assert "192" not in name
    assert name_of("2001:db8::1") == name_of("2001:db8::2:3") != name_of("2001:db8:0:1::1")
    # What anybody can write into a header counts only as far as a proxy of ours wrote it.
    assert name_of(address_of("1.1.1.1", "192.0.2.7", 0)) == name
    assert name_of(address_of("1.1.1.1, 192.0.2.7", "10.0.0.1", 1)) == name


@pytest.mark.parametrize(
    "written",
    ["::ffff:192.0.2.7", "::ffff:c000:207", "64:ff9b::192.0.2.7", "192.0.2.7:1234", "[::ffff:192.0.2.7]:443"],
)
def test_an_ipv4_address_is_one_visitor_however_it_is_written(written):
    assert name_of(written) == name_of("192.0.2.7") != name_of("::ffff:192.0.2.8")


def test_a_name_begins_with_that_of_the_network():
    phone, same, other = (name_of(f"2001:db8:0:{net}::1") for net in ("1", "ff", "100"))
    assert phone != same
    assert network_of(phone) == network_of(same) != network_of(other)
    assert network_of(name_of("192.0.2.7")) != network_of(name_of("192.0.2.8"))


@pytest.mark.parametrize(("proxies", "client", "scheme"), [(0, "127.0.0.1", "http"), (1, "203.0.113.9", "https")])
def test_what_a_header_says_of_its_sender_counts_only_behind_proxies_of_ours(proxies, client, scheme):
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["client"][0], scope["scheme"]))

    security.believe_no_header()
    config = uvicorn.Config(security.Proxies(app, proxies))
    config.load()
    headers = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9"), (b"x-forwarded-proto", b"https")]
    scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 9), "headers": headers}
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [(client, scheme)]


def test_the_lifespan_passes_through():
    async def run():
        seen = []

        async def app(scope, receive, send):
            seen.append(scope["type"])

        await security.Shares(app)({"type": "lifespan"}, None, None)
        return seen

    assert asyncio.run(run()) == ["lifespan"]


def test_the_log_of_a_visit_tells_neither_token_nor_address(tmp_path):
    data = tmp_path / "data"
    with (
        Store.open(Settings(data=data)) as store,
        serving(data, STREAMLIT_LOGGER_LEVEL="info", STRIDE_WORKERS="0") as (port, _),
    ):
        token = store.add(Answers())
        started = (tmp_path / "server.log").read_text()
        open_page(port, "check", f"job={token}")
        open_page(port, "results", "job=wrong-on-purpose")
    log = (tmp_path / "server.log").read_text().removeprefix(started)
    assert token not in log
    assert "wrong-on-purpose" not in log
    assert "127.0.0.1" not in log


def test_the_same_wrong_link_counts_once():
    limit = Limit(2, 10.0)
    assert [limit.take("a", "one") for _ in range(9)] == [True] * 9
    assert not limit.spent("a")
    assert limit.take("a", "two")
    assert limit.spent("a")
    assert not limit.take("a", "three")
    assert limit.take("b", "one")
