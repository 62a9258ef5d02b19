"""What the data types let in and what they refuse; what a report is in JSON."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import numpy as np
import pytest

from core.errors import AnalysisStopped, BadAnswer, NotFound, Refused, SetUpError, StrideCheckError
from core.i18n.message import message
from core.model.measures import Measure, Measured, Missing
from core.model.messages import message_to_plain
from core.model.report import Answers, QualityCheck, Report
from core.model.tracks import JOINTS, LANDMARK_OF, PoseTrack, SideTrack
from tests import builders


def track(**changes: Any) -> PoseTrack:
    fields = {"time_s": np.arange(5) / 30, "xy_px": np.ones((5, 33, 2)), "visibility": np.ones((5, 33))}
    return PoseTrack(**{**fields, "size_wh_px": (720, 1280), **changes})


def side(**changes: Any) -> SideTrack:
    fields = {"time_s": np.arange(5) / 240, "xy_px": np.ones((5, 2, 6, 2)), "seen": np.ones((5, 2), dtype=bool)}
    return SideTrack(**{**fields, "facing": "left", "source_rate_hz": 60.0, **changes})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"xy_px": np.ones((5, 32, 2))}, r"xy_px: expected shape \(5, 33, 2\), got \(5, 32, 2\)"),
        ({"visibility": np.ones(33)}, "visibility: expected shape"),
        ({"depth_px": np.ones((4, 33))}, "depth_px: expected shape"),
        ({"time_s": np.array([0, 1, 1, 2, 3])}, "strictly rising"),
        ({"time_s": np.array([0, 1, np.nan, 2, 3])}, "finite"),
        ({"slow_motion": 0.0}, "slow_motion: expected a positive"),
        ({"slow_motion": np.nan}, "slow_motion: expected a positive"),
    ],
)
def test_a_track_is_checked_when_it_is_made(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        track(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seen": np.ones(5, dtype=bool)}, "seen: expected shape"),
        ({"xy_px": np.full((5, 2, 6, 2), np.nan)}, "bridge gaps first"),
        ({"time_s": np.array([0, 1, 2, 3, 5])}, "evenly spaced"),
    ],
)
def test_a_side_track_is_even_and_without_gaps(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        side(**changes)


def test_arrays_are_copied_and_cannot_be_written_to() -> None:
    mine = np.ones((5, 33, 2))
    held = track(xy_px=mine)
    mine[:] = 7
    assert held.xy_px.max() == 1
    for array in (held.time_s, held.xy_px, held.visibility, side().xy_px, side().seen):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_true_time_is_the_files_time_over_the_slow_motion() -> None:
    slow = track(slow_motion=4.0)
    np.testing.assert_allclose(slow.true_time_s, slow.time_s / 4)
    assert slow.true_duration_s == pytest.approx(4 / 30 / 4)
    assert side().rate_hz == pytest.approx(240)


def test_a_frame_is_seen_where_any_landmark_is() -> None:
    xy_px = np.full((5, 33, 2), np.nan)
    xy_px[1, 7] = 3.0
    assert track(xy_px=xy_px).seen.tolist() == [False, True, False, False, False]


def test_landmarks_of_both_sides_are_all_different() -> None:
    numbers = LANDMARK_OF["left"] + LANDMARK_OF["right"]
    assert len(set(numbers)) == 2 * len(JOINTS)
    # BlazePose gives every left point of trunk and legs an odd number and its right twin the next even one.
    assert all(left % 2 == 1 and right == left + 1 for left, right in zip(*LANDMARK_OF.values(), strict=True))


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("field", ["value", "plus_minus", "per_stride"])
def test_no_nan_becomes_a_measure(field: str, number: float) -> None:
    fields: dict[str, Any] = {"value": 1.0, "plus_minus": 0.5, "unit": "deg"}
    fields[field] = (1.0, number) if field == "per_stride" else number
    with pytest.raises(ValueError, match="no NaN"):
        Measured(**fields)


DARK = message_to_plain(message("It was dark."))


@pytest.mark.parametrize(
    "fields",
    [
        {"value": None},
        {"value": 1.0, "plus_minus": 1.0, "missing_because": DARK},
        {"value": 1.0},
        {"value": None, "plus_minus": 1.0, "missing_because": DARK},
    ],
)
def test_a_measure_has_a_value_with_its_error_or_a_reason(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"reason|error"):
        read(unit="deg", **fields)


def read(**fields: Any) -> Measure:
    """Return the measure that a report's JSON holds in these fields."""
    plain = builders.report().to_dict()
    plain["measures"]["trunk_lean"] = fields
    return Report.from_json(json.dumps(plain)).measures["trunk_lean"]


def test_a_missing_measure_says_why_and_has_no_value() -> None:
    missing = Missing("deg", message("It was dark."))
    assert str(missing.missing_because) == "It was dark."
    assert not hasattr(missing, "value")
    assert read(unit="deg", value=None, missing_because=message_to_plain(missing.missing_because)) == missing


def test_a_measure_of_another_version_is_kept_as_it_was_written() -> None:
    text = builders.report().to_json().replace("trunk_lean", "trunk_bend")
    assert "trunk_bend" in text
    assert Report.from_json(text).to_json() == text


def test_a_quality_check_is_one_of_the_named_ones() -> None:
    with pytest.raises(ValueError, match="key"):
        QualityCheck(key="pretty", severity="pass", what=message("It looks good."))


@pytest.mark.parametrize(
    ("answer", "low", "high"),
    [
        ("pace_s_per_km", 120, 900),
        ("slow_motion", 1, 32),
        ("height_cm", 100, 230),
        ("sitting_hours", 0, 24),
    ],
)
def test_answers_that_cannot_be_are_refused(answer: str, low: float, high: float) -> None:
    for possible in (low, high):
        assert getattr(Answers(**{answer: possible}), answer) == possible
    for impossible in (low - 0.5, high + 0.5, float("nan"), float("inf")):
        with pytest.raises(BadAnswer) as refused:
            Answers(**{answer: impossible})
        assert str(refused.value.what).endswith(".")
        assert str(refused.value.advice).endswith(".")


def test_speed_is_a_kilometre_over_the_pace() -> None:
    assert Answers(pace_s_per_km=250).speed_mps == pytest.approx(4.0)
    assert Answers().speed_mps is None


@pytest.mark.parametrize("kind", [Refused, AnalysisStopped])
def test_a_refusal_crosses_from_process_to_process(kind: type[Refused]) -> None:
    sent = kind("side_on", message("It is not from the side."), message("Film from the side."))
    got = pickle.loads(pickle.dumps(sent))
    assert (type(got), got.key, str(got.what), str(got.advice)) == (kind, sent.key, str(sent.what), str(sent.advice))
    assert str(got) == "It is not from the side. Film from the side."


@pytest.mark.parametrize("kind", [BadAnswer, NotFound, SetUpError])
def test_every_error_says_what_and_advises(kind: type[StrideCheckError]) -> None:
    error = kind(message("What."), message("Advice."))
    assert isinstance(error, StrideCheckError)
    assert (str(error.what), str(error.advice), str(error)) == ("What.", "Advice.", "What. Advice.")


PLAIN = {
    "clip": {"fps_hz": 60, "duration_s": 10, "size_wh_px": [720, 1280], "n_frames": 600},
    "answers": {},
    "facing": "left",
    "near_side": "left",
    "quality": [{"key": "level", "severity": "pass", "what": "It is level."}],
    "events": {"near": {"initial_contact_s": [0.5], "toe_off_s": [0.75]}},
    "measures": {"cadence": {"value": 170, "unit": "spm", "plus_minus": 1}},
    "findings": [{"key": "cadence", "verdict": "described", "says": "Quick."}],
    "key_frames": [{"phase": "toe_off", "time_s": 0.75, "file_time_s": 3.0}],
    "knowledge_version": "1",
    "made_on": "2026-01-01",
}


def test_a_report_comes_back_from_its_json() -> None:
    report = Report.from_json(json.dumps(PLAIN))
    assert Report.from_json(report.to_json()) == report
    assert report.to_dict() == json.loads(report.to_json())
    assert report.to_dict()["schema"] == "stride-check/report/2"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "stride-check/report/3"),
        (("colour",), "red"),
        (("facing",), "up"),
        (("quality", 0, "key"), "pretty"),
        (("measures", "cadence", "value"), "NaN"),
        (("measures", "cadence", "plus_minus"), None),
        (("answers", "height_cm"), 20.0),
        (("findings", 0, "verdict"), "bad"),
    ],
)
def test_what_is_no_report_is_not_read_as_one(path: tuple[str | int, ...], value: object) -> None:
    plain = copy.deepcopy(PLAIN)
    place: Any = plain
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises((ValueError, BadAnswer)):
        Report.from_json(json.dumps(plain))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "stride-check/report/1"}', "not json"])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a stride-check/report/2"):
        Report.from_json(text)
