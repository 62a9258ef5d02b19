"""Dress a body: shirt, shorts or tights, socks, shoes and hair are shells over the skin, cut off where a smooth field is zero."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csr_matrix

from core.model.tracks import Floats
from simulation.mesh.bodies import SIDES, SOLE_M, BodyMesh
from simulation.mesh.outfits import Colour, Outfit

_HIDDEN_M = 0.02  # skin so far inside a garment is left out
_WEIGHT_M = 0.1  # what a share of 1 in the skin's weights counts in a field of metres


@dataclass(frozen=True, kw_only=True)
class Dressed:
    """A dressed body at rest, as one surface.

    Attributes
    ----------
    points_m : ndarray, shape (v, 3)
        Axes as in `BodyMesh`.
    bone_of, weights : ndarray, shape (v, k)
        As in `BodyMesh`.
    faces : ndarray, shape (f, 3)
        Triangles.
    colours : ndarray, shape (v, 3)
        Linear blue, green, red.
    gloss, inside : ndarray, shape (v,)
        See `kernels.Surface`.
    """

    points_m: npt.NDArray[np.float32]
    bone_of: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    faces: npt.NDArray[np.int32]
    colours: npt.NDArray[np.float32]
    gloss: npt.NDArray[np.float32]
    inside: npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class _Garment:
    """A shell: where it is (`inside` > 0, metres), how far off the skin, how often smoothed, and how it looks."""

    inside: Floats
    off_m: Floats | float
    colours: Floats
    smoothed: int = 1
    wrinkle_m: float = 0.0
    gloss: float = 0.02
    flat_sole: bool = False


def _noise(points: Floats, seed: int, per_m: float, octaves: int = 3) -> Floats:
    """Return smooth noise of about unit size at points (v, 3)."""
    random, summed = np.random.default_rng(seed), np.zeros(len(points))
    for octave in range(octaves):
        directions = random.normal(size=(6, 3))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        waves = points @ directions.T * (2 * np.pi * per_m * 2**octave) + random.uniform(0, 2 * np.pi, 6)
        summed += np.sin(waves).sum(axis=1) / 6 / 2**octave
    return summed


@dataclass(frozen=True)
class _Wardrobe:
    """What the cut of a garment needs to know of a body."""

    body: BodyMesh
    outfit: Outfit
    seed: int

    @property
    def y(self) -> Floats:
        """Height of each vertex."""
        return self.body.vertices_m[:, 1]

    def up(self, bone: str) -> float:
        """Return the height of a bone's head."""
        return float(self.body.head_m(bone)[1])

    @cached_property
    def leg(self) -> Floats:
        """How far a vertex belongs to a leg."""
        return self.body.share(("upperleg", "lowerleg", "foot", "toe"))

    @cached_property
    def arm(self) -> Floats:
        """How far a vertex belongs to an arm."""
        return self.body.share(("upperarm", "lowerarm", "wrist", "finger", "metacarpal"))

    @cached_property
    def foot(self) -> Floats:
        """How far a vertex belongs to a foot."""
        return self.body.share(("foot", "toe"))

    @cached_property
    def skull(self) -> Floats:
        """How far a vertex belongs to the head and the upper neck."""
        return self.body.share(("head", "eye", "neck03", "neck02"))

    @cached_property
    def along_arm(self) -> Floats:
        """Where a vertex is along the upper arm: 0 at the shoulder, 1 at the elbow."""
        shoulder, elbow = self.body.head_m("upperarm01.R"), self.body.head_m("lowerarm01.R")
        mirrored = self.body.vertices_m * [1, 1, 0] + np.abs(self.body.vertices_m) * [0, 0, 1]
        axis = elbow - shoulder
        along: Floats = (mirrored - shoulder) @ axis / (axis @ axis)
        return along

    @cached_property
    def arm_m(self) -> float:
        """Length of the upper arm."""
        return float(np.linalg.norm(self.body.head_m("lowerarm01.R") - self.body.head_m("upperarm01.R")))

    def painted(self, colour: Colour) -> Floats:
        """Return one colour for every vertex."""
        return np.tile(np.array(colour), (len(self.y), 1))

    def garments(self) -> list[_Garment]:
        """Return what is worn, and the hair."""
        return [self._bottom(), self._shirt(), *self._socks_and_shoes(), self._hair()]

    def _bottom(self) -> _Garment:
        outfit, hip, knee, ankle = self.outfit, self.up("upperleg01.L"), self.up("lowerleg01.L"), self.up("foot.L")
        waist = hip + 0.52 * (self.up("spine03") - hip) + 0.05
        hem = ankle + 0.05 * (knee - ankle) if outfit.legwear == "tights" else knee + outfit.hem * (hip - knee)
        inside = np.minimum.reduce([self.y - hem, waist - self.y, _WEIGHT_M * (0.3 - self.arm)])
        colours = self.painted(outfit.bottom)
        if outfit.legwear != "shorts":
            return _Garment(inside=inside, off_m=0.003, colours=colours, gloss=0.06)
        down = np.clip((hip - self.y) / (hip - hem), 0, 1)
        off = 0.008 + 0.020 * down * outfit.loose
        return _Garment(inside=inside, off_m=off, colours=colours, smoothed=3, wrinkle_m=0.004)

    def _shirt(self) -> _Garment:
        outfit, hip, shoulder = self.outfit, self.up("upperleg01.L"), self.up("upperarm01.L")
        sleeve = np.maximum((outfit.sleeve - self.along_arm) * self.arm_m, _WEIGHT_M * (0.25 - self.arm))
        edges = [self.y - hip + 0.01, self.up("neck01") + 0.005 - self.y, sleeve]
        edges += [_WEIGHT_M * (0.3 - self.skull), _WEIGHT_M * (0.75 - self.leg)]
        down = np.clip((shoulder - self.y) / (shoulder - hip), 0, 1)
        off = 0.007 + 0.012 * down * outfit.loose + 0.006 * np.clip(self.along_arm, 0, 1) * (self.arm > 0.3)
        inside = np.minimum.reduce(edges)
        return _Garment(inside=inside, off_m=off, colours=self.painted(outfit.shirt), smoothed=4, wrinkle_m=0.005)

    def _socks_and_shoes(self) -> list[_Garment]:
        outfit, ankle = self.outfit, self.up("foot.L")
        shoe = np.minimum(_WEIGHT_M * (self.foot - 0.5), ankle + 0.015 - self.y)
        sock = np.minimum.reduce([self.y - ankle + 0.02, ankle + 0.06 - self.y, _WEIGHT_M * (self.leg - 0.5)])
        upper = _Garment(
            inside=np.minimum(shoe, self.y - 0.012),
            off_m=0.009,
            colours=self.painted(outfit.shoe),
            smoothed=14,
            gloss=0.08,
            flat_sole=True,
        )
        sole = _Garment(
            inside=np.minimum(shoe, 0.022 - self.y),
            off_m=0.012,
            colours=self.painted(outfit.sole),
            smoothed=14,
            flat_sole=True,
        )
        return [_Garment(inside=sock, off_m=0.004, colours=self.painted(outfit.sock)), upper, sole]

    def _hair(self) -> _Garment:
        eyes, ahead = self.up("eye.L"), self.body.vertices_m[:, 0] - self.body.head_m("head")[0]
        above = self.y - eyes
        behind = np.minimum.reduce([0.015 - ahead, above + 0.07, 0.02 + 0.8 * above - ahead])
        inside = np.minimum.reduce(
            [
                np.maximum(above - 0.055, behind),
                _WEIGHT_M * (self.body.share(("head", "eye")) - 0.6),
                0.05 * (0.4 - self.body.ears),
            ]
        )
        colours = self.painted(self.outfit.hair) * (
            1 + 0.25 * _noise(self.body.vertices_m, self.seed + 9, 30, 2)[:, None]
        )
        off = 0.014 if self.outfit.ponytail else 0.010
        return _Garment(inside=inside, off_m=off, colours=colours, smoothed=4, wrinkle_m=0.003, gloss=0.10)

    def skin_colours(self) -> Floats:
        """Return the skin's colours, with lips, brows and eyes."""
        body, outfit = self.body, self.outfit
        colours = self.painted(outfit.skin) * (1 + 0.03 * _noise(body.vertices_m, self.seed + 1, 14)[:, None])
        colours *= 1 - 0.06 * (body.face * self.skull)[:, None] * [0, 1, 1]
        colours += 0.5 * body.lips[:, None] * (np.array([0.62, 0.32, 0.30]) - colours)
        for side in SIDES:
            x, y, z = (body.vertices_m - body.head_m(f"eye.{side}")).T
            brow = (np.abs(y - 0.022) < 0.006) & (np.abs(z) < 0.022) & (x > -0.005) & (self.skull > 0.8)
            colours[brow] += 0.8 * (np.array(outfit.hair) - colours[brow])
            eye = (body.eyes > 0) & (np.abs(z) < 0.03)
            colours[eye] = (0.85, 0.83, 0.80)
            colours[eye & (np.linalg.norm([x - 0.013, y, z], axis=0) < 0.008)] = (0.12, 0.09, 0.07)
        return colours


def _neighbours(faces: npt.NDArray[np.int32], count: int) -> csr_matrix:
    """Return the matrix (v, v) that averages each vertex's neighbours."""
    one, other = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).T
    ends = np.concatenate([one, other]), np.concatenate([other, one])
    joined = coo_matrix((np.ones(len(ends[0])), ends), shape=(count, count)).tocsr()
    joined.data[:] = 1
    degree = np.maximum(np.asarray(joined.sum(axis=1)).ravel(), 1)
    return csr_matrix(joined.multiply(1 / degree[:, None]))


def vertex_normals(points: Floats, faces: npt.NDArray[np.int32]) -> Floats:
    """Return the unit normals (v, 3) of a surface."""
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    across, summed = np.cross(b - a, c - a), np.zeros_like(points)
    for corner in range(3):
        np.add.at(summed, faces[:, corner], across)
    summed /= np.linalg.norm(summed, axis=1, keepdims=True) + 1e-12
    return summed


def _shell(body: BodyMesh, garment: _Garment, average: csr_matrix, seed: int) -> Floats:
    """Return the garment's points (v, 3): the skin, smoothed inside the garment, and moved outward to where it hides the skin."""
    skin = body.vertices_m
    points: Floats = skin
    outward = vertex_normals(skin, body.faces)
    within = garment.inside[:, None] > 0
    for _ in range(garment.smoothed):
        points = np.where(within, 0.5 * (points + average @ points), points)
    for _ in range(3):
        outward = 0.5 * (outward + average @ outward)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True) + 1e-9
    sunk = np.maximum(((skin - points) * outward).sum(axis=1), 0)
    wrinkles = garment.wrinkle_m * _noise(skin * [1, 0.6, 1], seed + 5, 7)
    points = points + outward * (garment.off_m + sunk + wrinkles)[:, None]
    if garment.flat_sole:
        points[:, 1] = np.maximum(points[:, 1] - SOLE_M * np.clip(1 - skin[:, 1] / 0.04, 0, 1), -SOLE_M)
    return points


def _ponytail(body: BodyMesh) -> tuple[Floats, npt.NDArray[np.int32]]:
    """Return points and triangles of a ponytail: an ellipsoid behind the head."""
    turns, rings = 14, 9
    around, down = np.meshgrid(np.linspace(0, 2 * np.pi, turns, endpoint=False), np.linspace(0, np.pi, rings))
    ball = np.stack([np.sin(down) * np.cos(around), np.cos(down), np.sin(down) * np.sin(around)], axis=-1).reshape(
        -1, 3
    )
    tilt = np.radians(-24)
    turn = np.array([[np.cos(tilt), -np.sin(tilt), 0], [np.sin(tilt), np.cos(tilt), 0], [0, 0, 1]])
    skull = body.vertices_m[body.share(("head",)) > 0.9]
    eyes = body.head_m("eye.L")[1]
    back = skull[np.abs(skull[:, 1] - eyes) < 0.03, 0].min()
    points = ball * [0.028, 0.095, 0.030] @ turn.T + [back - 0.028, eyes - 0.035, 0]
    first = (np.arange(rings - 1)[:, None] * turns + np.arange(turns)).ravel()
    beside = (np.arange(rings - 1)[:, None] * turns + (np.arange(turns) + 1) % turns).ravel()
    faces = np.concatenate(
        [np.stack([first, first + turns, beside], 1), np.stack([beside, first + turns, beside + turns], 1)]
    )
    return points, faces.astype(np.int32)


def dress(body: BodyMesh, outfit: Outfit, seed: int = 0) -> Dressed:
    """Return the body with its clothes and hair.

    Parameters
    ----------
    body : BodyMesh
        Who is dressed.
    outfit : Outfit
        Colours and cuts.
    seed : int
        Seed of wrinkles and of the skin's colour.
    """
    wardrobe, count = _Wardrobe(body, outfit, seed), len(body.vertices_m)
    garments = wardrobe.garments()
    hidden = np.zeros(len(body.faces), bool)
    for garment in garments:
        hidden |= garment.inside[body.faces].min(axis=1) > _HIDDEN_M
    average = _neighbours(body.faces, count)
    parts = [(body.vertices_m, np.arange(count), body.faces[~hidden], wardrobe.skin_colours(), 0.05, np.ones(count))]
    for garment in garments:
        faces = body.faces[garment.inside[body.faces].max(axis=1) > 0]
        used = np.unique(faces)
        points = _shell(body, garment, average, seed)[used]
        parts.append(
            (points, used, np.searchsorted(used, faces), garment.colours[used], garment.gloss, garment.inside[used])
        )
    if outfit.ponytail:
        points, faces = _ponytail(body)
        head = np.full(len(points), int(body.share(("head",)).argmax()))
        parts.append((points, head, faces, wardrobe.painted(outfit.hair)[head], 0.10, np.ones(len(points))))
    return _joined(body, parts)


def _joined(
    body: BodyMesh, parts: list[tuple[Floats, npt.NDArray[np.intp], npt.NDArray[np.int32], Floats, float, Floats]]
) -> Dressed:
    """Return parts (points, vertices of the skin that they move with, triangles, colours, gloss, inside) as one surface."""
    starts = np.cumsum([0, *(len(part[0]) for part in parts)])
    moved_with = np.concatenate([part[1] for part in parts])
    colours = np.clip(np.concatenate([part[3] for part in parts]), 0, 1) ** 2.2
    return Dressed(
        points_m=np.concatenate([part[0] for part in parts]).astype(np.float32),
        bone_of=body.bone_of[moved_with],
        weights=body.weights[moved_with],
        faces=np.concatenate([part[2] + start for part, start in zip(parts, starts, strict=False)]).astype(np.int32),
        colours=np.ascontiguousarray(colours[:, ::-1], dtype=np.float32),
        gloss=np.concatenate([np.full(len(part[0]), part[4]) for part in parts]).astype(np.float32),
        inside=np.concatenate([part[5] for part in parts]).astype(np.float32),
    )
