"""Markers and joint angles for OpenSim: a TRC file and a MOT file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.exchange.landmark_names import HALPE_NAMES
from core.gait.angles import Angles
from core.gait.estimates import LEG_OF_HEIGHT
from core.model.tracks import FAR, HIP, NEAR, Floats, SideTrack

_TRC_FIELDS = (
    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame", "OrigNumFrames",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Markers:
    """Joints in OpenSim's axes: x forward, y up, z to the right, all in the plane z = 0.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        True time, evenly spaced.
    names : tuple of str
        Names of the markers, as Halpe and Pose2Sim have them.
    xyz : ndarray, shape (n, markers, 3)
        Positions in `unit`; y is 0 at the lowest point of any foot.
    unit : str
        'm' if the runner's height is known, otherwise 'px'.
    """

    time_s: Floats
    names: tuple[str, ...]
    xyz: Floats
    unit: str

    @property
    def rate_hz(self) -> float:
        """Samples per second."""
        return (len(self.time_s) - 1) / float(self.time_s[-1] - self.time_s[0])


def longest_pass(side: SideTrack) -> slice:
    """Return the samples of the longest pass: files for OpenSim have no gaps."""
    return max(side.passes, key=lambda part: part.stop - part.start)


def markers(side: SideTrack, *, leg_px: float, roll_deg: float, height_cm: float | None, feet: bool = True) -> Markers:
    """Return the joints of the longest pass as markers.

    Parameters
    ----------
    side : SideTrack
        The runner from the side.
    leg_px : float
        The near leg's length; with the height it gives the scale.
    roll_deg : float
        The camera roll that the points are not corrected for.
    height_cm : float or None
        The runner's height.
    feet : bool
        Whether the track has feet; without, heels and toes are left out.
    """
    part = longest_pass(side)
    upright = side.xy_px[part] @ _turned(roll_deg)
    unit, scale = ("px", 1.0) if height_cm is None else ("m", LEG_OF_HEIGHT * height_cm / 100 / leg_px)
    names = HALPE_NAMES if feet else HALPE_NAMES[:-2]
    near, far = ("R", "L") if side.near_side == "right" else ("L", "R")
    joints = np.concatenate([upright[:, leg, : len(names)] for leg in (NEAR, FAR)], axis=1) * scale
    flat = np.stack([joints[..., 0], joints[..., 1].max() - joints[..., 1], np.zeros(joints.shape[:2])], axis=-1)
    flat[..., 0] -= flat[0, [HIP, HIP + len(names)], 0].mean()
    return Markers(
        time_s=side.time_s[part],
        names=tuple(f"{letter}{name}" for letter in (near, far) for name in names),
        xyz=flat,
        unit=unit,
    )


def _turned(roll_deg: float) -> Floats:
    """Return the matrix that takes the camera roll out of points (..., 2), as `core.gait.camera_roll.levelled` does."""
    turn = np.radians(roll_deg)
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def trc(found: Markers, name: str) -> str:
    """Return markers as a TRC file.

    Parameters
    ----------
    found : Markers
        The markers.
    name : str
        The name of the file, which its first line repeats.
    """
    rate, n = f"{found.rate_hz:.6g}", str(len(found.time_s))
    values = (rate, rate, n, str(len(found.names)), found.unit, rate, "1", n)
    axes = [f"{axis}{number}" for number in range(1, len(found.names) + 1) for axis in "XYZ"]
    lines = [
        ["PathFileType", "4", "(X/Y/Z)", name],
        _TRC_FIELDS,
        values,
        ["Frame#", "Time", *(cell for marker in found.names for cell in (marker, "", ""))],
        ["", "", *axes],
        [],
    ]
    times = found.time_s - found.time_s[0]
    for frame, (time_s, place) in enumerate(zip(times, found.xyz.reshape(len(times), -1), strict=True), 1):
        lines.append([str(frame), f"{time_s:.6f}", *(f"{value:.6f}" for value in place)])
    return "".join("\t".join(line) + "\n" for line in lines)


def coordinates(side: SideTrack, angles: Angles, *, feet: bool = True) -> dict[str, Floats]:
    """Return joint angles of the longest pass by the names of OpenSim's coordinates, in degrees, with its signs.

    Trunk and pelvis are one segment, because a clip does not show the pelvis: a forward lean is a negative `pelvis_tilt`, and
    hip flexion is the trunk against the thigh. Knee flexion is positive, as in the model of Rajagopal (2016).
    """
    part = longest_pass(side)
    own = {"pelvis_tilt": -angles.trunk_lean_deg[part]}
    near, far = ("r", "l") if side.near_side == "right" else ("l", "r")
    for leg, letter in ((NEAR, near), (FAR, far)):
        own[f"hip_flexion_{letter}"] = angles.trunk_lean_deg[part] - angles.thigh_extension_deg[part, leg]
        own[f"knee_angle_{letter}"] = angles.knee_flexion_deg[part, leg]
        if feet:
            own[f"ankle_angle_{letter}"] = angles.foot_deg[part, leg] - angles.shank_deg[part, leg]
    return own


def mot(time_s: Floats, columns: Mapping[str, Floats]) -> str:
    """Return joint angles in degrees as a MOT file, from time 0."""
    head = [
        "Coordinates", "version=1", f"nRows={len(time_s)}", f"nColumns={1 + len(columns)}", "inDegrees=yes", "",
        "Units are S.I. units (second, meters, Newtons, ...)", "Angles are in degrees.", "", "endheader",
    ]  # fmt: skip
    lines = ["\t".join(["time", *columns])]
    table = np.stack([time_s - time_s[0], *columns.values()], axis=1)
    lines += ["\t".join(f"{value:.6f}" for value in row) for row in table]
    return "\n".join([*head, *lines]) + "\n"


def in_millimetres(found: Markers) -> Markers:
    """Return markers in millimetres, as C3D files usually have them; pixels stay pixels."""
    return found if found.unit == "px" else replace(found, xyz=found.xyz * 1000, unit="mm")
