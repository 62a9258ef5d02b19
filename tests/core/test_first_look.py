"""The first look, with drawn runners' joints in place of the pose model's: what it refuses, what it asks, what it hands on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from core.errors import Refused
from core.model.report import CHECKS, Answers
from core.model.tracks import LANDMARKS, PoseTrack
from core.pose.image_quality import ImageQuality
from core.pose.people import Detection
from core.quality import samples
from core.quality import screening as module
from core.quality.samples import Notes
from core.quality.screening import DOUBTFUL_LOOKS, EVERY_S, SURE_TIMES, Screening, live_screening, screen
from core.video.reader import Header, Picture
from simulation import Stride

Drawn = Callable[..., Any]
LookAt = Callable[..., Screening]
WALL = np.full((360, 640, 3), 170, np.uint8) + np.linspace(0, 40, 640).astype(np.uint8)[:, None]
OTHER_WALL = np.full((360, 640, 3), 30, np.uint8) + np.linspace(0, 40, 360).astype(np.uint8)[:, None, None]


def glimpse_of(tracks: Sequence[PoseTrack], time_s: float, rgb: Picture) -> Detection:
    bodies = []
    for track in tracks:
        index = int(np.argmin(np.abs(track.time_s - time_s)))
        depth = np.zeros(LANDMARKS) if track.depth_px is None else track.depth_px[index]
        body = np.column_stack([track.xy_px[index], depth, track.visibility[index]])
        if np.isfinite(body).all():
            bodies.append(body)
    return Detection(time_s, rgb, np.array(bodies).reshape(-1, LANDMARKS, 4))


class Detector:
    """Sees tracks in the pictures that it is given."""

    def __init__(self, tracks: Sequence[PoseTrack]) -> None:
        self._tracks, self._seen = tracks, deque[Detection]()

    def __call__(self, time_s: float, rgb: Picture) -> None:
        self._seen.append(glimpse_of(self._tracks, time_s, rgb))

    def found(self, *, rest: bool = False) -> Iterator[Detection]:
        while len(self._seen) > (0 if rest else 3):
            yield self._seen.popleft()


class Watched(NamedTuple):
    """Tracks as if they were the people in a clip of 60 frames per second."""

    header: Header
    answers: Answers
    duration_s: float
    walls: Callable[[float], Picture]

    def first(self, notes: Notes | None = None) -> Screening:
        return screen(Path("clip.mp4"), self.header, self.answers, notes)

    def begun(self) -> Notes:
        """Return what was sampled until the doubt."""
        with live_screening(Path("clip.mp4"), self.header, self.answers) as beside:
            assert beside is not None
            times_s = iter(np.arange(0.0, self.duration_s, 1 / 60))
            while beside.enough(time_s := float(next(times_s)), self.walls(time_s)):
                pass
            return beside.notes

    def beside(self) -> Screening | None:
        with live_screening(Path("clip.mp4"), self.header, self.answers) as beside:
            if beside is None:
                return None
            for time_s in np.arange(0.0, self.duration_s, 1 / 60):
                if not beside.enough(float(time_s), self.walls(float(time_s))):
                    return None
            return beside.settled()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Watched]:
    """Return a function that puts tracks before the first look."""

    def watched(
        *tracks: PoseTrack,
        walls: Callable[[float], Picture] = lambda _: WALL,
        answers: Answers | None = None,
        n_frames: int = 361,
    ) -> Watched:
        size = tracks[0].size_wh_px if tracks else (1280, 720)
        duration_s = float(tracks[0].time_s[-1]) if tracks else 6.0
        header = Header(size_wh_px=size, n_frames=n_frames, duration_s=duration_s, codec="h264", rotation_deg=0)

        def detect(
            _path: Path, _header: Header, *, every_s: float, from_s: float = 0.0, **_: object
        ) -> Iterator[Detection]:
            for time_s in np.arange(from_s, duration_s, every_s):
                yield glimpse_of(tracks, float(time_s), walls(float(time_s)))

        monkeypatch.setattr(
            samples, "image_quality_of", lambda *_: ImageQuality(60.0, 0.02, 150.0)
        )  # nobody is painted on these walls
        monkeypatch.setattr(samples, "detect", detect)
        monkeypatch.setattr(module, "detector", lambda *_, **__: nullcontext(Detector(tracks)))
        return Watched(header, answers or Answers(), duration_s, walls)

    return watched


@pytest.fixture(params=["first", "beside"])
def look_at(request: pytest.FixtureRequest, watch: Callable[..., Watched]) -> LookAt:
    """Return a function that looks at tracks: before the long pass, or beside it, as far as that does."""

    def look(*tracks: PoseTrack, **more: Any) -> Screening:
        watched = watch(*tracks, **more)
        if request.param == "first":
            return watched.first()
        return watched.beside() or watched.first()

    return look


def side_on(track: PoseTrack, breadth_px: float = 60.0) -> PoseTrack:
    """Return the track with depth, the right side nearer."""
    depth_px = np.zeros(track.xy_px.shape[:2])
    depth_px[:, 12::2] = -3 * breadth_px
    return PoseTrack(
        time_s=track.time_s,
        xy_px=track.xy_px,
        visibility=track.visibility,
        size_wh_px=track.size_wh_px,
        depth_px=depth_px,
    )


def runner(drawn: Drawn, stride: Stride = Stride(), **settings: object) -> PoseTrack:  # noqa: B008
    return side_on(drawn(stride, size_wh_px=(1280, 720), runner_px=430.0, **settings)[1])


def refusal(look_at: LookAt, *tracks: PoseTrack, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        look_at(*tracks, **more)
    assert refused.value.key in CHECKS
    return refused.value


def moved(track: PoseTrack, x_px: float, y_px: float) -> PoseTrack:
    """Return the track, shifted in the picture."""
    return PoseTrack(
        time_s=track.time_s,
        xy_px=track.xy_px + [x_px, y_px],
        visibility=track.visibility,
        size_wh_px=track.size_wh_px,
        depth_px=track.depth_px,
    )


@pytest.mark.parametrize("speed_mps", [2.2, 3.0, 4.5])
@pytest.mark.parametrize("n_frames", [181, 361, 721])
def test_a_good_clip_is_let_through(drawn: Drawn, look_at: LookAt, speed_mps: float, n_frames: int) -> None:
    found = look_at(runner(drawn, Stride(speed_mps=speed_mps)), n_frames=n_frames)
    assert found.cuts_s == ()
    assert {check.key for check in found.checks} == {
        "readable_file", "file_size", "light_contrast", "sharp_enough", "steady_camera",
    }  # fmt: skip
    assert {check.severity for check in found.checks} == {"pass"}


def test_walking_is_told_at_once(drawn: Drawn, look_at: LookAt) -> None:
    walker = runner(drawn, Stride(speed_mps=1.5, walking=True))
    assert refusal(look_at, walker).key == "running_not_walking"


def test_nobody(look_at: LookAt) -> None:
    assert refusal(look_at).key == "one_runner"


def test_nobody_in_the_dark(look_at: LookAt) -> None:
    refused = refusal(look_at, walls=lambda _: np.full((360, 640, 3), 4, np.uint8))
    assert refused.key == "light_contrast"
    assert "dark" in str(refused.what)


def test_somebody_who_stands(drawn: Drawn, look_at: LookAt) -> None:
    track = runner(drawn)
    still = PoseTrack(
        time_s=track.time_s,
        xy_px=np.repeat(track.xy_px[:1], len(track), axis=0),
        visibility=track.visibility,
        size_wh_px=track.size_wh_px,
        depth_px=track.depth_px,
    )
    assert refusal(look_at, still).key == "running_not_walking"


def test_legs_out_of_the_picture(drawn: Drawn, look_at: LookAt) -> None:
    refused = refusal(look_at, moved(runner(drawn), 0.0, 260.0))
    assert refused.key == "whole_body"
    assert "legs" in str(refused.what)
    assert "most of the clip" in str(refused.what)


def test_the_time_when_the_feet_are_out_is_told(drawn: Drawn, look_at: LookAt) -> None:
    track = runner(drawn)
    later = (track.time_s >= 2.0)[:, None, None] * np.array([0.0, 180.0])
    part = PoseTrack(
        time_s=track.time_s,
        xy_px=track.xy_px + later,
        visibility=track.visibility,
        size_wh_px=track.size_wh_px,
        depth_px=track.depth_px,
    )
    refused = refusal(look_at, part)
    assert refused.key == "whole_body"
    assert "from 2.0 to 5.8 seconds" in str(refused.what)


def test_two_run(drawn: Drawn, look_at: LookAt) -> None:
    tracks = moved(runner(drawn), -240.0, 0.0), moved(runner(drawn, start=0.3), 240.0, 0.0)
    refused = refusal(look_at, *tracks)
    assert refused.key == "one_runner"
    assert refused.choices is not None
    left, top, right, bottom = refused.choices.runners[1]
    at = ((left + right) / 2, (top + bottom) / 2, refused.choices.time_s)
    found = look_at(*tracks, answers=Answers(runner_at=at))  # type: ignore[arg-type]
    assert found.window is not None
    x, _, side = found.window.at(1.0)
    assert abs((x + side / 2) / 1280 - at[0]) < 0.1


def test_a_montage(drawn: Drawn, look_at: LookAt) -> None:
    refused = refusal(look_at, runner(drawn), walls=lambda time_s: WALL if time_s % 2 < 1 else OTHER_WALL)
    assert refused.key == "no_cuts"


def test_one_cut_is_handed_on(drawn: Drawn, look_at: LookAt) -> None:
    found = look_at(runner(drawn), walls=lambda time_s: OTHER_WALL if time_s < 1.5 else WALL)
    ((before_s, after_s),) = found.cuts_s
    assert before_s < 1.5 <= after_s < before_s + 0.25


def test_what_the_header_tells_is_refused_before_anybody_looks(drawn: Drawn, look_at: LookAt) -> None:
    track = runner(drawn)
    assert refusal(look_at, track, n_frames=61).key == "frame_rate"
    assert refusal(look_at, track, answers=Answers(slow_motion=8)).key == "length"


def test_beside_the_long_pass_one_large_runner_does(drawn: Drawn, watch: Callable[..., Watched]) -> None:
    watched = watch(runner(drawn))
    beside, first = watched.beside(), watched.first()
    assert (beside.window, beside.cuts_s) == (None, ())
    assert [check.severity for check in beside.checks] == [check.severity for check in first.checks]


def test_once_one_runner_is_sure_looks_come_half_as_often(
    drawn: Drawn, watch: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks_s: list[float] = []
    seen = Detector.__call__

    def looked(self: Detector, time_s: float, rgb: Picture) -> None:
        looks_s.append(time_s)
        seen(self, time_s, rgb)

    monkeypatch.setattr(Detector, "__call__", looked)
    watch(runner(drawn)).beside()
    often = round(np.flatnonzero(np.diff(looks_s) > 1.5 * EVERY_S)[0])
    assert DOUBTFUL_LOOKS <= often <= DOUBTFUL_LOOKS + 4
    np.testing.assert_allclose(np.diff(looks_s[: often + 1]), EVERY_S, atol=0.02)
    np.testing.assert_allclose(np.diff(looks_s[often:]), SURE_TIMES * EVERY_S, atol=0.02)


@pytest.mark.parametrize("what", ["two", "small", "nobody", "walking"])
def test_what_is_doubtful_is_looked_at_first_and_soon(
    drawn: Drawn, watch: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    tracks = {
        "two": (moved(runner(drawn), -240.0, 0.0), moved(runner(drawn, start=0.3), 240.0, 0.0)),
        "small": (side_on(drawn(Stride(), size_wh_px=(1280, 720), runner_px=200.0)[1], 28.0),),
        "nobody": (),
        "walking": (runner(drawn, Stride(speed_mps=1.5, walking=True)),),
    }[what]
    until_s: list[float] = []

    def walls(time_s: float) -> Picture:
        until_s.append(time_s)
        return WALL

    assert watch(*tracks, walls=walls).beside() is None
    assert until_s[-1] <= (DOUBTFUL_LOOKS + 4) * EVERY_S


def test_what_was_sampled_before_the_doubt_is_not_sampled_again(drawn: Drawn, watch: Callable[..., Watched]) -> None:
    looked_s: list[float] = []

    def walls(time_s: float) -> Picture:
        looked_s.append(time_s)
        return WALL

    watched = watch(side_on(drawn(Stride(), size_wh_px=(1280, 720), runner_px=200.0)[1], 28.0), walls=walls)
    again = watched.first()
    notes = watched.begun()
    before_s = notes.looks[-1].time_s
    looked_s.clear()
    found = watched.first(notes)
    assert looked_s[0] == pytest.approx(before_s + EVERY_S)
    assert found.window is not None
    assert again.window is not None
    np.testing.assert_allclose(found.window.time_s, again.window.time_s, atol=0.02)


def test_a_cut_is_looked_at_first(drawn: Drawn, watch: Callable[..., Watched]) -> None:
    assert watch(runner(drawn), walls=lambda time_s: OTHER_WALL if time_s < 4.0 else WALL).beside() is None
