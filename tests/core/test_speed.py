"""Speed, step length and scale from the clip itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.gait.angles import angle_series
from core.gait.definitions import measure
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.gait.speed import USUAL_LEG_M, leg_length, pace_words
from core.i18n.message import message
from core.model.measures import Measure, Measured, MeasureKey, Missing
from core.model.report import Answers
from core.model.tracks import PoseTrack
from core.quality.speed_checks import check_pace
from simulation import Stride
from tests import builders
from view.text import wording

Drawn = Callable[..., Any]
HEIGHT = Answers(height_cm=175)


def measures_of(track: PoseTrack, answers: Answers = HEIGHT) -> dict[MeasureKey, Measure]:
    side = identify_legs(track)
    period_s = stride_s(side)
    assert period_s is not None
    return measure(side, find_events(side, period_s), angle_series(side), period_s, answers)


def kmh(track: PoseTrack, answers: Answers = HEIGHT) -> Measured:
    found = measures_of(track, answers)["speed"]
    assert isinstance(found, Measured)
    return found


@pytest.mark.parametrize("fps_hz", [30.0, 60.0, 240.0])
@pytest.mark.parametrize("speed_mps", [2.2, 3.0, 4.0, 5.5])
def test_the_speed_is_measured_at_every_rate(drawn: Drawn, speed_mps: float, fps_hz: float) -> None:
    found = kmh(drawn(Stride(speed_mps=speed_mps), fps_hz=fps_hz).track)
    assert found.value == pytest.approx(3.6 * speed_mps, rel=0.12)
    assert abs(found.value - 3.6 * speed_mps) < found.plus_minus


@pytest.mark.parametrize("surface", ["treadmill", "ground"])
@pytest.mark.parametrize("facing", ["left", "right"])
def test_it_is_the_same_on_a_belt_and_outdoors_and_either_way(drawn: Drawn, surface: str, facing: str) -> None:
    usual = kmh(drawn(Stride(speed_mps=3.0)).track).value
    here = kmh(drawn(Stride(speed_mps=3.0), surface=surface, facing=facing).track).value
    assert here == pytest.approx(usual, rel=0.05)


def test_twice_the_speed_in_slow_motion_is_noticed(drawn: Drawn) -> None:
    track = drawn(Stride(speed_mps=3.0)).track
    assert kmh(replace(track, slow_motion=1.25)).value == pytest.approx(1.25 * kmh(track).value, rel=0.03)


def test_the_height_sets_the_scale_and_without_it_the_interval_is_wider(drawn: Drawn) -> None:
    track = drawn(Stride(speed_mps=3.0)).track
    tall, small, unknown = (kmh(track, Answers(height_cm=h)) for h in (195, 155, None))
    assert tall.value / small.value == pytest.approx(195 / 155)
    assert unknown.plus_minus / unknown.value > 1.2 * tall.plus_minus / tall.value
    assert leg_length(Answers()).metres == USUAL_LEG_M
    assert leg_length(HEIGHT).metres == pytest.approx(0.859, abs=0.001)


def test_step_length_follows_the_pace_that_was_given_or_else_the_clips(drawn: Drawn) -> None:
    truth, track = drawn(Stride(speed_mps=3.0))
    given = measures_of(track, Answers(pace_s_per_km=1000 / 3.0))["step_length"]
    seen = measures_of(track)["step_length"]
    assert isinstance(given, Measured)
    assert isinstance(seen, Measured)
    assert given.value == pytest.approx(truth.figures["step_length"], rel=0.005)
    assert abs(seen.value - truth.figures["step_length"]) < seen.plus_minus
    assert given.plus_minus < seen.plus_minus


def test_one_wrong_far_leg_does_not_matter(drawn: Drawn) -> None:
    track = drawn(Stride(speed_mps=3.0)).track
    random = np.random.default_rng(1)
    shaken = track.xy_px + random.normal(0, 3, track.xy_px.shape)
    assert kmh(replace(track, xy_px=shaken)).value == pytest.approx(kmh(track).value, rel=0.05)


def test_the_pace_is_told_as_a_range() -> None:
    assert str(pace_words(Measured(value=12.0, unit="km/h", plus_minus=0.6))) == "4:45 to 5:15 per km"


@pytest.mark.parametrize(
    ("pace_s_per_km", "differs"), [(None, False), (300.0, False), (320.0, False), (220.0, True), (430.0, True)]
)
def test_a_pace_that_the_clip_does_not_show_is_asked_about(pace_s_per_km: float | None, differs: bool) -> None:
    seen = Measured(value=12.0, unit="km/h", plus_minus=1.0)
    told = check_pace(Answers(pace_s_per_km=pace_s_per_km), seen)
    assert bool(told) == differs
    if differs:
        (check,) = told
        assert (check.key, check.severity) == ("true_speed", "warn")
        assert "4:35 to 5:25 per km" in str(check.what)
    assert check_pace(Answers(pace_s_per_km=220.0), Missing("km/h", message("No."))) == []


@pytest.mark.parametrize(
    ("given", "seen", "wanted"),
    [
        (290.0, Measured(value=12.0, unit="km/h", plus_minus=1.0), 290.0),
        (None, Measured(value=12.0, unit="km/h", plus_minus=1.0), 300.0),
        (None, Measured(value=12.0, unit="km/h", plus_minus=3.0), None),
        (None, Missing("km/h", message("No.")), None),
        (None, None, None),
    ],
)
def test_one_speed_counts_everywhere_the_one_that_was_given_or_else_the_clips(
    given: float | None, seen: Measure | None, wanted: float | None
) -> None:
    usual = builders.report(answers=Answers(pace_s_per_km=given))
    measures = {key: one for key, one in usual.measures.items() if key != "speed"}
    report = replace(usual, measures=measures if seen is None else measures | {"speed": seen})
    assert report.at_pace.pace_s_per_km == wanted
    assert report.answers.pace_s_per_km == given


def test_the_line_about_a_clip_has_its_own_pace_if_none_was_given() -> None:
    seen = Measured(value=12.0, unit="km/h", plus_minus=0.6)
    seen = replace(seen, word=pace_words(seen))
    assert "4:45 to 5:15 per km, as the clip shows" in wording.told(Answers(effort="easy"), seen)
    assert "as the clip shows" not in wording.told(Answers(effort="easy", pace_s_per_km=300), seen)
