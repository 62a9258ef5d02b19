"""What benchmarks with a sample and a whole share: how they are started, and where the whole one's summary is kept."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.paths import ROOT


def from_command_line(says: str, run: Callable[[bool], dict[str, Any]], whole_is: str, kept: Path) -> None:
    """Run and print the summary, and keep it where all was run.

    Parameters
    ----------
    says : str
        The benchmark's docstring.
    run : callable
        Given whether all is to be run; returns the summary.
    whole_is : str
        What `--full` runs.
    kept : Path
        Where the summary goes.
    """
    parser = argparse.ArgumentParser(description=says.splitlines()[0])
    parser.add_argument("--full", action="store_true", help=f"{whole_is}, and keep the summary")
    full = parser.parse_args().full
    found = run(full)
    print(json.dumps(found, indent=1))
    if full:
        keep(found, kept)


def keep(found: dict[str, Any], kept: Path) -> None:
    """Keep a summary, with the version that it was measured on."""
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"measured_on": measured_on()} | found, indent=1) + "\n", encoding="utf-8")


def measured_on() -> str:
    """Return the version and, in a copy that git knows, the commit; 'changed' stands for what is not committed."""
    said = version("stride-check")
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        unlike = ["git", "status", "--porcelain", "--untracked-files=no", "--", ":!benchmarks/results"]
        changed = subprocess.run(unlike, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return said
    return f"{said} at {commit.stdout.strip()}{', changed' if changed else ''}"
