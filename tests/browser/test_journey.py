"""The journey on a phone, in a real browser against a real server: start, drawn runner, progress, result, explanation."""

from __future__ import annotations

import re

import pytest

from benchmarks.chromium import PHONE
from core.errors import Refused
from core.i18n.message import message
from core.jobs.submission import DEMO_CLIP
from core.settings import Settings
from core.storage import claims
from core.storage.store import Store
from tests.browser.seeing import MARKS, done_token, heading, looks_right
from tests.jobs import claimed
from view.site import LINKS

MEASURED_WITHIN_S = 300

pytestmark = MARKS


def test_the_top_bar_is_for_thumbs(server, phone):
    phone.goto(server)
    heading(phone, "See how you run")
    boxes = [link.bounding_box() for link in phone.locator(".st-key-top a").all()]
    assert len(boxes) == len(LINKS)
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] for box in boxes)
    assert phone.get_by_role("button", name="Check my running").bounding_box()["height"] >= 44
    for name, title in (("Tests", "Home tests"), ("Plan", "Your plan"), ("Why", "Why it matters")):
        phone.get_by_role("link", name=name, exact=True).click()
        heading(phone, title)
    assert {round(link.bounding_box()["y"]) for link in phone.locator(".st-key-top a").all()} == {round(boxes[0]["y"])}


def test_a_result_opens_cold_from_its_address_and_survives_a_reload(server, phone, data):
    phone.goto(f"{server}/results?job={done_token(data)}")
    heading(phone, "Your run")
    looks_right(phone, "result")
    phone.reload()
    heading(phone, "Your run")
    assert "job=" in phone.url


def test_a_refusal_and_a_wrong_link(server, phone, data):
    with Store.open(Settings(data=data)) as store:
        token, task = claimed(store)
        claims.refuse(
            store, task.key, Refused("whole_body", message("Your feet leave the picture."), message("Step back."))
        )
    phone.goto(f"{server}/check?job={token}")
    heading(phone, "This clip will not do")
    looks_right(phone, "refused")
    phone.get_by_role("button", name="Try another clip").click()
    heading(phone, "Check your running")
    phone.goto(f"{server}/results?job=wrong")
    heading(phone, "Nothing here")
    looks_right(phone, "wrong-link")


def test_every_request_stays_on_this_server(server, browser):
    context = browser.new_context(viewport=PHONE)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server)
    heading(page, "See how you run")
    context.close()
    assert any("fonts/figtree" in url for url in asked)
    assert [url for url in asked if not url.startswith((server, server.replace("http", "ws"), "data:", "blob:"))] == []


@pytest.mark.pose
@pytest.mark.skipif(not DEMO_CLIP.is_file(), reason="the drawn runner's clip is not built")
def test_from_the_start_to_the_explanation_with_the_drawn_runner(server, phone):
    if phone.theme == "dark":
        pytest.skip("once is enough: the analysis takes a while")
    phone.goto(server)
    heading(phone, "See how you run")
    phone.get_by_role("button", name="Try it with a computer-drawn runner").click()
    heading(phone, "Measuring your run")
    assert "job=" in phone.url
    phone.get_by_text(re.compile(r"\d+ of \d+ frames")).first.wait_for(timeout=MEASURED_WITHIN_S * 1000)
    looks_right(phone, "progress")
    phone.get_by_text(re.compile(r"^Cadence so far: 16[2-7] steps a minute$")).first.wait_for()
    looks_right(phone, "cadence-so-far")
    phone.reload()
    ended = phone.get_by_role("heading", name=re.compile("Your run|This clip will not do"))
    ended.wait_for(timeout=MEASURED_WITHIN_S * 1000)
    heading(phone, "Your run")
    looks_right(phone, "drawn-runner-result")
    assert re.search(r"\d+\.\d°", phone.locator("[data-testid=stMetricValue]").first.inner_text())
    phone.get_by_role("tab", name="Train").click()
    phone.get_by_role("link", name="See all seven muscles, and why").click()
    heading(phone, "Why it matters")
    assert "job=" in phone.url
    looks_right(phone, "drawn-runner-explained")
