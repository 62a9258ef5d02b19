"""What the attacks are made on and with: two servers that they start themselves, and a visitor's side of the protocol."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.serving import free_port, start
from core.settings import Settings
from core.storage.store import Store

HOST = "stride.example"
"""The name that the second server is reached by."""

SECRET = "planted-secret-5f2c"  # noqa: S105 - nobody's: a server must keep it from its analyses
USUAL_DESCRIPTORS = 1024
"""What a shell allows a process at first on most Linux systems."""

DISK_MB = 400
_VISITORS = (f"198.51.100.{n}" for n in itertools.count(1))


class NotTried(Exception):
    """An attack that cannot be made here, and why."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """A server that was started for the attacks.

    Attributes
    ----------
    port : int
        On 127.0.0.1.
    data : Path
        Its data folder.
    log : Path
        What it has written.
    pid : int
        Its process.
    store : Store
        The same database and files, as an onlooker.
    """

    port: int
    data: Path
    log: Path
    pid: int
    store: Store


class Trap:
    """A proxy that notes who asks it for an address elsewhere, and never answers: nothing leaves this machine."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                self._held.append(caller)
                caller.settimeout(1)
                with contextlib.suppress(OSError):
                    self.asked.append(caller.recv(200).split(b"\r\n")[0])

    def close(self) -> None:
        """Let go of all who asked."""
        for one in (self._socket, *self._held):
            one.close()


@dataclass
class Ground:
    """The servers, started when an attack first needs one, and ended with the ground.

    Attributes
    ----------
    folder : Path
        Holds everything that the attacks make.
    quick : bool
        Whether a sample is to do.
    """

    folder: Path
    quick: bool
    trap: Trap = field(default_factory=Trap)
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @cached_property
    def site(self) -> Site:
        """A server with a worker behind a proxy of ours, so that each attack can come from a visitor of its own."""
        data = self.folder / "site" / "data"
        data.mkdir(parents=True)
        self._bound_disk(data)
        secrets = {"AWS_SECRET_ACCESS_KEY": SECRET, "PLANTED": SECRET}
        return self._stack.enter_context(self.serving(data, STRIDE_PROXIES="1", STRIDE_UPLOAD_MB="80", **secrets))

    @cached_property
    def plain(self) -> Site:
        """A server as the README starts it, on a socket for IPv6 and IPv4, with a list of names and each connection noted."""
        data = self.folder / "plain" / "data"
        data.mkdir(parents=True)
        strace = shutil.which("strace")
        traced = ("strace", "-D", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(data.parent / "calls"))
        served = self.serving(
            data,
            before=traced if strace else (),
            address="::ffff:127.0.0.1",
            host=HOST,
            STRIDE_HOSTS=HOST,
            STRIDE_WORKERS="0",
            **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), self.trap.url),
            **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
        )
        return self._stack.enter_context(served)

    @contextlib.contextmanager
    def serving(self, data: Path, before: Iterable[str] = (), **options: str) -> Iterator[Site]:
        """Serve a data folder meanwhile."""
        port = free_port()
        with _usual_descriptors():
            server = start(data, port, before=tuple(before), **options)
        try:
            with Store.open(Settings(data=data, media_url=options.get("STRIDE_MEDIA_URL"))) as store:
                yield Site(port=port, data=data, log=data.parent / "server.log", pid=server.pid, store=store)
        finally:
            _end(server)

    def outside(self) -> list[str]:
        """Return what the second server asked of the world so far, or tried to reach."""
        calls = self.plain.data.parent / "calls"
        lines = calls.read_text(errors="replace").splitlines() if calls.exists() else []
        reached = [line for line in lines if re.search(r"AF_INET6?", line) and not _OWN.search(line)]
        return [*(line.decode(errors="replace") for line in self.trap.asked), *reached]

    def close(self) -> None:
        """End the servers."""
        self._stack.close()
        self.trap.close()

    def _bound_disk(self, data: Path) -> None:
        """Give the first server a small disk of its own, which can be filled, if this process may."""
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "none", str(data)]
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            self._stack.callback(subprocess.run, ["umount", "--lazy", str(data)], check=False)


_OWN = re.compile(r"127\.0\.0\.|sin6_addr.*\"::1\"|AF_UNIX|AF_NETLINK|htons\(0\)")


@contextlib.contextmanager
def ground(*, quick: bool) -> Iterator[Ground]:
    """Give the ground in a folder of its own, and leave nothing of it."""
    with tempfile.TemporaryDirectory(prefix="attack-") as folder:
        made = Ground(Path(folder), quick)
        try:
            yield made
        finally:
            made.close()


@contextlib.contextmanager
def _usual_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(USUAL_DESCRIPTORS, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


# --- a visitor's side ------------------------------------------------------------------------------------------------


def visitor() -> str:
    """Return an address that no attack has come from yet."""
    return next(_VISITORS)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server said: the status, the headers by lower-case names, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    port: int, path: str, method: str = "GET", body: bytes | None = None, *, source: str = "127.0.0.1", **headers: str
) -> Answer:
    """Send one request, from an address of this machine's own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, 30, (source, 0))) as connection:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(status=answer.status, headers=said, body=answer.read())


class Window:
    """A browser's window: a connection on which pages are asked for.

    Parameters
    ----------
    port : int
        Of the server.
    who : str
        The visitor's address.
    """

    def __init__(self, port: int, who: str, *, origin: str | None = None, host: str | None = None) -> None:
        self._stack = contextlib.ExitStack()
        connecting = connect(
            f"ws://{host or '127.0.0.1'}:{port}/_stcore/stream",
            sock=socket.create_connection(("127.0.0.1", port), timeout=30),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"X-Forwarded-For": who},
            origin=Origin(origin) if origin else None,
            open_timeout=30,
            ping_interval=None,  # a server that is kept busy is slow to answer, which is for the attack to see
            max_size=None,
        )
        self.socket: ClientConnection = self._stack.enter_context(connecting)
        self.session_id = ""

    def send(self, message: BackMsg) -> None:
        """Send what a browser could."""
        self.socket.send(message.SerializeToString())

    def run(self, page: str = "", query: str = "", *, states: Iterable[tuple[str, object]] = ()) -> list[ForwardMsg]:
        """Ask for a page and return what it is made of; `states` are widgets by id, with a text or True for a press."""
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.query_string = page, query
        for name, value in states:
            state = message.rerun_script.widget_states.widgets.add(id=name)
            if isinstance(value, str):
                state.string_value = value
            else:
                state.trigger_value = True
        self.send(message)
        return self.until(lambda told: told.WhichOneof("type") == "script_finished")

    def until(self, last: Callable[[ForwardMsg], bool]) -> list[ForwardMsg]:
        """Return what the server says, up to the message that this is true of."""
        told: list[ForwardMsg] = []
        while not told or not last(told[-1]):
            told.append(ForwardMsg.FromString(self.socket.recv(timeout=30)))
            if told[-1].WhichOneof("type") == "new_session":
                self.session_id = told[-1].new_session.initialize.session_id
        return told

    def close(self) -> None:
        """Close the window."""
        self._stack.close()


@contextlib.contextmanager
def window(port: int, who: str) -> Iterator[Window]:
    """Give an open window."""
    opened = Window(port, who)
    try:
        yield opened
    finally:
        opened.close()


def elements(told: Iterable[ForwardMsg], kind: str) -> list[object]:
    """Return a page's elements of one kind."""
    return [
        getattr(message.delta.new_element, kind)
        for message in told
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == kind
    ]


def says(told: Iterable[ForwardMsg], words: str) -> bool:
    """Whether these words stand anywhere on a page."""
    return any(words.encode() in message.SerializeToString() for message in told)


def descriptors(pid: int) -> int:
    """Return how many files a process has open.

    Raises
    ------
    NotTried
        If the system does not tell.
    """
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - names only
    except OSError as error:
        raise NotTried("this system does not tell what a process has open") from error
