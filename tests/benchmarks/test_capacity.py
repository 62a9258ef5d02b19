from __future__ import annotations

import pytest

from benchmarks.capacity import PATIENCE_S, measured_s, simulate, workers_for


def test_one_worker_waits_as_queueing_theory_says():
    # M/M/1 at a load of one half: 1/2 wait not at all, and the 95th percentile is ln(0.5 / 0.05) / (mu - lambda).
    found = simulate(per_hour=180, workers=1, analysis_s=10.0, n_clips=60_000)
    assert found.busy == pytest.approx(0.5, abs=0.02)
    assert found.p95_s == pytest.approx(46.05, rel=0.1)


def test_more_workers_wait_less_and_as_many_as_needed_are_enough():
    needed = workers_for(600, 10.0)
    assert simulate(600, needed, 10.0).p95_s <= PATIENCE_S < simulate(600, needed - 1, 10.0).p95_s
    assert 1 < measured_s() < 600
