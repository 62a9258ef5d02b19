"""Simulated runners with and without an asymmetry, and with and without a drift: a bounded sample of both benchmarks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.accuracy import sides, trend
from core.coaching import repeats
from tests import builders


@pytest.fixture(scope="module")
def even():
    return sides.outcomes(4, seed=5, uneven_legs=False, processes=1)


def test_even_legs_seldom_differ(even):
    found = sides.table(even)
    assert found["pairs"] >= 3
    assert found["told per report"] <= sides.MOST_PER_REPORT
    assert len(found["measures"]) > 10
    assert "told per report" in sides.printed("even", found)


def test_an_asymmetry_is_found_within_its_error():
    found = sides.by_measure(sides.outcomes(3, seed=2, uneven_legs=True, processes=1))
    pairs = found["leg_extension"]
    assert all(abs(true) == pytest.approx(6.0, abs=0.2) for _, true in pairs)
    for pair, true in pairs:
        assert abs(pair.by - true) <= pair.smallest_told


def test_a_drift_is_told_and_no_drift_is_not():
    (drifting,) = trend.all_series(1, seed=1, drift_deg=trend.DRIFT_DEG, processes=1)
    found = trend.of_measure(trend.DRIFTS, drifting)
    assert abs(found.by - trend.DRIFT_DEG) <= found.smallest_told
    split, full = (trend.of_measure(trend.DRIFTS, drifting, same_set_up=same) for same in (True, False))
    assert sum(split.errors) < 0.8 * sum(full.errors)
    assert trend.table([drifting], [drifting])["series"] == 1


def test_repeats_that_differ_by_more_than_the_strides_need_a_share_of_the_error():
    report = builders.report()
    lean = report.measures["trunk_lean"]
    strides, rest = repeats.split("trunk_lean", lean)
    assert (rest, strides > 0) == (lean.plus_minus, True)
    steps = report.measures["cadence"]
    assert sum(part**2 for part in repeats.split("cadence", steps)) == pytest.approx(steps.plus_minus**2)
    other = replace(report, measures={"trunk_lean": replace(lean, value=lean.value + 0.9)})
    found = trend.repeated([(report, other)])["within 90 %"]
    assert (found[0.0], found[1.0]) == (0.0, 100.0)


@pytest.mark.parametrize(
    ("benchmark", "asks", "n"), [(trend, "all_series", trend.QUICK_SERIES), (sides, "outcomes", sides.QUICK)]
)
def test_a_quick_run_is_a_sample_and_is_not_kept(benchmark, asks, n, monkeypatch, capsys):
    asked, kept = [], []
    monkeypatch.setattr(benchmark, asks, lambda of, *_, **__: asked.append(of) or [])
    monkeypatch.setattr(benchmark, "table", lambda *_: {})
    monkeypatch.setattr(benchmark, "printed", lambda *_: "", raising=False)
    monkeypatch.setattr(benchmark, "keep", lambda *_: kept.append(1))
    monkeypatch.setattr("sys.argv", ["benchmark", "--quick"])
    benchmark.main()
    assert asked == [n, n]
    assert kept == []
