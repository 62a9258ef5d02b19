"""Filming in the page, with a camera made up by the browser that shows a drawn runner."""

from __future__ import annotations

import base64

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
LAP_S = N / HZ

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


def differences(times, numbers, seen):
    """Return by how much, in seconds, the times of a clip's frames differ from when the camera took them, less the median.

    Numbers come again after `N` frames, more than a second later. What nearly all frames agree on is when filming began. Frames
    that were not seen on the screen are left out.
    """
    shown, taken = np.array([number for number, _at in seen]), np.array([at for _number, at in seen])
    began = [taken[shown == number] - at for at, number in zip(times, numbers, strict=True)]
    all_of_them = np.sort(np.concatenate(began))
    agreed = all_of_them[np.argmax(np.searchsorted(all_of_them, all_of_them + 0.01) - np.arange(len(all_of_them)))]
    found = np.array([min(one - agreed, key=abs) for one in began if len(one)])
    found = found[np.abs(found) < LAP_S / 3]
    return found - np.median(found)


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
    times, numbers = stamped(place.clip(phone))
    found = differences(times, numbers, seen)
    assert len(found) > 8, (len(times), times[-1], len(seen))
    assert np.mean(np.abs(found) < 0.002) > 0.8, found  # the first frame is stamped with the start of the recorder


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


WEBM = "MediaRecorder.isTypeSupported = (kind) => kind === 'video/webm;codecs=vp8';"

KEPT = """async () => {
    const reader = new FileReader();
    const read = new Promise(done => { reader.onload = done; });
    reader.readAsDataURL((await find("chosen")).blob);
    await read;
    return reader.result.split(",")[1];
}"""


def test_it_stops_by_itself_and_the_clip_goes_the_way_of_a_chosen_one(element, tmp_path):
    page = element(WEBM, seconds=2)  # a file without a length, and without an index of its frames
    opened(page)
    page.locator(".cam-live").evaluate(SEEN)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Use this clip").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Your clip:").wait_for()
    page.wait_for_function("told.length > 0")
    (name, clip) = page.evaluate("told.at(-1)")
    path = tmp_path / "clip.webm"
    path.write_bytes(base64.b64decode(page.evaluate(KEPT)))
    times, numbers = stamped(path)
    assert name == "clip"
    assert clip["bytes"] == path.stat().st_size
    assert clip["look"]["seconds"] == pytest.approx(times[-1], abs=0.1)
    assert clip["look"]["hz"] == pytest.approx((len(times) - 1) / times[-1], rel=0.02)
    assert clip["look"]["size"] == [WIDTH, HEIGHT]
    assert clip["look"]["light"] > 60
    found = differences(times, numbers, page.evaluate("seen"))
    assert len(found) > 4, (len(times), times[-1])
    assert np.mean(np.abs(found) < 0.002) > 0.8, found


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
