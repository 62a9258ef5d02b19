"""Streamlit's own uploader, which holds a clip in the server's memory: limited to pages that asked for it, and in number.

The check page's simple uploader uses it. A visitor with a session could send to it at any time, whatever the page shows.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, cast

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime

from core.i18n.translate import gettext as _
from web.streamlit_shell.sessions import MEMORY_KEPT_S, SESSIONS, Sessions
from web.visitors import IDLE_S, visitor_of

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

HELD, HELD_OF_ONE = 6, 2
"""Most clips in memory, in total and of one visitor."""

_PLACE = re.compile(r".*/_stcore/upload_file/([^/]+)/([^/]+)/?")


class _Patience:
    """Takes a sender for gone if nothing comes for a while, or if the whole takes too long: its place is wanted by others."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ends_s = time.monotonic() + MEMORY_KEPT_S

    async def receive(self) -> Message:
        """Return the next part of the request, or that the sender has left."""
        left_s = self._ends_s - time.monotonic()
        try:
            async with asyncio.timeout(min(IDLE_S, left_s)):
                if left_s > 0:
                    return await self._receive()
        except TimeoutError:
            pass
        return {"type": "http.disconnect"}


class SimpleUploads:
    """Rejects files that no page asked for: a middleware."""

    def __init__(self, app: ASGIApp, sessions: Sessions = SESSIONS) -> None:
        self._app, self._sessions = app, sessions
        self._coming: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        place = _PLACE.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if place is None or scope["method"] not in ("PUT", "DELETE"):
            await self._app(scope, receive, send)
            return
        session_id, file_id = place.groups()
        visitor = visitor_of(scope)
        if self._sessions.may_send.get((session_id, file_id)) != visitor:
            await PlainTextResponse(_("No page asked for this file."), 403)(scope, receive, send)
        elif scope["method"] == "DELETE":
            self._sessions.drop_clip(Runtime.instance(), session_id)
            await self._app(scope, receive, send)
        elif session_id in self._coming or self._is_full(session_id, visitor):
            await PlainTextResponse(_("Please try again in a minute."), 503, headers={"retry-after": "60"})(
                scope, receive, send
            )
        else:
            await self._take(session_id, visitor, scope, receive, send)

    def _is_full(self, session_id: str, visitor: str) -> bool:
        held = self._sessions.holding() | self._coming
        held.pop(session_id, None)  # the new clip replaces the old one
        return len(held) >= HELD or list(held.values()).count(visitor) >= HELD_OF_ONE

    async def _take(self, session_id: str, visitor: str, scope: Scope, receive: Receive, send: Send) -> None:
        runtime = Runtime.instance()
        self._sessions.drop_clip(runtime, session_id)
        self._coming[session_id] = visitor
        try:
            await self._app(scope, _Patience(receive).receive, send)
        finally:
            del self._coming[session_id]
            if not runtime.is_active_session(session_id):  # its window has closed in the meantime
                self._sessions.drop_clip(runtime, session_id)
            elif cast("MemoryUploadedFileManager", runtime.uploaded_file_mgr).file_storage.get(session_id):
                self._sessions.holds(session_id, visitor)
