"""The camera roll: found in lines and in the toe's path, and taken out of every angle."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.gait.angles import angle_series
from core.gait.camera_roll import Roll, combined_roll, levelled, roll_of_lines
from core.model.report import Answers
from core.model.tracks import HIP, SideTrack
from core.pose.steep_lines import find_steep_lines
from core.quality.leg_checks import check_strides
from core.report.pipeline import analyse
from simulation import Scene, draw_clip


def standing(facing: str = "right") -> SideTrack:
    pose = np.array([[(4, -50), (0, 0), (-8, 40), (-20, 78), (-26, 82), (-6, 88)]] * 2, dtype=float)
    n = 60
    return SideTrack(
        time_s=np.arange(n) / 240,
        xy_px=np.repeat(pose[None], n, axis=0) + [300.0, 400.0],
        seen=np.ones((n, 2), dtype=bool),
        facing=facing,
        source_rate_hz=60.0,
    )


def lines(roll_deg: float, turn_deg: float, *, clutter: int = 0, n: int = 40) -> np.ndarray:
    """Return upright lines as a camera that is rolled, and looks up or down, sees them, and others at any angle."""
    random = np.random.default_rng(3)
    place = random.uniform(-0.4, 0.4, n + clutter)
    angle_deg = roll_deg + turn_deg * place + random.normal(0, 0.6, n + clutter)
    angle_deg[n:] = random.uniform(-25, 25, clutter)
    return np.stack([place, angle_deg, random.uniform(0.06, 0.2, n + clutter)], axis=1)


@pytest.mark.parametrize("turn_deg", [0.0, 15.0, -20.0])
@pytest.mark.parametrize("roll_deg", [-8.0, -3.0, 0.0, 5.0])
@pytest.mark.parametrize("place", [0.0, 0.2])
def test_lines_give_the_roll_at_the_runner_even_if_the_camera_looks_up(
    roll_deg: float, turn_deg: float, place: float
) -> None:
    seen = lines(roll_deg, turn_deg, clutter=30)
    right, left = (roll_of_lines(seen, place, standing(facing)) for facing in ("right", "left"))
    assert right is not None
    assert left is not None
    # Where the lower end of an upright line is further right, level ground rises to the right.
    assert right.value_deg == pytest.approx(-(roll_deg + turn_deg * place), abs=1.0)
    assert left.value_deg == pytest.approx(-right.value_deg)
    assert right.sd_deg < 1.2


def test_lines_at_any_angle_or_too_few_say_nothing() -> None:
    assert roll_of_lines(lines(3.0, 0.0, n=2), 0.0, standing()) is None
    assert roll_of_lines(lines(0.0, 0.0, n=0, clutter=60), 0.0, standing()) is None
    assert roll_of_lines(np.zeros((0, 3)), 0.0, standing()) is None


@pytest.mark.parametrize("angle_deg", [-12.0, 0.0, 4.0])
@pytest.mark.parametrize("blur_px", [0.0, 8.0])
def test_lines_are_found_sharp_and_out_of_focus(angle_deg: float, blur_px: float) -> None:
    picture = np.full((1280, 720, 3), 90, dtype=np.uint8)
    lean = math.tan(math.radians(angle_deg))
    for left in (150, 420):
        corners = [(left, 200), (left + 120, 200), (left + 120 + 700 * lean, 900), (left + 700 * lean, 900)]
        cv2.fillPoly(picture, [np.array(corners, dtype=np.int32)], (200, 200, 200))
    if blur_px:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur_px), dtype=np.uint8)
    found = find_steep_lines(picture)
    assert len(found) >= 4
    assert np.average(found[:, 1], weights=found[:, 2]) == pytest.approx(angle_deg, abs=0.7)
    assert np.abs(found[:, 0]).max() < 0.3


def test_a_frame_without_lines_has_none() -> None:
    assert find_steep_lines(np.full((480, 640, 3), 90, dtype=np.uint8)).shape == (0, 3)


@pytest.mark.parametrize("roll_deg", [-9.0, 4.0])
def test_a_clear_roll_is_taken_out_of_every_angle_and_the_runner_stays_in_place(roll_deg: float) -> None:
    side, turn = standing(), math.radians(roll_deg)
    hips = side.xy_px[:, :1, HIP : HIP + 1]
    rolled = hips + (side.xy_px - hips) @ np.array(
        [[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]]
    )
    back = levelled(replace(side, xy_px=rolled), Roll(roll_deg, 0.8))
    assert angle_series(replace(side, xy_px=rolled)).trunk_lean_deg[0] == pytest.approx(
        angle_series(side).trunk_lean_deg[0] + roll_deg
    )
    np.testing.assert_allclose(back.xy_px, side.xy_px, atol=1e-9)


def test_a_roll_as_small_as_its_error_is_not_corrected() -> None:
    side = standing()
    for roll in (None, Roll(1.9, 0.5), Roll(2.5, 2.0)):
        assert levelled(side, roll) is side


def test_cues_are_combined_by_their_errors_and_one_that_contradicts_does_not_count() -> None:
    upright = Roll(0.2, 0.9)
    assert combined_roll(None, None) is None
    assert combined_roll(upright, None) == upright
    assert combined_roll(upright, Roll(11.0, 2.0)) == upright
    both = combined_roll(upright, Roll(2.2, 2.0))
    assert both is not None
    assert 0.2 < both.value_deg < 1.0
    assert both.sd_deg < upright.sd_deg
    alone = combined_roll(None, Roll(6.0, 2.0))
    assert alone is not None
    assert 4.0 < alone.value_deg < 6.0


def test_the_report_says_whether_it_was_corrected() -> None:
    def told(roll: Roll | None) -> tuple[str, str]:
        (level,) = (check for check in check_strides(standing(), 0.7, 8, roll) if check.key == "level")
        return level.severity, str(level.what)

    severity, what = told(Roll(-5.0, 0.9))
    assert severity == "warn"
    assert "about 5 degrees, give or take 1" in what
    assert "corrected" in what
    assert told(Roll(0.5, 0.9)) == ("pass", "No tilt of the phone was seen, give or take 1 degrees.")
    assert told(None)[0] == "pass"


@pytest.mark.pose
@pytest.mark.parametrize("roll_deg", [pytest.param(-5.0, marks=pytest.mark.sweep), 5.0])
def test_the_measures_of_a_tilted_clip_hold_the_truth(tmp_path, roll_deg: float) -> None:
    clip = tmp_path / "tilted.mp4"
    truth = draw_clip(clip, Scene(roll_deg=roll_deg, duration_s=2.6))
    analysis = analyse(clip, Answers())
    assert analysis.roll_deg == pytest.approx(roll_deg, abs=1.5)
    for key in ("trunk_lean", "leg_extension_at_toe_off", "hip_ankle_extension"):
        measure = analysis.report.measures[key]
        assert measure.value == pytest.approx(truth.figures[key], abs=measure.plus_minus), key
        assert measure.plus_minus < 4.0, key
