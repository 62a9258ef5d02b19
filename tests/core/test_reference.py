"""The average leg is that of the knowledge: its peaks are where the bands have them, and its sources resolve."""

from __future__ import annotations

import pytest

from core import knowledge
from core.knowledge import lab_reference
from core.knowledge.targets import Reference


def _line(key: str) -> Reference:
    found = knowledge.load().bands[key].reference
    assert found is not None
    return found


def test_every_entry_names_sources_that_there_are() -> None:
    facts, known = lab_reference.load(), knowledge.load().sources
    for entry in (facts.leg, facts.trunk, facts.race):
        assert set(entry.sources) <= set(known)


@pytest.mark.parametrize("speed_mps", [2.5, 3.0, 3.5, 4.0, 4.5])
def test_the_peaks_are_those_of_the_bands(speed_mps: float) -> None:
    leg = lab_reference.leg_at(speed_mps)
    assert leg is not None
    extension = _line("leg_extension")
    middle = (extension.low.at(speed_mps) + extension.high.at(speed_mps)) / 2
    assert max(leg.thigh_extension) == pytest.approx(middle, abs=1.2)
    assert -min(leg.thigh_extension) == pytest.approx(_line("knee_drive").low.at(speed_mps), abs=1.2)
    assert max(leg.knee_flexion) == pytest.approx(_line("heel_recovery").low.at(speed_mps), abs=2.0)


def test_between_two_speeds_it_is_half_way() -> None:
    slow, middle, fast = (lab_reference.leg_at(speed) for speed in (2.5, 3.0, 3.5))
    assert slow is not None
    assert middle is not None
    assert fast is not None
    assert middle.knee_flexion[20] == pytest.approx((slow.knee_flexion[20] + fast.knee_flexion[20]) / 2, abs=0.06)
    assert slow.toe_off > middle.toe_off > fast.toe_off


@pytest.mark.parametrize("speed_mps", [None, 1.9, 5.1])
def test_where_nobody_was_measured_there_is_none(speed_mps: float | None) -> None:
    assert lab_reference.leg_at(speed_mps) is None
