"""The installable app: its manifest, its icons, and an offline page."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from core.i18n.translate import current
from core.i18n.translate import gettext as _
from core.paths import ROOT
from web.plain_pages import colours, pages
from web.streamlit_shell.app_shell import NAME, PAGES

_ICONS = ROOT / "static" / "icons"
_SCRIPTS = Path(__file__).parent
_KEPT = ("/offline", "/app_shell.js", "/favicon.png", "/app/static/fonts/figtree-latin.woff2")
_NEW = {"cache-control": "no-cache"}
_WEEK = {"cache-control": "public, max-age=604800"}


def routes() -> list[Route]:
    """Return the routes of the installable app."""

    def icon(_: Request) -> Response:
        return FileResponse(_ICONS / "favicon.png", headers=_WEEK)

    def described(_: Request) -> Response:
        return Response(json.dumps(manifest()), media_type="application/manifest+json", headers=_NEW)

    def worker(_: Request) -> Response:
        return Response(_worker(current()), media_type="text/javascript", headers=_NEW)

    def script(request: Request) -> Response:
        return FileResponse(_SCRIPTS / request.url.path[1:], media_type="text/javascript", headers=_NEW)

    def offline(_: Request) -> Response:
        return HTMLResponse(_offline(), headers=_NEW)

    return [
        Route("/app.webmanifest", described),
        Route("/service_worker.js", worker),
        Route("/before.js", script),
        Route("/app_shell.js", script),
        Route("/offline", offline),
        Route("/favicon.png", icon),
        Route("/favicon.ico", icon),
    ]


def manifest() -> dict[str, object]:
    """Return the manifest, which a phone reads before it adds the app to its home screen."""

    def icon(name: str, side_px: int, purpose: str = "any") -> dict[str, str]:
        source = f"/app/static/icons/{name}.png"
        return {"src": source, "sizes": f"{side_px}x{side_px}", "type": "image/png", "purpose": purpose}

    return {
        "id": "/",
        "name": NAME,
        "short_name": NAME,
        "description": _(PAGES[""].about),
        "lang": current(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": colours()["light"]["page"],
        "theme_color": colours()["light"]["page"],
        "categories": ["sports", "fitness"],
        "icons": [icon("icon-192", 192), icon("icon-512", 512), icon("maskable-512", 512, "maskable")],
        "shortcuts": [
            {"name": _("Check my running"), "url": "/check"},
            {"name": _("How to film"), "url": "/record"},
        ],
    }


def _offline() -> str:
    return pages().get_template("offline.html").render()


@cache
def _worker(_: str) -> str:
    """Return the service worker; its text changes with every file that it caches, so browsers then fetch everything again."""
    files = (_SCRIPTS / "app_shell.js", _ICONS / "favicon.png", _SCRIPTS / "service_worker.js")
    kept = (_offline().encode(), *(file.read_bytes() for file in files))
    version = hashlib.sha256(b"".join(kept)).hexdigest()[:12]
    facts = f"const VERSION = {json.dumps(version)};\nconst KEPT = {json.dumps(_KEPT)};\n"
    return facts + (_SCRIPTS / "service_worker.js").read_text(encoding="utf-8")
