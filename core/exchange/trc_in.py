"""Marker trajectories in TRC files, as Sports2D, Pose2Sim and OpenSim have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.exchange.landmark_names import landmark_of
from core.exchange.points import Points, trunk_to_ankle, unreadable
from core.i18n.message import message as _
from core.model.tracks import ANKLE, HIP, LANDMARK_OF, LANDMARKS, Floats

MOST_BYTES = 64 << 20
"""Read, a hostile file takes thirty times as much memory; 90 seconds at 240 frames per second have 45 MB at most."""

MOST_MARKERS = 1000

BODY_PX = 600.0
"""The distance from shoulders to ankles that a track in metres is scaled to."""

FLAT = 0.02
"""A file whose markers leave one plane by less than this share of the body's height is of two dimensions."""


def read(path: Path) -> Points:
    """Read a TRC file.

    Its unit and the direction of its axes are found from the body, because files of Sports2D in pixels say `m`, too. A body in
    three dimensions is looked at from its side.

    Raises
    ------
    Refused
        `readable_file` if it is no TRC file, or has no shoulders, hips and ankles.
    """
    names, times, xyz = _table(path)
    placed = np.full((len(times), LANDMARKS, 3), np.nan)
    for column, name in enumerate(names):
        landmark = landmark_of(name)
        if landmark is not None:
            placed[:, landmark] = xyz[:, column]
    needed = [LANDMARK_OF[side][joint] for side in ("left", "right") for joint in (0, HIP, ANKLE)]
    if np.isnan(placed[:, needed]).all(axis=(0, 2)).any():
        what = _(
            "{file} lacks markers of shoulders, hips or ankles, such as RShoulder, RHip and RAnkle.", file=path.name
        )
        raise unreadable(what)
    xy = _from_the_side(placed)
    return Points(xy=_in_pixels(xy), visibility=np.asarray(np.isfinite(xy).all(axis=-1), np.float64), time_s=times)


def _table(path: Path) -> tuple[list[str], Floats, Floats]:
    """Return the markers' names, the times (n,) and the positions (n, markers, 3) of a TRC file."""
    wrong = unreadable(_("{file} cannot be read as a TRC file.", file=path.name))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise unreadable(_("{file} holds more than {most} MB.", file=path.name, most=MOST_BYTES >> 20))
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise wrong from error
    at = next((place for place, line in enumerate(lines[:8]) if line.startswith("Frame#")), None)
    if at is None or not lines[0].startswith("PathFileType"):
        raise wrong
    names = [name.strip() for name in lines[at].split("\t")[2:] if name.strip()]
    width = 2 + 3 * len(names)
    try:
        rows = [[_number(cell) for cell in line.split("\t")] for line in lines[at + 2 :] if line.strip()]
    except ValueError as error:
        raise wrong from error
    if not rows or not 0 < len(names) <= MOST_MARKERS or any(len(row) < 2 for row in rows):
        raise wrong
    table = np.array([(row + [np.nan] * width)[:width] for row in rows])
    table[np.isinf(table)] = np.nan
    return names, table[:, 1], table[:, 2:].reshape(len(rows), len(names), 3)


def _number(cell: str) -> float:
    return float(cell) if cell.strip() else float("nan")


def _from_the_side(xyz: Floats) -> Floats:
    """Return a body (n, 33, 3) as seen from its side: shape (n, 33, 2), y down."""
    down = trunk_to_ankle(xyz)
    height = float(np.abs(down).max())
    vertical = int(np.abs(down).argmax())
    across = [axis for axis in range(3) if axis != vertical]
    y = xyz[..., vertical] * np.sign(down[vertical])
    flat = [float(np.nanmax(xyz[..., axis]) - np.nanmin(xyz[..., axis])) < FLAT * height for axis in across]
    if flat[0] or flat[1]:
        return np.stack([xyz[..., across[flat.index(True) - 1]], y], axis=-1)
    return np.stack([xyz[..., across] @ _ahead(xyz[..., across]), y], axis=-1)


def _ahead(ground: Floats) -> Floats:
    """Return the direction on the ground (2,) in which the ankles move against the hips: forward or backward."""
    ankles, hips = (ground[:, [LANDMARK_OF[side][joint] for side in ("left", "right")]] for joint in (ANKLE, HIP))
    swing = (ankles - hips).reshape(-1, 2)
    swing = swing[np.isfinite(swing).all(axis=1)]
    _left, _sizes, axes = np.linalg.svd(swing - swing.mean(axis=0), full_matrices=False)
    direction: Floats = axes[0]
    return direction if direction[np.abs(direction).argmax()] > 0 else -direction


def _in_pixels(xy: Floats) -> Floats:
    """Return the body scaled to the size of one in pixels, unless it has that size (in pixels or in millimetres)."""
    height = abs(float(trunk_to_ankle(xy)[1]))
    scaled = xy if BODY_PX / 6 <= height <= 6 * BODY_PX else xy * (BODY_PX / height)
    return np.asarray(scaled - np.nanmin(scaled, axis=(0, 1)) + BODY_PX / 4)
