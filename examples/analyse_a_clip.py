"""Measure a clip and print each measure with its error.

    uv run python examples/analyse_a_clip.py [CLIP]

Without a path it measures the demo clip. A clip that cannot be measured ends with exit code 2, the reason and one piece of advice.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core import knowledge
from core.errors import StrideCheckError
from core.model import Answers, Missing, Report, amounts
from core.paths import ROOT
from core.report import analyse


def show(report: Report) -> None:
    """Print one line for each measure: its value and its error, or the reason why it is missing."""
    for key, text in knowledge.load().measures.items():
        measure = report.measures[key]
        if isinstance(measure, Missing):
            print(f"{text.name}: {measure.missing_because}")
        else:
            print(f"{text.name}: {amounts.value(measure)} {amounts.error(measure)} ({measure.n_strides} strides)")


def main() -> int:
    """Measure the clip named on the command line, and return the exit code."""
    clip = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "assets" / "demo_clip.mp4"
    try:
        # Effort and pace are optional. With them, more measures are compared with a range.
        analysis = analyse(clip, Answers(effort="easy"))
    except StrideCheckError as error:
        print(f"{error.what} {error.advice}", file=sys.stderr)
        return 2
    show(analysis.report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
