"""From frames to landmarks of the body, and the selection of the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.pose.accumulator import FullPass
    from core.pose.full_pass import Window, read_pose
    from core.pose.image_quality import Following, image_quality_of
    from core.pose.people import Detection, Detector, detect, detector
    from core.pose.pose_model import load_library, model_path, use_model
    from core.pose.runner_selection import Body, Person, choose_runner, people_in, window_for
    from core.pose.steep_lines import find_steep_lines
else:
    __getattr__, __dir__ = lazily(
        __name__,
        accumulator="FullPass",
        full_pass="Window read_pose",  # noqa: S106 - no password
        image_quality="Following image_quality_of",
        people="Detection Detector detect detector",
        pose_model="load_library model_path use_model",
        runner_selection="Body Person choose_runner people_in window_for",
        steep_lines="find_steep_lines",
    )

__all__ = [
    "Body",
    "Detection",
    "Detector",
    "Following",
    "FullPass",
    "Person",
    "Window",
    "choose_runner",
    "detect",
    "detector",
    "find_steep_lines",
    "image_quality_of",
    "load_library",
    "model_path",
    "people_in",
    "read_pose",
    "use_model",
    "window_for",
]
