"""From frames to landmarks of the body, and the selection of the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.pose.accumulator import LongPass
    from core.pose.full_pass import Window, read_pose
    from core.pose.image_quality import Following, sight_of
    from core.pose.people import Glimpse, Looking, glimpse, looking
    from core.pose.pose_model import load_library, model_path, use_model
    from core.pose.runner_selection import Body, Person, choose_runner, people_in, window_for
else:
    __getattr__, __dir__ = lazily(
        __name__,
        accumulator="LongPass",
        full_pass="Window read_pose",  # noqa: S106 - no password
        image_quality="Following sight_of",
        people="Glimpse Looking glimpse looking",
        pose_model="load_library model_path use_model",
        runner_selection="Body Person choose_runner people_in window_for",
    )

__all__ = [
    "Body",
    "Following",
    "Glimpse",
    "LongPass",
    "Looking",
    "Person",
    "Window",
    "choose_runner",
    "glimpse",
    "load_library",
    "looking",
    "model_path",
    "people_in",
    "read_pose",
    "sight_of",
    "use_model",
    "window_for",
]
