"""Two landmarkers' results become one body."""

from __future__ import annotations

import numpy as np
import pytest

from core.model.tracks import KNEE, LANDMARK_OF, LANDMARKS
from core.pose.opinions import DISAGREE_OFTEN, ENOUGH_BOTH, SecondOpinion, combine
from simulation import Motion, Scene, Stride, track_of, truth_of

LEGS = [list(LANDMARK_OF[side][KNEE:]) for side in ("left", "right")]
NOISE_PX = 2.0


@pytest.fixture(scope="module")
def seen():
    """Return what two landmarkers see of a drawn runner, shape (2, n, 33, 4), and the true legs."""
    xy_px = track_of(truth_of(Scene(fps_hz=30.0), Motion(Stride()))).xy_px
    rng = np.random.default_rng(1)
    both = np.zeros((2, len(xy_px), LANDMARKS, 4))
    both[..., :2] = xy_px + rng.normal(0, NOISE_PX, (2, *xy_px.shape))
    both[..., 3] = 1.0
    return both, xy_px


def error_px(found, xy_px):
    """Return the largest error of a leg's joint in each frame, whichever leg is called which."""
    legs, swapped = LEGS[0] + LEGS[1], LEGS[1] + LEGS[0]
    away = [np.linalg.norm(found[:, names, :2] - xy_px[:, legs], axis=2).max(axis=1) for names in (legs, swapped)]
    return np.minimum(*away)


def combined(both):
    return combine(list(zip(*both, strict=True)))


def test_where_both_agree_their_mean_is_taken(seen):
    both, _ = seen
    np.testing.assert_allclose(combined(both), both.mean(axis=0))


def test_one_result_is_taken_as_it_is(seen):
    (first, second), _ = seen
    np.testing.assert_array_equal(combine([[one] for one in first]), first)
    lost = first.copy()
    lost[10:14] = np.nan
    np.testing.assert_array_equal(combined([lost, second])[10:14], second[10:14])
    assert np.isnan(combine([[np.full((LANDMARKS, 4), np.nan)] * 2] * 3)).all()


def test_the_same_legs_under_the_other_names_agree(seen):
    both, _ = seen
    renamed = both.copy()
    renamed[1, 20:50, LEGS[0]], renamed[1, 20:50, LEGS[1]] = both[1, 20:50, LEGS[1]], both[1, 20:50, LEGS[0]]
    np.testing.assert_allclose(combined(renamed), both.mean(axis=0))


@pytest.mark.parametrize("wrong", [0, 1])
@pytest.mark.parametrize("frames", [[40], [40, 41, 42, 43], [*range(20, 100, 7)]])
def test_a_leg_that_one_sees_where_the_other_leg_is_is_left_out(seen, wrong, frames):
    both, xy_px = seen
    torn, (near, far) = both.copy(), LEGS
    rows = np.array(frames)[:, None]
    torn[wrong, rows, near] = both[wrong, rows, far]
    shank_px = np.linalg.norm(xy_px[0, near[1]] - xy_px[0, near[0]])
    told = np.array([f for f in frames if np.linalg.norm(xy_px[f, near] - xy_px[f, far], axis=1).mean() > shank_px / 2])
    assert len(told)  # in the others one leg covers the other
    assert error_px(torn.mean(axis=0), xy_px)[told].min() > 5 * NOISE_PX
    assert error_px(combined(torn), xy_px)[told].max() < 5 * NOISE_PX


def torn_in(both, share):
    """Return the results with the second one's near leg where the far leg is, in a share of the frames."""
    torn, (near, far) = both.copy(), LEGS
    frames = np.arange(len(both[0])) % 100 < 100 * share
    torn[1][np.ix_(frames, near)] = both[1][np.ix_(frames, far)]
    return torn


def wanted_after(both):
    """Return whether a second opinion is wanted after each frame."""
    second, wanted = SecondOpinion(), []
    for opinions in zip(*both, strict=True):
        second.note(list(opinions))
        wanted.append(second.wanted)
    return wanted


def test_two_who_agree_take_turns_after_enough_frames(seen):
    both, _ = seen
    assert wanted_after(both) == [True] * (ENOUGH_BOTH - 1) + [False] * (len(both[0]) - ENOUGH_BOTH + 1)


def test_frames_without_a_body_do_not_count(seen):
    late = seen[0].copy()
    late[0, :20] = np.nan
    late[1, 10:30] = np.nan
    assert wanted_after(late).index(False) == ENOUGH_BOTH + 30 - 1


def test_two_who_disagree_often_both_go_on(seen):
    both, _ = seen
    assert all(wanted_after(torn_in(both, 4 * DISAGREE_OFTEN)))
    assert not wanted_after(torn_in(both, DISAGREE_OFTEN / 4))[-1]


def test_one_opinion_says_nothing_of_agreement(seen):
    second = SecondOpinion()
    for one in seen[0][0]:
        second.note([one])
    assert second.wanted
