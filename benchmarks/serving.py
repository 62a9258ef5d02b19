"""A real server for benchmarks: on this machine only, with a data folder of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from core import ROOT

START_WITHIN_S = 90.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def start(data: Path, port: int, **settings: str) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers.

    Raises
    ------
    TimeoutError
        Where it does not within `START_WITHIN_S`.
    """
    options = (f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true")
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options, "--server.fileWatcherType=none"]
    environment = os.environ | {"STRIDE_DATA": str(data)} | settings
    data.mkdir(exist_ok=True)
    with (data.parent / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    deadline_s = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline_s and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return server
        time.sleep(0.1)
    server.kill()
    raise TimeoutError("the server did not start")


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
