"""Angles of bodies that stand still in poses known by hand: signs, sizes and sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.gait.angles import ANGLE_CUTOFF_HZ, angle_series
from core.gait.legs import identify_legs
from core.model.tracks import ANKLE, FAR, HEEL, HIP, KNEE, NEAR, SHOULDER, TOE, SideTrack

Drawn = Callable[..., Any]

UPRIGHT = {SHOULDER: (0, -50), HIP: (0, 0), KNEE: (0, 40), ANKLE: (0, 80), HEEL: (-5, 85), TOE: (15, 85)}
"""A leg that stands straight, foot flat, the trunk above it: forward and down of the hip, pixels."""


def standing(near: dict[int, tuple[float, float]], far: dict[int, tuple[float, float]] | None = None) -> SideTrack:
    """Return half a second of a body that does not move."""
    pose = np.array(
        [[{**UPRIGHT, **moved}[joint] for joint in range(6)] for moved in (near, near if far is None else far)],
        dtype=float,
    )
    n = 120
    return SideTrack(
        time_s=np.arange(n) / 240,
        xy_px=np.repeat(pose[None], n, axis=0) + [300.0, 400.0],
        seen=np.ones((n, 2), dtype=bool),
        facing="right",
        source_rate_hz=60.0,
    )


def turned(angle_deg: float, length: float) -> tuple[float, float]:
    """Return where a line of that length ends that hangs so many degrees behind the vertical."""
    return -length * float(np.sin(np.radians(angle_deg))), length * float(np.cos(np.radians(angle_deg)))


def test_upright_is_zero_everywhere() -> None:
    angles = angle_series(standing({}))
    for name in ("trunk_lean_deg", "thigh_extension_deg", "leg_extension_deg", "knee_flexion_deg", "shank_deg"):
        np.testing.assert_allclose(getattr(angles, name), 0, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(angles.foot_deg, 0, atol=1e-9)
    np.testing.assert_allclose(angles.ankle_ahead, 0, atol=1e-9)
    assert angles.leg_px == pytest.approx(80)
    # Height counts upward, in leg lengths, from the picture's upper edge: the hip is 400 pixels below it.
    np.testing.assert_allclose(angles.hip_height, -400 / 80)


@pytest.mark.parametrize("lean_deg", [-5.0, 3.0, 10.0, 30.0])
def test_forward_lean_is_positive(lean_deg: float) -> None:
    shoulder = tuple(-value for value in turned(lean_deg, 50))
    np.testing.assert_allclose(angle_series(standing({SHOULDER: shoulder})).trunk_lean_deg, lean_deg, atol=1e-9)


def test_the_trunk_is_between_the_middles_of_hips_and_shoulders() -> None:
    """Shoulders turned against each other, and hips, leave the lean as it is."""
    near = {SHOULDER: (12, -50), HIP: (4, 0)}
    far = {SHOULDER: (-12, -50), HIP: (-4, 0)}
    np.testing.assert_allclose(angle_series(standing(near, far)).trunk_lean_deg, 0, atol=1e-9)


@pytest.mark.parametrize(("thigh_deg", "bent_deg"), [(20.0, 0.0), (18.0, 35.0), (-40.0, 90.0), (0.0, 120.0)])
def test_extension_behind_and_knees_bent_are_positive(thigh_deg: float, bent_deg: float) -> None:
    """The thigh so far behind, the shank so much further: near leg only, the far one stands."""
    knee = turned(thigh_deg, 40)
    shank = turned(thigh_deg + bent_deg, 40)
    ankle = (knee[0] + shank[0], knee[1] + shank[1])
    angles = angle_series(standing({KNEE: knee, ANKLE: ankle}, {}))
    np.testing.assert_allclose(angles.thigh_extension_deg[:, NEAR], thigh_deg, atol=1e-9)
    np.testing.assert_allclose(angles.knee_flexion_deg[:, NEAR], bent_deg, atol=1e-9)
    np.testing.assert_allclose(angles.shank_deg[:, NEAR], -(thigh_deg + bent_deg), atol=1e-9)
    # Two equal lengths: the line from hip to ankle halves the bend.
    np.testing.assert_allclose(angles.leg_extension_deg[:, NEAR], thigh_deg + bent_deg / 2, atol=1e-9)
    np.testing.assert_allclose(angles.ankle_ahead[:, NEAR], ankle[0] / 80, atol=1e-9)
    np.testing.assert_allclose(angles.thigh_extension_deg[:, FAR], 0, atol=1e-9)


def test_toes_up_are_positive() -> None:
    foot = angle_series(standing({TOE: (-5 + 20 * np.cos(0.3), 85 - 20 * np.sin(0.3))})).foot_deg
    np.testing.assert_allclose(foot, np.degrees(0.3), atol=1e-9)


def test_smoothing_lowers_a_swing_by_what_the_cutoff_says() -> None:
    """A thigh that swings 20 degrees at the cutoff comes back 3 dB lower; at a third of it, whole to 2 %."""
    for frequency_hz, kept in ((ANGLE_CUTOFF_HZ, 0.5**0.5), (ANGLE_CUTOFF_HZ / 3, 1.0)):
        still = standing({})
        time_s = np.arange(720) / 240
        xy_px = np.repeat(still.xy_px[:1], len(time_s), axis=0)
        swing = np.radians(20 * np.sin(2 * np.pi * frequency_hz * time_s))
        xy_px[:, NEAR, KNEE] = xy_px[:, NEAR, HIP] + 40 * np.stack([-np.sin(swing), np.cos(swing)], axis=1)
        moving = SideTrack(
            time_s=time_s,
            xy_px=xy_px,
            seen=np.ones((len(time_s), 2), dtype=bool),
            facing="right",
            source_rate_hz=60.0,
        )
        peak = angle_series(moving).thigh_extension_deg[240:480, NEAR].max()
        assert peak == pytest.approx(20 * kept, rel=0.02)


def test_angles_of_the_drawn_runner_follow_the_truth(drawn: Drawn) -> None:
    """Over a whole clip, from exact joints: what is left is what the filter takes, largest where a foot strikes."""
    truth, track = drawn(fps_hz=120.0, distance_m=50.0)
    angles = angle_series(identify_legs(track))
    hip, knee = truth.xy_px[:, :, HIP], truth.xy_px[:, :, KNEE]
    thigh = np.degrees(np.arctan2(-(knee - hip)[..., 0], (knee - hip)[..., 1]))
    for leg in (NEAR, FAR):
        found = np.interp(truth.time_s, angles.time_s, angles.thigh_extension_deg[:, leg])
        away = np.abs(found - thigh[:, leg])[12:-12]
        assert np.median(away) < 0.3
        assert away.max() < 2.5
