"""Streamlit's own files, reduced in size: without this they are most of what a phone loads.

Scripts and styles are sent compressed, and two fonts are replaced: the icon font by one with only the icons in use (48 kB, not
375), and the font that Streamlit shows before it loads ours, by ours.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import cache
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.paths import ROOT

STREAMLIT = Path(streamlit.__file__).parent / "static"

_KINDS = (".js", ".css")
_LEVEL = 6  # 9 takes half as long again and saves three bytes in a thousand

# The names of Streamlit's files change with their content; the names of ours do not.
_PACKED_HEADERS = {
    "content-encoding": "gzip",
    "cache-control": "public, immutable, max-age=31536000",
    "vary": "accept-encoding",
}
_OURS_HEADERS = {"cache-control": "public, max-age=86400"}
_OURS = {"MaterialSymbols-Rounded": "icons.woff2", "SourceSansVF-Upright": "figtree-latin.woff2"}


class Bundles:
    """Serves Streamlit's scripts, styles and fonts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        files = {f"/{file.relative_to(STREAMLIT).as_posix()}": file for file in (STREAMLIT / "static").rglob("*.*")}
        self._packed = {path: file for path, file in files.items() if file.suffix in _KINDS}
        ours = {path: _OURS.get(file.name.split(".")[0]) for path, file in files.items()}
        self._ours = {path: ROOT / "static" / "fonts" / name for path, name in ours.items() if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        answer = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            answer = await self._answer(scope["path"], Headers(scope=scope).get("accept-encoding", ""))
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, path: str, takes: str) -> Response | None:
        if path in self._ours:
            return FileResponse(self._ours[path], media_type="font/woff2", headers=_OURS_HEADERS)
        if path in self._packed and "gzip" in takes:
            body = await run_in_threadpool(_compressed, self._packed[path])
            return Response(body, media_type=mimetypes.guess_type(path)[0], headers=_PACKED_HEADERS)
        return None


@cache  # all of them together are 7 MB
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), _LEVEL, mtime=0)
