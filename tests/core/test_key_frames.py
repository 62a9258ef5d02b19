"""The picture of a figure shows that figure: its frame's own angle is the nearest one, and its label is the figure's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.gait.angles import angle_series
from core.gait.estimates import usable_strides
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.i18n.message import message
from core.model import amounts
from core.model.measures import Missing
from core.model.media import MEDIA, PHOTOS
from core.model.report import Answers
from core.model.tracks import NEAR
from core.report import overlay, rendering
from core.report.key_frames import SHOWN, figure_frames_s
from core.report.pipeline import Analysis, measure_track
from simulation import Scene, Stride, draw_clip

SETTINGS = {"fps_hz": 50.0, "duration_s": 3.0, "size_wh_px": (540, 640), "runner_px": 440, "start": 0.1}
SERIES = {
    "trunk_lean": lambda angles: angles.trunk_lean_deg,
    "leg_extension": lambda angles: angles.thigh_extension_deg[:, NEAR],
}


@pytest.fixture(scope="module")
def analysis(drawn):
    track = drawn(Stride(), **SETTINGS)[1]
    side, report = identify_legs(track), measure_track(track, Answers())
    angles = angle_series(side)
    strides = usable_strides(side, find_events(side, stride_s(side)), stride_s(side))
    frames_s = figure_frames_s(strides, report.measures, angles, track.true_time_s)
    return Analysis(report=report, track=track, side=side, angles=angles, figure_frames_s=frames_s), strides


def own_deg(analysis, key, time_s):
    return float(np.interp(time_s, analysis.angles.time_s, SERIES[key](analysis.angles)))


@pytest.mark.parametrize("key", SHOWN)
@pytest.mark.parametrize("off", [-1.5, -0.4, 0.0, 0.4, 1.5])
def test_it_is_the_frame_nearest_to_the_figure_in_the_stride_nearest_to_the_mean(analysis, key, off):
    analysis, strides = analysis
    measure = analysis.report.measures[key]
    asked = replace(measure, value=measure.value + off)
    time_s = analysis.track.true_time_s
    found_s = figure_frames_s(strides, {**analysis.report.measures, key: asked}, analysis.angles, time_s)[key]
    nearest = strides[int(np.abs(np.array(measure.per_stride) - asked.value).argmin())]
    start_s, end_s = SHOWN[key].span_s(nearest)
    assert start_s <= found_s <= end_s
    inside = time_s[(time_s >= start_s) & (time_s <= end_s)]
    assert found_s in inside
    best = min(abs(own_deg(analysis, key, frame_s) - asked.value) for frame_s in inside)
    assert abs(own_deg(analysis, key, found_s) - asked.value) == pytest.approx(best)


def test_a_figure_that_is_missing_has_no_picture(analysis):
    analysis, strides = analysis
    missing = {**analysis.report.measures, "trunk_lean": Missing("deg", message("Hidden."))}
    assert set(figure_frames_s(strides, missing, analysis.angles, analysis.track.true_time_s)) == {"leg_extension"}


@pytest.fixture
def drawn_words(monkeypatch):
    """The words that are written into pictures, in their order."""
    words = []
    write = rendering.write_words

    def noted(rgb, text, *place):
        words.append(text)
        return write(rgb, text, *place)

    monkeypatch.setattr(rendering, "write_words", noted)
    return words


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    draw_clip(path, Scene(stride=Stride(), **SETTINGS))
    return path


def test_the_pictures_are_labelled_with_the_figures_themselves(analysis, clip, tmp_path, drawn_words):
    analysis, _ = analysis
    written = {path.name for path in rendering.draw_key_frames(clip, analysis, tmp_path)}
    assert set(PHOTOS.values()) <= written <= set(MEDIA)
    for key, end in (("trunk_lean", "forward"), ("leg_extension", "behind")):
        assert drawn_words.count(f"{amounts.value(analysis.report.measures[key])} {end}") == 1
        with Image.open(tmp_path / PHOTOS[key]) as picture:
            assert picture.size == overlay.KEY_FRAME_WH


def test_a_frame_whose_own_angle_is_another_one_bears_no_number(analysis, clip, tmp_path, drawn_words):
    analysis, _ = analysis
    figures = dict(analysis.report.measures)
    for key in SHOWN:
        figures[key] = replace(figures[key], value=figures[key].value + 20)
    other = replace(analysis, report=replace(analysis.report, measures=figures, key_frames=()))
    rendering.draw_key_frames(clip, other, tmp_path)
    assert (tmp_path / PHOTOS["trunk_lean"]).is_file()
    assert drawn_words == []
