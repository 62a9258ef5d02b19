"""Build `static/icons/`: the app's icon in the sizes that phones ask for, and the picture that previews of the pages show.

Chromium draws them from `assets/icon.svg`, our runner and our font.

    uv run python -m tools.build_icons
"""

from __future__ import annotations

import base64
import re

from playwright.sync_api import Browser, sync_playwright

from benchmarks.chromium import CHROMIUM, FLAGS
from core.paths import ROOT
from view.drawing import runner as drawings

ICON = (ROOT / "assets" / "icon.svg").read_text(encoding="utf-8")
FOLDER = ROOT / "static" / "icons"
SAFE_SHARE = 0.72
"""How much of a maskable icon's side the drawing takes: launchers may cut to a circle of 0.8, which its corners stay within."""

PREVIEW_WH = (1200, 630)


def full_bleed(share: float) -> str:
    """Return the icon without its round corners, the ground to the edges and the drawing smaller."""
    parts = re.search(r"(<rect .*?/>)(<g .*</g>)", ICON)
    assert parts is not None
    ground, drawing = parts.groups()
    edge = 21 * (1 - share)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42">{ground.replace(" rx=", " data-rx=")}'
        f'<g transform="translate({edge} {edge}) scale({share})">{drawing}</g></svg>'
    )


def preview() -> str:
    """Return the page that the preview is a picture of."""
    font = base64.b64encode((ROOT / "static" / "fonts" / "figtree-latin.woff2").read_bytes()).decode()
    runner = drawings.runner(drawings.TOE_OFF, drawings.DARK)
    return f"""<style>
    @font-face {{ font-family: Figtree; src: url(data:font/woff2;base64,{font}); font-weight: 300 900; }}
    body {{ margin: 0; height: 630px; display: flex; align-items: center; gap: 40px; padding: 0 80px; box-sizing: border-box;
      background: {drawings.DARK.paper}; color: {drawings.DARK.ink}; font: 600 34px/1.35 Figtree; }}
    div {{ flex: 1; }} h1 {{ font-size: 84px; line-height: 1.05; font-weight: 750; margin: 36px 0 24px; }}
    .name {{ display: flex; align-items: center; gap: 20px; }} .name svg {{ width: 72px; height: 72px; }}
    p {{ margin: 0; }} .runner svg {{ height: 560px; width: auto; display: block; }}
    </style><div><p class="name">{ICON} Stride Check</p>
    <h1>See how<br>you run</h1><p>From one side-on clip,<br>each figure with its error.</p></div>
    <span class="runner">{runner}</span>"""


def draw(browser: Browser, name: str, body: str, width: int, height: int) -> None:
    """Keep a picture of a page."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<!doctype html>{body}")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png", omit_background=True)
    page.close()


def main() -> None:
    """Draw all of them."""
    FOLDER.mkdir(exist_ok=True)
    whole = "<style>body { margin: 0; } svg { display: block; width: 100vw; height: 100vh; }</style>"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        for name, drawing, side_px in (
            ("favicon", ICON, 48),
            ("icon-192", ICON, 192),
            ("icon-512", ICON, 512),
            ("maskable-512", full_bleed(SAFE_SHARE), 512),
            ("apple-touch-icon", full_bleed(0.9), 180),
        ):
            draw(browser, name, whole + drawing, side_px, side_px)
        draw(browser, "preview", preview(), *PREVIEW_WH)
        browser.close()


if __name__ == "__main__":
    main()
