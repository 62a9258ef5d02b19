"""What phones note of slow motion in a file."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import stored
from core.errors import Choices, Refused
from core.i18n.message import message
from core.model.report import Answers
from core.report.pipeline import _with_what_the_file_says
from core.video.file_kinds import CAPTURED_HZ, FULL_RATE_INTENT
from core.video.reader import read_header


def noted(path, rate_hz, notes):
    grey = np.full((48, 64, 3), 90, np.uint8)
    return stored.write(path, [(index / rate_hz, grey) for index in range(60)], rate_hz=rate_hz, notes=notes)


@pytest.mark.parametrize(
    ("name", "rate_hz", "notes", "expected"),
    [
        ("clip.mp4", 30, {CAPTURED_HZ: "240.000000"}, (8.0,)),
        ("clip.mp4", 30, {CAPTURED_HZ: "120"}, (4.0,)),
        ("clip.mp4", 24, {CAPTURED_HZ: "240"}, (10.0,)),
        ("clip.mp4", 30, {CAPTURED_HZ: "75"}, (2.5,)),
        ("clip.mp4", 30, {CAPTURED_HZ: "30.0"}, ()),
        ("clip.mp4", 240, {CAPTURED_HZ: "240.0"}, ()),  # it plays as fast as it was filmed
        ("clip.mp4", 30, {CAPTURED_HZ: "1.0"}, ()),  # a time lapse
        ("clip.mp4", 30, {CAPTURED_HZ: "nan"}, ()),
        ("clip.mp4", 30, {CAPTURED_HZ: "inf"}, ()),
        ("clip.mp4", 30, {CAPTURED_HZ: "fast"}, ()),
        ("clip.mp4", 30, {}, ()),
        ("clip.mov", 30, {FULL_RATE_INTENT: "0"}, (8.0, 4.0)),
        ("clip.mov", 30, {FULL_RATE_INTENT: "1"}, ()),
        ("clip.mov", 240, {FULL_RATE_INTENT: "0"}, ()),
    ],
)
def test_slow_motion_is_what_was_filmed_over_what_plays(tmp_path, name, rate_hz, notes, expected):
    assert read_header(noted(tmp_path / name, rate_hz, notes)).noted_slow_motion == expected


ASKED = Refused(
    "true_speed",
    message("It shows 70 steps a minute."),
    message("Say how slow it plays."),
    Choices(slow_motion=(2.0, 4.0)),
)


@pytest.mark.parametrize(
    ("captured_hz", "said", "expected"),
    [
        ("75", 1.0, (2.5, 2.0, 4.0)),
        ("60", 1.0, (2.0, 4.0)),
        ("240", 1.0, (2.0, 4.0)),  # 8 times faster, this would be 560 steps a minute
        ("150", 2.0, (2.5, 2.0, 4.0)),  # 5 times in all, of which 2 were said
    ],
)
def test_what_is_noted_is_the_first_choice_if_the_cadence_bears_it_out(tmp_path, captured_hz, said, expected):
    clip = noted(tmp_path / "clip.mp4", 30, {CAPTURED_HZ: captured_hz})
    found = _with_what_the_file_says(ASKED, read_header(clip), Answers(slow_motion=said))
    assert found.choices.slow_motion == expected
    assert ("The file says" in str(found.advice)) == (captured_hz != "240")
