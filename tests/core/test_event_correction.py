"""The event correction: what it counts in, how far it goes, and where it stops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.gait.event_correction import (
    FURTHEST_S,
    MOMENTS,
    SIGNALS,
    USUAL_DUTY_FACTOR,
    EventCorrection,
    features_at,
    load,
)
from core.gait.events import usual_contact_s
from core.model.strides import LegEvents

WANTED = len(SIGNALS) * len(MOMENTS) + 1


def only_of_the_duty_factor(weight: float) -> EventCorrection:
    none = (0.0,) * (WANTED - 1)
    return EventCorrection(
        typical=(*none, 0.35), lowest=(*none, 0.3), highest=(*none, 0.4), weights=(*none, weight), later=0.01
    )


def at_duty_factor(share: float) -> np.ndarray:
    return np.append(np.zeros(WANTED - 1), share)


def test_a_correction_is_in_contact_times() -> None:
    reading = only_of_the_duty_factor(1.0)
    assert reading.later_by_s(at_duty_factor(0.33), 0.25) == pytest.approx((0.01 - 0.02) * 0.25)
    assert reading.later_by_s(at_duty_factor(0.33), 0.5) == pytest.approx((0.01 - 0.02) * 0.5)


@pytest.mark.parametrize(("share", "limit"), [(0.1, 0.3), (0.29, 0.3), (0.41, 0.4), (2.0, 0.4)])
def test_a_feature_beyond_its_limits_counts_as_the_limit(share: float, limit: float) -> None:
    reading = only_of_the_duty_factor(1.0)
    beyond = reading.later_by_s(at_duty_factor(share), 0.25)
    assert beyond == reading.later_by_s(at_duty_factor(limit), 0.25) != reading.later_by_s(at_duty_factor(0.35), 0.25)


def test_no_event_is_moved_further_than_60_ms() -> None:
    assert only_of_the_duty_factor(1e3).later_by_s(at_duty_factor(0.4), 0.25) == FURTHEST_S


def test_the_features_are_the_signals_at_the_moments_and_the_duty_factor() -> None:
    time_s = np.linspace(0, 2, 481)
    series = {name: number + time_s for number, name in enumerate(SIGNALS)}
    features = features_at(series, time_s, 1.0, 0.7, 0.21)
    assert features.shape == (WANTED,)
    np.testing.assert_allclose(features[: len(MOMENTS)], 1 + 0.7 * np.array(MOMENTS))
    assert features[-1] == pytest.approx(0.3)


def test_the_weights_shipped_have_limits_around_what_is_typical() -> None:
    for reading in (load().initial_contact, load().toe_off):
        assert (np.array(reading.lowest) < reading.typical).all()
        assert (np.array(reading.typical) < reading.highest).all()
        # The duty factor of runs at 2 to 5 m/s.
        assert 0.25 < reading.lowest[-1] < 0.35 < reading.highest[-1] < 0.48


def test_a_correction_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 91"):
        replace(only_of_the_duty_factor(1.0), lowest=(0.0,))


def test_the_usual_contact_time_is_the_median_of_both_legs() -> None:
    near = LegEvents(initial_contact_s=(0.0, 0.7, 1.4), toe_off_s=(0.2, 0.9, 1.62))
    far = LegEvents(initial_contact_s=(0.35, 1.05), toe_off_s=(0.65, 1.27))
    assert usual_contact_s([near, far], 0.7) == pytest.approx(0.22)
    assert usual_contact_s([LegEvents(), LegEvents()], 0.7) == pytest.approx(USUAL_DUTY_FACTOR * 0.7)
