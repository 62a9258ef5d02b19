"""The host names to which the server responds."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send

HEALTH = ("/healthz", "/readyz")
"""Paths that containers, balancers and clusters request by IP address; neither response contains anything of the request."""


class Hosts(TrustedHostMiddleware):
    """Refuses requests for host names that are not allowed, but answers health checks under any name."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        known = scope["type"] == "http" and scope["path"] in HEALTH
        await (self.app if known else super().__call__)(scope, receive, send)


def middleware(hosts: Sequence[str]) -> list[Middleware]:
    """Return the check of host names, or nothing if all are allowed."""
    return [Middleware(Hosts, allowed_hosts=hosts, www_redirect=False)] if hosts else []
