"""Runs the README's commands, word for word, as somebody would who has just cloned the project.

    python3 tools/readme.py FOLDER
    python3 tools/readme.py --serve "COMMAND"      only this: does what serves show its first page?

Needs nothing but git and a Python 3.11 with pip and venv. The clone of HEAD, a home with empty caches and a Python of its own are
put into FOLDER, which must not exist yet, and stay there. The command line finds clips and a track of the names that the README
gives them. Each command must end with 0; one that serves must show its first page. Prints how long each took.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOT_FOR_THE_APP = ("pytest", "mypy", "ruff", "moto", "playwright", "psycopg", "s3fs")
"""What must not be installed before the tests ask for it."""

INPUTS = """
from pathlib import Path
import numpy as np
from simulation import track_of
from simulation import Motion, Scene, Stride, draw_clip, truth_of
track = track_of(truth_of(Scene(), Motion(Stride())))
named = {name: getattr(track, name) for name in ("time_s", "xy_px", "visibility", "size_wh_px")}
np.savez("track.npz", **named)
draw_clip(Path("two.mp4"), Scene(duration_s=3.6, runner_px=430.0, size_wh_px=(1280, 720), fps_hz=60.0, rival=True))
"""
"""Writes the track of a drawn runner, and a clip in which two run."""

SYSTEM = "/usr/local/bin:/usr/bin:/bin"
"""Where the system's own programs are."""

_SERVED_WITHIN_S = 900
_FOREIGN = ("UV_", "VIRTUAL_ENV", "PYTHON", "PYTEST_", "STRIDE_", "STREAMLIT_", "PYENV_", "XDG_")


def commands(readme: str, section: str) -> list[str]:
    """Return the commands of a section: its indented lines, without their comments."""
    _, _, rest = readme.partition(f"\n## {section}\n")
    lines = rest.partition("\n## ")[0].splitlines()
    return [re.sub(r"\s+# .*", "", line).strip() for line in lines if line.startswith("    ")]


def serves(command: str) -> bool:
    """Return whether a command goes on until it is ended."""
    return "streamlit run" in command or "stride-check serve" in command


def run(command: str, folder: Path, env: Mapping[str, str]) -> float:
    """Run a command to its end, or until it shows its first page, and return the seconds that this took."""
    began_s = time.monotonic()
    if not serves(command):
        subprocess.run(command, shell=True, cwd=folder, env=env, check=True)  # noqa: S602, as somebody types it
        return time.monotonic() - began_s
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    server = subprocess.Popen(command, shell=True, cwd=folder, env={**env, **own}, start_new_session=True)  # noqa: S602
    try:
        while not _shows_page(port):
            if server.poll() is not None or time.monotonic() > began_s + _SERVED_WITHIN_S:
                raise SystemExit(f"no page came from: {command}")
            time.sleep(0.2)
        return time.monotonic() - began_s
    finally:
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End a server and all that its command started, in an orderly way if it does so within a while."""
    deadline_s = time.monotonic() + 30
    number: int = signal.SIGTERM
    with contextlib.suppress(ProcessLookupError):
        while True:
            os.killpg(server.pid, number)
            server.poll()
            time.sleep(0.2)
            number = signal.SIGKILL if time.monotonic() > deadline_s else 0  # 0: only asks whether something is left
    server.wait()


def _shows_page(port: int) -> bool:
    with contextlib.suppress(OSError):
        for path, shown in (("readyz", b""), ("", b"Stride Check")):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
                if shown not in answer.read():
                    return False
        return True
    return False


def _prepared(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return a clone, and the variables of somebody who has nothing else."""
    folder.mkdir(parents=True)
    clone, home, python = folder / "clone", folder / "home", folder / "python"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    if (shared := ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(shared)
    subprocess.run([sys.executable, "-m", "venv", python], check=True)
    env = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return clone, env | {"HOME": str(home), "PATH": f"{python / 'bin'}:{SYSTEM}"}


def _check_lean(clone: Path) -> None:
    found = [name for name in NOT_FOR_THE_APP if list(clone.glob(f".venv/lib/python3*/site-packages/{name}"))]
    if found:
        raise SystemExit(f"the app's own command installed {', '.join(found)}")


def main(folder: Path) -> None:
    """Run all commands of both sections."""
    clone, env = _prepared(folder)
    took = {}
    for command in commands((clone / "README.md").read_text(encoding="utf-8"), "Run it"):
        print(f"$ {command}", flush=True)
        if command.startswith("pipx "):  # for a system whose Python takes no packages by pip
            if shutil.which("pipx", path=SYSTEM) is None:
                print("not run: pipx is not installed")
                continue
            shutil.rmtree(clone / ".venv")
        took[command] = run(command, clone, env | {"PATH": SYSTEM} if command.startswith("pipx ") else env)
        if serves(command):
            _check_lean(clone)
    (clone / "clips").mkdir()
    for name in ("run.mp4", "clips/first.mp4", "clips/second.mp4"):
        shutil.copy(clone / "assets" / "demo_clip.mp4", clone / name)
    subprocess.run([clone / ".venv" / "bin" / "python", "-c", INPUTS], cwd=clone, check=True)
    for command in commands((clone / "README.md").read_text(encoding="utf-8"), "From the command line"):
        print(f"$ {command}", flush=True)
        took[command] = run(command, clone, env)
    print("\nThe README's commands, word for word:")
    for command, seconds in took.items():
        print(f"{seconds:8.1f} s  {command}")


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        print(f"{run(sys.argv[2], Path.cwd(), os.environ):.1f} s until the first page of: {sys.argv[2]}")
    else:
        main(Path(sys.argv[1]).resolve())
