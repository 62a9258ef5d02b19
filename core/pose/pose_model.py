"""The pose model: its file, and MediaPipe, which is loaded and opened without its notices.

MediaPipe is pinned to 0.10.32: later versions open network sockets to send usage metrics (see docs/dependencies.md). It is imported
inside functions, so that the rest of the library works without it. Only this module and `landmarker` use it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import SetUpError
from core.i18n.message import message as _
from core.paths import ROOT

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import PoseLandmarker

MODEL = ROOT / "assets" / "pose_landmarker_full.task"
MODEL_SHA256 = "8fe0162677f1edfe0ca11b37d5ce7787b6affa6b669d4ea637b8435b1b9df7de"


@cache
def _checked_model(path: Path) -> Path:
    """Return the path of the pose model after checking its hash."""
    advice = _("Build it again with tools/build_pose_model.py.")
    if not path.is_file():
        raise SetUpError(_("The pose model {file} is missing.", file=path.name), advice)
    if path == MODEL and hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
        what = _("The pose model {file} is not the one this version was made with.", file=path.name)
        raise SetUpError(what, advice)
    return path


_used = MODEL


def use_model(path: Path) -> None:
    """Use this pose model in this process, instead of the packaged one; to be called where the process starts."""
    global _used
    _used = path


def model_path() -> Path:
    """Return the pose model to use: the packaged one, or the one that `use_model` named.

    Raises
    ------
    SetUpError
        If it is missing, or the packaged one was altered.
    """
    return _checked_model(_used)


def load_library() -> None:
    """Import MediaPipe and check the model's hash before the first clip, because this takes most of a second."""
    with quietly, contextlib.suppress(SetUpError):
        import mediapipe.tasks.python.vision  # noqa: F401

        model_path()


class Quiet:
    """Discards the notices that native code writes to standard error while it starts; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside, self._kept = 0, -1

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                sys.stderr.flush()
                self._kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                os.dup2(self._kept, 2)
                os.close(self._kept)


quietly = Quiet()


@contextlib.contextmanager
def open_landmarker(*, bodies: int = 1) -> Iterator[PoseLandmarker]:
    """Open a landmarker for one clip: it tracks one body from frame to frame, or finds several in each frame separately."""
    model = model_path()
    with quietly:
        from mediapipe.tasks.python import BaseOptions, vision

        mode = vision.RunningMode.VIDEO if bodies == 1 else vision.RunningMode.IMAGE
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)), running_mode=mode, num_poses=bodies
        )
        landmarker = vision.PoseLandmarker.create_from_options(options)
    with landmarker:
        yield landmarker
