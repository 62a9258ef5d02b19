"""All files of one analysis for other programs, in a folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np

from core.exchange.opensim import Markers, coordinates, in_millimetres, longest_pass, markers, mot, trc
from core.exchange.tables import angles_csv, events_csv, stride_csv
from core.gait.angles import Angles
from core.model.report import Report
from core.model.tracks import PoseTrack, SideTrack

ANGLES, STRIDE, EVENTS = "angles.csv", "stride.csv", "events.csv"
TRC, MOT, C3D = "markers.trc", "angles.mot", "markers.c3d"
FILES = (ANGLES, STRIDE, EVENTS, TRC, MOT, C3D)
"""The names of the files."""


def write_motion(
    folder: Path,
    report: Report,
    track: PoseTrack,
    side: SideTrack,
    angles: Angles,
    *,
    roll_deg: float = 0.0,
    feet: bool = True,
) -> None:
    """Write every file of `FILES` into an existing folder; `C3D` only if ezc3d is installed (`uv sync --extra c3d`).

    Parameters
    ----------
    folder : Path
        The folder.
    report : Report
        The result; its answers hold the height that scales the markers.
    track, side, angles : PoseTrack, SideTrack, Angles
        The body in the frames, from the side, and its angles.
    roll_deg : float
        The camera roll that the points of `side` are not corrected for.
    feet : bool
        Whether the track has feet.
    """
    found = markers(side, leg_px=angles.leg_px, roll_deg=roll_deg, height_cm=report.answers.height_cm, feet=feet)
    texts = {
        ANGLES: angles_csv(track, side, angles, feet=feet),
        STRIDE: stride_csv(report),
        EVENTS: events_csv(report),
        TRC: trc(found, TRC),
        MOT: mot(side.time_s[longest_pass(side)], coordinates(side, angles, feet=feet)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    if importlib.util.find_spec("ezc3d"):
        write_c3d(in_millimetres(found), folder / C3D)


def write_c3d(found: Markers, path: Path) -> None:
    """Write markers as a C3D file."""
    import ezc3d

    file = ezc3d.c3d()
    file["parameters"]["POINT"]["UNITS"]["value"] = [found.unit]
    file["parameters"]["POINT"]["RATE"]["value"] = [found.rate_hz]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(found.names)
    points = found.xyz.transpose(2, 1, 0)
    file["data"]["points"] = np.concatenate([points, np.ones((1, *points.shape[1:]))])
    file.write(str(path))
