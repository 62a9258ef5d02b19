"""The server: `streamlit run streamlit_app.py` starts the pages and the worker that analyses clips."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from core import journal
from web import entrance, install
from web.bundles import Bundles
from web.guard import keep_log_private, middleware
from web.opening import Opening

opening = Opening()


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep a worker running for as long as the server does."""
    journal.set_up()
    keep_log_private()
    async with opening.running():
        yield


app = st.App(
    "home.py",
    lifespan=lifespan,
    middleware=[*middleware(), Middleware(opening.before_pages), Middleware(entrance.Nowhere), Middleware(Bundles)],
    routes=[*entrance.routes(), *install.routes(), *opening.routes()],
)
