"""Background start: the store, its worker and everything that needs them start while the server already responds.

Loading them takes longer than Streamlit itself takes to start. Meanwhile a browser gets the first page and loads the app.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import Settings

PATHS = ("/r/{token}", "/r/{token}/{kind}.png", "/healthz", "/readyz", "/metrics", "/uploads/{name}")
"""Paths that respond only when everything is ready; a test compares them with the routes themselves."""

_START_FAILED = 3  # uvicorn's own exit code

log = logging.getLogger(__name__)


class Opening:
    """Opens the store and keeps a worker running, in parallel with the server's first responses.

    Everything that needs them waits: the routes in `PATHS`, and every page's own connection, on which its script runs.
    """

    _opened: asyncio.Task[Router]

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open everything in the background, and close it at the end; the server exits if something cannot be opened."""
        with ExitStack() as stack:
            self._opened = asyncio.create_task(asyncio.to_thread(_open, stack, self._settings))
            try:
                yield
            finally:
                await self._opened

    def routes(self) -> list[Route]:
        """Return the routes that wait."""
        return [Route(path, self) for path in PATHS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request as soon as everything is ready."""
        router = await self._ready()
        await router(scope, receive, send)

    def before_pages(self, app: ASGIApp) -> ASGIApp:
        """Let pages wait: a middleware."""

        async def wait(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "websocket":
                await self._ready()
            await app(scope, receive, send)

        return wait

    async def _ready(self) -> Router:
        return await asyncio.shield(self._opened)  # a visitor who leaves must not cancel it for the others


def _open(stack: ExitStack, settings: Settings) -> Router:
    """Open everything, and return the routes that need it."""
    try:
        from streamlit import config

        from core.jobs.worker import worker_running
        from core.storage.share_links import Shares
        from core.storage.store import Store
        from web import health, shared_results, uploads
        from web.streamlit_shell.private_media import MEDIA
        from web.visitors import wrong_keys

        config.set_option("server.maxUploadSize", settings.upload_mb)  # for the simple uploader
        store = stack.enter_context(Store.open(settings))
        shares = Shares(store.engine, store.clock)
        door = shared_results.Door(lambda: shares, wrong_keys(store.folder))
        MEDIA.living = store.living
        routes = [*shared_results.routes(door, settings), *health.routes(store), *uploads.routes(store)]
        stack.enter_context(worker_running(store))
    except Exception:
        log.critical("the server cannot start", exc_info=True)
        os._exit(_START_FAILED)  # no worker has started that needs to be stopped
    return Router(routes)
