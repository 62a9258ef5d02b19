"""The page for many clips: what is sent when, and the table that fills up; and the sheet to print."""

from __future__ import annotations

import csv
import io
import logging

import pypdf
import pytest
import streamlit as st
from PIL import Image

from core import knowledge
from core.errors import Choices, Refused
from core.i18n.message import message
from core.i18n.translate import LANGUAGES, speaking
from core.jobs import uploads
from core.jobs.submission import QueueFull
from core.model.measures import Measured, Missing
from core.report.csv import Outcome, clips_csv
from core.storage import claims
from core.storage.store import key_of
from pages.components import many_jobs, roster, session
from pages.components.roster import Waiting
from tests import builders
from tests.pages.conftest import text_of
from tests.pages.test_pages import add_job
from view.export.sheet import ORDER, sheet
from view.site import WELLNESS
from view.text import clips_table, wording

KNOWN = knowledge.load()


@pytest.fixture
def chosen(monkeypatch):
    """Three clips that the visitor has chosen, the second in slow motion; and whose clips the page sends."""
    clips = [Waiting(slot=n, name=f"run {n}", n_bytes=100 + n, slow_motion=4.0 if n == 1 else None) for n in range(3)]
    sent = []
    monkeypatch.setattr(roster, "choose", lambda: list(clips))
    monkeypatch.setattr(roster, "rest", lambda: clips[1:])
    monkeypatch.setattr(roster, "sending", lambda job, slot: sent.append((job.token, slot)))
    return sent


def started(visit):
    at = visit("pages/clips.py")
    at.text_input(key="name-1-101").set_value("<b>Ben</b>")
    at.checkbox(key="consent").check()
    return pressed(at, "Check 3 clips")


def pressed(at, label):
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def arrive(store, token):
    """Let a clip arrive whole."""
    upload = uploads.find(store, key_of(token))
    upload.clip.write_bytes(bytes(upload.n_bytes))
    uploads.end(store, upload.key)


def parts(at):
    found = at.query_params["clip"]
    return [text.split("~") for text in ([found] if isinstance(found, str) else found)]


def test_without_a_clip_or_consent_nothing_is_sent(visit, chosen, monkeypatch):
    at = pressed(visit("pages/clips.py"), "Check 3 clips")
    assert "We need your agreement." in [one.title for one in at.get("alert")] or "agree" in text_of(at)
    monkeypatch.setattr(roster, "choose", list)
    at = pressed(visit("pages/clips.py"), "Check the clips")
    assert "There is no clip yet." in text_of(at)
    assert chosen == []


def test_clips_are_sent_one_after_the_other_under_their_names(visit, store, chosen):
    at = started(visit)
    ((first, name),) = parts(at)
    assert name == "run 0"
    assert chosen[-1] == (first, 0)
    assert "2 more clips wait in this browser." in text_of(at)
    arrive(store, first)
    at.run()
    (_first, _name), (second, name) = parts(at)
    assert name == "<b>Ben</b>"
    assert chosen[-1] == (second, 1)
    assert store.job(second).answers.slow_motion == 4.0
    assert store.job(first).answers.slow_motion == 1.0
    assert "&lt;b&gt;Ben" in "".join(html.proto.body for html in at.get("html"))


def test_no_more_wait_than_the_queue_takes_of_one_visitor(visit, store, chosen, monkeypatch):
    monkeypatch.setenv("STRIDE_QUEUE_OF_ONE", "1")
    at = started(visit)
    arrive(store, parts(at)[0][0])
    at.run()
    assert len(parts(at)) == 1
    claims.finish(store, claims.claim(store, key_of(parts(at)[0][0])).key, builders.report())
    at.run()
    assert len(parts(at)) == 2


def test_a_slow_browser_with_the_address_of_before_loses_no_clip(visit, store, chosen):
    at = started(visit)
    before = at.query_params["clip"]
    arrive(store, parts(at)[0][0])
    at.run()
    both = at.query_params["clip"]
    at.query_params["clip"] = before  # it asked before it had the address with the second clip
    at.run()
    assert at.query_params["clip"] == both
    assert chosen[-1] == (parts(at)[1][0], 1)
    pressed(at, "Check other clips")
    assert "clip" not in at.query_params


def test_if_others_of_this_visitor_fill_the_queue_the_page_waits_and_does_not_draw_itself_over_and_over(
    visit, store, chosen, monkeypatch
):
    drawn = []
    monkeypatch.setattr(roster, "sending", lambda job, slot: None)
    monkeypatch.setattr(uploads, "begin", lambda *_args, **_how: drawn.append(1) or full())
    at = started(visit)
    assert "3 more clips wait in this browser." in text_of(at)
    assert len(drawn) < 4


def full():
    raise QueueFull(message("full"), message("later"))


def test_a_clip_that_asks_is_watched_until_it_is_answered(visit, store, monkeypatch):
    watched, fragment = [], st.fragment
    monkeypatch.setattr(st, "fragment", lambda draw, run_every: watched.append(run_every) or fragment(draw))
    at = visit("pages/clips.py", clip=[f"{add_job(store, 'done')}~Ann", f"{asking(store)}~Bo"])
    assert "1 of 2 clips are done." in [bar.proto.text for bar in at.get("progress")]
    assert watched == [2.0]


def asking(store):
    """Add a job that has a question to its owner."""
    token = add_job(store, "running")
    claims.ask(
        store,
        key_of(token),
        Refused("true_speed", message("It is slow."), message("Choose."), Choices(slow_motion=(2.0,))),
    )
    return token


def test_a_clip_that_is_gone_is_looked_up_once(visit, store, monkeypatch):
    asked = []
    look_up = session.look_up
    monkeypatch.setattr(session, "look_up", lambda token: asked.append(token) or look_up(token))
    at = visit("pages/clips.py", clip=["x" * 43 + "~Di", f"{add_job(store, 'running')}~Cy"])
    at.run()
    assert asked.count("x" * 43) == 1
    assert "132 of 426 frames" in "".join(html.proto.body for html in at.get("html"))


def test_the_table_has_a_line_for_each_with_its_link_or_its_remedy(visit, store):
    done, refused, moving = (add_job(store, state) for state in ("done", "refused", "running"))
    at = visit("pages/clips.py", clip=[f"{done}~Ann", f"{refused}~Bo", f"{moving}~Cy", "x" * 43 + "~Di"])
    html = "".join(html.proto.body for html in at.get("html"))
    assert f'href="results?job={done}" target="_self">Ann</a>' in html
    assert "Your feet leave the picture. Step back two metres." in html
    assert f'href="check?job={refused}"' in html
    assert "132 of 426 frames" in html
    assert "This result is no longer here." in html
    assert wording.value(builders.measures()["trunk_lean"]) in html
    assert "3 of 4 clips are done." in [bar.proto.text for bar in at.get("progress")]


def test_after_a_reload_the_rest_can_still_be_sent(visit, store, chosen):
    first = add_job(store, "done")
    at = pressed(visit("pages/clips.py", clip=[f"{first}~Ann"]), "Send the other clips")
    assert [name for _token, name in parts(at)] == ["Ann", "run 1"]
    assert store.job(parts(at)[1][0]).answers.effort == "easy"


def test_what_a_browser_says_is_checked():
    assert roster._told(None) == []
    good = {"slot": 3, "name": "n" * 99, "bytes": 5, "slower": 4}
    (found,) = roster._told(
        type("Shown", (), {"clips": [good, {"slot": 99}, 7, {"slot": "1", "name": 2, "bytes": None}]})
    )
    assert (found.slot, len(found.name), found.slow_motion) == (3, roster.LONGEST_NAME, 4.0)


# --- the table of all clips ------------------------------------------------------------------------------------------------


def test_the_csv_has_every_figure_of_every_clip():
    report = builders.report()
    outcomes = [
        Outcome(name="=cmd()", report=report),
        Outcome(name="Bo", what="No feet.", advice="Step back."),
        Outcome(
            name="Cy",
            report=builders.report(measures={"overstride": Measured(value=7.1, unit="cm", plus_minus=0.5)}),
        ),
    ]
    one, two, three = csv.DictReader(io.StringIO(clips_csv(outcomes)))
    assert (one["clip"], two["refused"], two["remedy"]) == ("'=cmd()", "No feet.", "Step back.")
    assert (one["trunk_lean_deg"], one["trunk_lean_deg_plus_minus"], two["trunk_lean_deg"]) == ("3.1", "1.2", "")
    assert (one["overstride_ratio"], three["overstride_cm"], three["trunk_lean_deg"]) == (
        "0.23",
        "7.1",
        "",
    )
    units = {"%": "percent", "km/h": "kmh", "m/s": "mps"}
    for key, measure in report.measures.items():
        column = f"{key}_{units.get(measure.unit, measure.unit)}"
        assert (column in one) is isinstance(measure, Measured), column


def test_a_clip_without_a_measure_says_so_in_the_table():
    report = builders.report(measures={"trunk_lean": Missing("deg", message("Hidden."))})
    html = clips_table.table([clips_table.Line(outcome=Outcome(name="Ann", report=report))], KNOWN)
    assert html.count("not told") == len(clips_table.COLUMNS)


# --- the sheet -----------------------------------------------------------------------------------------------------------


def read(report, **more):
    return pypdf.PdfReader(io.BytesIO(sheet(report, KNOWN, **more)))


def test_the_sheet_has_every_figure_with_its_error_on_one_page(caplog, tmp_path):
    report = builders.report()
    Image.new("RGB", (90, 120)).save(tmp_path / "toe_off.jpg")
    with caplog.at_level(logging.WARNING):
        pdf = read(report, name="Ann 走", pictures={"toe_off": tmp_path / "toe_off.jpg"})
    (page,) = pdf.pages
    text = " ".join(page.extract_text().split())
    assert "Runner: Ann" in text
    assert len(page.images) == 1
    assert {key for keys in ORDER.values() for key in keys} == set(report.measures)
    for key, measure in report.measures.items():
        assert KNOWN.measures[key].name in text
        assert isinstance(measure, Missing) or wording.with_error(measure) in text
    assert "3.7 to 10.9°" in text
    assert str(WELLNESS) in text
    assert not [record for record in caplog.records if "glyph" in record.message.lower()]


def test_the_sheet_judges_nothing():
    text = read(builders.report()).pages[0].extract_text().lower()
    assert not any(word in text for word in ("below the", "too close", "weak", "poor", "drill", "score"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_is_one_page_with_room_for_notes_in_every_language(language, tmp_path):
    pictures = {phase: tmp_path / f"{phase}.jpg" for phase in ("initial_contact", "mid_stance", "toe_off", "swing")}
    for path in pictures.values():
        Image.new("RGB", (90, 120)).save(path)
    warned = builders.report().quality[1:] * 3
    with speaking(language):
        (page,) = read(builders.report(quality=warned), name="n" * 80, pictures=pictures).pages
    rules = page.get_contents().get_data().decode("latin-1")
    lowest = min(float(line.split()[1]) for line in rules.splitlines() if line.endswith(" m") or " m " in line)
    assert lowest < 80  # points from the foot of the page: the lines for notes reach down to the footer


def test_a_result_offers_the_sheet_and_the_angles(visit, store):
    at = visit("pages/results.py", job=add_job(store, "done"))
    labels = [button.label for button in at.get("download_button")]
    assert {"PDF", "CSV", "JSON", "Sheet", "Angles", "Events"} <= set(labels)


def test_a_formula_is_none_wherever_a_spreadsheet_looks_for_it():
    """Where a comma is the decimal sign, spreadsheets split lines at semicolons, unless the cell has quotes."""
    names = ["=1", " =1", "\n=1", "＝1", "+1", "@a", "x;=1+1", "a\r\n=1", "-2"]
    text = clips_csv([Outcome(name=name, what="=1", advice="b;=2") for name in names])
    for cells in (*csv.reader(io.StringIO(text)), *csv.reader(io.StringIO(text), delimiter=";")):
        assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝")], cells


def test_the_csv_leaves_out_what_was_deleted_after_the_page_was_drawn(store):
    gone, stays = add_job(store, "done"), add_job(store, "done")
    named = (("Ann", gone), ("Bo", stays))
    assert many_jobs._csv(store, named).count("166") == 2
    store.delete(gone)
    ann, bo = csv.DictReader(io.StringIO(many_jobs._csv(store, named)))
    assert (ann["clip"], ann["cadence_spm"], ann["refused"]) == ("Ann", "", "This result is no longer here.")
    assert bo["cadence_spm"] == "166"


def test_a_deleted_result_in_the_table_locks_nobody_out(visit, store, monkeypatch):
    monkeypatch.setattr("web.visitors.WRONG_KEYS", (2, 600.0))
    done, gone = add_job(store, "done"), "x" * 43
    at = visit("pages/clips.py", clip=[f"{done}~Ann", f"{gone}~Bo"])
    for _ in range(3):
        at.run()
    assert "Too many links led nowhere." not in text_of(at)
    assert done in "".join(html.proto.body for html in at.get("html"))


def test_another_language_keeps_all_clips(visit, store):
    tokens = [add_job(store, "done") for _ in range(2)]
    at = visit("pages/clips.py", clip=[f"{token}~Ann" for token in tokens])
    (links,) = [html.proto.body for html in at.get("html") if 'class="languages"' in html.proto.body]
    assert all(token in links for token in tokens)


@pytest.mark.parametrize("slower", [10**400, float("nan"), float("inf"), -5, "4", True, [4]])
def test_no_number_of_a_browser_breaks_the_page(slower):
    clip = {"slot": 1, "name": "\ud800=", "bytes": 5, "slower": slower}
    (found,) = roster._told(type("Shown", (), {"clips": [clip]}))
    assert found.slow_motion is None
    assert found.name.encode()


def test_a_place_in_the_browser_holds_one_clip():
    clip = {"slot": 1, "name": "a", "bytes": 5}
    assert len(roster._told(type("Shown", (), {"clips": [clip, clip]}))) == 1
