"""Addresses: the server's public address, and the name of the private token in its links."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from starlette.requests import Request

KEY = "job"
"""The name of the private token in the address and in the session."""


def origin_of(request: Request) -> str:
    """Return the server's address: `STRIDE_PUBLIC_URL`, otherwise the one that the browser requested."""
    return public_url() or str(request.base_url).rstrip("/")


def public_url() -> str:
    """Return `STRIDE_PUBLIC_URL` without what follows its path, or '' if it is not set."""
    url = urlsplit(os.environ.get("STRIDE_PUBLIC_URL", ""))
    return f"{url.scheme}://{url.netloc}{url.path}".rstrip("/") if url.scheme in ("http", "https") else ""
