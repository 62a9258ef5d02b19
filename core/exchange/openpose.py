"""Landmarks as OpenPose writes them, and after it Pose2Sim and RTMLib: one JSON file for each frame."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from core.exchange.landmark_names import ORDERS
from core.exchange.plain_json import array_of, loaded
from core.exchange.points import Points, check_alone, in_order, tallest, unreadable
from core.i18n.message import message as _
from core.model.tracks import Floats


def read(folder: Path) -> Points:
    """Read a folder of `*.json`, each with `people[].pose_keypoints_2d` of 17, 18, 25, 26 or 133 points in pixels.

    The number at the end of a name is the frame's; a frame without anybody counts as unseen. Of several people, the tallest
    in the frame is followed.

    Raises
    ------
    Refused
        `readable_file` if it is something else.
    """
    if not folder.is_dir():
        what = _("{file} is not a folder.", file=folder.name)
        raise unreadable(what, _("OpenPose writes one JSON file for each frame: name their folder."))
    files = sorted(folder.glob("*.json"), key=_number)
    bodies, rivals = [], []
    for path in files:
        people = _people(path)
        body, rival = tallest(people) if people else (None, False)
        bodies.append(body)
        rivals.append(rival)
    known = [body for body in bodies if body is not None]
    if not known or len({len(body) for body in known}) > 1 or len(known[0]) not in ORDERS:
        what = _("In {file}, no JSON file holds a body of 17, 18, 25, 26 or 133 points.", file=folder.name)
        raise unreadable(what)
    check_alone(rivals, folder.name)
    nobody = np.full_like(known[0], np.nan)
    values = np.stack([nobody if body is None else body for body in bodies])
    xy, visibility = in_order(values, ORDERS[values.shape[1]])
    numbers = np.array([_number(path)[0] for path in files], dtype=np.float64)
    return Points(xy=xy, visibility=visibility, frame=numbers if len(set(numbers)) == len(numbers) else None)


def _number(path: Path) -> tuple[int, str]:
    """Return the frame's number in a name such as `run_000000000012_keypoints.json`, and the name."""
    digits = re.findall(r"\d+", path.stem.replace("_keypoints", ""))
    return (int(digits[-1]) if digits else 0, path.name)


def _people(path: Path) -> list[Floats]:
    """Return the bodies (k, 3) in one file."""
    content = loaded(path)
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, list):
        raise unreadable(_("{file} has no “people”, as OpenPose writes it.", file=path.name))
    flat = [array_of(one.get("pose_keypoints_2d"), path.name) for one in people if isinstance(one, dict)]
    return [one.reshape(-1, 3) for one in flat if one.size and one.size % 3 == 0]
