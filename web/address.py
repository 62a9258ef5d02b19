"""Addresses: the server's own address, and the name of the private token in its links."""

from __future__ import annotations

from starlette.requests import Request

from core.settings import Settings

KEY = "job"
"""The name of the private token in the address and in the session."""


def origin_of(request: Request, settings: Settings) -> str:
    """Return the server's address: the public one of the settings, otherwise the one that the browser requested."""
    return settings.public_url or str(request.base_url).rstrip("/")
