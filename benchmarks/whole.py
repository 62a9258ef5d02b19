"""What benchmarks with a sample and a whole share: how they are started, and where the whole one's summary is kept."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
    text = json.dumps(run(full), indent=1)
    print(text)
    if full:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(text + "\n", encoding="utf-8")
