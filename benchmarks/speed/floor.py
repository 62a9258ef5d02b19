"""What an analysis is measured against: one thread that decodes a clip and calls the pose model once a picture."""

from __future__ import annotations

import itertools
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import av
import mediapipe as mp
import numpy as np
from mediapipe import Image
from mediapipe.tasks.python import BaseOptions, vision

from core.jobs.sandbox_process import NICE
from core.pose.pose_model import model_path
from core.video.reader import LINES, frames


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


class Company(NamedTuple):
    """Milliseconds of a call of the pose model, alone and while another landmarker works; `gives` is what two at once bring."""

    alone_ms: float
    together_ms: float

    @property
    def gives(self) -> float:
        """How many times as many calls two landmarkers do at once as one after the other."""
        return 2 * self.alone_ms / self.together_ms


def _calls(landmarker: vision.PoseLandmarker, pictures: list[Image], first: int) -> float:
    """Return the milliseconds of a call, from those of all pictures."""
    began_s = time.perf_counter()
    for number, image in enumerate(pictures, first):
        landmarker.detect_for_video(image, 1000 * number)
    return 1000 * (time.perf_counter() - began_s) / len(pictures)


def _company(clip: Path, model: Path, n_pictures: int = 60) -> Company:
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)), running_mode=vision.RunningMode.VIDEO
    )
    shown = itertools.islice(frames(clip), n_pictures)
    pictures = [mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.rgb) for frame in shown]
    with (
        vision.PoseLandmarker.create_from_options(options) as one,
        vision.PoseLandmarker.create_from_options(options) as other,
        ThreadPoolExecutor(2) as threads,
    ):
        both = (one, other)
        alone_ms = statistics.mean(_calls(landmarker, pictures, 0) for landmarker in both)
        at_once = [threads.submit(_calls, landmarker, pictures, n_pictures) for landmarker in both]
        return Company(alone_ms, statistics.mean(took.result() for took in at_once))


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

    def company(self, clip: Path) -> Company:
        """Return what the machine gives to two landmarkers at once."""
        return self._process.submit(_company, clip, model_path()).result()

    def close(self) -> None:
        """End the process."""
        self._process.shutdown()
