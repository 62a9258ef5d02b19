"""A server as people start it, and visitors of it that speak as Streamlit's page does, from an address of their own each."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.serving import free_port
from core.paths import ROOT

START_WITHIN_S = 120
PATIENCE_S = 60


@dataclass(kw_only=True)
class Site:
    """A server that runs."""

    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def descriptors(self) -> int:
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def ask(self, method: str, path: str, *, source="127.0.0.1", body=None, **headers: str):
        """Return status, headers in lower case, and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S, source_address=(source, 0))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


FORGETFUL = """
from web.streamlit_shell import sessions
sessions.FREED_AFTER_S, sessions.EVERY_S = 1.0, 0.2
from streamlit.web.cli import main
main()
"""
"""Python's program for a server that ends the session of a closed window after a second, not half a minute."""


@contextlib.contextmanager
def site(
    folder: Path,
    *,
    address: str = "127.0.0.1",
    headless: bool = True,
    before: tuple[str, ...] = (),
    program: tuple[str, ...] = ("-m", "streamlit"),
    **settings: str,
) -> Iterator[Site]:
    """Start a server, wait until it is ready, and end it."""
    port = free_port()
    options = [f"--server.port={port}", f"--server.headless={str(headless).lower()}", "--server.fileWatcherType=none"]
    options += [f"--server.address={address}"] if address else []
    command = [*before, sys.executable, *program, "run", "streamlit_app.py", *options]
    environment = os.environ | {"STRIDE_DATA": str(folder / "data"), "STRIDE_WORKERS": "0"} | settings
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    running = Site(port=port, process=process, folder=folder)
    deadline_s = time.monotonic() + START_WITHIN_S
    try:
        while True:
            assert process.poll() is None, running.log()
            assert time.monotonic() < deadline_s, "the server did not start"
            with contextlib.suppress(OSError):
                if running.ask("GET", "/readyz")[0] == 200:
                    break
            time.sleep(0.2)
        yield running
    finally:
        # A program that runs it, as `before` may name, does not pass a signal on: all of its group are told.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)


@dataclass(kw_only=True)
class Window:
    """A window that is open on a page."""

    socket: ClientConnection
    session_id: str = ""
    seen: list[ForwardMsg] = field(default_factory=list)

    def say(self, message: BackMsg) -> None:
        self.socket.send(message.SerializeToString())

    def run(self, page: str = "", query: str = "") -> Self:
        """Run a page's script and keep what it shows."""
        ask = BackMsg()
        ask.rerun_script.page_name, ask.rerun_script.query_string = page, query
        self.say(ask)
        return self.wait_for("script_finished")

    def wait_for(self, kind: str, within_s: float = PATIENCE_S) -> Self:
        self.seen.clear()
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=within_s))
            self.seen.append(message)
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == kind:
                return self

    def shows(self, kind: str) -> list:
        """Return the elements of a kind that the last run showed."""
        elements = [message.delta.new_element for message in self.seen if message.WhichOneof("type") == "delta"]
        return [getattr(element, kind) for element in elements if element.WhichOneof("type") == kind]


@contextlib.contextmanager
def window(running: Site, *, source: str = "127.0.0.1", **headers: str) -> Iterator[Window]:
    """Open a window, from this address."""
    with connect(
        f"ws://127.0.0.1:{running.port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers=headers,
        source_address=(source, 0),
        open_timeout=PATIENCE_S,
        max_size=None,
        proxy=None,
    ) as socket:
        yield Window(socket=socket)
