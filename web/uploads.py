"""Clips sent in parts, by the tus protocol 1.0: an interrupted upload resumes where it stopped.

    HEAD  /uploads/<key>    how much has arrived
    PATCH /uploads/<key>    more, from that offset
    PUT   /uploads/<key>    another length (`Upload-Length`), before the first byte: the clip was made small meanwhile

An upload is created by the page, together with the answers and the consent that must come before the first byte, and the page
ends it when it deletes the job: tus leaves both to extensions. The body is written to disk as it arrives and is never held in
memory as a whole; no file name is ever sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import format_datetime
from io import FileIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.errors import NoSpace, NotFound
from core.jobs import uploads
from core.jobs.uploads import Upload
from core.storage.disk_space import saying_if_full
from core.storage.store import Store
from core.storage.task import key_of
from web import browser_scripts
from web.visitors import IDLE_S, visitor_of, wrong_keys

VERSION = "1.0.0"

_MOST_DIGITS = 15

NOTED_EVERY_S = 15.0
"""How often a continuing upload is recorded; an upload that stops is ended after `core.jobs.uploads.IDLE_LIFE`."""


class Writers:
    """Lets one connection at a time write to an upload: a new connection takes over.

    The previous one is usually a phone's last connection, which the phone lost without notice.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locks: dict[str, asyncio.Lock] = {}
        self._reading: dict[str, asyncio.Timeout] = {}
        self._newest: dict[str, object] = {}

    @contextlib.asynccontextmanager
    async def only(self, key: str) -> AsyncIterator[None]:
        """Ask the previous writer to leave, wait until it has left, and then be the only writer.

        Raises
        ------
        TimeoutError
            If a newer connection has come meanwhile: so one writes and one waits, however many there are.
        """
        lock, mine = self._locks.setdefault(key, asyncio.Lock()), object()
        self._newest[key] = mine
        if before := self._reading.get(key):
            before.reschedule(0)
        try:
            async with lock:
                if self._newest.get(key) is not mine:
                    raise TimeoutError
                yield
        finally:
            if self._newest.get(key) is mine:
                del self._newest[key]
            if key not in self._newest and not lock.locked():
                self._locks.pop(key, None)

    async def write(self, upload: Upload, file: FileIO, request: Request) -> int:
        """Write the data of a request, up to the announced size, and return the status code of the response.

        The first byte takes a place in the queue.

        Raises
        ------
        TimeoutError
            If no data arrives for too long, or another connection takes over.
        """
        at, pieces, noted_s = upload.arrived(), aiter(request.stream()), -math.inf
        while True:
            try:
                async with asyncio.timeout(IDLE_S) as reading:
                    self._reading[upload.key] = reading
                    piece = await anext(pieces, None)
            finally:
                self._reading.pop(upload.key, None)
            if piece is None:
                return 204
            if at + len(piece) > upload.n_bytes:
                return 413
            if piece and time.monotonic() > noted_s + NOTED_EVERY_S:
                noted_s = time.monotonic()
                if not await run_in_threadpool(uploads.note_arrival, self._store, upload.key, at + len(piece)):
                    return 503
            if not await run_in_threadpool(uploads.append, file, at, piece):
                return 409
            at += len(piece)


def routes(store: Store) -> list[Route]:
    """Return the routes that receive clips."""
    writers, wrong = Writers(store), wrong_keys(store.folder)

    async def take(request: Request) -> Response:
        if request.method == "OPTIONS":
            most_bytes = store.settings.upload_bytes
            return _answer(204, tus_version=VERSION, tus_extension="expiration", tus_max_size=most_bytes)
        if request.headers.get("tus-resumable") != VERSION:
            return _answer(412, tus_version=VERSION)
        visitor = visitor_of(request.scope)
        key = request.path_params["key"]
        try:
            if wrong.spent(visitor):
                return _answer(429, retry_after=60)
            # Finish an upload here if the server died between its last byte and this step.
            await run_in_threadpool(uploads.end, store, key)
            if request.method == "HEAD":
                return _at(200, await run_in_threadpool(uploads.find, store, key))
            async with writers.only(key):
                if request.method == "PUT":
                    return await _replaced(request, key, store)
                upload = await run_in_threadpool(uploads.find, store, key)
                return await _append(request, upload, writers, store)
        except TimeoutError:  # a newer connection has taken over
            return _answer(408)
        except NotFound:
            wrong.take(visitor, key_of(key))
            return _answer(404)

    return [
        *browser_scripts.routes(),
        Route("/uploads/{key}", _or_full(take), methods=["OPTIONS", "HEAD", "PATCH", "PUT"]),
    ]


def _or_full(take: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Answer 507 in words if a disk is full; the data received so far stays, and the rest can be sent later."""

    async def answer(request: Request) -> Response:
        try:
            with saying_if_full():
                return await take(request)
        except NoSpace as full:
            return PlainTextResponse(f"{full}\n", 507, {"tus-resumable": VERSION, "cache-control": "no-store"})

    return answer


async def _append(request: Request, upload: Upload, writers: Writers, store: Store) -> Response:
    """Append the data of a request, and pass the clip on when it is complete."""
    if request.headers.get("content-type") != "application/offset+octet-stream":
        return _answer(415)
    if upload.whole or request.headers.getlist("upload-offset") != [str(upload.arrived())]:
        return _at(409, upload)
    with upload.clip.open("ab", buffering=0) as file:
        try:
            status = await writers.write(upload, file, request)
        except (ClientDisconnect, TimeoutError):
            status = 408  # the client may be gone; the data received so far stays
    await run_in_threadpool(uploads.end, store, upload.key)
    return _at(status, await run_in_threadpool(uploads.find, store, upload.key))


async def _replaced(request: Request, key: str, store: Store) -> Response:
    """Announce another clip: of what has arrived nothing stays."""
    said = request.headers.get("upload-length", "")
    n_bytes = int(said) if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS else 0
    if not 0 < n_bytes <= store.settings.upload_bytes:
        return _answer(413)
    replaced = await run_in_threadpool(uploads.replace_clip, store, key, n_bytes)
    return _at(204 if replaced else 409, await run_in_threadpool(uploads.find, store, key))


def _at(status: int, upload: Upload) -> Response:
    """Answer with how much of an upload has arrived."""
    ends = format_datetime(upload.ends_on, usegmt=True)
    later = {"retry_after": 60} if status == 503 else {}
    return _answer(status, upload_offset=upload.arrived(), upload_length=upload.n_bytes, upload_expires=ends, **later)


def _answer(status: int, **headers: object) -> Response:
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Response(status_code=status, headers={"tus-resumable": VERSION, "cache-control": "no-store"} | named)
