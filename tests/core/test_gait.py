"""Events of a drawn runner, whose contacts and toe-offs are exactly known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.gait.events import Stride as MeasuredStride
from core.gait.events import find_events, stride_s, strides_of
from core.gait.legs import identify_legs
from core.model.strides import GaitEvents, LegEvents
from simulation import Stride

Drawn = Callable[..., Any]
LEGS = ("near", "far")
PACES_MPS = (2.2, 3.0, 3.8, 4.6, 5.5)
EVERYDAY_MPS = (2.2, 2.6, 3.0, 3.5)
SCENES = [
    {"facing": "left"},
    {"facing": "left", "surface": "ground"},
    {"facing": "right", "surface": "ground"},
    {"facing": "left", "surface": "ground", "camera": "fixed", "duration_s": 3.0, "distance_m": 12.0},
    {"facing": "right", "surface": "ground", "camera": "fixed", "duration_s": 3.0, "distance_m": 12.0},
    {"slow_motion": 4.0, "fps_hz": 240.0, "duration_s": 3.0},
    {"slow_motion": 4.0, "fps_hz": 120.0, "facing": "left", "start": 0.6},
]


def events_of(made: Any) -> tuple[GaitEvents, float]:
    side = identify_legs(made.track)
    period = stride_s(side)
    assert period is not None
    return find_events(side, period), period


def errors_s(found: tuple[float, ...], true: tuple[float, ...], stride: float, end_s: float) -> np.ndarray:
    """Return found less true for each true event further than half a stride from the ends: none missed, none invented."""
    inside = [moment for moment in true if stride / 2 < moment < end_s - stride / 2]
    nearest = [min(found, key=lambda moment: abs(moment - wanted)) for wanted in inside]
    assert len(set(nearest)) == len(inside) > 1
    # Nothing is found but near an event, those near the ends included (the motion repeats beyond the clip).
    every = np.array([true[0] - stride, *true, true[-1] + stride])
    assert all(np.abs(every - moment).min() < 0.05 for moment in found)
    return np.array(nearest) - inside


@pytest.mark.parametrize("fps_hz", [30.0, 60.0, 120.0])
@pytest.mark.parametrize("speed_mps", EVERYDAY_MPS)
def test_contacts_are_within_12_ms_at_everyday_paces_and_every_rate(
    drawn: Drawn, speed_mps: float, fps_hz: float
) -> None:
    made = drawn(Stride(speed_mps=speed_mps), fps_hz=fps_hz, start=0.2)
    found, period = events_of(made)
    assert period == pytest.approx(Stride(speed_mps=speed_mps).stride_s, rel=0.002)
    for leg in LEGS:
        true = getattr(made.truth.events, leg).initial_contact_s
        away = errors_s(getattr(found, leg).initial_contact_s, true, period, made.truth.time_s[-1])
        assert np.abs(away).max() < 0.012


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: " ".join(str(value) for value in scene.values()))
def test_contacts_are_within_12_ms_however_it_is_filmed(drawn: Drawn, scene: dict[str, Any]) -> None:
    made = drawn(**scene)
    found, period = events_of(made)
    for leg in LEGS:
        true = getattr(made.truth.events, leg).initial_contact_s
        away = errors_s(getattr(found, leg).initial_contact_s, true, period, made.truth.time_s[-1])
        assert np.abs(away).max() < 0.012


@pytest.mark.parametrize("speed_mps", PACES_MPS)
def test_every_event_is_found_and_alike_in_every_stride_leg_and_rate(drawn: Drawn, speed_mps: float) -> None:
    """From a jog to a sprint none is missed or invented, and the error is the runner's own, the same to 5 ms throughout.

    How large it is at speed is asked of real feet (`tests/test_lab.py`): a drawn toe does not bend before it leaves.
    """
    away: dict[str, list[np.ndarray]] = {"initial_contact_s": [], "toe_off_s": []}
    for fps_hz in (30.0, 60.0, 120.0):
        made = drawn(Stride(speed_mps=speed_mps), fps_hz=fps_hz, start=0.2)
        found, period = events_of(made)
        for leg in LEGS:
            events = getattr(made.truth.events, leg)
            for kind, errors in away.items():
                # The toe-off of a contact before the first frame is not looked for.
                true = tuple(moment for moment in getattr(events, kind) if moment >= events.initial_contact_s[0])
                errors.append(errors_s(getattr(getattr(found, leg), kind), true, period, made.truth.time_s[-1]))
    for errors in away.values():
        assert np.ptp(np.concatenate(errors)) < 0.005


def test_events_rise_and_toe_offs_follow_contacts(drawn: Drawn) -> None:
    found, period = events_of(drawn(start=0.4))
    for leg in (found.near, found.far):
        assert (np.diff(leg.initial_contact_s) > 0).all()
        assert (np.diff(leg.toe_off_s) > 0).all()
        for contact_s, toe_off_s in zip(leg.initial_contact_s, leg.toe_off_s, strict=False):
            assert contact_s < toe_off_s < contact_s + 0.75 * period


def test_strides_that_break_the_order_are_left_out_and_not_corrected() -> None:
    """Of seven contacts: a stride without its toe-off, one with two, and one of double length are no strides."""
    events = LegEvents(
        initial_contact_s=(0.0, 0.7, 1.4, 2.1, 2.8, 4.2, 4.9),
        toe_off_s=(0.25, 1.65, 2.35, 2.4, 3.05, 4.45, 5.15),
    )
    whole = [(0.0, 0.25, 0.7), (1.4, 1.65, 2.1), (4.2, 4.45, 4.9)]
    assert strides_of(events, 0.7) == (*(MeasuredStride(*s) for s in whole), MeasuredStride(4.9, 5.15, None))
    assert strides_of(LegEvents(), 0.7) == ()
    assert MeasuredStride(1.0, 1.2, None).mid_stance_s == pytest.approx(1.1)


@pytest.mark.parametrize("start", [0.0, 0.3, 0.55, 0.8])
@pytest.mark.parametrize("fps_hz", [30.0, 60.0])
def test_events_at_the_ends_of_a_clip_are_found_even_a_toe_off_whose_contact_is_not_in_it(
    drawn: Drawn, start: float, fps_hz: float
) -> None:
    made = drawn(Stride(speed_mps=3.0), fps_hz=fps_hz, duration_s=4.0, start=start)
    found, _ = events_of(made)
    end_s = made.truth.time_s[-1]
    for leg in LEGS:
        for kind in ("initial_contact_s", "toe_off_s"):
            moments_s = np.array(getattr(getattr(found, leg), kind))
            for true_s in getattr(getattr(made.truth.events, leg), kind):
                if 0.03 < true_s < end_s - 0.03:
                    assert np.abs(moments_s - true_s).min() < 0.03, (leg, kind, true_s)
