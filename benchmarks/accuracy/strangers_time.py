"""Time in a clip: several passes, slow motion inside real time, clips that play backwards or at half their rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.strangers import SHARED_CLIPS, StrangerRow
from core.errors import CheckKey, Refused, StrideCheckError
from core.model.measures import Measure, MeasureKey, Missing
from core.model.report import Answers, Report
from core.report.pipeline import analyse
from core.report.rendering import annotate_video
from simulation import Motion, Scene, Stride, draw_clip, frames
from simulation.truth import figures_of

Picture = npt.NDArray[np.uint8]
Judge = Callable[[Report | StrideCheckError], str]

STRIDE = Stride(speed_mps=3.2, lean_deg=8.0)
BELT = Scene(stride=STRIDE, size_wh_px=(540, 960), runner_px=440.0, duration_s=6.0)
PAST = Scene(
    stride=STRIDE, surface="ground", camera="fixed", size_wh_px=(1280, 720), runner_px=300.0, distance_m=7.0,
    duration_s=2.4,
)  # fmt: skip
FIXED = "overground_fixed_50fps_slow2.5x_ltr.mp4"


def _write(path: Path, pictures: Sequence[Picture], times_s: Sequence[float]) -> Path:
    """Write pictures (blue green red), each shown from its time on."""
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "20", "preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.time_base = "yuv420p", Fraction(1, 90_000)
        stream.codec_context.time_base = Fraction(1, 90_000)
        for picture, time_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(time_s * 90_000), Fraction(1, 90_000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def _even(path: Path, pictures: Sequence[Picture], fps_hz: float) -> Path:
    return _write(path, pictures, [float(t) for t in np.arange(len(pictures)) / fps_hz])


def _shown(scene: Scene) -> list[Picture]:
    return list(frames(scene, Motion(scene.stride)))


def _passes(*scenes: Scene) -> Callable[[Path], Path]:
    """Return a builder of passes before one camera, with nobody in the frame for a second in between."""

    def build(folder: Path) -> Path:
        pictures: list[Picture] = []
        for scene in scenes:
            pictures += [*_shown(scene), *_shown(replace(scene, empty=True, duration_s=1.0))]
        return _even(folder / "passes.mp4", pictures, scenes[0].fps_hz)

    return build


def _looped(name: str, times: int) -> Callable[[Path], Path]:
    """Return a builder of what `ffmpeg -stream_loop` makes of a shared clip."""

    def build(folder: Path) -> Path:
        with av.open(SHARED_CLIPS / name) as source:
            rate = source.streams.video[0].average_rate
            pictures = [
                np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8) for frame in source.decode(video=0)
            ]
        return _even(folder / "looped.mp4", [*pictures] * times, float(rate or 30))

    return build


def _slow_middle(scene: Scene, start_s: float, end_s: float, factor: int) -> Callable[[Path], Path]:
    """Return a builder of real time, a slow part with every frame, and real time, as phones export it."""

    def build(folder: Path) -> Path:
        taken = [
            (picture, time_s)
            for index, (picture, time_s) in enumerate(zip(_shown(scene), scene.time_s, strict=True))
            if start_s <= time_s < end_s or index % factor == 0
        ]
        slow_s = factor * (end_s - start_s)
        played_s = np.interp(
            [time_s for _, time_s in taken],
            [0, start_s, end_s, 99],
            [0, start_s, start_s + slow_s, start_s + slow_s + 99 - end_s],
        )
        return _write(folder / "slow.mp4", [picture for picture, _ in taken], played_s.tolist())

    return build


def _played(scene: Scene, order: str) -> Callable[[Path], Path]:
    """Return a builder of a scene played forward (f) and reversed (r) as often as `order` says."""

    def build(folder: Path) -> Path:
        pictures = _shown(scene)
        played = [picture for way in order for picture in (pictures if way == "f" else pictures[::-1])]
        return _even(folder / "played.mp4", played, scene.fps_hz)

    return build


def _edited(scene: Scene, light: Callable[[float], float], frozen_s: float = 0.0) -> Callable[[Path], Path]:
    """Return a builder of a clip from an editing app: its light over time, and how long it stands still in the middle."""

    def build(folder: Path) -> Path:
        pictures = [
            (picture * light(time_s)).astype(np.uint8)
            for picture, time_s in zip(_shown(scene), scene.time_s.tolist(), strict=True)
        ]
        middle = len(pictures) // 2
        still = [pictures[middle]] * round(frozen_s * scene.fps_hz)
        return _even(folder / "edited.mp4", [*pictures[:middle], *still, *pictures[middle:]], scene.fps_hz)

    return build


def _faded(time_s: float) -> float:
    """Return the light of a clip of six seconds that fades in and out, each in a second."""
    return float(np.clip(min(time_s, 6.0 - time_s), 0.0, 1.0))


def _halved(folder: Path) -> Path:
    """Write a clip of 30 frames a second at half its speed, without new frames."""
    return _even(folder / "half.mp4", _shown(replace(BELT, fps_hz=30.0, facing="left")), 15.0)


def _sent_back(folder: Path) -> Path:
    """Write our own annotated video of a clip of 30 frames a second."""
    clip, video = folder / "clip.mp4", folder / "annotated.mp4"
    draw_clip(clip, replace(BELT, fps_hz=30.0))
    annotate_video(clip, analyse(clip, Answers()), video)
    return video


_KEYS: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension", "cadence")


def _n_strides(measures: Mapping[MeasureKey, Measure]) -> int:
    lean = measures["trunk_lean"]
    return 0 if isinstance(lean, Missing) else lean.n_strides


def _measured(scene: Scene, *, strides: tuple[int, int] = (1, 99), slow_motion: float = 1.0, says: str = "") -> Judge:
    """Return a judge that wants the scene's figures within their errors, from at least that many strides."""
    truth = figures_of(Motion(scene.stride))

    def judge(found: Report | StrideCheckError) -> str:
        if isinstance(found, StrideCheckError):
            return f"refused: {found.what}"
        for key in (*_KEYS, "contact_time"):
            measure = found.measures[key]
            if isinstance(measure, Missing):
                return f"{key} is missing"
            if abs(measure.value - truth[key]) > 1.5 * measure.plus_minus:
                return f"{key} {measure.value:.1f} for {truth[key]:.1f}"
        n_strides = _n_strides(found.measures)
        if not strides[0] <= n_strides <= strides[1]:
            return f"{n_strides} strides"
        if found.answers.slow_motion != slow_motion:
            return f"slow motion {found.answers.slow_motion:g}"
        words = " ".join(str(check.what) for check in found.quality)
        return "" if says in words else f"does not say {says!r}"

    return judge


def _refused(key: CheckKey, says: str, slow_motion: float | None = None) -> Judge:
    """Return a judge that wants a refusal by that key, in such words, with that slow motion offered first."""

    def judge(found: Report | StrideCheckError) -> str:
        if not isinstance(found, Refused):
            return "measured"
        if found.key != key or says not in str(found.what):
            return f"{found.key}: {found.what}"
        asked = None if found.choices is None else found.choices.slow_motion[0]
        return "" if asked == slow_motion else f"offers {asked}"

    return judge


@cache
def _of_the_original(name: str, slow_motion: float) -> Report:
    return analyse(SHARED_CLIPS / name, Answers(slow_motion=slow_motion)).report


def _like_the_original(found: Report | StrideCheckError) -> str:
    """Judge three passes that are the same pass: its figures, and about three times its contacts.

    The pass has two contacts of the near leg, and whether the second one begins a stride depends on some milliseconds.
    """
    if isinstance(found, StrideCheckError):
        return f"refused: {found.what}"
    original = _of_the_original(FIXED, 2.5)
    for key in _KEYS:
        one, other = found.measures[key], original.measures[key]
        if isinstance(one, Missing) or isinstance(other, Missing):
            return f"{key} is missing"
        if abs(one.value - other.value) > other.plus_minus:
            return f"{key} {one.value:.1f} for {other.value:.1f}"
    times = len(found.events.near.initial_contact_s) / len(original.events.near.initial_contact_s)
    return "" if 2.4 <= times <= 3.4 else f"{times:.1f} times the contacts"


_THREE = tuple(replace(PAST, start=start) for start in (0.0, 0.35, 0.7))
_BACK = replace(PAST, facing="left", start=0.2)
_BRIEF = tuple(replace(PAST, duration_s=0.9, start=start) for start in (0.0, 0.4, 0.8))
_FAST = replace(BELT, fps_hz=240.0, duration_s=5.0)

ROWS: tuple[StrangerRow, ...] = (
    StrangerRow(
        number=5,
        name="three passes to the right",
        build=_passes(*_THREE),
        judge=_measured(PAST, strides=(6, 12), says="3 passes"),
    ),
    StrangerRow(
        number=5,
        name="out and back, out again",
        build=_passes(_THREE[0], _BACK, _THREE[1]),
        judge=_measured(PAST, strides=(4, 8), says="to the left"),
    ),
    StrangerRow(
        number=5, name="three passes, each too short", build=_passes(*_BRIEF), judge=_refused("length", "each time")
    ),
    StrangerRow(
        number=5,
        name="a pass looped three times, slow motion 2.5",
        build=_looped(FIXED, 3),
        judge=_like_the_original,
        answers=Answers(slow_motion=2.5),
        shared=True,
    ),
    StrangerRow(
        number=6,
        name="240 frames/s, the middle 8 times slower",
        build=_slow_middle(_FAST, 1.5, 3.7, 8),
        judge=_measured(_FAST, slow_motion=8.0, says="8 times slower"),
    ),
    StrangerRow(
        number=6,
        name="120 frames/s, the middle 4 times slower, to the left",
        build=_slow_middle(replace(_FAST, fps_hz=120.0, facing="left"), 1.2, 4.0, 4),
        judge=_measured(_FAST, slow_motion=4.0, says="4 times slower"),
    ),
    StrangerRow(
        number=11,
        name="30 frames/s at half speed without new frames",
        build=_halved,
        judge=_refused("true_speed", "slow motion", 2.0),
    ),
    StrangerRow(
        number=11, name="our own annotated video", build=_sent_back, judge=_refused("true_speed", "slow motion", 2.0)
    ),
    StrangerRow(number=14, name="fades in and out", build=_edited(BELT, _faded), judge=_measured(BELT, strides=(5, 9))),
    StrangerRow(
        number=14,
        name="stands still for a fifth of a second",
        build=_edited(BELT, lambda _time_s: 1.0, 0.2),
        judge=_measured(BELT, strides=(5, 9)),
    ),
    StrangerRow(number=12, name="reversed", build=_played(BELT, "r"), judge=_refused("true_speed", "backwards")),
    StrangerRow(
        number=12,
        name="forward, then reversed",
        build=_played(replace(BELT, duration_s=4.0), "fr"),
        judge=_measured(BELT, says="boomerang"),
    ),
    StrangerRow(
        number=12,
        name="a boomerang of one second",
        build=_played(replace(BELT, fps_hz=30.0, duration_s=1.0), "frfr"),
        judge=_refused("true_speed", "backwards"),
    ),
)
"""Rows 5, 6, 11 and 12 of the list of kinds, and 14: files that were tried later."""
