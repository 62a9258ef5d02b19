"""What a clip asks its runner, as the visitor meets it."""

from __future__ import annotations

import pytest
from PIL import Image

from core.errors import Choices, Refused
from core.i18n.message import message
from core.model.media import STILL
from core.model.report import Answers
from core.storage import claims, questions
from core.storage.store import key_of
from pages.components.session import KEY
from tests.pages.conftest import text_of

SLOW = Refused(
    "true_speed",
    message("This clip shows 43 steps a minute."),
    message("Say how slow it is."),
    Choices(slow_motion=(4.0, 5.0)),
)
BOXES = ((0.6, 0.1, 0.9, 0.9), (-0.3, 0.2, 0.1, 0.8))
WHO = Refused("one_runner", message("Two people run."), message("Film one alone."), Choices(runners=BOXES, time_s=1.5))


def asking(store, refused, **answers):
    clip = store.clips / "upload-1"
    clip.write_bytes(b"a clip")
    token = store.add(Answers(effort="5k", **answers), clip=clip)
    task = claims.claim(store, key_of(token))
    if refused is WHO:
        Image.new("RGB", (64, 48)).save(task.media / STILL)
    claims.ask(store, task.key, refused)
    return token


def press(at, key):
    at.button(key=key).click().run()
    assert not at.exception


def test_one_tap_tells_how_slow_the_clip_plays(visit, store):
    token = asking(store, SLOW)
    at = visit("pages/check.py", **{KEY: token})
    assert at.title[0].value == "Is this in slow motion?"
    assert [button.label for button in at.button] == [
        "Yes, 4 times slower", "Yes, 5 times", "No, it plays as fast as I ran",
    ]  # fmt: skip
    assert "for an hour at most" in text_of(at)
    press(at, "ask-4")
    assert at.title[0].value == "Measuring your run"
    job = store.job(token)
    assert (job.state, job.answers) == ("waiting", Answers(effort="5k", slow_motion=4.0))


def test_what_was_said_of_the_speed_before_counts(visit, store):
    at = visit("pages/check.py", **{KEY: asking(store, SLOW, slow_motion=7.0)})
    assert at.button[0].label == "Yes, 28 times slower"
    assert "ask-35" not in [button.key for button in at.button]


@pytest.mark.parametrize("refused", [SLOW, WHO], ids=lambda refused: refused.key)
def test_a_no_ends_in_the_refusal_and_the_clip_is_gone(visit, store, refused):
    token = asking(store, refused)
    at = visit("pages/check.py", **{KEY: token})
    press(at, "ask-no")
    assert at.title[0].value == "This clip will not do"
    assert at.warning[0].proto.title == str(refused.what)
    assert list(store.clips.iterdir()) == []
    assert store.job(token).state == "refused"


@pytest.mark.parametrize(("place", "point"), [(0, (0.0, 0.5, 1.5)), (1, (0.75, 0.5, 1.5))])
def test_one_tap_tells_who_is_meant_counted_from_the_left(visit, store, place, point):
    token = asking(store, WHO)
    at = visit("pages/check.py", **{KEY: token})
    assert at.title[0].value == "Which one are you?"
    press(at, f"ask-who-{place}")
    assert at.title[0].value == "Measuring your run"
    assert store.job(token).answers.runner_at == pytest.approx(point)


def test_a_tap_that_comes_too_late_shows_what_became_of_the_clip(visit, store):
    token = asking(store, SLOW)
    at = visit("pages/check.py", **{KEY: token})
    questions.decline(store, token)
    press(at, "ask-4")
    assert at.title[0].value == "This clip will not do"


def test_a_result_that_asks_is_on_the_check_page(visit, store):
    at = visit("pages/results.py", **{KEY: asking(store, SLOW)})
    assert at.title[0].value == "Is this in slow motion?"
