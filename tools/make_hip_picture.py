"""Render `docs/hip.jpg`: three places where "the hip" can be said to be, and the trunk lean from each.

uv run --extra tools python -m tools.make_hip_picture
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.model.tracks import Floats
from core.paths import ROOT
from simulation import Scene, Stride
from simulation.clip import Picture
from simulation.mesh import MeshScene, body_mesh, mesh_frames
from simulation.mesh.bodies import BodyMesh
from simulation.mesh.poses import Pose, pose
from simulation.mesh.scenes import motion_of
from simulation.scene import Camera

TO = ROOT / "docs" / "hip.jpg"
FONT = ROOT / "assets" / "fonts"
SIZE_WH = (760, 620)
FOUND = MeshScene(
    scene=Scene(
        stride=Stride(lean_deg=6.0),
        size_wh_px=(640, 1160),
        runner_px=1000.0,
        distance_m=40.0,
        surface="treadmill",
        start=0.12,
    ),
    body="m_heavy",
    outfit="red shirt",
)
NAMES = ("middle of the joint", "marked in photographs", "widest point of the skin")
COLOURS = ((255, 214, 64), (70, 235, 255), (120, 255, 130))


def _hips_m(body: BodyMesh, moved: Pose) -> list[Floats]:
    """Return the three points on the near side, each (3,), as the pelvis carries them."""
    bone = body.index("pelvis.R")
    marked = moved.heads_m[0, body.index("upperleg01.R")]
    joint = marked - moved.rotations[0, bone] @ [body.hips_moved_m, 0, 0]
    rest = body.vertices_m
    level = np.abs(rest[:, 1] - body.head_m("upperleg01.R")[1]) < 0.03 * body.height_m
    seat = np.flatnonzero(level & (body.share(("upperleg01.R", "upperleg02.R", "pelvis.R")) > 0.5))
    widest = rest[seat[np.argsort(rest[seat, 2])[-12:]]].mean(axis=0)
    skin = marked + moved.rotations[0, bone] @ (widest - body.head_m("upperleg01.R"))
    return [joint, marked, skin]


def lean_deg(shoulder_m: Floats, hip_m: Floats) -> float:
    """Return the lean of the line from hip to shoulder."""
    ahead, up = (shoulder_m - hip_m)[:2]
    return float(np.degrees(np.arctan2(ahead, up)))


def leans_deg() -> list[float]:
    """Return the lean from each of the three points."""
    body, moved = body_mesh(FOUND.body), _posed()
    return [lean_deg(_shoulder_m(body, moved), hip) for hip in _hips_m(body, moved)]


def _posed() -> Pose:
    return pose(body_mesh(FOUND.body), motion_of(FOUND.scene.stride), FOUND.scene.motion_time_s([0.0]))


def _shoulder_m(body: BodyMesh, moved: Pose) -> Floats:
    shoulders: Floats = moved.heads_m[0, [body.index("upperarm01.L"), body.index("upperarm01.R")]].mean(axis=0)
    return shoulders


def picture() -> Picture:
    """Return the picture, (height, width, 3), red green blue."""
    body, moved, camera = body_mesh(FOUND.body), _posed(), Camera(FOUND.scene)
    (frame,) = mesh_frames(FOUND, 0.0)
    pale = cv2.addWeighted(frame, 0.72, np.full_like(frame, 255), 0.28, 0)
    shoulder, hips = _shoulder_m(body, moved), _hips_m(body, moved)
    at = camera.project(np.array([shoulder, *hips]))
    for place, colour in zip(at[1:], COLOURS, strict=True):
        shoulder_px, hip_px = (np.round(point * 16).astype(int).tolist() for point in (at[0], place))
        for wider, shade in ((2, (40, 40, 40)), (0, colour[::-1])):
            cv2.line(pale, shoulder_px, hip_px, shade, 4 + wider, cv2.LINE_AA, 4)
            cv2.circle(pale, hip_px, (9 + wider) * 16, shade, -1, cv2.LINE_AA, 4)
    top = int(at[:, 1].min() - 260)
    cut = pale[top : top + SIZE_WH[1]]
    return _labelled(np.ascontiguousarray(cut[..., ::-1]), [lean_deg(shoulder, hip) for hip in hips])


def _labelled(rgb: Picture, leans: list[float]) -> Picture:
    wide = Image.new("RGB", SIZE_WH, (250, 250, 250))
    wide.paste(Image.fromarray(rgb), (-110, 0))
    draw = ImageDraw.Draw(wide)
    draw.rectangle((470, 0, *SIZE_WH), fill=(250, 250, 250))
    big, small = (ImageFont.truetype(next(FONT.glob("*.ttf")), size) for size in (34, 21))
    for row, (name, colour, lean) in enumerate(zip(NAMES, COLOURS, leans, strict=True)):
        y = 150 + 120 * row
        draw.ellipse((490, y + 10, 512, y + 32), fill=colour, outline=(40, 40, 40), width=2)
        draw.text((526, y), f"lean {lean:.1f}°", font=big, fill=(30, 30, 30))
        draw.text((526, y + 44), name, font=small, fill=(70, 70, 70))
    return np.asarray(wide)


def main() -> None:
    """Write the picture."""
    Image.fromarray(picture()).save(TO, quality=84, optimize=True)
    print(f"{TO.name}: {TO.stat().st_size / 1e3:.0f} kB, lean " + ", ".join(f"{lean:.1f}" for lean in leans_deg()))


if __name__ == "__main__":
    main()
