"""Draw a scene frame by frame and write it as a video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import cast

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

from simulation.backdrop import Backdrop
from simulation.figure import Look, paint
from simulation.motion import Motion, standing
from simulation.scene import Camera, Scene
from simulation.truth import Truth, truth_of

Picture = npt.NDArray[np.uint8]

SUB_FRAMES = 3  # averaged over the exposure
_TICKS_PER_S = 90_000
BYSTANDER_AT_M = (-0.95, -0.55)  # along the running direction, and toward the camera: behind the treadmill
RIVAL_AT_M, RIVAL_LATE = (-1.1, -0.4), 0.3
_BYSTANDER_LOOK = Look(shirt=(120, 138, 160), shorts=(92, 84, 78), shoe=(120, 120, 124), hair=(120, 92, 62))


def frames(scene: Scene, motion: Motion, look: Look | None = None) -> Iterator[Picture]:
    """Yield the scene's frames (height, width, 3), blue green red.

    Parameters
    ----------
    scene : Scene
        What is filmed and how.
    motion : Motion
        The runner's motion, of the scene's stride.
    look : Look, optional
        The runner's colours.
    """
    backdrop, camera, random = Backdrop(scene), Camera(scene), np.random.default_rng(scene.seed)
    grain = grain_of(scene, random)
    for time_s in scene.time_s:
        picture = backdrop.at(float(time_s))
        _people(picture, scene, camera, motion, look or Look(), float(time_s))
        yield filmed(picture, scene, camera, float(time_s), grain, random)


def draw_clip(
    path: Path, scene: Scene, *, codec: str = "libx264", quality: int = 23, look: Look | None = None
) -> Truth:
    """Write the scene as a video and return its exact measures, events and joints.

    Parameters
    ----------
    path : Path
        Output file; the suffix sets the container (mp4, mov, mkv, webm).
    scene : Scene
        What is filmed and how.
    codec : str
        FFmpeg's name for the encoder.
    quality : int
        The encoder's constant rate factor; smaller is finer.
    look : Look, optional
        The runner's colours.

    Raises
    ------
    ValueError
        If no motion fits the scene's stride.
    """
    motion = Motion(scene.stride)
    write_clip(path, [(frames(scene, motion, look), scene)], codec, quality)
    return truth_of(scene, motion)


def draw_montage(path: Path, scenes: Sequence[Scene]) -> None:
    """Write scenes of one size and frame rate one after the other, with a hard cut in between."""
    write_clip(path, [(frames(scene, Motion(scene.stride)), scene) for scene in scenes], "libx264", 23)


def write_clip(path: Path, shots: Sequence[tuple[Iterable[Picture], Scene]], codec: str, quality: int) -> None:
    """Write shots, each with its scene, one after the other; `codec` and `quality` as in `draw_clip`."""
    first = shots[0][1]
    rate = Fraction(first.fps_hz / first.slow_motion).limit_denominator(1001)
    container_options = {"movflags": "+faststart"} if path.suffix in {".mp4", ".mov"} else {}
    with av.open(str(path), "w", options=container_options) as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=rate))
        stream.width, stream.height = first.size_wh_px
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, _TICKS_PER_S)
        # One thread and no machine-specific tuning: the same scene gives the same bytes.
        stream.codec_context.thread_count = 1
        stream.options = {"crf": str(quality), "preset": "veryfast"} if codec.startswith("libx26") else {}
        if codec == "libx264":
            # The default bit allocation reads uninitialised memory.
            stream.options |= {"x264-params": "mbtree=0"}
        for index, picture in enumerate(chain.from_iterable(pictures for pictures, _ in shots)):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(index * _TICKS_PER_S / rate), Fraction(1, _TICKS_PER_S)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _people(picture: Picture, scene: Scene, camera: Camera, motion: Motion, look: Look, time_s: float) -> None:
    """Paint all people; the runner is averaged over the exposure."""
    looks_at = float(scene.camera_x_m(time_s))
    if scene.empty:
        return
    if scene.rival:
        # Out of phase with the runner, further from the camera and further back.
        body = motion.body(scene.motion_time_s([time_s]) + RIVAL_LATE * scene.stride.stride_s)
        aside = np.array([0.0, 0.0, RIVAL_AT_M[1] * camera.axes[1][2]])
        body = replace(body, **{part: getattr(body, part) + aside for part in ("joints_m", "arms_m", "head_m")})
        x_m = float(scene.runner_x_m(time_s)) + RIVAL_AT_M[0]
        paint(picture, body, camera, _BYSTANDER_LOOK, x_m, looks_at)
    if scene.bystander:
        still = standing(scene.stride.height_m, BYSTANDER_AT_M[1] * camera.axes[1][2])
        paint(picture, still, camera, _BYSTANDER_LOOK, BYSTANDER_AT_M[0], looks_at)

    def runner(canvas: Picture, moment_s: float) -> None:
        body = motion.body(scene.motion_time_s([moment_s]))
        # The camera also pans with the runner during the exposure.
        drift = float(scene.runner_x_m(moment_s)) - float(scene.camera_x_m(moment_s))
        paint(canvas, body, camera, look, looks_at + drift, looks_at)

    if scene.exposure_s <= 0:
        runner(picture, time_s)
        return
    left, right = _columns(scene, camera, motion, time_s, looks_at)
    part = picture[:, left:right]
    total = np.zeros(part.shape, np.float32)
    for share in (np.arange(SUB_FRAMES) + 0.5) / SUB_FRAMES - 0.5:
        canvas = picture.copy()
        runner(canvas, time_s + share * scene.exposure_s)
        cv2.accumulate(canvas[:, left:right], total)
    part[:] = cv2.convertScaleAbs(total, alpha=1 / SUB_FRAMES)


def _columns(scene: Scene, camera: Camera, motion: Motion, time_s: float, looks_at_x_m: float) -> tuple[int, int]:
    """Return the first and last column that the runner can cover."""
    x_m = float(scene.runner_x_m(time_s))
    joints = motion.body(scene.motion_time_s([time_s])).joints_m[0] + [x_m, 0, 0]
    middle = camera.project(joints, looks_at_x_m)[..., 0].mean()
    left, right = np.clip([middle - 0.55 * scene.runner_px, middle + 0.55 * scene.runner_px], 0, scene.size_wh_px[0])
    return int(left), int(right)


def grain_of(scene: Scene, random: np.random.Generator) -> npt.NDArray[np.int8]:
    """Return the camera's noise, 64 pixels larger than the frame, which shifts it from frame to frame."""
    width, height = scene.size_wh_px
    return random.normal(0, scene.noise, (height + 64, width + 64, 3)).round().astype(np.int8)


def filmed(
    picture: Picture,
    scene: Scene,
    camera: Camera,
    time_s: float,
    grain: npt.NDArray[np.int8],
    random: np.random.Generator,
) -> Picture:
    """Return the frame as the camera records it: rolled, shaken, defocused, dark, grainy."""
    width, height = scene.size_wh_px
    if scene.roll_deg:
        rolled = cv2.warpAffine(picture, camera.roll_matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        picture = np.asarray(rolled, dtype=np.uint8)
    if scene.shake_px:
        moved = np.column_stack([np.eye(2), scene.shaken_px(time_s)])
        shaken = cv2.warpAffine(picture, moved, (width, height), borderMode=cv2.BORDER_REPLICATE)
        picture = np.asarray(shaken, dtype=np.uint8)
    if scene.blur_px > 0:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), scene.blur_px), dtype=np.uint8)
    if scene.brightness != 1:
        picture = np.asarray(cv2.convertScaleAbs(picture, alpha=scene.brightness), dtype=np.uint8)
    if scene.noise > 0:
        x, y = random.integers(0, 64, 2)
        grainy = cv2.add(picture, grain[y : y + height, x : x + width], dtype=cv2.CV_8U)
        picture = np.asarray(grainy, dtype=np.uint8)
    return np.ascontiguousarray(picture)
