"""The scripts of the pages, piece by piece, in an empty page: what they compute and decide, without a server."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks import stored
from core.model.tracks import LONGEST_S
from core.paths import ROOT
from core.video.file_kinds import CAPTURED_HZ, FULL_RATE_INTENT
from core.video.reader import read_header
from pages.components import metronome, upload
from tests.browser.seeing import MARKS
from tools.lint_scripts import served

pytestmark = MARKS

ADDRESS = "http://localhost/"
"""Nothing listens there: the page is filled in. Browsers give it all that they give a page by HTTPS."""

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def _pages(browser):
    """Yield a page, and another one whose time stands still until a test moves it on."""
    contexts = [browser.new_context(), browser.new_context()]
    pages = [context.new_page() for context in contexts]
    pages[1].clock.install(time=0)
    pages[1].clock.pause_at(1)
    yield pages
    for context in contexts:
        context.close()


@pytest.fixture
def blank(_pages):
    """Yield a function that opens an empty page with a script, whose functions then are the page's own."""

    def opened(name, body="", before="", clock=False):
        page = _pages[clock]
        page.unroute_all()
        page.route(ADDRESS, lambda route: route.fulfill(content_type="text/html", body=f"<!doctype html>{body}"))
        page.goto(ADDRESS)
        script = served()[name].replace("export default function", "function served")
        page.add_script_tag(content=f"{before}\n{script}")
        return page

    yield opened
    _pages[0].evaluate("localStorage.clear(); indexedDB.deleteDatabase('stride-check')")


def with_bytes(page, content, name="clip"):
    """Let a page's `clip` be a blob of these bytes."""
    page.route(f"**/{name}", lambda route: route.fulfill(body=content, content_type="video/mp4"))
    page.evaluate(f"async () => {{ window.clip = await (await fetch('{name}')).blob(); }}")


# --- words ---


def test_words_are_put_where_the_markup_asks_for_them(blank):
    page = blank("stride_check_print", '<p data-word="a"></p><button data-label="b"></button>')
    assert page.evaluate("fill('{n} of {all}, {n}', {n: 2, all: 3})") == "2 of 3, 2"
    page.evaluate("label(document, {a: '<i>', b: 'Close'})")
    assert page.inner_text("p") == "<i>"
    assert page.get_attribute("button", "aria-label") == "Close"


# --- the metronome ---

WORDS = {word: word for word in ("start", "stop", "done", "up", "down", "ready", "tap_each", "sound_on", "sound_off")}
WORDS |= {"tap": "tap, {seconds}", "count": "count {number}"}


@pytest.mark.parametrize(
    ("data", "k", "at_ms", "pitch_hz"),
    [
        ({"per_min": 60, "per_rep": 2}, 0, -5000, 440),
        ({"per_min": 60, "per_rep": 2}, 4, -1000, 440),
        ({"per_min": 60, "per_rep": 2}, 5, 0, 880),
        ({"per_min": 60, "per_rep": 2}, 6, 1000, 660),
        ({"per_min": 120, "per_rep": 2}, 9, 2000, 880),
        ({"per_min": 0, "per_rep": 1}, 7, 20_000, 880),  # a hold: every tenth second
    ],
)
def test_a_signal_has_its_time_and_pitch(blank, data, k, at_ms, pitch_hz):
    page = blank("stride_check_metronome")
    found = page.evaluate("([data, k]) => signal({data, startMs: 1000}, k)", [data, k])
    assert (found["atMs"] - 1000, found["pitch"]) == (at_ms, pitch_hz)


@pytest.fixture
def beating(blank):
    """Yield a function that shows a metronome on a page whose time a test moves on."""

    def shown(**data):
        page = blank("stride_check_metronome", f"<div id=here>{metronome._HTML}</div>", clock=True)
        page.evaluate(
            """data => { window.AudioContext = undefined; window.told = [];
            served({parentElement: document.querySelector("#here"), data, setTriggerValue: (...one) => told.push(one)}) }""",
            {"per_min": 0, "per_rep": 1, "taps": False, "counts": False, "unit": "s", "words": WORDS} | data,
        )
        return page

    return shown


def number(page):
    return page.inner_text(".number")


def test_repeats_are_counted_by_the_clock_however_late_a_timer_is(beating):
    page = beating(per_min=60, per_rep=2, counts=True, unit="reps")
    assert (number(page), page.inner_text(".cue")) == ("start", "tap, 5")
    page.click(".disc")
    page.clock.run_for(2_100)
    assert number(page) == "3"  # seconds of the lead-in that are left
    page.clock.run_for(3_000)
    assert (number(page), page.inner_text(".cue")) == ("0", "up")
    page.clock.run_for(1_000)
    assert page.inner_text(".cue") == "down"
    page.clock.fast_forward(20_000)  # timers fire once at most
    assert number(page) == "10"
    assert page.locator(".box").get_attribute("data-beats") == "22"


def test_a_hold_is_timed_and_kept(beating):
    page = beating()
    page.click(".disc")
    page.clock.run_for(5_000 + 12_900)
    page.click(".disc")
    assert (number(page), page.is_disabled(".disc")) == ("12", True)
    assert page.is_hidden(".less")  # seconds are not counted by hand
    page.click(".right")
    assert page.evaluate("told") == [["kept", {"side": "right", "value": 12}]]
    assert number(page) == "start"


def test_taps_are_counted_and_one_can_be_taken_off(beating):
    page = beating(taps=True, counts=True, unit="reps")
    for _ in range(3):
        page.click(".disc")
    page.click(".less")
    assert (number(page), page.get_attribute(".disc", "aria-label")) == ("2", "count 2")
    page.click(".again")
    assert number(page) == "0"
    assert page.is_hidden(".left")


# --- the level ---


@pytest.mark.parametrize(
    ("beta", "gamma", "edge", "roll", "pitch"),
    [
        (90, 0, 0, 0, 0),  # upright
        (0, -90, 90, 0, 0),  # on its side
        (80, 0, 0, 0, -10),
        (100, 0, 0, 0, 10),
        (0, 0, 0, 0, -90),  # on its back
    ],
)
def test_the_phones_angles_are_those_of_its_nearest_edge(blank, beta, gamma, edge, roll, pitch):
    now = blank("stride_framing").evaluate("angles => held(angles)", {"beta": beta, "gamma": gamma})
    assert now["pitch"] == pytest.approx(pitch, abs=1e-6)
    if abs(pitch) < 90:
        assert (now["edge"], now["roll"]) == (edge, pytest.approx(roll, abs=1e-6))


@pytest.mark.parametrize(
    ("roll", "pitch", "said"),
    [
        (0.4, 2, "level"),
        (3.4, 0, "right 3"),
        (-3.4, 20, "left 3"),
        (0, 8, "up 8"),
        (0, -8, "down 8"),
        (9, -75, "lying"),
    ],
)
def test_the_advice_names_one_thing_to_do(blank, roll, pitch, said):
    words = {"lying": "lying", "level": "level", "lower_right": "right {degrees}", "lower_left": "left {degrees}"}
    words |= {"looks_up": "up {degrees}", "looks_down": "down {degrees}"}
    script = "([roll, pitch, words]) => advice({roll, pitch}, words)"
    assert blank("stride_framing").evaluate(script, [roll, pitch, words]) == said


# --- a clip, before it is sent ---


def test_a_file_is_known_by_its_first_bytes(blank):
    page = blank("stride_check_upload")
    kinds = upload.kinds()
    page.evaluate(
        "kinds => { window.kinds = kinds; window.kind = async (...bytes) => await kindOf(new Blob(bytes), kinds); }",
        kinds,
    )
    mp4 = page.evaluate("kind(new Uint8Array([0, 0, 0, 24]), 'ftypmp42')")
    assert mp4["what"] in (None, "")
    assert page.evaluate("kind(new Uint8Array([255, 216, 255, 224]), 'JFIF')")["what"]
    assert page.evaluate("kind('nothing known')") is None


def test_the_index_of_a_clip_gives_its_length(blank):
    page = blank("stride_check_upload")
    with_bytes(page, (ROOT / "assets" / "demo_clip.mp4").read_bytes())
    clip = json.loads((ROOT / "assets" / "demo_report.json").read_text(encoding="utf-8"))["clip"]
    seconds = page.evaluate("async () => indexedSeconds(await indexOf(clip))")
    assert seconds == pytest.approx(clip["duration_s"], abs=0.1)


@pytest.mark.parametrize("content", [b"", b"short", b"\0\0\0\4ftyp" + bytes(40), b"\0\0\0\x18ftypmp42" + bytes(12)])
def test_a_clip_without_an_index_has_no_length(blank, content):
    page = blank("stride_check_upload")
    with_bytes(page, content)
    assert page.evaluate("async () => indexedSeconds(await indexOf(clip))") is None


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("clip.mp4", {CAPTURED_HZ: "240.000000"}),
        ("clip.mp4", {CAPTURED_HZ: "75"}),
        ("clip.mp4", {CAPTURED_HZ: "30.0"}),
        ("clip.mp4", {CAPTURED_HZ: "fast"}),
        ("clip.mp4", {}),
        ("clip.mov", {FULL_RATE_INTENT: "0"}),
        ("clip.mov", {FULL_RATE_INTENT: "1"}),
    ],
)
def test_slow_motion_is_found_as_the_server_finds_it(blank, tmp_path, name, notes):
    grey = np.full((48, 64, 3), 90, np.uint8)
    path = stored.write(tmp_path / name, [(n / 30, grey) for n in range(30)], rate_hz=30, notes=notes)
    page = blank("stride_check_upload")
    with_bytes(page, path.read_bytes())
    found = page.evaluate("async noted => notedSlower(await indexOf(clip), noted)", upload.NOTED)
    assert found == next(iter(read_header(path).noted_slow_motion), None)


def test_sizes_and_times_are_written_for_people(blank):
    page = blank("stride_check_upload")
    assert page.evaluate("[megabytes(1572864), megabytes(104857600)]") == ["1.5 MB", "100 MB"]
    assert page.evaluate("[minutes(0), minutes(65.9), length(9.6), length(75)]") == ["0:00", "1:05", "10 s", "1:15 min"]


@pytest.mark.parametrize(
    ("moved", "asked", "seconds", "span"),
    [
        ("from", (50, 20), 100, (50, 53)),  # the end is pushed on
        ("from", (99, 100), 100, (97, 100)),  # the least part stays
        ("to", (10, 190), 200, (190 - LONGEST_S, 190)),  # the start follows
        ("to", (0, 1), 100, (0, 3)),
        ("to", (1, 1.5), 2, (0, 2)),  # a clip shorter than the least part
    ],
)
def test_the_chosen_part_is_neither_too_short_nor_too_long(blank, moved, asked, seconds, span):
    page = blank("stride_check_upload", f"<div id=here>{upload._HTML}</div>")
    found = page.evaluate(
        """([moved_, asked, seconds, longest]) => {
            const ui = view(document.querySelector("#here"));
            for (const slider of [ui.from, ui.to]) slider.max = seconds;
            [ui.from.value, ui.to.value] = asked;
            const data = {least_s: 3, longest_s: longest, words: {span: ""}};
            const state = {clip: {seconds}, data};
            moved(state, ui, ui[moved_]);
            return state.clip.span;
        }""",
        [moved, asked, seconds, LONGEST_S],
    )
    assert found == pytest.approx(span)


# --- a clip that is kept until it has been sent ---


def test_a_kept_clip_is_there_after_a_reload_until_it_is_forgotten(blank):
    page = blank("stride_check_upload")
    page.evaluate("keep('one', {blob: new Blob(['123']), at: Date.now()})")
    page.reload()
    page = blank("stride_check_upload")
    assert page.evaluate("async () => (await (await find('one')).blob.text())") == "123"
    page.evaluate("forget('one')")
    assert page.evaluate("find('one')") is None


def test_the_chosen_clip_becomes_the_uploads_if_it_has_its_size(blank):
    page = blank("stride_check_upload")
    page.evaluate("keep(CHOSEN, {blob: new Blob(['123']), at: Date.now()})")
    assert page.evaluate("adopt('other', 4)") is None
    assert page.evaluate("async () => (await adopt('own', 3)).blob.size") == 3
    assert page.evaluate("async () => [await find(CHOSEN), Boolean(await find('own'))]") == [None, True]
    assert page.evaluate("async () => (await adopt('own', 9)).blob.size") == 3  # it began with this one


def test_clips_of_yesterday_are_forgotten(blank):
    page = blank("stride_check_upload")
    page.evaluate(
        f"""async () => {{
            await keep('old', {{blob: new Blob(['1']), at: Date.now() - 25 * {HOUR_MS}}});
            await keep('new', {{blob: new Blob(['1']), at: Date.now() - 23 * {HOUR_MS}}});
            await forgetOld();
        }}"""
    )
    assert page.evaluate("async () => [Boolean(await find('old')), Boolean(await find('new'))]") == [False, True]


def test_without_storage_a_clip_is_kept_while_the_page_is_open(blank):
    page = blank("stride_check_upload", before="indexedDB.open = () => { throw new Error('private'); };")
    page.evaluate("keep('one', {blob: new Blob(['1']), at: 0})")
    assert page.evaluate("async () => Boolean(await find('one'))") is True


# --- sending ---


def sent(page, plan):
    """Return how a sending ends by a plan of attempts, the pauses in it, and what is said; nothing waits."""
    return page.evaluate(
        """async plan => {
            const [pauses, said] = [[], []];
            client = async () => null;
            settled = async () => null;
            pause = async (job, ms) => { pauses.push(ms); if (pauses.length > 20) job.left = true; };
            attempt = async (tus, job, told) => {
                const { how, bytes, leaves } = plan.shift() ?? { how: "broken" };
                if (bytes) told(bytes);
                if (leaves) job.left = true;
                return how;
            };
            const how = await send({ key: "k", left: false }, (one) => said.push(one.bytes ?? one.state));
            return { how, pauses, said };
        }""",
        plan,
    )


@pytest.mark.parametrize("how", ["sent", "gone"])
def test_a_sending_ends_with_the_answer_of_the_server(blank, how):
    page = blank("stride_check_upload")
    assert sent(page, [{"how": how}]) == {"how": how, "pauses": [], "said": ["sending"]}


def test_pauses_grow_while_nothing_arrives_and_begin_again_when_something_does(blank):
    plan = [{"how": "broken"}] * 3 + [{"how": "broken", "bytes": 10}, {"how": "broken", "bytes": 10}, {"how": "sent"}]
    found = sent(blank("stride_check_upload"), plan)
    assert found["how"] == "sent"
    assert found["pauses"] == [500, 1000, 2000, 500, 1000]  # the same ten bytes again are no progress


def test_no_pause_is_longer_than_15_seconds_and_who_leaves_ends_it(blank):
    found = sent(blank("stride_check_upload"), [])
    assert (max(found["pauses"]), found["how"]) == (15_000, "left")
    assert sent(blank("stride_check_upload"), [{"how": "broken", "leaves": True}])["pauses"] == []


def test_a_full_server_is_asked_again(blank):
    found = sent(blank("stride_check_upload"), [{"how": "full"}, {"how": "sent"}])
    assert found == {"how": "sent", "pauses": [500], "said": ["sending", "full", "sending"]}


TUS = """
window.aborted = 0;
window.Client = { Upload: class {
    constructor(blob, options) { this.options = options; }
    abort() { aborted += 1; }
    start() {
        if (window.status_ === null) return;
        if (status_ === 204) this.options.onSuccess();
        else this.options.onError({ originalResponse: status_ ? { getStatus: () => status_ } : null });
    }
} };
"""
"""A client whose attempt ends with a status of the server, or with 0 if the network is lost, or with null not at all."""


@pytest.mark.parametrize(
    ("status", "how"),
    [(204, "sent"), (404, "gone"), (410, "gone"), (507, "full"), (500, "broken"), (0, "broken")],
)
def test_an_attempt_is_judged_by_its_status(blank, status, how):
    page = blank("stride_check_upload", before=TUS)
    script = (
        "status => { window.status_ = status; return attempt(Client, {key: 'k', blob: new Blob(['1'])}, () => 0); }"
    )
    assert page.evaluate(script, status) == how


def test_an_attempt_without_a_sign_of_life_is_broken_off(blank):
    page = blank("stride_check_upload", before=TUS, clock=True)
    page.evaluate(
        """() => { status_ = null; window.how = null;
        attempt(Client, {key: 'k', blob: new Blob(['1'])}, () => 0).then((end) => { how = end; }); }"""
    )
    page.clock.run_for(29_000)
    assert page.evaluate("how") is None
    page.clock.run_for(2_000)
    assert page.evaluate("[how, aborted]") == ["broken", 1]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"status": 200, "headers": {"Upload-Offset": "4096", "Upload-Length": "8192"}}, {"bytes": 4096, "all": 8192}),
        ({"status": 404}, "gone"),
        ({"status": 409}, "gone"),
        ({"status": 503}, None),
    ],
)
def test_how_much_has_arrived_is_what_the_server_says(blank, answer, found):
    page = blank("stride_check_upload")
    page.route("**/uploads/k", lambda route: route.fulfill(**answer))
    assert page.evaluate("arrived('k')") == found


def test_without_a_network_nothing_is_known_of_what_has_arrived(blank):
    page = blank("stride_check_upload")
    page.route("**/uploads/k", lambda route: route.abort())
    assert page.evaluate("arrived('k')") is None


def test_a_pause_ends_when_the_network_is_back(blank):
    page = blank("stride_check_upload")
    page.evaluate("() => { window.done = false; window.job = {}; pause(job, 60000).then(() => { done = true; }); }")
    page.evaluate("dispatchEvent(new Event('online'))")
    assert page.evaluate("done") is True


def test_one_tab_sends_at_a_time(blank):
    page = blank("stride_check_upload")
    order = page.evaluate(
        """async () => {
            const order = [];
            let end;
            const first = alone('k', {}, () => new Promise((done) => { order.push('first'); end = done; }));
            const second = alone('k', {}, async () => { order.push('second'); });
            while (!end) await new Promise((done) => setTimeout(done, 5));
            order.push('end');
            end();
            await Promise.all([first, second]);
            return order;
        }"""
    )
    assert order == ["first", "end", "second"]


# --- saved results ---


def test_saved_results_are_those_of_this_phone_that_still_exist(blank):
    page = blank("stride_check_keep")
    found = page.evaluate(
        """() => {
            const ago = (days) => new Date(Date.now() - days * 86400000).toISOString();
            const all = [{token: "new", made: ago(1)}, {token: "old", made: ago(181)},
                {token: "gone", made: ago(2)}, {token: 5}, null];
            localStorage.setItem(SHELF, JSON.stringify(all));
            return current({life_days: 180, gone: ["gone"]}).map((one) => one.token);
        }"""
    )
    assert found == ["new"]
    assert page.evaluate("read().length") == 1  # the others are no longer stored


def test_results_are_compared_by_a_link_that_names_them_all(blank):
    page = blank("stride_check_keep")
    link = page.evaluate("compared({beside: 'own', view: 'trend'}, [{token: 'a'}, {token: 'b&c'}])")
    assert link == "compare?job=own&view=trend&with=a&with=b%26c"


@pytest.mark.parametrize("stored_", ["not JSON", "{}", "null"])
def test_what_cannot_be_read_is_no_result(blank, stored_):
    page = blank("stride_check_keep")
    assert page.evaluate("text => { localStorage.setItem(SHELF, text); return read(); }", stored_) == []


def test_a_full_storage_is_reported(blank):
    page = blank("stride_check_keep")
    assert page.evaluate("write([])") is True
    assert (
        page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; return write([]); }")
        is False
    )


# --- drawings in motion, and small elements ---


def test_a_moment_between_two_phases_is_interpolated_and_the_last_leads_to_the_first(blank):
    page = blank("stride_check_replay")
    assert page.evaluate("between([0, 10, 20, 30], 0.125)") == 5
    assert page.evaluate("between([0, 10, 20, 30], 0.875)") == 15
    assert page.evaluate("between([[0, 0], [4, 8]], 0.25)") == [2, 4]
    assert page.evaluate("between([0, 10], 1)") == 0


def test_a_limb_is_closed_even_if_its_ends_meet(blank):
    page = blank("stride_check_replay")
    for ends in ("[0, 0], [0, 10]", "[5, 5], [5, 5]"):
        path = page.evaluate(f"limb({ends}, 3, 2)")
        assert path.endswith("Z")
        assert "NaN" not in path


def test_speeds_set_the_rate_of_the_pages_video(blank):
    body = '<div class="st-key-v"><video></video></div><div id=here><button value="1"></button><button value="0.5"></button></div>'
    page = blank("stride_check_speeds", body)
    page.evaluate("served({parentElement: document.querySelector('#here'), data: {of: 'v', words: {}}})")
    page.locator("button").nth(1).dispatch_event("click")
    assert page.evaluate("document.querySelector('video').playbackRate") == 0.5
    assert page.evaluate("[...document.querySelectorAll('button')].map(b => b.getAttribute('aria-pressed'))") == [
        "false",
        "true",
    ]


def test_people_are_buttons_inside_the_picture_small_ones_on_top(blank):
    page = blank("stride_people", '<div id=here><div class="people"></div></div>')
    page.evaluate(
        """() => served({parentElement: document.querySelector("#here"), setTriggerValue: (...one) => { window.told = one; },
        data: {picture: "data:,", words: {picture: "p", moment: "m", me: "number {number}"},
               boxes: [[-0.1, 0, 0.5, 1], [0.2, 0.2, 0.3, 0.4]]}})"""
    )
    first, second = page.locator("button").all()
    assert first.get_attribute("aria-label") == "number 1"
    assert first.evaluate("e => [e.style.left, e.style.width, e.style.zIndex]") == ["0%", "50%", "0"]
    assert second.evaluate("e => [e.style.top, e.style.height, e.style.zIndex]") == ["20%", "20%", "1"]
    second.dispatch_event("click")
    assert page.evaluate("told") == ["tapped", 1]


def test_a_redirect_replaces_the_address_once(blank):
    page = blank("stride_check_onward")
    before = page.evaluate("history.length")
    page.evaluate("addEventListener('popstate', () => { window.steps = (window.steps ?? 0) + 1; })")
    for _ in range(2):
        page.evaluate("served({data: {address: 'results?job=x'}})")
    assert page.evaluate("[history.length, steps, location.href]") == [before, 1, f"{ADDRESS}results?job=x"]


# --- without a network ---


def test_the_worker_of_the_app_answers_from_its_store_if_the_network_is_gone(blank):
    page = blank("service_worker", before="const VERSION = 'two', KEPT = ['/offline']; window.registration = {};")
    page.evaluate(
        """async () => { const store = await caches.open("stride-check-two");
        await store.put("/offline", new Response("offline")); await caches.open("stride-check-one"); }"""
    )
    page.route("**/here", lambda route: route.fulfill(body="network"))
    page.route("**/there", lambda route: route.abort())
    asked = "async path => (await fromNetwork({request: path}, '/offline')).text()"
    assert [page.evaluate(asked, path) for path in ("/here", "/there")] == ["network", "offline"]
    assert page.evaluate("fromNetwork({request: '/there'}, '/not-kept').catch(() => 'failed')") == "failed"
    page.evaluate("() => { self.clients = {claim: () => null}; return takeOver(); }")
    assert page.evaluate("caches.keys()") == ["stride-check-two"]


def test_the_app_says_when_the_network_is_lost(blank):
    page = blank("app_shell", '<p id="gone" data-says="no network"></p>')
    try:
        page.context.set_offline(True)
        page.wait_for_function("document.querySelector('#gone').textContent === 'no network'")
    finally:
        page.context.set_offline(False)
    page.wait_for_function("document.querySelector('#gone').textContent === ''")


# --- the check by hand ---

HAND = {
    "moments": [{"stride": 1, "phase": "mid_stance"}, {"stride": 1, "phase": "toe_off"}],
    "marks": [],
    "size": [480, 640],
}


@pytest.fixture
def marking(blank):
    """Yield a function that runs a script in a page in which `s` holds marks that have just begun."""
    page = blank("stride_hand_check")
    page.evaluate("data => { window.s = begun(data); }", HAND)
    return page.evaluate


def test_a_joint_stays_in_its_frame_and_every_step_can_be_undone(marking):
    assert marking("marks(s)") == []
    marking("nudge(s, 'hip', [-1, 0], 10); nudge(s, 'hip', [-1, 0], 100); shift(s, 1); shift(s, 1)")
    assert marking("marks(s)") == [{"stride": 1, "phase": "mid_stance", "shift": 1, "points": {"hip": [0, 290]}}]
    marking("s.at = 1; nudge(s, 'knee', [0, 1], 1); undo(s); undo(s)")
    assert marking("[s.at, now(s).shift, now(s).points.hip[0]]") == [0, 0, 0]
    marking("undo(s); undo(s)")
    assert marking("[marks(s), undo(s)]") == [[], False]


def test_a_finger_means_the_chosen_joint_or_else_the_nearest_one_in_reach(marking):
    marking("put(s, 'hip', [200, 200]); put(s, 'far_hip', [212, 200]); s.far = true; s.joint = 'far_hip'")
    assert marking("grabbed(s, [203, 200], 30)") == "far_hip"
    assert marking("s.joint = 'knee'; grabbed(s, [203, 200], 30)") == "hip"
    assert marking("grabbed(s, [203, 200], 2)") is None
    assert marking("s.far = false; grabbed(s, [214, 200], 30)") == "hip"


def test_the_magnifier_is_in_the_corner_away_from_the_joints(marking):
    marking("put(s, 'ankle', [300, 515]); put(s, 'shoulder', [190, 45])")
    assert marking("rightCorner(s, 80)") is True
    assert marking("put(s, 'shoulder', [290, 45]); rightCorner(s, 80)") is False


def test_what_was_kept_is_there_again(marking):
    kept = [{"stride": 1, "phase": "toe_off", "shift": -1, "points": {"far_hip": [5, 6]}}]
    assert marking("kept => { const t = begun({...s, marks: kept}); return [marks(t), t.far]; }", kept) == [kept, True]
