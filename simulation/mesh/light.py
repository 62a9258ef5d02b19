"""Light on a body: a lamp or the sun with its shadows, and how open each part is to the light around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model.tracks import Floats
from simulation.mesh import kernels
from simulation.mesh.clothes import Dressed
from simulation.mesh.kernels import Array, Fragments, Lamp, Surface

_SHADOW_SIZE, _OPEN_SIZE, _HALF_M, _OPEN_BIAS_M = 640, 160, 1.4, 0.012
_CENTRE_UP_M = 0.9
_OPEN_DIRECTIONS = np.array(
    [[0, 1, 0], [0.8, 0.6, 0.3], [-0.8, 0.5, 0.3], [0.1, 0.3, 0.95], [0.1, 0.3, -0.95], [-0.9, -0.1, 0.2]]
)


@dataclass(frozen=True, kw_only=True)
class Light:
    """The light of a scene; strengths are linear, red green blue.

    Attributes
    ----------
    toward : tuple of float
        Direction to the lamp or sun: forward, up, and toward the camera.
    key, sky, ground : tuple of float
        The lamp's light, and the light from above and below.
    shadow : float
        How dark the shadow on the ground is, 0 to 1.
    """

    toward: tuple[float, float, float] = (0.35, 0.8, 0.55)
    key: tuple[float, float, float] = (1.15, 1.08, 0.98)
    sky: tuple[float, float, float] = (0.62, 0.66, 0.72)
    ground: tuple[float, float, float] = (0.34, 0.30, 0.26)
    shadow: float = 0.5


LIGHTS = {
    "even": Light(),
    "sun": Light(toward=(-0.5, 0.7, 0.6), key=(1.7, 1.55, 1.3), sky=(0.45, 0.52, 0.66), shadow=0.7),
    "behind": Light(toward=(0.3, 0.6, -0.75), key=(1.5, 1.4, 1.2), sky=(0.45, 0.48, 0.54), shadow=0.6),
    "dim": Light(key=(0.42, 0.38, 0.32), sky=(0.26, 0.27, 0.28), ground=(0.14, 0.13, 0.11), shadow=0.35),
}


def fragments(size_wh: tuple[int, int]) -> Fragments:
    """Return an empty frame."""
    shape = size_wh[1], size_wh[0]
    return Fragments(
        np.full(shape, np.inf, np.float32), np.full(shape, -1, np.int32), np.zeros((*shape, 2), np.float32)
    )


def _to_map(toward: Floats, centre_m: Floats, size: int) -> Array:
    """Return the matrix (3, 4) from metres to a square map as the lamp sees it: column, row, depth."""
    toward = toward / np.linalg.norm(toward)
    right = np.cross([0.0, 1.0, 0.01], toward)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(toward, right), -toward])
    axes[:2] *= size / 2 / _HALF_M
    shift = np.array([size / 2, size / 2, 0]) - axes @ centre_m
    return np.column_stack([axes, shift]).astype(np.float32)


def _seen_from(points: Array, faces: kernels.Faces, inside: Array, to_map: Array, size: int) -> tuple[Array, Array]:
    """Return the map of depths (size, size), and the points as column, row and depth."""
    placed = points @ to_map[:, :3].T + to_map[:, 3]
    seen = fragments((size, size))
    kernels.rasterise(placed, faces, inside, seen)
    return seen.depth, placed


def _openness(points: Array, faces: kernels.Faces, inside: Array, normals: Array, centre_m: Floats) -> Array:
    """Return how open each vertex is to the light around it, 0.25 to 1: seen or not from six directions."""
    open_to, most = np.zeros(len(points), np.float32), np.zeros(len(points), np.float32)
    for direction in _OPEN_DIRECTIONS:
        to_map = _to_map(direction, centre_m, _OPEN_SIZE)
        depth, placed = _seen_from(points + 0.012 * normals, faces, inside, to_map, _OPEN_SIZE)
        column, row = np.clip(placed[:, :2] + 0.5, 0, _OPEN_SIZE - 1).astype(np.intp).T
        weight = np.maximum(normals @ (direction / np.linalg.norm(direction)), 0).astype(np.float32) + 0.05
        open_to += weight * (depth[row, column] > placed[:, 2] - _OPEN_BIAS_M)
        most += weight
    return (0.25 + 0.75 * open_to / most).astype(np.float32)


def lit(points: Array, worn: Dressed, light: Light, toward: Floats) -> tuple[Surface, Lamp]:
    """Return a surface with its normals and openness, and the lamp with the surface's shadows.

    Parameters
    ----------
    points : ndarray, shape (v, 3)
        Where the points of a dressed body are, metres.
    worn : Dressed
        The dressed body at rest.
    light : Light
        The scene's light.
    toward : ndarray, shape (3,)
        Direction to the lamp.
    """
    centre = np.array([np.median(points[:, 0]), _CENTRE_UP_M, np.median(points[:, 2])])
    toward = toward / np.linalg.norm(toward)
    to_map = _to_map(toward, centre, _SHADOW_SIZE)
    shadows, _ = _seen_from(points, worn.faces, worn.inside, to_map, _SHADOW_SIZE)
    normals = kernels.normals(points, worn.faces)
    open_to = _openness(points, worn.faces, worn.inside, normals, centre)
    lamp = Lamp(_single(toward), _bgr(light.key), _bgr(light.sky), _bgr(light.ground), shadows, to_map)
    return Surface(points, normals, worn.colours, worn.gloss, open_to, worn.inside, worn.faces), lamp


def _single(values: npt.ArrayLike) -> Array:
    return np.ascontiguousarray(values, dtype=np.float32)


def _bgr(rgb: tuple[float, float, float]) -> Array:
    return _single(rgb[::-1])
