"""Tracks of landmarks from another program, read from a file; docs/track-format.md describes the format.

Files may contain mistakes. Each message names the array, and the unit if the numbers are in a wrong one.
"""

from __future__ import annotations

import lzma
import math
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import Refused
from core.i18n.message import Message, plural_message
from core.i18n.message import message as _
from core.i18n.translate import gettext, marked
from core.model.tracks import ANKLE, HIP, KNEE, LANDMARK_OF, LANDMARKS, SHOULDER, Floats, PoseTrack, Side

ARRAYS = ("time_s", "xy_px", "visibility", "size_wh_px")
"""The arrays that a file must hold."""

COCO = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""BlazePose's numbers of the 17 points of COCO, in COCO's order; COCO has no points on the feet."""

MOST_BYTES = 256 << 20
"""Largest total size of all arrays: 90 seconds at 240 frames per second are 12 MB."""

FEWEST_FRAMES = 8
"""The least number of frames in which each point that every measure needs must be seen."""

LONGEST_STEP_S = 1.0
"""Times that are further apart are not in seconds."""

SHORTEST_STEP_S = 1 / 1500
"""Times that are closer are not in seconds either."""

FRAME_STEPS = 3
"""Whole-number steps in time up to this one count frames; larger ones are milliseconds."""

_UNITS = (
    (300.0, marked("milliseconds")),
    (3.9e3, marked("ticks of a video file")),
    (1e6, marked("microseconds")),
    (math.inf, marked("nanoseconds")),
)
"""Units of time, each with the longest step between frames that it is assumed for."""

SMALLEST_PX = 16

INSIDE = 0.8
"""With a smaller share of the joints in the frame, the size is that of another picture, or the body is not whole."""

SURE = 0.5
"""Visibility under which a point is a guess."""

_UNREADABLE = (
    OSError, ValueError, EOFError, RuntimeError, NotImplementedError, MemoryError, SyntaxError, KeyError,
    tokenize.TokenError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
)  # fmt: skip

_NEEDED = {
    SHOULDER: {"left": marked("left shoulder"), "right": marked("right shoulder")},
    HIP: {"left": marked("left hip"), "right": marked("right hip")},
    KNEE: {"left": marked("left knee"), "right": marked("right knee")},
    ANKLE: {"left": marked("left ankle"), "right": marked("right ankle")},
}


def load_track(path: Path) -> PoseTrack:
    """Read a track of landmarks from another program.

    Parameters
    ----------
    path : Path
        An `.npz` file of `ARRAYS` and optionally `slow_motion`; `xy_px` has the 33 points of BlazePose or the 17 of COCO.
        Nothing in it is unpickled. Points that are not finite, at (0, 0) or with visibility 0 count as unseen.

    Raises
    ------
    Refused
        `readable_file` if the file has another format; the message names the array and what is wrong with it.
    """
    found = _arrays(path)
    missing = [name for name in ARRAYS if name not in found]
    if missing:
        raise _bad(_("{file} has no {arrays}.", file=path.name, arrays=gettext(" and no ").join(missing)))
    try:
        arrays = {name: _numbers(found[name], name) for name in (*ARRAYS, "slow_motion") if name in found}
        width_px, height_px = _positive(arrays["size_wh_px"], "size_wh_px", (2,))
        (slow_motion,) = _positive(arrays.get("slow_motion", np.array(1.0)), "slow_motion", ())
        xy_px, visibility = _blazepose(arrays["xy_px"], arrays["visibility"])
        _check_order(arrays["time_s"], path.name)
        track = PoseTrack(
            time_s=arrays["time_s"],
            xy_px=xy_px,
            visibility=visibility,
            size_wh_px=(max(1, round(width_px)), max(1, round(height_px))),
            slow_motion=slow_motion,
        )
    except ValueError as error:
        raise _bad(_("In {file}, {fault}.", file=path.name, fault=error)) from error
    return checked(track, path.name)


def checked(track: PoseTrack, file: str) -> PoseTrack:
    """Return a track of another program with NaN for each point that is not seen.

    Raises
    ------
    Refused
        `readable_file` if its times or places have another unit, or points are missing.
    """
    if len(track) < FEWEST_FRAMES:
        what = plural_message("{file} has only {n} frame.", "{file} has only {n} frames.", len(track), file=file)
        raise Refused("length", what, _("Give about 10 seconds of running."))
    _check_times(track, file)
    seen = _seen_only(track)
    _check_places(seen, file)
    _check_certainty(seen, file)
    return seen


def _arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    unreadable = _("{file} cannot be read as an .npz file of plain arrays.", file=path.name)
    # NumPy would read a file that is not an archive as a single array or a pickle.
    if not zipfile.is_zipfile(path):
        raise _bad(unreadable)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise _bad(_("{file} holds more than {most} MB.", file=path.name, most=MOST_BYTES >> 20))
        with np.load(path, allow_pickle=False) as stored:
            return {name: np.asarray(stored[name]) for name in (*ARRAYS, "slow_motion") if name in stored.files}
    except _UNREADABLE as error:
        raise _bad(unreadable) from error


def _numbers(array: npt.NDArray[Any], name: str) -> Floats:
    """Return an array as floats, or raise ValueError if it holds no real numbers."""
    if array.dtype.kind not in "fiub":
        raise ValueError(_("could not convert {array} to numbers: it holds {kind}", array=name, kind=array.dtype))
    return array.astype(np.float64)


def _positive(array: Floats, name: str, shape: tuple[int, ...]) -> list[float]:
    """Return a few positive numbers, or raise ValueError if the array is something else."""
    if array.shape != shape:
        raise ValueError(
            _("{array}: expected shape {wanted}, got {shape}", array=name, wanted=shape, shape=array.shape)
        )
    numbers = [float(number) for number in array.flat]
    if not all(0 < number < 1e6 for number in numbers):
        raise ValueError(_("{array}: expected positive numbers, got {numbers}", array=name, numbers=numbers))
    return numbers


def _blazepose(xy_px: Floats, visibility: Floats) -> tuple[Floats, Floats]:
    """Return COCO's points as BlazePose's 33, with the missing ones unseen; return other shapes unchanged."""
    n = len(np.atleast_1d(xy_px))
    if xy_px.shape != (n, len(COCO), 2) or visibility.shape != (n, len(COCO)):
        return xy_px, visibility
    wide_xy, wide_visibility = np.full((n, LANDMARKS, 2), np.nan), np.zeros((n, LANDMARKS))
    wide_xy[:, COCO], wide_visibility[:, COCO] = xy_px, visibility
    return wide_xy, wide_visibility


def _seen_only(track: PoseTrack) -> PoseTrack:
    """Return the track with NaN for every point that the other program did not see."""
    xy_px, visibility = np.array(track.xy_px), np.nan_to_num(track.visibility)
    unseen = ~np.isfinite(xy_px).all(axis=-1) | (xy_px == 0).all(axis=-1) | (visibility <= 0)
    xy_px[unseen] = np.nan
    return PoseTrack(
        time_s=track.time_s,
        xy_px=xy_px,
        visibility=np.where(unseen, 0.0, np.clip(visibility, 0.0, 1.0)),
        size_wh_px=track.size_wh_px,
        slow_motion=track.slow_motion,
    )


def _check_order(time_s: Floats, file: str) -> None:
    """Refuse times that are not numbers, or not in order; other shapes are left to `PoseTrack`."""
    if time_s.ndim != 1:
        return
    if len(unknown := np.flatnonzero(~np.isfinite(time_s))):
        what = _("In {file}, time_s holds no number for frame {frame}, counted from 0.", file=file, frame=unknown[0])
        raise Refused("readable_file", what, _("Leave out frames without a time."))
    if len(back := np.flatnonzero(np.diff(time_s) <= 0)):
        what = _(
            "In {file}, time_s is not strictly rising: frame {before} is at {early:.9g} s and frame {after} at {late:.9g} s.",
            file=file, before=back[0], after=back[0] + 1, early=time_s[back[0]], late=time_s[back[0] + 1],
        )  # fmt: skip
        raise Refused("readable_file", what, _("Sort the frames by time, and leave out those that repeat a time."))


def _check_times(track: PoseTrack, file: str) -> None:
    """Refuse times in a unit other than seconds."""
    steps = np.diff(track.time_s)
    step = float(np.median(steps))
    if step >= LONGEST_STEP_S:
        if step <= FRAME_STEPS and bool((steps == np.round(steps)).all()):
            what = _(
                "In {file}, time_s counts frames: it goes up by {step:g} from one to the next.", file=file, step=step
            )
            raise Refused("readable_file", what, _("Give seconds: divide it by the frames per second."))
        unit = next(_(name) for most, name in _UNITS if step <= most)
        what = _("In {file}, time_s seems to be in {unit}: it goes up by {step:g} from one to the next.",
                 file=file, unit=unit, step=step)  # fmt: skip
        raise Refused("readable_file", what, _("Give seconds, with their decimals."))
    if step / track.slow_motion < SHORTEST_STEP_S:
        what = _("In {file}, time_s goes up by {step:g} seconds from one to the next. It may be in minutes.",
                 file=file, step=step)  # fmt: skip
        raise Refused("readable_file", what, _("Give seconds, with their decimals."))


def _check_places(track: PoseTrack, file: str) -> None:
    """Refuse points that are missing, or in a unit other than pixels of the frame."""
    sides: tuple[Side, Side] = ("left", "right")
    points = {_NEEDED[joint][side]: LANDMARK_OF[side][joint] for joint in _NEEDED for side in sides}
    body = track.xy_px[:, list(points.values())]
    seen = body[np.isfinite(body).all(axis=-1)]
    if not len(seen):
        what = _("In {file}, no point of the body counts as seen.", file=file)
        raise Refused(
            "readable_file", what, _("Points at (0, 0), without a number or of visibility 0 count as unseen.")
        )
    _check_pixels(seen, track.size_wh_px, file)
    if float(np.ptp(seen, axis=0).max()) < 1:
        what = _("In {file}, all points of the body lie in one place.", file=file)
        raise Refused("readable_file", what, _("Give where each joint is in the picture."))
    n_seen = np.isfinite(body).all(axis=-1).sum(axis=0)
    if rare := [gettext(name) for name, n in zip(points, n_seen, strict=True) if n < min(FEWEST_FRAMES, len(track))]:
        what = plural_message("In {file}, {points} is hardly ever seen.", "In {file}, {points} are hardly ever seen.",
                              len(rare), file=file, points=", ".join(rare))  # fmt: skip
        raise Refused("readable_file", what, _("Shoulders, hips, knees and ankles of both sides are needed."))


def _check_pixels(seen: Floats, size_wh_px: tuple[int, int], file: str) -> None:
    width, height = size_wh_px
    furthest, inside = float(np.percentile(np.abs(seen), 98)), _share_inside(seen, size_wh_px)
    if furthest <= 2:
        what = _("In {file}, xy_px seems normalised, or in metres: it lies between {low:.2g} and {high:.2g}.",
                 file=file, low=float(seen.min()), high=float(seen.max()))  # fmt: skip
        raise Refused(
            "readable_file", what, _("Give pixels: multiply x by the width of the picture and y by its height.")
        )
    if min(size_wh_px) < SMALLEST_PX:
        what = _(
            "In {file}, size_wh_px is {width} x {height}: that is no size in pixels.",
            file=file,
            width=width,
            height=height,
        )
        raise Refused("readable_file", what, _("Give the width and height of the picture in pixels."))
    if furthest <= 100 and min(size_wh_px) > 300 and float(np.ptp(seen[:, 1])) > 20:
        what = _("In {file}, xy_px seems to be in per cent of the picture, and pixels are asked for.", file=file)
        raise Refused(
            "readable_file", what, _("Give pixels: multiply x by the width of the picture and y by its height.")
        )
    if inside < 1 and _share_inside(seen, (height, width), 0.0) == 1:
        what = _("In {file}, size_wh_px seems to be height and width: {width} x {height}.",
                 file=file, width=width, height=height)  # fmt: skip
        raise Refused("readable_file", what, _("Give the width first, then the height."))
    if inside < INSIDE:
        what = _("In {file}, most points lie outside the picture of {width} x {height} pixels that size_wh_px names.",
                 file=file, width=width, height=height)  # fmt: skip
        raise Refused("readable_file", what, _("Give points and size in pixels of one and the same picture."))


def _share_inside(seen: Floats, size_wh_px: tuple[int, int], beyond: float = 0.2) -> float:
    """Return the share of points inside the frame, or outside it by at most a share of its size."""
    size = np.array(size_wh_px)
    return float(((seen > -beyond * size) & (seen < (1 + beyond) * size)).all(axis=-1).mean())


def _check_certainty(track: PoseTrack, file: str) -> None:
    """Refuse a body whose hips and knees the other program mostly guessed."""
    for joint in (HIP, KNEE):
        points = [LANDMARK_OF[side][joint] for side in ("left", "right")]
        surely = max(float(np.median(track.visibility[:, point])) for point in points)
        if surely < SURE:
            what = _("In {file}, the visibility of {point} is {surely:.2f} in half of the frames, or less.",
                     file=file, point=gettext(_NEEDED[joint]["left"]), surely=surely)  # fmt: skip
            raise Refused(
                "readable_file", what, _("Give it from 0 to 1; under {sure:g}, a point is a guess.", sure=SURE)
            )


def _bad(what: Message) -> Refused:
    return Refused("readable_file", what, _("Save it as docs/track-format.md says."))
