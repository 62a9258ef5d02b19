"""Who is in a clip, who of them runs, and who is meant: from drawn runners' joints, without pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.errors import Choices, Refused
from core.model.tracks import LANDMARK_OF, PoseTrack
from core.pose.image_quality import ImageQuality
from core.pose.runner_selection import Body, Person, choose_runner, people_in, window_for
from simulation import Stride

Drawn = Callable[..., Any]
SIZE = (1280, 720)
SIGHT = ImageQuality(60.0, 0.02, 150.0)


def bodies_of(track: PoseTrack, shift_px: tuple[float, float] = (0.0, 0.0), every: int = 6) -> list[tuple[float, Body]]:
    """Return what a look at every sixth picture sees of somebody."""
    points = np.dstack([track.xy_px + shift_px, np.zeros(track.xy_px.shape[:2]), track.visibility])
    return [(float(track.time_s[i]), Body(points[i], SIGHT)) for i in range(0, len(track), every)]


def together(*persons: list[tuple[float, Body]]) -> list[Person]:
    """Return the people that are found when all are seen at once, in no particular order."""
    random = np.random.default_rng(1)
    looks = []
    for seen in zip(*persons, strict=True):
        order = random.permutation(len(seen))
        looks.append((seen[0][0], [seen[n][1] for n in order]))
    return people_in(looks, SIZE)


@pytest.fixture(scope="module")
def runner(drawn: Drawn) -> PoseTrack:
    track: PoseTrack = drawn(size_wh_px=SIZE, runner_px=430.0)[1]
    return track


@pytest.fixture(scope="module")
def coach(runner: PoseTrack) -> list[tuple[float, Body]]:
    """Somebody who stands in one place: the runner's first picture, over and over, half a body away."""
    first = bodies_of(runner, (-340.0, 0.0))[0][1]
    return [(time_s, first) for time_s, _ in bodies_of(runner)]


def test_one_runner_is_one_person(runner: PoseTrack) -> None:
    (person,) = together(bodies_of(runner))
    assert len(person.time_s) == len(bodies_of(runner))
    assert person.runs
    assert choose_runner([person]) is person
    assert len(person.sights) == len(person.time_s)


def test_a_runner_is_chosen_before_a_coach_and_looked_at_through_a_window(
    runner: PoseTrack, coach: list[tuple[float, Body]]
) -> None:
    people = together(bodies_of(runner), coach)
    chosen = choose_runner(people)
    assert chosen is not None
    assert len(people) == 2
    assert chosen.leg_motion > 0.2
    window = window_for(chosen, people)
    assert window is not None
    left, _, side = window.at(1.0)
    hips_x = float(np.interp(1.0, chosen.time_s, chosen.hips_px[:, 0]))
    assert left < hips_x < left + side
    assert left > hips_x - 340.0


def test_a_large_runner_alone_needs_no_window(runner: PoseTrack) -> None:
    (person,) = together(bodies_of(runner))
    assert window_for(person, [person]) is None


def test_legs_out_of_the_picture_do_not_run(runner: PoseTrack) -> None:
    (person,) = together(bodies_of(runner, (0.0, 200.0)))
    assert person.leg_motion > 0.2
    assert not person.runs
    assert choose_runner([person]) is None


def test_legs_that_the_model_does_not_believe_in_do_not_run(runner: PoseTrack) -> None:
    seen = bodies_of(runner)
    doubted = [(time_s, Body(body.points * [1.0, 1.0, 1.0, 0.2], SIGHT)) for time_s, body in seen]
    assert [person.runs for person in (*together(seen), *together(doubted))] == [True, False]


def two(runner: PoseTrack) -> list[Person]:
    """Return two who run side by side, half a step apart."""
    first, second = bodies_of(runner)[:-4], bodies_of(runner, (330.0, 0.0))[4:]
    return together(first, [(time_s, body) for (time_s, _), (_, body) in zip(first, second, strict=True)])


def test_two_runners_are_asked_about_with_where_they_are(runner: PoseTrack) -> None:
    people = two(runner)
    with pytest.raises(Refused) as refused:
        choose_runner(people)
    choices = refused.value.choices
    assert refused.value.key == "one_runner"
    assert isinstance(choices, Choices)
    assert choices.time_s in people[0].time_s
    assert len(choices.runners) == len(choices.faces) == 2
    for left, top, right, bottom in (*choices.runners, *choices.faces):
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
    apart = abs(choices.runners[0][0] - choices.runners[1][0])
    assert apart == pytest.approx(330 / SIZE[0], abs=0.15)


@pytest.mark.parametrize("which", [0, 1])
def test_whoever_is_tapped_is_chosen(runner: PoseTrack, which: int) -> None:
    people = two(runner)
    with pytest.raises(Refused) as refused:
        choose_runner(people)
    choices = refused.value.choices
    assert choices is not None
    assert choices.time_s is not None
    left, top, right, bottom = choices.runners[which]
    chosen = choose_runner(people, ((left + right) / 2, (top + bottom) / 2, choices.time_s))
    assert chosen is not None
    index = int(np.flatnonzero(chosen.time_s == choices.time_s)[0])
    assert chosen.box(index) == choices.runners[which]


def test_a_coach_who_is_tapped_is_followed(runner: PoseTrack, coach: list[tuple[float, Body]]) -> None:
    people = together(bodies_of(runner), coach)
    x, y = coach[0][1].points[LANDMARK_OF["left"][1], :2] / SIZE
    chosen = choose_runner(people, (float(x), float(y), 1.0))
    assert chosen is not None
    assert chosen.leg_motion < 0.05


def test_a_tap_on_nobody_asks_again(runner: PoseTrack) -> None:
    with pytest.raises(Refused) as refused:
        choose_runner(together(bodies_of(runner)), (0.02, 0.02, 1.0))
    assert refused.value.key == "one_runner"
    assert refused.value.choices is not None
    assert len(refused.value.choices.runners) == 1


def test_a_tap_where_nobody_is_at_all_is_refused_without_choices() -> None:
    with pytest.raises(Refused) as refused:
        choose_runner([], (0.5, 0.5, 0.0))
    assert refused.value.choices is None


def test_people_who_cross_stay_who_they_are(drawn: Drawn) -> None:
    """One runs to the right and one to the left, past each other; they are told apart by where they were going."""
    right = drawn(size_wh_px=SIZE, runner_px=300.0, surface="ground", camera="fixed", duration_s=2.0)[1]
    left = drawn(
        Stride(speed_mps=3.4),
        size_wh_px=SIZE,
        runner_px=300.0,
        surface="ground",
        camera="fixed",
        duration_s=2.0,
        facing="left",
    )[1]
    people = together(bodies_of(right), bodies_of(left, (0.0, -12.0)))
    long = [person for person in people if len(person.time_s) >= 15]
    ways = sorted(float(np.sign(person.hips_px[-1, 0] - person.hips_px[0, 0])) for person in long)
    assert ways == [-1.0, 1.0]


def test_a_body_found_in_two_squares_is_one(runner: PoseTrack) -> None:
    seen = bodies_of(runner)
    again = [(time_s, Body(body.points + [4.0, 3.0, 0.0, 0.0], SIGHT)) for time_s, body in seen]
    assert len(together(seen, again)) == 1
