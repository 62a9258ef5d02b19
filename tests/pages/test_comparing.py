"""The four ways to compare: with their example and the way to a second clip, and with results."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.model.report import OtherLeg
from pages.components import comparing, session
from pages.components.session import KEY
from tests import builders
from tests.jobs import finished
from tests.pages.conftest import text_of
from view.text import comparison_rows, examples

REPORT = builders.report()


def moved(key, by, **changes):
    measure = REPORT.measures[key]
    shifted = replace(measure, value=measure.value + by, per_stride=tuple(value + by for value in measure.per_stride))
    return builders.report(measures={**REPORT.measures, key: shifted}, **changes)


@pytest.mark.parametrize("view", comparing.VIEWS)
def test_a_view_without_a_second_result_has_an_example_and_the_way_to_one(visit, store, view):
    at = visit("pages/compare.py", **{KEY: finished(store, REPORT), "view": view})
    text = text_of(at)
    assert "An example" in text
    assert "made-up numbers" in text
    assert "Film and check another clip" in text
    assert at.text_input(key="pasted")
    assert "counts from" in text


def test_two_clips_of_one_session_are_both_legs(visit, store):
    right, left = finished(store, REPORT), finished(store, moved("knee_flexion_stance", 9.0, near_side="left"))
    text = text_of(visit("pages/compare.py", **{KEY: right, "with": left, "view": "legs"}))
    assert "1 of 16 figures differs between your legs" in text
    assert "right leg straighter" in text
    assert "Left 52.5° ± 3.1°  \nRight 43.5° ± 3.1°" in text
    assert "different legs" not in text
    assert "An example" not in text


def test_two_clips_of_the_same_leg_are_not(visit, store):
    one, other = finished(store, REPORT), finished(store, REPORT)
    at = visit("pages/compare.py", **{KEY: one, "with": other, "view": "legs"})
    assert at.warning[0].proto.title == "Both clips show the same leg."
    assert "An example" in text_of(at)


def test_a_clip_of_both_ways_shows_both_legs_on_its_own_page(visit, store):
    left = moved("knee_flexion_stance", 9.0).measures
    both = finished(store, replace(REPORT, other_leg=OtherLeg(near_side="left", measures=left)))
    assert comparison_rows.APART in text_of(visit("pages/results.py", **{KEY: both}))
    assert comparison_rows.APART in text_of(visit("pages/compare.py", **{KEY: both, "view": "legs"}))
    assert comparison_rows.APART not in text_of(visit("pages/results.py", **{KEY: finished(store, REPORT)}))


def test_several_results_are_a_trend_to_which_more_can_be_added(visit, store):
    tokens = [
        finished(store, moved("leg_extension", 1.1 * month, made_on=f"2026-0{month + 1}-01T12:00:00+00:00"))
        for month in range(4)
    ]
    other = finished(store, replace(REPORT, near_side="left"))
    at = visit("pages/compare.py", **{KEY: tokens[0], "with": [*tokens[1:3], other], "view": "trend"})
    assert "1 result shows the other leg" in text_of(at)
    at.text_input(key="pasted").input(f"https://run.example/results?job={tokens[3]}").run()
    assert not at.exception
    text = text_of(at)
    assert "1 of 23 figures changed over 4 results" in text
    assert "**3.3°, further behind**" in text
    assert any("01 Jan 2026: 17.4° ± 1.9°; 01 Feb 2026: 18.5°" in html.proto.body for html in at.get("html"))
    assert at.query_params["with"] == [*tokens[1:3], other, tokens[3]]
    # Without the same set-up, errors count in full.
    at.checkbox(key="same-set-up").uncheck().run()
    assert "**3.3°, further behind**" in text_of(at)
    assert "counts from 2.6°" in text_of(at)


def test_fresh_and_tired_are_told_apart_by_their_times_or_by_the_runner(visit, store):
    fresh = finished(store, REPORT)
    tired = finished(store, moved("contact_time", 40.0, made_on="2026-11-20T13:00:00+00:00"))
    at = visit("pages/compare.py", **{KEY: tired, "with": fresh, "view": "tired"})
    text = text_of(at)
    assert "1 of 5 figures changed from fresh to tired" in text
    assert "40 ms, longer on the ground" in text
    assert "13.1 %" in text
    at.checkbox(key="tired-first").check().run()
    assert "40 ms, quicker off the ground" in text_of(at)


def test_no_example_is_from_the_future():
    sample = session.sample()
    assert datetime.fromisoformat(sample.made_on) < datetime.now(UTC)
    made = [
        *examples.weeks_later(sample),
        *examples.both_sides(sample),
        *examples.over_months(sample),
        *examples.fresh_and_tired(sample),
    ]
    assert max(report.made_on for report in made) == sample.made_on
    first, second = examples.weeks_later(sample)
    assert datetime.fromisoformat(second.made_on) - datetime.fromisoformat(first.made_on) == timedelta(days=42)
    assert first.measures == sample.measures
    days = [report.made_on for report in examples.over_months(sample)]
    assert days == sorted(days)
