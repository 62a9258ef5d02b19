"""Seconds from choosing a clip until it has arrived over a phone's uplink, made small on the phone and as it is.

    uv run python -m benchmarks sending [--mbps 5] [--only 1080|4K|part] [--result]

A real server, and Chromium with its uplink slowed down by its developer tools, share this machine. Chromium decodes and encodes by
software here; a phone does both in hardware, many times faster. With `--result` a worker measures the clip, and the seconds until
the result is shown are there too. "Server reads it" is the processor time of reading all frames as the analysis does: what follows,
the pose model, takes the same time for both. Of a clip of 30 s a part of 10 s is chosen. Times of frames are compared with those
of the original. A full run with `--result` is kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chromium import CHROMIUM, FLAGS, PHONE
from benchmarks.score import Row, Table, target, text
from benchmarks.serving import serving
from benchmarks.shrinking import latest_ms
from benchmarks.speed.clips import Format, make_clip
from benchmarks.whole import keep
from core.paths import ROOT
from core.settings import Settings
from core.storage.store import Store
from core.storage.task import key_of
from core.video.reader import frames

RESULTS = ROOT / "benchmarks" / "results" / "sending.json"
CLIPS = {
    "1080": Format(name="1080p60, 10 s", lines=1080, fps_hz=60, codec="libx264", mbps=20, seconds=10.0),
    "4K": Format(name="4K60, 10 s", lines=2160, fps_hz=60, codec="libx264", mbps=50, seconds=10.0),
    "part": Format(name="4K60, 10 s of 30 s", lines=2160, fps_hz=60, codec="libx264", mbps=50, seconds=30.0),
}
PART_S = {"part": (10.0, 20.0)}
"""The part of a clip that is chosen."""

MOST_SHARE = 0.1
"""Largest size of what is sent of a part, as a share of its clip."""

_WITHIN_MS = 900_000
_UNABLE = "delete window.VideoEncoder;"


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one clip went: bytes of the clip and of what was sent, and seconds from its choice."""

    clip: str
    small: bool
    clip_bytes: int
    sent_bytes: int
    sent_s: float
    result_s: float | None
    server_cpu_s: float
    latest_ms: float | None


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A browser, the server's port and data, the uplink in megabits a second, and whether results are waited for."""

    browser: Browser
    port: int
    data: Path
    mbps: float
    result: bool


def sent(phone: Phone, key: str, clip: Path, *, small: bool) -> Way:
    """Send a clip as a runner does."""
    page = _opened(phone, small=small)
    began_s = time.perf_counter()
    page.locator("input.pick").set_input_files(files=[clip])
    page.get_by_text("Your clip:").wait_for()
    for name, at_s in zip(("from", "to"), PART_S.get(key, ()), strict=False):
        page.locator(f"input.{name}").fill(f"{at_s:g}")
    page.get_by_role("button", name="Check my running").click()
    page.get_by_role("heading", name="Measuring your run").wait_for()
    sent_s = time.perf_counter() - began_s
    arrived, result_s = _arrived(phone, page, clip.with_suffix(".sent")), None
    if phone.result:
        page.get_by_role("heading", name="Your run", exact=True).wait_for()
        result_s = time.perf_counter() - began_s
    page.context.close()
    return Way(
        clip=CLIPS[key].name,
        small=small,
        clip_bytes=clip.stat().st_size,
        sent_bytes=arrived.stat().st_size,
        sent_s=sent_s,
        result_s=result_s,
        server_cpu_s=reading_s(arrived),
        latest_ms=latest_ms(clip, arrived, PART_S.get(key)) if small else None,
    )


def _opened(phone: Phone, *, small: bool) -> Page:
    """Open the page for a clip over the slow uplink, with the runner's consent given."""
    context = phone.browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(_WITHIN_MS)
    if not small:
        page.add_init_script(_UNABLE)
    page.goto(f"http://127.0.0.1:{phone.port}/check")
    page.get_by_role("heading", name="Check your running").wait_for()
    page.locator(".st-key-consent label").click()
    page.wait_for_timeout(2000)  # the server has heard of it
    _slow_down(page, phone.mbps)
    return page


def _arrived(phone: Phone, page: Page, copy: Path) -> Path:
    """Copy the clip that has arrived; the server deletes its own after the analysis."""
    key = key_of(page.url.rpartition("job=")[2])
    with Store.open(Settings(data=phone.data)) as store:
        return Path(shutil.copyfile(store.clip(key), copy))


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
    """Send each clip both ways, and a part of a long one small."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with serving(folder / "data", **({} if result else {"STRIDE_WORKERS": "0"})) as (port, _):
            phone = Phone(browser=browser, port=port, data=folder / "data", mbps=mbps, result=result)
            for key in [only] if only else CLIPS:
                clip = make_clip(folder, CLIPS[key])
                for small in (True,) if key in PART_S else (False, True):
                    yield sent(phone, key, clip, small=small)
        browser.close()


def _row(way: Way) -> Row:
    return {
        "clip": way.clip,
        "sent": "small" if way.small else "as it is",
        "MB": round(way.sent_bytes / 1e6, 1),
        "% of the clip": round(100 * way.sent_bytes / way.clip_bytes, 1),
        "times, ms": None if way.latest_ms is None else round(way.latest_ms, 2),
        "choice to sent, s": round(way.sent_s, 1),
        "choice to result, s": None if way.result_s is None else round(way.result_s, 1),
        "sent to result, s": None if way.result_s is None else round(way.result_s - way.sent_s, 1),
        "server reads it, CPU s": round(way.server_cpu_s, 1),
    }


def _targets(ways: list[Way]) -> tuple[Row, ...]:
    shares = [way.sent_bytes / way.clip_bytes for way in ways if way.clip == CLIPS["part"].name]
    latest = [way.latest_ms for way in ways if way.latest_ms is not None]
    return (
        target("10 s of 30 s", "bytes sent, share of the clip's", max(shares, default=None), MOST_SHARE),
        target("small clips", "largest change of a frame's time, ms", max(latest, default=None), 1.0),
    )


def main() -> None:
    """Print the tables, and keep those of a full run."""
    parser = argparse.ArgumentParser(description="Measure the way from a clip to its result over a slow uplink.")
    parser.add_argument("--mbps", type=float, default=5.0)
    parser.add_argument("--only", choices=tuple(CLIPS))
    parser.add_argument("--result", action="store_true", help="wait for the result")
    asked = parser.parse_args()
    ways = []
    for way in measured(asked.only, asked.mbps, result=asked.result):
        ways.append(way)
        print(_row(way), flush=True)
    table = Table(
        title=f"From the choice of a clip to its result, {asked.mbps:g} Mbit/s up", rows=tuple(map(_row, ways))
    )
    tables = (table, Table(title="Target", rows=_targets(ways)))
    print("\n\n".join(map(text, tables)))
    if asked.result and not asked.only:
        kept = [{"title": table.title, "rows": list(table.rows)} for table in tables]
        keep({"mbps": asked.mbps, "tables": kept}, RESULTS)


if __name__ == "__main__":
    main()
