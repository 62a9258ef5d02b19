"""The pages' connections (WebSockets): who can open one, how many, how many messages they can send, and what is returned.

The limits allow for a school class behind one address: thirty phones with five windows each can be open, and each can send
more than one message per second. Faster messages wait, and are not refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from web.streamlit_shell.messages import answered, asked, ends_run, without_secrets
from web.streamlit_shell.sessions import SESSIONS, Sessions
from web.turns import Pace, Turns
from web.visitors import network_of, visitor_of

OPEN = 150
"""Most open connections of one visitor; the limit for one network is three times as high, see `web.visitors.network_of`."""

OPEN_IN_ALL = 1000
"""Most open connections; fewer if the system allows few descriptors, of which each connection takes four."""

SILENT_S = 20.0
"""How long a connection can stay open before it requests a page, which a browser does immediately."""

ASKS_OF_CONNECTION = (30, 5.0)
ASKS_OF_VISITOR = (300, 50.0)
"""Messages that pass without delay after a pause, and how many per second after that."""

RUNS = (2, 4)
"""Page scripts that run at the same time, of one visitor and in total: they share one interpreter, so more are not faster."""

LONGEST_RUN_S = 5.0
"""After this time a script no longer counts as running, whatever its state."""

_SPARE_DESCRIPTORS, _DESCRIPTORS_EACH = 128, 6
_MOST_DESCRIPTORS = 1 << 16
_CLOSED_BY_WINDOW = (1000, 1001, 1005)
_MOST_FILES = 3


def raise_descriptor_limit() -> None:
    """Let this process and its children open as many files and connections as the system allows."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if most == resource.RLIM_INFINITY else min(most, _MOST_DESCRIPTORS)
    if now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def most_open() -> int:
    """Return how many connections can be open at the same time."""
    descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if descriptors == resource.RLIM_INFINITY:
        return OPEN_IN_ALL
    return max(8, min(OPEN_IN_ALL, (descriptors - _SPARE_DESCRIPTORS) // _DESCRIPTORS_EACH))


def from_own_page(headers: Headers, public_url: str) -> bool:
    """Return whether a connection was opened by a page of this server, or by no page at all; see RFC 6454."""
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        parts = urlsplit(origin)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        if usual is None or parts.hostname is None:
            return False
        ours = [headers.get("host", ""), urlsplit(public_url).netloc]
        asked = [urlsplit(f"//{host}") for host in ours if host]
        return any((parts.hostname, parts.port or usual) == (host.hostname, host.port or usual) for host in asked)
    except ValueError:  # a port that is not a number
        return False


class Sockets:
    """Limits the pages' connections: a middleware.

    Parameters
    ----------
    app : ASGI application
        The protected app.
    public_url : str
        The server's public address, or ''.
    sessions : Sessions
        Records the session of each connection.
    """

    def __init__(self, app: ASGIApp, public_url: str, sessions: Sessions = SESSIONS) -> None:
        self._app, self._public_url, self.sessions = app, public_url, sessions
        self.turns, self.pace = Turns(*RUNS), Pace(*ASKS_OF_VISITOR)
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection, or reject it."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        headers, visitor = Headers(scope=scope), visitor_of(scope)
        if not from_own_page(headers, self._public_url):
            await turn_away(receive, send, 1008)
        elif self._is_full(visitor):
            await turn_away(receive, send, 1013)
        else:
            # The origin was checked above. For an unknown origin, Streamlit would ask an external address for its own address.
            known = {**scope, "headers": [header for header in scope["headers"] if header[0] != b"origin"]}
            with self._counted(visitor):
                talk = Talk(self, visitor, receive, send)
                try:
                    await self._app(known, talk.receive, talk.send)
                finally:
                    talk.end()

    def _is_full(self, visitor: str) -> bool:
        most = most_open()
        of_one = min(OPEN, most // 3)
        network = network_of(visitor)
        return (
            self._open.total() // 2 >= most
            or self._open[visitor] >= of_one
            or self._open[network] >= min(3 * of_one, most // 2)
        )

    @contextlib.contextmanager
    def _counted(self, visitor: str) -> Iterator[None]:
        names = (visitor, network_of(visitor))
        self._open.update(names)
        try:
            yield
        finally:
            self._open.subtract(names)
            for name in names:
                if not self._open[name]:
                    del self._open[name]


async def turn_away(receive: Receive, send: Send, code: int) -> None:
    """Refuse a connection."""
    await receive()
    await send({"type": "websocket.close", "code": code})


class Talk:
    """The requests and responses on one connection."""

    def __init__(self, sockets: Sockets, visitor: str, receive: Receive, send: Send) -> None:
        self._sockets, self._visitor, self._receive, self._send = sockets, visitor, receive, send
        self._pace = Pace(*ASKS_OF_CONNECTION)
        self._session_id, self._code = "", 1006
        self._asked = self._closed = False
        self._turn: asyncio.TimerHandle | None = None
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._uploader_shown = self._uploader_was_shown = False
        self._files: list[tuple[str, str]] = []

    async def receive(self) -> Message:
        """Return the next permitted message, as soon as its turn comes."""
        while True:
            message = await self._heard()
            if message["type"] == "websocket.disconnect":
                self._code = message.get("code", 1006)
            if message["type"] != "websocket.receive":
                return message
            if message.get("bytes") is None:  # Streamlit's page does not send text
                return await self._hang_up(1003)
            asks = asked(message["bytes"])
            await asyncio.sleep(max(self._pace.wait_s(""), self._sockets.pace.wait_s(self._visitor)))
            if asks is not None and await self._may_go_on(asks):
                return message

    async def _heard(self) -> Message:
        """Return the next message, or a disconnect if the connection never requests a page."""
        try:
            async with asyncio.timeout(None if self._asked else SILENT_S):
                return await self._receive()
        except TimeoutError:
            return await self._hang_up(1008)

    async def _hang_up(self, code: int) -> Message:
        self._closed, self._code = True, 1001
        await self._send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": 1001}

    async def _may_go_on(self, asks: BackMsg) -> bool:
        kind = asks.WhichOneof("type")
        if kind == "rerun_script":
            self._asked = True
            await self._take_turn()
        if kind == "file_urls_request":
            shown = self._uploader_shown or self._uploader_was_shown
            return shown and len(asks.file_urls_request.file_names) == 1
        return True

    async def _take_turn(self) -> None:
        """Wait for a turn; a script that runs on this connection finishes first, because a rerun would otherwise need no turn."""
        await self._at_rest.wait()
        await self._sockets.turns.take(self._visitor)
        self._at_rest.clear()
        self._turn = asyncio.get_running_loop().call_later(LONGEST_RUN_S, self._give_back)

    def _give_back(self) -> None:
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
            self._at_rest.set()
            self._sockets.turns.give_back(self._visitor)

    async def send(self, message: Message) -> None:
        """Send a response without the server's secrets."""
        if self._closed:
            return
        data = message.get("bytes") if message["type"] == "websocket.send" else None
        answer = answered(data) if data else None
        if answer is not None and self._noted(answer) == "new_session":
            message = {**message, "bytes": without_secrets(answer)}
        await self._send(message)

    def _noted(self, answer: ForwardMsg) -> str | None:
        """Record what a response shows, and return its kind."""
        kind: str | None = answer.WhichOneof("type")
        if kind == "new_session":
            self._session_id = answer.new_session.initialize.session_id
            self._sockets.sessions.began(self._session_id)
            if not answer.metadata.run.fragment_ids:
                self._uploader_was_shown, self._uploader_shown = self._uploader_shown, False
        elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "file_uploader":
            self._uploader_shown = True
        elif kind == "file_urls_response":
            self._let_send([file.file_id for file in answer.file_urls_response.file_urls])
        elif ends_run(answer):
            self._uploader_was_shown = False
            self._give_back()
        return kind

    def _let_send(self, files: list[str]) -> None:
        self._files += [(self._session_id, file) for file in files]
        for sent in self._files[:-_MOST_FILES]:
            self._sockets.sessions.may_send.pop(sent, None)
        self._files = self._files[-_MOST_FILES:]
        self._sockets.sessions.may_send.update(dict.fromkeys(self._files, self._visitor))

    def end(self) -> None:
        """Record that the connection is closed."""
        self._give_back()
        for sent in self._files:
            self._sockets.sessions.may_send.pop(sent, None)
        if self._session_id and self._code not in _CLOSED_BY_WINDOW:
            self._sockets.sessions.lost(self._session_id)
