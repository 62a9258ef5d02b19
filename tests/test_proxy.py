"""The proxy's configuration that comes with the program, before two real servers."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import io
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import timedelta

import pytest

from benchmarks.serving import free_port, start
from benchmarks.soak.load import open_page
from core.jobs import uploads
from core.jobs.submission import submit
from core.model.report import Answers
from core.paths import ROOT
from core.settings import Settings
from core.storage import claims
from core.storage.share_links import Shares
from core.storage.store import Store, key_of, now_utc
from tests import builders

TUS = {"tus-resumable": "1.0.0"}
PIECE_BYTES = 100_000


def nginx():
    """Return where nginx is; skip where it is not installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    return program


def configuration(folder, listens, *ports):
    """Return a file of the configuration as it comes, but for where it listens and where the servers are."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("listen 80;", listens).replace("/run/nginx.pid", str(folder / "pid"))
    for number, port in enumerate(ports, 1):
        text = text.replace(f"web-{number}:8501", f"127.0.0.1:{port}")
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


@pytest.fixture
def site(tmp_path, postgresql_url, monkeypatch):
    """Give the proxy's port, the store, and the two servers behind it."""
    program = nginx()
    settings = {
        "STRIDE_DATABASE_URL": postgresql_url,
        "STRIDE_MEDIA_URL": f"file://{tmp_path / 'shared'}",
        "STRIDE_WORKERS": "0",
        "STRIDE_PROXIES": "1",
    }
    for name, value in (settings | {"STRIDE_DATA": str(tmp_path / "onlooker")}).items():
        monkeypatch.setenv(name, value)
    port, ports = free_port(), (free_port(), free_port())
    configured = configuration(tmp_path, f"listen 127.0.0.1:{port};", *ports)
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(Store.open(Settings.from_environment()))
        servers = []
        for number, behind in enumerate(ports, 1):
            server = start(tmp_path / f"web-{number}", behind)
            stack.callback(server.wait)
            stack.callback(server.kill)
            servers.append(server)
        command = [program, "-p", str(tmp_path), "-c", str(configured), "-g", "daemon off;"]
        proxy = subprocess.Popen(command)
        stack.callback(proxy.wait)
        stack.callback(proxy.terminate)
        wait_for(lambda: ask(port, "/healthz")[0] == 200)
        yield port, store, servers


def wait_for(condition):
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError):
            if condition():
                return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ask(port, path, method="GET", body=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def send(port, token, clip):
    """Send what of a clip has not arrived, in pieces; give the answer's status after each."""
    path = f"/uploads/{key_of(token)}"
    arrived = int(ask(port, path, "HEAD", **TUS)[1]["upload-offset"])
    while arrived < len(clip):
        kind = {"content-type": "application/offset+octet-stream", "upload-offset": str(arrived)}
        status, headers, _ = ask(port, path, "PATCH", clip[arrived : arrived + PIECE_BYTES], **TUS, **kind)
        assert int(headers["upload-offset"]) == min(arrived + PIECE_BYTES, len(clip))
        arrived = int(headers["upload-offset"])
        yield status


def test_any_server_answers_and_goes_on_where_another_died(site):
    port, store, servers = site
    hidden = (
        "/metrics",
        "/readyz",
        "/_stcore/metrics",
        "//_stcore//metrics",
        "/%5Fstcore/metrics/",
        "/x/../_stcore/metrics",
    )
    assert {path: ask(port, path)[0] for path in hidden} == dict.fromkeys(hidden, 404)
    for path in (
        "/",
        "/healthz",
        "/metrics",
        "/r/nowhere",
        "/uploads/nowhere",
        "/_stcore/upload_file/a/b",
        "/_stcore/health",
    ):
        assert ask(port, path)[1].get_all("strict-transport-security") == ["max-age=31536000"], path

    token = submit(io.BytesIO(b"clip"), Answers(effort="easy"), store)
    claims.finish(store, claims.claim(store, key_of(token)).key, builders.report())
    link = Shares(store.engine, now_utc).make(token, life=timedelta(days=7))
    assert {ask(port, f"/r/{link.token}")[0] for _ in range(4)} == {200}

    clip = bytes(range(256)) * 1000
    tokens = [uploads.begin(len(clip), Answers(), store) for _ in range(4)]  # so that both servers have some of them
    assert [next(send(port, sent, clip)) for sent in tokens] == [204] * 4

    status, headers, _ = ask(port, "/")
    assert status == 200
    cookie = headers["set-cookie"].split(";")[0]
    assert ask(port, "/_stcore/health", cookie=cookie)[0] == 200
    open_page(port, "")  # by its websocket, as a browser does

    servers[0].kill()
    assert {ask(port, f"/r/{link.token}")[0] for _ in range(4)} == {200}
    assert {ask(port, "/", cookie=cookie)[0] for _ in range(3)} == {200}
    for sent in tokens:
        assert store.clip(key_of(sent)).stat().st_size == PIECE_BYTES
        assert set(send(port, sent, clip)) == {204}
        assert store.job(sent).state == "waiting"
        assert store.clip(key_of(sent)).read_bytes() == clip


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with who the proxy says that the visitor is."""

    def do_GET(self):
        told = "; ".join(self.headers.get_all("x-forwarded-for", [])).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        """Say nothing."""


def visitor_told(port, source, forwarded):
    """Return who the server is told that a request from this address of ours is of."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, 20, (source, 0))) as connection:
        connection.request("GET", "/healthz", headers={"x-forwarded-for": forwarded} if forwarded else {})
        return connection.getresponse().read().decode()


def test_visitors_stay_apart_behind_a_further_proxy_that_is_named_and_nobody_else_is_believed(tmp_path):
    program = nginx()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server, contextlib.ExitStack() as stack:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        port = free_port()
        listens = f"listen 127.0.0.1:{port};"
        configured = configuration(tmp_path, listens, *[server.server_address[1]] * 2)
        proxy = subprocess.Popen([program, "-p", str(tmp_path), "-c", str(configured), "-g", "daemon off;"])
        stack.callback(proxy.wait)
        stack.callback(proxy.terminate)
        wait_for(lambda: visitor_told(port, "127.0.0.1", ""))
        assert visitor_told(port, "127.0.0.1", "203.0.113.7") == "203.0.113.7"
        assert visitor_told(port, "127.0.0.1", "203.0.113.8") == "203.0.113.8"
        assert (
            visitor_told(port, "127.0.0.1", "198.51.100.1, 203.0.113.7") == "203.0.113.7"
        )  # the rest anybody can write
        assert visitor_told(port, "127.0.0.1", "2001:db8::7") == "2001:db8::7"
        assert visitor_told(port, "127.0.0.2", "203.0.113.7") == "127.0.0.2"


def test_the_configuration_is_one_that_nginx_takes(tmp_path):
    program = nginx()
    said = subprocess.run(
        [program, "-t", "-p", str(tmp_path), "-c", str(configuration(tmp_path, "listen 80;", 8501, 8501))],
        capture_output=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
