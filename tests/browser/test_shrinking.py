"""A clip is made small on the phone before it is sent: with every frame and its time, upright, and with nothing else."""

from __future__ import annotations

import re

import av
import numpy as np
import pytest

from benchmarks import stored
from benchmarks.shrinking import fill, shrink
from core.video.file_kinds import CAPTURED_HZ
from core.video.reader import frames, read_header
from pages.components.upload import SHRINKING
from tests.browser.seeing import MARKS, heading, looks_right, still, until
from tests.browser.sending import HELD, SLOW, is_found
from web.browser_scripts import SCRIPTS, WORKER

pytestmark = MARKS

MOST = 200 << 20
UNEVEN_S = np.cumsum([0, *np.tile([1 / 60, 1 / 60, 1 / 30], 20)])
"""Times of a phone that leaves out a frame now and then."""


def times_of(clip):
    """Return when the frames of a clip are shown, from its first one."""
    return np.array([frame.time_s for frame in frames(clip)])


def corners(clip):
    """Return the brightness of the four corners of a clip's middle frame: top left, top right, bottom left, bottom right."""
    shown = list(frames(clip))
    grey = shown[len(shown) // 2].rgb.mean(axis=2)
    h, w = (side // 4 for side in grey.shape)
    return [float(part.mean()) for part in (grey[:h, :w], grey[:h, -w:], grey[-h:, :w], grey[-h:, -w:])]


@pytest.fixture(scope="module")
def _context(browser):
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(_context):
    opened = _context.new_page()
    fill(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def functions(_context):
    """A page for functions that change nothing in it, with the script of the worker too."""
    opened = _context.new_page()
    fill(opened)
    opened.add_script_tag(content=SCRIPTS[WORKER].read_text(encoding="utf-8"))
    return opened


@pytest.fixture(scope="module")
def phones_clip(tmp_path_factory):
    """Write a clip as a phone stores it: turned and mirrored, with uneven times, a place and the rate that it was filmed at."""
    shown = np.full((960, 540, 3), 40, np.uint8)
    shown[:240, :135], shown[:240, -135:], shown[-240:, :135] = 240, 180, 110
    moments = [(float(at), stored.as_stored(shown, True, 1)) for at in UNEVEN_S]
    notes = {CAPTURED_HZ: "240.0", "com.apple.quicktime.location.ISO6709": "+52.5-013.4/"}
    clip = tmp_path_factory.mktemp("phone") / "clip.mp4"
    return stored.with_matrix(stored.write(clip, moments, rate_hz=60, notes=notes), True, 1)


def test_a_small_clip_keeps_its_frames_times_and_orientation_and_nothing_that_tells_where(page, phones_clip, tmp_path):
    small = tmp_path / "small.mp4"
    assert shrink(page, phones_clip, small, lines=320, side=480, most_bytes=MOST)
    assert times_of(small) == pytest.approx(times_of(phones_clip), abs=0.001)
    assert corners(small) == pytest.approx(corners(phones_clip), abs=8)
    before, after = read_header(phones_clip), read_header(small)
    assert (after.size_wh_px, after.rotation_deg, after.codec) == ((270, 480), 0, "h264")
    assert after.noted_slow_motion == before.noted_slow_motion != ()
    with av.open(small) as clip:
        assert [stream.type for stream in clip.streams] == ["video"]
        assert CAPTURED_HZ in clip.metadata
        assert not any("location" in key for key in clip.metadata)


def test_only_the_chosen_part_is_in_it(page, phones_clip, tmp_path):
    small, whole = tmp_path / "small.mp4", times_of(phones_clip)
    span = [float(whole[9]) - 0.002, float(whole[40]) + 0.002]
    assert shrink(page, phones_clip, small, span=span, most_bytes=MOST)
    assert times_of(small) == pytest.approx(whole[9:41] - whole[9], abs=0.001)


@pytest.mark.parametrize(
    ("before", "most"),
    [
        ("let n = 0; const encode = VideoEncoder.prototype.encode; VideoEncoder.prototype.encode = function (...one) "
         "{ n += 1; if (n > 30) throw new Error('the encoder fails'); return encode.apply(this, one); };", MOST),
        # An encoder that loses a frame without saying so.
        ("let n = 0; const encode = VideoEncoder.prototype.encode; VideoEncoder.prototype.encode = function (...one) "
         "{ n += 1; return n === 30 ? undefined : encode.apply(this, one); };", MOST),
        ("VideoEncoder.isConfigSupported = async () => ({ supported: false });", MOST),
        ("VideoDecoder.isConfigSupported = async () => ({ supported: false });", MOST),
        ("", 3000),  # more than is taken
    ],
)  # fmt: skip
def test_if_anything_fails_there_is_no_small_clip(page, phones_clip, tmp_path, before, most):
    script = before + SCRIPTS[WORKER].read_text(encoding="utf-8")
    page.route(f"**/{WORKER}", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    assert shrink(page, phones_clip, tmp_path / "small.mp4", most_bytes=most) is None


def test_what_is_no_video_makes_no_small_clip(page, tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(5000))
    assert shrink(page, tmp_path / "clip.mp4", tmp_path / "small.mp4", span=[0, 10], most_bytes=MOST) is None


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((3840, 2160), (1280, 720)),
        ((2160, 3840), (720, 1280)),
        ((1440, 1080), (1280, 960)),  # the longer side
        ((2560, 1080), (1706, 720)),  # the lines
        ((640, 360), (640, 360)),  # never larger
        ((1081, 1921), (720, 1280)),
    ],
)
def test_the_small_size_has_the_lines_and_the_side(functions, size, small):
    found = functions.evaluate("([w, h, how]) => sizeFor(w, h, how.lines, how.side)", [*size, SHRINKING])
    assert tuple(found) == small


@pytest.mark.parametrize(
    ("clip", "lacks", "tries"),
    [
        ({"size": 40e6, "span": [0, 10]}, "", True),
        ({"size": 8e6, "span": [0, 10]}, "", False),  # small already
        ({"size": 8e6, "span": [2, 6]}, "", True),  # a part of it
        ({"size": 40e6, "span": None}, "", False),  # its length is not known
        ({"size": 40e6, "span": [0, 10], "as_it_is": True}, "", False),  # it has failed before
        ({"size": 40e6, "span": [0, 10]}, "VideoEncoder", False),
    ],
)
def test_a_clip_is_made_small_if_that_is_possible_and_worth_it(functions, clip, lacks, tries):
    script = """([clip, lacks, how]) => {
        const had = window[lacks];
        if (lacks) window[lacks] = undefined;
        try { return worthwhile({ ...clip, blob: clip }, how); } finally { if (lacks) window[lacks] = had; }
    }"""
    assert functions.evaluate(script, [clip, lacks, SHRINKING]) is tries


@pytest.mark.parametrize(
    ("seconds", "share", "size", "gives_up"),
    [
        (10, 0.01, 60e6, False),  # it has only begun
        (20, 0.15, 60e6, False),  # 133 seconds in all, and 96 to send it as it is
        (20, 0.08, 60e6, True),  # 250 seconds
        (20, 0.15, 20e6, True),  # 32 seconds to send it
        (20, 0.08, 900e6, False),  # it cannot be sent as it is
        (20, 0.05, 900e6, True),
    ],
)
def test_a_device_that_would_take_too_long_gives_up_early(functions, seconds, share, size, gives_up):
    script = "([ms, share, size, most]) => hopeless(ms, share, size, most)"
    assert functions.evaluate(script, [1000 * seconds, share, size, MOST]) is gives_up
    assert functions.evaluate("hopeless(60000, undefined, 1, 2)") is False  # the end


@pytest.fixture
def long_clip(tmp_path):
    """Write 26 seconds with grain that is stored nearly without loss."""
    random, plain = np.random.default_rng(3), np.linspace(60, 180, 960).astype(np.uint8)[None, :, None]
    moments = ((n / 2, plain + random.integers(0, 24, (540, 960, 3), np.uint8)) for n in range(53))
    return stored.write(tmp_path / "long.mp4", moments, rate_hz=30, options={"crf": "1"})


@pytest.mark.usefixtures("calm")
def test_the_chosen_part_of_a_long_clip_is_sent_small_through_a_reload(place, phone, long_clip):
    phone.goto(f"{place.address}/check")
    heading(phone, "Check your running")
    phone.locator("input.pick").set_input_files(files=[long_clip])
    phone.locator("input.to").fill("15")
    phone.locator("input.from").fill("5")
    phone.get_by_text("This device made it small").wait_for(timeout=120_000)
    looks_right(phone, "upload-made-small")
    phone.locator(".st-key-consent label").click()
    still(phone)
    before = place.network.sent
    phone.get_by_role("button", name="Check my running").click()
    phone.get_by_role("heading", name="Sending your clip").wait_for()
    until(lambda: place.arrived(phone) > 300_000, phone)
    place.network.bytes_per_s = HELD
    phone.reload()
    phone.get_by_text(re.compile(r"MB of [\d.]+ MB")).wait_for()
    place.network.bytes_per_s = SLOW
    phone.get_by_role("heading", name="Measuring your run").wait_for()
    assert place.network.sent - before < long_clip.stat().st_size / 10
    whole = times_of_packets(long_clip)
    part = whole[(whole >= 5) & (whole <= 15)]
    assert times_of_packets(place.clip(phone)) == pytest.approx(part - part[0], abs=0.001)
    is_found(place, phone)


def times_of_packets(path):
    with av.open(path, format="mp4") as clip:
        video = clip.streams.video[0]
        return np.sort([float(packet.pts * video.time_base) for packet in clip.demux(video) if packet.size])


# --- what is sent ---


def made_ready(page, small, answers):
    """Return what is sent of a clip, what is announced for it, and what is kept, for answers of the server one by one."""
    return page.evaluate(
        """async ([how, small, answers]) => {
            const said = [];
            smallOf = async () => small && new Blob([small]);
            asked = async (key, method, headers) => { said.push([method, headers["Upload-Length"]]); return answers.shift(); };
            pause = async () => null;
            const lay = { making: () => null, progress: () => null };
            const clip = { blob: { size: 4e7 }, span: [0, 10], at: Date.now() };
            const sent = await ready({ key: "k", left: false }, clip, { ...how, most_bytes: 2e8 }, lay);
            const kept = here.get("k");
            return { bytes: sent.blob.size, said, again: kept && worthwhile(kept, how), span: kept?.span };
        }""",
        [SHRINKING, small, answers],
    )


def test_the_small_clip_is_announced_until_the_server_answers_and_kept_in_place_of_the_other(page):
    found = made_ready(page, "small", [None, None, {"bytes": 0, "all": 5}])
    assert found == {"bytes": 5, "said": [["PUT", 5]] * 3, "again": False, "span": None}


def test_a_clip_that_cannot_be_made_small_is_sent_as_it_is_and_not_tried_again(page):
    assert made_ready(page, None, []) == {"bytes": 40_000_000, "said": [], "again": False, "span": [0, 10]}
