"""The server: `streamlit run streamlit_app.py` starts the pages and the worker that analyses clips."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime import Runtime

from core import journal
from web import entrance, install
from web.bundles import Bundles
from web.guard import believe_no_header, keep_log_private, middleware
from web.opening import Opening
from web.private_media import MEDIA
from web.quiet import leave_out_repeats
from web.sessions import SESSIONS
from web.simple_uploads import SimpleUploads
from web.sockets import Sockets, raise_descriptor_limit

opening = Opening()
believe_no_header()
raise_descriptor_limit()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep a worker running for as long as the server does."""
    journal.set_up()
    keep_log_private()
    leave_out_repeats()
    async with opening.running(), SESSIONS.tidied(), MEDIA.swept(Runtime.instance().media_file_mgr._storage):
        yield


app = st.App(
    "home.py",
    lifespan=lifespan,
    middleware=[
        *middleware(),
        Middleware(Sockets),
        Middleware(SimpleUploads),
        Middleware(MEDIA),
        Middleware(opening.before_pages),
        Middleware(entrance.Nowhere),
        Middleware(Bundles),
    ],
    routes=[*entrance.routes(), *install.routes(), *opening.routes()],
)
