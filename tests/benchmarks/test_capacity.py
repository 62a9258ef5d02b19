from __future__ import annotations

import json
import statistics

import pytest

from benchmarks.speed.capacity import PATIENCE_S, Prices, cost_per_1000, exponential, measured, simulate, workers_for

EXPONENTIAL_S = exponential(10.0)


def test_one_worker_waits_as_queueing_theory_says():
    # M/M/1 at a load of one half: 1/2 wait not at all, and the 95th percentile is ln(0.5 / 0.05) / (mu - lambda).
    found = simulate(180, 1, EXPONENTIAL_S, n_clips=60_000)
    assert found.busy == pytest.approx(0.5, abs=0.02)
    assert found.p95_s == pytest.approx(46.05, rel=0.1)
    # On average load^2 / (1 - load) wait; half of that where each takes the same time (Pollaczek and Khinchine).
    assert found.n_waiting == pytest.approx(0.5, rel=0.1)
    assert simulate(180, 1, [10.0], n_clips=60_000).n_waiting == pytest.approx(0.25, rel=0.1)


def test_more_workers_wait_less_and_as_many_as_needed_are_enough():
    needed = workers_for(600, EXPONENTIAL_S)
    assert simulate(600, needed, EXPONENTIAL_S).p95_s <= PATIENCE_S < simulate(600, needed - 1, EXPONENTIAL_S).p95_s


def test_a_thousand_checks_cost_what_a_calculation_by_hand_says():
    found = {"report_bytes": 50_000, "picture_bytes": 450_000, "video_bytes": 1_000_000}
    cost = cost_per_1000(found, [9.0], worked=0.5, prices=Prices(core_hour=1.0, gb_month=2.0, gb_out=3.0))
    assert cost["analyses"] == pytest.approx(2.5 * 2 / 0.5)  # 2.5 hours of a worker, of two cores, half of it idle
    assert cost["kept"] == pytest.approx((0.5 * 6 + 0.5) * 2)
    assert cost["shown"] == pytest.approx(2 * (0.45 + 0.5) * 3)


def test_it_is_fed_with_what_was_measured(tmp_path):
    assert 1 < statistics.fmean(measured()["kept_busy_s"]) < 600
    (tmp_path / "load.json").write_text(json.dumps({"all_ended_within_s": 264, "clips": 30}))
    assert statistics.fmean(measured(tmp_path)["kept_busy_s"]) == pytest.approx(8.8, rel=0.01)
    assert set(cost_per_1000(measured(tmp_path), [9.0], 0.5, Prices(core_hour=1.0, gb_month=2.0, gb_out=3.0))) == {
        "analyses"
    }
    (tmp_path / "scaling.json").write_text(json.dumps({"kept_busy_s": [5.0, 9.0]}))
    assert measured(tmp_path)["kept_busy_s"] == [5.0, 9.0]
