"""A runner's body over a clip: as found in the frames, and as seen from the side.

Every type is frozen, checked when it is created, and states its units. There are two coordinate systems. A `PoseTrack` is in
image coordinates, x to the right and y down. From `SideTrack` on, x points in the running direction and the legs are near and
far, so later code does not use left and right of the frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Side = Literal["left", "right"]
Leg = Literal["near", "far"]

LANDMARKS = 33
"""Points of a BlazePose body."""

JOINTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
"""The points of one side of the body, in the order of `SideTrack.xy_px`'s third axis."""

LANDMARK_OF: Mapping[Side, tuple[int, ...]] = MappingProxyType(
    {"left": (11, 23, 25, 27, 29, 31), "right": (12, 24, 26, 28, 30, 32)}
)
"""BlazePose's numbers of `JOINTS`, for each side."""

LONGEST_S = 90.0
"""Longer clips are refused before they are decoded."""

SHOULDER, HIP, KNEE, ANKLE, HEEL, TOE = range(6)
NEAR, FAR = 0, 1


def _frozen(array: npt.ArrayLike, name: str, shape: tuple[int | None, ...]) -> Floats:
    """Return a read-only float copy of the array, or raise ValueError if its shape is not the expected one."""
    copy = np.array(array, dtype=np.float64)
    if copy.ndim != len(shape) or any(want not in (None, got) for want, got in zip(shape, copy.shape, strict=True)):
        wanted = str(tuple("n" if want is None else want for want in shape)).replace("'", "")
        raise ValueError(f"{name}: expected shape {wanted}, got {copy.shape}")
    copy.flags.writeable = False
    return copy


def _set(instance: object, **values: object) -> None:
    """Set fields of a frozen dataclass from its own `__post_init__`."""
    for name, value in values.items():
        object.__setattr__(instance, name, value)


@dataclass(frozen=True, kw_only=True)
class ClipInfo:
    """What a clip's container states, and what reading it showed.

    Attributes
    ----------
    fps_hz : float
        Distinct frames per second, as the file plays (median of the frame times).
    duration_s : float
        From the first to the last frame shown, as the file plays.
    size_wh_px : tuple of int
        Width and height of the upright frame.
    n_frames : int
        Distinct frames read.
    n_repeated : int
        Frames that repeat the one before (a frame rate padded by an app, or a freeze); they are left out.
    rotation_deg : int
        The rotation that the file states, already applied.
    codec : str
        FFmpeg's name for the video codec.
    """

    fps_hz: float
    duration_s: float
    size_wh_px: tuple[int, int]
    n_frames: int
    n_repeated: int = 0
    rotation_deg: int = 0
    codec: str = ""


@dataclass(frozen=True, kw_only=True)
class PoseTrack:
    """A body's landmarks over a clip, in image coordinates.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Seconds as the file plays, strictly rising, from the clip's first frame.
    xy_px : ndarray, shape (n, 33, 2)
        BlazePose order, x right and y down, NaN where unseen.
    visibility : ndarray, shape (n, 33)
        The model's own value, 0 to 1; not a probability and not comparable between models.
    size_wh_px : tuple of int
        Width and height of the frame that `xy_px` refers to.
    depth_px : ndarray, shape (n, 33), optional
        The model's depth relative to the hips, smaller nearer the camera. Only its sign is used, and never alone.
    slow_motion : float
        How many times slower than real time the file plays; 1 is real time.
    shown_s : ndarray, shape (n,), optional
        When the file shows the frames; it differs a little from `time_s` if some were repeated to pad the frame rate.
    starts : tuple of int
        The entries at which another pass of the runner begins; the time just before them has no data.

    Raises
    ------
    ValueError
        If a shape is not as above, the times do not rise, or `slow_motion` is not positive.
    """

    time_s: Floats
    xy_px: Floats
    visibility: Floats
    size_wh_px: tuple[int, int]
    depth_px: Floats | None = None
    slow_motion: float = 1.0
    shown_s: Floats | None = None
    starts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        n = len(np.atleast_1d(self.time_s))
        _set(
            self,
            time_s=_frozen(self.time_s, "time_s", (None,)),
            xy_px=_frozen(self.xy_px, "xy_px", (n, LANDMARKS, 2)),
            visibility=_frozen(self.visibility, "visibility", (n, LANDMARKS)),
        )
        if self.depth_px is not None:
            _set(self, depth_px=_frozen(self.depth_px, "depth_px", (n, LANDMARKS)))
        if self.shown_s is not None:
            _set(self, shown_s=_frozen(self.shown_s, "shown_s", (n,)))
        if not np.isfinite(self.time_s).all() or (np.diff(self.time_s) <= 0).any():
            raise ValueError("time_s: expected finite, strictly rising times")
        if not (np.isfinite(self.slow_motion) and self.slow_motion > 0):
            raise ValueError(f"slow_motion: expected a positive number, got {self.slow_motion}")

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def true_time_s(self) -> Floats:
        """Seconds of true time, from the clip's first frame: shape (n,)."""
        return self.time_s / self.slow_motion

    @property
    def true_duration_s(self) -> float:
        """Seconds of true time, from the first to the last frame of this track."""
        return float(self.time_s[-1] - self.time_s[0]) / self.slow_motion if len(self) else 0.0

    def part(self, start: int, end: int) -> PoseTrack:
        """Return the entries from one index up to another; their times do not change."""
        here = slice(start, end)
        return replace(
            self,
            time_s=self.time_s[here],
            xy_px=self.xy_px[here],
            visibility=self.visibility[here],
            depth_px=None if self.depth_px is None else self.depth_px[here],
            shown_s=None if self.shown_s is None else self.shown_s[here],
            starts=(),
        )

    def between(self, start_s: float, end_s: float) -> PoseTrack:
        """Return the entries between two times, as the file plays."""
        start = np.searchsorted(self.time_s, start_s, side="left")
        return self.part(int(start), int(np.searchsorted(self.time_s, end_s, side="right")))

    @property
    def passes(self) -> list[PoseTrack]:
        """The passes of the runner one by one; the track itself if there is only one."""
        if not self.starts:
            return [self]
        return [self.part(start, end) for start, end in pairwise((0, *self.starts, len(self)))]

    @property
    def seen(self) -> Bools:
        """Whether a body was found in the frame: shape (n,)."""
        found: Bools = np.count_nonzero(np.isfinite(self.xy_px[:, :, 0]), axis=1) > 0
        return found


def joined(passes: Sequence[PoseTrack]) -> PoseTrack:
    """Return passes of one runner, in order, as one track."""
    first, *others = passes
    if not others:
        return first

    return replace(
        first,
        time_s=np.concatenate([one.time_s for one in passes]),
        xy_px=np.concatenate([one.xy_px for one in passes]),
        visibility=np.concatenate([one.visibility for one in passes]),
        depth_px=_end_to_end([one.depth_px for one in passes]),
        shown_s=_end_to_end([one.shown_s for one in passes]),
        starts=tuple(int(start) for start in np.cumsum([len(one) for one in passes])[:-1]),
    )


def _end_to_end(arrays: Sequence[Floats | None]) -> Floats | None:
    known = [array for array in arrays if array is not None]
    return np.concatenate(known) if len(known) == len(arrays) else None


@dataclass(frozen=True, kw_only=True)
class SideTrack:
    """The runner seen from the side: x forward, y down, legs identified, evenly spaced in true time.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Evenly spaced, true time from the clip's first frame.
    xy_px : ndarray, shape (n, 2, 6, 2)
        Near and far leg, `JOINTS`, x forward and y down. Gaps are bridged: look at `seen`.
    seen : ndarray of bool, shape (n, 2)
        Whether that leg was measured at that time, not bridged.
    facing : {'left', 'right'}
        The running direction in the frame.
    repaired : float
        Share of the frames whose exchanged legs were corrected.
    confidence : float
        Share of the frames, 0 to 1, whose legs are surely identified.
    view_deg : float
        Estimated angle of the camera from side-on.
    stretch : float
        Factor on x that undoes the foreshortening of that view.
    leg_seen : float
        The leg's length between its points, relative to the true one.
    source_rate_hz : float
        Frames per second of true time that the track was made from.
    breaks_s : tuple of (float, float)
        True times at which one pass of the runner ends and the next begins. No stride crosses them, and the samples between are
        made up.
    """

    time_s: Floats
    xy_px: Floats
    seen: Bools
    facing: Side
    repaired: float = 0.0
    confidence: float = 1.0
    view_deg: float = 0.0
    stretch: float = 1.0
    leg_seen: float = 1.0
    source_rate_hz: float
    breaks_s: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        n = len(self.time_s)
        seen = np.array(self.seen, dtype=bool)
        if seen.shape != (n, 2):
            raise ValueError(f"seen: expected shape ({n}, 2), got {seen.shape}")
        seen.flags.writeable = False
        _set(
            self,
            time_s=_frozen(self.time_s, "time_s", (None,)),
            xy_px=_frozen(self.xy_px, "xy_px", (n, 2, len(JOINTS), 2)),
            seen=seen,
        )
        if n < 2 or np.ptp(np.diff(self.time_s)) > 1e-6:
            raise ValueError("time_s: expected at least two evenly spaced times")
        if not np.isfinite(self.xy_px).all():
            raise ValueError("xy_px: expected finite coordinates; bridge gaps first")

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def near_side(self) -> Side:
        """The runner's own side that is nearer the camera: of a runner who faces right, it sees the right side."""
        return self.facing

    @property
    def passes(self) -> list[slice]:
        """The samples of each pass of the runner."""
        ends = [int(np.searchsorted(self.time_s, end_s, side="right")) for end_s, _ in self.breaks_s]
        starts = [int(np.searchsorted(self.time_s, start_s, side="left")) for _, start_s in self.breaks_s]
        return [slice(start, end) for start, end in zip([0, *starts], [*ends, len(self)], strict=True)]

    @property
    def in_a_pass(self) -> Bools:
        """Whether each sample belongs to a pass: shape (n,)."""
        inside = np.zeros(len(self), dtype=bool)
        for part in self.passes:
            inside[part] = True
        return inside

    def within(self, part: slice) -> SideTrack:
        """Return one of its passes."""
        return replace(self, time_s=self.time_s[part], xy_px=self.xy_px[part], seen=self.seen[part], breaks_s=())

    @property
    def rate_hz(self) -> float:
        """Samples per second."""
        return (len(self) - 1) / float(self.time_s[-1] - self.time_s[0])
