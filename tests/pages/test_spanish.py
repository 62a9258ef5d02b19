"""Every page in another language: nothing of it stays English."""

from __future__ import annotations

import re

import pytest

from core.i18n.translate import catalogue
from core.model.report import Report
from core.paths import ROOT
from pages.components import language
from pages.components.session import KEY
from tests.pages.conftest import text_of
from tests.pages.test_pages import add_job

DEMO = ROOT / "assets" / "demo_report.json"
PAGES = {
    "home.py": "Mira cómo corres",
    "pages/record.py": None,
    "pages/check.py": None,
    "pages/clips.py": None,
    "pages/results.py": None,
    "pages/explain.py": None,
    "pages/strength.py": None,
    "pages/plan.py": None,
    "pages/compare.py": None,
    "pages/hand_check.py": None,
    "pages/about.py": None,
}


@pytest.fixture(autouse=True)
def spanish(monkeypatch):
    monkeypatch.setattr(language, "of_visitor", lambda: "es")


@pytest.fixture(scope="module")
def english():
    """What would be English: of every message of some words, the longest part in which nothing is filled in."""
    found = set()
    for message in catalogue("es"):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        for text in ids:
            longest = max(re.split(r"\{.*?\}|\n", text), key=len)
            if len(re.findall(r"[A-Za-z]{2,}", longest)) >= 3 and longest not in str(message.string):
                found.add(longest)
    assert len(found) > 700
    return found


def stays(text, english):
    return sorted(part for part in english if part in text)


@pytest.mark.parametrize("page", PAGES)
def test_without_a_job(visit, page, english):
    at = visit(page)
    assert at.title
    if PAGES[page]:
        assert at.title[0].value == PAGES[page]
    assert stays(text_of(at), english) == []


@pytest.mark.parametrize("page", ["pages/results.py", "pages/explain.py", "pages/strength.py", "pages/plan.py"])
def test_with_a_result_that_was_stored_in_english(visit, store, page, english):
    at = visit(page, **{KEY: add_job(store, "done", Report.from_json(DEMO.read_text()))})
    assert stays(text_of(at), english) == []


@pytest.mark.parametrize("state", ["waiting", "running", "refused"])
def test_a_clip_on_its_way(visit, store, state, english):
    at = visit("pages/check.py", **{KEY: add_job(store, state)})
    assert stays(text_of(at), english) == []


def test_a_refusal_that_was_stored_in_english(visit, store):
    at = visit("pages/check.py", **{KEY: add_job(store, "refused")})
    assert at.warning[0].proto.title == "Your feet leave the picture."  # nobody's sentence: not in the catalogue
    at = visit("pages/results.py", **{KEY: "wrong"})
    assert at.warning[0].proto.title != "There is no report behind this link."
