"""The last gate: figures that no runner can have, and figures that contradict each other, never reach a report."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import Refused
from core.gait.definitions import MEASURES
from core.i18n.message import message
from core.model.measures import Measure, Measured, Missing
from core.model.report import CHECKS, Answers
from core.model.tracks import ANKLE, HEEL, KNEE, LANDMARK_OF, TOE, PoseTrack
from core.quality.plausibility import check_plausible
from core.report.pipeline import measure_track
from tests.builders import measures

Drawn = Callable[..., Any]


def refusal(**changed: Measure) -> Refused:
    with pytest.raises(Refused) as refused:
        check_plausible({**measures(), **changed})
    assert refused.value.key == "plausible"
    assert refused.value.key in CHECKS
    assert str(refused.value.what).endswith(".")
    assert str(refused.value.advice).endswith(".")
    return refused.value


def with_value(key: str, value: float) -> Measure:
    return replace(measures()[key], value=value)


def test_figures_of_a_runner_pass() -> None:
    check_plausible(measures())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("flight_time", -8.9),
        ("knee_flexion_stance", 81.0),
        ("knee_flexion_stance", 368.0),
        ("trunk_lean", 46.0),
        ("trunk_lean", -96.0),
        ("trunk_lean", 174.0),
        ("duty_factor", 14.0),
        ("duty_factor", 66.0),
        ("cadence", 99.0),
        ("cadence", 408.0),
        ("leg_extension", 75.0),
        ("vertical_oscillation", 50.0),
        ("contact_time", 20.0),
        ("overstride", 1.2),
        ("asymmetry", 80.0),
    ],
)
def test_a_figure_that_no_runner_has_is_refused_by_its_name(
    key: str, value: float, caplog: pytest.LogCaptureFixture
) -> None:
    unit = "%" if key == "asymmetry" else measures()[key].unit
    figure = Measured(value=value, unit=unit, plus_minus=1.0) if key == "asymmetry" else with_value(key, value)
    with caplog.at_level(logging.INFO, "core.quality.plausibility"):
        said = str(refusal(**{key: figure}).what)
    assert "no runner" in said
    assert any(key in line for line in caplog.messages)


@pytest.mark.parametrize(
    ("changed", "logged"),
    [
        (
            {"cadence": replace(measures()["cadence"], per_stride=(166.0, 120.0, 200.0, 166.0, 125.0))},
            "cadence.per_stride: [",
        ),
        (
            {"cadence": replace(measures()["cadence"], per_stride=(120.0, 121.0, 122.0))},
            "cadence.per_stride, cadence: ",
        ),
        (
            {"knee_flexion_contact": with_value("knee_flexion_contact", 60.0)},
            "knee_flexion_stance, knee_flexion_contact: ",
        ),
        ({"heel_recovery": with_value("heel_recovery", 25.0)}, "heel_recovery, knee_flexion_stance: "),
        (
            {"leg_extension_at_toe_off": with_value("leg_extension_at_toe_off", 40.0)},
            "leg_extension, leg_extension_at_toe_off: ",
        ),
    ],
)
def test_figures_that_contradict_each_other_are_refused(
    changed: dict[str, Measure], logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "core.quality.plausibility"):
        assert "contradicts itself" in str(refusal(**changed).what)
    assert any(logged in line for line in caplog.messages)


def test_figures_that_are_missing_are_passed_over() -> None:
    check_plausible({key: Missing(one.unit, message("So.")) for key, one in measures().items()})


def test_every_limited_figure_is_a_figure() -> None:
    assert set(MEASURES) == set(measures())
    assert all(low < high for low, high in (one.limits for one in MEASURES.values()))


def knees_bent(track: PoseTrack, by_deg: float) -> PoseTrack:
    """Return a track whose shanks are turned backward about the knee: no leg can carry a runner so."""
    xy_px, turn = track.xy_px.copy(), np.radians(by_deg)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    for marks in LANDMARK_OF.values():
        below = [marks[joint] for joint in (ANKLE, HEEL, TOE)]
        knee = xy_px[:, [marks[KNEE]]]
        xy_px[:, below] = (xy_px[:, below] - knee) @ matrix.T + knee
    return replace(track, xy_px=xy_px)


@pytest.mark.parametrize("way", ["left", "right"])
def test_a_track_with_impossible_figures_makes_no_report(drawn: Drawn, way: str) -> None:
    _, track = drawn(facing=way)
    measure_track(track, Answers())
    ahead = 1 if way == "right" else -1
    with pytest.raises(Refused) as refused:
        measure_track(knees_bent(track, ahead * 50), Answers())
    assert refused.value.key == "plausible"
