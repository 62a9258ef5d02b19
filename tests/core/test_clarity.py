"""What is read off pictures, on drawn runners spoilt by a known amount, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from core.model.report import CHECKS
from core.model.tracks import LANDMARK_OF, LANDMARKS
from core.pose.image_quality import Change, Following, ImageQuality, image_quality_of, noise_of
from core.pose.pixelation import block_px
from core.quality.image_checks import dark, grainy, lit, sharp, steady
from simulation import Motion, Scene, Stride, frames, truth_of

SCENE = Scene(size_wh_px=(640, 960), runner_px=480.0, duration_s=0.5, fps_hz=10.0, start=0.1)


@cache
def motion() -> Motion:
    return Motion(Stride())


def seen(scene: Scene) -> tuple[list[ImageQuality], list[Change]]:
    """Return how the runner is seen in each picture of a scene, and what changes from one to the next."""
    truth, following = truth_of(scene, motion()), Following()
    sights, changes = [], []
    for picture, joints in zip(frames(scene, motion()), truth.xy_px, strict=True):
        rgb = np.ascontiguousarray(picture[..., ::-1])
        body = np.repeat(joints.reshape(-1, 2).mean(axis=0)[None], LANDMARKS, axis=0)
        for side, leg in (("right", 0), ("left", 1)):
            body[list(LANDMARK_OF[side])] = joints[leg]  # type: ignore[index]
        sights.append(image_quality_of(rgb, body))
        changes.append(following(rgb, body[None]))
    return sights, changes


def typical(scene: Scene) -> ImageQuality:
    return ImageQuality(*np.median(np.array(seen(scene)[0]), axis=0))


def test_edges_grow_with_defocus() -> None:
    broad = [typical(replace(SCENE, blur_px=blur_px)).edge_trunks for blur_px in (0.0, 3.0, 6.0, 12.0)]
    assert broad == sorted(broad)
    assert broad[0] < 0.03
    # An edge that is defocused by s pixels rises over s times the root of 2 pi; the trunk is 138 pixels long.
    assert broad[2] == pytest.approx(6 * (2 * np.pi) ** 0.5 / 138, rel=0.25)


@pytest.mark.parametrize("size", [6, 12, 21])
def test_the_blocks_of_a_pixelated_picture_are_measured(size: int) -> None:
    picture = next(iter(frames(SCENE, motion())))
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // size, height // size), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(small, (width // size * size, height // size * size), interpolation=cv2.INTER_NEAREST)
    assert block_px(np.asarray(picture, dtype=np.uint8)) == 0.0
    assert block_px(np.asarray(coarse, dtype=np.uint8)) == pytest.approx(size, abs=1)


def test_blocks_count_as_blur() -> None:
    edges = np.full(10, 0.02)
    assert sharp(edges, 0.0).severity == "pass"
    assert sharp(edges, 0.08).severity == "warn"
    assert sharp(edges, 0.15).severity == "refuse"


def test_edges_do_not_depend_on_how_large_the_runner_is() -> None:
    """The same picture at half the size: the same share of the body is blurred."""
    large = typical(replace(SCENE, blur_px=6.0))
    small = typical(replace(SCENE, blur_px=3.0, runner_px=240.0, size_wh_px=(320, 480)))
    assert small.edge_trunks == pytest.approx(large.edge_trunks, rel=0.2)


@pytest.mark.parametrize("brightness", [0.5, 0.2])
def test_contrast_and_light_follow_the_light(brightness: float) -> None:
    bright, dim = typical(SCENE), typical(replace(SCENE, brightness=brightness))
    assert dim.contrast == pytest.approx(brightness * bright.contrast, rel=0.1)
    assert dim.light == pytest.approx(brightness * bright.light, rel=0.1)


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        (SCENE, {"light_contrast": "pass", "sharp_enough": "pass"}),
        (replace(SCENE, blur_px=2.0, noise=5.0), {"light_contrast": "pass", "sharp_enough": "pass"}),
        (replace(SCENE, exposure_s=1 / 60), {"sharp_enough": "pass"}),
        (replace(SCENE, blur_px=7.0), {"sharp_enough": "warn"}),
        (replace(SCENE, blur_px=20.0), {"sharp_enough": "refuse"}),
        (replace(SCENE, brightness=0.4), {"light_contrast": "pass"}),
        (replace(SCENE, brightness=0.15), {"light_contrast": "warn"}),
        (replace(SCENE, brightness=0.02), {"light_contrast": "refuse"}),
    ],
)
def test_what_is_said_of_a_picture(scene: Scene, said: dict[str, str]) -> None:
    sights = np.array(seen(scene)[0])
    found = {check.key: check for check in (lit(sights[:, 0], sights[:, 2]), sharp(sights[:, 1]))}
    assert {key: found[key].severity for key in said} == said
    for check in found.values():
        assert check.key in CHECKS
        assert str(check.what).endswith(".")
        assert (check.advice is not None) == (check.severity != "pass")


def test_pictures_too_dark_to_find_anybody_in() -> None:
    assert [dark(light).severity for light in (3.0, 60.0)] == ["refuse", "pass"]


def _down_trunks(scene: Scene) -> list[float]:
    trunk_px = 0.288 * scene.runner_px
    return [c.down * scene.size_wh_px[1] / trunk_px for c in seen(scene)[1][1:] if c.down is not None]


SHAKEN = replace(SCENE, size_wh_px=(1280, 720), runner_px=400.0, duration_s=3.0)


@pytest.mark.parametrize(
    ("scene", "severity"),
    [
        (SHAKEN, "pass"),
        (replace(SHAKEN, surface="ground", camera="follow"), "pass"),
        (replace(SHAKEN, shake_px=2.0), "pass"),
        (replace(SHAKEN, shake_px=14.0), "warn"),
        (replace(SHAKEN, shake_px=14.0, surface="ground", camera="follow"), "warn"),
    ],
    ids=["still", "pans", "a little", "shakes", "pans and shakes"],
)
def test_a_shaking_hand_is_told_from_a_pan(scene: Scene, severity: str) -> None:
    check = steady(_down_trunks(scene))
    assert (check.key, check.severity) == ("steady_camera", severity)


def test_how_far_the_picture_moved_is_measured() -> None:
    scene = replace(SHAKEN, shake_px=6.0)
    true_px = np.diff(scene.shaken_px(scene.time_s)[:, 1])
    found_px = np.array([c.down for c in seen(scene)[1][1:]], dtype=float) * scene.size_wh_px[1]
    np.testing.assert_allclose(found_px, true_px, atol=2.0)


def test_a_slow_tilt_is_no_shake() -> None:
    assert steady([0.2] * 20).severity == "pass"
    assert steady([0.2, -0.2] * 10).severity == "warn"


def test_where_too_little_is_seen_of_what_stands_still_nothing_is_said() -> None:
    assert steady([0.3, -0.3]).severity == "pass"


def test_a_scene_that_changes_changes_its_colours() -> None:
    one = list(frames(replace(SHAKEN, duration_s=0.2), motion()))
    other = list(frames(replace(SHAKEN, duration_s=0.2, surface="ground"), motion()))
    following = Following()
    changed = [following(picture, np.empty((0, LANDMARKS, 2))).colours for picture in (*one, *other)]
    assert changed[1] < 0.05
    assert changed[2] > 0.4
    assert changed[3] < 0.1


def changes(pictures: list[np.ndarray]) -> list[float]:
    following = Following()
    return [following(picture, np.empty((0, LANDMARKS, 2))).colours for picture in pictures]


@pytest.mark.parametrize("light", [(0.0, 0.05, 0.3, 0.6, 1.0), (1.0, 0.45, 0.1, 0.0, 0.0), (1.0, 1.0, 0.4, 0.4, 0.4)])
def test_a_fade_is_no_cut(light: tuple[float, ...]) -> None:
    pictures = list(frames(replace(SHAKEN, shake_px=0.0, duration_s=len(light) / SHAKEN.fps_hz), motion()))
    assert (
        max(changes([(share * picture).astype(np.uint8) for share, picture in zip(light, pictures, strict=True)])) < 0.1
    )


def test_a_flash_is_no_cut_and_a_cut_through_black_is_one() -> None:
    one, two = frames(replace(SHAKEN, duration_s=2 / SHAKEN.fps_hz), motion())
    (other,) = frames(replace(SHAKEN, duration_s=1 / SHAKEN.fps_hz, surface="ground"), motion())
    assert max(changes([one, np.full_like(one, 250), two])) < 0.1
    assert changes([one, np.zeros_like(one), other])[2] > 0.4


@pytest.mark.parametrize("noise", [0.0, 2.0, 8.0])
def test_noise_is_told_from_edges_and_shading(noise: float) -> None:
    scene = np.zeros((240, 320), dtype=np.float64) + np.linspace(40, 200, 320)
    scene[:, 100:140] = 220.0
    rgb = np.clip(scene + np.random.default_rng(1).normal(0, noise, scene.shape), 0, 255).astype(np.uint8)
    assert noise_of(np.repeat(rgb[..., None], 3, axis=2)) == pytest.approx(noise, abs=0.5)
    assert grainy(8.0).severity == "refuse"
    assert grainy(3.2).severity == "pass"
