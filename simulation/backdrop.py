"""The backdrop: a gym with a treadmill, or a path past trees that slides by as the camera pans."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from simulation.scene import CAMERA_HEIGHT, Camera, Scene

Floats = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]
Colour = tuple[float, float, float]

TREES_AT_M = 9.0  # behind the runner
BELT_HALF_M = (0.76, 0.27)  # along and across
DECK_M = 0.20
SEAM_EVERY_M = 1.45


def _bgr(colour: Sequence[float]) -> Colour:
    return colour[2], colour[1], colour[0]


def _gradient(top: Colour, bottom: Colour, size_wh: tuple[int, int]) -> Picture:
    share = np.linspace(0, 1, size_wh[1])[:, None, None]
    column = (1 - share) * np.array(_bgr(top)) + share * np.array(_bgr(bottom))
    return np.ascontiguousarray(np.broadcast_to(column, (size_wh[1], size_wh[0], 3)).round().astype(np.uint8))


class Backdrop:
    """The image behind the runner at any moment; built once per scene, because most of it never changes.

    Parameters
    ----------
    scene : Scene
        What is filmed.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.camera = Camera(scene)

    def at(self, time_s: float) -> Picture:
        """Return a new frame (height, width, 3), blue green red, without the runner."""
        if self.scene.surface == "treadmill":
            picture = self._still.copy()
            self._seams(picture, time_s)
            return picture
        return self._slid(float(self.scene.camera_x_m(time_s)))

    def cover(self, picture: Picture) -> None:
        """Paint the treadmill's near handrail over the runner, in place: it hides a hand and a part of the hip and thigh."""
        near = (1.0 if self.scene.facing == "right" else -1.0) * (BELT_HALF_M[1] + 0.12)
        share = self.scene.stride.height_m / 1.75
        up, low = 0.90 * share, 0.83 * share
        post = [(-0.12, -0.05), (-0.06, -0.05), (-0.06, low), (-0.12, low)]
        rail = [(-0.14, low), (-0.14, up), (0.70, up + 0.06), (0.70, low + 0.08)]
        for outline, colour in ((post, (92, 97, 104)), (rail, (74, 79, 86))):
            self._face(picture, [(x_m, y_m, near) for x_m, y_m in outline], colour)

    @property
    def _horizon_px(self) -> int:
        return int(self.camera.centre_px[1])

    @cached_property
    def _still(self) -> Picture:
        picture = self._room()
        self._treadmill(picture)
        return picture

    def _room(self) -> Picture:
        """Paint a wall with windows, a floor and plants, out of focus."""
        width, height = self.scene.size_wh_px
        floor = min(height - 1, int(self._ground_px(-2.5)))
        picture = _gradient((226, 222, 214), (206, 200, 190), (width, height))
        picture[floor:] = _gradient((150, 132, 112), (178, 158, 134), (width, height))[: height - floor]
        unit = height / 1280
        for left in np.arange(0.06, 1.0, 0.34) * width:
            corners = (int(left), int(0.10 * height)), (int(left + 0.26 * width), int(floor - 190 * unit))
            cv2.rectangle(picture, *corners, _bgr((232, 241, 246)), -1)
            cv2.rectangle(picture, (corners[0][0], int(floor - 330 * unit)), corners[1], _bgr((190, 208, 190)), -1)
            cv2.rectangle(picture, *corners, _bgr((248, 246, 240)), max(2, int(10 * unit)))
        random = np.random.default_rng(self.scene.seed)
        for place in (0.03, 0.93):
            pot = np.array([place * width, floor + 10 * unit])
            for _ in range(16):
                leaf = pot + random.normal([0, -150 * unit], [34 * unit, 46 * unit])
                green = tuple(float(v) for v in np.array([104, 140, 108]) + random.uniform(-14, 14))
                axes = (int(30 * unit), int(13 * unit))
                cv2.ellipse(picture, leaf.astype(int).tolist(), axes, random.uniform(0, 180), 0, 360, _bgr(green), -1)
            corner = (pot - (26 * unit, 90 * unit)).astype(int), (pot + np.array([26 * unit, 0])).astype(int)
            cv2.rectangle(picture, corner[0].tolist(), corner[1].tolist(), _bgr((196, 178, 158)), -1)
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(1.0, 9 * unit)), dtype=np.uint8)

    def _ground_px(self, z_toward_m: float, y_m: float = 0.0) -> float:
        """Return the row of a point on the ground, at a distance toward the camera."""
        return float(self.camera.project(np.array([0, y_m, 0]) + z_toward_m * self.camera.axes[1])[1])

    def _face(self, picture: Picture, corners_m: list[tuple[float, float, float]], colour: Colour) -> None:
        outline = self.camera.project(np.array(corners_m))
        cv2.fillPoly(picture, [np.round(outline * 16).astype(np.int32)], _bgr(colour), cv2.LINE_AA, 4)

    def _treadmill(self, picture: Picture) -> None:
        """Paint deck, belt, rails and console by their corners; the runner is over the middle of the belt."""
        x, z = BELT_HALF_M
        near = 1.0 if self.scene.facing == "right" else -1.0
        edge = near * (z + 0.10)

        def across(x_m: float, y_m: float, to_x_m: float, to_y_m: float, half_m: float, colour: Colour) -> None:
            """Paint a face across the width of the treadmill, from one edge line to another."""
            corners = [(x_m, y_m, -half_m), (to_x_m, to_y_m, -half_m), (to_x_m, to_y_m, half_m), (x_m, y_m, half_m)]
            self._face(picture, corners, colour)

        def side(outline: list[tuple[float, float]], z_m: float, colour: Colour) -> None:
            """Paint a face along the treadmill, at one distance from its middle."""
            self._face(picture, [(x_m, y_m, z_m) for x_m, y_m in outline], colour)

        self._shadow(picture)
        post = [(x + 0.10, 0.05), (x + 0.17, 0.05), (x + 0.08, 1.18), (x + 0.03, 1.18)]
        rail = [(x + 0.05, 0.93), (x + 0.05, 0.98), (x - 0.28, 0.98), (x - 0.30, 0.95), (x - 0.28, 0.93)]
        side(post, -edge, (104, 109, 116))
        side(rail, -edge, (88, 93, 100))
        across(-x, 0, x, 0, abs(edge), (128, 133, 140))
        across(-x, 0, x, 0, z, (58, 61, 66))
        across(x - 0.05, 0.06, x + 0.20, 0.09, abs(edge), (78, 83, 90))
        side([(-x, 0), (x, 0), (x, -DECK_M), (-x, -DECK_M)], edge, (72, 77, 84))
        side([(-x, -0.05), (x, -0.05), (x, -0.075), (-x, -0.075)], edge, (34, 160, 168))
        side([(x - 0.10, -DECK_M), (x - 0.05, 0.06), (x + 0.20, 0.09), (x + 0.25, -DECK_M)], edge, (62, 66, 73))
        across(x - 0.01, 1.12, x + 0.12, 1.33, abs(edge), (52, 56, 62))
        side(post, edge, (92, 97, 104))
        side(rail, edge, (74, 79, 86))
        side([(x - 0.02, 1.12), (x + 0.11, 1.34), (x + 0.15, 1.32), (x + 0.02, 1.10)], edge, (84, 90, 97))

    def _shadow(self, picture: Picture) -> None:
        """Darken the floor under the treadmill, softly."""
        shade = np.zeros(picture.shape[:2], np.float32)
        middle = self.camera.project(np.array([0.05, -DECK_M, 0.0]))
        axes = (int(1.15 * self.camera.focal_px / self.scene.distance_m), int(0.07 * self.scene.runner_px))
        cv2.ellipse(shade, middle.astype(int).tolist(), axes, 0, 0, 360, 0.42, -1)
        soft = cv2.GaussianBlur(shade, (0, 0), 0.03 * self.scene.runner_px)
        picture[:] = (picture * (1 - soft[..., None])).astype(np.uint8)

    def _seams(self, picture: Picture, time_s: float) -> None:
        """Paint the belt's seams, which move with it."""
        x, z = BELT_HALF_M
        for start in np.arange(-2, 3) * SEAM_EVERY_M - np.mod(self.scene.stride.speed_mps * time_s, SEAM_EVERY_M):
            if -x < start < x - 0.07:
                self._face(
                    picture,
                    [(start, 0, -z), (start + 0.05, 0, -z), (start + 0.07, 0, z), (start + 0.02, 0, z)],
                    (78, 82, 88),
                )

    @cached_property
    def _strip(self) -> Picture:
        """A strip of sky, trees and path, wider than the frame, whose two ends join."""
        height = self.scene.size_wh_px[1]
        width = 2 * self.scene.size_wh_px[0]
        horizon, unit = self._horizon_px, height / 1280
        picture = _gradient((176, 206, 228), (232, 238, 238), (width, height))
        ground = _gradient((138, 156, 112), (120, 140, 96), (width, height))
        picture[horizon:] = ground[: height - horizon]
        path = int(self._ground_px(-1.3)), int(self._ground_px(1.4))
        picture[path[0] : path[1]] = _bgr((188, 176, 158))
        random = np.random.default_rng(self.scene.seed)
        for _ in range(width // 26):
            x, size = random.uniform(0, width), random.uniform(40, 120) * unit
            green = tuple(float(v) for v in np.array([96, 128, 92]) + random.uniform(-22, 22))
            for wrap in (-width, 0, width):
                centre = (int(x + wrap), int(horizon - 0.55 * size))
                cv2.ellipse(picture, centre, (int(0.62 * size), int(size)), 0, 0, 360, _bgr(green), -1)
        wide = cv2.GaussianBlur(np.hstack([picture, picture, picture]), (0, 0), max(1.0, 7 * unit))
        picture = np.ascontiguousarray(wide[:, width : 2 * width])
        self._gravel(picture, random, path)
        return picture

    def _gravel(self, picture: Picture, random: np.random.Generator, path: tuple[int, int]) -> None:
        """Scatter stones on the path and tufts next to it, to make the ground's motion visible."""
        height, width = picture.shape[:2]
        for row in random.uniform(self._horizon_px + 12, height, 900):
            on_path = path[0] < row < path[1]
            tone = random.uniform(-26, 26)
            colour = tuple(float(v) for v in np.array([176, 164, 146] if on_path else [118, 140, 94]) + tone)
            near = (row - self._horizon_px) / (height - self._horizon_px)
            axes = (int(2 + 9 * near), int(1 + 2 * near))
            cv2.ellipse(
                picture, (int(random.uniform(12, width - 12)), int(row)), axes, 0, 0, 360, _bgr(colour), -1, cv2.LINE_AA
            )

    @cached_property
    def _slide(self) -> tuple[Floats, Floats, Floats]:
        """Columns, rows, and by how many pixels each row moves per metre of pan."""
        width, height = self.scene.size_wh_px
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        below = np.arange(height) - self.camera.centre_px[1]
        # A row below the horizon shows ground at one distance; above it are the trees.
        ground = np.clip(below, 0, None) / (CAMERA_HEIGHT * self.scene.stride.height_m)
        trees = self.camera.focal_px / (self.scene.distance_m + TREES_AT_M)
        return columns, rows, (np.maximum(ground, trees) * self.camera.axes[0][0]).astype(np.float32)

    def _slid(self, camera_x_m: float) -> Picture:
        columns, rows, px_per_m = self._slide
        width = self._strip.shape[1]
        shift = np.mod(px_per_m * camera_x_m, width).astype(np.float32)
        column = np.mod(columns + shift[:, None], np.float32(width))
        slid = cv2.remap(self._strip, column, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return np.asarray(slid, dtype=np.uint8)
