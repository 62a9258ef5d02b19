"""Scripts that a browser loads only when it needs them: to send a clip, and to make it small before that.

Their names change with their content, so browsers keep them for good.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from core.paths import ROOT

_VENDOR = ROOT / "assets" / "vendor"
_WORKER_FILE = ROOT / "pages" / "components" / "upload" / "shrink_worker.js"

CLIENT = "tus-4.3.1.min.js"
"""The browser's side of the upload protocol: tus-js-client."""

CONTAINERS = "mediabunny-1.61.0.min.mjs"
"""What reads and writes video files in the browser: Mediabunny."""

WORKER = f"shrink-{hashlib.sha256(_WORKER_FILE.read_bytes()).hexdigest()[:12]}.js"
"""What makes a clip small."""

SCRIPTS = {CLIENT: _VENDOR / CLIENT, CONTAINERS: _VENDOR / CONTAINERS, WORKER: _WORKER_FILE}
"""The file of each name."""

_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
_KIND = "text/javascript"


def routes() -> list[Route]:
    """Return the routes of the scripts, under `/uploads/`."""
    return [Route(f"/uploads/{name}", _served(file)) for name, file in SCRIPTS.items()]


def _served(file: Path) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(file, media_type=_KIND, headers=_HEADERS)
        body = await run_in_threadpool(_compressed, file)
        return Response(body, media_type=_KIND, headers=_HEADERS | {"content-encoding": "gzip"})

    return answer


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
