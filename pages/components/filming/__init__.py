"""Filming in the page: a part of the element for one clip.

If a browser has both a camera and a recorder for pages, they are used. What they make goes the way of a chosen file. Nothing is
stored or sent before the visitor uses the clip.
"""

from __future__ import annotations

from pathlib import Path

from core.i18n.translate import gettext as _
from pages.components import framing

SECONDS = 10
"""After so long filming stops by itself."""

ENOUGH_HZ = 50
"""Cameras with fewer frames per second are named, and the phone's own camera app is offered."""

BITS_PER_S = 8_000_000
"""What the recorder is asked for: little enough that the clip need not be made small once more."""

SCRIPTS = (framing.LEVEL, "filming/filming.js")

STYLE = (Path(__file__).with_name("filming.css")).read_text(encoding="utf-8")

HTML = """
<dialog class="cam" data-label="cam_label" data-stage="closed">
<div class="cam-area">
<div class="cam-box">
<video class="cam-live" playsinline muted aria-hidden="true"></video>
<div class="guide cam-guide"></div>
<div class="horizon cam-horizon" hidden aria-hidden="true"><i></i><b></b><i></i></div>
<video class="cam-take" playsinline muted loop controls data-label="cam_take"></video>
</div>
<p class="cam-count" aria-hidden="true"></p>
</div>
<div class="cam-panel">
<p class="cam-level" role="status"></p>
<p class="cam-says" role="status"></p>
<p class="cam-note"></p>
<fieldset class="cam-delay">
<legend data-word="cam_delay"></legend>
<label><input type="radio" name="cam-delay" value="3" checked> <span data-word="cam_3"></span></label>
<label><input type="radio" name="cam-delay" value="15"> <span data-word="cam_15"></span></label>
</fieldset>
<div class="cam-buttons">
<button type="button" class="button strong cam-start" data-word="cam_start"></button>
<button type="button" class="button strong cam-stop" data-word="cam_stop"></button>
<button type="button" class="button strong cam-use" data-word="cam_use"></button>
<button type="button" class="button cam-again" data-word="cam_again"></button>
<label class="button cam-app"><span data-word="cam_app"></span>
<input class="cam-own" type="file" accept="video/*" capture="environment" data-label="cam_app"></label>
</div>
<p class="cam-private" data-word="cam_private"></p>
</div>
<button type="button" class="cam-close" data-label="cam_close"><span aria-hidden="true">✕</span></button>
</dialog>
"""


def data() -> dict[str, object]:
    """Return what the script needs besides words."""
    return {"seconds": SECONDS, "enough_hz": ENOUGH_HZ, "bits_per_s": BITS_PER_S, "guide": framing.guide()}


def words() -> dict[str, str]:
    """Return the words of this part."""
    return framing.level_words() | {
        "locked": _(
            "The screen does not turn with the phone. Turn off its rotation lock, or the picture will lie on its side."
        ),
        "cam_label": _("Film in this page"),
        "cam_take": _("What you filmed"),
        "cam_opening": _("Opening the camera …"),
        "cam_fill": _("Move the phone until the runner would fill the outline. Then lean it on something."),
        "cam_slow": _("Only {hz} frames a second in this page. A phone's own camera app films smoother."),
        "cam_delay": _("Start after"),
        "cam_3": _("3 s"),
        "cam_15": _("15 s"),
        "cam_start": _("Start filming"),
        "cam_stop": _("Stop"),
        "cam_counting": _("Filming starts in {n} s."),
        "cam_filming": _("Filming. It stops by itself after {n} s."),
        "cam_turned": _("The phone was turned while it filmed. Film again."),
        "cam_failed": _("Nothing was filmed. Film again, or use the camera app."),
        "cam_took": _("Is your whole body in it, from the side?"),
        "cam_about": _(
            "Is your whole body in it, from the side? {hz} frames a second, {width} × {height}.",
        ),
        "cam_use": _("Use this clip"),
        "cam_again": _("Film again"),
        "cam_app": _("Use the camera app"),
        "cam_close": _("Close"),
        "cam_private": _("Nothing leaves this device until you start the check."),
        "cam_none": _(
            "This page cannot open the camera. “Film now” opens the camera app of this device, if it has one."
        ),
    }
