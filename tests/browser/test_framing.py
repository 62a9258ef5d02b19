"""The level and the frame of the page about filming, with a phone's motion and a camera made up by the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from tests.browser.conftest import forget
from tests.browser.seeing import MARKS, barriers, heading, looks_right

FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
UPRIGHT = {"alpha": 0, "beta": 90, "gamma": 0}

pytestmark = MARKS


@pytest.fixture(scope="module")
def chromium(browser):
    """Yield a phone with a camera, which keeps what it has loaded: the app is large."""
    camera = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *FAKE_CAMERA])
    yield camera.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    camera.close()


@pytest.fixture
def film(server, chromium):
    """Open the page on a phone that is held in a way, in a browser that was changed by a script."""

    def open_page(held=None, changed=""):
        page = chromium.new_page()
        page.set_default_timeout(30_000)
        page.theme = "light"
        page.add_init_script(changed)
        page.hold = chromium.new_cdp_session(page)
        if held:
            hold(page, **held)
        page.goto(f"{server}/record")
        heading(page, "How to film")
        page.get_by_role("button", name="Set up the phone with a level").click()
        return page

    yield open_page
    forget(chromium)


def playing(page):
    """Wait until the picture plays, and return it."""
    video = page.locator(".view video")  # a locator sees into the component, a selector of the page's own does not
    video.evaluate("""async video => {
        while (!video.videoWidth) await new Promise(done => setTimeout(done, 50));
    }""")
    return video


def hold(page, **angles):
    page.hold.send("DeviceOrientation.setDeviceOrientationOverride", angles)


def test_the_level_says_what_to_do_and_the_outline_lies_over_the_picture(film):
    page, asked = film({"alpha": 0, "beta": 86, "gamma": -90}), []
    page.get_by_text("4° off level. Lower the right side.").wait_for()
    page.on("request", lambda request: asked.append(request.url))
    hold(page, alpha=0, beta=80, gamma=0)
    page.get_by_text("It looks down by 10°. Lean the top towards you.").wait_for()
    hold(page, **UPRIGHT)
    page.get_by_text("✓ Level.").wait_for()
    page.get_by_text("fill the outline").wait_for()
    video = playing(page)
    outline, box = page.locator(".guide svg").bounding_box(), page.locator(".view").bounding_box()
    assert outline["height"] == pytest.approx(box["height"], abs=2)
    page.locator(".tool").scroll_into_view_if_needed()
    looks_right(page, "framing")
    assert barriers(page) == []
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Set up the phone with a level").wait_for()
    assert video.evaluate("video => video.srcObject") is None
    assert asked == []


def test_a_phone_on_its_side_is_level_too_and_the_outline_stands_upright_on_it(film):
    page = film({"alpha": 0, "beta": 0, "gamma": -90})
    page.get_by_text("✓ Level.").wait_for()
    assert page.locator(".guide").evaluate("guide => guide.style.transform").endswith("rotate(90deg)")
    hold(page, alpha=0, beta=3, gamma=-90)
    page.get_by_text("3° off level. Lower the left side.").wait_for()
    hold(page, alpha=0, beta=5, gamma=0)
    page.get_by_text("Stand the phone up").wait_for()


def test_without_motion_there_is_still_a_frame(film):
    page = film(UPRIGHT, "DeviceOrientationEvent.requestPermission = async () => 'denied'")
    page.get_by_text("This browser does not say how the phone is held").wait_for()
    expect(page.locator(".says")).to_have_text("")
    expect(page.locator(".view")).to_be_visible()


def test_without_a_camera_there_is_still_a_level(film):
    page = film(UPRIGHT, "navigator.mediaDevices.getUserMedia = async () => { throw new Error('denied') }")
    page.get_by_text("✓ Level.").wait_for()
    page.get_by_text("The camera cannot be opened here.").wait_for()


def test_with_neither_there_is_a_sentence_and_no_empty_box(film):
    page = film(None, "delete window.DeviceOrientationEvent; delete Navigator.prototype.mediaDevices")
    page.get_by_text("can use neither a level nor the camera").wait_for()
    expect(page.locator(".tool")).not_to_be_visible()


def test_the_camera_is_let_go_when_the_page_is_left_for_the_camera_app(film):
    page = film(UPRIGHT)
    track = playing(page).evaluate_handle("video => video.srcObject.getTracks()[0]")
    assert track.evaluate("track => track.readyState") == "live"
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {value: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }""")
    assert track.evaluate("track => track.readyState") == "ended"
    expect(page.locator(".tool")).not_to_be_visible()
