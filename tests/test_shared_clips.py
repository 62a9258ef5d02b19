"""Real clips, by what was counted in them by eye; they stand beside the project and are not part of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from core.errors import Refused
from core.model.report import Answers, Report
from core.paths import ROOT
from core.report.pipeline import analyse

CLIPS = ROOT.parent / "shared" / "clips"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.pose,
    pytest.mark.skipif(not CLIPS.is_dir(), reason=f"no clips in {CLIPS.parent.name}/{CLIPS.name}"),
]

CADENCE_SPM = {
    "treadmill_phone_30fps_rtl.mp4": 168.0,
    "mirror_pair_a_rtl.mp4": 150.0,
    "mirror_pair_b_ltr.mp4": 150.0,
    "treadmill_woman_30fps_ltr.mp4": 163.0,
    "speed_pair_realtime_ltr.mp4": 138.0,
    "treadmill_gym_a_30fps_ltr.mp4": 158.5,
    "treadmill_gym_b_30fps_ltr.mp4": 165.0,
    "overground_follow_30fps_ltr.mp4": 180.0,
}

LONG = ("treadmill_phone_30fps_rtl.mp4", "treadmill_woman_30fps_ltr.mp4", "treadmill_gym_b_30fps_ltr.mp4")
"""Treadmill clips that are tried only in the sweep: the other one is like them, and they take as long as all the rest."""

MEASURED = [pytest.param(name, marks=pytest.mark.sweep) if name in LONG else name for name in CADENCE_SPM]

REFUSED = {
    "bad_front_view.mp4": "side_on",
    "bad_walking_side_24fps.mov": "running_not_walking",
    "format_iphone_mov_rotation_no_person.mov": "one_runner",
    "hard_two_people_slow2x_rtl.mp4": "clear_enough",  # a coach as tall as the runner covers the legs
}


@cache
def outcome(name: str) -> Report | Refused:
    """Return the report of a clip or its refusal; each clip is analysed once, for it takes seconds."""
    try:
        return analyse(CLIPS / name, Answers()).report
    except Refused as refused:
        return refused


def report_of(name: str) -> Report:
    found = outcome(name)
    assert isinstance(found, Report), f"{name} was refused: {found}"
    return found


def refusal_of(name: str) -> Refused:
    found = outcome(name)
    assert isinstance(found, Refused), f"{name} was measured"
    assert str(found.what)
    assert str(found.advice)
    return found


@pytest.mark.parametrize("name", MEASURED)
def test_cadence_is_what_was_counted(name: str) -> None:
    assert report_of(name).measures["cadence"].value == pytest.approx(CADENCE_SPM[name], abs=3)


@pytest.mark.parametrize("name", MEASURED)
def test_the_runner_faces_the_way_that_the_name_says(name: str) -> None:
    """`rtl` and `ltr`: from right to left, from left to right; the near side is the one ahead of it."""
    way = "left" if "_rtl" in name else "right"
    assert (report_of(name).facing, report_of(name).near_side) == (way, way)


@pytest.mark.parametrize("key", ["trunk_lean", "leg_extension"])
def test_a_clip_and_its_mirror_agree(key: str) -> None:
    one, other = (report_of(f"mirror_pair_{name}.mp4").measures[key].value for name in ("a_rtl", "b_ltr"))
    assert one == pytest.approx(other, abs=2)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_measured_is_refused_for_its_reason(name: str) -> None:
    assert refusal_of(name).key == REFUSED[name]


@pytest.mark.parametrize("name", ["bad_not_running_upper_body.mp4", "bad_rear_upper_body.mp4", "bad_hard_cuts.mp4"])
def test_what_is_not_one_run_from_the_side_is_refused(name: str) -> None:
    assert refusal_of(name).key != "readable_file"


@pytest.mark.parametrize("content", [b"", b"Dear reader, this is a letter.\n" * 100], ids=["empty", "text"])
def test_what_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        analyse(path, Answers())
    assert refused.value.key == "readable_file"
