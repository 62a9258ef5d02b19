"""Both legs: from one clip or two, each difference with its error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.coaching.repeats import AGAINST_VERTICAL, TILT_SD_DEG
from core.coaching.sides import OTHER_SIDE, WHOLE_BODY, legs_of, pairs
from core.gait.definitions import MEASURES
from core.gait.parameters import PerStride
from core.i18n.message import message
from core.model.measures import Measured, Missing
from core.model.report import OtherLeg
from tests import builders

RIGHT = builders.report()


def left_with(**figures):
    measures = {
        key: replace(measure, value=figures[key]) if key in figures else measure
        for key, measure in RIGHT.measures.items()
    }
    return replace(RIGHT, near_side="left", facing="left", measures=measures)


def pair_of(key, *reports):
    return next(pair for pair in pairs(*reports) if pair.key == key)


def test_two_clips_and_one_clip_of_both_ways_give_the_same():
    left = left_with(knee_flexion_stance=50.0)
    both = replace(RIGHT, other_leg=OtherLeg(near_side="left", measures=left.measures))
    assert pairs(left, RIGHT) == pairs(RIGHT, left) == pairs(both)
    assert legs_of(both)["left"] == left.measures


def test_a_difference_is_told_when_it_is_larger_than_both_errors():
    knee = pair_of("knee_flexion_stance", RIGHT, left_with(knee_flexion_stance=51.0))
    assert knee.by == pytest.approx(-7.5)
    assert knee.smallest_told == pytest.approx(OTHER_SIDE * 3.1 * 2**0.5)
    assert knee.told
    assert not pair_of("knee_flexion_stance", RIGHT, left_with(knee_flexion_stance=46.0)).told


def test_a_tilted_camera_is_counted_in_where_it_matters():
    extension = pair_of("leg_extension", RIGHT, left_with(leg_extension=13.6))
    assert extension.smallest_told == pytest.approx(OTHER_SIDE * (2 * 1.9**2 + (2 * 1.645 * TILT_SD_DEG) ** 2) ** 0.5)
    assert not extension.told


def test_the_measures_of_a_leg_against_vertical_are_those_of_the_definitions():
    vertical = {
        key for key, one in MEASURES.items() if isinstance(one.read, PerStride) and one.read.vertical
    } - {*WHOLE_BODY}  # fmt: skip
    assert vertical == {*AGAINST_VERTICAL}


def test_what_is_of_the_whole_body_is_never_a_difference_of_the_legs():
    for key in {*WHOLE_BODY} - {"vertical_ratio", "asymmetry"}:  # these are missing here
        pair = pair_of(key, RIGHT, left_with(**{key: 1e6}))
        assert pair.by is None
        assert not pair.told


def test_a_missing_measure_is_kept_and_tells_nothing():
    gone = Missing("deg", message("The hip was hidden."))
    left = replace(left_with(), measures={**RIGHT.measures, "hip_bend": gone})
    pair = pair_of("hip_bend", RIGHT, left)
    assert (pair.left, pair.by, pair.told) == (gone, None, False)
    assert isinstance(pair.right, Measured)


def test_one_leg_alone_makes_no_pair():
    assert pairs(RIGHT) == pairs(RIGHT, RIGHT) == ()
