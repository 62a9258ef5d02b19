"""Home tests and plan on a phone: a beat that keeps time, one thumb for everything, a sheet that fits one page."""

from __future__ import annotations

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from core import knowledge
from tests.browser.seeing import MARKS, SHOTS, barriers, done_token, heading, looks_right

pytestmark = MARKS
KNOWN = knowledge.load()
LEAD_IN_S = 5

# Every tone is noted with the time at which it will sound, on the page's clock, and every flash as it is seen.
LISTEN = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.tones.push({ pitch: this.frequency.value, atMs: performance.now() + (at - this.context.currentTime) * 1000 });
  return start.call(this, at);
};
"""


def open_test(page, server, key):
    page.goto(f"{server}/strength?test={key}")
    heading(page, "Home tests")
    page.get_by_text("None of these is true for me.").click()
    page.get_by_role("heading", name=KNOWN.tests[key].name, exact=True, level=3).wait_for()
    heading(page, "Home tests")


def open_plan(page, server, query=""):
    page.goto(f"{server}/plan{query}")
    heading(page, "Your plan")
    page.get_by_text("None of these is true for me.").click()
    page.get_by_role("button", name="Put it in my calendar").wait_for()
    heading(page, "Your plan")


def disc(page):
    return page.locator(".disc")


def tapped_twice(page, after_s):
    """Tap the disc, tap it again so many seconds later by the page's clock, and return cue and number just before that."""
    disc(page).scroll_into_view_if_needed()
    page.evaluate(
        """document.addEventListener('click', () => { window.tappedMs = performance.now(); }, {once: true, capture: true})"""
    )
    disc(page).tap()
    return disc(page).evaluate(
        """async (disc, afterMs) => {
            await new Promise(done => setTimeout(done, window.tappedMs + afterMs - performance.now()));
            const shown = ['.cue', '.number'].map(name => disc.querySelector(name).innerText);
            disc.click();
            return shown; }""",
        after_s * 1000,
    )


@pytest.mark.alone
@pytest.mark.parametrize(
    ("key", "step_s"), [("heel_raise", 1.0), pytest.param("sit_to_stand", 1.5, marks=pytest.mark.sweep)]
)
def test_the_metronome_sounds_and_flashes_in_time_and_counts(server, phone, key, step_s):
    phone.add_init_script(LISTEN)
    open_test(phone, server, key)
    # Six beats: up and down three times.
    assert tapped_twice(phone, LEAD_IN_S + 6.3 * step_s) == ["up", "3"]
    looks_right(phone, f"metronome-{key}")
    tones = phone.evaluate("window.tones")
    lead, beats = tones[:LEAD_IN_S], tones[LEAD_IN_S : LEAD_IN_S + 7]
    assert [tone["pitch"] for tone in lead] == [440] * LEAD_IN_S
    assert [tone["pitch"] for tone in beats] == [880, 660, 880, 660, 880, 660, 880]
    for number, tone in enumerate(beats):
        assert tone["atMs"] - beats[0]["atMs"] == pytest.approx(number * step_s * 1000, abs=15)
    expect(phone.locator(".box")).to_have_attribute("data-beats", "7")


def test_a_count_is_written_down_with_one_thumb(server, phone):
    open_test(phone, server, "bridge_box")
    disc(phone).scroll_into_view_if_needed()
    for _ in range(12):
        disc(phone).tap()
    phone.get_by_role("button", name="One less").tap()
    for name in ("left", "right"):
        box = phone.get_by_role("button", name=name, exact=True).bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    phone.get_by_role("button", name="right", exact=True).tap()
    field = phone.get_by_label("Right (repeats)")
    phone.wait_for_function("() => [...document.querySelectorAll('input')].some(field => field.value === '11')")
    expect(field).to_have_value("11")
    phone.get_by_text("Shown without a comparison").first.wait_for()


def test_a_hold_is_timed(server, phone):
    open_test(phone, server, "bridge_hold")
    assert tapped_twice(phone, LEAD_IN_S + 3.5)[1] == "3"
    expect(phone.locator(".number")).to_have_text("3")
    phone.get_by_role("button", name="left", exact=True).tap()
    phone.wait_for_function("() => [...document.querySelectorAll('input')].some(field => field.value === '3')")


def test_letters_and_absurd_numbers_do_not_get_in(server, phone):
    open_test(phone, server, "heel_raise")
    field = phone.get_by_label("Left (repeats)")
    field.click()
    phone.keyboard.type("lots")
    phone.keyboard.press("Enter")
    expect(field).to_have_value("")
    field.fill("10000")
    phone.keyboard.press("Enter")
    phone.get_by_text("10000 repeats cannot be right.").wait_for()
    phone.get_by_text("Enter 0 to 200 repeats, or leave it empty.").wait_for()
    expect(phone.get_by_text("Left: ")).to_have_count(0)


def test_nothing_is_in_anyones_way(server, phone, data):
    token = done_token(data)
    phone.goto(f"{server}/strength?job={token}")
    heading(phone, "Home tests")
    assert barriers(phone) == []
    looks_right(phone, "tests-check")
    open_test(phone, server, "heel_raise")
    assert barriers(phone) == []
    looks_right(phone, "tests")
    open_plan(phone, server, f"?job={token}")
    phone.get_by_text("How these were chosen").click()
    assert barriers(phone) == []
    looks_right(phone, "plan")


def test_the_plan_goes_into_a_calendar_and_the_longest_one_onto_one_sheet_of_paper(server, phone, data):
    phone.add_init_script("window.print = () => { window.printed = true; }")
    open_plan(phone, server, f"?job={done_token(data)}")
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="Put it in my calendar").click()
    events = Calendar.from_ical(coming.value.path().read_bytes()).walk("VEVENT")
    assert coming.value.suggested_filename == "stride-check-plan.ics"
    assert len(events) == 6 * 2 + 1
    phone.get_by_role("button", name="Print or save as PDF").click()
    assert phone.evaluate("window.printed") is True
    phone.get_by_role("button", name="Sat").click()
    phone.get_by_text(re.compile(r"^18 days")).wait_for()
    heading(phone, "Your plan")
    printed = phone.pdf(path=SHOTS / f"plan-{phone.theme}.pdf", prefer_css_page_size=True)
    assert re.findall(rb"/Count (\d+)", printed) == [b"1"]
