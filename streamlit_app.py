"""The server: `streamlit run streamlit_app.py` starts the pages and the worker that analyses clips."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from core import journal
from core.shares import Shares
from core.store import Store, now_utc
from core.worker import worker_running
from web import entrance, health, install, sharing, uploads
from web.bundles import Bundles
from web.guard import keep_log_private, middleware


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Keep a worker running for as long as the server does."""
    journal.set_up()
    keep_log_private()
    with Store.open() as store, worker_running(store):
        yield {"shares": Shares(store.engine, now_utc), "store": store}


app = st.App(
    "home.py",
    lifespan=lifespan,
    middleware=[*middleware(), Middleware(entrance.Nowhere), Middleware(Bundles)],
    routes=[
        *entrance.routes(),
        *install.routes(),
        *sharing.routes(sharing.Door(lambda: app.state["shares"])),
        *health.routes(lambda: app.state["store"]),
        *uploads.routes(lambda: app.state["store"]),
    ],
)
