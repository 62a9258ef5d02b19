"""What a phone shows before the app is there: at once, readable, usable, in the same place; and what it keeps for no network."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from benchmarks.speed.pages import READABLE_WITHIN_MS, throttle
from core.paths import ROOT
from tests.browser.seeing import BOTH_THEMES, MARKS, SHOTS, barriers, heading, still
from web.streamlit_shell.app_shell import PAGES
from web.streamlit_shell.static_assets import STREAMLIT

pytestmark = MARKS

SHIFTS = """window.shifted = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifted += entry.value))
        .observe({ type: "layout-shift", buffered: true });"""
TITLES = """window.titles = [];
    new MutationObserver(() => window.titles.push(document.title)).observe(document, { subtree: true, childList: true });"""
MOST_SHIFTED = 0.1
"""What browsers call good of Cumulative Layout Shift."""


@pytest.fixture
def no_app(phone):
    """Yield a page whose network brings everything but the app."""
    phone.route("**/static/js/**", lambda route: route.abort())
    return phone


@pytest.fixture(scope="module")
def visited(server, browser):
    """Yield a browser that has been here, and that has kept the page for no network."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(server)
    page.evaluate("() => navigator.serviceWorker.ready")
    page.close()
    yield context
    context.close()


@pytest.fixture
def kept(server, visited):
    """Yield a page of that browser, for whose navigations the worker answers."""
    page = visited.new_page()
    page.goto(f"{server}/offline")
    page.wait_for_function("() => navigator.serviceWorker.controller")
    yield page
    visited.set_offline(False)
    page.close()


def boxes(page, root, selectors):
    return page.evaluate(
        """([root, selectors]) => selectors.map(selector => {
            const { x, y, width, height } = (root ? document.querySelector(root).shadowRoot : document)
                .querySelector(selector).getBoundingClientRect();
            return [x, y, width, height].map(Math.round); })""",
        [root, list(selectors)],
    )


@pytest.mark.parametrize("path", ["", "check"])
def test_it_can_be_read_within_two_seconds_on_a_slow_network(server, browser, path):
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)
    page = context.new_page()
    throttle(page)
    page.goto(f"{server}/{path}", wait_until="commit")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < READABLE_WITHIN_MS
    # What has been painted is the page's text, and nothing of the app.
    expect(page.get_by_role("heading", level=1)).to_have_text(PAGES[path].title)
    expect(page.locator(".stApp")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("path", ["", "record"])
def test_it_goes_when_the_app_has_drawn_and_nothing_jumps_nor_is_the_tab_called_streamlit(server, phone, path):
    phone.add_init_script(SHIFTS + TITLES)
    phone.goto(f"{server}/{path}")
    phone.locator(".stMain h1").wait_for(state="visible")
    heading(phone, PAGES[path].title)
    titles = phone.evaluate("window.titles")
    assert titles[-1].endswith(" · Stride Check")
    assert [title for title in titles if "streamlit" in title.lower()] == []
    assert phone.evaluate("getComputedStyle(document.querySelector('#first')).visibility") == "hidden"
    assert phone.evaluate("window.shifted") < MOST_SHIFTED
    expect(phone.get_by_role("heading", level=1)).to_have_count(1)


def test_it_never_comes_back(server, phone):
    phone.goto(server)
    heading(phone, PAGES[""].title)
    phone.get_by_role("link", name="Film", exact=True).click()
    phone.evaluate("""() => { window.cameBack = false; const look = () => {
        window.cameBack ||= getComputedStyle(document.querySelector("#first")).visibility === "visible";
        requestAnimationFrame(look); }; look(); }""")
    heading(phone, PAGES["record"].title)
    phone.evaluate("document.querySelector('.stMain h1').remove()")
    still(phone)
    assert phone.evaluate("window.cameBack") is False


BESIDE = {
    "h1": ".stMain h1",
    "main p": ".stMarkdown p",
    ".button": ".stButton button",
    ".hero": ".stImage img",
    "nav a:last-child": ".st-key-top [data-testid=stElementContainer]:last-child a",
    "header svg": "[data-testid=stHeaderLogo]",
}
"""Parts of the first picture, and of the app that takes its place."""


def test_it_stands_where_the_app_will(server, phone):
    """The first picture is hidden then, and keeps its place: one visit shows both, at every width and in both themes."""
    phone.goto(server)
    heading(phone, PAGES[""].title)
    phone.evaluate("document.fonts.ready")
    for theme in ("light", "dark"):
        phone.emulate_media(color_scheme=theme)
        for width in (320, 390, 1280):
            phone.set_viewport_size({"width": width, "height": 844})
            still(phone)
            for ours, theirs in zip(boxes(phone, "#first", BESIDE), boxes(phone, "", BESIDE.values()), strict=True):
                assert ours == pytest.approx(theirs, abs=2), (theme, width)


@BOTH_THEMES
def test_it_looks_right_and_everyone_can_use_it(server, no_app):
    for path in ("", "check"):
        no_app.goto(f"{server}/{path}")
        no_app.get_by_role("heading", name=PAGES[path].title, level=1).wait_for()
        no_app.screenshot(path=SHOTS / f"first-{path or 'home'}-{no_app.theme}.png")
        assert barriers(no_app) == []
        expect(no_app.get_by_role("status")).to_have_text("Loading…")
        assert no_app.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_its_links_work_before_the_app_is_there(server, no_app):
    no_app.goto(f"{server}/?job=abc")
    no_app.get_by_role("link", name="Film", exact=True).click()
    no_app.wait_for_url("**/record?job=abc")
    no_app.go_back()
    no_app.get_by_role("link", name="Check my running").click()
    no_app.wait_for_url("**/check")
    no_app.get_by_role("heading", name=PAGES["check"].title, level=1).wait_for()


def test_without_scripts_it_says_what_is_needed(server, browser):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(server)
    page.locator("noscript p").wait_for()
    expect(page.locator("noscript p")).to_contain_text("needs JavaScript")
    expect(page.get_by_role("status")).to_have_count(0)
    context.close()


def test_a_phone_may_put_it_on_its_home_screen(server, browser, tmp_path):
    # What is not kept when the browser is closed cannot be installed: it needs a browser with a memory.
    context = browser.browser_type.launch_persistent_context(tmp_path, executable_path=str(CHROMIUM), args=list(FLAGS))
    page = context.pages[0]
    page.goto(server)
    page.evaluate("() => navigator.serviceWorker.ready")
    tools = context.new_cdp_session(page)
    assert tools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{server}/app.webmanifest"
    context.close()


def test_offline_it_says_so_and_comes_back_by_itself(server, kept):
    kept.context.set_offline(True)
    kept.goto(f"{server}/check?job=abc")
    kept.get_by_role("heading", name="You are offline", level=1).wait_for()
    kept.get_by_text("stays on this phone").wait_for()
    assert kept.get_by_role("link", name="Try again").evaluate("link => link.href") == f"{server}/check?job=abc"
    kept.screenshot(path=SHOTS / "offline.png")
    kept.context.set_offline(False)
    kept.get_by_role("heading", name=re.compile("Nothing here"), level=1).wait_for()


def test_the_phone_keeps_no_address_and_no_answer_but_that_page(server, kept):
    kept.goto(f"{server}/results?job=abc")
    heading(kept, "Nothing here")
    keys = kept.evaluate("""async () => (await Promise.all((await caches.keys()).map(async name =>
        (await (await caches.open(name)).keys()).map(({ url }) => url.slice(location.origin.length))))).flat()""")
    assert sorted(keys) == ["/app/static/fonts/figtree-latin.woff2", "/app_shell.js", "/favicon.png", "/offline"]


def test_a_newer_worker_throws_away_what_an_older_one_kept(server, kept):
    kept.evaluate("caches.open('stride-check-older').then(store => store.put('/offline', new Response('old')))")
    kept.evaluate("""async () => { const worker = await navigator.serviceWorker.getRegistration();
        await worker.unregister(); await navigator.serviceWorker.register('/service_worker.js'); }""")
    kept.wait_for_function("async () => !(await caches.keys()).includes('stride-check-older')")


def test_every_icon_is_in_the_font(server, browser):
    """In the font an icon is its name in one sign; a name that a font does not hold is as wide as its letters."""
    sources = [ROOT / "home.py", *(ROOT / "pages").rglob("*.py"), *(STREAMLIT / "static" / "js").glob("*.js")]
    names = sorted({name for source in sources for name in re.findall(r":material/(\w+):", source.read_text("utf-8"))})
    assert len(names) > 60
    whole = next((STREAMLIT / "static" / "media").glob("MaterialSymbols-Rounded.*")).read_bytes()
    page = browser.new_page()
    page.goto(server)
    ours, streamlits = page.evaluate(
        """async ([names, whole]) => {
            const pen = document.createElement("canvas").getContext("2d");
            const widths = async (family, source) => {
                document.fonts.add(await new FontFace(family, source).load());
                pen.font = `100px ${family}`;
                return names.map(name => Math.round(pen.measureText(name).width)); };
            return [await widths("Ours", "url(/app/static/fonts/icons.woff2)"),
                await widths("Streamlits", Uint8Array.from(atob(whole), sign => sign.charCodeAt(0)))]; }""",
        [["not_an_icon", *names], base64.b64encode(whole).decode()],
    )
    assert ours == streamlits
    assert ours[0] > 200
    assert ours.count(100) > 60
    page.close()


def test_a_page_says_when_the_network_is_gone_and_goes_on_when_it_is_back(server, phone):
    phone.goto(f"{server}/check")
    heading(phone, "Check your running")
    phone.context.set_offline(True)
    phone.get_by_text("No network.").wait_for()
    phone.get_by_role("link", name="Plan", exact=True).click()
    phone.context.set_offline(False)
    heading(phone, "Your plan")
    expect(phone.get_by_role("dialog")).to_have_count(0)
    expect(phone.locator("#gone")).to_have_text("")
