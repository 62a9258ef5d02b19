"""The server: `streamlit run streamlit_app.py` starts the pages and the worker that analyses clips."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import Runtime

from core import logs
from core.errors import SetUpError
from core.settings import Settings
from web.quiet_log import leave_out_repeats
from web.security import believe_no_header, keep_log_private, middleware
from web.streamlit_shell import app_shell, pwa
from web.streamlit_shell.private_media import MEDIA
from web.streamlit_shell.sessions import SESSIONS
from web.streamlit_shell.simple_uploads import SimpleUploads
from web.streamlit_shell.sockets import Sockets, raise_descriptor_limit
from web.streamlit_shell.startup import Opening
from web.streamlit_shell.static_assets import Bundles

if TYPE_CHECKING:
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage


def _settings() -> Settings:
    """Return the settings, or end the server with the one sentence that says what is wrong with them."""
    try:
        return Settings.from_environment()
    except SetUpError as error:
        sys.exit(str(error))


settings = _settings()
opening = Opening(settings)
believe_no_header()
raise_descriptor_limit()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep a worker running for as long as the server does."""
    logs.set_up(as_json=settings.log == "json")
    keep_log_private()
    leave_out_repeats()
    async with (
        opening.running(),
        SESSIONS.tidied(),
        MEDIA.swept(cast("MemoryMediaFileStorage", Runtime.instance().media_file_mgr._storage)),
    ):
        yield


app = st.App(
    "home.py",
    lifespan=lifespan,
    middleware=[
        *middleware(settings),
        Middleware(Sockets, public_url=settings.public_url),
        Middleware(SimpleUploads),
        Middleware(MEDIA),
        Middleware(opening.before_pages),
        Middleware(app_shell.Nowhere),
        Middleware(Bundles),
    ],
    routes=[*app_shell.routes(settings), *pwa.routes(), *opening.routes()],
)
