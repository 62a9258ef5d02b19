"""How surely a runner was followed, on drawn tracks shaken by a known amount, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import Refused
from core.gait.body import leg_length_px
from core.gait.events import stride_s
from core.gait.legs import identify_legs
from core.i18n.message import message
from core.model.report import Answers, QualityCheck
from core.model.tracks import PoseTrack
from core.quality.checks import only_sure
from core.quality.leg_checks import check_strides
from core.quality.tracking_noise import TOO_MUCH, USUAL, unrest, wider
from core.report.pipeline import measure_track
from simulation import Stride

Drawn = Callable[..., Any]


def shaken(track: PoseTrack, legs: float) -> PoseTrack:
    """Return the track with noise of so many leg lengths on every landmark, which lasts for a few frames."""
    noise = np.random.default_rng(3).normal(0, 1, track.xy_px.shape)
    noise = (noise + np.roll(noise, 1, axis=0) + np.roll(noise, 2, axis=0)) / 3**0.5
    sides = track.xy_px[:, [[11, 23, 25, 27, 29, 31], [12, 24, 26, 28, 30, 32]]]
    return replace(track, xy_px=track.xy_px + legs * leg_length_px(sides) * noise)


def exchanged(track: PoseTrack, share: float) -> PoseTrack:
    """Return the track with left and right leg exchanged in about a share of its frames, four at a time."""
    xy_px = track.xy_px.copy()
    here = np.repeat(np.random.default_rng(5).random(len(track) // 4 + 1) < share, 4)[: len(track)]
    left, right = ([25, 27, 29, 31], [26, 28, 30, 32])
    xy_px[np.ix_(here, left)], xy_px[np.ix_(here, right)] = track.xy_px[here][:, right], track.xy_px[here][:, left]
    return replace(track, xy_px=xy_px)


def unrest_of(track: PoseTrack) -> float:
    side = identify_legs(track)
    period_s = stride_s(side)
    assert period_s is not None
    restless = unrest(side, period_s)
    assert restless is not None
    return restless


def test_a_runner_who_is_followed_exactly_shows_none(drawn: Drawn) -> None:
    assert unrest_of(drawn()[1]) < 0.2 * USUAL


@pytest.mark.parametrize("fps_hz", [30.0, 60.0])
def test_unrest_is_the_noise_whatever_the_rate(drawn: Drawn, fps_hz: float) -> None:
    found = [unrest_of(shaken(drawn(fps_hz=fps_hz)[1], legs)) for legs in (0.01, 0.02, 0.04)]
    assert found == sorted(found)
    # A difference of two places that are off by s in x and in y is off by 2 s; the hips' own noise comes on top.
    assert found[1] == pytest.approx(2 * 0.02, rel=0.4)


def test_errors_grow_with_it_and_ordinary_clips_keep_theirs() -> None:
    assert [wider(restless, 0.04) for restless in (None, 0.0, USUAL, 2 * USUAL)] == [1.0] * 4
    # Legs that the pose model exchanged are corrected, but if it takes one for the other it is also off.
    assert 1.0 < wider(None, 0.1) < wider(None, 0.2) == wider(2 * USUAL, 0.2)
    assert wider(None, 0.3) == wider(USUAL, 0.3) < wider(1.3 * USUAL, 0.3) < wider(1.5 * USUAL, 0.3)


def test_a_report_widens_every_figure_for_exchanged_legs(drawn: Drawn) -> None:
    _, track = drawn()
    sure, unsure = (measure_track(one, Answers()) for one in (track, exchanged(track, 0.2)))
    assert "clear_enough" not in {check.key for check in (*sure.quality, *unsure.quality)}
    for key in ("trunk_lean", "leg_extension", "knee_flexion_stance", "contact_time"):
        assert unsure.measures[key].plus_minus > 1.2 * sure.measures[key].plus_minus


@pytest.mark.parametrize(
    ("legs", "repaired", "said"),
    [(0.0, 0.3, None), (0.034, 0.2, None), (0.034, 0.3, "warn"), (0.6 * TOO_MUCH, 0.2, None)],
)
def test_legs_that_are_exchanged_and_jump_are_warned_of(
    drawn: Drawn, legs: float, repaired: float, said: str | None
) -> None:
    side = replace(identify_legs(shaken(drawn()[1], legs)), repaired=repaired)
    assert {check.key: check.severity for check in check_strides(side, Stride().stride_s, 8)}.get(
        "clear_enough"
    ) == said


def test_a_runner_who_repeats_less_is_measured_as_before(drawn: Drawn) -> None:
    """Over rough ground, or zoomed in on: nothing says that the pose model is wrong."""
    assert "clear_enough" not in {check.key for check in measure_track(shaken(drawn()[1], 0.05), Answers()).quality}


def test_too_much_of_both_is_refused_by_name(drawn: Drawn) -> None:
    side = replace(identify_legs(shaken(drawn()[1], 0.6 * TOO_MUCH)), repaired=0.3)
    with pytest.raises(Refused) as refused:
        check_strides(side, Stride().stride_s, 8)
    assert refused.value.key == "clear_enough"


def test_a_step_taken_for_a_stride_is_no_clip_that_was_sped_up(drawn: Drawn) -> None:
    side = replace(identify_legs(shaken(drawn()[1], 0.034)), repaired=0.3)
    with pytest.raises(Refused) as refused:
        check_strides(side, Stride().stride_s / 2, 8)
    assert refused.value.key == "clear_enough"


def test_a_view_is_not_told_of_a_body_that_is_seen_badly() -> None:
    view = QualityCheck(key="side_on", severity="warn", what=message("Aslant."), advice=message("Turn."))
    dark = QualityCheck(key="light_contrast", severity="warn", what=message("Dark."), advice=message("Light."))
    assert only_sure([view])[0] is view
    assert only_sure([view, replace(dark, severity="pass")])[0] is view
    assert [check.severity for check in only_sure([view, dark])] == ["pass", "warn"]
    assert only_sure([replace(dark, key="clear_enough"), view])[1].severity == "pass"
