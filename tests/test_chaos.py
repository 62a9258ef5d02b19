"""Kills and crowds, as much of them as fits into a test; `benchmarks.soak.chaos` and `benchmarks.soak.load` do it in full."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.soak import chaos, load

pytestmark = [
    pytest.mark.alone,
    pytest.mark.pose,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes in /proc"),
]


def test_killed_at_random_moments_every_job_ends_and_nothing_is_left():
    found = chaos.run(chaos.SAMPLE)
    assert sum(found["killed"].values()) >= chaos.SAMPLE - 1
    assert sum(found["ends"].values()) == found["jobs"] == chaos.SAMPLE
    assert not any(end.startswith(("HANGS", "NAMELESS")) for end in found["ends"])
    assert found["clips_left"] == found["picture_folders_left"] == found["processes_left"] == 0
    assert all(found["databases_intact"].values())


@pytest.mark.sweep
def test_a_crowd_is_served_in_turns_and_pages_stay_quick():
    found = load.run(load.SAMPLE)
    assert found["reports"] == found["clips"] == load.SAMPLE
    assert len(set(found["places_told"])) == len(found["places_told"])
    # Four clips of the visitor with five wait behind the one clip of the other.
    assert found["first_visitor_with_one_clip_ends_as_number"] <= 3
    assert "try again in about" in found["one_more_than_the_queue_takes_is_told"]
    assert found["peak_memory_of_server_worker_and_analysis_mb"] < 1500
    if (os.cpu_count() or 1) > 1 and os.getloadavg()[0] < 3:  # other work on the machine is not ours to judge
        assert found["page_busy_over_idle"] < 3
