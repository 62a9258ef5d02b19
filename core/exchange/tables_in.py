"""Landmarks in CSV tables: of DeepLabCut, and of scripts around MediaPipe."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.exchange.landmark_names import landmark_of
from core.exchange.points import Points, unreadable
from core.i18n.message import message as _
from core.model.tracks import LANDMARKS, Floats

MOST_BYTES = 64 << 20
"""Read, a hostile file takes thirty times as much memory; 90 seconds at 240 frames per second have 45 MB at most."""

_AXES = {"x": 0, "y": 1, "v": 2, "visibility": 2, "likelihood": 2, "score": 2, "confidence": 2}
_TIMES = {"time": 1.0, "time_s": 1.0, "timestamp": 1.0, "timestamp_s": 1.0, "time_ms": 1e-3, "timestamp_ms": 1e-3}
_FRAMES = ("frame", "frame_id", "frame_number", "frame_index", "image")
_WHICH = ("landmark", "landmark_id", "landmark_index", "landmark_name", "name", "id", "index", "joint")
_COLUMN = re.compile(
    r"(?:(?P<before>x|y|v|visibility)_?(?P<number>\d+)|(?P<name>.+?)_?(?P<after>x|y|v|visibility))", re.I
)


def read_deeplabcut(path: Path) -> Points:
    """Read the CSV of DeepLabCut: lines `scorer`, (`individuals`,) `bodyparts` and `coords`, then a line for each frame.

    Points are known by name: a side and a part, such as `right_hip`, `RKnee` or `toe_l`.

    Raises
    ------
    Refused
        `readable_file` if it is something else, or holds several individuals.
    """
    rows = _rows(path)
    heads = {row[0].strip().lower(): row[1:] for row in rows[:4] if row}
    if not {"bodyparts", "coords"} <= set(heads):
        raise unreadable(_("{file} has no lines “bodyparts” and “coords”, as DeepLabCut writes them.", file=path.name))
    if len(set(heads.get("individuals", ()))) > 1:
        what = _("{file} holds several individuals.", file=path.name)
        raise unreadable(what, _("Write a file with one person only."))
    body = _numbers([row for row in rows[len(heads) :] if row], path.name)
    xy, visibility = _empty(len(body))
    for column, (part, axis) in enumerate(zip(heads["bodyparts"], heads["coords"], strict=True), 1):
        _put(xy, visibility, landmark_of(part), axis.strip().lower(), body[:, column])
    return Points(xy=xy, visibility=visibility, frame=body[:, 0])


def read_mediapipe(path: Path) -> Points:
    """Read a CSV of MediaPipe's 33 landmarks, with a line for each frame or for each landmark of each frame.

    Columns are `x0, y0, v0, ...`, `0_x, ...` or `left_hip_x, ...`; or `frame`, `landmark`, `x`, `y` and `visibility`. A column
    of times (`time_s`, `timestamp_ms`) is optional. Coordinates are shares of the frame, as MediaPipe gives them, or pixels.

    Raises
    ------
    Refused
        `readable_file` if it is something else.
    """
    head, *rows = _rows(path)
    names = [name.strip().lower() for name in head]
    if {"x", "y"} <= set(names) and any(name in _WHICH for name in names):
        return _long(names, rows, path.name)
    body = _numbers([row for row in rows if row], path.name)
    xy, visibility = _empty(len(body))
    shown = False
    for column, name in enumerate(names):
        found = _COLUMN.fullmatch(name)
        if found:
            axis = (found["before"] or found["after"]).lower()
            shown |= _put(xy, visibility, _landmark(found["number"] or found["name"]), axis, body[:, column])
    if not shown:
        raise unreadable(_("{file} has no columns such as x0 and y0, or left_hip_x and left_hip_y.", file=path.name))
    return Points(xy=xy, visibility=visibility, time_s=_times(names, body), frame=_frames(names, body))


def _long(names: list[str], rows: Sequence[Sequence[str]], file: str) -> Points:
    """Return the points of a table with a line for each landmark of each frame."""
    which = next(place for place, name in enumerate(names) if name in _WHICH)
    landmarks = [_landmark(row[which]) for row in rows if row]
    body = _numbers([[*row[:which], "0", *row[which + 1 :]] for row in rows if row], file)
    frames, times = _frames(names, body), _times(names, body)
    moments = frames if frames is not None else times
    if moments is None:
        raise unreadable(_("{file} has no column “frame”.", file=file))
    each, place = np.unique(moments, return_inverse=True)
    xy, visibility = _empty(len(each))
    for row, landmark in enumerate(landmarks):
        for column, name in enumerate(names):
            if landmark is not None and name in _AXES:
                (visibility if _AXES[name] == 2 else xy[..., _AXES[name]])[place[row], landmark] = body[row, column]
    if not any(_AXES.get(name) == 2 for name in names):
        visibility[:] = np.isfinite(xy).all(axis=-1)
    first = np.unique(moments, return_index=True)[1]
    return Points(
        xy=xy,
        visibility=visibility,
        frame=None if frames is None else each,
        time_s=None if times is None else times[first],
    )


def _landmark(text: str) -> int | None:
    """Return a landmark by its number or its name."""
    text = re.sub(r"^(?:pose_)?landmark_?(?=\d)", "", text.strip(), flags=re.I)
    if text.isdecimal():
        return int(text) if int(text) < LANDMARKS else None
    return landmark_of(text)


def _put(xy: Floats, visibility: Floats, landmark: int | None, axis: str, values: Floats) -> bool:
    """Write one column to its place, and return whether it has one; a point without a certainty is certain where it is."""
    if landmark is None or axis not in _AXES:
        return False
    if _AXES[axis] == 2:
        visibility[:, landmark] = np.nan_to_num(values)
        return True
    xy[:, landmark, _AXES[axis]] = values
    untold = visibility[:, landmark] == 0
    if axis == "y" and untold.all():
        visibility[:, landmark] = np.isfinite(values)
    return True


def _empty(n: int) -> tuple[Floats, Floats]:
    return np.full((n, LANDMARKS, 2), np.nan), np.zeros((n, LANDMARKS))


def _times(names: list[str], body: Floats) -> Floats | None:
    found = [(column, _TIMES[name]) for column, name in enumerate(names) if name in _TIMES]
    return body[:, found[0][0]] * found[0][1] if found else None


def _frames(names: list[str], body: Floats) -> Floats | None:
    found = [column for column, name in enumerate(names) if name in _FRAMES]
    return body[:, found[0]] if found else None


def _rows(path: Path) -> list[list[str]]:
    """Return the lines of a CSV file, each as its cells."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise unreadable(_("{file} holds more than {most} MB.", file=path.name, most=MOST_BYTES >> 20))
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise unreadable(_("{file} cannot be read as a CSV table.", file=path.name)) from error
    if len(rows) < 3:
        raise unreadable(_("{file} cannot be read as a CSV table.", file=path.name))
    return rows


def _numbers(rows: Sequence[Sequence[str]], file: str) -> Floats:
    """Return the cells as numbers, NaN for an empty one and for one of text."""
    if not rows or len({len(row) for row in rows}) > 1:
        raise unreadable(_("In {file}, the lines have different numbers of cells.", file=file))
    return np.array([[_number(cell) for cell in row] for row in rows], dtype=np.float64)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
