"""A server behind a network of ours, whose analyses wait for a word; and a clip on its way to it."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, urlsplit

from benchmarks.serving import free_port, start
from core.storage.task import key_of
from tests.browser.network import Network
from tests.browser.seeing import ROOT, heading, still, until

SIZE = 4 << 20
SLOW = 1.2e6  # bytes a second: a middling phone network
CLIP = {"name": "🏃 my “run”.MOV", "mimeType": "", "buffer": b"\0\0\0\x18ftypqt  " + os.urandom(SIZE - 12)}
HELD = 40e3  # so slow that the rest of the clip is still on its way when a test has done what it does
SPARE = 400_000  # what pages, headers and pieces on their way when a connection breaks take beside the clip

QUICK = """
import functools, core.jobs.worker
core.jobs.worker.worker_running = functools.partial(core.jobs.worker.worker_running, analysis="tests.core.fake_analyses:waits")
from streamlit.web.cli import main
main()
"""


class Place:
    """A server whose analyses wait for a word, behind a network."""

    def __init__(self, folder, *options):
        self.data, self.port, self._options = folder / "data", free_port(), options
        self.data.mkdir()
        self.start()
        self.network = Network(self.port)
        self.address = f"http://127.0.0.1:{self.network.port}"

    def start(self):
        self.process = start(
            self.data,
            self.port,
            program=("-c", QUICK),
            options=self._options,
            PYTHONPATH=str(ROOT),
            STRIDE_QUEUE_OF_ONE="50",
        )

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def close(self):
        self.network.close()
        self.process.terminate()
        self.process.wait(30)

    def clip(self, page):
        """Return where the server puts the clip of the job that a page shows."""
        return self.data / "clips" / key_of(parse_qs(urlsplit(page.url).query)["job"][0])

    def arrived(self, page):
        """Return how much of that clip lies on the server."""
        clip = self.clip(page)
        return clip.stat().st_size if clip.exists() else 0

    def let_analyses_end(self):
        (self.data / "go").touch()


def chosen(place, phone):
    """Choose the clip and agree; return how many bytes the server had been sent until then."""
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    phone.locator("input.pick").set_input_files(files=[CLIP])
    phone.get_by_text("4.0 MB").wait_for()
    phone.locator(".st-key-consent label").click()
    still(phone)
    return place.network.sent


def sending(place, phone, share=0.3):
    """Hand the clip in, and hold it when this share has arrived; return how many bytes had been sent before."""
    before = chosen(place, phone)
    phone.get_by_role("button", name="Check my running").click()
    phone.get_by_role("heading", name="Sending your clip").wait_for()
    assert "job=" in phone.url
    until(lambda: place.arrived(phone) >= share * SIZE, phone)
    assert place.arrived(phone) < SIZE
    place.network.bytes_per_s = HELD
    return before


def arrives_once(place, phone, before):
    """Let the clip go on and wait until it is measured; it was sent once, and it is the one that was chosen."""
    place.network.bytes_per_s = SLOW
    phone.get_by_role("heading", name="Measuring your run").wait_for()
    assert SIZE <= place.network.sent - before < SIZE + SPARE
    assert place.clip(phone).read_bytes() == CLIP["buffer"]


def is_found(place, phone):
    place.let_analyses_end()
    phone.get_by_role("heading", name="Your run", exact=True).wait_for()
    assert "job=" in phone.url
