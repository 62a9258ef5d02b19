"""Draw `assets/demo_clip.mp4`, the clip that the start page's sample report is made from, and its truth beside it.

    uv run python -m tools.make_demo_clip

Nobody was filmed: the runner is drawn, so every figure that the sample shows can be held against what is exactly known.
The same bytes come out every time from the same versions of OpenCV, NumPy, SciPy and PyAV.
"""

from __future__ import annotations

from core.paths import ROOT
from simulation import Scene, Stride, draw_clip

ASSETS = ROOT / "assets"

# An easy pace with something to find: less lean and less extension than the coach's marks.
DEMO = Scene(
    stride=Stride(speed_mps=2.8, lean_deg=4.0, extension_deg=14.0),
    size_wh_px=(720, 1280),
    fps_hz=60.0,
    duration_s=6.0,
    facing="right",
    runner_px=640.0,
    exposure_s=0.003,
    start=0.2,
)


def main() -> None:
    """Write the clip and its truth."""
    clip = ASSETS / "demo_clip.mp4"
    truth = draw_clip(clip, DEMO, quality=21)
    clip.with_suffix(".json").write_text(truth.to_json() + "\n", encoding="utf-8")
    print(f"{clip.name}: {clip.stat().st_size / 1e3:.0f} kB, {len(truth.time_s)} pictures")


if __name__ == "__main__":
    main()
