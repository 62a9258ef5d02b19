"""From a track to a report and its JSON: the contract others rely on, and one report kept to compare with.

The golden report is that of a drawn runner. If a number is meant to change, look at what changed, then write it again with

    UPDATE_GOLDEN=1 uv run pytest tests/core/test_report.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from core import knowledge
from core.errors import Refused
from core.model.report import CHECKS, Answers, Phase, Report
from core.model.tracks import KNEE, LANDMARK_OF, PoseTrack
from core.paths import ROOT
from core.report.pipeline import measure_track
from simulation import Stride

Drawn = Callable[..., Any]
GOLDEN = ROOT / "tests" / "golden" / "drawn_runner.json"
ANSWERS = Answers(effort="marathon", pace_s_per_km=300, surface="treadmill", height_cm=175, sitting_hours=8)
STRIDE = Stride(speed_mps=1000 / 300, lean_deg=6.0)


@pytest.fixture(scope="module")
def made(drawn: Drawn) -> Any:
    return drawn(STRIDE, start=0.2, facing="left")


@pytest.fixture(scope="module")
def report(made: Any) -> Report:
    return measure_track(made.track, ANSWERS)


def test_a_drawn_runner_is_measured_from_end_to_end(made: Any, report: Report) -> None:
    truth = made.truth
    assert (report.facing, report.near_side) == (truth.facing, truth.near_side) == ("left", "left")
    assert report.clip.fps_hz == pytest.approx(60)
    assert report.clip.duration_s == pytest.approx(truth.time_s[-1], abs=0.001)
    for key, tolerance in (("trunk_lean", 0.3), ("leg_extension", 0.5), ("cadence", 0.1), ("knee_drive", 0.3)):
        assert report.measures[key].value == pytest.approx(truth.figures[key], abs=tolerance)
    # What a figure says of itself holds: the truth lies within its error.
    for key in ("trunk_lean", "leg_extension", "cadence", "overstride", "heel_recovery", "knee_drive"):
        one = report.measures[key]
        assert abs(one.value - truth.figures[key]) <= one.plus_minus
    for leg in ("near", "far"):
        found, true = (np.array(getattr(events, leg).initial_contact_s) for events in (report.events, truth.events))
        inside = true[(true > 0.4) & (true < 5.6)]
        assert max(np.abs(found - moment).min() for moment in inside) < 0.012


def test_findings_and_checks_are_known_ones(report: Report) -> None:
    facts = knowledge.load()
    assert report.knowledge_version == facts.version
    assert {check.key for check in report.quality} <= set(CHECKS)
    assert {finding.key for finding in report.findings} <= set(report.measures)
    assert {"trunk_lean", "leg_extension"} <= {finding.key for finding in report.findings}
    for finding in report.findings:
        assert set(finding.sources) <= set(facts.sources)
        assert str(finding.says)


def test_key_frames_are_moments_of_one_stride_in_order(report: Report) -> None:
    contact, middle, toe_off, flight, swing, last = report.key_frames
    assert [frame.phase for frame in report.key_frames] == list(get_args(Phase))
    assert contact.time_s in report.events.near.initial_contact_s
    assert last.time_s == min(time_s for time_s in report.events.near.initial_contact_s if time_s > contact.time_s)
    assert toe_off.time_s in report.events.near.toe_off_s
    assert middle.time_s == pytest.approx((contact.time_s + toe_off.time_s) / 2)
    far_contact_s = min(time_s for time_s in report.events.far.initial_contact_s if time_s > toe_off.time_s)
    assert toe_off.time_s < flight.time_s < far_contact_s < swing.time_s < last.time_s


def test_key_frames_of_slow_motion_point_into_the_file(drawn: Drawn) -> None:
    _, track = drawn(STRIDE, fps_hz=240.0, slow_motion=4.0, duration_s=3.0)
    for frame in measure_track(track, replace(ANSWERS, slow_motion=4.0)).key_frames:
        assert frame.file_time_s == pytest.approx(4 * frame.time_s)
        assert track.time_s[0] <= frame.file_time_s <= track.time_s[-1]


def test_times_count_from_the_tracks_first_frame(made: Any, report: Report) -> None:
    later = measure_track(replace(made.track, time_s=made.track.time_s + 100.0), ANSWERS)
    np.testing.assert_allclose(later.events.near.initial_contact_s, report.events.near.initial_contact_s, atol=1e-6)


def test_slow_motion_that_was_not_told_asks(drawn: Drawn) -> None:
    _, track = drawn(STRIDE, fps_hz=240.0, slow_motion=4.0, duration_s=3.0)
    with pytest.raises(Refused) as refused:
        measure_track(replace(track, slow_motion=1.0), Answers())
    assert refused.value.key == "true_speed"
    assert "4" in str(refused.value.advice)


def test_coarse_slow_motion_asks_even_if_the_leading_leg_has_the_same_name_at_every_step(drawn: Drawn) -> None:
    _, track = drawn(STRIDE, fps_hz=30.0, slow_motion=2.0, duration_s=5.0)
    xy_px = track.xy_px.copy()
    left, right = (list(LANDMARK_OF[side][KNEE:]) for side in ("left", "right"))
    behind = xy_px[:, left[1], 0] < xy_px[:, right[1], 0]
    xy_px[np.ix_(behind, left + right)] = track.xy_px[np.ix_(behind, right + left)]
    with pytest.raises(Refused) as refused:
        measure_track(replace(track, xy_px=xy_px, slow_motion=1.0), Answers())
    assert (refused.value.key, refused.value.choices.slow_motion[0]) == ("true_speed", 2.0)


def test_a_track_of_one_frame_is_refused(made: Any) -> None:
    track = made.track
    one = PoseTrack(time_s=[0.0], xy_px=track.xy_px[:1], visibility=track.visibility[:1], size_wh_px=(720, 1280))
    with pytest.raises(Refused) as refused:
        measure_track(one, Answers())
    assert refused.value.key == "length"


def test_a_report_comes_back_from_its_json(report: Report) -> None:
    assert Report.from_json(report.to_json()) == report
    # Strict JSON: no NaN, no Infinity.
    json.loads(report.to_json(), parse_constant=lambda name: pytest.fail(f"{name} in a report"))


KEYS = {
    (): {
        "schema", "clip", "answers", "facing", "near_side", "quality", "events", "measures", "findings", "key_frames",
        "knowledge_version", "made_on", "mean_stride", "hand_frames", "by_hand", "other_leg",
    },
    ("mean_stride",): {
        "n_strides", "stride_s", "toe_off", "far_contact", "far_toe_off", "points", "angles",
    },
    ("mean_stride", "angles", "trunk_lean"): {"mean", "sd"},
    ("clip",): {"fps_hz", "duration_s", "size_wh_px", "n_frames", "n_repeated", "rotation_deg", "codec"},
    ("answers",): {
        "effort", "pace_s_per_km", "surface", "slow_motion", "sitting_hours", "height_cm", "runner_at", "language", "under_18",
    },
    ("quality", 0): {"key", "severity", "what", "advice"},
    ("events",): {"near", "far"},
    ("events", "near"): {"initial_contact_s", "toe_off_s"},
    ("events", "far"): {"initial_contact_s", "toe_off_s"},
    ("measures", "trunk_lean"): {
        "value", "unit", "plus_minus", "n_strides", "per_stride", "word", "missing_because",
    },
    ("findings", 0): {
        "key", "verdict", "strength", "says", "mark", "reference", "doubt", "muscles", "tests", "drills", "sources",
    },
    ("key_frames", 0): {"phase", "time_s", "file_time_s"},
}  # fmt: skip

MEASURES = {
    "trunk_lean": "deg", "leg_extension": "deg", "leg_extension_at_toe_off": "deg", "hip_ankle_extension": "deg",
    "hip_bend": "deg", "cadence": "spm", "speed": "km/h", "step_length": "m",
    "relative_speed": "ratio", "froude_number": "ratio", "contact_length": "cm", "foot_speed_contact": "m/s",
    "contact_time": "ms", "flight_time": "ms", "duty_factor": "%",
    "knee_flexion_contact": "deg", "knee_flexion_stance": "deg", "shank_angle_contact": "deg", "overstride": "ratio",
    "foot_strike": "deg", "heel_recovery": "deg", "knee_drive": "deg", "vertical_oscillation": "cm",
    "vertical_ratio": "ratio", "asymmetry": "%",
}  # fmt: skip


@pytest.mark.parametrize("path", KEYS, ids=lambda path: ".".join(map(str, path)) or "report")
def test_the_keys_of_a_report_are_stable(report: Report, path: tuple[str | int, ...]) -> None:
    place: Any = json.loads(report.to_json())
    for step in path:
        place = place[step]
    assert set(place) == KEYS[path]


def test_the_figures_of_a_report_are_stable(report: Report) -> None:
    plain = json.loads(report.to_json())
    assert plain["schema"] == "stride-check/report/2"
    assert {key: one["unit"] for key, one in plain["measures"].items()} == MEASURES


def near_equal(found: Any, golden: Any, where: str = "report") -> None:
    """Assert that two JSON values are equal, numbers to a thousandth of a unit and of themselves."""
    if isinstance(golden, dict):
        assert set(found) == set(golden), where
        for key in golden:
            near_equal(found[key], golden[key], f"{where}.{key}")
    elif isinstance(golden, list):
        assert len(found) == len(golden), where
        for index, (one, other) in enumerate(zip(found, golden, strict=True)):
            near_equal(one, other, f"{where}[{index}]")
    elif isinstance(golden, float):
        assert found == pytest.approx(golden, rel=1e-3, abs=1e-3), where
    else:
        assert found == golden, where


def test_the_golden_report(report: Report) -> None:
    """What was measured once is measured still; words and links are the knowledge's, and tested there."""
    plain = json.loads(report.to_json())
    kept = {key: plain[key] for key in ("clip", "facing", "near_side", "events", "measures", "key_frames")}
    kept["quality"] = {check["key"]: check["severity"] for check in plain["quality"]}
    kept["findings"] = {finding["key"]: finding["verdict"] for finding in plain["findings"]}
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    near_equal(kept, json.loads(GOLDEN.read_text(encoding="utf-8")))


def test_the_sample_result_is_of_todays_knowledge() -> None:
    """Otherwise each visitor reads that it is from another version; `tools.make_demo_report` makes it again."""
    sample = Report.from_json((ROOT / "assets" / "demo_report.json").read_text(encoding="utf-8"))
    assert sample.knowledge_version == knowledge.load().version
