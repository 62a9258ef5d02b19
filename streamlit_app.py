"""The server: `streamlit run streamlit_app.py` starts the pages and the worker that analyses clips."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from core.jobs import worker_running
from core.store import Store
from web.guard import keep_log_private, middleware


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Keep a worker running for as long as the server does."""
    keep_log_private()
    with Store.open() as store, worker_running(store):
        yield


app = st.App("home.py", lifespan=lifespan, middleware=middleware())
