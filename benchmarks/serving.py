"""A real server for benchmarks: on this machine only, with a data folder of its own."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.paths import ROOT

START_WITHIN_S = 90.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def start(
    data: Path,
    port: int,
    *,
    before: Sequence[str] = (),
    program: Sequence[str] = ("-m", "streamlit"),
    options: Sequence[str] = (),
    address: str = "127.0.0.1",
    host: str | None = None,
    **settings: str,
) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers.

    Parameters
    ----------
    data : Path
        The data folder; the log is written next to it.
    port : int
        Where it listens.
    before : sequence of str
        What the command is to be started by.
    program : sequence of str
        What Python runs.
    options : sequence of str
        More options of Streamlit.
    address : str
        Where it listens; it must be reached by 127.0.0.1.
    host : str, optional
        The name to ask it by.
    **settings : str
        Environment variables.

    Raises
    ------
    TimeoutError
        If it does not answer within `START_WITHIN_S`.
    """
    where = (f"--server.port={port}", f"--server.address={address}", "--server.headless=true")
    streamlit = (sys.executable, *program, "run", "streamlit_app.py", *where)
    command = [*before, *streamlit, "--server.fileWatcherType=none", *options]
    environment = os.environ | {"STRIDE_DATA": str(data)} | settings
    data.mkdir(exist_ok=True)
    with (data.parent / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    deadline_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline_s and server.poll() is None:
        if _answers(port, host):
            return server
        time.sleep(0.1)
    server.kill()
    raise TimeoutError("the server did not start")


def _answers(port: int, host: str | None) -> bool:
    with (
        contextlib.suppress(OSError, http.client.HTTPException),
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
    ):
        connection.request("GET", "/healthz", headers={"Host": host} if host else {})
        return connection.getresponse().status == 200
    return False


@contextlib.contextmanager
def serving(data: Path, **settings: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Serve meanwhile; yields the port and the server's process."""
    port = free_port()
    server = start(data, port, **settings)
    try:
        yield port, server
    finally:
        server.terminate()
        server.wait(30)
