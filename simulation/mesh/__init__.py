"""A simulated runner with a human body, driven by the same motion as the drawn one.

    BodyMesh -> Pose of a Motion -> dressed surface -> frames of a MeshScene -> a clip and its Truth

`bodies.py` reads a body, `poses.py` moves its bones, `clothes.py` and `outfits.py` dress it, `scenes.py` says what is
filmed, and `film.py`, `light.py` and `kernels.py` draw it. Drawing needs numba, which is in the extra `tools`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from simulation.mesh.bodies import BODIES, BodyMesh, body_mesh
    from simulation.mesh.film import mesh_frames, render_clip
    from simulation.mesh.outfits import OUTFITS, Outfit
    from simulation.mesh.scenes import MeshScene, mesh_truth
else:
    __getattr__, __dir__ = lazily(
        __name__,
        bodies="BODIES BodyMesh body_mesh",
        film="mesh_frames render_clip",
        outfits="OUTFITS Outfit",
        scenes="MeshScene mesh_truth",
    )

__all__ = [
    "BODIES",
    "OUTFITS",
    "BodyMesh",
    "MeshScene",
    "Outfit",
    "body_mesh",
    "mesh_frames",
    "mesh_truth",
    "render_clip",
]
