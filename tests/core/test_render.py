"""Pictures drawn over a small drawn clip, whose joints are where the truth says: no pose model runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from core.gait.angles import angle_series
from core.gait.legs import identify_legs
from core.model.media import MEDIA
from core.model.report import Answers, Phase
from core.model.tracks import ANKLE, HIP, KNEE, NEAR, SHOULDER, Floats
from core.report import overlay, rendering
from core.report.pipeline import Analysis, measure_track
from core.video.reader import Picture, frames
from simulation import Scene, Stride, Truth, draw_clip

Drawn = Callable[..., Any]
SETTINGS: dict[str, Any] = {
    "size_wh_px": (360, 480),
    "runner_px": 330.0,
    "fps_hz": 60.0,
    "duration_s": 2.0,
    "facing": "left",
    "start": 0.2,
}


class Filmed(NamedTuple):
    """A clip, its truth, and an analysis of the true joints."""

    clip: Path
    truth: Truth
    analysis: Analysis


@pytest.fixture(scope="module")
def filmed(drawn: Drawn, tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    truth, track = drawn(Stride(), **SETTINGS)
    clip = tmp_path_factory.mktemp("clip") / "clip.mp4"
    draw_clip(clip, Scene(stride=Stride(), **SETTINGS))
    side = identify_legs(track)
    analysis = Analysis(report=measure_track(track, Answers()), track=track, side=side, angles=angle_series(side))
    return Filmed(clip, truth, analysis)


@pytest.fixture(scope="module")
def video(filmed: Filmed) -> Path:
    out = filmed.clip.with_name("annotated.mp4")
    rendering.annotate_video(filmed.clip, filmed.analysis, out)
    return out


def detail(rgb: Picture, centre: Floats, radius: float) -> float:
    """Return the variance of a picture's edges in a square about a point."""
    (x, y), r = (round(float(value)) for value in centre), round(radius)
    part = rgb[max(0, y - r) : y + r, max(0, x - r) : x + r]
    return float(cv2.Laplacian(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())


def colour_at(rgb: Picture, point: Floats) -> np.ndarray:
    """Return the mean colour of the three by three pixels about a point."""
    x, y = (round(float(value)) for value in point)
    return rgb[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3).astype(float).mean(axis=0)


def test_key_frames_are_written_with_their_names_and_size(filmed: Filmed, tmp_path: Path) -> None:
    written = rendering.draw_key_frames(filmed.clip, filmed.analysis, tmp_path)
    assert [path.name for path in written] == [*(f"{phase}.jpg" for phase in get_args(Phase)), rendering.KINOGRAM]
    assert {path.name for path in written} <= set(MEDIA)
    assert set(tmp_path.iterdir()) == set(written)
    for path in written[:-1]:
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("JPEG", overlay.KEY_FRAME_WH)
            rgb = np.asarray(picture.convert("RGB")).astype(float)
        # The near leg is drawn in its colour, and the runner fills the picture.
        near = np.abs(rgb - overlay.NEAR_COLOUR).max(axis=2) < 40
        rows = np.flatnonzero(near.any(axis=1))
        assert np.ptp(rows) > 0.25 * overlay.KEY_FRAME_WH[1]


def test_the_kinogram_is_all_key_frames_in_one_picture(filmed: Filmed, tmp_path: Path) -> None:
    *single, sheet = rendering.draw_key_frames(filmed.clip, filmed.analysis, tmp_path)
    with Image.open(sheet) as picture:
        whole = np.asarray(picture.convert("RGB")).astype(float)
    height, width = whole.shape[0] / 2, whole.shape[1] / 3
    for place, path in enumerate(single):
        top, left = place // 3 * height, place % 3 * width
        tile = whole[int(top) : int(top + height), int(left) : int(left + width)]
        with Image.open(path) as picture:
            alone = np.asarray(picture.convert("RGB").resize(tile.shape[1::-1])).astype(float)
        middle = slice(int(0.1 * height), int(0.85 * height))  # its name stands below
        others = np.abs(tile - np.roll(alone, 40, axis=1))[middle].mean()
        assert np.abs(tile - alone)[middle].mean() < 0.5 * others


def test_every_phase_has_a_name() -> None:
    assert set(rendering.PHASE_NAMES) == set(get_args(Phase))


def test_the_video_is_one_that_browsers_play(filmed: Filmed, video: Path) -> None:
    """H.264 in yuv420p, its index before its pictures, every picture once, at half the runner's own speed."""
    data = video.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(video)) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == SETTINGS["size_wh_px"]
        times = [frame.time for frame in container.decode(stream)]
    np.testing.assert_allclose(times, 2 * filmed.truth.time_s, atol=1e-3)


def test_lines_lie_on_the_joints(filmed: Filmed, video: Path) -> None:
    """At the true near knee and ankle is the near leg's colour, at mid-hip and mid-shoulder the trunk's."""
    away = {"knee": [], "ankle": [], "hip": [], "shoulder": []}
    for frame, xy_px in zip(frames(video), filmed.truth.xy_px, strict=True):
        for name, point, colour in (
            ("knee", xy_px[NEAR, KNEE], overlay.NEAR_COLOUR),
            ("ankle", xy_px[NEAR, ANKLE], overlay.NEAR_COLOUR),
            ("hip", xy_px[:, HIP].mean(axis=0), overlay.TRUNK_COLOUR),
            ("shoulder", xy_px[:, SHOULDER].mean(axis=0), overlay.TRUNK_COLOUR),
        ):
            away[name].append(np.abs(colour_at(frame.rgb, point) - colour).max())
    # Compression mixes colours over a few pixels; a wrong joint shows skin, shirt or wall, over 60 away.
    assert {name: round(float(np.median(values))) for name, values in away.items() if np.median(values) > 45} == {}


def test_the_face_is_blurred_in_every_picture_of_the_video(filmed: Filmed, video: Path) -> None:
    head = filmed.analysis.track.xy_px[:, :11].mean(axis=1)
    for original, shown, centre in zip(frames(filmed.clip), frames(video), head, strict=True):
        assert detail(shown.rgb, centre, 18) < 0.1 * detail(original.rgb, centre, 18)


def test_blurring_takes_the_face_and_leaves_the_rest(filmed: Filmed) -> None:
    """A picture of noise: inside the head's circle the detail goes, outside not a pixel changes."""
    track = filmed.analysis.track
    noise = np.random.default_rng(1).integers(0, 255, (480, 360, 3)).astype(np.uint8)
    rgb = noise.copy()
    overlay.blur_face(rgb, track, 30, 1.0)
    centre = track.xy_px[30, :11].mean(axis=0)
    trunk_px = float(np.linalg.norm(track.xy_px[30, [11, 12]].mean(axis=0) - track.xy_px[30, [23, 24]].mean(axis=0)))
    assert detail(rgb, centre, 0.25 * trunk_px) < 0.01 * detail(noise, centre, 0.25 * trunk_px)
    changed = np.argwhere((rgb != noise).any(axis=2))[:, ::-1]
    assert np.linalg.norm(changed - centre, axis=1).max() < 0.5 * trunk_px


def test_a_face_is_blurred_where_the_body_was_not_found(filmed: Filmed) -> None:
    track = filmed.analysis.track
    gone = track.xy_px.copy()
    gone[28:33] = np.nan
    noise = np.random.default_rng(1).integers(0, 255, (480, 360, 3)).astype(np.uint8)
    centre = track.xy_px[30, :11].mean(axis=0)
    trunk_px = float(np.linalg.norm(track.xy_px[30, [11, 12]].mean(axis=0) - track.xy_px[30, [23, 24]].mean(axis=0)))
    rgb = noise.copy()
    overlay.blur_face(rgb, replace(track, xy_px=gone), 30, 1.0)
    assert detail(rgb, centre, 0.25 * trunk_px) < 0.01 * detail(noise, centre, 0.25 * trunk_px)
    nobody = noise.copy()
    overlay.blur_face(nobody, replace(track, xy_px=np.full_like(gone, np.nan)), 30, 1.0)
    assert (nobody == noise).all()


@pytest.mark.parametrize(
    ("shift_px", "touches"),
    [
        ((-150.0, 0.0), True),
        ((190.0, 0.0), True),
        ((0.0, -90.0), True),
        ((900.0, 0.0), False),
        ((0.0, -300.0), False),
        ((-400.0, 0.0), False),
    ],
)
def test_a_face_at_the_edge_or_outside_is_no_trouble(
    filmed: Filmed, shift_px: tuple[float, float], touches: bool
) -> None:
    track = replace(filmed.analysis.track, xy_px=filmed.analysis.track.xy_px + shift_px)
    rgb = np.random.default_rng(1).integers(0, 255, (480, 360, 3)).astype(np.uint8)
    before = rgb.copy()
    overlay.blur_face(rgb, track, 30, 1.0)
    assert (rgb != before).any() == touches


def test_the_figure_is_drawn_from_joint_to_joint() -> None:
    """On black: half-way along each of the near leg's bones and the trunk."""
    joints = np.array([[[100, 40], [100, 140], [130, 200], [90, 260], [80, 270], [120, 275]]] * 2, dtype=float)
    joints[1, 2:] += [-70, 0]
    rgb = np.zeros((300, 200, 3), np.uint8)
    overlay.draw_figure(rgb, joints)
    for start, end in ((HIP, KNEE), (KNEE, ANKLE)):
        middle = (joints[NEAR, start] + joints[NEAR, end]) / 2
        np.testing.assert_allclose(colour_at(rgb, middle), overlay.NEAR_COLOUR, atol=30)
    np.testing.assert_allclose(colour_at(rgb, np.array([100.0, 90.0])), overlay.TRUNK_COLOUR, atol=30)
    np.testing.assert_allclose(colour_at(rgb, joints[1, KNEE]), overlay.FAR_COLOUR, atol=30)


@pytest.mark.parametrize(("angle_deg", "up"), [(25.0, True), (-12.0, True), (30.0, False), (-40.0, False)])
def test_an_angle_is_the_vertical_and_an_arc_to_the_line(angle_deg: float, up: bool) -> None:
    """The arc lies at 0.55 of the line's length, from the vertical to the line and not beyond."""
    pivot, reach = np.array([150.0, 150.0]), 100.0

    def along(turn_deg: float, share: float) -> Floats:
        turn = np.radians(turn_deg)
        return pivot + share * reach * np.array([np.sin(turn), -np.cos(turn) if up else np.cos(turn)])

    rgb = np.zeros((300, 300, 3), np.uint8)
    overlay.draw_angle(rgb, pivot, along(angle_deg, 1.0), up=up)
    assert colour_at(rgb, along(angle_deg / 2, 0.55)).min() > 120
    assert colour_at(rgb, along(-angle_deg / 2, 0.55)).max() < 60
    assert colour_at(rgb, along(1.6 * angle_deg, 0.55)).max() < 60
    # The vertical is dashed: along its length some is drawn and some is not.
    dashes = [colour_at(rgb, along(0.0, share)).max() for share in np.linspace(0.05, 0.95, 60)]
    assert 0.2 < np.mean(np.array(dashes) > 150) < 0.9


@pytest.mark.parametrize("centre", [(100.0, 100.0), (-50.0, 10.0), (199.0, 400.0)])
def test_words_stay_inside_the_picture(centre: tuple[float, float]) -> None:
    rgb = np.full((200, 200, 3), 200, np.uint8)
    out = overlay.write_words(rgb, "12° forward", centre, 20)
    assert out.shape == rgb.shape
    assert (rgb == 200).all()
    changed = np.argwhere((out != 200).any(axis=2))
    assert changed.min() >= 1
    assert changed.max() <= 198
    # A pill as wide as the words, with white words in it.
    assert np.ptp(changed[:, 1]) > 80
    assert (out == 255).all(axis=2).any()
