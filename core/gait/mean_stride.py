"""The runner's average stride: joint positions and angles from one contact of the near foot to the next."""

from __future__ import annotations

import numpy as np

from core.gait.angles import ANGLE_CUTOFF_HZ, Angles
from core.gait.events import Stride
from core.gait.signals import low_pass, resample, smoothed_px
from core.model.strides import PHASES, Curve, GaitEvents, MeanStride
from core.model.tracks import FAR, HIP, JOINTS, NEAR, SHOULDER, TOE, Floats, PoseTrack, SideTrack

FOLLOWED_SHARE = 0.7
"""An arm or the head is drawn if it is seen in at least this share of the frames."""

_EARS = (7, 8)
_ARM = {"left": (13, 15), "right": (14, 16)}  # BlazePose's elbow and wrist of each side


def mean_stride(
    track: PoseTrack, side: SideTrack, angles: Angles, events: GaitEvents, strides: tuple[Stride, ...]
) -> MeanStride | None:
    """Average a clip's strides, each stretched to the same length.

    Parameters
    ----------
    track : PoseTrack
        The track that `side` was made from; it gives the head and the arms.
    side : SideTrack
        The runner from the side.
    angles : Angles
        Its angles over time.
    events : GaitEvents
        Its events.
    strides : tuple of Stride
        The near leg's strides to average; those without their next contact are left out.

    Returns
    -------
    MeanStride or None
        None if no whole stride is left.
    """
    ends = [(stride.contact_s, stride.toe_off_s, stride.next_contact_s) for stride in strides]
    whole = np.array([stride for stride in ends if stride[2] is not None], dtype=np.float64)
    if len(whole) == 0:
        return None
    starts, lengths = whole[:, 0], whole[:, 2] - whole[:, 0]
    moments_s = starts[:, None] + lengths[:, None] * np.arange(PHASES) / PHASES
    paths = _paths(track, side, angles.leg_px)
    points = {name: _averaged(side.time_s, path, moments_s) for name, path in paths.items()}
    height = _hip_path(angles, moments_s, starts, lengths)
    height -= min(float((points[f"near_{joint}"][:, 1] + height).min()) for joint in ("heel", "toe"))
    return MeanStride(
        n_strides=len(whole),
        stride_s=round(float(lengths.mean()), 4),
        toe_off=round(float(((whole[:, 1] - starts) / lengths).mean()), 4),
        far_contact=_share(np.array(events.far.initial_contact_s), starts, lengths),
        far_toe_off=_share(np.array(events.far.toe_off_s), starts, lengths),
        points={
            name: tuple((x, y) for x, y in np.round(path + np.stack([0 * height, height], axis=1), 3).tolist())
            for name, path in points.items()
        },
        angles={name: _curve(side.time_s, series, moments_s) for name, series in _series(angles).items()},
    )


def _paths(track: PoseTrack, side: SideTrack, leg_px: float) -> dict[str, Floats]:
    """Return each point's path (n, 2) relative to the mid-hip, in leg lengths, x forward and y up."""
    xy_px = smoothed_px(side, ANGLE_CUTOFF_HZ)
    middle = xy_px[:, :, HIP].mean(axis=1)
    up = np.array([1.0, -1.0]) / leg_px
    paths = {"shoulder": (xy_px[:, :, SHOULDER].mean(axis=1) - middle) * up}
    for leg, prefix in ((NEAR, "near"), (FAR, "far")):
        for joint in range(HIP, TOE + 1):
            paths[f"{prefix}_{JOINTS[joint]}"] = (xy_px[:, leg, joint] - middle) * up
    far_side = "left" if side.near_side == "right" else "right"
    to_side = np.array([side.stretch if side.facing == "right" else -side.stretch, 1.0])
    others = {"head": track.xy_px[:, _EARS].mean(axis=1)}
    for prefix, own in (("near", side.near_side), ("far", far_side)):
        elbow, wrist = _ARM[own]
        others |= {f"{prefix}_elbow": track.xy_px[:, elbow], f"{prefix}_hand": track.xy_px[:, wrist]}
    for name, seen_px in others.items():
        if np.isfinite(seen_px).all(axis=1).mean() >= FOLLOWED_SHARE:
            there = low_pass(resample(track.true_time_s, seen_px, side.time_s), side.rate_hz, ANGLE_CUTOFF_HZ)
            paths[name] = (there * to_side - middle) * up
    return paths


def _series(angles: Angles) -> dict[str, Floats]:
    """Return the angle series (n,) to average."""
    lean, thigh = angles.trunk_lean_deg, angles.thigh_extension_deg[:, NEAR]
    return {
        "trunk_lean": lean,
        "thigh_extension": thigh,
        "knee_flexion": angles.knee_flexion_deg[:, NEAR],
        "hip_flexion": lean - thigh,
    }


def _at(time_s: Floats, series: Floats, moments_s: Floats) -> Floats:
    """Return the values of a series (n,) at moments of any shape."""
    return np.asarray(np.interp(moments_s, time_s, series))


def _averaged(time_s: Floats, path: Floats, moments_s: Floats) -> Floats:
    """Return the mean over strides (phases, 2) of a path (n, 2) at moments (strides, phases)."""
    return np.stack([_at(time_s, column, moments_s).mean(axis=0) for column in path.T], axis=1)


def _curve(time_s: Floats, series: Floats, moments_s: Floats) -> Curve:
    each = _at(time_s, series, moments_s)
    sd = np.round(each.std(axis=0, ddof=1), 2).tolist() if len(each) > 1 else []
    return Curve(mean=tuple(np.round(each.mean(axis=0), 1).tolist()), sd=tuple(sd))


def _hip_path(angles: Angles, moments_s: Floats, starts: Floats, lengths: Floats) -> Floats:
    """Return the mid-hip's rise and fall (phases,) in leg lengths, without each stride's drift, so that the end meets the start."""
    first, last = (_at(angles.time_s, angles.hip_height, moment_s) for moment_s in (starts, starts + lengths))
    drift = first[:, None] + (last - first)[:, None] * np.arange(PHASES) / PHASES
    return np.asarray((_at(angles.time_s, angles.hip_height, moments_s) - drift).mean(axis=0))


def _share(moments_s: Floats, starts: Floats, lengths: Floats) -> float | None:
    """Return when in the strides an event of the other foot occurs, as a share; None if no stride has exactly one."""
    shares = []
    for start_s, length_s in zip(starts, lengths, strict=True):
        inside = moments_s[(moments_s >= start_s) & (moments_s < start_s + length_s)]
        if len(inside) == 1:
            shares.append(float(inside[0] - start_s) / float(length_s))
    return round(float(np.mean(shares)), 4) if shares else None
