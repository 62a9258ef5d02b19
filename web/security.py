"""Middleware: security headers on every response, a list of allowed hosts, and a request limit for each visitor."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from pathlib import Path

import streamlit
import uvicorn.config
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.i18n.translate import gettext as _
from core.settings import Settings
from web import allowed_hosts
from web.languages import Languages
from web.visitors import Limit, address_of, visitor_of

REQUESTS = (6000, 60.0)
"""Most requests of one visitor, and within how many seconds. A cold page with all its parts takes 120 by count, and a club
behind one address can open fifty pages in a minute."""

CONNECTIONS = (240, 60.0)
"""Most connections that one visitor opens, and within how many seconds; `web.streamlit_shell.sockets` bounds how many are open."""

UPLOADS = (12, 600.0)

_PLAIN = "/r/"
"""Where the pages without an app are: they film nothing."""

_PERMISSIONS = (
    "display-capture",
    "geolocation",
    "microphone",
    "payment",
    "usb",
    "serial",
    "midi",
)


def middleware(settings: Settings) -> list[Middleware]:
    """Return the middleware that `st.App` runs before its own."""
    return [
        Middleware(SecurityHeaders),
        *allowed_hosts.middleware(settings.hosts),
        Middleware(Proxies, proxies=settings.proxies),
        Middleware(Shares),
        Middleware(Languages),
    ]


def content_security_policy() -> str:
    """Return the policy for the pages: nothing from other sites, and no inline script except Streamlit's own."""
    index = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline]
    return "; ".join(
        (
            "default-src 'none'",
            # WebAssembly and blobs: Streamlit loads one of its libraries and our drawn components in these ways. Only a
            # script that already runs can create either.
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


def permissions_policy(*, camera: bool) -> str:
    """Return the policy that forbids devices, except the camera for our own pages that film."""
    return ", ".join((f"camera=({'self' if camera else ''})", *(f"{name}=()" for name in _PERMISSIONS)))


def security_headers(path: str = "/") -> dict[str, str]:
    """Return the headers of a response at a path.

    The app is one document, whichever page it shows: the camera cannot be allowed for a single page of it.
    """
    return {
        "content-security-policy": content_security_policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        # The address contains the private token: links must not reveal it to other sites.
        "referrer-policy": "no-referrer",
        "permissions-policy": permissions_policy(camera=not path.startswith(_PLAIN)),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "x-robots-tag": "noindex",
    }


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {plain: security_headers(_PLAIN if plain else "/") for plain in (True, False)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = self._headers[scope.get("path", "").startswith(_PLAIN)]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Proxies:
    """Takes the client's address and scheme from that many proxies of ours; without any, it trusts no header."""

    def __init__(self, app: ASGIApp, proxies: int) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] in ("http", "websocket") and self._proxies > 0:
            headers, peer = Headers(scope=scope), (scope.get("client") or (None,))[0]
            address = address_of(headers.get("x-forwarded-for", ""), peer, self._proxies)
            scope = {**scope, "client": (address, 0) if address else None}
            said = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip()
            if said in ("http", "https"):
                scope["scheme"] = said.replace("http", "ws") if scope["type"] == "websocket" else said
        await self._app(scope, receive, send)


def believe_no_header() -> None:
    """Stop the server from trusting `X-Forwarded-For` of any program on the same machine; `Proxies` handles the header."""

    def as_it_is(app: ASGIApp, trusted_hosts: object) -> ASGIApp:  # noqa: ARG001
        return app

    uvicorn.config.ProxyHeadersMiddleware = as_it_is  # type: ignore[assignment, attr-defined]  # imported, not exported


class Shares:
    """Rejects visitors who send too many requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._requests, self._connections, self._uploads = Limit(*REQUESTS), Limit(*CONNECTIONS), Limit(*UPLOADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or reject it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visitor = visitor_of(scope)
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
    """Keep the server's connection lines, which contain addresses and paths, out of the log."""
    told = logging.getLogger("uvicorn.error")
    if _says_nothing_private not in told.filters:
        told.addFilter(_says_nothing_private)
    logging.getLogger("uvicorn.access").disabled = True


def _says_nothing_private(record: logging.LogRecord) -> bool:
    return "WebSocket" not in str(record.msg)
