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
from core import uploads
from core.child import ROOT
from core.jobs import submit
from core.model import Answers
from core.shares import Shares
from core.store import Store, key_of, now_utc
from tests import builders

TUS = {"tus-resumable": "1.0.0"}


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


def test_any_server_answers_and_a_clip_in_pieces_arrives_whole(site, tmp_path):
    port, store, servers = site
    assert [ask(port, path)[0] for path in ("/metrics", "/readyz")] == [404, 404]

    token = submit(io.BytesIO(b"clip"), Answers(effort="easy"), store)
    store.finish(store.claim(key_of(token)).key, builders.report())
    link = Shares(store.engine, now_utc).make(token, life=timedelta(days=7))
    assert {ask(port, f"/r/{link.token}")[0] for _ in range(4)} == {200}

    clip = bytes(range(256)) * 1000
    for _ in range(4):  # so that keys of both servers are among them
        sent = uploads.begin(len(clip), Answers(), store)
        path, arrived = f"/uploads/{key_of(sent)}", 0
        while arrived < len(clip):
            said = ask(port, path, "HEAD", **TUS)
            assert (said[0], int(said[1]["upload-offset"])) == (200, arrived)
            piece = clip[arrived : arrived + 100_000]
            kind = {"content-type": "application/offset+octet-stream", "upload-offset": str(arrived)}
            assert ask(port, path, "PATCH", piece, **TUS, **kind)[0] == 204
            arrived += len(piece)
        assert store.job(sent).state == "waiting"
        assert (tmp_path / "shared" / "clips" / key_of(sent)).read_bytes() == clip
    held = [len(list((tmp_path / f"web-{number}" / "clips").iterdir())) for number in (1, 2)]
    assert held == [0, 0]

    status, headers, _ = ask(port, "/")
    assert status == 200
    cookie = headers["set-cookie"].split(";")[0]
    assert ask(port, "/_stcore/health", cookie=cookie)[0] == 200
    open_page(port, "")  # by its websocket, as a browser does

    servers[0].kill()
    assert {ask(port, f"/r/{link.token}")[0] for _ in range(4)} == {200}
    assert {ask(port, "/", cookie=cookie)[0] for _ in range(3)} == {200}


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
