"""Render `assets/demo_clip.mp4`, the clip that the start page's sample report is made from, and write its truth next to it.

    uv run --extra tools python -m tools.make_demo_clip

Nobody was filmed: the runner is computer-drawn, so the sample can be compared with what is exactly known.
"""

from __future__ import annotations

from core.paths import ROOT
from simulation import Scene, Stride
from simulation.mesh import MeshScene, render_clip

ASSETS = ROOT / "assets"

# An easy pace with something to find: less lean and less extension than the coach's marks.
DEMO = MeshScene(
    scene=Scene(
        stride=Stride(speed_mps=2.8, lean_deg=4.0, extension_deg=14.0),
        size_wh_px=(720, 1280),
        fps_hz=60.0,
        duration_s=6.0,
        facing="right",
        runner_px=640.0,
        exposure_s=0.003,
        start=0.2,
        blur_px=0.6,
    ),
    body="f_slim",
    outfit="tights and top",
)


def main() -> None:
    """Write the clip and its truth."""
    clip = ASSETS / "demo_clip.mp4"
    truth = render_clip(clip, DEMO, quality=25)
    clip.with_suffix(".json").write_text(truth.to_json() + "\n", encoding="utf-8")
    print(f"{clip.name}: {clip.stat().st_size / 1e3:.0f} kB, {len(truth.time_s)} frames")


if __name__ == "__main__":
    main()
