"""The check of a result by hand: the frames in which joints can be marked, and what somebody marked in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from core.model.measure_json import KeyInJson, MeasureInJson, Number

HandPhase = Literal["mid_stance", "toe_off"]
"""The moments of a stride whose joints can be marked."""

HandPoint = Literal["shoulder", "hip", "knee", "ankle", "far_shoulder", "far_hip"]
"""The joints that can be marked, of the leg nearest the camera unless they are `far_`; those two are optional."""

Shift = Literal[-1, 0, 1]
"""By how many frames a moment was moved from ours."""

FRAME_WH_PX = (480, 640)
"""The size of each frame; marks are in its pixels."""

MOST_STRIDES = 3


@dataclass(frozen=True, kw_only=True)
class HandMoment:
    """A moment of a stride: the frame nearest to it, the one before and the one after, in seconds of true time.

    `stride` counts the strides that can be marked, from 1.
    """

    stride: int
    phase: HandPhase
    frames_s: tuple[Number, Number, Number]

    def __post_init__(self) -> None:
        if not 1 <= self.stride <= MOST_STRIDES:
            raise ValueError(f"stride: expected 1 to {MOST_STRIDES}, got {self.stride}")


@dataclass(frozen=True, kw_only=True)
class HandFrames:
    """The frames of a clip in which joints can be marked, and how they are seen.

    Attributes
    ----------
    roll_deg : float
        The camera roll that our own angles are corrected for.
    stretch : float
        Factor on x that undoes the foreshortening of the view.
    moments : tuple of HandMoment
        In order of time; each has a picture of its three frames side by side (`core.model.media.hand_sheet`).
    """

    roll_deg: Number
    stretch: Number
    moments: tuple[HandMoment, ...]


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The joints that were marked at one moment, in pixels of the small frame: x right, y down."""

    stride: int
    phase: HandPhase
    shift: Shift = 0
    points: dict[HandPoint, tuple[Number, Number]]

    def __post_init__(self) -> None:
        inside = all(0 <= at <= most for xy in self.points.values() for at, most in zip(xy, FRAME_WH_PX, strict=True))
        if not (inside and self.points.keys() <= {*get_args(HandPoint)}):
            raise ValueError(f"points: expected joints inside the frame of {FRAME_WH_PX} pixels, got {self.points}")


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """What somebody marked by hand, and the measures that follow from it. Our own measures do not depend on it.

    Attributes
    ----------
    marked_on : str
        Date and time, UTC.
    marks : tuple of Marks
        At most one entry for each moment.
    measures : dict
        Measures from the marks alone; `plus_minus` holds the error of a person who marks by hand.
    """

    marked_on: str
    marks: tuple[Marks, ...]
    measures: dict[KeyInJson, MeasureInJson]
