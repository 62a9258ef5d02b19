"""What a clip asks its runner: one tap answers it, and the analysis goes on."""

from __future__ import annotations

import re

import av
import pytest
from PIL import Image

from core.errors import Choices, Refused
from core.i18n.message import message
from core.jobs.submission import DEMO_CLIP
from core.model.media import STILL
from core.settings import Settings
from core.storage import claims
from core.storage.store import Store
from tests.browser.seeing import MARKS, barriers, heading, looks_right, until
from tests.jobs import claimed

MEASURED_WITHIN_MS = 240_000
TWICE, SHOWN_S = 2, 2.2

BOXES = ((0.55, 0.1, 0.95, 0.95), (0.05, 0.3, 0.35, 0.9))
WHO = Refused(
    "one_runner",
    message("Two people run in this clip."),
    message("Film one alone."),
    Choices(runners=BOXES, time_s=1.5),
)

pytestmark = MARKS


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


def asks_who(data):
    with Store.open(Settings(data=data)) as store:
        token, task = claimed(store, clip=b"no clip: what is looked at is the answer")
        Image.new("RGB", (640, 480), "#7a8a99").save(task.media / STILL)
        claims.ask(store, task.key, WHO)
    return token


def test_a_tap_on_the_picture_tells_who_is_meant(server, phone, data):
    token = asks_who(data)
    phone.goto(f"{server}/check?job={token}")
    heading(phone, "Which one are you?")
    phone.get_by_role("button", name="This is me: number 2").wait_for()
    looks_right(phone, "asks-who")
    assert barriers(phone) == []
    first, second = (phone.get_by_role("button", name=f"This is me: number {n}").bounding_box() for n in (1, 2))
    picture = phone.get_by_alt_text("A moment of your clip, faces blurred.").bounding_box()
    assert first["x"] < second["x"]
    assert second["x"] == pytest.approx(picture["x"] + 0.55 * picture["width"], abs=2)
    assert second["height"] == pytest.approx(0.85 * picture["height"], abs=2)
    phone.get_by_role("button", name="This is me: number 2").click()
    phone.get_by_role("heading", name=re.compile("Measuring your run|This clip will not do")).wait_for()
    with Store.open(Settings(data=data)) as store:
        assert store.job(token).answers.runner_at == pytest.approx((0.75, 0.525, 1.5))


@pytest.mark.pose
@pytest.mark.skipif(not DEMO_CLIP.is_file(), reason="the drawn runner's clip is not built")
def test_slow_motion_is_asked_about_and_one_tap_goes_on(server, phone, data, tmp_path):
    if phone.theme == "dark":
        pytest.skip("once is enough: the analysis takes a while")
    phone.goto(f"{server}/check")
    heading(phone, "Check your running")
    phone.locator("input.pick").set_input_files(slowed(tmp_path / "run.mp4"))
    phone.get_by_text("Your clip:").wait_for()
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
    with Store.open(Settings(data=data)) as store:
        report = store.job(token).report
    assert report.answers.slow_motion == TWICE
    # The drawn runner takes 164.65 steps a minute.
    assert report.measures["cadence"].value == pytest.approx(164.65, abs=2)
    # The clip goes when the sandbox process has ended.
    until(lambda: not list((data / "clips").iterdir()), phone)
