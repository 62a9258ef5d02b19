"""Sharing, comparing and keeping, in a real browser: on a phone and on a desk, in light and in dark."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import PHONE
from core.model.media import MEDIA
from core.model.report import Answers, Report
from core.settings import Settings
from core.storage import claims
from core.storage.share_links import Shares
from core.storage.store import Store, key_of, now_utc
from tests.browser.seeing import MARKS, ROOT, SHOTS, barriers, done_token, heading, looks_right, open_sheet, sampled
from tests.jobs import claimed

DESK = {"width": 1280, "height": 800}
HOSTILE = "<b>A</b> [x](//e.vil) :red[r] www.e.com"
OWN_BYTES = 500_000

# The drawn runner's result, with its average stride.
SAMPLE = Report.from_json((ROOT / "assets" / "demo_report.json").read_text())

pytestmark = MARKS


@pytest.fixture
def owner(data):
    return done_token(data, SAMPLE)


@pytest.fixture
def link(data, owner):
    with Store.open(Settings(data=data)) as store:
        return Shares(store.engine, now_utc).make(owner, life=timedelta(days=7), runner=HOSTILE)


SCREENS = [("phone", "light"), ("desk", "dark"), ("phone", "dark"), ("desk", "light")]


def on_screens(*always):
    """Return the mark of a test on every screen, of which these always run."""
    return pytest.mark.parametrize("screen", sampled(SCREENS, always), ids="-".join, indirect=True)


@pytest.fixture
def screen(browser, request):
    """Yield a page of a phone's or a desk's size, in a light or a dark theme."""
    kind, theme = request.param
    size = PHONE if kind == "phone" else DESK
    context = browser.new_context(
        viewport=size, color_scheme=theme, has_touch=kind == "phone", is_mobile=kind == "phone"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.theme, page.name = theme, f"{kind}-{theme}"
    page.add_init_script("""window.forbidden = [];
        document.addEventListener('securitypolicyviolation',
            event => window.forbidden.push(`${event.violatedDirective} ${event.blockedURI}`))""")
    yield page
    context.close()


def fits(page, name):
    page.screenshot(path=SHOTS / f"{name}-{page.name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    assert page.evaluate("window.forbidden") == []
    assert barriers(page) == []


@on_screens(*SCREENS[:2])
def test_a_link_opens_at_once_and_leads_on(server, screen, link):
    screen.goto(f"{server}/r/{link.token}")
    fits(screen, "link")
    expect(screen.locator("h1")).to_have_text(f"How {HOSTILE} runs")
    screen.get_by_role("link", name="See the stride move").click()
    heading(screen, "A shared run")
    fits(screen, "shared")
    # A typed name is words: it makes no tag, no link and no colour.
    expect(screen.get_by_text(f"By {HOSTILE}", exact=True)).to_have_count(1)
    expect(screen.locator(".stMain a[href*='e.vil'], .stMain a[href*='e.com']")).to_have_count(0)
    screen.get_by_role("button", name="Check your own running").click()
    heading(screen, "Check your running")


@on_screens(("desk", "dark"))  # the page on a phone is among every page
def test_two_results_beside_each_other(server, screen, data, owner):
    lean = replace(SAMPLE.measures["trunk_lean"], value=15.0)
    other = done_token(data, replace(SAMPLE, measures={**SAMPLE.measures, "trunk_lean": lean}))
    screen.goto(f"{server}/compare?job={owner}&with={other}")
    heading(screen, "Compare results")
    expect(screen.get_by_alt_text(re.compile("Two stick figures"))).to_have_count(1)
    expect(screen.get_by_role("heading", name="Changed by more than the noise")).to_have_count(1)
    fits(screen, "compare")
    screen.get_by_role("button", name="Compare with another one").click()
    screen.get_by_label(re.compile("paste a link")).wait_for()
    assert "with=" not in screen.url


def test_a_shared_page_is_light_and_holds_nothing_of_the_owners(server, browser, data):
    with Store.open(Settings(data=data)) as store:
        owner, task = claimed(store, Answers(effort="easy"), keep_video=True)
        for name in MEDIA:
            (task.media / name).write_bytes(b"a face in " + name.encode())
        claims.finish(store, task.key, SAMPLE)
        link = Shares(store.engine, now_utc).make(owner, life=None)
    context = browser.new_context(viewport=PHONE)
    page, bodies, bundle = context.new_page(), [], 0
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: bodies.append(_bytes(frame))))
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{server}/shared?share={link.token}")
    heading(page, "A shared run")
    page.wait_for_load_state("networkidle")
    asked = [answer.url for answer in answers]
    for answer in answers:
        path = answer.url.removeprefix(server)
        # Streamlit's own bundle; ours is under app/static.
        if path.startswith("/static/"):
            bundle += 1
        elif answer.ok and not answer.url.startswith(("data:", "blob:")):
            bodies.append(answer.body())
    bodies.append(page.content().encode())
    context.close()
    sent = sum(len(body) for body in bodies[:-1])
    assert bundle > 5
    assert 10_000 < sent < OWN_BYTES, sent
    for private in (owner, key_of(owner), "a face in", "annotated.mp4", str(data)):
        assert not [body for body in bodies if private.encode() in body]
        assert not [url for url in asked if private in url]
    assert not [url for url in asked if re.search(r"\.(jpe?g|mp4|webm)", url)]


def _bytes(frame):
    return frame.encode() if isinstance(frame, str) else frame


def test_what_can_be_taken_along_arrives_and_a_link_is_copied_and_taken_back(server, phone, owner):
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    phone.goto(f"{server}/results?job={owner}")
    heading(phone, "Your run")
    open_sheet(phone)
    files = {"PDF": ("pdf", b"%PDF"), "CSV": ("csv", b"figure,"), "JSON": ("json", b"{")}
    files |= {f"For a {kind}": (f"{kind}.png", b"\x89PNG") for kind in ("story", "post")}
    for label, (ending, begins) in files.items():
        with phone.expect_download() as waiting:
            phone.get_by_role("button", name=label, exact=True).click()
        assert waiting.value.suggested_filename in (f"stride-check.{ending}", f"stride-check-{ending}")
        assert waiting.value.path().read_bytes().startswith(begins)
    phone.get_by_role("button", name="Make a link to share").click()
    field = phone.get_by_role("textbox", name="Your link")
    field.wait_for()
    url = field.input_value()
    assert re.fullmatch(re.escape(server) + r"/r/[\w-]{43}", url)
    phone.get_by_role("button", name="Copy link").click()
    phone.get_by_text("The link is copied.").wait_for()
    assert phone.evaluate("navigator.clipboard.readText()") == url
    field.scroll_into_view_if_needed()
    phone.screenshot(path=SHOTS / f"share-{phone.theme}.png")
    assert barriers(phone) == []
    assert phone.request.get(url).status == 200
    phone.get_by_role("button", name="Take it back").click()
    phone.get_by_text(re.compile("Taken back on")).wait_for()
    assert phone.request.get(url).status == 404
    assert phone.request.get(f"{url}/preview.png").status == 404


def test_the_phones_own_share_sheet_gets_the_link(server, phone, owner):
    phone.add_init_script("""navigator.share = async (what) => { window.shared = what; };
        navigator.canShare = () => true;""")
    phone.goto(f"{server}/results?job={owner}")
    heading(phone, "Your run")
    open_sheet(phone)
    phone.get_by_role("button", name="Make a link to share").click()
    phone.get_by_role("button", name="Share …").click()
    shared = phone.evaluate("window.shared")
    assert shared["url"] == phone.get_by_role("textbox", name="Your link").input_value()
    assert shared["title"] == "How I run"
    for kind in ("story", "post"):
        phone.get_by_role("button", name=f"Send a {kind}").click()
        phone.wait_for_function("kind => window.shared.files?.[0].name === `stride-check-${kind}.png`", arg=kind)
        assert phone.evaluate("window.shared.files[0].size") > 20_000


def test_a_result_kept_on_the_phone_is_there_until_deleted(server, phone, owner):
    phone.goto(f"{server}/results?job={owner}")
    heading(phone, "Your run")
    open_sheet(phone)
    phone.get_by_role("button", name="Keep on this phone").click()
    phone.get_by_role("button", name="Kept on this phone. Forget it").wait_for()
    phone.goto(server)
    heading(phone, "See how you run")
    kept = phone.get_by_role("link", name=re.compile("Easy"))
    looks_right(phone, "home-kept")
    assert barriers(phone) == []
    kept.click()
    heading(phone, "Your run")
    assert owner in phone.url
    open_sheet(phone)
    phone.get_by_text("Delete everything").click()
    phone.get_by_role("button", name="Yes, delete it all").click()
    heading(phone, "See how you run")
    expect(kept).to_have_count(0)
    assert phone.evaluate("localStorage.getItem('stride-check-results')") == "[]"
    phone.goto(f"{server}/results?job={owner}")
    heading(phone, "Nothing here")
