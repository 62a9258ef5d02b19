"""Many clips in a real browser: chosen at once, named, sent one after the other, and found again after a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.seeing import MARKS, barriers, heading, looks_right, still
from tests.browser.sending import CLIP

pytestmark = [*MARKS, pytest.mark.usefixtures("calm")]


def test_clips_are_sent_one_after_the_other_and_listed_with_their_names(place, phone):
    phone.goto(f"{place.address}/clips")
    heading(phone, "Check several clips")
    parts = [
        {**CLIP, "name": f"{name}.mp4", "buffer": CLIP["buffer"][:n]} for name, n in (("ann", 90_000), ("bo", 80_000))
    ]
    photo = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" * 9}
    phone.locator("input.pick").set_input_files(files=[*parts, photo])
    expect(phone.get_by_text("x.jpg: This is a photo, not a video.")).to_be_visible()
    expect(phone.get_by_label("Name of clip 2")).to_have_value("bo")
    phone.get_by_label("Name of clip 1").fill("Ann & Co")
    phone.get_by_label("Name of clip 1").press("Enter")
    looks_right(phone, "clips")
    still(phone, 600)
    assert barriers(phone) == []
    phone.locator(".st-key-consent label").click()
    phone.get_by_role("button", name="Check 2 clips").click()
    expect(phone.get_by_role("rowheader", name="bo")).to_be_visible()
    expect(phone.get_by_text("Keep this page open until all clips are sent.")).to_be_hidden()
    phone.reload()
    expect(phone.get_by_role("rowheader", name="Ann & Co")).to_be_visible()
    looks_right(phone, "clips-measured")
    place.let_analyses_end()
    expect(phone.get_by_text("2 of 2 clips are done.")).to_be_visible(timeout=120_000)
    still(phone, 600)
    assert barriers(phone) == []
    phone.get_by_role("link", name="Ann & Co").click()
    heading(phone, "Your run")
