"""What the page says of a clip before it is sent."""

from __future__ import annotations

import pytest

from pages.components.upload.first_look import FirstLook, remarks


def said(slow_motion=1.0, **look):
    return [str(what) for what, _ in remarks(FirstLook(**look), slow_motion)]


def test_a_good_clip_needs_no_remark():
    assert said(fps_hz=60.0, lines=1080.0, light=90.0, seconds=10.0) == []
    assert said() == []  # a browser that cannot tell


@pytest.mark.parametrize(
    ("look", "word"),
    [
        ({"fps_hz": 30.0}, "30 frames per second"),
        ({"lines": 360.0}, "360 lines"),
        ({"light": 12.0}, "dark"),
        ({"seconds": 4.0}, "4 seconds"),
    ],
)
def test_each_weakness_is_named(look, word):
    (what,) = said(**look)
    assert word in what


def test_slow_motion_counts_in_true_time():
    assert said(4.0, fps_hz=30.0, seconds=40.0) == []
    assert len(said(4.0, fps_hz=30.0, seconds=10.0)) == 1


@pytest.mark.parametrize(
    "told", [None, 5, {}, {"hz": "60", "size": "x", "light": None}, {"hz": float("nan"), "size": [None, True]}]
)
def test_what_a_browser_tells_wrongly_is_left_out(told):
    found = FirstLook.told(told)
    assert (found.fps_hz, found.light, found.seconds) == (None, None, None)


def test_what_a_browser_tells_is_taken():
    look = {"hz": 59.94, "size": [1080, 1920], "light": 80, "seconds": 10.2}
    assert FirstLook.told(look) == FirstLook(fps_hz=59.94, lines=1080.0, light=80.0, seconds=10.2)
