"""What the browser's tests look at: a page that is whole, that fits a phone, and that everyone can use."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmarks.chromium import CHROMIUM, PHONE
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store
from tests import builders
from tests.jobs import finished

SHOTS = ROOT / "out" / "screenshots"
AXE = Path(__file__).with_name("axe.min.js")

expect.set_options(timeout=60_000)

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium at {CHROMIUM}"),
]
"""The marks of every module that drives Chromium."""

MILD = ("region",)
"""Of axe-core's rules that find no serious barrier, the one that takes long."""

_STILL = """ms => new Promise(done => {
    let began = performance.now();
    let changed = began;
    const watch = new MutationObserver(() => { changed = performance.now(); });
    watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    const look = () => {
        const now = performance.now();
        if (document.querySelector('[data-test-script-state="running"]')) began = changed = now;
        if (document.getAnimations().some(a => a instanceof CSSTransition)) changed = now;
        if (now - changed < ms && now - began < 5 * ms) return setTimeout(look, 30);
        watch.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(done));
    };
    look();
})"""


def sampled(names, always):
    """Return a series' parameters: these always run, the rest with `--sweep`."""
    return [name if name in always else pytest.param(name, marks=pytest.mark.sweep) for name in names]


BOTH_THEMES = pytest.mark.parametrize("phone", ["light", "dark"], indirect=True)
"""For tests that look at colours."""


def still(page, quiet_ms=200):
    """Wait until a page's script has ended and nothing has changed or faded for so long; five times as long if all moves on."""
    page.evaluate(_STILL, quiet_ms)


def until(condition, page):
    """Wait for what a page does not show: `condition` is asked until it holds, and the page goes on meanwhile."""
    deadline_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline_s
        page.wait_for_timeout(50)


def cut_off(page):
    """Wait until the app in a page has noticed that its connection is gone."""
    page.wait_for_function("() => document.querySelector('.stApp').dataset.testConnectionState !== 'CONNECTED'")


def open_sheet(page):
    """Open the sheet with everything about sharing and saving a result."""
    page.get_by_role("button", name="Share and save").click()
    page.get_by_text("Keep it or remove it").wait_for()


def heading(page, text):
    # The first picture of a page has the same heading, until the app has drawn.
    page.wait_for_function(
        "() => [...document.querySelectorAll('#first')].every(e => getComputedStyle(e).visibility === 'hidden')"
    )
    page.get_by_role("heading", name=text, exact=True, level=1).wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    still(page)


def looks_right(page, name):
    """Keep a picture; nothing sticks out to the side, nothing crashed, and every picture has words."""
    page.screenshot(path=SHOTS / f"{name}-{page.theme}.png")
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    wide = page.evaluate("""() => [...document.querySelectorAll('.stMain *')]
        .filter(e => e.clientWidth && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => `${e.tagName} ${e.className} ${e.innerText}`)""")
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("[...document.querySelectorAll('.stMain img')].filter(e => !e.alt).length") == 0


def done_token(data, report=None):
    with Store.open(Settings(data=data)) as store:
        return finished(store, report or builders.report())


def barriers(page, rules=()):
    """Return what axe-core finds of serious or critical barriers to use, each with where it is; by these rules only, if any."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    how = {"resultTypes": ["violations"], "rules": {name: {"enabled": False} for name in MILD}}
    if rules:
        how = {"resultTypes": ["violations"], "runOnly": list(rules)}
    found = page.evaluate("async how => (await axe.run(document, how)).violations", how)
    return [
        f"{issue['id']} ({issue['impact']}): {node['html'][:160]}"
        for issue in found
        if issue["impact"] in ("serious", "critical")
        for node in issue["nodes"]
    ]
