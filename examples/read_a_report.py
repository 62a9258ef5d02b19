"""Read a report's JSON, and print its measures and findings.

    uv run python examples/read_a_report.py [REPORT.json]

Without a path it reads the demo report. `docs/report-schema.md` describes the JSON.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.model import Missing, Report, amounts
from core.paths import ROOT


def main() -> None:
    """Print the report named on the command line."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "assets" / "demo_report.json"
    report = Report.from_json(path.read_bytes())

    print(f"Made on {report.made_on}, {report.clip.fps_hz:.0f} frames per second, {report.clip.duration_s:.1f} s")
    for key, measure in report.measures.items():
        if isinstance(measure, Missing):
            print(f"  {key}: {measure.missing_because}")
        else:
            print(f"  {key}: {amounts.value(measure)} {amounts.error(measure)}")
    print("Findings")
    for finding in report.findings:
        print(f"  {finding.key} ({finding.verdict}): {finding.says}")


if __name__ == "__main__":
    main()
