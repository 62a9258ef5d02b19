"""The leg to tap and the pace slider, on a phone: by touch, by keyboard, and with nothing in anyone's way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import PHONE
from tests.browser.seeing import MARKS, SHOTS, done_token, heading, looks_right, still

pytestmark = MARKS


@pytest.fixture(scope="module")
def explain(server, browser):
    """Yield the page once: what one test leaves lit is no matter to the next."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.theme = "light"
    page.goto(f"{server}/explain")
    heading(page, "Why it matters")
    expect(lit(page)).to_have_attribute("data-muscle", "soleus")
    yield page
    context.close()


def lit(page):
    return page.locator(".leg [aria-pressed=true]")


def place(page):
    return page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")


def test_a_tap_lights_a_muscle_without_a_jump(explain):
    buttons = explain.locator(".leg [role=button]")
    expect(buttons).to_have_count(7)
    explain.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 60)")
    still(explain)
    before = place(explain)
    explain.locator(".leg path[data-muscle=quads]").tap()
    explain.get_by_role("heading", name="2. Quadriceps").wait_for()
    expect(lit(explain)).to_have_attribute("data-muscle", "quads")
    assert place(explain) == before
    looks_right(explain, "explain-lit")


def test_every_muscle_is_tall_and_wide_enough_for_a_thumb(explain):
    for target in explain.locator(".leg .target").all():
        box = target.bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44


def test_a_muscle_is_chosen_by_keyboard_and_read_out(explain):
    button = explain.get_by_role("button", name="3 Side of the hip, Gluteus medius")
    button.focus()
    explain.keyboard.press("Enter")
    explain.get_by_role("heading", name="3. Gluteus medius").wait_for()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert button.evaluate("button => button === button.getRootNode().activeElement")


def test_the_slider_says_what_is_known_at_a_pace(explain):
    slider = explain.get_by_role("slider")
    slider.focus()
    for pace, steps, key, said in (
        ("6:00", 12, "ArrowLeft", "we have a number for"),
        ("4:00", 24, "ArrowRight", "we know no muscle"),
    ):
        for _ in range(steps):
            explain.keyboard.press(key)
        explain.get_by_text(f"At {pace} /km (").filter(has_text=said).first.wait_for()
        still(explain)
        explain.screenshot(path=SHOTS / f"explain-pace-{pace.replace(':', '')}-{explain.theme}.png")


def test_the_slider_stands_at_the_runners_own_pace(server, phone, data):
    phone.goto(f"{server}/explain?job={done_token(data)}")
    heading(phone, "Why it matters")
    phone.get_by_text("At 5:45 /km (").first.wait_for()
    expect(phone.get_by_role("slider")).to_have_attribute("aria-valuetext", "5:45")
