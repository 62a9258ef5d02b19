"""The runner goes away and comes back: a locked phone, the back button, no network at first, a second tab.

A phone that is locked stands still: its browser's processes are stopped, and its connections are broken. The server forgets a
page that is gone for longer than `server.disconnectedSessionTTL`, half an hour for us; here one second, so that three seconds of
lock are more than an hour is for runners.
"""

from __future__ import annotations

import os
import re
import signal
import time

import pytest
from playwright.sync_api import expect

from core.settings import Settings
from core.storage.store import Store
from tests.browser.seeing import MARKS, cut_off, heading, looks_right, open_sheet, still
from tests.browser.sending import CLIP, SIZE, SPARE, Place, arrives_once, chosen, is_found, sending

FORGOTTEN_S, LOCKED_S = 1, 3

pytestmark = [*MARKS, pytest.mark.usefixtures("calm", "sent_once")]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("place"), f"--server.disconnectedSessionTTL={FORGOTTEN_S}")
    yield made
    made.close()


@pytest.fixture
def sent_once(place, calm):
    """Whatever the runner does meanwhile, the clip is sent once."""
    before = place.network.sent
    yield
    assert SIZE <= place.network.sent - before < SIZE + SPARE


def locked(place, phone):
    browser = phone.context.browser.new_browser_cdp_session()
    processes = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [process["id"] for process in processes if process["type"] == "renderer"]
    tab = phone.context.new_cdp_session(phone)
    tab.send("Page.setWebLifecycleState", {"state": "frozen"})
    for page in pages:
        os.kill(page, signal.SIGSTOP)
    place.network.go()
    time.sleep(LOCKED_S)
    place.network.come_back()
    for page in pages:
        os.kill(page, signal.SIGCONT)
    tab.send("Page.setWebLifecycleState", {"state": "active"})


def begin(phone):
    phone.get_by_role("button", name="Check my running").click()


def test_a_lock_while_the_page_is_filled_in(place, phone):
    before = chosen(place, phone)
    phone.get_by_label("Hours you sit").fill("9")
    phone.get_by_label("Hours you sit").press("Enter")
    still(phone)
    locked(place, phone)
    begin(phone)
    phone.get_by_role("heading", name="Sending your clip").wait_for()
    arrives_once(place, phone, before)
    with Store.open(Settings(data=place.data)) as store:
        assert store.job(phone.url.split("job=")[1]).answers.sitting_hours == 9
    is_found(place, phone)


def test_a_lock_while_it_is_sent(place, phone):
    before = sending(place, phone)
    locked(place, phone)
    arrives_once(place, phone, before)
    is_found(place, phone)


def test_a_lock_while_it_is_measured_and_the_result_comes_meanwhile(place, phone):
    before = sending(place, phone)
    arrives_once(place, phone, before)
    phone.get_by_text(re.compile(r"\d+ of 1000 frames")).wait_for()
    place.let_analyses_end()
    locked(place, phone)
    is_found(place, phone)


@pytest.mark.sweep
def test_a_lock_on_the_result_and_a_second_tab_of_it(place, phone):
    before = sending(place, phone)
    arrives_once(place, phone, before)
    is_found(place, phone)
    locked(place, phone)
    other = phone.context.new_page()
    other.goto(phone.url)
    heading(other, "Your run")
    open_sheet(phone)
    phone.get_by_role("button", name="Make a link to share").click()
    url = phone.get_by_role("textbox", name="Your link").input_value()
    # Both tabs are whole: the other one knows of the link as soon as it is asked anything.
    other.reload()
    open_sheet(other)
    expect(other.get_by_role("textbox", name="Your link")).to_have_value(url)
    other.close()


def test_the_back_button_leads_where_the_runner_was(place, phone):
    phone.goto(place.address)
    heading(phone, "See how you run")
    begin(phone)
    heading(phone, "Check your running")
    phone.locator("input.pick").set_input_files(files=[CLIP])
    phone.get_by_text("4.0 MB").wait_for()
    phone.locator(".st-key-consent label").click()
    still(phone)
    before = place.network.sent
    begin(phone)
    phone.get_by_role("heading", name="Sending your clip").wait_for()
    phone.go_back(wait_until="commit")
    heading(phone, "Check your running")
    phone.go_forward(wait_until="commit")
    arrives_once(place, phone, before)
    is_found(place, phone)
    phone.go_back(wait_until="commit")
    heading(phone, "Check your running")
    phone.get_by_role("link", name="Open my last result").click()
    heading(phone, "Your run")
    for title in ("Check your running", "See how you run"):
        phone.go_back(wait_until="commit")
        heading(phone, title)
    # Of what was done no page is dead, and none sends its reader on again.
    phone.get_by_role("link", name="Continue where I was").click()
    heading(phone, "Your run")
    phone.go_back(wait_until="commit")
    heading(phone, "See how you run")


@pytest.mark.sweep
def test_no_network_at_the_very_start(place, phone):
    phone.goto(place.address)
    heading(phone, "See how you run")
    place.network.go()
    phone.context.set_offline(True)
    cut_off(phone)
    still(phone)
    looks_right(phone, "home-offline")
    place.network.come_back()
    phone.context.set_offline(False)
    begin(phone)
    heading(phone, "Check your running")
    before = sending(place, phone)
    arrives_once(place, phone, before)
    is_found(place, phone)
