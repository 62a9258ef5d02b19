"""Filming in the page, with a camera made up by the browser that shows a drawn runner."""

from __future__ import annotations

import av
import numpy as np
import pytest
from playwright.sync_api import expect

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from core.jobs.submission import DEMO_CLIP
from core.video.reader import frames
from pages.components import filming, upload
from tests.browser.seeing import MARKS, barriers, heading, looks_right, still
from tests.browser.test_framing import UPRIGHT, hold
from tests.browser.test_scripts import ADDRESS
from tools.lint_scripts import served
from web.browser_scripts import SCRIPTS

pytestmark = MARKS

HZ, N, BITS, BLOCK = 60, 64, 6, 40
WIDTH, HEIGHT = 360, 640

SEEN = f"""async video => {{
    const canvas = Object.assign(document.createElement('canvas'), {{ width: {WIDTH}, height: {BLOCK} }});
    const pen = canvas.getContext('2d', {{ willReadFrequently: true }});
    window.seen = [];
    const look = (now, {{ captureTime }}) => {{
        pen.drawImage(video, 0, 0, {WIDTH}, {BLOCK}, 0, 0, {WIDTH}, {BLOCK});
        const {{ data }} = pen.getImageData(0, {BLOCK // 2}, {WIDTH}, 1);
        let n = 0;
        for (let bit = 0; bit < {BITS}; bit += 1) if (data[4 * {BLOCK} * bit + 2 * {BLOCK}] > 128) n |= 1 << bit;
        seen.push([n, captureTime / 1000]);
        video.requestVideoFrameCallback(look);
    }};
    video.requestVideoFrameCallback(look);
}}"""
"""Notes of every frame on the screen its number, which its upper edge shows in blocks, and when the camera took it."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """Write the drawn runner as a camera sees it, every frame with its number in black and white blocks."""
    path = tmp_path_factory.mktemp("camera") / "scene.y4m"
    with av.open(str(DEMO_CLIP)) as clip, path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{HZ}:1 Ip A1:1 C420jpeg\n".encode())
        for n, frame in zip(range(N), clip.decode(video=0), strict=False):
            planes = frame.reformat(WIDTH, HEIGHT, "yuv420p").to_ndarray()
            planes[: BLOCK + 10] = 128
            for bit in range(BITS):
                planes[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 235 if n >> bit & 1 else 16
            file.write(b"FRAME\n" + planes.tobytes())
    return path


@pytest.fixture(scope="module")
def chromium(browser, scene):
    flags = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={scene}",
    )
    camera = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*FLAGS, *flags])
    yield camera
    camera.close()


@pytest.fixture
def phone(chromium):
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.theme = "light"
    page.hold = context.new_cdp_session(page)
    hold(page, **UPRIGHT)
    yield page
    context.close()


def stamped(clip):
    """Return the times of a clip's frames, and the numbers that they show."""
    times, numbers = [], []
    for frame in frames(clip):
        row, side = (
            frame.rgb[frame.rgb.shape[0] * BLOCK // (2 * HEIGHT)].mean(axis=1),
            frame.rgb.shape[1] * BLOCK / WIDTH,
        )
        numbers.append(sum(int(row[int((bit + 0.5) * side)] > 128) << bit for bit in range(BITS)))
        times.append(frame.time_s)
    return np.array(times), np.array(numbers)


def differences(clip, seen):
    """Return by how much, in seconds, the time of each frame differs from when the camera took it, less the median.

    The numbers begin again after `N`; a frame's own lap is the one nearest in time.
    """
    (times, numbers), laps_s = stamped(clip), N / HZ
    taken = np.array([at for _number, at in seen])
    shown = np.array([number for number, _at in seen])
    start = min((np.ptp(_nearest(times + begin, numbers, taken, shown)), begin) for begin in taken[:60])[1]
    found = _nearest(times + start, numbers, taken, shown)
    assert np.abs(found).max() < laps_s / 2
    return found - np.median(found)


def _nearest(times, numbers, taken, shown):
    return np.array(
        [
            min(at - taken[shown == number], key=abs)
            for at, number in zip(times, numbers, strict=True)
            if number in shown
        ]
    )


@pytest.mark.usefixtures("calm")
def test_a_clip_filmed_in_the_page_arrives_with_the_times_of_the_camera(place, phone):
    place.network.bytes_per_s = 50e6
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    phone.get_by_role("button", name="Film now").click()
    phone.get_by_text("✓ Level.").wait_for()
    phone.get_by_role("button", name="Start filming").wait_for()
    assert barriers(phone) == []
    looks_right(phone, "filming")
    live = phone.locator(".cam-live")
    track = live.evaluate_handle("video => video.srcObject.getTracks()[0]")
    sent = []
    phone.on("request", lambda request: sent.append(request.method))
    live.evaluate(SEEN)
    phone.get_by_role("button", name="Start filming").click()
    count = phone.locator(".cam-count")
    expect(count).to_have_text("3")
    assert float(count.evaluate("digit => getComputedStyle(digit).fontSize").rstrip("px")) > 240  # 30 mm
    looks_right(phone, "filming-3")
    expect(phone.locator(".cam-says")).to_have_text("Filming. It stops by itself after 10 s.")
    phone.wait_for_timeout(2500)
    phone.get_by_role("button", name="Stop").click()
    phone.get_by_text("frames a second, 360 × 640.").wait_for()
    assert track.evaluate("track => track.readyState") == "ended"
    seen = phone.evaluate("seen")
    assert barriers(phone) == []
    looks_right(phone, "filming-look")
    assert set(sent) <= {"GET"}
    phone.get_by_role("button", name="Use this clip").click()
    phone.get_by_text("Your clip:").wait_for()
    phone.locator(".st-key-consent label").click()
    still(phone)
    phone.get_by_role("button", name="Check my running").click()
    phone.get_by_role("heading", name="Measuring your run").wait_for()
    found = differences(place.clip(phone), seen)
    assert len(found) > 30
    assert np.abs(np.percentile(found, [3, 97])).max() < 0.002
    assert np.ptp(found) < 0.04  # the first frame may be stamped with the start of the recorder


# --- the element alone ---


@pytest.fixture
def element(phone):
    """Yield a function that shows the element for a clip in an empty page, after a script has changed the browser."""

    def shown(before="", **film):
        def answered(route):
            name = route.request.url.rpartition("/")[2]
            if name in SCRIPTS:
                route.fulfill(path=SCRIPTS[name], content_type="text/javascript")
            else:
                css = upload.STYLE + filming.STYLE
                body = f"<!doctype html><style>{css}</style><div id=here>{upload._HTML}</div>"
                route.fulfill(content_type="text/html", body=body)

        phone.route(f"{ADDRESS}**", answered)
        phone.goto(ADDRESS)
        script = served()["stride_check_upload"].replace("export default function", "function served")
        phone.add_script_tag(content=f"{before}\n{script}")
        phone.evaluate(
            """data => { window.told = []; window.ended = served({ parentElement: document.querySelector("#here"), data,
            setStateValue: (...one) => told.push(one), setTriggerValue: () => null }) }""",
            {
                "upload": None,
                "words": upload.words() | filming.words(),
                "kinds": upload.kinds(),
                "noted": upload.NOTED,
                "shrinking": upload.SHRINKING | {"most_bytes": 1e8},
                "film": filming.data() | film,
                "most_bytes": 1e8,
                "longest_s": 90,
                "offer_s": 25,
                "usual_s": 20,
                "least_s": 3,
            },
        )
        return phone

    return shown


def opened(page):
    page.get_by_role("button", name="Film now").click()
    page.get_by_role("button", name="Start filming").wait_for()
    return page.locator(".cam-live").evaluate_handle("video => video.srcObject.getTracks()[0]")


def test_it_stops_by_itself_and_the_clip_goes_the_way_of_a_chosen_one(element):
    page = element(seconds=1)
    opened(page)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Use this clip").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Your clip:").wait_for()
    (name, clip) = page.evaluate("told.at(-1)")
    assert name == "clip"
    assert 0.5 < clip["look"]["seconds"] < 2
    assert 5 < clip["look"]["hz"] < 70
    assert clip["look"]["size"] == [WIDTH, HEIGHT]
    assert clip["look"]["light"] > 60


def test_the_camera_is_released_however_the_view_is_left(element):
    page = element()
    for leave in (
        "document.querySelector('.cam-close').click()",
        "document.querySelector('.cam').dispatchEvent(new Event('close'))",
        "Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); delete document.hidden",
        "ended()",
    ):
        track = opened(page)
        page.evaluate(leave)
        assert track.evaluate("track => track.readyState") == "ended"
        expect(page.locator(".cam")).to_be_hidden()
        assert page.evaluate("told") == []


@pytest.mark.parametrize(
    ("before", "button"),
    [
        ("delete window.MediaRecorder", False),
        ("delete Navigator.prototype.mediaDevices", False),
        ("navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError') }", True),
    ],
)
def test_otherwise_the_phones_own_camera_films_as_before(element, before, button):
    page = element(before)
    if button:
        page.get_by_role("button", name="Film now").click()
        page.get_by_text("This page cannot open the camera.").wait_for()
    expect(page.locator(".cam-open")).to_be_hidden()
    expect(page.locator(".cam")).to_be_hidden()
    expect(page.locator("input.camera")).to_be_visible()


def test_few_frames_a_second_are_told_before_filming_and_the_camera_app_is_offered(element):
    page = element(
        """const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
            if (wish.video.frameRate.min) throw new OverconstrainedError('frameRate');
            return ask({ video: { frameRate: 30 } });
        };"""
    )
    opened(page)
    expect(page.locator(".cam-note")).to_contain_text("Only 30 frames a second")
    expect(page.locator("input.cam-own")).to_be_visible()
