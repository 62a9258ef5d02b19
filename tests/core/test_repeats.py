"""The part of an error that another clip of the same set-up repeats, and what that means for a change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

from core.coaching.comparison import BY_LUCK, compare
from core.coaching.repeats import AGAINST_VERTICAL, NOT_REPEATED, TILT_SD_DEG, can_share, not_shared, student_95
from core.model.measures import Z90, Measured
from core.model.report import Answers
from tests import builders

REPORT = builders.report()


def lean(values, plus_minus):
    return Measured(
        value=float(np.mean(values)), unit="deg", plus_minus=plus_minus, n_strides=len(values), per_stride=tuple(values)
    )


@pytest.mark.parametrize("freedom", [2, 3, 5, 10, 30])
def test_students_quantile(freedom):
    assert student_95(freedom) == pytest.approx(student.ppf(0.95, freedom), abs=0.01)


def test_the_spread_of_the_strides_is_never_shared():
    measure = lean([4.0, 5.0, 6.0, 5.0], 3.0)
    strides = student_95(3) * np.std(measure.per_stride, ddof=1) / 2
    own = not_shared("hip_bend", measure, same_set_up=True)
    assert own == pytest.approx(np.hypot(strides, NOT_REPEATED * 3.0))
    assert not_shared("hip_bend", measure, same_set_up=False) == pytest.approx(np.hypot(strides, 3.0))


def test_an_error_that_has_the_spread_in_it_does_not_get_it_twice():
    measure = lean([4.0, 5.0, 6.0, 5.0], 3.0)
    strides = student_95(3) * np.std(measure.per_stride, ddof=1) / 2
    own = not_shared("speed", measure, same_set_up=True)
    assert own == pytest.approx(np.hypot(strides, NOT_REPEATED * np.sqrt(9.0 - strides**2)))
    assert not_shared("speed", measure, same_set_up=False) == pytest.approx(3.0)


def test_the_roll_of_the_phone_is_another_one_in_each_clip():
    measure = lean([4.0, 5.0, 6.0, 5.0], 3.0)
    level = not_shared("hip_bend", measure, same_set_up=True)
    assert not_shared("leg_extension", measure, same_set_up=True) == pytest.approx(np.hypot(level, Z90 * TILT_SD_DEG))
    sure = lean([5.0, 5.0, 5.0, 5.1], 1.2)
    assert not_shared("trunk_lean", sure, same_set_up=True) == not_shared("trunk_lean", sure, same_set_up=False)


@pytest.mark.parametrize(
    ("values", "same", "strides"), [([4.0, 5.0, 6.0], False, 1.686), ([5.0, 5.2], True, 0.0), ([], True, 0.0)]
)
def test_the_whole_error_counts_if_nothing_is_known_to_be_shared(values, same, strides):
    whole = not_shared("hip_bend", lean(values or [5.0], 3.0), same_set_up=same)
    assert whole == pytest.approx(np.hypot(strides, 3.0), abs=0.01)


def test_files_tell_what_cannot_be_the_same_set_up():
    assert can_share(REPORT, REPORT)
    clip = REPORT.clip
    for other in (
        replace(REPORT, near_side="left"),
        replace(REPORT, clip=replace(clip, fps_hz=30.0)),
        replace(REPORT, clip=replace(clip, size_wh_px=(1920, 1080))),
        replace(REPORT, answers=replace(REPORT.answers, surface="treadmill")),
    ):
        assert not can_share(REPORT, other)
    slow = replace(REPORT, clip=replace(clip, fps_hz=30.0), answers=Answers(slow_motion=2.0, surface="ground"))
    assert can_share(REPORT, slow)


def test_a_smaller_change_counts_in_the_same_set_up():
    apart, same = compare(REPORT, REPORT), compare(REPORT, REPORT, same_set_up=True)
    tilted = {*AGAINST_VERTICAL, "trunk_lean"}
    for one, other in zip(same, apart, strict=True):
        assert one.smallest_told <= other.smallest_told
        assert one.smallest_told < other.smallest_told or one.key in tilted


def test_repeats_of_one_set_up_seem_to_change_in_one_of_ten():
    """Clips share most of their error, and their strides differ by chance."""
    rng = np.random.default_rng(3)
    told, clip_sd, stride_sd, n = [], 1.5, 1.2, 8
    plus_minus = Z90 * clip_sd
    for _ in range(3000):
        shared = rng.normal(0, clip_sd * (1 - NOT_REPEATED**2) ** 0.5)
        pair = [
            lean(5 + shared + rng.normal(0, NOT_REPEATED * clip_sd) + rng.normal(0, stride_sd, n), plus_minus)
            for _ in "ab"
        ]
        limit = np.hypot(*(not_shared("hip_bend", one, same_set_up=True) for one in pair))
        told.append(abs(pair[0].value - pair[1].value) > limit)
    assert np.mean(told) == pytest.approx(BY_LUCK, abs=0.03)
