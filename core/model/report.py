"""The report of a clip, from measures to findings, and its JSON. Every type is frozen, and checked when it is created."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, GetCoreSchemaHandler, GetPydanticSchema, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, core_schema

from core.errors import BadAnswer, CheckKey, Tap
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN, Language
from core.model.hand_check import ByHand, HandFrames
from core.model.measure_json import AS_TEXT, KeyInJson, MeasureInJson, Number
from core.model.measures import Z90, Measure, Measured
from core.model.messages import Sentence
from core.model.schema_1 import upgraded
from core.model.strides import GaitEvents, MeanStride
from core.model.tracks import ClipInfo, Side

Effort = Literal["easy", "marathon", "threshold", "10k", "5k"]
Surface = Literal["treadmill", "ground"]
Severity = Literal["pass", "warn", "refuse"]
Verdict = Literal["below", "within", "above", "too_close_to_call", "described"]
Strength = Literal["plain", "probably"]
Phase = Literal["initial_contact", "mid_stance", "toe_off", "mid_flight", "swing", "next_contact"]

FASTEST_PACE_S, SLOWEST_PACE_S = 120.0, 900.0
"""The accepted paces, in seconds per km."""

SPEED_ERROR = 0.2
"""The largest relative error with which a measured speed stands in for a pace that was not given."""

TYPED_PACE_SD = 0.02
"""Relative standard deviation of a pace that a runner gives."""

KMH_OF_MPS = 3.6

SCHEMA: Literal["stride-check/report/2"] = "stride-check/report/2"

CHECKS: tuple[CheckKey, ...] = get_args(CheckKey)
"""The named checks of a clip (is the clip good enough?)."""


def _tap_as_numbers(_source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
    numbers = handler.generate_schema(tuple[Number, Number, Number])
    return core_schema.no_info_after_validator_function(lambda xyt: Tap(*xyt), numbers)


@dataclass(frozen=True, kw_only=True)
class QualityCheck:
    """The result of one named check of the clip, and what to do about it."""

    key: Annotated[CheckKey, AS_TEXT]
    severity: Severity
    what: Sentence
    advice: Sentence | None = None

    def __post_init__(self) -> None:
        if self.key not in CHECKS:
            raise ValueError(f"key: expected one of {CHECKS}, got {self.key!r}")


@dataclass(frozen=True, kw_only=True)
class Band:
    """A target range or reference range of a measure, with its sources; an open end is None.

    `tick` is where in the range the coach would have the runner's effort, if he says so.
    """

    label: Sentence
    low: Number | None = None
    high: Number | None = None
    sources: tuple[str, ...] = ()
    tick: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one measure means, and what follows from it.

    Attributes
    ----------
    key : str
        The measure's key in `Report.measures`.
    verdict : str
        Position in the coach's target range, or in the reference range if the coach gives none; 'too_close_to_call' if no
        position has a probability of 70 %, given the measure's error; 'described' if there is nothing to compare with.
    strength : str
        'plain' if the position has a probability of 90 % or more, otherwise 'probably'.
    says : Message
        One or two plain sentences.
    mark : Band or None
        The coach's target range.
    reference : Band or None
        The reference range from studies, for that speed if speed matters.
    doubt : Message or None
        How studies disagree with the target range, in a plain sentence; None if they do not.
    muscles, tests, drills, sources : tuple of str
        Keys in the knowledge files, which also give the reason for each link.
    """

    key: KeyInJson
    verdict: Verdict
    says: Sentence
    strength: Strength = "plain"
    mark: Band | None = None
    reference: Band | None = None
    doubt: Sentence | None = None
    muscles: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    drills: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The runner's answers about the clip.

    Attributes
    ----------
    effort, pace_s_per_km, surface, slow_motion, sitting_hours, height_cm
        As asked on the check page.
    runner_at : tuple of float or None
        The chosen runner, if several run: a point on that person, as shares of the upright frame's width and height, and its
        time in seconds as the file plays (`core.errors.Choices`).
    language : str
        Language of the text in the runner's images; everything else is worded for each reader.
    under_18 : bool
        Whether the runner is under 18: nothing is then compared with adults.

    Raises
    ------
    BadAnswer
        If an answer is impossible: a pace outside 2:00 to 15:00 per km, a slow-motion factor outside 1 to 32, a height outside
        100 to 230 cm, sitting hours outside 0 to 24, a point outside the frame.
    """

    effort: Effort | None = None
    pace_s_per_km: float | None = None
    surface: Surface | None = None
    slow_motion: float = 1.0
    sitting_hours: float | None = None
    height_cm: float | None = None
    runner_at: Annotated[Tap, GetPydanticSchema(_tap_as_numbers)] | None = None
    language: Language = WRITTEN_IN
    under_18: bool = False

    def __post_init__(self) -> None:
        if self.runner_at is not None:
            x, y, time_s = self.runner_at
            if not (0 <= x <= 1 and 0 <= y <= 1 and 0 <= time_s < float("inf")):
                raise BadAnswer(
                    _("The point you tapped is outside the picture."), _("Tap on the runner in the picture.")
                )
        for name, value, low, high, advice in (
            (
                _("pace"),
                self.pace_s_per_km,
                FASTEST_PACE_S,
                SLOWEST_PACE_S,
                _("Give it as minutes and seconds per km, 2:00 to 15:00."),
            ),
            (_("slow motion"), self.slow_motion, 1, 32, _("Give how many times slower it plays, 1 to 32.")),
            (_("height"), self.height_cm, 100, 230, _("Give it in centimetres, 100 to 230.")),
            (_("sitting hours"), self.sitting_hours, 0, 24, _("Give the hours of a day, 0 to 24.")),
        ):
            if value is not None and not low <= value <= high:
                shown = f"{value // 60:.0f}:{value % 60:02.0f}" if name.id == "pace" else f"{value:g}"
                raise BadAnswer(_("The {name} of {value} cannot be right.", name=name, value=shown), advice)

    @property
    def speed_mps(self) -> float | None:
        """Running speed in metres per second; None if the pace is not known."""
        return None if self.pace_s_per_km is None else 1000 / self.pace_s_per_km

    def agrees_with(self, speed: Measure | None) -> bool:
        """Return whether the pace that the runner gave and the speed that the clip shows are the same within both errors."""
        if self.speed_mps is None or not isinstance(speed, Measured):
            return True
        given_kmh = KMH_OF_MPS * self.speed_mps
        return abs(given_kmh - speed.value) <= hypot(speed.plus_minus, Z90 * TYPED_PACE_SD * given_kmh)

    def with_pace_of(self, speed: Measure | None) -> Answers:
        """Return the answers with the pace of a measured speed, if the runner gave none and its error is small enough."""
        if (
            self.pace_s_per_km is not None
            or not isinstance(speed, Measured)
            or speed.plus_minus > SPEED_ERROR * speed.value
        ):
            return self
        pace_s = 3600 / speed.value
        return replace(self, pace_s_per_km=pace_s) if FASTEST_PACE_S <= pace_s <= SLOWEST_PACE_S else self


@dataclass(frozen=True, kw_only=True)
class KeyFrame:
    """A moment of the near leg to show as an image; `file_time_s` is its time as the file plays."""

    phase: Phase
    time_s: float
    file_time_s: float


@dataclass(frozen=True, kw_only=True)
class OtherLeg:
    """The other leg of a runner who also goes the other way in the clip; `near_side` is the side that the camera then sees."""

    near_side: Side
    measures: dict[KeyInJson, MeasureInJson]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a page or another program needs to know about one analysed clip; see `to_json` for the stable form.

    `mean_stride` is None if no whole stride was seen, and in reports from before it was added. `hand_frames` is None if no frames
    can be marked by hand, and `by_hand` if nobody marked them. `other_leg` is None if the
    runner goes one way only.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    clip: ClipInfo
    answers: Answers
    facing: Side
    near_side: Side
    quality: tuple[QualityCheck, ...]
    events: GaitEvents
    measures: dict[KeyInJson, MeasureInJson]
    findings: tuple[Finding, ...]
    key_frames: tuple[KeyFrame, ...]
    knowledge_version: str
    made_on: str
    mean_stride: MeanStride | None = None
    hand_frames: HandFrames | None = None
    by_hand: ByHand | None = None
    other_leg: OtherLeg | None = None
    schema: Literal["stride-check/report/2"] = SCHEMA

    @property
    def at_pace(self) -> Answers:
        """The answers with the runner's pace, or else the one that the clip shows: everything that depends on speed uses it."""
        return self.answers.with_pace_of(self.measures.get("speed"))

    def to_json(self) -> str:
        """Return the report as JSON text, in a form that stays stable from the first release."""
        return _REPORT.dump_json(self, indent=1).decode()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON types."""
        plain: dict[str, Any] = _REPORT.dump_python(self, mode="json")
        return plain

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON schema of the output of `to_json`."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": SCHEMA,
            **_REPORT.json_schema(mode="serialization"),
        }

    @classmethod
    def from_json(cls, text: str | bytes) -> Report:
        """Return the report that `to_json` wrote, in this version or in one that wrote schema 1.

        Raises
        ------
        ValueError
            If the text is not a report of these schemas.
        """
        try:
            return _REPORT.validate_json(upgraded(text))
        except ValidationError as error:
            raise ValueError(f"not a {SCHEMA}: {error}") from error


_REPORT: TypeAdapter[Report] = TypeAdapter(Report)
