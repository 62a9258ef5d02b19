"""The whole journey with a real clip, once in WebKit and once in Firefox: chosen, sent, measured, read, shared, opened."""

from __future__ import annotations

import contextlib
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest

from core.jobs.submission import DEMO_CLIP
from core.settings import Settings
from core.storage.store import Store
from tests.browser.engines import FIREFOX, SCREEN, WEBKIT_DRIVER, Firefox, WebKit
from tests.browser.seeing import SHOTS

MEASURED_WITHIN_S = 300
SHOWN_WITHIN_S = 60

pytestmark = [
    pytest.mark.browser,
    pytest.mark.pose,
    pytest.mark.skipif(not DEMO_CLIP.is_file(), reason="the drawn runner's clip is not built"),
    # Selenium's own WebKit driver says it in the old way.
    pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning"),
]


def needs(*programs):
    missing = [str(program) for program in programs if not program.exists()]
    return pytest.mark.skipif(bool(missing), reason=f"needs {' and '.join(missing)}")


@pytest.fixture(
    params=[
        pytest.param(WebKit, marks=needs(WEBKIT_DRIVER, SCREEN), id="webkit"),
        pytest.param(Firefox, marks=(needs(FIREFOX), pytest.mark.sweep), id="firefox"),
    ]
)
def engine(request, tmp_path):
    SHOTS.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        yield request.param(stack, tmp_path)


def until(found, what, within_s=SHOWN_WITHIN_S):
    deadline_s = time.monotonic() + within_s
    while not (it := found()):
        assert time.monotonic() < deadline_s, f"no {what}"
        time.sleep(0.2)
    return it


def shown(engine, css, says="", within_s=SHOWN_WITHIN_S):
    return until(lambda: engine.find(css, says), f"{css} that says {says!r}", within_s)


def press(engine, css, says=""):
    engine.click(shown(engine, css, says))


def settled(engine):
    """Wait until the page's script has ended: what is pressed before is drawn again under the finger."""
    until(lambda: not engine.run("!!document.querySelector('[data-test-script-state=running]')"), "rest")


def test_from_the_start_page_to_a_shared_link(server, engine, data, short_demo):
    name = type(engine).__name__.lower()
    engine.open(server)
    shown(engine, "h1", "See how you run")
    settled(engine)
    press(engine, "button", "Check my running")
    shown(engine, "h1", "Check your running")
    settled(engine)
    engine.choose(shown(engine, "input.pick"), short_demo)
    shown(engine, ".about", f"{short_demo.stat().st_size / 2**20:.1f} MB")
    press(engine, "[data-testid=stButtonGroup] button", "Easy")
    press(engine, ".st-key-consent label")
    settled(engine)
    press(engine, "button", "Check my running")
    shown(engine, "h1", "Measuring your run")
    shown(engine, "[data-testid=stProgress]", "frames", MEASURED_WITHIN_S)
    engine.keep_picture(SHOTS / f"{name}-progress.png")
    shown(engine, "h1", "Your run", MEASURED_WITHIN_S)
    token = parse_qs(urlsplit(engine.run("location.href")).query)["job"][0]
    with Store.open(Settings(data=data)) as store:
        report = store.job(token).report
    # What the drawn runner's truth says.
    assert report.measures["cadence"].value == pytest.approx(164.65, abs=1)
    lean = report.measures["trunk_lean"].value
    shown(engine, "[data-testid=stMetricValue]", f"{lean:.1f}°")
    engine.keep_picture(SHOTS / f"{name}-result.png")
    press(engine, "button", "Share and save")
    press(engine, "button", "Make a link to share")
    shown(engine, "input.link")
    url = until(
        lambda: engine.run("[...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('input.link'))"
                           "?.shadowRoot.querySelector('input.link').value"),
        "link",
    )  # fmt: skip
    assert re.fullmatch(re.escape(server) + r"/r/[\w-]{43}", url)
    engine.open(url)
    shown(engine, "h1", "How I run")
    assert f"{lean:.1f}°" in engine.run("document.querySelector('main').innerText")
    engine.keep_picture(SHOTS / f"{name}-link.png")
