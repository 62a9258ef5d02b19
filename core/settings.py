"""The settings of this program: each `STRIDE_*` variable, read once where a process starts, and passed on from there.

Only this module reads the environment. Variables of other programs, such as `AWS_*`, are read by their own libraries.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Container
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit

from core.errors import SetUpError
from core.i18n.message import message as _
from core.i18n.translate import marked

PREFIX = "STRIDE_"

Network = Literal["refuse", "allow"]
LogForm = Literal["plain", "json"]


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if int(text) < least:
            raise ValueError
        return int(text)

    return read


def _seconds(text: str) -> float:
    if not 0 < float(text) < math.inf:
        raise ValueError
    return float(text)


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in values:
            raise ValueError
        return text

    return read


def _database(text: str) -> str:
    from sqlalchemy.engine import make_url  # loaded only if there is such an address: it takes long
    from sqlalchemy.exc import ArgumentError

    try:
        kind = make_url(text).drivername.partition("+")[0]
    except ArgumentError as error:
        raise ValueError from error
    if kind not in ("sqlite", "postgresql"):
        raise ValueError
    return text


def _site(text: str) -> str:
    """Return the address of a site, without what follows its path and without a slash at its end."""
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.netloc:
        raise ValueError
    return f"{url.scheme}://{url.netloc}{url.path}".rstrip("/")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _by(read: Callable[[str], object], advice: str = "") -> dict[str, Any]:
    """Return how a field is read from its variable; if `read` raises ValueError, the advice says what to give."""
    return {"read": read, "advice": advice}


_FROM_0 = _by(_whole(0), marked("Give a whole number, 0 or more."))
_FROM_1 = _by(_whole(1), marked("Give a whole number, 1 or more."))
_SECONDS = _by(_seconds, marked("Give a number of seconds above 0."))
_DATABASE = _by(_database, marked("It has to begin with postgresql:// or sqlite:///."))
_SITE = _by(_site, marked("It has to begin with https:// or http://."))
_NETWORK = _by(_one_of(get_args(Network)), marked("Give allow, or leave it out."))
_LOG = _by(_one_of(get_args(LogForm)), marked("Give json, or leave it out."))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings. A field's variable is `STRIDE_` and its name in capitals; an empty variable counts as not set.

    Attributes
    ----------
    data : Path
        The folder of the database, uploads and pictures; absolute.
    database_url, media_url : str, optional
        Where jobs and the files are; each defaults to a place in the data folder.
    workers : int
        How many clips this server, or each worker process, analyses at the same time; 0 on a server: none.
    queue, queue_of_one : int
        The most clips that wait, in total and of one visitor.
    upload_mb : int
        The largest clip, in MB (2^20 bytes).
    time_limit_s, memory_limit_mb : float, int
        The time in seconds and the memory in MB (2^20 bytes) that one analysis can use. The time is that of a clock on the
        wall; processor time is limited to four times as much, for several cores. The memory is private writable memory
        (RLIMIT_DATA: a limit on address space would count libraries and thread stacks that are never used). Linux enforces
        it; macOS ignores it. On two cores, an analysis with its video takes 0.55 GB for a clip in 720p and 0.85 GB for one in
        4K (HEVC, 10 bit), as measured; decoders take more with more cores.
    lease_s : float
        How many seconds a worker can be silent before another one takes its job.
    hosts : tuple of str
        The host names to which the server responds; without any, to all. The variable separates them by commas.
    public_url : str
        The address that shared links begin with, or '': the one that the browser requested.
    proxies : int
        The number of our own proxies in front of the server.
    analysis_network : {'refuse', 'allow'}
        Whether to analyse clips if the system cannot cut an analysis off from the network.
    pose_model : Path, optional
        Another MediaPipe pose bundle than the packaged one.
    log : {'plain', 'json'}
        The form of the log's lines.
    """

    data: Path = field(default=Path("data"), metadata=_by(Path))
    database_url: str | None = field(default=None, metadata=_DATABASE)
    media_url: str | None = field(default=None, metadata=_by(str))
    workers: int = field(default=1, metadata=_FROM_0)
    queue: int = field(default=60, metadata=_FROM_0)
    queue_of_one: int = field(default=5, metadata=_FROM_0)
    upload_mb: int = field(default=200, metadata=_FROM_1)
    time_limit_s: float = field(default=600.0, metadata=_SECONDS)
    memory_limit_mb: int = field(default=2048, metadata=_FROM_1)
    lease_s: float = field(default=30.0, metadata=_SECONDS)
    hosts: tuple[str, ...] = field(default=(), metadata=_by(_names))
    public_url: str = field(default="", metadata=_SITE)
    proxies: int = field(default=0, metadata=_FROM_0)
    analysis_network: Network = field(default="refuse", metadata=_NETWORK)
    pose_model: Path | None = field(default=None, metadata=_by(Path))
    log: LogForm = field(default="plain", metadata=_LOG)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", self.data.resolve())

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings of this process's environment; to be called once, where the process starts.

        Raises
        ------
        SetUpError
            If a value cannot be read; it names the variable, but not the value, which can hold a password.
        """
        given = {}
        for one in fields(cls):
            if text := os.environ.get(variable(one.name)):
                try:
                    given[one.name] = one.metadata["read"](text)
                except ValueError:
                    what = _("The value of {variable} cannot be read.", variable=variable(one.name))
                    raise SetUpError(what, _(one.metadata["advice"])) from None
        return cls(**given)

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.data / 'store.sqlite'}"

    @property
    def upload_bytes(self) -> int:
        """The largest clip, in bytes."""
        return self.upload_mb << 20

    @property
    def memory_limit_bytes(self) -> int:
        """The memory that one analysis can use, in bytes."""
        return self.memory_limit_mb << 20

    def variables(self) -> dict[str, str]:
        """Return the variables from which another process reads the same settings."""
        values = asdict(self)
        changed = (one.name for one in fields(self) if values[one.name] != one.default)
        return {variable(name): _written(values[name]) for name in changed}

    def child_environment(self, kept: Container[str] | None = None) -> dict[str, str]:
        """Return the environment of a child process: this one's, with these settings; or only what is named in `kept`."""
        foreign = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return {name: value for name, value in (foreign | self.variables()).items() if kept is None or name in kept}


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + name.upper()


def _written(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
