"""Throw-away servers for tests: PostgreSQL of the system, and an S3-compatible one."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

_PATIENCE_S = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass(kw_only=True)
class Server:
    """One that answers at an address, and can be stopped at once, whoever is connected, and started again."""

    url: str
    run: Callable[[], subprocess.Popen[bytes]]
    answers: Callable[[], bool]
    stopped_by: signal.Signals

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._process = self.run()
        _wait(self.answers, self._process)

    def stop(self) -> None:
        self._process.send_signal(self.stopped_by)
        self._process.wait(_PATIENCE_S)


@contextlib.contextmanager
def postgresql() -> Iterator[Server]:
    """Give a fresh cluster's server; skip where PostgreSQL is not installed."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    if not programs[-1].is_file():
        pytest.skip("PostgreSQL is not installed")
    # It refuses to run as root.
    as_whom = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if as_whom:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        data, bin_ = Path(folder) / "data", programs[-1].parent
        new = [str(bin_ / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-N", "--locale=C", "-E", "UTF8"]
        subprocess.run(new, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_whom)
        run = [str(bin_ / "postgres"), "-D", str(data), "-k", folder]
        run += ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "log_min_messages=fatal"]
        asks = [str(bin_ / "pg_isready"), "-q", "-h", folder, "-U", "postgres"]
        with Server(
            url=f"postgresql://postgres@/postgres?host={folder}",
            run=lambda: subprocess.Popen(run, cwd=folder, **as_whom),
            answers=lambda: subprocess.run(asks, check=False).returncode == 0,
            stopped_by=signal.SIGINT,
        ) as server:
            yield server


@contextlib.contextmanager
def s3() -> Iterator[dict[str, str]]:
    """Give the settings by which an S3-compatible server with an empty bucket is reached."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "STRIDE_MEDIA_URL": f"s3://clips-{port}/of/runners",
        }
    finally:
        server.stop()


def _wait(condition, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert server.poll() is None, f"the server ended with code {server.returncode}"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)
