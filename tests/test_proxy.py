"""The proxy's configuration that comes with the program, before two real servers."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.load import open_page
from benchmarks.serving import free_port, start
from core import ROOT, uploads
from core.jobs import submit
from core.model import Answers
from core.shares import Shares
from core.store import Store, key_of, now_utc
from tests import builders

TUS = {"tus-resumable": "1.0.0"}
PIECE_BYTES = 100_000


@pytest.fixture
def site(tmp_path, postgresql_url, monkeypatch):
    """Give the proxy's port, the store, and the two servers behind it."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    settings = {
        "STRIDE_DATABASE_URL": postgresql_url,
        "STRIDE_MEDIA_URL": f"file://{tmp_path / 'shared'}",
        "STRIDE_WORKERS": "0",
        "STRIDE_PROXIES": "1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    port, ports = free_port(), (free_port(), free_port())
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/run/nginx.pid", str(tmp_path / "pid"))
    for number, behind in enumerate(ports, 1):
        text = text.replace(f"web-{number}:8501", f"127.0.0.1:{behind}")
    (tmp_path / "nginx.conf").write_text(text)
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(Store.open(tmp_path / "onlooker"))
        servers = []
        for number, behind in enumerate(ports, 1):
            server = start(tmp_path / f"web-{number}", behind)
            stack.callback(server.wait)
            stack.callback(server.kill)
            servers.append(server)
        command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off;"]
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
    assert [ask(port, path)[0] for path in ("/metrics", "/readyz")] == [404, 404]

    token = submit(io.BytesIO(b"clip"), Answers(effort="easy"), store)
    store.finish(store.claim(key_of(token)).key, builders.report())
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


def test_the_configuration_is_one_that_nginx_takes(tmp_path):
    program = Path("/usr/sbin/nginx")
    if not program.is_file():
        pytest.skip("nginx is not installed")
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for name in ("web-1", "web-2"):
        text = text.replace(name, "127.0.0.1")
    (tmp_path / "nginx.conf").write_text(text.replace("/run/nginx.pid", str(tmp_path / "pid")))
    said = subprocess.run(
        [program, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], capture_output=True, check=False
    )
    assert said.returncode == 0, said.stderr
