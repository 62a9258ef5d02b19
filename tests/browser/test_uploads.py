"""A clip on its way from a phone that loses its network, its page or its server: it arrives once, and its result is found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.serving import free_port
from core.store import Store
from core.task import key_of
from tests.browser.network import Network
from tests.browser.seeing import MARKS, PHONE, ROOT, barriers, heading, looks_right

pytestmark = MARKS

SIZE = 4 << 20
SLOW = 1.2e6  # bytes a second: a middling phone network
CLIP = {"name": "🏃 my “run”.MOV", "mimeType": "", "buffer": b"\0\0\0\x18ftypqt  " + os.urandom(SIZE - 12)}
SPARE = 400_000  # what pages, headers and pieces on their way when a connection breaks take beside the clip

QUICK = """
import functools, core.worker
core.worker.worker_running = functools.partial(core.worker.worker_running, analysis="tests.core.fake_analyses:waits")
from streamlit.web.cli import main
main()
"""


class Place:
    """A server whose analyses wait for a word, behind a network."""

    def __init__(self, folder):
        self.data, self.port = folder / "data", free_port()
        self.data.mkdir()
        self.start()
        self.network = Network(self.port)
        self.address = f"http://127.0.0.1:{self.network.port}"

    def start(self):
        options = (f"--server.port={self.port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none")
        command = [sys.executable, "-c", QUICK, "run", "streamlit_app.py", "--server.headless=true", *options]
        with (self.data / "log").open("ab") as log:
            environment = os.environ | {
                "STRIDE_DATA": str(self.data),
                "PYTHONPATH": str(ROOT),
                "STRIDE_QUEUE_OF_ONE": "50",
            }
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        deadline_s = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2).close()
            except OSError:
                assert self.process.poll() is None, (self.data / "log").read_text()
                assert time.monotonic() < deadline_s
                time.sleep(0.1)
            else:
                return

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def clip(self, page):
        """Return where the server puts the clip of the job that a page shows."""
        return self.data / "clips" / key_of(parse_qs(urlsplit(page.url).query)["job"][0])

    def arrived(self, page):
        """Return how much of that clip lies on the server."""
        clip = self.clip(page)
        return clip.stat().st_size if clip.exists() else 0

    def let_analyses_end(self):
        (self.data / "go").touch()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    made = Place(tmp_path_factory.mktemp("uploads"))
    yield made
    made.network.close()
    made.process.terminate()
    made.process.wait(30)


@pytest.fixture
def context(browser, place):
    (place.data / "go").unlink(missing_ok=True)
    place.network.come_back()
    place.network.bytes_per_s = SLOW
    made = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    yield made
    made.close()
    # What a test left waiting ends before the next one begins.
    place.let_analyses_end()
    with Store.open(place.data) as store:
        deadline_s = time.monotonic() + 60
        while (store.waiting() or store.running()) and time.monotonic() < deadline_s:
            time.sleep(0.1)


@pytest.fixture
def phone(context):
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.theme = "light"
    return page


def chosen(place, phone):
    """Choose the clip and agree; return how many bytes the server had been sent until then."""
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    phone.locator("input.pick").set_input_files(files=[CLIP])
    phone.get_by_text("4.0 MB").wait_for()
    phone.locator(".st-key-consent label").click()
    phone.wait_for_timeout(800)
    return place.network.sent


def sending(place, phone, share=0.3):
    """Hand the clip in, and wait until this share of it has arrived; return how many bytes had been sent before."""
    before = chosen(place, phone)
    phone.get_by_role("button", name="Check my running").click()
    phone.get_by_role("heading", name="Sending your clip").wait_for()
    assert "job=" in phone.url
    until(lambda: place.arrived(phone) >= share * SIZE, phone)
    assert place.arrived(phone) < SIZE
    return before


def until(condition, page):
    deadline_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline_s
        page.wait_for_timeout(50)


def arrives_once(place, phone, before):
    """Wait until the clip is measured; it was sent once, and it is the one that was chosen."""
    phone.get_by_role("heading", name="Measuring your run").wait_for()
    assert SIZE <= place.network.sent - before < SIZE + SPARE
    assert place.clip(phone).read_bytes() == CLIP["buffer"]


def is_found(place, phone):
    place.let_analyses_end()
    phone.get_by_role("heading", name="Your run", exact=True).wait_for()
    assert "job=" in phone.url


def test_the_network_goes_for_twenty_seconds(place, context, phone):
    before = sending(place, phone)
    place.network.go()
    context.set_offline(True)
    phone.get_by_text("Waiting for the network").wait_for()
    looks_right(phone, "upload-waits")
    shown = float(re.match(r"[\d.]+", phone.locator(".how").inner_text())[0]) * 2**20
    assert shown <= place.arrived(phone) + 2**20 / 10  # what is told to have arrived has
    phone.wait_for_timeout(20_000)
    place.network.come_back()
    context.set_offline(False)
    arrives_once(place, phone, before)
    is_found(place, phone)
    assert "✓" in phone.title()


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
    phone.wait_for_timeout(1000)
    place.start()
    phone.get_by_text(re.compile(r"\d+ of 1000 frames")).wait_for()
    is_found(place, phone)


def test_of_two_tabs_one_sends_and_the_other_takes_over(place, context, phone):
    before = sending(place, phone, 0.2)
    other = context.new_page()
    other.set_default_timeout(60_000)
    other.goto(phone.url)
    other.get_by_text(re.compile(r"[1-3]\.\d MB of 4.0 MB")).wait_for()
    phone.close()
    arrives_once(place, other, before)
    is_found(place, other)


def test_another_browser_goes_on_with_the_same_clip(place, browser, context, phone):
    before = sending(place, phone, 0.2)
    address = phone.url
    context.close()
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


def test_a_clip_that_was_chosen_without_a_network_is_sent_later(place, context, phone):
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    context.set_offline(True)
    place.network.go()
    phone.locator("input.pick").set_input_files(files=[CLIP])
    phone.get_by_text("4.0 MB").wait_for()
    phone.wait_for_timeout(2000)
    context.set_offline(False)
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
        ("run.jpg", "image/jpeg", b"\xff\xd8\xff", "This file is not a video."),
        ("run.mov", "video/quicktime", b"#EXTM3U\nhttp", "This file is not a video."),
        ("run.mp4", "video/mp4", b"", "The file is empty."),
    ):
        phone.locator("input.pick").set_input_files(files=[{"name": name, "mimeType": kind, "buffer": start * 9}])
        phone.get_by_text(says).wait_for()
    looks_right(phone, "upload-no-clip")


def test_stopping_leaves_nothing_behind(place, phone):
    sending(place, phone, 0.2)
    clip = place.clip(phone)
    assert clip.exists()
    phone.get_by_role("button", name="Stop, and choose another clip").click()
    heading(phone, "Check your running")
    phone.wait_for_timeout(500)
    assert not clip.exists()
    assert "job=" not in phone.url
