"""Clips made small in a browser, by the script that the upload element runs."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from benchmarks.chromium import CHROMIUM, FLAGS
from pages.components import upload
from tools.lint_scripts import served
from web.browser_scripts import SCRIPTS

_ADDRESS = "http://localhost/"
"""Nothing listens there: the page is filled in. Browsers give it all that they give a page by HTTPS."""

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
