"""Choosing many clips at once, and sending them one after the other as the queue has room."""

from __future__ import annotations

from dataclasses import dataclass

from core.i18n.translate import gettext as _
from core.model.tracks import LONGEST_S
from core.storage.job import Job
from core.storage.task import key_of
from core.video.file_kinds import LEAST_SLOWER, MOST_SLOWER
from pages.components import session, upload
from pages.components.browser import element
from pages.components.upload.first_look import number
from web.browser_scripts import CLIENT

MOST = 20
"""How many clips can be chosen at once."""

LONGEST_NAME = 40

_HTML = """
<div class="upload" role="group" data-label="yours">
<div class="choose">
<label class="button strong"><span data-word="choose"></span>
<input class="pick" type="file" multiple accept="video/*,.mov,.mp4,.m4v,.3gp,.avi,.mkv,.mpg,.mts,.ts,.webm,.wmv"
 data-label="choose"></label>
</div>
<ul class="list" hidden></ul>
<div class="sending" hidden>
<div class="row"><span class="how"></span></div>
<div class="bar" role="progressbar" data-label="sent" aria-valuemin="0" aria-valuemax="100"><div class="fill"></div></div>
</div>
<div class="wrong" role="alert" hidden><ul class="faults"></ul></div>
<p class="says" role="status"></p>
</div>
"""

_ROSTER = element(
    "stride_check_roster",
    _HTML,
    *upload.PARTS,
    "roster/roster.js",
    css=upload.STYLE + (upload.FOLDER / "roster" / "roster.css").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A clip that is in the visitor's browser and not sent yet.

    Attributes
    ----------
    slot : int
        Its place in the browser.
    name : str
        The file's name without its ending.
    n_bytes : int
        Its size.
    slow_motion : float or None
        How many times slower than real time it plays according to the phone's metadata.
    """

    slot: int
    name: str
    n_bytes: int
    slow_motion: float | None = None


def _words() -> dict[str, str]:
    return upload.words() | {
        "being_made": _("making it small: {share} %"),
        "made": _("made small: {size}"),
        "yours": _("Your clips"),
        "choose": _("Choose up to 20 clips"),
        "too_many": _("At most {n} clips can be checked at once. The others are left out.", n="{n}"),
        "elsewhere": _("This clip is being sent from another tab or phone, or this browser no longer has it."),
    }


def _show(key: str, sends: dict[str, object] | None, *, rest: bool = False) -> object:
    most_bytes = session.store().settings.upload_bytes
    data = {
        "rest": rest,
        "client": CLIENT,
        "upload": sends,
        "words": _words(),
        "kinds": upload.kinds(),
        "noted": upload.NOTED,
        "shrinking": upload.SHRINKING | {"most_bytes": most_bytes},
        "longest_s": LONGEST_S,
        "most_bytes": most_bytes,
        "most": MOST,
    }
    return _ROSTER(key=key, data=data, on_clips_change=lambda: None, on_ended_change=lambda: None)


def choose() -> list[Waiting]:
    """Let the visitor choose clips, and return those that are in the browser and not sent yet."""
    return _told(_show("roster", None))


def rest() -> list[Waiting]:
    """Return the clips that are in the browser and not sent yet, and list them; none can be added."""
    return _told(_show("roster-rest", None, rest=True))


def _told(shown: object) -> list[Waiting]:
    told = getattr(shown, "clips", None)
    # Values from a browser are checked like typed input.
    found = [_waiting(one) for one in told[:MOST] if isinstance(one, dict)] if isinstance(told, list) else []
    return [*{one.slot: one for one in found if one is not None}.values()]


def _waiting(told: dict[str, object]) -> Waiting | None:
    slot, name, n_bytes = (told.get(part) for part in ("slot", "name", "bytes"))
    if not (isinstance(slot, int) and isinstance(n_bytes, int) and isinstance(name, str) and 0 <= slot < MOST):
        return None
    slower = number(told.get("slower"))
    slow_motion = slower if slower is not None and LEAST_SLOWER <= slower <= MOST_SLOWER else None
    return Waiting(slot=slot, name=_encodable(name)[:LONGEST_NAME], n_bytes=n_bytes, slow_motion=slow_motion)


def _encodable(text: str) -> str:
    """Return a text without halves of characters, which a browser can send and nothing can store."""
    return text.encode(errors="replace").decode()


def sending(job: Job, slot: int | None) -> None:
    """Send the clip of a job from its place in the browser, with its progress; None is any clip of that size."""
    _show(f"roster-{key_of(job.token)}", {"key": key_of(job.token), "bytes": job.upload_bytes, "slot": slot})
