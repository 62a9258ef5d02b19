"""Images, videos and downloads of a result, held and served by Streamlit only for as long as the result exists.

Streamlit keeps everything that a page shows in memory, under an address of its own, until no session shows it. Here each file
belongs to the results that its page had opened. When all of those are gone, it is no longer served, and dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from contextvars import ContextVar
from os.path import splitext
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

SWEPT_EVERY_S = 30.0

_OPENED: ContextVar[frozenset[str]] = ContextVar("opened", default=frozenset())


def nothing_opened() -> None:
    """Record that a page begins and has not opened a result."""
    _OPENED.set(frozenset())


def opened(key: str) -> None:
    """Record that everything this page shows or makes from now on belongs to the result with this key."""
    _OPENED.set(_OPENED.get() | {key})


class PrivateMedia:
    """Tracks the results to which each file in Streamlit's memory belongs.

    Parameters
    ----------
    living : callable
        Takes keys of results, and returns those that exist.
    """

    def __init__(self, living: Callable[[Iterable[str]], set[str]] | None = None) -> None:
        self.living = living
        self._results_of: dict[str, frozenset[str]] = {}
        self._storage: MemoryMediaFileStorage | None = None

    def watch(self, storage: MemoryMediaFileStorage) -> None:
        """Record from now on the results of each file that is put into Streamlit's storage."""
        take_in = storage.load_and_get_id

        def load_and_get_id(*args: object, **kwargs: object) -> str:
            file_id: str = take_in(*args, **kwargs)  # type: ignore[arg-type]
            if results := _OPENED.get():
                self._results_of[file_id] = self._results_of.get(file_id, frozenset()) | results
            return file_id

        storage.load_and_get_id = load_and_get_id  # type: ignore[method-assign]
        self._storage = storage

    def forget(self, *keys: str) -> None:
        """Drop the files of deleted results, unless they also belong to another one."""
        for file_id, results in [*self._results_of.items()]:
            left = results - {*keys}
            if left:
                self._results_of[file_id] = left
            else:
                del self._results_of[file_id]
                if self._storage is not None:
                    self._storage.delete_file(file_id)

    def is_there(self, file_id: str) -> bool:
        """Return whether a file can be served: it belongs to no result, or to one that exists."""
        results = self._results_of.get(file_id)
        if results is None or self.living is None or self.living(results):
            return True
        self.forget(*results)
        return False

    def sweep(self) -> None:
        """Drop the files of all deleted results, including those deleted by another server or the scheduler."""
        known = frozenset().union(*[*self._results_of.values()])
        if known and self.living is not None:
            self.forget(*known - self.living(known))
        if self._storage is not None:
            for file_id in self._results_of.keys() - self._storage._files_by_id.keys():
                self._results_of.pop(file_id, None)

    @contextlib.asynccontextmanager
    async def swept(self, storage: MemoryMediaFileStorage) -> AsyncIterator[None]:
        """Watch Streamlit's storage, and clean it up for as long as the server runs."""
        self.watch(storage)

        async def sweep() -> None:
            while True:
                await asyncio.sleep(SWEPT_EVERY_S)
                await run_in_threadpool(self.sweep)

        task = asyncio.create_task(sweep())
        try:
            yield
        finally:
            task.cancel()

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """Serve the permitted files, for their reader alone: a middleware."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not scope["path"].startswith("/media/"):
                await app(scope, receive, send)
                return

            async def send_privately(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message)["cache-control"] = "private, no-store"
                await send(message)

            # As Streamlit reads the name: with any other reading, one file would have names that are not checked.
            file_id = splitext(scope["path"].removeprefix("/media/"))[0]  # noqa: PTH122 - not a path
            there = await run_in_threadpool(self.is_there, file_id)
            answer = app if there else Response(status_code=404)
            await answer(scope, receive, send_privately)

        return serve


MEDIA = PrivateMedia()
"""The instance of this server."""
