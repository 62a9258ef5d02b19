"""Another language, in a real browser: chosen by the browser, switched by one tap, and it fits the narrowest phone."""

from __future__ import annotations

import pytest

from benchmarks.chromium import PHONE
from tests.browser.seeing import MARKS, SHOTS, barriers, done_token, heading, sampled, still
from tests.browser.test_every_page import addresses, drawn  # noqa: F401 - a fixture
from tests.browser.thumbs import SMALL, WIDE, settled

NARROW = {"width": 320, "height": 568}
LOOKED_AT = ("home", "record", "check", "sending", "result", "figures", "explain", "strength", "plan", "about", "link")

pytestmark = MARKS


@pytest.fixture(scope="module")
def spanish(browser):
    context = browser.new_context(viewport=PHONE, locale="es-MX", has_touch=True, is_mobile=True)
    yield context
    context.close()


@pytest.fixture
def page(spanish):
    spanish.clear_cookies()
    opened = spanish.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def test_the_browsers_language_is_spoken_and_one_tap_chooses_another(place, page):
    address = f"{place.address}/plan?job={done_token(place.data)}"
    page.goto(address)
    heading(page, "Tu plan")
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.title().startswith("Tu plan")
    page.get_by_role("link", name="English").click()
    heading(page, "Your plan")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.url == address
    page.reload()
    heading(page, "Your plan")
    page.get_by_role("link", name="Español").click()
    heading(page, "Tu plan")


@pytest.mark.parametrize("name", sampled(LOOKED_AT, ("home", "check", "figures", "plan", "link")))
def test_its_words_fit(place, addresses, page, name):  # noqa: F811
    if name == "figures":
        page.goto(f"{place.address}/results?job={addresses['one']}")
        heading(page, "Tu carrera")
        page.get_by_role("tab", name="Datos").click()
        still(page)
    else:
        drawn(page, place, addresses, name)
    assert page.evaluate("document.documentElement.lang") == "es"
    assert barriers(page) == []
    page.set_viewport_size(NARROW)
    still(page)
    page.screenshot(path=SHOTS / f"es-{name}.png", full_page=True)
    assert settled(page, WIDE) == []
    assert settled(page, SMALL) == []
