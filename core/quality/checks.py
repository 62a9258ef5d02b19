"""Named checks of what the body in a clip shows before its legs are identified, each with its result and one remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from core.errors import CheckKey, Refused
from core.gait.body import check_joints
from core.gait.stride_period import step_period_s
from core.i18n.message import message as _
from core.model.report import QualityCheck
from core.model.tracks import ClipInfo, PoseTrack, Side, joined
from core.quality.body_checks import (
    SEEN_SHARE,
    check_result,
    check_upright,
    large,
    not_clear,
    passed,
    running,
    side_on,
    somebody,
    whole_body,
)
from core.quality.passes import Found, find_passes
from core.quality.playback import SHORTEST_S
from core.quality.segments import one_way
from core.quality.speed_checks import check_speed

SHORTEST_PIECE_S = 2.5  # for a clip with cuts
FEWEST_LOOKS = 8
COARSE_RATE_HZ, FINE_RATE_HZ = 18.0, 48.0
EARLY = 1.3
"""Screening refuses clips that miss the full pass's limits by this factor, and leaves the others to the full pass."""

WIDER: dict[CheckKey, float] = {"sharp_enough": 1.4}
"""Factor by which a warning widens a measure's error.

In simulated clips with a blur warning, the error is 1.3 times the standard deviation that is stated for sharp ones. For runners
of 125 pixels and shakes of 16 pixels it is 0.6 and 1.0 times, so they need no factor. An oblique view, a tilt, few strides and
few frames have their own errors (`core.gait.estimates`).
"""


def one_scene(n_pieces: int, seconds: float, *, cut: bool = True) -> QualityCheck:
    """Check the longest of a clip's segments, in seconds of true time; `cut` is whether the frames show a cut."""
    key: CheckKey = "no_cuts"
    if n_pieces <= 1:
        return check_result(key, "pass", _("The clip is one piece."))
    if seconds < SHORTEST_PIECE_S:
        return check_result(
            key,
            "refuse",
            _("This clip jumps between scenes.")
            if cut
            else _(
                "This clip jumps, stands still or loses the runner. Its longest piece is only {seconds:.1f} seconds long.",
                seconds=seconds,
            ),
            _("Send one uncut take of about 10 seconds of running."),
        )
    return check_result(
        key,
        "warn",
        _("The clip jumps or loses the runner; its longest piece of {seconds:.1f} s was measured.", seconds=seconds),
        _("Send one uncut take."),
    )


def frame_rate(rate_hz: float) -> QualityCheck:
    """Check the frames per second of true time."""
    key: CheckKey = "frame_rate"
    advice = _("Set the camera to 60 frames per second or more.")
    if rate_hz < COARSE_RATE_HZ:
        return check_result(key, "refuse", _("{rate_hz:.0f} frames per second are too few.", rate_hz=rate_hz), advice)
    if rate_hz < FINE_RATE_HZ:
        what = _(
            "{rate_hz:.0f} frames per second are enough for most measures, but not for the instant of contact.",
            rate_hz=rate_hz,
        )
        return check_result(key, "warn", what, advice)
    return check_result(key, "pass", _("{rate_hz:.0f} frames per second.", rate_hz=rate_hz))


def length(seconds: float) -> QualityCheck:
    """Check how long the runner is seen, in seconds of true time."""
    if seconds < SHORTEST_S:
        what = _("The runner is in the picture for {seconds:.1f} seconds only.", seconds=seconds)
        return check_result("length", "refuse", what, _("Film about 10 seconds."))
    return check_result("length", "pass", _("{seconds:.1f} seconds of running.", seconds=seconds))


def check_early(track: PoseTrack, image: Sequence[QualityCheck] = ()) -> None:
    """Check what a few frames per second show, and raise `Refused` if the full pass would surely refuse as well.

    `image` are the checks of the frames, as for `check_body`.
    """
    track = max(one_way(track), key=len)
    if len(track) < FEWEST_LOOKS:
        return
    check_upright(track)
    for check in (
        somebody(track),
        whole_body(track, EARLY),
        side_on(track, EARLY),
        running(track, 3),
        large(track, EARLY),
    ):
        passed(_unless_unclear(check, image))


POOR_IMAGE: tuple[CheckKey, ...] = ("light_contrast", "sharp_enough")
"""A warning of these means that the pose model may track the body badly."""

HIDDEN_BY_IT: tuple[CheckKey, ...] = ("running_not_walking", "side_on")
"""The checks that a body which is tracked badly can fail."""

LOOKS = (whole_body, side_on, running, large)
"""The checks of each pass."""


def _not_backward(found: Found) -> QualityCheck:
    """Check that the measured part plays forward."""
    key: CheckKey = "true_speed"
    if not found.backward:
        return check_result(key, "pass", _("The clip plays forward."))
    if not found.forward:
        what = _("This clip plays backwards, or it shows somebody who runs backwards.")
        return check_result(key, "refuse", what, _("Send the clip as it was filmed, not reversed."))
    what = _("Part of this clip plays backwards, as in a boomerang. Only what plays forward was measured.")
    advice = _("Send the clip as it was filmed.")
    if found.longest.true_duration_s < SHORTEST_S:
        what = _("This clip plays forward and backwards, as a boomerang does, and what plays forward is too short.")
        return check_result(key, "refuse", what, _("Send about 10 seconds of running as it was filmed."))
    return check_result(key, "warn", what, advice)


def _each_pass(found: Found) -> QualityCheck:
    """Check that the longest pass by the camera is long enough; for a clip with one pass, the usual length check applies."""
    seconds = found.longest.true_duration_s
    if found.crossings >= 2 and seconds < SHORTEST_S:
        return check_result(
            "length",
            "refuse",
            _("The runner passes the camera in {seconds:.1f} seconds or less each time.", seconds=seconds),
            _("Step back, so that each pass lasts 2 seconds or more, or have a friend pan along."),
        )
    return check_result("length", "pass", _("Each pass is long enough."))


def _together(n_passes: int, found: Found, scene: QualityCheck) -> list[QualityCheck]:
    """Return the checks of the clip's scenes and of a runner with several passes."""
    key: CheckKey = "no_cuts"
    said = [scene]
    if n_passes > 1 and scene.severity == "pass":
        what = _("{n} parts of the clip were measured together.", n=n_passes)
        if found.crossings > 1:
            what = _("{n} passes in the same direction were measured together.", n=n_passes)
        said = [check_result(key, "pass", what)]
    return said


def both_ways(way: Side, *, measured: bool) -> QualityCheck:
    """Return the check of a runner who also goes the other way: whether the leg that this shows could be measured as well.

    Parameters
    ----------
    way : {'left', 'right'}
        The other way.
    measured : bool
        Whether the other leg was measured.
    """
    word = _("left") if way == "left" else _("right")
    if measured:
        what = _("The runner also goes to the {way} in this clip, so the result has both legs.", way=word)
        return check_result("no_cuts", "pass", what)
    what = _(
        "The runner also goes the other way in this clip, to the {way}. That shows the other leg, and was not measured.",
        way=word,
    )
    return check_result("no_cuts", "warn", what, _("To measure that leg, send only what goes to the {way}.", way=word))


def _enough_frames(info: ClipInfo, found: Found) -> QualityCheck:
    """Check the frame rate; if it is too low, first ask about slow motion, because some clips are slowed without new frames.

    Raises
    ------
    Refused
        `true_speed` with choices, or `frame_rate`.
    """
    segment = found.longest
    rate_hz = info.fps_hz * segment.slow_motion
    if found.speed is not None:  # the clip's usual rate may belong to the other speed
        rate_hz = min(rate_hz, segment.slow_motion / float(np.median(np.diff(segment.time_s))))
    return slow_before_coarse(segment, frame_rate(rate_hz))


def slow_before_coarse(track: PoseTrack, rate: QualityCheck) -> QualityCheck:
    """Return the check of the frame rate unless it refuses, and ask about slow motion first.

    The steps alone count here: with few frames the pose model often calls the leading leg by the same name at every step, as in
    our own annotated video, and then a step looks like a whole stride.

    Raises
    ------
    Refused
        `true_speed`, with choices, if the steps are too slow for running; the check's own refusal otherwise.
    """
    step = step_period_s(track) if rate.severity == "refuse" else None
    if step is not None:
        check_speed(2 * step[0] / track.slow_motion, track.slow_motion)
    return passed(rate)


class Body(NamedTuple):
    """What a clip shows of the runner.

    Attributes
    ----------
    track : PoseTrack
        The part to measure: the longest segment without a cut, with the other passes of the runner in the same direction.
    checks : list of QualityCheck
        The checks that did not refuse.
    other_way : tuple of PoseTrack
        The runner's passes in the other direction.
    """

    track: PoseTrack
    checks: list[QualityCheck]
    other_way: tuple[PoseTrack, ...] = ()


def check_body(
    info: ClipInfo,
    whole: PoseTrack,
    cuts_s: Sequence[tuple[float, float]] = (),
    image: Sequence[QualityCheck] = (),
) -> Body:
    """Check what the body in the clip shows before its legs are identified.

    Parameters
    ----------
    info : ClipInfo
        The clip.
    whole : PoseTrack
        The body in all frames.
    cuts_s : sequence of (float, float)
        The pairs of times between which scene changes were seen.
    image : sequence of QualityCheck
        The checks of the frames, such as of the light.

    Returns
    -------
    Body
        The part to measure, and all possible checks.

    Raises
    ------
    Refused
        With the key of the first check that refuses; with choices if an answer would settle it.
    """
    check_upright(whole)
    checks = [passed(somebody(whole))]
    check_joints(whole)
    found = find_passes(whole, cuts_s)
    segment = found.longest
    if whole.seen.mean() < SEEN_SHARE and segment.true_duration_s < SHORTEST_S and found.crossings < 2:
        what = _("Nobody could be followed in this clip for long enough.")
        raise Refused("one_runner", what, _("Film one runner from the side, head to feet in the picture."))
    if found.forward and not len(cuts_s):  # if a clip only plays backward, this is not the reason
        passed(_each_pass(found))
    n_pieces = max(found.n_scenes, len(cuts_s) + 1)
    scene = passed(one_scene(n_pieces, segment.true_duration_s, cut=len(cuts_s) > 0))
    good = [one for one in found.passes if one is segment or _good(one)]
    checks += _together(len(good), found, scene)
    lasts = length(sum(one.true_duration_s for one in good))
    checks.append(lasts if found.backward else passed(lasts))
    check_joints(segment)
    checks += [passed(_unless_unclear(look(segment), image)) for look in LOOKS]
    direction = passed(_not_backward(found))
    checks.append(_enough_frames(info, found))
    told = [direction] if direction.severity == "warn" else []
    told += [] if found.speed is None else [found.speed]
    return Body(joined(good), [*checks, *told], found.other_way)


def other_leg(body: Body) -> PoseTrack | None:
    """Return the passes that show the other leg and can be measured, together; None if there are none."""
    good = [one for one in body.other_way if _good(one)]
    return joined(good) if good else None


def _good(one: PoseTrack) -> bool:
    """Return whether a pass can be measured with others."""
    return all(look(one).severity != "refuse" for look in LOOKS)


def _unless_unclear(check: QualityCheck, image: Sequence[QualityCheck]) -> QualityCheck:
    """Return a check of the body. If the picture is poor, a body that seems to walk or turn may just be tracked badly."""
    walks = check.key in HIDDEN_BY_IT and check.severity == "refuse"
    poor = any(one.key in POOR_IMAGE and one.severity != "pass" for one in image)
    return not_clear() if walks and poor else check


def widening(checks: Iterable[QualityCheck], followed: float = 1.0) -> float:
    """Return the factor by which errors are wider than usual; warnings add as variances.

    Parameters
    ----------
    checks : iterable of QualityCheck
        The clip's checks, passed or with a warning.
    followed : float
        The factor for the quality of the tracking (`core.quality.tracking_noise.wider`).
    """
    warned = (check.key for check in checks if check.severity == "warn")
    return float(np.sqrt(followed**2 + sum(WIDER[key] ** 2 - 1 for key in warned if key in WIDER)))


def only_sure(checks: Iterable[QualityCheck]) -> list[QualityCheck]:
    """Return the checks without a warning about the view if the runner is seen badly, because the depth is then too rough."""
    checks = list(checks)
    seen: tuple[CheckKey, ...] = ("clear_enough", "light_contrast")
    badly = any(check.key in seen and check.severity == "warn" for check in checks)
    unknown = check_result("side_on", "pass", _("Whether the view is from the side could not be told from this clip."))
    return [unknown if badly and check.key == "side_on" else check for check in checks]
