"""Clips made small in a browser, by the script that the upload element runs."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from playwright.sync_api import Page, Route, sync_playwright

from benchmarks.chromium import CHROMIUM, FLAGS
from benchmarks.stored import TICKS, with_matrix
from core.model.tracks import Floats
from core.video.container import decoded, open_clip, packets, picture_track
from core.video.display import Display
from pages.components import upload
from tools.lint_scripts import served
from web.browser_scripts import SCRIPTS

_ADDRESS = "http://localhost/"
"""Nothing listens there: the page is filled in. Browsers give it all that they give a page by HTTPS."""

_SAME_S = 0.0005

_SHRINK = """async how => {
  const [blob] = document.querySelector("input").files;
  const video = await shown(blob);
  const index = await indexOf(blob);
  const span = how.span ?? [0, video?.duration || indexedSeconds(index)];
  letGo(video);
  const began = performance.now();
  const small = await shrinking({ blob, span, notes: notesOf(index, how.noted) }, how, () => null);
  const took_s = (performance.now() - began) / 1000;
  if (!small) return null;
  const url = await new Promise(done => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(small);
  });
  return { took_s, data: url.split(",")[1] };
}"""


def fill(page: Page) -> None:
    """Let a page of a browser be an empty one with the element's script, and with the files that it loads."""

    def answered(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name in SCRIPTS:
            route.fulfill(path=SCRIPTS[name], content_type="text/javascript")
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><input type=file>")

    page.route(f"{_ADDRESS}**", answered)
    page.goto(_ADDRESS)
    page.add_script_tag(content=served()["stride_check_upload"].replace("export default function", "function served"))


def shrink(page: Page, clip: Path, small: Path, **how: Any) -> float | None:
    """Write the small form of a clip, and return how many seconds that took; None if the browser could not make it."""
    page.set_input_files("input", clip)
    found = page.evaluate(_SHRINK, upload.SHRINKING | {"noted": upload.NOTED} | how)
    if found is None:
        return None
    small.write_bytes(base64.b64decode(found["data"]))
    return float(found["took_s"])


@contextmanager
def browser_page() -> Iterator[Page]:
    """Yield a page in which clips can be made small."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = chromium.new_page()
        page.set_default_timeout(0)
        fill(page)
        yield page
        chromium.close()


def latest_ms(clip: Path, small: Path, part_s: tuple[float, float] | None = None) -> float:
    """Return by how much the time of any frame differs from the original's, from the part's first frame, in milliseconds.

    It is infinite if their number differs.
    """
    before, after = times_s(clip), times_s(small)
    if part_s is not None:
        before = before[(before >= part_s[0] - _SAME_S) & (before <= part_s[1] + _SAME_S)]
    if len(before) != len(after):
        return float("inf")
    return 1000 * float(np.abs((before - before[0]) - (after - after[0])).max())


def times_s(clip: Path) -> Floats:
    """Return when the frames of a clip are shown, from its first one, shape (n,)."""
    with open_clip(clip) as container:
        shown = [packet for packet in packets(container) if packet.size and not packet.is_discard]
        times = np.sort([float((packet.pts or 0) * packet.time_base) for packet in shown])
    return np.asarray(times - times[0])


def encode_again(clip: Path, target: Path) -> Path:
    """Write the frames of a clip, encoded once more at their own size, times and bitrate, as H.264."""
    display = Display(1.0, mirrored=False, turns=0)
    with open_clip(clip) as source, av.open(str(target), "w", format="mp4") as made:
        track = picture_track(source)
        stream = made.add_stream("libx264", rate=round(track.average_rate or 30))
        stream.width, stream.height, stream.pix_fmt = track.width, track.height, "yuv420p"
        stream.bit_rate = round(8 * clip.stat().st_size / float(times_s(clip)[-1]))
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
        stream.options = {"preset": "superfast"}
        for frame in decoded(source):
            display = Display.of(frame, track)
            plain = frame.reformat(format="yuv420p")
            plain.pts, plain.time_base = round((frame.time or 0) * TICKS), Fraction(1, TICKS)
            plain.pict_type = PictureType.NONE
            made.mux(stream.encode(plain))
        made.mux(stream.encode())
    return with_matrix(target, display.mirrored, display.turns)
