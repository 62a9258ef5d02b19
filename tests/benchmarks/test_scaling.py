from __future__ import annotations

import pytest

from benchmarks.speed.scaling import Seen, measure, summary
from tests.core.fake_analyses import FAKES


def test_a_worker_is_busy_with_a_clip_until_it_begins_the_next(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    one, two = Seen(), Seen()
    measure([b"clip"] * 3, 1, one, FAKES + "takes_a_moment")
    measure([b"clip"] * 2, 2, two, FAKES + "takes_a_moment")
    assert len((tmp_path / "ledger").read_text().splitlines()) == 1 + 3 + 2 + 2  # each worker had one to warm up
    assert len(one.kept_busy_s) == one.clips == 3
    assert min(one.kept_busy_s) >= 1  # so long it takes
    assert sum(one.kept_busy_s) <= one.took_s + 0.1
    assert two.kept_busy_s == []
    assert 0 < one.processor_s[0] < one.took_s  # most of the time it sleeps
    assert set(one.picture_bytes) == {len(b"clip")}


def test_the_table_sets_each_number_of_workers_against_one():
    sizes = {"report_bytes": [3], "picture_bytes": [5], "video_bytes": [7]}
    found = summary(
        {
            1: Seen(clips=4, took_s=40, processor_s=[12.0, 14.0], kept_busy_s=[10.0] * 4, **sizes),
            2: Seen(clips=4, took_s=25, processor_s=[15.0], **sizes),
        }
    )
    assert found["clips_per_hour"] == {"1": 360, "2": 576}
    assert found["over_one_worker"] == {"1": 1.0, "2": pytest.approx(1.6)}
    assert found["processor_s"] == {"1": 13.0, "2": 15.0}
    assert (found["report_bytes"], found["picture_bytes"], found["video_bytes"]) == (3, 5, 7)
