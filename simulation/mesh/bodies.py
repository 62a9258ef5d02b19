"""Six human bodies as meshes with bones, and their proportions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.model.tracks import Floats
from simulation.proportions import Proportions

FOLDER = Path(__file__).parent / "bodies"
BODIES = ("m_avg", "m_tall", "m_heavy", "f_slim", "f_short", "f_heavy")
SIDES = ("L", "R")
"""Left and right, as in the names of bones and in the arrays of `simulation.motion`."""

_VERTICES_PER_M, _WEIGHT_PER_1 = 1.5e4, 255
SOLE_M = 0.014
"""Thickness of a shoe's sole."""
_FEET_APART_M, _HANDS_IN = 0.10, 0.08
_HEEL_ROUND_M, _TIP_ROUND_M = 0.012, 0.010


@dataclass(frozen=True, kw_only=True)
class BodyMesh:
    """A body that stands upright, arms held away; x forward, y up from the bare sole, z to the body's right, metres.

    Attributes
    ----------
    name : str
        One of `BODIES`.
    bones : tuple of str, length b
        Names of the bones; each comes after its parent.
    parents : ndarray, shape (b,)
        Index of each bone's parent.
    heads_m : ndarray, shape (b, 3)
        Where each bone begins; hips and knees are where annotators of photographs mark them.
    vertices_m : ndarray, shape (v, 3)
        The skin.
    faces : ndarray, shape (f, 3)
        Indices of triangles.
    bone_of, weights : ndarray, shape (v, k)
        The bones that move a vertex, and their shares, which add up to 1.
    hips_moved_m : float
        How far ahead of the skeleton's own hip joints the annotators' hips are.
    lips, ears, face, eyes : ndarray, shape (v,)
        How far a vertex belongs to these, 0 to 1.
    """

    name: str
    bones: tuple[str, ...]
    parents: npt.NDArray[np.int16]
    heads_m: Floats
    vertices_m: Floats
    faces: npt.NDArray[np.int32]
    bone_of: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    hips_moved_m: float
    lips: Floats
    ears: Floats
    face: Floats
    eyes: Floats

    @cached_property
    def _index(self) -> dict[str, int]:
        return {bone: index for index, bone in enumerate(self.bones)}

    def index(self, bone: str) -> int:
        """Return the index of a bone."""
        return self._index[bone]

    def head_m(self, bone: str) -> Floats:
        """Return where a bone begins, shape (3,)."""
        head: Floats = self.heads_m[self._index[bone]]
        return head

    def share(self, starts: Sequence[str]) -> Floats:
        """Return how far each vertex moves with the bones whose names start so, shape (v,), 0 to 1."""
        chosen = np.array([bone.startswith(tuple(starts)) for bone in self.bones])
        return np.asarray((self.weights * chosen[self.bone_of]).sum(axis=1), dtype=np.float64)

    @property
    def height_m(self) -> float:
        """Body height."""
        return float(self.vertices_m[:, 1].max())

    @property
    def adduction_rad(self) -> float:
        """How far the legs point to the middle: a runner's feet land close to one line."""
        hip, ankle = self.head_m("upperleg01.R"), self.head_m("foot.R")
        return float(np.arctan2(hip[2] - _FEET_APART_M / 2, hip[1] - ankle[1]))

    @cached_property
    def proportions(self) -> Proportions:
        """The body's lengths as shares of its height, in shoes."""
        hip, knee, ankle = (self.head_m(f"{bone}.R") for bone in ("upperleg01", "lowerleg01", "foot"))
        shoulder, elbow, wrist = (self.head_m(f"{bone}.R") for bone in ("upperarm01", "lowerarm01", "wrist"))
        flat, neck = np.cos(self.adduction_rad), np.array([shoulder[0], shoulder[1], 0.0])
        foot_x = self.vertices_m[self.share(("foot.R", "toe")) > 0.6, 0]
        ball = np.mean([self.head_m(f"toe{toe}-1.R") for toe in (1, 2)], axis=0)
        lengths = {
            "thigh": flat * np.linalg.norm(knee - hip),
            "shank": flat * np.linalg.norm(ankle - knee),
            "trunk": np.linalg.norm((neck - hip)[:2]),
            "upper_arm": np.linalg.norm(elbow - shoulder),
            "forearm": np.linalg.norm(wrist - elbow),
            "shoulder_breadth": shoulder[2],
            "hip_breadth": hip[2],
            "heel_back": ankle[0] - foot_x.min() - _HEEL_ROUND_M,
            "toe_ahead": ball[0] - ankle[0],
            "toes": foot_x.max() - ball[0] - _TIP_ROUND_M,
            "ball_up": ball[1] + SOLE_M,
            "ankle_up": ankle[1] + SOLE_M,
        }
        shares = {name: float(length) / self.height_m for name, length in lengths.items()}
        return Proportions(**shares, sole=0.0, hands_in=_HANDS_IN, adduction_deg=float(np.degrees(self.adduction_rad)))


@cache
def body_mesh(name: str) -> BodyMesh:
    """Return one of `BODIES`."""
    if name not in BODIES:
        raise ValueError(f"no body is called {name}")
    with np.load(FOLDER / "skeleton.npz") as common, np.load(FOLDER / f"{name}.npz") as own:
        weights = common["weights"].astype(np.float32) / _WEIGHT_PER_1
        return BodyMesh(
            name=name,
            bones=tuple(str(bone) for bone in common["bones"]),
            parents=common["parents"],
            heads_m=own["joints_m"].astype(np.float64),
            vertices_m=own["vertices"] / _VERTICES_PER_M,
            faces=common["faces"].astype(np.int32),
            bone_of=common["bone_of"].astype(np.int32),
            weights=weights / weights.sum(axis=1, keepdims=True),
            hips_moved_m=float(own["hips_moved_m"]),
            lips=common["lips"] / 255,
            ears=common["ears"] / 255,
            face=common["face"] / 255,
            eyes=common["eyes"].astype(np.float64),
        )
