"""Angles of trunk and legs over time. The signs are those of the table in docs/signs-and-units.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.gait.lines import behind_vertical_deg
from core.gait.signals import smoothed_px
from core.model.tracks import ANKLE, HEEL, HIP, KNEE, NEAR, SHOULDER, TOE, Floats, SideTrack

ANGLE_CUTOFF_HZ = 9.0
"""Cutoff for angles: higher than for events, because a lower cutoff lowers the peaks."""


@dataclass(frozen=True, kw_only=True)
class Angles:
    """Angle series of a `SideTrack`, in degrees, at its times; two columns are the near and the far leg.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        True time.
    trunk_lean_deg : ndarray, shape (n,)
        Mid-hip to mid-shoulder against vertical; forward is positive.
    thigh_extension_deg : ndarray, shape (n, 2)
        Hip to knee against vertical; behind is positive.
    leg_extension_deg : ndarray, shape (n, 2)
        Hip to ankle against vertical; behind is positive.
    knee_flexion_deg : ndarray, shape (n, 2)
        Straight is zero, bent is positive.
    shank_deg : ndarray, shape (n, 2)
        Knee to ankle against vertical; ankle ahead of the knee is positive.
    foot_deg : ndarray, shape (n, 2)
        Heel to toe against horizontal; toe up is positive.
    ankle_ahead : ndarray, shape (n, 2)
        Ankle ahead of the mid-hip, in leg lengths.
    foot_ahead : ndarray, shape (n, 2)
        Mean of ankle, heel and toe ahead of the mid-hip, in leg lengths.
    toe_ahead : ndarray, shape (n, 2)
        Toe ahead of the mid-hip, in leg lengths.
    hip_height : ndarray, shape (n,)
        Height of the mid-hip, in leg lengths, above an arbitrary level.
    bone_lengths : ndarray, shape (n, 4)
        Near thigh, shank and foot, and trunk, in leg lengths.
    leg_px : float
        The near leg's length, thigh plus shank; if the pose model makes it shorter than it is, corrected for that.
    """

    time_s: Floats
    trunk_lean_deg: Floats
    thigh_extension_deg: Floats
    leg_extension_deg: Floats
    knee_flexion_deg: Floats
    shank_deg: Floats
    foot_deg: Floats
    ankle_ahead: Floats
    foot_ahead: Floats
    toe_ahead: Floats
    hip_height: Floats
    bone_lengths: Floats
    leg_px: float


def angle_series(side: SideTrack) -> Angles:
    """Compute every angle over time from points smoothed at `ANGLE_CUTOFF_HZ`."""
    xy_px = smoothed_px(side, ANGLE_CUTOFF_HZ)
    shoulder, hip, knee, ankle, heel, toe = (xy_px[:, :, joint] for joint in (SHOULDER, HIP, KNEE, ANKLE, HEEL, TOE))
    mid_hip, mid_shoulder = hip.mean(axis=1), shoulder.mean(axis=1)
    thigh, shank = behind_vertical_deg(hip, knee), behind_vertical_deg(knee, ankle)
    foot, whole_foot = toe - heel, (ankle + heel + toe) / 3
    bones = np.stack([(knee - hip)[:, NEAR], (ankle - knee)[:, NEAR], foot[:, NEAR], mid_shoulder - mid_hip], axis=1)
    bones_px = np.linalg.norm(bones, axis=-1)
    leg_px = float(np.median(bones_px[side.in_a_pass, :2].sum(axis=1))) / side.leg_seen
    return Angles(
        time_s=side.time_s,
        trunk_lean_deg=behind_vertical_deg(mid_shoulder, mid_hip),
        thigh_extension_deg=thigh,
        leg_extension_deg=behind_vertical_deg(hip, ankle),
        knee_flexion_deg=shank - thigh,
        shank_deg=-shank,
        foot_deg=np.degrees(np.arctan2(-foot[..., 1], foot[..., 0])),
        ankle_ahead=(ankle[..., 0] - mid_hip[:, None, 0]) / leg_px,
        foot_ahead=(whole_foot[..., 0] - mid_hip[:, None, 0]) / leg_px,
        toe_ahead=(toe[..., 0] - mid_hip[:, None, 0]) / leg_px,
        hip_height=-mid_hip[:, 1] / leg_px,
        bone_lengths=bones_px / leg_px,
        leg_px=leg_px,
    )
