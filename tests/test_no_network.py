"""An analysis opens no network socket, of any library: the kernel is asked, not the code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.paths import ROOT

STRACE = shutil.which("strace")

needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed")


def network_calls(log: Path, *command: str) -> list[str]:
    """Run a command with all its children under strace and return its calls that touch the network."""
    traced = [str(STRACE), "-f", "--seccomp-bpf", "-qq", "-e", "trace=%network", "-o", str(log), *command]
    done = subprocess.run(traced, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    return [line for line in log.read_text().splitlines() if "AF_INET" in line]


@needs_strace
def test_the_watch_sees_a_socket(tmp_path: Path) -> None:
    opens = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"
    assert network_calls(tmp_path / "log", sys.executable, "-c", opens)


@needs_strace
@pytest.mark.pose
def test_an_analysis_opens_no_network_socket(tmp_path: Path, short_demo: Path) -> None:
    out = tmp_path / "report.json"
    analyse = [sys.executable, "-c", "import sys; from core.cli.main import main; sys.exit(main())"]
    calls = network_calls(
        tmp_path / "log", *analyse, "analyse", str(short_demo), "--json", str(out), "--key-frames", str(tmp_path)
    )
    assert json.loads(out.read_text())["measures"]["trunk_lean"]["value"] is not None
    assert calls == []
