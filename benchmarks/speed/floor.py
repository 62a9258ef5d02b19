"""What an analysis is measured against: one thread that decodes a clip and calls the pose model once a picture."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import av
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from core.jobs.sandbox_process import NICE
from core.pose.pose_model import model_path
from core.video.reader import LINES


class Took(NamedTuple):
    """Seconds by the clock on the wall, and of the processor."""

    wall_s: float
    processor_s: float


def _bare_loop(clip: Path, model: Path, lines: int | None) -> Took:
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)), running_mode=vision.RunningMode.VIDEO
    )
    wall_s, processor_s = time.perf_counter(), time.process_time()
    with vision.PoseLandmarker.create_from_options(options) as landmarker, av.open(str(clip)) as container:
        container.streams.video[0].thread_count = 1
        for index, shown in enumerate(container.decode(video=0)):
            height = shown.width if shown.rotation % 180 else shown.height
            scale = 1.0 if lines is None else min(1.0, lines / height)
            if scale < 1:
                size = round(shown.width * scale), round(shown.height * scale)
                shown = shown.reformat(*size, format="yuv420p", interpolation="AREA")
            rgb = np.ascontiguousarray(shown.to_ndarray(format="rgb24"))
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            landmarker.detect_for_video(image, 1000 * index // 60)
    return Took(time.perf_counter() - wall_s, time.process_time() - processor_s)


class BareLoop:
    """The loop in a process of its own that gives way to others as much as an analysis does, its libraries loaded."""

    def __init__(self) -> None:
        self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=os.nice, initargs=(NICE,))

    def floor(self, clip: Path) -> Took:
        """Return what the loop takes with our pose model, on pictures as small as ours and made as fast as we can."""
        return self._process.submit(_bare_loop, clip, model_path(), LINES).result()

    def plain_script(self, clip: Path, model: Path | None = None) -> Took:
        """Return what a person's own script takes, on pictures as they are, with a pose model as it was published."""
        return self._process.submit(_bare_loop, clip, model or model_path(), None).result()

    def close(self) -> None:
        """End the process."""
        self._process.shutdown()
