"""The journey on a phone, in a real browser against a real server: start, drawn runner, progress, result, explanation."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from core.errors import Refused
from core.jobs import DEMO_CLIP
from core.model import Answers
from core.store import Store, key_of
from tests import builders

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
SHOTS = ROOT / "out" / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
START_WITHIN_S, MEASURED_WITHIN_S = 60, 300

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(data):
    """Start the server on a free port of this machine only, with a data folder of its own; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.address=127.0.0.1"]
    log = (data / "server.log").open("w")
    process = subprocess.Popen(
        [*command, f"--server.port={port}", "--server.headless=true", "--server.fileWatcherType=none"],
        cwd=ROOT,
        env={**os.environ, "STRIDE_DATA": str(data)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address, deadline_s = f"http://127.0.0.1:{port}", time.monotonic() + START_WITHIN_S
    try:
        while True:
            assert process.poll() is None, (data / "server.log").read_text()
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert time.monotonic() < deadline_s, "the server did not start"
                time.sleep(0.2)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        log.close()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(params=["light", "dark"])
def phone(browser, request):
    """Yield a page of a phone's size, in a light or a dark theme."""
    context = browser.new_context(viewport=PHONE, color_scheme=request.param, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.theme = request.param
    yield page
    context.close()


def heading(page, text):
    page.get_by_role("heading", name=text, exact=True, level=1).wait_for()
    # The page is whole when its script has ended.
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=\"running\"]')")
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(400)


def looks_right(page, name):
    """Keep a picture; nothing sticks out to the side, nothing crashed, and every picture has words."""
    page.screenshot(path=SHOTS / f"{name}-{page.theme}.png")
    assert page.locator("[data-testid=stException]").count() == 0
    wide = page.evaluate("""() => [...document.querySelectorAll('.stMain *')]
        .filter(e => e.clientWidth && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => `${e.tagName} ${e.className} ${e.innerText}`)""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("[...document.querySelectorAll('.stMain img')].filter(e => !e.alt).length") == 0


def done_token(data):
    with Store.open(data) as store:
        token = store.add(Answers(effort="easy"))
        store.finish(store.claim(key_of(token)).key, builders.report())
    return token


def test_the_pages_around_the_journey(server, phone):
    for path, title in (("", "See how you run"), ("record", "How to film"), ("check", "Check your running"),
                        ("explain", "Why it matters"), ("about", "About")):  # fmt: skip
        phone.goto(f"{server}/{path}")
        heading(phone, title)
        looks_right(phone, path or "home")


def test_the_top_bar_is_for_thumbs(server, phone):
    phone.goto(server)
    heading(phone, "See how you run")
    boxes = [link.bounding_box() for link in phone.locator(".st-key-top a").all()]
    assert len(boxes) == 4
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] for box in boxes)
    assert phone.get_by_role("button", name="Check my running").bounding_box()["height"] >= 44
    phone.get_by_role("link", name="Why it matters").click()
    heading(phone, "Why it matters")


def test_a_result_opens_cold_from_its_address_and_survives_a_reload(server, phone, data):
    phone.goto(f"{server}/results?job={done_token(data)}")
    heading(phone, "Your run")
    looks_right(phone, "result")
    phone.reload()
    heading(phone, "Your run")
    phone.get_by_role("link", name="See all seven muscles, and why").click()
    heading(phone, "Why it matters")
    assert "job=" in phone.url


def test_a_refusal_and_a_wrong_link(server, phone, data):
    with Store.open(data) as store:
        token = store.add(Answers())
        store.refuse(
            store.claim(key_of(token)).key, Refused("whole_body", "Your feet leave the picture.", "Step back.")
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
    phone.get_by_role("button", name="Try it with a drawn runner").click()
    heading(phone, "Measuring your run")
    assert "job=" in phone.url
    phone.get_by_text(re.compile(r"\d+ of \d+ frames")).first.wait_for(timeout=MEASURED_WITHIN_S * 1000)
    looks_right(phone, "progress")
    phone.reload()
    ended = phone.get_by_role("heading", name=re.compile("Your run|This clip will not do"))
    ended.wait_for(timeout=MEASURED_WITHIN_S * 1000)
    heading(phone, "Your run")
    looks_right(phone, "drawn-runner-result")
    assert re.search(r"\d+\.\d°", phone.locator("[data-testid=stMetricValue]").first.inner_text())
    phone.get_by_role("link", name="See all seven muscles, and why").click()
    heading(phone, "Why it matters")
    looks_right(phone, "drawn-runner-explained")
