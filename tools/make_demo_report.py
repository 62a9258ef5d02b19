"""Measure the demo clip and write its report, which the start page shows as a sample.

Run it with `uv run python -m tools.make_demo_report`.
"""

from __future__ import annotations

from core.model.amounts import value
from core.model.report import Answers
from core.paths import ROOT
from core.report.pipeline import analyse
from tools.make_demo_clip import DEMO

ASSETS = ROOT / "assets"
PACE_S_PER_KM = round(1000 / DEMO.scene.stride.speed_mps)


def main() -> None:
    """Write `assets/demo_report.json`."""
    report = analyse(
        ASSETS / "demo_clip.mp4", Answers(effort="easy", pace_s_per_km=PACE_S_PER_KM, surface="treadmill")
    ).report
    (ASSETS / "demo_report.json").write_text(report.to_json() + "\n")
    print(f"lean {value(report.measures['trunk_lean'])}, extension {value(report.measures['leg_extension'])}")


if __name__ == "__main__":
    main()
