"""The definition of every measure: its unit, how it is read, how its error is made, and what no runner exceeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.gait import estimates, from_speed, parameters, speed
from core.gait.angles import Angles
from core.gait.camera_roll import Roll
from core.gait.estimates import BOUNCE, Run, over_strides, usable_strides
from core.gait.parameters import (
    CONTACT_TIME,
    PerStride,
    at_contact,
    at_toe_off,
    contact,
    contact_time_s,
    knee_flexion,
    largest,
    next_contact,
    stride_time_s,
    thigh_extension,
    toe_off,
)
from core.gait.point_errors import Budget
from core.model.amounts import DECIMALS
from core.model.measures import Measure, MeasureKey, Unit
from core.model.report import Answers
from core.model.strides import GaitEvents
from core.model.tracks import SideTrack

Limits = tuple[float, float]


def _unchanged(measure: Measure, _run: Run) -> Measure:
    return measure


@dataclass(frozen=True, kw_only=True)
class MeasureDefinition:
    """A measure.

    Attributes
    ----------
    unit : Unit
        Unit of the value; `digits` follows from it.
    read : PerStride or callable
        A mean over strides with the parts of its error, or a function that reads the measure and its error from the run.
    finish : callable
        Completes a mean over strides, such as with a word.
    limits : tuple of float
        The least and the greatest possible value, beyond what any runner does, even with errors added.
    needs_feet : bool
        Whether it is of the foot, of the instants of contact or toe-off, or of a time between them.
    """

    unit: Unit
    read: PerStride | Callable[[Run], Measure]
    limits: Limits
    finish: Callable[[Measure, Run], Measure] = _unchanged
    needs_feet: bool = False

    @property
    def digits(self) -> int:
        """The usual number of decimals; a small error adds some (`core.model.amounts.decimals`)."""
        return DECIMALS.get(self.unit, 0)

    def of(self, run: Run) -> Measure:
        """Return the measure of a run, or why it is missing."""
        if isinstance(self.read, PerStride):
            return self.finish(over_strides(self.read, self.unit, run), run)
        return self.read(run)


MEASURES: Mapping[MeasureKey, MeasureDefinition] = MappingProxyType(
    {
        "trunk_lean": MeasureDefinition(
            unit="deg",
            read=PerStride(
                of_stride=parameters.stance_mean,
                budget=Budget(random=0.27, lasting=1.0, own_sd=0.09, stride_sd=1.2),
                vertical=True,
            ),
            limits=(-45.0, 45.0),
        ),
        "leg_extension": MeasureDefinition(
            unit="deg",
            read=PerStride(
                of_stride=parameters.furthest_behind,
                budget=Budget(random=0.8, lasting=1.5, own_sd=0.02, extreme=0.33, stride_sd=1.5),
                vertical=True,
            ),
            limits=(-20.0, 60.0),
        ),
        "leg_extension_at_toe_off": MeasureDefinition(
            unit="deg",
            read=at_toe_off(thigh_extension, Budget(random=1.3, lasting=1.45, own_sd=0.1, stride_sd=2.0)),
            limits=(-30.0, 60.0),
            needs_feet=True,
        ),
        "hip_ankle_extension": MeasureDefinition(
            unit="deg",
            read=at_toe_off(parameters.hip_ankle, Budget(random=0.9, lasting=0.85, own_sd=0.05, stride_sd=2.0)),
            limits=(-15.0, 65.0),
            needs_feet=True,
        ),
        "hip_bend": MeasureDefinition(
            unit="deg",
            read=PerStride(
                of_stride=parameters.hip_bend, budget=Budget(random=1.2, lasting=2.1, own_sd=0.3, stride_sd=2.0)
            ),
            limits=(-60.0, 60.0),
            needs_feet=True,
        ),
        "cadence": MeasureDefinition(unit="spm", read=estimates.cadence, limits=(100.0, 300.0)),
        "speed": MeasureDefinition(unit="km/h", read=speed.speed, limits=(2.0, 60.0), needs_feet=True),
        "step_length": MeasureDefinition(unit="m", read=speed.step_length, limits=(0.2, 3.5), needs_feet=True),
        "relative_speed": MeasureDefinition(
            unit="ratio", read=speed.leg_lengths_per_second, limits=(0.5, 25.0), needs_feet=True
        ),
        "froude_number": MeasureDefinition(
            unit="ratio", read=from_speed.froude_number, limits=(0.0, 40.0), needs_feet=True
        ),
        "contact_length": MeasureDefinition(
            unit="cm", read=from_speed.contact_length, limits=(10.0, 250.0), needs_feet=True
        ),
        "foot_speed_contact": MeasureDefinition(
            unit="m/s", read=from_speed.foot_speed_contact, limits=(-6.0, 15.0), needs_feet=True
        ),
        "knee_flexion_contact": MeasureDefinition(
            unit="deg",
            read=at_contact(knee_flexion, Budget(random=2.4, lasting=3.5, own_sd=0.2, stride_sd=4.0)),
            limits=(-20.0, 80.0),
            needs_feet=True,
        ),
        "knee_flexion_stance": MeasureDefinition(
            unit="deg",
            read=PerStride(
                of_stride=largest(knee_flexion, contact, toe_off),
                budget=Budget(random=1.1, lasting=2.85, own_sd=0.04, extreme=0.75, stride_sd=4.0),
            ),
            limits=(0.0, 80.0),
        ),
        "shank_angle_contact": MeasureDefinition(
            unit="deg",
            read=at_contact(
                parameters.shank, Budget(random=2.0, lasting=2.3, own_sd=0.2, stride_sd=3.0), vertical=True
            ),
            limits=(-45.0, 45.0),
            needs_feet=True,
        ),
        "overstride": MeasureDefinition(
            unit="ratio",
            read=at_contact(
                parameters.ankle_ahead,
                Budget(random=0.015, lasting=0.019, own_sd=0.002, event_sd_s=estimates.CONTACT_SD_S, stride_sd=0.025),
            ),
            limits=(-0.5, 0.8),
            needs_feet=True,
        ),
        "foot_strike": MeasureDefinition(
            unit="deg",
            read=at_contact(
                parameters.foot,
                Budget(random=4.0, lasting=5.5, own_sd=7.5, stride_sd=5.0),
                of_stride=parameters.foot_strike,
            ),
            finish=estimates.with_word,
            limits=(-80.0, 80.0),
            needs_feet=True,
        ),
        "heel_recovery": MeasureDefinition(
            unit="deg",
            read=PerStride(
                of_stride=largest(knee_flexion, toe_off, next_contact),
                budget=Budget(random=1.2, lasting=2.5, own_sd=0.3, extreme=0.5, stride_sd=3.5),
                whole=True,
            ),
            limits=(20.0, 175.0),
        ),
        "knee_drive": MeasureDefinition(
            unit="deg",
            read=PerStride(
                of_stride=largest(thigh_extension, toe_off, next_contact, sign=-1.0),
                budget=Budget(random=0.8, lasting=2.2, own_sd=0.3, extreme=0.3, stride_sd=2.5),
                whole=True,
                vertical=True,
            ),
            limits=(-20.0, 110.0),
        ),
        "contact_time": MeasureDefinition(
            unit="ms",
            read=CONTACT_TIME,
            limits=(50.0, 600.0),
            needs_feet=True,
        ),
        "flight_time": MeasureDefinition(
            unit="ms",
            read=PerStride(
                of_stride=lambda _, stride: 1000 * (stride_time_s(stride) / 2 - contact_time_s(stride)),
                budget=CONTACT_TIME.budget,
                whole=True,
            ),
            limits=(0.0, 500.0),
            needs_feet=True,
        ),
        "duty_factor": MeasureDefinition(
            unit="%",
            read=PerStride(
                of_stride=lambda _, stride: 100 * contact_time_s(stride) / stride_time_s(stride),
                budget=Budget(random=0.8, lasting=1.0, own_sd=1.4, stride_sd=2.0),
                whole=True,
            ),
            limits=(15.0, 65.0),
            needs_feet=True,
        ),
        "vertical_oscillation": MeasureDefinition(
            unit="cm", read=BOUNCE, finish=speed.bounce_in_cm, limits=(0.0, 35.0)
        ),
        "vertical_ratio": MeasureDefinition(
            unit="ratio", read=speed.vertical_ratio, limits=(0.0, 0.5), needs_feet=True
        ),
        "asymmetry": MeasureDefinition(unit="%", read=estimates.asymmetry, limits=(-60.0, 60.0), needs_feet=True),
    }
)
"""Every measure, in the order of a report."""


def measure(
    side: SideTrack,
    events: GaitEvents,
    angles: Angles,
    stride_s: float,
    answers: Answers,
    *,
    roll: Roll | None = None,
    widening: float = 1.0,
) -> dict[MeasureKey, Measure]:
    """Compute every measure (docs/measures.md), or state why it is missing.

    Parameters
    ----------
    side, events, angles, stride_s, answers, roll, widening
        As in `core.gait.estimates.Run`.

    Returns
    -------
    dict of MeasureKey to Measure
        One entry for every key, in display order.
    """
    run = Run(
        side=side,
        events=events,
        angles=angles,
        strides=usable_strides(side, events, stride_s),
        stride_s=stride_s,
        answers=answers,
        roll=roll,
        widening=widening,
    )
    return {key: definition.of(run) for key, definition in MEASURES.items()}
