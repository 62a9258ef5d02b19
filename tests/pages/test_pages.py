"""Every page, as a visitor meets it: without a job, with one in each state, and behind a wrong link."""

from __future__ import annotations

import errno
import json
from dataclasses import replace

import pytest
import streamlit as st

from core import knowledge
from core.errors import NotFound, Refused
from core.gait.scale import pace_words
from core.i18n.message import message
from core.model.measures import Measured, Missing
from core.model.messages import message_to_plain
from core.model.progress import Progress
from core.model.report import Answers
from core.storage import claims
from core.storage.corrections import correct_report
from core.storage.store import Store, key_of
from pages.components import redirect
from pages.components.session import KEY
from tests import builders
from tests.pages.conftest import text_of
from view.site import WELLNESS

PAGES = {
    "home.py": "See how you run",
    "pages/record.py": "How to film",
    "pages/check.py": "Check your running",
    "pages/clips.py": "Check several clips",
    "pages/results.py": "Your result",
    "pages/explain.py": "Why it matters",
    "pages/strength.py": "Home tests",
    "pages/plan.py": "Your plan",
    "pages/about.py": "About",
}


def add_job(store, state, report=None, *, cadence_spm=None):
    token = store.add(Answers(effort="easy"))
    if state == "waiting":
        return token
    task = claims.claim(store, key_of(token))
    if state == "running":
        claims.set_progress(store, task.key, Progress("reading", 132, 426, cadence_spm))
    elif state == "refused":
        claims.refuse(
            store,
            task.key,
            Refused("whole_body", message("Your feet leave the picture."), message("Step back two metres.")),
        )
    else:
        claims.finish(store, task.key, report or builders.report())
    return token


@pytest.mark.parametrize(("page", "title"), PAGES.items())
def test_opens_without_a_job(visit, page, title):
    at = visit(page)
    assert [element.value for element in at.title] == [title]
    assert WELLNESS in text_of(at)


@pytest.mark.parametrize("page", ["pages/check.py", "pages/results.py", "pages/explain.py"])
def test_a_wrong_link_says_so_and_shows_the_way_on(visit, page):
    at = visit(page, **{KEY: "no-such-token"})
    assert at.warning[0].proto.title == "There is no report behind this link."
    assert KEY not in at.query_params
    assert "Check a new clip" in [button.label for button in at.button]


def test_home_offers_to_continue_only_where_there_is_a_job(visit, store):
    assert "Continue" not in str([link.proto.label for link in visit().get("page_link")])
    token = add_job(store, "running")
    assert "Continue where I was" in [link.proto.label for link in visit(**{KEY: token}).get("page_link")]


def test_home_shows_the_sample_where_it_was_made(visit, tmp_path, monkeypatch):
    from pages.components import session

    (tmp_path / "demo_report.json").write_text(builders.report().to_json())
    monkeypatch.setattr(session, "ASSETS", tmp_path)
    session.sample.clear()
    at = visit()
    session.sample.clear()
    assert [metric.value for metric in at.metric][:2] == ["3.1°", "17.4°"]
    assert "A sample result" in text_of(at)


def test_check_asks_for_a_clip_and_for_consent(visit, store):
    at = visit("pages/check.py")
    at.button[0].click().run()
    assert at.warning[0].proto.title == "There is no clip yet."
    at.file_uploader[0].upload("run.mov", b"clip", "video/quicktime").run()
    at.button[0].click().run()
    assert at.warning[0].proto.title == "We need your agreement."


def test_check_hands_in_the_clip_with_its_answers(visit, store):
    at = visit("pages/check.py")
    at.file_uploader[0].upload("run.mov", b"a clip", "video/quicktime").run()
    at.checkbox(key="consent").check().run()
    at.checkbox(key="keep-video").check().run()
    at.button[0].click().run()
    assert not at.exception
    token = at.query_params[KEY]
    job = store.job(token[0] if isinstance(token, list) else token)
    assert job.state == "waiting"
    assert claims.claim(store, key_of(job.token)).keep_video
    assert job.answers.pace_s_per_km is None, "the page asks no pace before the clip"
    assert job.answers.effort == "easy"
    assert at.title[0].value == "Measuring your run"


def test_a_measured_pace_is_corrected_on_the_result(visit, store):
    speed = Measured(value=11.0, unit="km/h", plus_minus=0.5)
    speed = replace(speed, word=pace_words(speed))
    usual = builders.report(answers=Answers(effort="easy"))
    token = add_job(store, "done", replace(usual, measures=usual.measures | {"speed": speed}))
    at = visit("pages/results.py", **{KEY: token})
    assert "We measured 5:15 to 5:45 per km. Not right?" in [expander.label for expander in at.expander]
    at.text_input(key="pace-text").input("fast")
    at.button(key="pace-use").click().run()
    assert "cannot be read" in at.warning[0].proto.title
    at.text_input(key="pace-text").input("8:40")
    at.button_group(key="pace-per").set_value("mile")
    at.button(key="pace-use").click().run()
    assert not at.exception
    assert "The clip alone shows 5:15 to 5:45 per km." in text_of(at)
    assert store.job(token).report.answers.pace_s_per_km == pytest.approx(520 / 1.609344)
    assert "You gave 5:23 per km. Change it?" in [expander.label for expander in at.expander]
    assert "come from your pace and a usual leg length" in text_of(at)
    at.text_input(key="pace-text").input("3:20")
    at.button_group(key="pace-per").set_value("km")
    at.button(key="pace-use").click().run()
    assert "Your pace gives the step length only" in text_of(at)
    at.button(key="pace-clip").click().run()
    assert store.job(token).report.answers.pace_s_per_km is None


def test_a_height_is_given_changed_and_taken_back_on_the_result(visit, store):
    usual = builders.report(answers=Answers(effort="easy"))
    token = add_job(store, "done", usual)
    at = visit("pages/results.py", **{KEY: token})
    assert "Add your height" in [expander.label for expander in at.expander]
    at.number_input(key="height-cm").set_value(190.0)
    at.button(key="height-use").click().run()
    assert not at.exception
    measures = store.job(token).report.measures
    for key in ("speed", "step_length", "vertical_oscillation", "froude_number"):
        assert measures[key].value == pytest.approx(usual.measures[key].value * 0.491 * 1.90 / 0.87, rel=0.01), key
    assert measures["relative_speed"] == usual.measures["relative_speed"]
    assert "Your height is 190 cm. Change it?" in [expander.label for expander in at.expander]
    assert "Pace, centimetres and metres come from your height." in text_of(at)
    at.button(key="height-none").click().run()
    assert store.job(token).report.answers.height_cm is None
    assert store.job(token).report.measures["speed"].value == pytest.approx(usual.measures["speed"].value)


def test_the_pace_of_a_deleted_result_cannot_be_corrected(store):
    token = add_job(store, "done")
    store.delete(token)
    with pytest.raises(NotFound):
        correct_report(store, token, lambda report: report)


def test_check_shows_real_progress(visit, store):
    at = visit("pages/check.py", **{KEY: add_job(store, "running")})
    bar = at.get("progress")[0].proto
    assert bar.text == "Finding you in the clip: 132 of 426 frames"
    assert bar.value == 100 * 132 // 426


def test_check_tells_the_cadence_as_soon_as_it_stands(visit, store):
    early = visit("pages/check.py", **{KEY: add_job(store, "running")})
    later = visit("pages/check.py", **{KEY: add_job(store, "running", cadence_spm=168.4)})
    assert "Cadence so far" not in text_of(early)
    assert "Cadence so far: 168 steps a minute" in text_of(later)
    # Its line is kept for it.
    assert len(early.markdown) == len(later.markdown)


def test_check_shows_the_place_in_the_queue(visit, store):
    add_job(store, "waiting")
    at = visit("pages/check.py", **{KEY: add_job(store, "waiting")})
    assert at.get("progress")[0].proto.text == "In the queue: 1 before you."


def test_check_shows_a_refusal_by_name_and_lets_one_try_again(visit, store):
    at = visit("pages/check.py", **{KEY: add_job(store, "refused")})
    assert at.title[0].value == "This clip will not do"
    assert at.warning[0].proto.title == "Your feet leave the picture."
    assert at.warning[0].value == "Step back two metres."
    at.button[0].click().run()
    assert at.title[0].value == "Check your running"


def test_check_goes_on_to_a_finished_result(visit, store):
    token = add_job(store, "done")
    assert visit("pages/check.py", **{KEY: token}).title[0].value == "Your run"


def test_the_page_that_goes_on_comes_to_its_end(visit, store, monkeypatch):
    """Stopped, Streamlit would keep what it draws again each second, and draw it once more into the page that follows."""
    gone, stopped = [], []
    monkeypatch.setattr(redirect, "_ONWARD", lambda *, key, data: gone.append(data["address"]))
    monkeypatch.setattr(st, "stop", lambda: stopped.append(True))
    token = add_job(store, "done")
    visit("pages/check.py", **{KEY: token})
    assert gone == [f"results?job={token}"]
    assert stopped == []


@pytest.mark.parametrize(("state", "title"), [("running", "Measuring your run"), ("refused", "This clip will not do")])
def test_results_of_an_unfinished_job_are_on_the_check_page(visit, store, state, title):
    assert visit("pages/results.py", **{KEY: add_job(store, state)}).title[0].value == title


def test_results_show_every_figure_with_its_error_or_its_reason(visit, store):
    at = visit("pages/results.py", **{KEY: add_job(store, "done")})
    text, report = text_of(at), builders.report()
    assert [metric.value for metric in at.metric][:2] == ["3.1°", "17.4°"]
    assert WELLNESS in text
    assert "± 1.2°" in text
    assert "166 steps/min" in text
    for key, measure in report.measures.items():
        assert knowledge.load().measures[key].name in text
        assert isinstance(measure, Measured) or str(measure.missing_because) in text
    assert "It could not be told whether the phone stood level." in [w.proto.title for w in at.warning]
    assert "60 frames/s" in text
    assert "8 strides" in text


def test_results_say_the_verdict_in_words_and_what_follows(visit, store):
    at = visit("pages/results.py", **{KEY: add_job(store, "done")})
    text = text_of(at)
    assert "Below the coach's mark" in text
    assert "Too close to call" in text
    known = knowledge.load()
    for link in known.links_of("trunk_lean", "below").muscles:
        assert link.because in text
    for link in known.links_of("trunk_lean", "below").drills:
        assert known.drills[link.key].dose.says in text


def test_results_live_without_headline_figures(visit, store):
    measures = {key: Missing(m.unit, message("The hip was hidden.")) for key, m in builders.measures().items()}
    report = builders.report(measures=measures, findings=(), key_frames=())
    text = text_of(visit("pages/results.py", **{KEY: add_job(store, "done", report)}))
    assert "This clip could not tell. The hip was hidden." in text
    assert "This clip told too little to say." in text


def test_delete_really_deletes_and_goes_home(visit, store):
    token = add_job(store, "done")
    at = visit("pages/results.py", **{KEY: token})
    assert store.job(token).report is not None
    next(button for button in at.button if button.label == "Yes, delete it all").click().run()
    with pytest.raises(NotFound):
        store.job(token)
    assert not at.exception
    assert at.title[0].value == "See how you run"
    assert KEY not in at.query_params


def test_a_result_that_cannot_be_deleted_says_why(visit, store, monkeypatch):
    token = add_job(store, "done")
    at = visit("pages/results.py", **{KEY: token})

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Store, "remove_files", full)
    next(button for button in at.button if button.label == "Yes, delete it all").click().run()
    assert not at.exception
    assert "The server has no room left to store anything." in text_of(at)
    assert store.job(token).report is not None


def test_explain_lights_a_muscle_that_the_result_asks_of(visit, store):
    known = knowledge.load()
    plain, mine = visit("pages/explain.py"), visit("pages/explain.py", **{KEY: add_job(store, "done")})
    link = known.links_of("trunk_lean", "below").muscles[0]
    assert "1. Soleus" in text_of(plain)
    assert link.because not in text_of(plain)
    muscle = known.muscles[link.key]
    assert f"{muscle.rank}. {muscle.name}" in text_of(mine)
    assert link.because in text_of(mine)


def test_about_shows_measured_accuracy_only_where_there_is_any(visit, tmp_path, monkeypatch):
    from pages.components import frame

    monkeypatch.setattr(frame, "ASSETS", tmp_path / "assets")
    for name in ("icon.svg", "logo.svg"):
        (tmp_path / "assets").mkdir(exist_ok=True)
        (tmp_path / "assets" / name).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    at = visit("pages/about.py")
    assert at.info[0].proto.title == "Its accuracy has not been measured yet."
    results = tmp_path / "benchmarks" / "results"
    results.mkdir(parents=True)
    said, name, error = (message_to_plain(message(text)) for text in ("Against a lab.", "Lean", "1.9°"))
    kept = {"says": said, "rows": [{"Figure": name, "Typical error": error}]}
    (results / "accuracy.json").write_text(json.dumps(kept))
    at = visit("pages/about.py")
    assert not at.info
    assert len(at.table) == 1


# --- the answer first ------------------------------------------------------------------------------------------------


def test_a_result_begins_with_its_answer_in_three_lines(visit, store):
    at = visit("pages/results.py", **{KEY: add_job(store, "done")})
    lines = [element.value for element in at.markdown]
    places = [
        next(n for n, line in enumerate(lines) if word in line)
        for word in (":material/check_circle:", "exercise:", ":material/help:")
    ]
    assert places == sorted(places)
    assert all(len(lines[place].split()) < 45 for place in places)
    first_number = next(n for n, line in enumerate(lines) if "over" in line and "strides" in line)
    assert places[-1] < first_number, "before the headline cards"


def test_share_and_save_are_one_sheet(visit, store):
    at = visit("pages/results.py", **{KEY: add_job(store, "done")})
    assert [block.proto.popover.label for block in at.main if block.type == "popover"] in ([], ["Share and save"])
    assert [element.value for element in at.subheader].count("Share it") == 1
