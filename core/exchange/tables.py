"""Joint angles and events as CSV tables; the signs are those of docs/signs-and-units.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np

from core.gait.angles import Angles
from core.model.report import Report
from core.model.strides import PHASES
from core.model.tracks import FAR, NEAR, Floats, PoseTrack, SideTrack

_OF_A_LEG = ("thigh_extension_deg", "leg_extension_deg", "knee_flexion_deg", "shank_deg")


def angles_csv(track: PoseTrack, side: SideTrack, angles: Angles, *, feet: bool = True) -> str:
    """Return the angles in each frame: its number, its time as the file plays and in true time, then one column for each angle.

    Parameters
    ----------
    track : PoseTrack
        The frames.
    side : SideTrack
        The runner from the side. Frames outside the passes have no angles.
    angles : Angles
        Its angles.
    feet : bool
        Whether the track has feet; without, there is no foot angle.
    """
    series = angle_columns(angles, feet=feet)
    inside = np.interp(track.true_time_s, side.time_s, side.in_a_pass, left=0, right=0) > 0.5
    rows = []
    for frame, (file_s, true_s) in enumerate(zip(track.time_s, track.true_time_s, strict=True)):
        own = [float(np.interp(true_s, side.time_s, column)) for column in series.values()] if inside[frame] else []
        seen = _seen_at(side, true_s) if inside[frame] else (False, False)
        cells = [f"{value:.2f}" for value in own] or [""] * len(series)
        rows.append([frame, f"{file_s:.4f}", f"{true_s:.4f}", *(int(one) for one in seen), *cells])
    return _written(("frame", "file_time_s", "time_s", "near_seen", "far_seen", *series), rows)


def angle_columns(angles: Angles, *, feet: bool) -> dict[str, Floats]:
    """Return each angle's series (n,) by the name of its column."""
    series = {"trunk_lean_deg": angles.trunk_lean_deg}
    for leg, prefix in ((NEAR, "near"), (FAR, "far")):
        series[f"{prefix}_hip_flexion_deg"] = angles.trunk_lean_deg - angles.thigh_extension_deg[:, leg]
        names = (*_OF_A_LEG, "foot_deg") if feet else _OF_A_LEG
        series |= {f"{prefix}_{name}": getattr(angles, name)[:, leg] for name in names}
    return series


def _seen_at(side: SideTrack, moment_s: float) -> tuple[bool, bool]:
    near, far = side.seen[int(np.abs(side.time_s - moment_s).argmin())]
    return bool(near), bool(far)


def stride_csv(report: Report) -> str:
    """Return the angles of the near leg over the average stride, in per cent from contact to contact, each with its spread.

    Without a whole stride the table has no line.
    """
    stride = report.mean_stride
    curves = stride.angles if stride else {}
    head = [f"{name}_{kind}" for name in curves for kind in ("deg", "sd_deg")]
    rows = [
        [f"{100 * phase / PHASES:g}"]
        + [f"{column[phase]:g}" if column else "" for curve in curves.values() for column in (curve.mean, curve.sd)]
        for phase in range(PHASES if curves else 0)
    ]
    return _written(("stride_percent", *head), rows)


def events_csv(report: Report) -> str:
    """Return every initial contact and toe-off in the order of time: leg, side of the body, true time and time of the file."""
    far_side = "left" if report.near_side == "right" else "right"
    legs = (("near", report.near_side, report.events.near), ("far", far_side, report.events.far))
    events = [
        (time_s, event, leg, side)
        for leg, side, own in legs
        for event, times in (("initial_contact", own.initial_contact_s), ("toe_off", own.toe_off_s))
        for time_s in times
    ]
    slow = report.answers.slow_motion
    rows = [[event, leg, side, f"{at_s:.4f}", f"{at_s * slow:.4f}"] for at_s, event, leg, side in sorted(events)]
    return _written(("event", "leg", "side", "time_s", "file_time_s"), rows)


def _written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    return out.getvalue()
