"""Choosing a clip and sending it, for long uploads from a phone on an unreliable network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.i18n.translate import gettext as _
from core.model.tracks import LONGEST_S
from core.storage.job import Job
from core.storage.task import key_of
from core.video.file_kinds import CAPTURED_HZ, FULL_RATE_INTENT, IPHONE_HZ, KINDS, LEAST_SLOWER, MOST_SLOWER
from core.video.reader import DRAWN_SIDE, LINES
from pages.components import filming, framing, session
from pages.components.browser import element
from pages.components.upload.first_look import FirstLook, number
from web.browser_scripts import CLIENT, CONTAINERS, WORKER

_HTML = f"""
<div class="upload" role="group" data-label="yours">
<p class="again" data-word="again" hidden></p>
<div class="choose">
<label class="button strong"><span data-word="choose"></span>
<input class="pick" type="file" accept="video/*,.mov,.mp4,.m4v,.3gp,.avi,.dv,.flv,.m2ts,.mkv,.mod,.mpg,.mts,.tod,.ts,.webm,.wmv"
 data-label="choose"></label>
<button type="button" class="button cam-open" data-word="film" hidden></button>
<label class="button film"><span data-word="film"></span>
<input class="camera" type="file" accept="video/*" capture="environment" data-label="film"></label>
<p class="drop"><span data-word="which"></span> <span class="mouse" data-word="drop"></span></p>
</div>
<div class="chosen" hidden>
<div class="row"><p><strong data-word="chosen"></strong> <span class="about"></span></p>
<button type="button" class="button small other" data-word="change"></button></div>
<div class="part" hidden>
<p data-word="part"></p>
<div class="film-strip"><canvas class="strip" width="720" height="96" aria-hidden="true"></canvas><div class="shade"></div></div>
<label><span data-word="start"></span> <input class="from" type="range" min="0" step="0.1"></label>
<label><span data-word="end"></span> <input class="to" type="range" min="0" step="0.1"></label>
<p class="span" aria-live="polite"></p>
</div>
<p class="made"></p>
</div>
<div class="sending" hidden>
<div class="row"><span class="how"></span><span class="left"></span></div>
<div class="bar" role="progressbar" data-label="sent" aria-valuemin="0" aria-valuemax="100"><div class="fill"></div></div>
</div>
<p class="wrong" role="alert" hidden></p>
<p class="says" role="status"></p>
</div>
{filming.HTML}
"""

PARTS = tuple(f"upload/upload_{part}.js" for part in ("clip", "kept", "shrink", "send"))
"""Scripts that look into a clip, keep it, make it small and send it."""

FOLDER = Path(__file__).parents[1]
STYLE = (FOLDER / "upload" / "upload.css").read_text(encoding="utf-8")
"""The look of this element, which that of many clips shares."""

_UPLOAD = element(
    "stride_check_upload",
    _HTML,
    *PARTS,
    "upload/upload_frames.js",
    *filming.SCRIPTS,
    "upload/upload.js",
    css=STYLE + framing.STYLE + filming.STYLE,
)

SHRINKING: dict[str, Any] = {
    "worker": WORKER,
    "library": CONTAINERS,
    "lines": LINES,
    "side": DRAWN_SIDE,
    "bits_per_pixel": 0.1,
    "bytes_per_s": 750_000,
    "gain": 1.5,
}
"""How clips are made small on the phone.

`lines` is the least height of an upright frame and `side` the least length of its longer side, in pixels. A clip is made small if
it has more than `gain` times `bytes_per_s` for each second of the chosen part.
"""

NOTED = {
    "captured": CAPTURED_HZ,
    "intent": FULL_RATE_INTENT,
    "iphone_hz": IPHONE_HZ[0],
    "least": LEAST_SLOWER,
    "most": MOST_SLOWER,
}
_OFFER_S, _USUAL_S, _LEAST_S = 25.0, 20.0, 3.0


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A clip that is ready in the visitor's browser.

    Attributes
    ----------
    n_bytes : int
        Its size.
    span_s : tuple of float, optional
        The selected part, if it is not the whole clip.
    slow_motion : float, optional
        How many times slower than real time it plays according to the phone's metadata.
    look : FirstLook
        What the browser saw of it.
    """

    n_bytes: int
    span_s: tuple[float, float] | None
    slow_motion: float | None = None
    look: FirstLook = field(default_factory=FirstLook)


def words() -> dict[str, str]:
    """Return the component's words: those of its elements by `data-word` and `data-label`, and its messages."""
    return {
        "yours": _("Your clip"),
        "again": _(
            "This clip is being sent from another tab or phone. To go on from here, choose the same clip again: what has "
            "arrived is not sent twice."
        ),
        "choose": _("Choose a clip"),
        "film": _("Film now"),
        "which": _("A side-on video of about 10 seconds."),
        "drop": _("Or drop it here."),
        "chosen": _("Your clip:"),
        "change": _("Change"),
        "part": _("Choose the part in which you run."),
        "start": _("Start"),
        "end": _("End"),
        "sent": _("Sent"),
        "span": _("From {start} to {end}: {length} are measured."),
        "empty": _("The file is empty."),
        "choose_again": _("Choose the clip again."),
        "too_large": _("The file has {size}. The most we take is {most}."),
        "trim": _("Trim it to 10 seconds of running, or film in 1080p."),
        "no_video": _("This file is not a video."),
        "choose_video": _("Choose the video itself, as your camera saved it."),
        "looking": _("Looking at your clip …"),
        "making": _("Making it small on this device: {share} %"),
        "making_title": _("{share} % made small · Stride Check"),
        "small": _("This device made it small: {small} are sent, not {size}."),
        "progress": _("{sent} of {size}"),
        "title": _("{share} % sent · Stride Check"),
        "waiting": _("Waiting for the network. It goes on by itself from here."),
        "full": _("The server has no room for your clip at the moment. It goes on by itself once there is room."),
        "seconds_left": _("{n} s left"),
        "minutes_left": _("{n} min left"),
        "another": _("This is another file than the one you began with."),
        "that_one": _("That one has {size}."),
    }


def kinds() -> list[dict[str, object]]:
    """Return the file types by their first bytes; accepted types have no text."""
    signs = {kind: [[(at, sign.decode("latin-1")) for at, sign in each] for each in kind.signs] for kind in KINDS}
    return [{"signs": signs[kind], "what": str(kind.what), "advice": str(kind.advice)} for kind in KINDS]


def _show(upload: dict[str, object] | None) -> object:
    """Show the component: for choosing, or for an upload."""
    most_bytes = session.store().settings.upload_bytes
    limits = {"most_bytes": most_bytes, "longest_s": LONGEST_S}
    lengths = {"offer_s": _OFFER_S, "usual_s": _USUAL_S, "least_s": _LEAST_S}
    data = {
        "client": CLIENT,
        "upload": upload,
        "words": words() | filming.words(),
        "kinds": kinds(),
        "noted": NOTED,
        "shrinking": SHRINKING | {"most_bytes": most_bytes},
        "film": filming.data(),
        **limits,
        **lengths,
    }
    key = "upload" if upload is None else f"upload-{upload['key']}"
    return _UPLOAD(key=key, data=data, on_clip_change=lambda: None, on_ended_change=lambda: None)


def choose() -> Chosen | None:
    """Let the visitor choose or film a clip, and select a part of a long one; nothing is sent yet."""
    told = getattr(_show(None), "clip", None)
    # Values from a browser are checked like typed input.
    if not isinstance(told, dict) or not isinstance(told.get("bytes"), int):
        return None
    slower = number(told.get("slower"))
    return Chosen(
        n_bytes=told["bytes"],
        span_s=_span_s(told.get("span")),
        slow_motion=slower if slower is not None and LEAST_SLOWER <= slower <= MOST_SLOWER else None,
        look=FirstLook.told(told.get("look")),
    )


def _span_s(told: object) -> tuple[float, float] | None:
    ends = [number(at_s) for at_s in told] if isinstance(told, list) and len(told) == 2 else []
    known = [at_s for at_s in ends if at_s is not None]
    return (known[0], known[1]) if len(known) == 2 else None


def sending(job: Job) -> None:
    """Send the clip of a job, or show the progress of another tab or phone that sends it."""
    _show({"key": key_of(job.token), "bytes": job.upload_bytes})
