"""What each page makes a phone load over a slow mobile network, and how long until there is something to read.

Run it with `uv run python -m benchmarks pages [--runs 3]`; it writes `benchmarks/results/pages.json`. The network is
Chromium's "slow 4G", put on by its developer tools; the screen is a phone's. Cold is a browser that was never here; warm is the
same one with what it has kept.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from benchmarks.score import Table, target, text
from benchmarks.serving import serving
from benchmarks.soak.load import open_page
from core.model.report import Report
from core.paths import ROOT
from core.settings import Settings
from core.storage import claims
from core.storage.share_links import Shares
from core.storage.store import Store, now_utc
from core.storage.task import key_of
from web.streamlit_shell.app_shell import PAGES

RESULTS = ROOT / "benchmarks" / "results" / "pages.json"
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
"""As Chromium's developer tools have it: milliseconds, and bytes a second."""

READABLE_WITHIN_MS = 2000.0
_DRAWN_WITHIN_MS = 120_000
_QUIET_MS, _MOST_WAITS = 2000, 30

# When the app took the place of the first picture of the page: the picture is hidden from then on.
_WATCH = """
const look = () => {
  const first = document.querySelector("#first");
  if (first && getComputedStyle(first).visibility === "hidden") window.drawnAtMs = performance.now();
  else requestAnimationFrame(look);
};
addEventListener("DOMContentLoaded", look);
"""
_READABLE = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


@dataclass(kw_only=True)
class Load:
    """What one opening of a page took: bytes on the wire, requests, and milliseconds from the tap."""

    n_bytes: int = 0
    n_requests: int = 0
    readable_ms: float = float("nan")
    drawn_ms: float = float("nan")


@dataclass(kw_only=True)
class Site:
    """A server with a finished result that is shared, and the paths of its pages."""

    address: str
    paths: dict[str, str] = field(default_factory=dict)


@contextmanager
def site() -> Iterator[Site]:
    """Serve all pages meanwhile, those of a result with the drawn runner's."""
    report = Report.from_json((ROOT / "assets" / "demo_report.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with Store.open(Settings(data=data)) as store, serving(data) as (port, _):
            tokens = []
            for _ in range(2):
                token = store.add(report.answers)
                job = claims.claim(store, key_of(token))
                assert job is not None
                claims.finish(store, job.key, report)
                tokens.append(token)
            link = Shares(store.engine, now_utc).make(tokens[0], life=timedelta(days=7)).token
            own = f"?job={tokens[0]}"
            query = {"results": own, "explain": own, "plan": own, "compare": f"{own}&with={tokens[1]}"}
            paths = {f"/{name}": f"/{name}{query.get(name, '')}" for name in PAGES}
            paths |= {"/shared": f"/shared?share={link}", "/r/...": f"/r/{link}"}
            for path in paths.values():
                if not path.startswith("/r/"):
                    open_page(port, *path[1:].partition("?")[::2])  # a server's first visitor waits for its imports
            yield Site(address=f"http://127.0.0.1:{port}", paths=paths)


def throttle(page: Page) -> CDPSession:
    """Put the slow network between a page and its server."""
    tools: CDPSession = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    return tools


def load(context: BrowserContext, url: str) -> Load:
    """Open a page in a tab of its own and return what that took, until nothing more came."""
    page, took, on_the_way = context.new_page(), Load(), set()
    tools = throttle(page)

    def arrived(event: dict[str, Any]) -> None:
        on_the_way.discard(event["requestId"])
        took.n_bytes += int(event["encodedDataLength"])
        took.n_requests += event["encodedDataLength"] > 0

    def told(event: dict[str, dict[str, str]]) -> None:
        took.n_bytes += len(event["response"]["payloadData"]) * 3 // 4  # it is told in base64

    tools.on("Network.requestWillBeSent", lambda event: on_the_way.add(event["requestId"]))
    tools.on("Network.loadingFailed", lambda event: on_the_way.discard(event["requestId"]))
    tools.on("Network.loadingFinished", arrived)
    tools.on("Network.webSocketFrameReceived", told)
    page.add_init_script(_WATCH)
    page.goto(url, wait_until="load", timeout=_DRAWN_WITHIN_MS)
    if page.locator("#first").count():
        page.wait_for_function("() => window.drawnAtMs", timeout=_DRAWN_WITHIN_MS)
        took.drawn_ms = page.evaluate("() => window.drawnAtMs")
    took.readable_ms = page.evaluate(_READABLE)
    for _ in range(_MOST_WAITS):
        before = took.n_bytes
        page.wait_for_timeout(_QUIET_MS)
        if before == took.n_bytes and not on_the_way:
            break
    page.close()
    return took


def opened(browser: Browser, url: str) -> tuple[Load, Load]:
    """Open a page in a new browser, and once more in the same one."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, service_workers="block")
    cold, warm = load(context, url), load(context, url)
    context.close()
    return cold, warm


def _row(page: str, cache: str, loads: list[Load]) -> dict[str, str | float | None]:
    def middle(name: str, per: float) -> float | None:
        found = statistics.median(getattr(load, name) for load in loads)
        return round(found / per, 2) if found == found else None

    return {
        "page": page,
        "cache": cache,
        "kB": middle("n_bytes", 1000),
        "requests": int(statistics.median(load.n_requests for load in loads)),
        "readable s": middle("readable_ms", 1000),
        "app drawn s": middle("drawn_ms", 1000),
    }


def measured(runs: int) -> Table:
    """Open every page a number of times."""
    rows = []
    with site() as here, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for page, path in here.paths.items():
            pairs = [opened(browser, here.address + path) for _ in range(runs)]
            rows += [_row(page, "cold", [cold for cold, _ in pairs]), _row(page, "warm", [warm for _, warm in pairs])]
        browser.close()
    note = (
        f"Medians of {runs}; slow 4G, {PHONE['width']} px. kB: all that came, by HTTP and by websocket; what the service worker "
        "fetches later is not among it. Readable: the first text is painted."
    )
    return Table(title="Pages on a slow mobile network", note=note, rows=tuple(rows))


def main() -> None:
    """Print the tables, and keep them."""
    parser = argparse.ArgumentParser(description="Measure what pages make a phone load.")
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    table = measured(runs)
    slowest_ms = max(1000 * float(row["readable s"] or "nan") for row in table.rows)
    wanted = target("slow 4G", "readable within, slowest page, ms", slowest_ms, READABLE_WITHIN_MS)
    tables = (table, Table(title="Target", rows=(wanted,)))
    print("\n\n".join(map(text, tables)))
    kept = [{"title": table.title, "note": table.note, "rows": list(table.rows)} for table in tables]
    RESULTS.write_text(json.dumps({"runs": runs, "tables": kept}, indent=1) + "\n", encoding="utf-8")
    print(f"\nwrote {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
