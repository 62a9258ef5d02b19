"""What the page says of a clip before it is sent."""

from __future__ import annotations

import pytest

from pages.components import upload
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


HUGE = 10**400


@pytest.mark.parametrize(
    ("told", "span_s"),
    [
        (
            {
                "bytes": 5,
                "span": [HUGE, 1],
                "slower": HUGE,
                "look": {"hz": HUGE, "size": [HUGE, 1080], "seconds": HUGE},
            },
            None,
        ),
        ({"bytes": 5, "span": [float("nan"), 1]}, None),
        ({"bytes": 5, "span": [True, 1]}, None),
        ({"bytes": 5, "span": [1, 2, 3]}, None),
        ({"bytes": 5, "span": {"0": 1}}, None),
        ({"bytes": 5, "span": [-1, 2.5]}, (-1.0, 2.5)),
    ],
)
def test_no_number_of_a_browser_breaks_the_page(monkeypatch, told, span_s):
    monkeypatch.setattr(upload, "_show", lambda _: type("Shown", (), {"clip": told}))
    chosen = upload.choose()
    assert (chosen.span_s, chosen.slow_motion) == (span_s, None)
    assert list(remarks(chosen.look)) == []
