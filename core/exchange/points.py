"""Points of a body as another program wrote them, and the pose track that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import BadAnswer, Refused
from core.i18n.message import Message
from core.i18n.message import message as _
from core.model.track_file import checked
from core.model.tracks import ANKLE, LANDMARK_OF, LANDMARKS, SHOULDER, Floats, PoseTrack

NORMALISED = 2.0
"""Coordinates of which nearly all are below this are shares of the frame, or metres."""

MARGIN = 0.15
"""Room around all points, in heights of their box, if nobody says how large the frame is."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """A body over time, as it is in a file.

    Attributes
    ----------
    xy : ndarray, shape (n, 33, 2)
        BlazePose order, x right and y down, in pixels or in shares of the frame; NaN where unseen.
    visibility : ndarray, shape (n, 33)
        How certain the other program is of each point, 0 to 1.
    time_s : ndarray, shape (n,), optional
        When each frame is shown, if the file says so.
    frame : ndarray, shape (n,), optional
        The number of each frame, if the file has no times.
    size_wh_px : tuple of int, optional
        Width and height of the frame, if the file says so.
    """

    xy: Floats
    visibility: Floats
    time_s: Floats | None = None
    frame: Floats | None = None
    size_wh_px: tuple[int, int] | None = None


def in_order(values: Floats, order: Sequence[int | None]) -> tuple[Floats, Floats]:
    """Return points (n, k, 3) of x, y and certainty in BlazePose's order: coordinates (n, 33, 2) and certainty (n, 33)."""
    xy, visibility = np.full((len(values), LANDMARKS, 2), np.nan), np.zeros((len(values), LANDMARKS))
    for column, landmark in enumerate(order):
        if landmark is not None:
            xy[:, landmark], visibility[:, landmark] = values[:, column, :2], np.nan_to_num(values[:, column, 2])
    return xy, visibility


def as_track(points: Points, file: str, *, fps_hz: float | None, size_wh_px: tuple[int, int] | None) -> PoseTrack:
    """Return points as a pose track.

    Parameters
    ----------
    points : Points
        What the file holds.
    file : str
        Its name, for messages.
    fps_hz : float, optional
        Frames per second, for a file without times.
    size_wh_px : tuple of int, optional
        Width and height of the frame, for a file that does not hold them.

    Raises
    ------
    BadAnswer
        If the time or the size is needed and unknown.
    Refused
        `readable_file` if the numbers have an unexpected unit, or points are missing.
    """
    seen = np.where((points.visibility > 0)[..., None], points.xy, np.nan)
    if not np.isfinite(seen).all(axis=-1).any():
        raise unreadable(_("In {file}, no point of the body has a known name.", file=file))
    size = points.size_wh_px or size_wh_px
    if _furthest(seen) <= NORMALISED:
        _check_shares(seen, file)
        if size is None:
            what = _("{file} gives points as shares of the picture, but not how large the picture is.", file=file)
            raise BadAnswer(what, _("Add its width and height in pixels, as --size 1080x1920."))
        seen = seen * np.array(size)
    elif size is None:
        seen, size = _framed(seen)
    track = PoseTrack(time_s=_times(points, file, fps_hz), xy_px=seen, visibility=points.visibility, size_wh_px=size)
    return checked(track, file)


def unreadable(what: Message, advice: Message | None = None) -> Refused:
    """Return the refusal of a file whose content is not what its format asks for."""
    return Refused("readable_file", what, advice or _("Look at docs/track-format.md for what each format holds."))


def _times(points: Points, file: str, fps_hz: float | None) -> Floats:
    """Return the time of each frame, by the file or by the frame rate."""
    if points.time_s is not None:
        times = points.time_s
    elif fps_hz is None:
        what = _("{file} does not say when its frames were taken.", file=file)
        raise BadAnswer(what, _("Add the frames per second of the video, as --fps 60."))
    else:
        times = (np.arange(len(points.xy)) if points.frame is None else points.frame) / fps_hz
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise unreadable(_("In {file}, the frames are not in the order of time.", file=file))
    return np.asarray(times, dtype=np.float64)


def _check_shares(seen: Floats, file: str) -> None:
    """Refuse shares of the frame that are none: points around zero are metres from the hips."""
    around_zero = float(np.nanpercentile(seen, 2)) < -0.2
    if around_zero:
        what = _("In {file}, the points seem to be in metres from the hips: they lie between {low:.2g} and {high:.2g}.",
                 file=file, low=float(np.nanmin(seen)), high=float(np.nanmax(seen)))  # fmt: skip
        raise unreadable(what, _("Give the points in the picture, not the world landmarks."))


def _furthest(seen: Floats) -> float:
    return float(np.nanpercentile(np.abs(seen), 98))


def _framed(seen: Floats) -> tuple[Floats, tuple[int, int]]:
    """Return points moved into a frame that is a little larger than all of them, and its size."""
    low, high = np.nanmin(seen, axis=(0, 1)), np.nanmax(seen, axis=(0, 1))
    margin = MARGIN * float(high[1] - low[1])
    low = np.minimum(low - margin, 0.0)
    width, height = np.ceil(high - low + margin)
    return seen - low, (int(width), int(height))


def tallest(bodies: Sequence[Floats]) -> tuple[Floats, bool]:
    """Return the body (k, 3) with the greatest height of those in a frame, and whether another is nearly as tall."""
    heights = [_height(body) for body in bodies]
    order = np.argsort(heights)[::-1]
    rival = len(order) > 1 and heights[order[1]] > 0.7 * heights[order[0]]
    return bodies[order[0]], bool(rival)


def check_alone(rivals: Sequence[bool], file: str) -> None:
    """Refuse a file in which two people are about equally tall in many frames: nobody says which is the runner."""
    if np.mean(rivals) > 0.2:
        raise unreadable(
            _("In {file}, two people are about as tall, and it is not clear who is meant.", file=file),
            _("Write a file with one person only."),
        )


def _height(body: Floats) -> float:
    seen = body[(body[:, 2] > 0) & np.isfinite(body[:, :2]).all(axis=1)]
    return float(np.ptp(seen[:, 1])) if len(seen) else 0.0


def trunk_to_ankle(xyz: Floats) -> Floats:
    """Return the typical vector from the shoulders to the ankles of points (n, 33, d): shape (d,)."""
    ends = [[LANDMARK_OF[side][joint] for side in ("left", "right")] for joint in (SHOULDER, ANKLE)]
    top, bottom = (np.nanmean(xyz[:, pair], axis=1) for pair in ends)
    return np.asarray(np.nanmedian(bottom - top, axis=0))
