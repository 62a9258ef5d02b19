"""What phones send: one run, stored in every way that phones store it, has the same figures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

import av
import av.codec
import numpy as np
import pytest

from core.model.measures import Measured
from core.model.report import Answers
from core.report.pipeline import analyse
from simulation import Motion, Scene, Stride, draw_clip
from simulation.truth import figures_of
from tests.core.test_trim import turned

pytestmark = pytest.mark.pose

RATE = 120
TICKS = 90_000
SCENE = Scene(
    stride=Stride(speed_mps=3.2, lean_deg=6.0, extension_deg=18.0),
    size_wh_px=(576, 1024),
    fps_hz=float(RATE),
    duration_s=3.4,
    runner_px=620.0,
    start=0.2,
)
TRUTH = figures_of(Motion(SCENE.stride))
ANGLE_DEG, CADENCE_SPM = 1.0, 1.0
LOOSE_CLOCK_DEG = 1.5
"""Where pictures are lost and the others' times are off by up to 3 ms: a knee in swing turns by half a degree in one."""

WAVERING = ("hip_bend", "knee_flexion_stance", "foot_strike")
"""Read off the loaded leg or the foot, where the pose model wavers most: other pictures of the same run move them by up to 1.7, 6.5
and 7.6 degrees over these four strides. They are held to the drawn runner's own, as often within the error that the report states
as that error promises."""
WITHIN = 0.85
"""Of 90 % intervals, so few comparisons; `benchmarks.accuracy.three_truths` asks for the same share."""

HDR = {"color_primaries": 9, "color_trc": 18, "colorspace": 9}  # BT.2020 with HLG, as iPhones film
QUICK = {"preset": "ultrafast", "crf": "16", "x265-params": "log-level=none"}


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to store the run: encoder, pixels, which pictures, when each is shown, and how large."""

    name: str = "run.mp4"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    every: int = 2
    jitter_s: float = 0.0
    lost: int = 0
    slow_motion: float = 1.0
    times: int = 1
    turns: bool = False
    colours: dict[str, int] = field(default_factory=dict)
    within_deg: float = ANGLE_DEG


PLAIN = "plain"
LONG = ("4K at 60", "120 frames/s", "120 frames/s saved as 30", "stored on its side")
"""Ways that are tried only in the sweep: each takes 15 seconds and more."""

WAYS = {
    PLAIN: Way(),
    "HEVC, 10 bit, HDR": Way(name="IMG_0001.MOV", codec="libx265", pixels="yuv420p10le", colours=HDR),
    "stored on its side": Way(name="🏃 “my run”.MOV", turns=True),
    "variable frame rate": Way(jitter_s=0.003, lost=11, within_deg=LOOSE_CLOCK_DEG),
    "4K at 60": Way(times=4),
    "120 frames/s": Way(every=1),
    "120 frames/s saved as 30": Way(every=1, slow_motion=4.0),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that draws the run finely, once at each frame rate: most ways hold every second frame."""

    @cache
    def draw(every):
        path = tmp_path_factory.mktemp("run") / "run.mp4"
        draw_clip(path, replace(SCENE, fps_hz=RATE / every), quality=6)
        return path

    return draw


def store(run, folder, way):
    """Write the run as this way says, and return the file."""
    width, height = (way.times * side for side in SCENE.size_wh_px)
    path, random = folder / way.name, np.random.default_rng(3)
    # A .mov must be written by its own muxer whatever the case of its name.
    kind = "mov" if way.name.lower().endswith(".mov") else "mp4"
    with av.open(str(run(way.every))) as clip, av.open(str(path), "w", format=kind) as out:
        stream = out.add_stream(way.codec, rate=RATE // way.every, options=QUICK)
        stream.width, stream.height = (height, width) if way.turns else (width, height)
        stream.pix_fmt = way.pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
        for name, value in way.colours.items():
            setattr(stream.codec_context, name, value)
        for number, picture in enumerate(clip.decode(video=0)):
            if way.lost and number % way.lost == way.lost - 1:
                continue
            rgb = picture.reformat(width=width, height=height, format="rgb24").to_ndarray()
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(np.rot90(rgb)) if way.turns else rgb, format="rgb24"
            )
            shown_s = (number * way.every / RATE + random.uniform(0, way.jitter_s)) * way.slow_motion
            frame.pts, frame.time_base = round(shown_s * TICKS), Fraction(1, TICKS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    if way.turns:
        path.write_bytes(turned(path.read_bytes()))
    return path


def figures(path, way):
    report = analyse(path, Answers(effort="easy", surface="treadmill", slow_motion=way.slow_motion)).report
    return {key: measure for key, measure in report.measures.items() if isinstance(measure, Measured)}


@pytest.fixture(scope="module")
def figures_by_way(run, tmp_path_factory):
    """Return a function from a way's name to the figures of the run stored so."""

    @cache
    def figures_of_way(name):
        way = WAYS[name]
        if way.codec not in av.codec.codecs_available:
            pytest.skip(f"PyAV comes without {way.codec} here")
        return figures(store(run, tmp_path_factory.mktemp("way"), way), way)

    return figures_of_way


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.sweep) if name in LONG else name for name in WAYS if name != PLAIN],
)
def test_a_run_has_the_same_figures_however_it_is_stored(figures_by_way, name):
    plain, found = figures_by_way(PLAIN), figures_by_way(name)
    assert {"trunk_lean", "leg_extension", "cadence"} <= set(found)
    assert found["cadence"].value == pytest.approx(plain["cadence"].value, abs=CADENCE_SPM)
    for key, measure in plain.items():
        if measure.unit == "deg" and key in found and key not in WAVERING:
            assert found[key].value == pytest.approx(measure.value, abs=WAYS[name].within_deg), key


def test_what_wavers_is_as_near_to_the_truth_as_it_says(figures_by_way):
    found = [
        (key, figures_by_way(name)[key])
        for name in WAYS
        if name not in LONG
        for key in WAVERING
        if key in figures_by_way(name)
    ]
    assert {key for key, _ in found} == set(WAVERING)
    within = [abs(measure.value - TRUTH[key]) <= measure.plus_minus for key, measure in found]
    assert np.mean(within) >= WITHIN
