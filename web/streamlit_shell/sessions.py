"""Streamlit's sessions, one for each open window: what they can send to memory, and when they are forgotten.

Streamlit keeps the session of a closed window, with its uploads, its shown files and three descriptors, so that a phone that
lost its network finds it again. Here a session ends within a minute after its window is closed. A session whose connection
was lost is kept for longer, because it holds what a runner has typed, but without its large data.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.runtime import Runtime
    from streamlit.runtime.app_session import AppSession

FREED_AFTER_S = 30.0
"""How long a session is kept complete after its window has gone, for a reload or a short network failure."""

LOST_KEPT_S = 1800.0
"""How long the rest is kept if the connection was lost but the window not closed, for example on a locked phone."""

MEMORY_KEPT_S = 900.0
"""How long a clip of the simple uploader can be in memory before it is submitted."""

EVERY_S = 5.0


class Sessions:
    """What the server records about its sessions, in addition to Streamlit.

    Attributes
    ----------
    may_send : dict
        The visitor by session and file, for the files that a page's simple uploader has asked to send.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.may_send: dict[tuple[str, str], str] = {}
        self._clock = clock
        self._began: set[str] = set()
        self._lost: set[str] = set()
        self._gone_since_s: dict[str, float] = {}
        self._holding_since_s: dict[str, tuple[str, float]] = {}

    def began(self, session_id: str) -> None:
        """Record that a session's page has run."""
        self._began.add(session_id)

    def lost(self, session_id: str) -> None:
        """Record that a session's connection broke without its window being closed."""
        self._lost.add(session_id)

    def holds(self, session_id: str, visitor: str) -> None:
        """Record that a session holds a clip in memory."""
        self._holding_since_s[session_id] = (visitor, self._clock())

    def holding(self) -> dict[str, str]:
        """Return the visitors whose clips are in memory, by session."""
        return {session_id: visitor for session_id, (visitor, _) in self._holding_since_s.items()}

    def drop_clip(self, runtime: Runtime, session_id: str) -> None:
        """Drop the clip that a session holds in memory."""
        self._holding_since_s.pop(session_id, None)
        runtime.uploaded_file_mgr.remove_session_files(session_id)

    @contextlib.asynccontextmanager
    async def tidied(self) -> AsyncIterator[None]:
        """Forget sessions for as long as the server runs."""
        from streamlit.runtime import Runtime

        async def tidy() -> None:
            while True:
                await asyncio.sleep(EVERY_S)
                self.tidy(Runtime.instance())

        task = asyncio.create_task(tidy())
        try:
            yield
        finally:
            task.cancel()

    def tidy(self, runtime: Runtime) -> None:
        """End expired sessions, and drop the large data of those that are kept; runs on the server's event loop."""
        now_s, manager = self._clock(), runtime._session_mgr
        gone = {info.session.id: info.session for info in manager.list_sessions()}
        self._began &= gone.keys()
        for session_id in [*gone]:
            if manager.is_active_session(session_id):
                del gone[session_id]
        self._gone_since_s = {session_id: self._gone_since_s.get(session_id, now_s) for session_id in gone}
        self._lost &= gone.keys()
        for session_id, session in gone.items():
            gone_s = now_s - self._gone_since_s[session_id]
            began = session_id in self._began  # one that never asked for a page holds nothing to come back to
            if began and gone_s < FREED_AFTER_S:
                continue
            kept = (
                began and session_id in self._lost and session_id not in self._holding_since_s and gone_s < LOST_KEPT_S
            )
            if kept:
                _shrink(session, runtime)
            else:
                self.drop_clip(runtime, session_id)
                runtime.close_session(session_id)
        for session_id, (_, since_s) in [*self._holding_since_s.items()]:
            if now_s - since_s >= MEMORY_KEPT_S:
                self.drop_clip(runtime, session_id)


def _shrink(session: AppSession, runtime: Runtime) -> None:
    """Drop a session's media and descriptors, which Streamlit creates again when its window is back."""
    loop = session._script_event_loop
    if session._scriptrunner is None and not loop.is_closed():
        loop.close()
        runtime.media_file_mgr.clear_session_refs(session.id)
        runtime.media_file_mgr.remove_orphaned_files()


SESSIONS = Sessions()
"""The instance of this server."""
