"""The inner loops of drawing, compiled by numba: skin, normals, triangles, light and shadow.

Points have x forward, y up and z to the runner's right (metres), or x right, y down and depth (pixels, metres).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Faces = npt.NDArray[np.int32]
Triple = tuple[float, float, float]
Function = TypeVar("Function", bound=Callable[..., Any])

_EDGE, _BIAS_M, _GLOSS_POWER = 1e-4, 0.015, 18.0


def compiled(function: Function) -> Function:
    """Return the function as machine code, which is kept on disk for the next process."""
    return cast(Function, numba.njit(cache=True, fastmath=True)(function))


class Surface(NamedTuple):
    """A surface at one instant: values at its v vertices, and the triangles between them.

    `inside` is negative where the surface is cut off: a hem runs where it is zero, also across triangles.
    """

    points: Array
    normals: Array
    colours: Array
    gloss: Array
    openness: Array
    inside: Array
    faces: Faces


class Lamp(NamedTuple):
    """A lamp far away, the light from sky and ground, and the lamp's shadows as a map of depths."""

    toward: Array
    key: Array
    sky: Array
    ground: Array
    shadows: Array
    to_map: Array


class Fragments(NamedTuple):
    """What each pixel shows: the depth, the triangle (-1 for none) and the shares of the triangle's first two corners."""

    depth: Array
    face: Faces
    shares: Array


@compiled
def skin(matrices: Array, bone_of: Faces, weights: Array, rest: Array) -> Array:
    """Return the vertices (v, 3), moved by their bones: linear blend skinning."""
    moved = np.zeros_like(rest)
    for vertex in range(rest.shape[0]):
        x, y, z = rest[vertex, 0], rest[vertex, 1], rest[vertex, 2]
        for slot in range(weights.shape[1]):
            share, bone = weights[vertex, slot], bone_of[vertex, slot]
            for axis in range(3):
                row = matrices[bone, axis]
                moved[vertex, axis] += share * (row[0] * x + row[1] * y + row[2] * z + row[3])
    return moved


@compiled
def normals(points: Array, faces: Faces) -> Array:
    """Return the unit normals (v, 3) of a surface, weighted by the triangles' areas."""
    summed = np.zeros_like(points)
    for face in range(faces.shape[0]):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        one, other = points[b] - points[a], points[c] - points[a]
        x = one[1] * other[2] - one[2] * other[1]
        y = one[2] * other[0] - one[0] * other[2]
        z = one[0] * other[1] - one[1] * other[0]
        for vertex in (a, b, c):
            summed[vertex, 0] += x
            summed[vertex, 1] += y
            summed[vertex, 2] += z
    for vertex in range(summed.shape[0]):
        summed[vertex] /= math.sqrt((summed[vertex] ** 2).sum()) + 1e-12
    return summed


@compiled
def rasterise(points: Array, faces: Faces, inside: Array, seen: Fragments) -> None:
    """Draw triangles whose corners (x, y, depth) are given, into `seen`; the nearest wins."""
    height, width = seen.depth.shape
    for face in range(faces.shape[0]):
        a, b, c = faces[face, 0], faces[face, 1], faces[face, 2]
        ax, ay, bx, by, cx, cy = points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1]
        area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
        if area == 0:
            continue
        left, right = max(0, math.ceil(min(ax, bx, cx))), min(width - 1, math.floor(max(ax, bx, cx)))
        top, bottom = max(0, math.ceil(min(ay, by, cy))), min(height - 1, math.floor(max(ay, by, cy)))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                u = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area
                v = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area
                w = 1 - u - v
                depth = u * points[a, 2] + v * points[b, 2] + w * points[c, 2]
                if min(u, v, w) < -_EDGE or depth >= seen.depth[y, x]:
                    continue
                if u * inside[a] + v * inside[b] + w * inside[c] >= 0:
                    seen.depth[y, x], seen.face[y, x] = depth, face
                    seen.shares[y, x, 0], seen.shares[y, x, 1] = u, v


@compiled
def _mixed(values: Array, a: int, b: int, c: int, u: float, v: float) -> Triple:
    w = 1 - u - v
    return (
        u * values[a, 0] + v * values[b, 0] + w * values[c, 0],
        u * values[a, 1] + v * values[b, 1] + w * values[c, 1],
        u * values[a, 2] + v * values[b, 2] + w * values[c, 2],
    )


@compiled
def _unit(x: float, y: float, z: float) -> Triple:
    size = 1 / math.sqrt(x * x + y * y + z * z + 1e-12)
    return x * size, y * size, z * size


@compiled
def _dot(one: Triple, other: Any) -> float:
    return float(one[0] * other[0] + one[1] * other[1] + one[2] * other[2])


@compiled
def shadow(lamp: Lamp, point: Triple, reach: int, step: int) -> float:
    """Return the share of a square around a point on the shadow map that is nearer to the lamp than the point."""
    size, to_map = lamp.shadows.shape[0], lamp.to_map
    column = int(_dot(point, to_map[0]) + to_map[0, 3] + 0.5)
    row = int(_dot(point, to_map[1]) + to_map[1, 3] + 0.5)
    depth = _dot(point, to_map[2]) + to_map[2, 3] - _BIAS_M
    hidden = count = 0
    for y in range(row - reach, row + reach + 1, step):
        for x in range(column - reach, column + reach + 1, step):
            count += 1
            if 0 <= x < size and 0 <= y < size and lamp.shadows[y, x] < depth:
                hidden += 1
    return hidden / count


@compiled
def shade(seen: Fragments, surface: Surface, lamp: Lamp, eye: Array, total: Array, covered: Array) -> None:
    """Add the light that each drawn pixel sends to `total` (h, w, 3), and 1 to `covered` (h, w)."""
    height, width = seen.face.shape
    for row in range(height):
        for column in range(width):
            face = seen.face[row, column]
            if face < 0:
                continue
            a, b, c = surface.faces[face, 0], surface.faces[face, 1], surface.faces[face, 2]
            u, v = seen.shares[row, column, 0], seen.shares[row, column, 1]
            w = 1 - u - v
            point, colour = _mixed(surface.points, a, b, c, u, v), _mixed(surface.colours, a, b, c, u, v)
            nx, ny, nz = _mixed(surface.normals, a, b, c, u, v)
            back = _unit(eye[0] - point[0], eye[1] - point[1], eye[2] - point[2])
            # The inside of a sleeve is seen too: a surface has two sides.
            sign = 1.0 if nx * back[0] + ny * back[1] + nz * back[2] >= 0 else -1.0
            normal = _unit(sign * nx, sign * ny, sign * nz)
            facing = max(0.0, _dot(normal, lamp.toward))
            lit = facing * (1 - shadow(lamp, point, 1, 1)) if facing > 0 else 0.0
            half = _unit(back[0] + lamp.toward[0], back[1] + lamp.toward[1], back[2] + lamp.toward[2])
            gloss = u * surface.gloss[a] + v * surface.gloss[b] + w * surface.gloss[c]
            shine = gloss * max(0.0, _dot(normal, half)) ** _GLOSS_POWER * lit
            open_to = u * surface.openness[a] + v * surface.openness[b] + w * surface.openness[c]
            up = 0.5 + 0.5 * normal[1]
            for band in range(3):
                around = open_to * (up * lamp.sky[band] + (1 - up) * lamp.ground[band])
                total[row, column, band] += colour[band] * (around + lit * lamp.key[band]) + shine
            covered[row, column] += 1


@compiled
def ground_shadow(
    lamp: Lamp, eye: Array, rays: tuple[Array, Array, Array], shape: tuple[int, int], half_m: Array
) -> Array:
    """Return how much of the lamp's light the ground (y = 0) lacks at each pixel, (h, w).

    The rays are `across`, `down` and `ahead`: the ray through pixel (column, row) has the direction
    `ahead + column * across + row * down`. The ground reaches `half_m` along x and z to both sides of the origin.
    """
    across, down, ahead = rays
    lacking = np.zeros(shape, np.float32)
    for row in range(shape[0]):
        for column in range(shape[1]):
            y = ahead[1] + column * across[1] + row * down[1]
            if y >= -0.01:
                continue
            far = -eye[1] / y
            x = eye[0] + far * (ahead[0] + column * across[0] + row * down[0])
            z = eye[2] + far * (ahead[2] + column * across[2] + row * down[2])
            if abs(x) < half_m[0] and abs(z) < half_m[1]:
                lacking[row, column] = shadow(lamp, (x, 0.0, z), 3, 2)
    return lacking
