"""Middleware: security headers on every answer, a list of allowed hosts, and a share of requests for each visitor."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.language import gettext as _
from web.languages import Languages
from web.visitors import Limit, name_of

REQUESTS = (6000, 60.0)
"""Most requests of one visitor, and within how many seconds. A cold page with all its parts was counted to take 120, and a club
on one address may open fifty of them in a minute."""

CONNECTIONS = (240, 60.0)
UPLOADS = (12, 600.0)

_PERMISSIONS = (
    "display-capture",
    "geolocation",
    "microphone",
    "payment",
    "usb",
    "serial",
    "midi",
)


def middleware() -> list[Middleware]:
    """Return what `st.App` is to run before its own; `STRIDE_HOSTS` names allowed hosts, separated by commas."""
    hosts = [host.strip() for host in os.environ.get("STRIDE_HOSTS", "").split(",") if host.strip()]
    trusted = [Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)] if hosts else []
    return [Middleware(SecurityHeaders), *trusted, Middleware(Shares), Middleware(Languages)]


def content_security_policy() -> str:
    """Return the policy that the pages work under: nothing from elsewhere, no script within a page but Streamlit's own."""
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline]
    return "; ".join(
        (
            "default-src 'none'",
            # WebAssembly and blobs: Streamlit loads one of its libraries, and our drawn components, in these ways. Neither
            # can be made but by a script that runs already.
            f"script-src 'self' 'wasm-unsafe-eval' blob: {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",  # Streamlit and Plotly write style elements as they draw
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def security_headers() -> dict[str, str]:
    """Return the headers that every answer carries."""
    return {
        "content-security-policy": content_security_policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        # The address holds the private token: no other site may learn it from a link.
        "referrer-policy": "no-referrer",
        "permissions-policy": ", ".join(("camera=(self)", *(f"{name}=()" for name in _PERMISSIONS))),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-robots-tag": "noindex",
    }


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Shares:
    """Turns those away who ask too often."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._requests, self._connections, self._uploads = Limit(*REQUESTS), Limit(*CONNECTIONS), Limit(*UPLOADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or turn it away."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visitor = name_of(Headers(scope=scope), (scope.get("client") or (None,))[0])
        if scope["type"] == "websocket":
            limit = self._connections
        elif scope["method"] == "PUT" and "upload_file" in scope["path"]:
            limit = self._uploads
        else:
            limit = self._requests
        if limit.take(visitor):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1013})
        else:
            busy = PlainTextResponse(_("Too many requests. Please wait a minute."), 429, headers={"retry-after": "60"})
            await busy(scope, receive, send)


def keep_log_private() -> None:
    """Keep the server's lines on connections, which tell addresses and paths, out of the log."""
    told = logging.getLogger("uvicorn.error")
    if _says_nothing_private not in told.filters:
        told.addFilter(_says_nothing_private)
    logging.getLogger("uvicorn.access").disabled = True


def _says_nothing_private(record: logging.LogRecord) -> bool:
    return "WebSocket" not in str(record.msg)
