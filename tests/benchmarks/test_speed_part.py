"""The part of the accuracy benchmark about speed: its runners can run, and every target of it is printed."""

from __future__ import annotations

from benchmarks.accuracy import speed
from core.model.measures import Measured
from simulation.motion import Motion


def test_the_fastest_drawn_runner_has_a_motion() -> None:
    fastest = max(speed.DRAWN_STRIDES, key=lambda stride: stride.speed_mps)
    assert Motion(fastest).stride.speed_mps == 5.0


def test_a_speed_that_is_always_too_high_misses_its_target_even_if_it_does_not_spread() -> None:
    pair = [Measured(value=10.6, unit="km/h", plus_minus=0.9)]
    rows = speed.targets(speed.Outcome(lab=[], drawn=[0.08, 0.08], pair=pair, factors=[]))
    met = {(row["truth"], row["figure"]): row["met"] for row in rows}
    assert met["drawn runner, pose model", "speed: SD %"] == "met"
    assert met["drawn runner, pose model", "speed: bias %"] == "missed by 4.0"
    assert met["mirror pair, clip 1, 10 km/h", "speed: error over its interval"] == "met"
