"""Checks of light, sharpness and camera shake, from what `core.pose.image_quality` measures on the frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import CheckKey
from core.i18n.message import Message
from core.i18n.message import message as _
from core.model.report import QualityCheck, Severity
from core.model.tracks import Floats

DARK_WARN, DARK_REFUSE = 30.0, 12.0
"""Levels of 255. Simulated runners are found in light of 14, but not in 7; good clips have 50 to 200."""

CONTRAST_WARN, CONTRAST_REFUSE = 20.0, 10.0
"""Levels of 255. Good simulated runners have 46 to 85; at 8 they are found, but their legs are no longer tracked."""

BLUR_WARN_TRUNKS, BLUR_REFUSE_TRUNKS = 0.08, 0.2
"""Edges of sharp simulated runners: 0.02 trunk lengths; defocused by 2, 6 and 9 pixels at 142 per trunk: 0.04, 0.09, 0.13."""

BLOCKS_HIDE = 1.5
"""Blocks of a pixelated clip hide as much as edges that are this many times as wide."""

NOISE_REFUSE = 5.0
"""Levels of 255. Real clips have 0 to 0.5; with 3.2 runners are still found, with 8.2 they are not."""

SHAKE_TRUNKS = 0.07
"""Standard deviation: 3.5 cm at the runner. Simulated shakes of 2, 5 and 16 pixels at 142 per trunk give 0.015, 0.034 and 0.106."""

FEWEST_JERKS = 8

LIGHT_ADVICE = _("Film in daylight or bright light, in clothes of another colour than what is behind you.")
FOCUS_ADVICE = _("Wipe the lens, tap on the runner so that the camera focuses there, and film in bright light.")


def _check(key: CheckKey, severity: Severity, what: Message, advice: Message | None = None) -> QualityCheck:
    return QualityCheck(key=key, severity=severity, what=what, advice=advice)


def dark(light: float) -> QualityCheck:
    """Check the brightness of frames in which nobody was found, in levels of 255."""
    if light < DARK_REFUSE:
        return _check("light_contrast", "refuse", _("It is too dark to see anybody."), LIGHT_ADVICE)
    return _check("light_contrast", "pass", _("There is light enough."))


def grainy(noise: float) -> QualityCheck:
    """Check the noise of frames in which nobody was seen to run, in levels of 255."""
    if noise > NOISE_REFUSE:
        return _check("light_contrast", "refuse", _("The picture is too grainy to see anybody run."), LIGHT_ADVICE)
    return _check("light_contrast", "pass", _("There is light enough."))


def lit(contrast: Floats, light: Floats) -> QualityCheck:
    """Check the contrast of the runner's limbs and the light there, in levels of 255, in each sampled frame."""
    key: CheckKey = "light_contrast"
    if np.median(contrast) < CONTRAST_REFUSE:
        what = (
            _("It is too dark to see the runner.")
            if np.median(light) < DARK_WARN
            else _("The runner can hardly be seen.")
        )
        return _check(key, "refuse", what, LIGHT_ADVICE)
    if np.median(light) < DARK_WARN:
        return _check(key, "warn", _("The picture is dark."), LIGHT_ADVICE)
    if np.median(contrast) < CONTRAST_WARN:
        return _check(key, "warn", _("The runner hardly stands out from what is behind."), LIGHT_ADVICE)
    return _check(key, "pass", _("The runner stands out from what is behind."))


def sharp(edge_trunks: Floats, block_trunks: float = 0.0) -> QualityCheck:
    """Check the width of the edges of the runner's limbs in each sampled frame, and the size of blocks, in trunk lengths."""
    key: CheckKey = "sharp_enough"
    broad = max(float(np.median(edge_trunks)), BLOCKS_HIDE * block_trunks)
    if broad > BLUR_REFUSE_TRUNKS:
        return _check(key, "refuse", _("The runner is too blurred to be measured."), FOCUS_ADVICE)
    if broad > BLUR_WARN_TRUNKS:
        return _check(key, "warn", _("The runner is blurred."), FOCUS_ADVICE)
    return _check(key, "pass", _("The picture is sharp enough."))


def steady(down_trunks: Sequence[float]) -> QualityCheck:
    """Check the background's downward shifts between sampled frames, in trunk lengths; a pan or a slow tilt is not a shake."""
    key: CheckKey = "steady_camera"
    jerks = np.diff(down_trunks)
    if len(jerks) < FEWEST_JERKS:
        return _check(key, "pass", _("Whether the camera shook could not be told from this clip."))
    # If positions have a random error of s, their second differences have a standard deviation of s times the root of 6.
    shake = 1.48 * float(np.median(np.abs(jerks))) / 6**0.5
    if shake > SHAKE_TRUNKS:
        return _check(
            key, "warn", _("The camera shakes."), _("Lean the phone against something firm, or use a tripod.")
        )
    return _check(key, "pass", _("The camera is steady enough."))
