"""Many clips in a real browser: chosen at once, named, sent one after the other, and found again after a reload."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks import stored
from core.model.tracks import LONGEST_S
from pages.components import roster, upload
from tests.browser.seeing import MARKS, barriers, heading, looks_right, still
from tests.browser.sending import CLIP
from tests.browser.test_scripts import ADDRESS
from tools.lint_scripts import served
from web.browser_scripts import SCRIPTS

pytestmark = MARKS


@pytest.mark.usefixtures("calm")
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


# --- the element alone ---

LIMIT = 3_000_000


@pytest.fixture(scope="module")
def grainy(tmp_path_factory):
    """Write four seconds with grain that is stored nearly without loss: more than `LIMIT`."""
    random = np.random.default_rng(3)
    moments = ((n / 8, random.integers(0, 255, (360, 480, 3), np.uint8)) for n in range(32))
    path = stored.write(tmp_path_factory.mktemp("grainy") / "ann.mp4", moments, rate_hz=30, options={"crf": "1"})
    assert path.stat().st_size > 4.5e6
    return path


@pytest.fixture
def element(browser):
    """Yield a page in which `show(upload)` shows the element for many clips; what it would send is noted instead."""
    page = browser.new_page()
    page.set_default_timeout(60_000)

    def answered(route):
        name = route.request.url.rpartition("/")[2]
        if name in SCRIPTS:
            route.fulfill(path=SCRIPTS[name], content_type="text/javascript")
        else:
            route.fulfill(content_type="text/html", body=f"<!doctype html><div id=here>{roster._HTML}</div>")

    page.route(f"{ADDRESS}**", answered)
    page.goto(ADDRESS)
    script = served()["stride_check_roster"].replace("export default function", "function served")
    page.add_script_tag(content=script)
    shrinking = upload.SHRINKING | {"most_bytes": LIMIT, "gain": 0.1}
    page.evaluate(
        """data => {
            window.said = [];
            asked = async (key, method, headers) => {
                said.push([method, Number(headers["Upload-Length"])]);
                return { bytes: 0, all: 1 };
            };
            send = async job => { said.push(["sent", job.key, job.blob.size]); return "sent"; };
            window.show = upload => {
                const here = document.querySelector("#here");
                here.innerHTML = here.innerHTML;
                window.told = [];
                window.leave = served({ data: { ...data, upload }, parentElement: here,
                    setStateValue: (...one) => told.push(one), setTriggerValue: (...one) => said.push(one) });
            };
        }""",
        {
            "rest": False,
            "words": roster._words(),
            "kinds": upload.kinds(),
            "noted": upload.NOTED,
            "shrinking": shrinking,
            "longest_s": LONGEST_S,
            "most_bytes": LIMIT,
            "most": roster.MOST,
        },
    )
    yield page
    page.close()


def test_clips_are_made_small_one_after_the_other_and_sent_so(element, grainy):
    other = grainy.with_name("bo.webm")
    other.write_bytes(b"\x1a\x45\xdf\xa3" * 99)
    element.evaluate("show(null)")
    element.set_input_files("input.pick", [grainy, other])
    expect(element.get_by_text("made small")).to_have_count(1)
    size = grainy.stat().st_size
    clips = element.evaluate("told.at(-1)[1]")
    assert [(clip["name"], clip["bytes"]) for clip in clips] == [("ann", min(size, LIMIT)), ("bo", 396)]
    assert len(element.evaluate("told.filter(([, clips]) => clips.length === 2)")) == 1
    element.evaluate(f"show({{ key: 'k', bytes: {LIMIT}, slot: 0 }})")
    element.wait_for_function("said.length === 3")
    (put, announced), (_sent, key, bytes_sent), ended = element.evaluate("said")
    assert (put, key, ended) == ("PUT", "k", ["ended", True])
    assert announced == bytes_sent < LIMIT
    element.evaluate("show({ key: 'other', bytes: 396, slot: 1 })")
    element.wait_for_function("said.length === 5")
    assert element.evaluate("said.slice(3)") == [
        ["sent", "other", 396],
        ["ended", True],
    ]  # as it is: no length is known


def test_a_clip_that_cannot_be_made_small_and_is_too_large_is_named_and_not_sent(element, grainy):
    element.evaluate("smallOf = async () => null; show(null)")
    element.set_input_files("input.pick", [grainy])
    expect(element.locator(".faults")).to_contain_text("ann: The file has")
    assert element.evaluate("told.every(([, clips]) => clips.length === 0)")
    expect(element.locator(".list")).to_be_hidden()


def test_a_clip_that_an_element_before_is_still_moving_is_waited_for(element):
    element.evaluate("show({ key: 'k', bytes: 5, slot: 0 })")
    element.get_by_text("This clip is being sent from another tab").wait_for()
    element.evaluate("keep('k', { blob: new Blob(['12345']), at: Date.now() })")
    element.wait_for_function("said.length === 2")
    assert element.evaluate("said") == [["sent", "k", 5], ["ended", True]]


def test_two_choices_at_once_take_different_places(element):
    clip = {"mimeType": "", "buffer": b"\x1a\x45\xdf\xa3" * 99}
    element.evaluate("show(null)")
    for name in ("a.webm", "b.webm"):
        element.set_input_files("input.pick", [{"name": name, **clip}])
    expect(element.locator(".list li")).to_have_text(["a, 0.0 MB", "b, 0.0 MB"])
