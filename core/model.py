"""The data that flows from a clip to a report. Every type is frozen, checked when it is made, and says its units.

    Clip -> PoseTrack -> SideTrack -> GaitEvents -> Measures -> Findings -> Report

Two frames of reference. A `PoseTrack` is in picture coordinates, x to the right and y down. From `SideTrack` on, x points
where the runner is going and the legs are near and far, so nothing later knows left from right of the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError

from core.errors import BadAnswer

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Side = Literal["left", "right"]
Leg = Literal["near", "far"]
Effort = Literal["easy", "marathon", "threshold", "10k", "5k"]
Surface = Literal["treadmill", "ground"]
Severity = Literal["pass", "warn", "refuse"]
Verdict = Literal["below", "within", "above", "too_close_to_call", "described"]
Phase = Literal["initial_contact", "mid_stance", "toe_off"]

SCHEMA: Literal["stride-check/report/1"] = "stride-check/report/1"

CHECKS = (
    "readable_file",
    "file_size",
    "length",
    "one_runner",
    "whole_body",
    "side_on",
    "running_not_walking",
    "true_speed",
    "enough_strides",
    "frame_rate",
    "steady_camera",
    "level",
    "sharp_enough",
    "big_enough",
    "light_contrast",
    "legs_told_apart",
    "no_cuts",
)
"""The named checks of a clip (DESIGN: is the clip good enough?)."""

LANDMARKS = 33
"""Points of a BlazePose body."""

JOINTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
"""The points of one side of the body, in the order of `SideTrack.xy_px`'s third axis."""

LANDMARK_OF: Mapping[Side, tuple[int, ...]] = MappingProxyType(
    {"left": (11, 23, 25, 27, 29, 31), "right": (12, 24, 26, 28, 30, 32)}
)
"""BlazePose's numbers of `JOINTS`, for each side."""

SHOULDER, HIP, KNEE, ANKLE, HEEL, TOE = range(6)
NEAR, FAR = 0, 1


def _frozen(array: npt.ArrayLike, name: str, shape: tuple[int | None, ...]) -> Floats:
    """Return a read-only float copy of the array, or raise ValueError where its shape is not the one asked for."""
    copy = np.array(array, dtype=np.float64)
    if copy.ndim != len(shape) or any(want not in (None, got) for want, got in zip(shape, copy.shape, strict=True)):
        wanted = tuple("n" if want is None else want for want in shape)
        raise ValueError(f"{name}: expected shape {wanted}, got {copy.shape}")
    copy.flags.writeable = False
    return copy


def _set(instance: object, **values: object) -> None:
    """Set fields of a frozen dataclass from its own `__post_init__`."""
    for name, value in values.items():
        object.__setattr__(instance, name, value)


# --- from the clip to the runner -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ClipInfo:
    """What a clip's container says, and what reading it showed.

    Attributes
    ----------
    fps_hz : float
        Distinct pictures a second, as the file plays (median of the frame times).
    duration_s : float
        From the first to the last picture shown, as the file plays.
    size_wh_px : tuple of int
        Width and height of the upright picture.
    n_frames : int
        Distinct pictures read.
    n_repeated : int
        Pictures that repeat the one before (a frame rate padded by an app, or a freeze), left out.
    rotation_deg : int
        The rotation that the file asks for, already applied.
    codec : str
        FFmpeg's name of the video codec.
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
    """A body's landmarks over a clip, in picture coordinates.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Seconds as the file plays, strictly rising, from the clip's first frame.
    xy_px : ndarray, shape (n, 33, 2)
        BlazePose order, x right and y down, NaN where unseen.
    visibility : ndarray, shape (n, 33)
        The model's own, 0 to 1; not a probability and not comparable between models.
    size_wh_px : tuple of int
        The picture that `xy_px` refers to.
    depth_px : ndarray, shape (n, 33), optional
        The model's depth relative to the hips, smaller nearer the camera. Only its sign is trusted, and not alone.
    slow_motion : float
        How many times slower than life the file plays; 1 is real time.

    Raises
    ------
    ValueError
        Where a shape is not as above, the times do not rise, or `slow_motion` is not positive.
    """

    time_s: Floats
    xy_px: Floats
    visibility: Floats
    size_wh_px: tuple[int, int]
    depth_px: Floats | None = None
    slow_motion: float = 1.0

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
        if not np.isfinite(self.time_s).all() or (np.diff(self.time_s) <= 0).any():
            raise ValueError("time_s: expected finite, strictly rising times")
        if not (np.isfinite(self.slow_motion) and self.slow_motion > 0):
            raise ValueError(f"slow_motion: expected a positive number, got {self.slow_motion}")

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def true_time_s(self) -> Floats:
        """Seconds of the runner's own time, from the clip's first frame: shape (n,)."""
        return self.time_s / self.slow_motion

    @property
    def true_duration_s(self) -> float:
        """Seconds of the runner's own time, from the first to the last frame of this track."""
        return float(self.time_s[-1] - self.time_s[0]) / self.slow_motion if len(self) else 0.0

    @property
    def seen(self) -> Bools:
        """Whether a body was found in the frame: shape (n,)."""
        found: Bools = np.count_nonzero(np.isfinite(self.xy_px[:, :, 0]), axis=1) > 0
        return found


@dataclass(frozen=True, kw_only=True)
class SideTrack:
    """The runner seen from the side: x forward, y down, legs told apart, evenly spaced in true time.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Evenly spaced, true time from the clip's first frame.
    xy_px : ndarray, shape (n, 2, 6, 2)
        Near and far leg, `JOINTS`, x forward and y down. Gaps are bridged: look at `seen`.
    seen : ndarray of bool, shape (n, 2)
        Whether that leg was measured at that time, not bridged.
    facing : {'left', 'right'}
        Where the runner runs to in the picture.
    near_side : {'left', 'right'}
        The runner's own side that is nearest the camera.
    repaired : float
        Share of the frames whose legs had been exchanged and were put right.
    confidence : float
        Share of the frames, 0 to 1, whose legs are surely told apart.
    view_deg : float
        How far the camera is from side-on, as estimated.
    stretch : float
        What x was multiplied by to undo the foreshortening of that view.
    source_rate_hz : float
        Pictures a second of true time that the track was made from.
    """

    time_s: Floats
    xy_px: Floats
    seen: Bools
    facing: Side
    near_side: Side
    repaired: float = 0.0
    confidence: float = 1.0
    view_deg: float = 0.0
    stretch: float = 1.0
    source_rate_hz: float

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
    def rate_hz(self) -> float:
        """Samples a second."""
        return (len(self) - 1) / float(self.time_s[-1] - self.time_s[0])


@dataclass(frozen=True, kw_only=True)
class LegEvents:
    """One leg's initial contacts and toe-offs, true time from the clip's first frame, rising."""

    initial_contact_s: tuple[float, ...] = ()
    toe_off_s: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GaitEvents:
    """Both legs' events."""

    near: LegEvents = field(default_factory=LegEvents)
    far: LegEvents = field(default_factory=LegEvents)


# --- from the figures to the report ----------------------------------------------------------------------------------


def _finite(value: float | None) -> float | None:
    if value is not None and not np.isfinite(value):
        raise ValueError("no NaN leaves the library: a missing value is None and says why")
    return value


Number = Annotated[float, AfterValidator(_finite)]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of the near leg (or of the whole body), over the strides of the clip.

    Attributes
    ----------
    value : float or None
        Mean over strides, in `unit`; None where the clip could not tell.
    unit : str
        'deg', 'spm', 'ms', '%', 'ratio' or 'cm'.
    plus_minus : float or None
        Half the 90 % interval of `value`: spread over strides, pose error and event error combined.
    n_strides : int
        How many strides the mean is over.
    per_stride : tuple of float
        The strides' own values.
    word : str or None
        The figure in a word, where it is described and not scored (`foot_strike`).
    missing_because : str or None
        One plain sentence, where `value` is None.
    """

    value: Number | None
    unit: str
    plus_minus: Number | None = None
    n_strides: int = 0
    per_stride: tuple[Number, ...] = ()
    word: str | None = None
    missing_because: str | None = None

    def __post_init__(self) -> None:
        for number in (self.value, self.plus_minus, *self.per_stride):
            _finite(number)
        if (self.value is None) == (self.missing_because is None):
            raise ValueError("a measure has a value or a reason why it is missing, and not both")
        if (self.value is None) != (self.plus_minus is None):
            raise ValueError("a value comes with its error")

    @classmethod
    def missing(cls, unit: str, because: str) -> Self:
        """Return a measure that the clip could not tell."""
        return cls(value=None, unit=unit, missing_because=because)


@dataclass(frozen=True, kw_only=True)
class QualityCheck:
    """What one named check of the clip found, and what to do about it."""

    key: str
    severity: Severity
    what: str
    advice: str = ""

    def __post_init__(self) -> None:
        if self.key not in CHECKS:
            raise ValueError(f"key: expected one of {CHECKS}, got {self.key!r}")


@dataclass(frozen=True, kw_only=True)
class Band:
    """A range that a figure is held against or shown beside, and who says so; an open end is None."""

    label: str
    low: Number | None = None
    high: Number | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one figure means, and what follows from it.

    Attributes
    ----------
    key : str
        The figure's key in `Report.measures`.
    verdict : str
        Against the coach's mark, or against the reference where the coach gives none; 'too_close_to_call' where the figure's
        interval crosses an edge of it, 'described' where there is no mark or not enough is known to hold the figure against it.
    says : str
        One or two plain sentences.
    mark : Band or None
        The coach's mark.
    reference : Band or None
        What studies found, at that speed where it matters.
    doubt : str
        Where studies disagree with the mark, in a plain sentence; empty where they do not.
    muscles, tests, drills, sources : tuple of str
        Keys in the knowledge; the reason of each link stands there.
    """

    key: str
    verdict: Verdict
    says: str
    mark: Band | None = None
    reference: Band | None = None
    doubt: str = ""
    muscles: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    drills: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the runner says about the clip.

    Raises
    ------
    BadAnswer
        Where an answer cannot be: a pace outside 2:00 to 15:00 per km, a slow-motion factor outside 1 to 32, a height
        outside 100 to 230 cm, sitting hours outside 0 to 24.
    """

    effort: Effort | None = None
    pace_s_per_km: float | None = None
    surface: Surface | None = None
    slow_motion: float = 1.0
    sitting_hours: float | None = None
    height_cm: float | None = None

    def __post_init__(self) -> None:
        for name, value, low, high, advice in (
            ("pace", self.pace_s_per_km, 120, 900, "Give it as minutes and seconds per km, 2:00 to 15:00."),
            ("slow motion", self.slow_motion, 1, 32, "Give how many times slower it plays, 1 to 32."),
            ("height", self.height_cm, 100, 230, "Give it in centimetres, 100 to 230."),
            ("sitting hours", self.sitting_hours, 0, 24, "Give the hours of a day, 0 to 24."),
        ):
            if value is not None and not low <= value <= high:
                raise BadAnswer(f"The {name} of {value:g} cannot be right.", advice)

    @property
    def speed_mps(self) -> float | None:
        """Running speed in metres per second, where the pace is known."""
        return None if self.pace_s_per_km is None else 1000 / self.pace_s_per_km


@dataclass(frozen=True, kw_only=True)
class KeyFrame:
    """A moment of the near leg worth a picture; `file_time_s` is where it is in the clip as the file plays."""

    phase: Phase
    time_s: float
    file_time_s: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything a page or another program needs of one analysed clip; see `to_json` for the stable form."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    clip: ClipInfo
    answers: Answers
    facing: Side
    near_side: Side
    quality: tuple[QualityCheck, ...]
    events: GaitEvents
    measures: dict[str, Measure]
    findings: tuple[Finding, ...]
    key_frames: tuple[KeyFrame, ...]
    knowledge_version: str
    made_on: str
    schema: Literal["stride-check/report/1"] = SCHEMA

    def to_json(self) -> str:
        """Return the report as JSON text, in the form that stays stable from the first release."""
        return _REPORT.dump_json(self, indent=1).decode()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        plain: dict[str, Any] = _REPORT.dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, text: str | bytes) -> Report:
        """Read back what `to_json` wrote.

        Raises
        ------
        ValueError
            Where the text is not a report of this schema.
        """
        try:
            return _REPORT.validate_json(text)
        except ValidationError as error:
            raise ValueError(f"not a {SCHEMA}: {error}") from error


_REPORT: TypeAdapter[Report] = TypeAdapter(Report)
