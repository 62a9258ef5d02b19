"""A result in a real browser: the replay moves, stops and is worked by keyboard; nothing sticks out; everyone can use it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.model.report import Report
from core.settings import Settings
from core.storage.store import Store
from tests.browser.seeing import MARKS, ROOT, heading, still, until
from tests.jobs import finished

pytestmark = MARKS

SAMPLE = Report.from_json((Path(ROOT) / "assets" / "demo_report.json").read_text())
TABS = ("Result", "Motion", "Figures", "Train")


@pytest.fixture(scope="module")
def token(data):
    with Store.open(Settings(data=data)) as store:
        return finished(store, SAMPLE)


# Buttons, folds and links of the open tab, those of our own components too.
SMALL = """() => [...document.querySelectorAll('[role=tabpanel]')].flatMap(panel => [panel, ...panel.querySelectorAll('*')])
    .flatMap(e => [e, ...(e.shadowRoot ? e.shadowRoot.querySelectorAll('button, a, input') : [])])
    .filter(e => e.matches('button, a, summary, input') && e.offsetParent && !e.closest('p, [data-testid=stElementToolbar]'))
    .map(e => [e.innerText, e.getBoundingClientRect().height]).filter(([, tall]) => tall > 0 && tall < 43)"""


def opened(phone, server, token, *tabs):
    phone.goto(f"{server}/results?job={token}")
    heading(phone, "Your run")
    for tab in tabs:
        phone.get_by_role("tab", name=tab).click()
        still(phone)


def test_the_replay_plays_and_stops_and_goes_where_the_thumb_goes(phone, server, token):
    opened(phone, server, token, "Motion")
    scrub, told = phone.get_by_role("slider", name="Moment of the stride"), phone.locator(".told")
    first = scrub.input_value()
    until(lambda: scrub.input_value() != first, phone)  # it plays by itself
    phone.get_by_role("button", name="Pause").click()
    stopped = scrub.input_value()
    still(phone)
    expect(scrub).to_have_value(stopped)
    phone.get_by_role("button", name="Toe-off", exact=True).click()
    expect(told).to_contain_text("Toe-off")
    thigh = SAMPLE.mean_stride.angles["thigh_extension"].mean
    shown = re.search(r"thigh (\d+)° behind", told.inner_text())
    assert int(shown[1]) == pytest.approx(thigh[round(SAMPLE.mean_stride.toe_off * 50)], abs=1)
    scrub.focus()
    before = phone.locator(".stage path").last.get_attribute("d")
    for _ in range(20):
        phone.keyboard.press("ArrowRight")
    assert phone.locator(".stage path").last.get_attribute("d") != before
    expect(scrub).to_have_attribute("aria-valuetext", re.compile("per cent of the stride"))
    outlines = phone.locator('.stage path[stroke-dasharray="4 4"]')
    assert all(outlines.nth(place).get_attribute("d") for place in range(3))
    phone.get_by_role("button", name="Hide the runner behind").click()
    assert not any(outlines.nth(place).get_attribute("d") for place in range(3))


def test_who_wants_less_motion_gets_a_still_replay(phone, server, token):
    phone.emulate_media(reduced_motion="reduce")
    opened(phone, server, token, "Motion")
    expect(phone.locator(".told")).to_have_text(re.compile("^Toe-off"))
    phone.get_by_role("button", name="Play").wait_for()
