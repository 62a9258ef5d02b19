"""The language of an address: chosen by a link, kept by a cookie, else the browser's."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core.language import current
from web.languages import COOKIE, Languages


@pytest.fixture
def browser():
    app = Starlette(
        routes=[Route("/{place:path}", lambda _: PlainTextResponse(current()))], middleware=[Middleware(Languages)]
    )
    return TestClient(app, follow_redirects=False)


def test_the_browsers_own_language_is_spoken(browser):
    assert browser.get("/check", headers={"accept-language": "es-MX,es;q=0.9"}).text == "es"
    assert browser.get("/check", headers={"accept-language": "de"}).text == "en"
    assert current() == "en"


def test_a_link_chooses_a_language_and_leads_back_to_the_same_place(browser):
    answer = browser.get("/results?job=abc&lang=es&x=%C3%B1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/results?job=abc&x=%C3%B1"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert browser.cookies[COOKIE] == "es"
    assert browser.get("/results?job=abc", headers={"accept-language": "en"}).text == "es"


@pytest.mark.parametrize("place", ["//elsewhere.example/x", "/\\elsewhere.example"])
def test_no_link_leads_to_another_site(browser, place):
    location = browser.get(f"http://testserver{place}?lang=es").headers["location"]
    assert not location.startswith(("//", "/\\", "http"))


def test_a_language_that_is_not_spoken_is_no_choice(browser):
    assert browser.get("/check?lang=xx").text == "en"
