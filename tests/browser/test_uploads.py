"""A clip on its way from a phone that loses its network, its page or its server: it arrives once, and its result is found."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks import stored
from benchmarks.chromium import PHONE
from core.video.file_kinds import CAPTURED_HZ
from tests.browser.seeing import MARKS, barriers, cut_off, heading, looks_right, until
from tests.browser.sending import CLIP, arrives_once, is_found, sending

pytestmark = [*MARKS, pytest.mark.usefixtures("calm")]


def test_the_network_goes_for_twenty_seconds(place, phone):
    before = sending(place, phone)
    place.network.go()
    phone.context.set_offline(True)
    phone.get_by_text("Waiting for the network").wait_for()
    looks_right(phone, "upload-waits")
    shown = float(re.match(r"[\d.]+", phone.locator(".how").inner_text())[0]) * 2**20
    assert shown <= place.arrived(phone) + 2**20 / 10  # what is told to have arrived has
    phone.wait_for_timeout(20_000)
    place.network.come_back()
    phone.context.set_offline(False)
    arrives_once(place, phone, before)
    is_found(place, phone)
    phone.wait_for_function("() => document.title.includes('✓')")


def test_the_page_is_reloaded_while_it_is_sent_and_while_it_is_measured(place, phone):
    before = sending(place, phone)
    assert re.search(r"\d+ % sent", phone.title())
    looks_right(phone, "upload-sending")
    assert barriers(phone) == []
    phone.reload()
    phone.get_by_role("heading", name="Sending your clip").wait_for()
    arrives_once(place, phone, before)
    phone.get_by_text(re.compile(r"\d+ of 1000 frames")).wait_for()
    phone.reload()
    phone.get_by_text(re.compile(r"\d+ of 1000 frames")).wait_for()
    is_found(place, phone)


def test_the_server_is_killed_while_it_is_sent_and_while_it_is_measured(place, phone):
    before = sending(place, phone)
    place.kill()
    phone.get_by_text("Waiting for the network").wait_for()
    place.start()
    arrives_once(place, phone, before)
    phone.get_by_text(re.compile(r"\d+ of 1000 frames")).wait_for()
    place.kill()
    cut_off(phone)
    place.start()
    phone.get_by_text(re.compile(r"\d+ of 1000 frames")).wait_for()
    is_found(place, phone)


@pytest.mark.sweep
def test_of_two_tabs_one_sends_and_the_other_takes_over(place, phone):
    before = sending(place, phone, 0.2)
    other = phone.context.new_page()
    other.set_default_timeout(60_000)
    other.goto(phone.url)
    other.get_by_text(re.compile(r"[1-3]\.\d MB of 4.0 MB")).wait_for()
    phone.close()
    arrives_once(place, other, before)
    is_found(place, other)


@pytest.mark.sweep
def test_another_browser_goes_on_with_the_same_clip(place, browser, phone):
    before = sending(place, phone, 0.2)
    address = phone.url
    phone.close()
    other = browser.new_page(viewport=PHONE)
    other.set_default_timeout(60_000)
    other.goto(address)
    other.get_by_text("To go on from here, choose the same clip again").wait_for()
    other.locator("input.pick").set_input_files(files=[{**CLIP, "buffer": CLIP["buffer"][:-1]}])
    other.get_by_text("This is another file than the one you began with.").wait_for()
    other.locator("input.pick").set_input_files(files=[CLIP])
    arrives_once(place, other, before)
    is_found(place, other)
    other.close()


def test_a_clip_that_was_chosen_without_a_network_is_sent_later(place, phone):
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    phone.context.set_offline(True)
    place.network.go()
    phone.locator("input.pick").set_input_files(files=[CLIP])
    phone.get_by_text("4.0 MB").wait_for()
    cut_off(phone)
    phone.context.set_offline(False)
    place.network.come_back()
    phone.locator(".st-key-consent label").click()
    before = place.network.sent
    phone.get_by_role("button", name="Check my running").click()
    arrives_once(place, phone, before)
    is_found(place, phone)


def test_what_is_no_clip_is_told_before_a_byte_is_sent(place, phone):
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    for name, kind, start, says in (
        ("run.jpg", "image/jpeg", b"\xff\xd8\xff", "This is a photo, not a video."),
        ("run.gif", "image/gif", b"GIF89a", "This is a GIF animation, not a video."),
        ("run.mov", "video/quicktime", b"#EXTM3U\nhttp", "This file is not a video."),
        ("run.mp4", "video/mp4", b"", "The file is empty."),
    ):
        phone.locator("input.pick").set_input_files(files=[{"name": name, "mimeType": kind, "buffer": start * 9}])
        phone.get_by_text(says).wait_for()
    looks_right(phone, "upload-no-clip")


@pytest.mark.parametrize(("captured_hz", "chosen"), [("100", "4×"), ("62.5", "2.5×"), ("25", "No")])
def test_slow_motion_that_the_phone_noted_is_the_answer_already_chosen(place, phone, tmp_path, captured_hz, chosen):
    grey = np.full((96, 64, 3), 90, np.uint8)
    moments = [(index / 25, grey) for index in range(100)]
    clip = stored.write(tmp_path / "run.mp4", moments, notes={CAPTURED_HZ: captured_hz})
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    phone.locator("input.pick").set_input_files(files=[clip])
    phone.get_by_text("Your clip:").wait_for()
    phone.get_by_role("radio", name=chosen, exact=True, checked=True).wait_for()
    expect(phone.get_by_text("Your phone noted")).to_have_count(int(chosen != "No"))
    looks_right(phone, f"upload-noted-{captured_hz}")


def test_stopping_leaves_nothing_behind(place, phone):
    sending(place, phone, 0.2)
    clip = place.clip(phone)
    assert clip.exists()
    phone.get_by_role("button", name="Stop, and choose another clip").click()
    heading(phone, "Check your running")
    until(lambda: not clip.exists(), phone)
    assert "job=" not in phone.url
