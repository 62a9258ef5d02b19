"""The page of the check by hand: what it shows, and what it takes from a browser."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from PIL import Image

from core import knowledge
from core.errors import NoSpace
from core.i18n.message import message
from core.model.hand_check import ByHand, HandFrames, HandMoment, Marks
from core.model.measures import Measured, Missing
from core.model.media import hand_sheet
from core.model.report import Answers
from core.report.csv import strides_csv
from core.storage import claims, hand_checks
from core.storage.share_links import Shares
from core.storage.task import key_of
from pages.components import hand_check
from pages.components.session import KEY
from tests import builders
from tests.jobs import finished
from tests.pages.conftest import text_of
from view.text import by_hand

MOMENTS = (HandMoment(stride=1, phase="toe_off", frames_s=(1.0, 1.1, 1.2)),)
REPORT = builders.report(hand_frames=HandFrames(roll_deg=0.0, stretch=1.0, moments=MOMENTS))
POINTS = {"hip": (240.0, 200.0), "knee": (200.0, 300.0)}
MARKS = {"stride": 1, "phase": "toe_off", "shift": 0, "points": POINTS}
BY_HAND = ByHand(marked_on="2026-11-20T12:00:00+00:00", marks=(Marks(**MARKS),), measures={})


@pytest.fixture
def result(store):
    token = store.add(Answers(effort="easy"))
    task = claims.claim(store, key_of(token))
    Image.new("RGB", (1440, 640)).save(task.media / hand_sheet(1, "toe_off"))
    claims.finish(store, task.key, REPORT)
    return token


def test_a_result_without_frames_says_so_and_has_no_link(visit, store):
    token = finished(store, builders.report())
    at = visit("pages/hand_check.py", **{KEY: token})
    assert at.info[0].proto.title == "This result has no frames to mark."
    assert "Check by hand" not in labels(visit("pages/results.py", **{KEY: token}))


def labels(at):
    return [link.proto.label for link in at.get("page_link")]


def test_kept_marks_are_shown_next_to_ours_and_can_be_removed(visit, store, result):
    assert "Check by hand" in labels(visit("pages/results.py", **{KEY: result}))
    at = visit("pages/hand_check.py", **{KEY: result})
    assert "15.8°" in text_of(at)
    assert "21.8°" not in text_of(at)
    assert [button.key for button in at.button if (button.key or "").startswith("hand-")] == []
    hand_checks.keep(store, result, BY_HAND)
    at = visit("pages/hand_check.py", **{KEY: result})
    assert "21.8°" in text_of(at)
    at.button(key="hand-remove").click().run()
    assert store.job(result).report == REPORT


@pytest.mark.parametrize(
    "said",
    [
        [MARKS, MARKS],
        [MARKS | {"stride": 2}],
        [MARKS | {"phase": "mid_stance"}],
        [MARKS | {"points": {"hip": [1e9, 0]}}],
        [MARKS | {"points": {"<b>": [1, 1]}}],
        [MARKS | {"points": {"hip": [1]}}],
        "marks",
        7,
    ],
)
def test_marks_that_no_page_of_ours_sends_count_as_none(said):
    assert hand_check.read_marks([MARKS], MOMENTS) == BY_HAND.marks
    assert hand_check.read_marks(said, MOMENTS) == ()


def test_two_measures_agree_within_the_errors_of_both():
    hand = Measured(value=20.0, unit="deg", plus_minus=4.0)
    for away, words in ((4.9, "agree within"), (5.1, "differ by more")):
        for value in (20.0 + away, 20.0 - away):
            assert words in by_hand.agreement(hand, Measured(value=value, unit="deg", plus_minus=3.0))
    assert by_hand.agreement(hand, Missing("deg", message("Hidden."))) == "By hand alone."


def test_the_table_names_what_is_not_marked_and_what_we_could_not_tell():
    missing = builders.report(measures=builders.measures() | {"trunk_lean": Missing("deg", message("Hidden."))})
    table = by_hand.table(missing, BY_HAND, knowledge.load())
    assert table.count("not marked yet") == 4
    assert table.count("not told") == 1


def test_marks_for_a_result_that_was_deleted_meanwhile_are_lost_in_words(visit, store, result):
    hand_checks.keep(store, result, BY_HAND)
    at = visit("pages/hand_check.py", **{KEY: result})
    store.delete(result)
    at.button(key="hand-remove").click().run()
    assert not at.exception
    assert "Nothing here" in text_of(at)


def test_marks_that_find_no_room_on_the_disk_are_refused_in_words(visit, store, result, monkeypatch):
    hand_checks.keep(store, result, BY_HAND)
    at = visit("pages/hand_check.py", **{KEY: result})

    def full(*_):
        raise NoSpace(message("The disk is full."), message("Come back later."))

    monkeypatch.setattr(hand_checks, "keep", full)
    at.run()
    at.button(key="hand-remove").click().run()
    assert not at.exception
    assert "The disk is full." in [one.proto.title for one in at.warning]


def test_what_was_marked_is_shown_as_marked_by_hand(visit, store, result):
    marks = replace(
        BY_HAND, measures={"trunk_lean": Measured(value=21.8, unit="deg", plus_minus=4.0, per_stride=(21.8,))}
    )
    hand_checks.keep(store, result, marks)
    at = visit("pages/results.py", **{KEY: result})
    assert "By hand: 21.8° ± 4.0°" in text_of(at)
    shared = visit("pages/shared.py", share=Shares(store.engine, store.clock).make(result, life=None).token)
    assert "By hand" not in text_of(shared)
    report = store.job(result).report
    (row,) = [row for row in csv.DictReader(io.StringIO(strides_csv(report))) if row["read_by"] == "hand"]
    assert (row["figure"], row["value"], row["mean"], row["plus_minus"]) == ("trunk_lean", "21.8", "21.8", "4.0")
