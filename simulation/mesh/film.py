"""Film a scene: draw its people frame by frame, and write the video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.model.tracks import Floats
from simulation.backdrop import BELT_HALF_M, Backdrop
from simulation.clip import Picture, filmed, grain_of, write_clip
from simulation.mesh import kernels
from simulation.mesh.bodies import BodyMesh, body_mesh
from simulation.mesh.clothes import Dressed, dress
from simulation.mesh.kernels import Array
from simulation.mesh.light import LIGHTS, Light, fragments, lit
from simulation.mesh.outfits import OUTFITS
from simulation.mesh.poses import pose
from simulation.mesh.scenes import MeshScene, mesh_truth, motion_of, stride_of
from simulation.motion import Motion
from simulation.scene import CAMERA_HEIGHT, Camera, Scene
from simulation.stride import Stride
from simulation.truth import Truth

# A frame is the mean of four, each at its own moment of the exposure and shifted by a part of a pixel.
_SHIFTS_PX = np.array([[-0.375, -0.125], [0.125, -0.375], [0.375, 0.125], [-0.125, 0.375]])
_GAMMA, _BRIGHTEST = 2.2, 0.18
_MARGIN_PX = 12.0
_LINEAR = ((np.arange(256) / 255) ** _GAMMA).astype(np.float32)
_WALKS_MPS, _WALKS_AT_M = 1.3, -1.7
"""A person who walks by: how fast, and how far from the runner toward the camera."""


@dataclass(frozen=True)
class _Person:
    """A dressed body and its motion."""

    body: BodyMesh
    motion: Motion
    dressed: Dressed

    def points(self, time_s: Floats, *, turned: bool = False) -> list[Array]:
        """Return the surface's points (v, 3) at each instant; the mid-hip is over the origin, `turned` for the way back."""
        matrices = pose(self.body, self.motion, time_s).matrices(self.body)
        if turned:
            matrices = matrices * np.array([-1, 1, -1], np.float32)[:, None]
        worn = self.dressed
        return [kernels.skin(matrix, worn.bone_of, worn.weights, worn.points_m) for matrix in matrices]


@dataclass(frozen=True)
class _Film:
    """All that stays the same from frame to frame."""

    asked: MeshScene
    motion: Motion

    @property
    def scene(self) -> Scene:
        """The scene without body, clothes and light."""
        return self.asked.scene

    @cached_property
    def camera(self) -> Camera:
        """The scene's camera."""
        return Camera(self.scene)

    @cached_property
    def light(self) -> Light:
        """The scene's light."""
        return LIGHTS[self.asked.light]

    @cached_property
    def runner(self) -> _Person:
        """Who runs."""
        body = body_mesh(self.asked.body)
        return _Person(body, self.motion, dress(body, OUTFITS[self.asked.outfit], self.scene.seed))

    @cached_property
    def walker(self) -> _Person:
        """Who walks by: somebody else, in other clothes."""
        body = body_mesh("f_slim" if self.asked.body.startswith("m") else "m_avg")
        stride = stride_of(body, Stride(speed_mps=_WALKS_MPS, walking=True))
        return _Person(body, motion_of(stride), dress(body, OUTFITS["long sleeves"], self.scene.seed + 1))

    def picture(self, backdrop: Backdrop, time_s: float) -> Picture:
        """Return the frame at a true time of the clip, before roll, shake and grain."""
        scene, picture = self.scene, backdrop.at(time_s)
        moments = time_s + scene.exposure_s * ((np.arange(len(_SHIFTS_PX)) + 0.5) / len(_SHIFTS_PX) - 0.5)
        looks_at = float(scene.camera_x_m(time_s))
        if self.asked.passer_by:
            points = self.walker.points(moments, turned=True)
            mid_s = scene.duration_s / 2
            place = [float(scene.runner_x_m(mid_s)) - _WALKS_MPS * (time_s - mid_s), 0, _WALKS_AT_M * self.nearer]
            self._draw(picture, self.walker, [each + np.array(place, np.float32) for each in points], looks_at)
        points = self.runner.points(scene.motion_time_s(moments))
        # The camera pans with the runner during the exposure.
        panned = scene.runner_x_m(moments) - scene.camera_x_m(moments) + looks_at
        moved = [each + np.array([x, 0, 0], np.float32) for each, x in zip(points, panned, strict=True)]
        self._draw(picture, self.runner, moved, looks_at)
        if self.asked.handrail:
            backdrop.cover(picture)
        return picture

    @property
    def nearer(self) -> float:
        """The sign of z toward the camera."""
        return float(np.sign(self.camera.axes[1][2]))

    def _draw(self, picture: Picture, person: _Person, points: list[Array], looks_at_x_m: float) -> None:
        """Draw a person, given the points at each moment of the exposure, and the shadow on the ground; in place."""
        worn, middle = person.dressed, points[len(points) // 2]
        window = self._window(middle, looks_at_x_m)
        if window is None:
            return
        part = picture[window]
        surface, lamp = lit(middle, worn, self.light, self._lamp)
        total, covered = np.zeros(part.shape, np.float32), np.zeros(part.shape[:2], np.float32)
        eye = (self._eye_m + [looks_at_x_m, 0, 0]).astype(np.float32)
        corner = np.array([window[1].start, window[0].start])
        for each, shift in zip(points, _SHIFTS_PX, strict=True):
            seen = fragments(part.shape[1::-1])
            kernels.rasterise(self._placed(each, looks_at_x_m, corner - shift), worn.faces, worn.inside, seen)
            kernels.shade(seen, surface, lamp, eye, total, covered)
        behind = _LINEAR[part] * (1 - self._shadow(lamp, eye, corner, part.shape[:2]))[..., None]
        bright = total / np.maximum(covered, 1)[..., None]
        share = (covered / len(points))[..., None]
        linear = behind * (1 - share) + bright / (1 + _BRIGHTEST * bright) * share
        part[:] = (np.clip(linear, 0, 1) ** (1 / _GAMMA) * 255 + 0.5).astype(np.uint8)

    @property
    def _lamp(self) -> Floats:
        """Direction to the lamp."""
        return np.array(self.light.toward) * [1, 1, self.nearer]

    @property
    def _ground_half_m(self) -> Array:
        """How far the ground reaches from the runner, along and across: no further than the treadmill."""
        belt = BELT_HALF_M[0], BELT_HALF_M[1] + 0.10
        return np.array(belt if self.scene.surface == "treadmill" else (1e6, 1e6), np.float32)

    @property
    def _eye_m(self) -> Floats:
        up = np.array([0, CAMERA_HEIGHT * self.scene.stride.height_m, 0])
        return up + self.scene.distance_m * self.camera.axes[1]

    def _placed(self, points: Array, looks_at_x_m: float, corner_px: Floats) -> Array:
        """Return points as pixels from a corner, and depth (v, 3)."""
        wide = points.astype(np.float64)
        xy, depth = self.camera.project(wide, looks_at_x_m), self.camera.depth_m(wide, looks_at_x_m)
        return np.column_stack([xy - corner_px, depth]).astype(np.float32)

    def _window(self, points: Array, looks_at_x_m: float) -> tuple[slice, slice] | None:
        """Return rows and columns that a person and the shadow can cover; None outside the frame."""
        on_ground = points - points[:, 1:2] * self._lamp / self._lamp[1]
        xy = self.camera.project(np.concatenate([points, on_ground]).astype(np.float64), looks_at_x_m)
        left, top = np.floor(xy.min(axis=0) - _MARGIN_PX).astype(int)
        right, bottom = np.ceil(xy.max(axis=0) + _MARGIN_PX).astype(int)
        width, height = self.scene.size_wh_px
        rows, columns = slice(max(0, top), min(height, bottom)), slice(max(0, left), min(width, right))
        return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None

    def _shadow(self, lamp: kernels.Lamp, eye: Array, corner_px: Floats, shape: tuple[int, int]) -> Array:
        """Return how much darker the ground is at each pixel of a window (h, w)."""
        right, toward = self.camera.axes
        focal, (x, y) = self.camera.focal_px, self.camera.centre_px - corner_px
        across, down = right / focal, np.array([0, -1 / focal, 0])
        ahead = -x * across - y * down - toward
        rays = (_single(across), _single(down), _single(ahead))
        lacking = kernels.ground_shadow(lamp, eye, rays, shape, self._ground_half_m)
        soft = cv2.GaussianBlur(lacking, (0, 0), 0.006 * self.scene.runner_px)
        return self.light.shadow * np.asarray(soft, dtype=np.float32)


def _single(values: Floats) -> Array:
    return np.ascontiguousarray(values, dtype=np.float32)


def mesh_frames(asked: MeshScene, times_s: npt.ArrayLike | None = None) -> Iterator[Picture]:
    """Yield frames (height, width, 3), blue green red, at the given true times of the clip; at all of its own by default."""
    scene, film, random = (
        asked.scene,
        _Film(asked, motion_of(asked.scene.stride)),
        np.random.default_rng(asked.scene.seed),
    )
    backdrop, grain = Backdrop(scene), grain_of(scene, random)
    for time_s in np.atleast_1d(scene.time_s if times_s is None else np.asarray(times_s, dtype=np.float64)):
        picture = film.picture(backdrop, float(time_s))
        yield filmed(picture, scene, film.camera, float(time_s), grain, random)


def render_clip(path: Path, asked: MeshScene, *, quality: int = 21) -> Truth:
    """Write a scene as a video and return its exact measures, events and joints.

    Parameters
    ----------
    path : Path
        Output file.
    asked : MeshScene
        What is filmed and how.
    quality : int
        The encoder's constant rate factor; smaller is finer.

    Raises
    ------
    ValueError
        If no motion of this body fits the stride.
    """
    write_clip(path, [(mesh_frames(asked), asked.scene)], "libx264", quality)
    return mesh_truth(asked)
