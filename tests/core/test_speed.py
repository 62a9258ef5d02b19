"""Speed, step length and scale from the clip itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.accuracy.speed import run_of
from core.coaching.pace import with_pace
from core.errors import BadAnswer, Refused
from core.gait.angles import angle_series
from core.gait.definitions import measure
from core.gait.events import find_events, stride_s
from core.gait.legs import identify_legs
from core.gait.scale import USUAL_LEG_M, Estimate, Scale, combined, leg_length, pace_words, reconciled, with_answers
from core.gait.signals import moving_average
from core.gait.travel import across
from core.i18n.message import message
from core.model.amounts import clock
from core.model.measures import Measure, Measured, MeasureKey, Missing
from core.model.report import Answers
from core.model.tracks import LANDMARK_OF, PoseTrack
from core.quality.speed_checks import check_pace, check_steps
from core.report.pipeline import measure_track
from simulation import Stride
from tests import builders
from view.text import wording

Drawn = Callable[..., Any]
HEIGHT = Answers(height_cm=175)
SPRINT = Stride(speed_mps=9.0, cadence_spm=264.0, contact_ms=115.0)
SEEN = Measured(value=12.0, unit="km/h", plus_minus=1.0)


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
    assert found.value == pytest.approx(3.6 * speed_mps, rel=0.08)
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
    assert leg_length(Answers()).value == USUAL_LEG_M
    assert leg_length(HEIGHT).value == pytest.approx(0.859, abs=0.001)


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


def test_a_still_camera_sees_the_travel_and_one_that_follows_does_not(drawn: Drawn) -> None:
    def seen(**scene: str) -> float | None:
        return across(
            run_of(
                drawn(Stride(speed_mps=3.0), duration_s=2.0, runner_px=250.0, size_wh_px=(1280, 720), **scene).track,
                HEIGHT,
            )
        )

    still = seen(surface="ground", camera="fixed")
    assert still == pytest.approx(3.0 / leg_length(HEIGHT).value, rel=0.03)
    assert seen(surface="ground", camera="follow") is None
    assert seen(surface="treadmill") is None


def test_estimates_that_contradict_each_other_make_the_error_larger() -> None:
    agreed = combined(Estimate(3.0, 0.03), Estimate(3.03, 0.06))
    apart = combined(Estimate(3.0, 0.03), Estimate(3.9, 0.06))
    assert agreed.relative_sd < 0.03
    assert apart.relative_sd > 0.08
    assert 3.0 < agreed.value < 3.015
    assert 3.0 < apart.value < 3.3


def test_legs_that_disagree_make_the_error_of_the_speed_larger(drawn: Drawn) -> None:
    track = drawn(Stride(speed_mps=3.0)).track
    far = list(LANDMARK_OF["left"][3:])
    xy_px, hips = track.xy_px.copy(), track.xy_px[:, [23, 24]].mean(axis=1)
    xy_px[:, far, 0] += 0.3 * (hips[:, None, 0] - xy_px[:, far, 0])
    short = kmh(replace(track, xy_px=xy_px))
    assert short.value < kmh(track).value
    assert short.plus_minus > 1.3 * kmh(track).plus_minus


def test_a_moving_average_goes_on_beyond_the_ends_as_one_period_earlier_or_later() -> None:
    places = np.arange(300.0)
    series = 0.7 * places + 5 * np.sin(2 * np.pi * places / 60)
    assert moving_average(series, 60) == pytest.approx(0.7 * places, abs=0.2)
    assert moving_average(series[:40], 60) == pytest.approx(
        np.polyval(np.polyfit(places[:40], series[:40], 1), places[:40])
    )


def test_the_pace_is_told_as_a_range() -> None:
    assert str(pace_words(Measured(value=12.0, unit="km/h", plus_minus=0.6))) == "4:45 to 5:15 per km"


@pytest.mark.parametrize(
    ("pace_s_per_km", "differs"), [(None, False), (300.0, False), (320.0, False), (223.0, True), (430.0, True)]
)
def test_a_pace_that_the_clip_does_not_show_is_asked_about(pace_s_per_km: float | None, differs: bool) -> None:
    told = check_pace(Answers(pace_s_per_km=pace_s_per_km), SEEN)
    assert bool(told) == differs
    if differs:
        (check,) = told
        assert (check.key, check.severity) == ("true_speed", "warn")
        assert "4:35 to 5:25 per km" in str(check.what)
        assert f"a pace of {clock(pace_s_per_km or 0)} per km" in str(check.what)
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


def _estimates(gap: float) -> Scale:
    return reconciled(Estimate(0.9, 0.04), Estimate(3.0, 0.03), Estimate(2.7 * (1 + gap), 0.02))


def test_height_and_pace_give_the_scale_by_their_inverse_variances() -> None:
    agreed = _estimates(0.05)
    assert agreed.legs_per_s is not None
    moved = np.log([agreed.leg_m.value / 0.9, agreed.legs_per_s.value / 3.0])
    assert moved[0] / moved[1] == pytest.approx((0.04 / 0.03) ** 2)
    assert 0 < moved.sum() < np.log(1.05)
    assert agreed.leg_m.relative_sd < 0.04
    assert agreed.mps == Estimate(2.7 * 1.05, 0.02)


def test_a_pace_that_contradicts_the_height_moves_nothing() -> None:
    assert _estimates(0.3).leg_m == Estimate(0.9, 0.04)


def test_a_pace_makes_centimetres_sharper_even_without_a_height(drawn: Drawn) -> None:
    track = drawn(Stride(speed_mps=3.0)).track
    alone, paced = (
        measures_of(track, Answers(pace_s_per_km=pace))["vertical_oscillation"] for pace in (None, 1000 / 3.0)
    )
    assert isinstance(alone, Measured)
    assert isinstance(paced, Measured)
    assert paced.plus_minus / paced.value < alone.plus_minus / alone.value


@pytest.mark.parametrize("heights_cm", [(None, None), (181.0, 181.0), (None, 165.0), (181.0, None), (181.0, 190.0)])
@pytest.mark.parametrize("paces", [(None, 320.0), (320.0, None), (330.0, 300.0)])
def test_lengths_at_another_pace_and_height_are_those_of_a_clip_whose_runner_gave_them_at_once(
    drawn: Drawn, paces: tuple[float | None, float | None], heights_cm: tuple[float | None, float | None]
) -> None:
    track = drawn(Stride(speed_mps=3.0)).track
    before, after = (
        Answers(pace_s_per_km=pace, height_cm=height) for pace, height in zip(paces, heights_cm, strict=True)
    )
    again, at_once = with_answers(measures_of(track, before), before, after), measures_of(track, after)
    for key, wanted in at_once.items():
        found = again[key]
        if isinstance(wanted, Measured):
            assert isinstance(found, Measured)
            assert (found.value, found.plus_minus) == pytest.approx((wanted.value, wanted.plus_minus)), key
            assert found.word == wanted.word


def test_a_corrected_pace_words_the_report_again() -> None:
    report = builders.report(answers=Answers(effort="easy"))
    report = replace(report, quality=(*report.quality, *check_pace(Answers(pace_s_per_km=200.0), SEEN)))
    report = replace(report, measures=report.measures | {"speed": SEEN})
    there = with_pace(report, 300.0)
    assert there.answers.pace_s_per_km == 300.0
    assert not [check for check in there.quality if "You gave" in str(check.what)]
    back = with_pace(with_pace(report, 200.0), None)
    assert [str(check.what) for check in with_pace(report, 200.0).quality if check.severity == "warn"][-1].startswith(
        "You gave a pace of 3:20 per km"
    )
    assert back.answers == report.answers
    assert back.findings == with_pace(report, None).findings
    with pytest.raises(BadAnswer):
        with_pace(report, 20.0)


@pytest.mark.parametrize(
    ("spm", "kmh", "said"),
    [
        (170.0, 11.0, ""),
        (150.0, 8.0, ""),
        (265.0, 33.0, ""),  # a sprint
        (265.0, 15.0, "refuse"),  # a jog at twice its speed
        (265.0, None, "refuse"),
        (132.0, 16.5, "warn"),  # the sprint at half its speed
        (132.0, None, ""),
    ],
)
def test_steps_that_do_not_go_with_the_speed_ask_for_the_slow_motion(spm: float, kmh: float | None, said: str) -> None:
    cadence = Measured(value=spm, unit="spm", plus_minus=0.5)
    seen = Missing("km/h", message("No.")) if kmh is None else Measured(value=kmh, unit="km/h", plus_minus=1.0)
    if said == "refuse":
        with pytest.raises(Refused, match="sped up"):
            check_steps(cadence, seen)
    else:
        assert [check.severity for check in check_steps(cadence, seen)] == ([said] if said else [])


def test_a_sprint_is_measured_and_not_blamed_on_slow_motion(drawn: Drawn) -> None:
    truth, track = drawn(SPRINT, fps_hz=120.0, duration_s=3.0)
    found = measure_track(track, Answers()).measures
    cadence, seen = found["cadence"], found["speed"]
    assert isinstance(cadence, Measured)
    assert isinstance(seen, Measured)
    assert cadence.value == pytest.approx(264, abs=1)
    assert abs(seen.value - truth.figures["speed"]) < seen.plus_minus
    told = measure_track(replace(track, time_s=track.time_s * 2), Answers()).quality
    assert [check.key for check in told if "steps a minute are few" in str(check.what)] == ["true_speed"]
