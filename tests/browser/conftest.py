"""A real server and a real browser, at a phone's size, in light and in dark."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from benchmarks.serving import serving
from core.settings import Settings
from core.storage import queries
from core.storage.store import Store
from tests.browser.seeing import SHOTS
from tests.browser.sending import SLOW, Place


@pytest.fixture(scope="package")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("server") / "data"


@pytest.fixture(scope="package")
def server(data):
    """Yield the address of a server on this machine only, with a data folder of its own."""
    with serving(data) as (port, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="package")
def browser():
    # Not for longer: as long as Playwright runs, no other test of this process can run an event loop of its own.
    from playwright.sync_api import sync_playwright

    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def phones(browser):
    """Yield phones by theme. Each keeps what it has loaded, and no more, for the next test: the app is large."""
    made = {
        theme: browser.new_context(viewport=PHONE, color_scheme=theme, has_touch=True, is_mobile=True)
        for theme in ("light", "dark")
    }
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def phone(phones, request):
    """Yield a page on a phone that knows nothing of these pages; its theme is light unless a test asks for another."""
    theme = getattr(request, "param", "light")
    context = phones[theme]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.theme = theme
    yield page
    forget(context)


def forget(context):
    """Remove what pages have kept in a browser, and close them."""
    context.set_offline(False)
    context.clear_cookies()
    context.clear_permissions()
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(page.url)) for page in context.pages if page.url[:4] == "http"}
    blank = context.new_page()
    for page in context.pages:
        if page is not blank:
            page.close()
    session = context.new_cdp_session(blank)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    blank.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Yield a server behind a network of ours, whose analyses wait for a word."""
    made = Place(tmp_path_factory.mktemp("place"))
    yield made
    made.close()


@pytest.fixture
def calm(place):
    """Begin with a slow network; what a test left waiting ends before the next one begins."""
    (place.data / "go").unlink(missing_ok=True)
    place.network.come_back()
    place.network.bytes_per_s = SLOW
    yield
    place.network.come_back()
    place.let_analyses_end()
    with Store.open(Settings(data=place.data)) as store:
        deadline_s = time.monotonic() + 60
        while (queries.waiting(store.engine) or queries.running(store.engine)) and time.monotonic() < deadline_s:
            time.sleep(0.1)
