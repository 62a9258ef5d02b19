"""Seconds from choosing a clip until it has arrived over a phone's uplink, made small on the phone and as it is.

    uv run python -m benchmarks sending [--mbps 5] [--only 1080|4K] [--result]

A real server, and Chromium with its uplink slowed down by its developer tools, share this machine. Chromium decodes and encodes by
software here; a phone does both in hardware, many times faster. With `--result` a worker measures the clip, and the seconds until
the result is shown are there too. "Server" is the processor time of reading all frames as the analysis does: what follows,
the pose model, takes the same time for both.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from benchmarks.score import Row, Table, text
from benchmarks.serving import serving
from benchmarks.shrinking import fill, shrink
from benchmarks.speed.clips import Format, make_clip
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store
from core.video.reader import frames

RESULTS = ROOT / "benchmarks" / "results" / "sending.json"
CLIPS = {
    "1080": Format(name="1080p60, 10 s", lines=1080, fps_hz=60, codec="libx264", mbps=20, seconds=10.0),
    "4K": Format(name="4K60, 10 s", lines=2160, fps_hz=60, codec="libx264", mbps=50, seconds=10.0),
}
_WITHIN_MS = 600_000
_UNABLE = "delete window.VideoEncoder;"


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one clip went: bytes that were sent, and seconds from its choice."""

    clip: str
    small: bool
    sent_bytes: int
    sent_s: float
    result_s: float | None
    server_cpu_s: float


def sent(
    browser: Browser, port: int, data: Path, clip: Path, *, small: bool, mbps: float, result: bool
) -> tuple[int, float, float | None]:
    """Send a clip as a runner does; return its bytes, and the seconds until it had arrived and until its result was shown."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(_WITHIN_MS)
    if not small:
        page.add_init_script(_UNABLE)
    page.goto(f"http://127.0.0.1:{port}/check")
    page.get_by_role("heading", name="Check your running").wait_for()
    page.locator(".st-key-consent label").click()
    page.wait_for_timeout(2000)  # the server has heard of it
    _slow_down(page, mbps)
    began_s = time.perf_counter()
    page.locator("input.pick").set_input_files(files=[clip])
    page.get_by_text("Your clip:").wait_for()
    page.get_by_role("button", name="Check my running").click()
    page.get_by_role("heading", name="Measuring your run").wait_for()
    sent_s = time.perf_counter() - began_s
    token = page.url.rpartition("job=")[2]
    with Store.open(Settings(data=data)) as store:
        n_bytes = store.job(token).upload_bytes or 0
    result_s = None
    if result:
        page.get_by_role("heading", name="Your run", exact=True).wait_for()
        result_s = time.perf_counter() - began_s
    context.close()
    return n_bytes, sent_s, result_s


def _slow_down(page: Page, mbps: float) -> None:
    network = {"offline": False, "latency": 50, "downloadThroughput": 2e6, "uploadThroughput": mbps * 1e6 / 8}
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", network)


def reading_s(clip: Path) -> float:
    """Return the processor time of reading a clip's frames at the size that is measured, in seconds."""
    before = os.times()
    for frame in frames(clip):
        assert frame.rgb.size
    after = os.times()
    return after.user + after.system - before.user - before.system


def measured(only: str | None, mbps: float, *, result: bool) -> Iterator[Way]:
    """Send each clip both ways."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        page.set_default_timeout(_WITHIN_MS)
        fill(page)
        with serving(folder / "data", **({} if result else {"STRIDE_WORKERS": "0"})) as (port, _):
            for key in [only] if only else CLIPS:
                clip, made = make_clip(folder, CLIPS[key]), folder / f"{key}_small.mp4"
                shrink(page, clip, made, most_bytes=200 << 20)
                for small in (False, True):
                    took = sent(browser, port, folder / "data", clip, small=small, mbps=mbps, result=result)
                    yield Way(
                        clip=CLIPS[key].name,
                        small=small,
                        sent_bytes=took[0],
                        sent_s=took[1],
                        result_s=took[2],
                        server_cpu_s=reading_s(made if small and made.exists() else clip),
                    )
        browser.close()


def _row(way: Way) -> Row:
    return {
        "clip": way.clip,
        "sent": "small" if way.small else "as it is",
        "MB": round(way.sent_bytes / 1e6, 1),
        "choice to sent, s": round(way.sent_s, 1),
        "choice to result, s": None if way.result_s is None else round(way.result_s, 1),
        "server reads it, CPU s": round(way.server_cpu_s, 1),
    }


def main() -> None:
    """Print the table, and keep that of a full run."""
    parser = argparse.ArgumentParser(description="Measure the way from a clip to its result over a slow uplink.")
    parser.add_argument("--mbps", type=float, default=5.0)
    parser.add_argument("--only", choices=tuple(CLIPS))
    parser.add_argument("--result", action="store_true", help="wait for the result")
    asked = parser.parse_args()
    rows = []
    for way in measured(asked.only, asked.mbps, result=asked.result):
        rows.append(_row(way))
        print(rows[-1], flush=True)
    table = Table(title=f"From the choice of a clip to its result, {asked.mbps:g} Mbit/s up", rows=tuple(rows))
    print(text(table))
    if not asked.only:
        kept = {"mbps": asked.mbps, "tables": [{"title": table.title, "rows": rows}]}
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
