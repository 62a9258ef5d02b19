"""A network between browser and server that can be slow or gone, and that counts what goes through it."""

from __future__ import annotations

import asyncio
import contextlib
import threading

_PIECE = 16 << 10


class Network:
    """Passes connections on to a server of this machine.

    Parameters
    ----------
    server_port : int
        Where the server listens.

    Attributes
    ----------
    port : int
        Where browsers reach it.
    bytes_per_s : float or None
        How fast a connection may send to the server.
    sent : int
        Bytes that the server was sent so far, of everything.
    """

    def __init__(self, server_port):
        self.bytes_per_s, self.sent, self._open, self._there = None, 0, set(), True
        self._server_port, started = server_port, threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(started)), daemon=True)
        self._thread.start()
        started.wait()

    async def _run(self, started):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._connect, "127.0.0.1", 0, limit=_PIECE) as server:
            self.port = server.sockets[0].getsockname()[1]
            started.set()
            await self._end.wait()

    async def _connect(self, reader, writer):
        if not self._there:
            writer.transport.abort()
            return
        try:
            there = await asyncio.open_connection("127.0.0.1", self._server_port, limit=_PIECE)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, there[1]}
        self._open |= ends
        ways = [self._pass(reader, there[1], up=True), self._pass(there[0], writer, up=False)]
        await asyncio.gather(*ways)
        self._open -= ends

    async def _pass(self, reader, writer, *, up):
        with contextlib.suppress(OSError):
            while piece := await reader.read(_PIECE):
                writer.write(piece)
                await writer.drain()
                if up:
                    self.sent += len(piece)
                    if self.bytes_per_s and len(piece) > 2000:
                        await asyncio.sleep(len(piece) / self.bytes_per_s)
        writer.close()

    def go(self):
        """Break every connection, and let no other one through."""
        self._there = False
        self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in list(self._open)])

    def come_back(self):
        """Let connections through again."""
        self._there = True

    def close(self):
        """Stop."""
        self.go()
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)
