"""The exact versions that `uv run` installs, found by uv's resolver and kept in `pyproject.toml` and `requirements.txt`.

    uv run --group dev python -m tools.pins               what the newest versions within the bounds change
    uv run --group dev python -m tools.pins --write       pin those versions
    uv run --group dev python -m tools.pins --try ...     run the tests with them in a copy; what follows goes to pytest

uv's own lock file names the registry of whoever wrote it, so it is not committed. `uv run` reads the pins as constraints, and so
resolves to the same versions everywhere. `requirements.txt` adds the hash of each file, for images and for hosts without uv; it
holds what runs, with the clients of servers, and no tool of development.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT, REQUIREMENTS = ROOT / "pyproject.toml", ROOT / "requirements.txt"

_PINS = re.compile(r"(?<=^constraint-dependencies = \[\n)[^\]]*(?=^\]$)", re.MULTILINE)
_NEVER = "sys_platform == 'never'"
"""The marker by which `override-dependencies` leaves a package out."""


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What the resolver found: requirements with exact versions, and the same of what runs with their hashes."""

    pins: tuple[str, ...]
    requirements: str


def pinned(project: str) -> tuple[str, ...]:
    """Return the pins in the text of a `pyproject.toml`."""
    return tuple(tomllib.loads(project)["tool"]["uv"]["constraint-dependencies"])


def with_pins(project: str, pins: Sequence[str]) -> str:
    """Return the text of a `pyproject.toml` with other pins."""
    lines = "".join(f'    "{pin}",\n' for pin in pins)
    return _PINS.sub(lambda _: lines, project, count=1)


def in_force(pins: Sequence[str]) -> dict[str, str]:
    """Return the pinned version of each package for the Python and the system that this runs on."""
    wanted = [Requirement(pin) for pin in pins]
    return {one.name: str(one.specifier)[2:] for one in wanted if one.marker is None or one.marker.evaluate()}


def resolve(project: str) -> Resolved:
    """Return what uv finds for the text of a `pyproject.toml`, on any Python and system that it allows."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").write_text(project, encoding="utf-8")
        _uv(folder, "lock")
        found = _uv(folder, "export", "--all-extras", "--all-groups", "--no-hashes").splitlines()
        requirements = _uv(folder, "export", "--extra", "server")
    return Resolved(pins=_as_pins(found), requirements=requirements)


def differences(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the pins that are gone, with a minus, and those that are new, with a plus, by name."""
    changed = [("-", pin) for pin in set(before) - set(after)] + [("+", pin) for pin in set(after) - set(before)]
    return [f"{sign} {pin}" for sign, pin in sorted(changed, key=lambda pair: (pair[1].split("=")[0], pair[0] == "+"))]


def _as_pins(found: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of an export as constraints: the marker tells only versions of one package from each other."""
    wanted = [one for one in map(Requirement, found) if str(one.marker) != _NEVER.replace("'", '"')]
    versions = Counter(one.name for one in wanted)
    return tuple(
        f"{one.name}{one.specifier}"
        + (f" ; {str(one.marker).replace(chr(34), chr(39))}" if versions[one.name] > 1 else "")
        for one in wanted
    )


def _uv(folder: str, command: str, *options: str) -> str:
    if command == "export":
        options = ("--quiet", "--no-emit-project", "--no-annotate", "--no-header", *options)
    ran = subprocess.run(
        [os.environ.get("UV", "uv"), command, *options], cwd=folder, check=True, text=True, stdout=subprocess.PIPE
    )
    return ran.stdout


def _run_tests(project: str, options: Sequence[str]) -> int:
    """Run the tests in a copy of the project that has this `pyproject.toml`, and return pytest's exit code."""
    files = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(files, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout.split("\0")
    with tempfile.TemporaryDirectory(prefix="stride-check-newest-") as folder:
        for name in filter(None, names):
            to = Path(folder) / name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to)
        (Path(folder) / "pyproject.toml").write_text(project, encoding="utf-8")
        own = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_NO_SYNC")}
        return subprocess.run(
            [os.environ.get("UV", "uv"), "run", "pytest", *options], cwd=folder, env=own, check=False
        ).returncode


def main(arguments: Sequence[str] | None = None) -> int:
    """Resolve anew, and show, write or try what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="pin the newest versions within the bounds")
    parser.add_argument("--try", dest="tried", nargs=argparse.REMAINDER, help="run the tests with them in a copy")
    asked = parser.parse_args(arguments)

    project = PROJECT.read_text(encoding="utf-8")
    found = resolve(with_pins(project, ()))
    changed = differences(pinned(project), found.pins)
    print("\n".join(changed) or "The pins are the newest versions within the bounds.")
    if asked.write:
        PROJECT.write_text(with_pins(project, found.pins), encoding="utf-8")
        REQUIREMENTS.write_text(found.requirements, encoding="utf-8")
    if asked.tried is not None:
        code = _run_tests(with_pins(project, found.pins), asked.tried)
        print(f"{len(changed)} pins differ; with them, pytest ended with {code}.")
        return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
