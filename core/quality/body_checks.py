"""Checks of the body in the frame: somebody is there, upright, whole, side-on, running and large enough."""

from __future__ import annotations

import numpy as np

from core.errors import CheckKey, Choices, Refused
from core.gait.body import both_sides, leg_length_px, view_angle_deg
from core.i18n.message import Message
from core.i18n.message import message as _
from core.i18n.translate import marked
from core.model.report import QualityCheck, Severity
from core.model.tracks import HIP, KNEE, LANDMARK_OF, SHOULDER, Bools, PoseTrack
from core.quality.walking import walking_signs

SEEN_SHARE = 0.5
UPRIGHT_DEG = 45.0  # a runner's trunk is not further from upright than this; beyond three times this, it is upside down
BROADEST = 1.2  # nobody's shoulders are as broad as this, in trunk lengths
VISIBLE = 0.5
OUT_SHARE = 0.3
SIDE_ON_WARN_DEG, SIDE_ON_REFUSE_DEG = 15.0, 40.0
SMALL_PX, TINY_PX = 150, 90
BODY_IN_LEGS = 2.0  # body height over the length of thigh and shank
_PARTS = {
    marked("head"): [0, 7, 8],
    marked("shoulders"): [11, 12],
    marked("hips"): [23, 24],
    marked("knees"): [25, 26],
    marked("ankles"): [27, 28],
    marked("feet"): [29, 30, 31, 32],
}
CLEAR_ADVICE = _(
    "Film in bright light, with nobody in front of you, and send the clip as your camera saved it, without effects."
)
TURN_ADVICE = _("Turn the video upright in your phone's gallery (Edit, then Rotate), and send it again.")
SIDE_ADVICE = _("Put the phone level with your hips, exactly side-on to where you run.")


def check_result(key: CheckKey, severity: Severity, what: Message, advice: Message | None = None) -> QualityCheck:
    """Return the result of a check, which needs advice unless it passes."""
    return QualityCheck(key=key, severity=severity, what=what, advice=advice)


def passed(check: QualityCheck, choices: Choices | None = None) -> QualityCheck:
    """Return the check unless it refuses; the refusal carries the answers that would settle it.

    Raises
    ------
    Refused
        If its severity is 'refuse'.
    """
    if check.severity == "refuse":
        assert check.advice is not None, "a check that refuses has advice"
        raise Refused(check.key, check.what, check.advice, choices)
    return check


def not_clear() -> QualityCheck:
    """Return the refusal of a clip whose runner cannot be seen clearly."""
    what = _("The runner cannot be seen clearly enough to be measured.")
    return check_result("clear_enough", "refuse", what, CLEAR_ADVICE)


def somebody(track: PoseTrack) -> QualityCheck:
    """Check that a person is followed, and seen from the side or nearly so."""
    key: CheckKey = "one_runner"
    advice = _("Film one runner from the side, head to feet in the picture.")
    share = float(track.seen.mean())
    if share < 0.1 or track.seen.sum() < 8:
        return check_result(key, "refuse", _("Nobody was found in this clip."), advice)
    surely = max(float(np.median(track.visibility[track.seen][:, LANDMARK_OF[s][HIP]])) for s in ("left", "right"))
    sides = both_sides(track)[track.seen]
    trunk_px = np.linalg.norm(sides[:, :, SHOULDER].mean(axis=1) - sides[:, :, HIP].mean(axis=1), axis=1)
    breadth_px = np.linalg.norm(sides[:, 0, SHOULDER] - sides[:, 1, SHOULDER], axis=1)
    if surely < VISIBLE or np.median(breadth_px) > BROADEST * np.median(trunk_px):
        return check_result(key, "refuse", _("No runner could be made out in this clip."), advice)
    if share < SEEN_SHARE:
        return check_result(
            key, "warn", _("The runner is in the picture for {share:.0%} of the clip.", share=share), advice
        )
    return check_result(key, "pass", _("One runner was followed."))


def check_upright(track: PoseTrack, advice: Message = TURN_ADVICE) -> None:
    """Check that heads are above hips in the frames.

    Parameters
    ----------
    track : PoseTrack
        A body; frames without one are skipped.
    advice : Message
        The remedy.

    Raises
    ------
    Refused
        `upright`, if the body is upside down or lies on its side.
    """
    sides = both_sides(track)
    trunk = (sides[:, :, SHOULDER] - sides[:, :, HIP]).mean(axis=1)
    trunk = trunk[np.isfinite(trunk).all(axis=1)]
    if len(trunk) == 0:
        return
    along, down = np.median(trunk, axis=0)
    turned_deg = float(np.degrees(np.arctan2(abs(along), -down)))
    if turned_deg > 180 - UPRIGHT_DEG:
        raise Refused("upright", _("The picture is upside down."), advice)
    if turned_deg > UPRIGHT_DEG:
        raise Refused("upright", _("The picture lies on its side."), advice)


def _outside(track: PoseTrack) -> dict[str, Bools]:
    """Return when each part of the body is outside the frame: shape (m,) over the frames with a body."""
    xy_px = track.xy_px[track.seen]
    out = np.any((xy_px < 0) | (xy_px > track.size_wh_px), axis=-1)
    return {part: out[:, landmarks].mean(axis=1) >= 0.5 for part, landmarks in _PARTS.items()}


def _when(track: PoseTrack, out: Bools) -> Message:
    """Return the times between which a part is outside, as the file plays, if it is so without interruption."""
    times_s = track.time_s[track.seen]
    runs = np.split(np.arange(len(out)), np.flatnonzero(np.diff(out.astype(int))) + 1)
    longest = max((run for run in runs if out[run[0]]), key=len)
    if out.mean() > 0.8:
        return _("for most of the clip")
    if len(longest) < 0.7 * out.sum():
        return _("again and again, {share:.0%} of the time", share=out.mean())
    first_s, last_s = times_s[longest[0]], times_s[longest[-1]]
    return _("from {start:.1f} to {end:.1f} seconds", start=first_s, end=last_s)


def whole_body(track: PoseTrack, early: float = 1.0) -> QualityCheck:
    """Check that head, trunk and legs are in the frame; `early` times as much may be outside in screening."""
    key: CheckKey = "whole_body"
    advice = _("Step back, so that head and feet stay in the picture all the time.")
    outside = _outside(track)
    share = {part: float(out.mean()) for part, out in outside.items()}
    worst = max((part for part in share if part != "head"), key=share.__getitem__)
    visible = max(float(np.median(track.visibility[track.seen][:, LANDMARK_OF[s][KNEE]])) for s in ("left", "right"))
    if share[worst] > early * OUT_SHARE:
        part = marked("legs") if share["knees"] > OUT_SHARE else worst
        return check_result(
            key,
            "refuse",
            _("The {part} are out of the picture {when}.", part=_(part), when=_when(track, outside[worst])),
            advice,
        )
    if visible < VISIBLE:
        what = _("The legs are hidden, or cannot be seen clearly, for much of the clip.")
        return check_result("clear_enough", "refuse", what, CLEAR_ADVICE)
    if share[worst] > 0.1 * OUT_SHARE:
        what = _("The {part} are out of the picture {when}.", part=_(worst), when=_when(track, outside[worst]))
        return check_result(key, "warn", what, advice)
    if share["head"] > OUT_SHARE:
        return check_result(key, "warn", _("The head is out of the picture for much of the clip."), advice)
    return check_result(key, "pass", _("The whole body is in the picture."))


def side_on(track: PoseTrack, early: float = 1.0) -> QualityCheck:
    """Check the angle of view; screening allows `early` times as much."""
    key: CheckKey = "side_on"
    angle_deg = view_angle_deg(track)
    if angle_deg is None:
        return check_result(key, "pass", _("The view was taken to be from the side."))
    if angle_deg > early * SIDE_ON_REFUSE_DEG:
        return check_result(key, "refuse", _("This clip is not filmed from the side."), SIDE_ADVICE)
    if angle_deg > SIDE_ON_WARN_DEG:
        return check_result(
            key,
            "warn",
            _("The view is about {angle_deg:.0f} degrees away from side-on.", angle_deg=angle_deg),
            SIDE_ADVICE,
        )
    return check_result(key, "pass", _("The view is from the side."))


def running(track: PoseTrack, fewest_signs: int = 2) -> QualityCheck:
    """Check that the body shows fewer than `fewest_signs` signs of walking."""
    key: CheckKey = "running_not_walking"
    if sum(walking_signs(track)) >= fewest_signs:
        return check_result(
            key, "refuse", _("This looks like walking, not running."), _("Film yourself while you run.")
        )
    return check_result(key, "pass", _("This is running."))


def large(track: PoseTrack, early: float = 1.0) -> QualityCheck:
    """Check that the runner is large enough in the frame; screening allows `early` times less."""
    key: CheckKey = "big_enough"
    advice = _("Come closer, or turn the phone so that the runner fills most of the picture's height.")
    height_px = BODY_IN_LEGS * leg_length_px(both_sides(track)[track.seen])
    if height_px < TINY_PX / early:
        return check_result(
            key, "refuse", _("The runner is only about {height_px:.0f} pixels tall.", height_px=height_px), advice
        )
    if height_px < SMALL_PX:
        return check_result(
            key, "warn", _("The runner is only about {height_px:.0f} pixels tall.", height_px=height_px), advice
        )
    return check_result(key, "pass", _("The runner is large enough in the picture."))
