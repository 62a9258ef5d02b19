"""A clip in slow motion that nobody told of: the runner is asked, taps once, and gets a report of it."""

from __future__ import annotations

import av
import pytest

from core.jobs import DEMO_CLIP
from core.store import Store
from tests.browser.seeing import MARKS, barriers, heading, looks_right

MEASURED_WITHIN_MS = 240_000
TWICE, SHOWN_S = 2, 2.2

pytestmark = [
    *MARKS,
    pytest.mark.pose,
    pytest.mark.skipif(not DEMO_CLIP.is_file(), reason="the demo clip is not built"),
]


def slowed(path):
    """Write the first seconds of the drawn runner's clip so that they play half as fast."""
    with av.open(str(DEMO_CLIP)) as whole, av.open(str(path), "w") as slow:
        stream = whole.streams.video[0]
        copy = slow.add_stream_from_template(stream)
        for packet in whole.demux(stream):
            if packet.dts is None or packet.pts * packet.time_base > SHOWN_S:
                continue
            packet.pts, packet.dts, packet.duration = (TWICE * n for n in (packet.pts, packet.dts, packet.duration))
            packet.stream = copy
            slow.mux(packet)
    return path


def test_slow_motion_is_asked_about_and_one_tap_goes_on(server, phone, data, tmp_path):
    if phone.theme == "dark":
        pytest.skip("once is enough: the analysis takes a while")
    phone.goto(f"{server}/check")
    heading(phone, "Check your running")
    phone.locator("input[type=file]").set_input_files(slowed(tmp_path / "run.mp4"))
    phone.get_by_text("run.mp4").wait_for()
    phone.locator(".st-key-consent label").click()
    phone.get_by_role("button", name="Check my running").click()
    phone.get_by_role("heading", name="Is this in slow motion?").wait_for(timeout=MEASURED_WITHIN_MS)
    heading(phone, "Is this in slow motion?")
    assert len(list((data / "clips").iterdir())) == 1
    looks_right(phone, "asks-slow-motion")
    assert barriers(phone) == []
    phone.reload()
    phone.get_by_role("button", name="Yes, 2 times slower").click()
    phone.get_by_role("heading", name="Your run", exact=True).wait_for(timeout=MEASURED_WITHIN_MS)
    token = phone.url.split("job=")[1].split("&")[0]
    with Store.open(data) as store:
        report = store.job(token).report
    assert report.answers.slow_motion == TWICE
    # The drawn runner takes 164.65 steps a minute.
    assert report.measures["cadence"].value == pytest.approx(164.65, abs=2)
    assert list((data / "clips").iterdir()) == []
