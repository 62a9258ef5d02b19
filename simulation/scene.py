"""What is filmed and how: the scene's settings, and the camera that converts metres to pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.model.tracks import Floats, Side
from simulation.stride import Stride

CAMERA_HEIGHT = 0.52  # share of the runner's height: about hip height, as in the filming guide


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A clip to draw.

    Attributes
    ----------
    stride : Stride
        How the runner moves.
    size_wh_px, fps_hz, duration_s
        Frame size, distinct frames per second of true time, and seconds of true time.
    slow_motion : float
        How many times slower than real time the file plays.
    facing : {'left', 'right'}
        Running direction in the frame; the near side is the same side.
    runner_px : float
        The standing runner's height in the frame.
    view_angle_deg : float
        The camera's position: 0 side-on, 90 in front, -90 behind.
    roll_deg : float
        Camera roll: the frame is rotated clockwise by this angle.
    surface, camera
        On a 'treadmill' the runner stays in front of a fixed camera; on the 'ground' the runner passes a fixed camera.
    distance_m : float
        From the camera to the runner.
    exposure_s : float
        How long the shutter is open, which causes motion blur; 0 for none.
    blur_px, noise, brightness : float
        Defocus (Gaussian SD), noise (SD of 255) and a factor on the light.
    bystander, rival, empty : bool
        A second person stands nearby; another person of the same size runs along; nobody is in the scene.
    shift_px : tuple of float
        How far the runner is to the right of and below the usual position; large values move the runner out of the frame.
    shake_px : float
        Camera shake: standard deviation of the frame's shift right and down, in pixels.
    start : float
        The share of a stride that is complete at the first frame.
    seed : int
        Seed of the noise and the backdrop.
    """

    stride: Stride = field(default_factory=Stride)
    size_wh_px: tuple[int, int] = (720, 1280)
    fps_hz: float = 60.0
    duration_s: float = 6.0
    slow_motion: float = 1.0
    facing: Side = "right"
    runner_px: float = 560.0
    view_angle_deg: float = 0.0
    roll_deg: float = 0.0
    surface: Literal["treadmill", "ground"] = "treadmill"
    camera: Literal["follow", "fixed"] = "follow"
    distance_m: float = 5.0
    exposure_s: float = 0.0
    blur_px: float = 0.0
    noise: float = 0.0
    brightness: float = 1.0
    bystander: bool = False
    rival: bool = False
    empty: bool = False
    shift_px: tuple[float, float] = (0.0, 0.0)
    shake_px: float = 0.0
    start: float = 0.0
    seed: int = 7

    @property
    def time_s(self) -> Floats:
        """True time of each frame from the first, shape (n,)."""
        return np.arange(round(self.duration_s * self.fps_hz)) / self.fps_hz

    def motion_time_s(self, time_s: npt.ArrayLike) -> Floats:
        """Return the `Motion`'s time at true times of the clip."""
        return np.asarray(time_s, dtype=np.float64) + self.start * self.stride.stride_s

    def runner_x_m(self, time_s: npt.ArrayLike) -> Floats:
        """Return the runner's distance from the middle of the frame at true times of the clip."""
        time_s = np.asarray(time_s, dtype=np.float64)
        if self.surface == "treadmill":
            return np.zeros_like(time_s)
        return self.stride.speed_mps * (time_s - self.duration_s / 2)

    def camera_x_m(self, time_s: npt.ArrayLike) -> Floats:
        """Return the position along the running direction that the camera looks at."""
        x = self.runner_x_m(time_s)
        return x if self.camera == "follow" else np.zeros_like(x)

    def shaken_px(self, time_s: npt.ArrayLike) -> Floats:
        """Return the camera shake's shift right and down at true times: shape (..., 2)."""
        time_s = np.asarray(time_s, dtype=np.float64)[..., None]
        random = np.random.default_rng(self.seed + 1)
        # A hand shakes at many frequencies, most of them between one and ten per second.
        rates_hz, phases = random.uniform(1.0, 10.0, (2, 8)), random.uniform(0, 2 * np.pi, (2, 8))
        waves = np.sin(2 * np.pi * rates_hz * time_s[..., None] + phases)
        return np.asarray(self.shake_px * waves.sum(axis=-1) / 2)


@dataclass(frozen=True)
class Camera:
    """A pinhole camera at hip height, before roll is applied.

    Parameters
    ----------
    scene : Scene
        Frame size, camera position and distance.
    """

    scene: Scene

    @property
    def focal_px(self) -> float:
        """Pixels times metres of distance, per metre."""
        return self.scene.runner_px / self.scene.stride.height_m * self.scene.distance_m

    @property
    def centre_px(self) -> Floats:
        """The point where the optical axis meets the frame, shape (2,)."""
        width, height = self.scene.size_wh_px
        ahead = 0.0 if self.scene.surface == "ground" else 0.06 * width
        middle = np.array([width / 2 + (-ahead if self.scene.facing == "right" else ahead), 0.5 * height])
        return middle + self.scene.shift_px

    @property
    def axes(self) -> tuple[Floats, Floats]:
        """The frame's right and the direction toward the camera, each (3,)."""
        angle = np.radians(self.scene.view_angle_deg)
        side = 1.0 if self.scene.facing == "right" else -1.0
        toward = np.array([np.sin(angle), 0.0, side * np.cos(angle)])
        return np.array([side * np.cos(angle), 0.0, -np.sin(angle)]), toward

    def depth_m(self, xyz_m: Floats, looks_at_x_m: float = 0.0) -> Floats:
        """Return the distance along the optical axis of points (..., 3): shape (...)."""
        depth: Floats = self.scene.distance_m - (xyz_m - [looks_at_x_m, 0, 0]) @ self.axes[1]
        return depth

    def project(self, xyz_m: Floats, looks_at_x_m: float = 0.0) -> Floats:
        """Return the pixels (..., 2), y down, of points (..., 3)."""
        relative = xyz_m - np.array([looks_at_x_m, CAMERA_HEIGHT * self.scene.stride.height_m, 0.0])
        scale = self.focal_px / self.depth_m(xyz_m, looks_at_x_m)
        offset: Floats = np.stack([relative @ self.axes[0] * scale, -relative[..., 1] * scale], axis=-1)
        return self.centre_px + offset

    @property
    def roll_matrix(self) -> Floats:
        """The roll about the middle of the frame, shape (2, 3)."""
        angle = np.radians(self.scene.roll_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        middle = (np.array(self.scene.size_wh_px, dtype=np.float64) - 1) / 2
        return np.column_stack([turn, middle - turn @ middle])

    def rolled(self, xy_px: Floats) -> Floats:
        """Return pixels (..., 2) as the rolled camera shows them."""
        return xy_px @ self.roll_matrix[:, :2].T + self.roll_matrix[:, 2]
