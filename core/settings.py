"""The settings of this program: each `STRIDE_*` variable, read once where a process starts, and passed on from there.

Only this module reads the environment. Variables of other programs, such as `AWS_*`, are read by their own libraries.
"""

from __future__ import annotations

import os
from collections.abc import Container
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from core.errors import SetUpError
from core.i18n.translate import gettext as _
from core.i18n.translate import marked

PREFIX = "STRIDE_"

_FROM_0 = marked("Give a whole number, 0 or more.")
_FROM_1 = marked("Give a whole number, 1 or more.")
_SECONDS = marked("Give a number of seconds above 0.")
_ADDRESS = r"^[a-z][a-z0-9+]*:"


def _parts(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _site(value: str) -> str:
    """Return the address of a site, without what follows its path and without a slash at its end."""
    url = urlsplit(value)
    if value and (url.scheme not in ("http", "https") or not url.netloc):
        raise ValueError
    return f"{url.scheme}://{url.netloc}{url.path}".rstrip("/") if value else ""


AtLeast0 = Annotated[int, Field(ge=0, description=_FROM_0)]
AtLeast1 = Annotated[int, Field(ge=1, description=_FROM_1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False, description=_SECONDS)]


class Settings(BaseModel):
    """The settings. A field's variable is `STRIDE_` and its name in capitals; an empty variable counts as not set.

    A field's description is the advice for a value that cannot be read.

    Attributes
    ----------
    data : Path
        The folder of the database, the queue, uploads and pictures; absolute.
    database_url, queue_url, media_url : str, optional
        Where jobs, the queue and the files are; each defaults to a place in the data folder, and the queue to the
        database if that is PostgreSQL.
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

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    data: Annotated[Path, AfterValidator(Path.resolve)] = Path("data")
    database_url: str | None = Field(
        None,
        pattern=r"^(sqlite|postgresql)(\+\w+)?:",
        description=marked("It has to begin with postgresql:// or sqlite:///."),
    )
    queue_url: str | None = Field(
        None, pattern=_ADDRESS, description=marked("It has to begin with postgresql:// or redis://.")
    )
    media_url: str | None = None
    workers: AtLeast0 = 1
    queue: AtLeast0 = 60
    queue_of_one: AtLeast0 = 5
    upload_mb: AtLeast1 = 200
    time_limit_s: Seconds = 600.0
    memory_limit_mb: AtLeast1 = 2048
    lease_s: Seconds = 30.0
    hosts: Annotated[tuple[str, ...], BeforeValidator(_parts)] = ()
    public_url: Annotated[
        str, AfterValidator(_site), Field(description=marked("It has to begin with https:// or http://."))
    ] = ""
    proxies: AtLeast0 = 0
    analysis_network: Literal["refuse", "allow"] = Field("refuse", description=marked("Give allow, or leave it out."))
    pose_model: Path | None = None
    log: Literal["plain", "json"] = Field("plain", description=marked("Give json, or leave it out."))

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings of this process's environment; to be called once, where the process starts.

        Raises
        ------
        SetUpError
            If a value cannot be read; it names the variable, but not the value, which can hold a password.
        """
        given = {name: os.environ.get(variable(name)) for name in cls.model_fields}
        try:
            return cls.model_validate({name: value for name, value in given.items() if value})
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            what = _("The value of {variable} cannot be read.", variable=variable(name))
            raise SetUpError(what, _(cls.model_fields[name].description or "")) from None

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
        given = self.model_dump(exclude_defaults=True, exclude_none=True)
        return {variable(name): _written(value) for name, value in given.items()}

    def child_environment(self, kept: Container[str] | None = None) -> dict[str, str]:
        """Return the environment of a child process: this one's, with these settings; or only what is named in `kept`."""
        foreign = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return {name: value for name, value in (foreign | self.variables()).items() if kept is None or name in kept}


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return PREFIX + name.upper()


def _written(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
