"""The key frames of a run: six moments of one stride, and one frame for each headline measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from core.gait.angles import Angles
from core.gait.events import Stride
from core.gait.parameters import extension_over_s
from core.gait.signals import at, largest_between
from core.model.measures import Measure, Measured, MeasureKey
from core.model.report import KeyFrame, Phase
from core.model.tracks import NEAR, Floats


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How a measure is visible in a frame.

    Attributes
    ----------
    series : callable
        The angle at each moment, in degrees.
    span_s : callable
        The start and end of the part of a stride in which the measure is read.
    """

    series: Callable[[Angles], Floats]
    span_s: Callable[[Stride], tuple[float, float]]


SHOWN: Mapping[MeasureKey, Shown] = MappingProxyType(
    {
        "trunk_lean": Shown(
            series=lambda angles: angles.trunk_lean_deg,
            span_s=lambda stride: (stride.contact_s, stride.toe_off_s),
        ),
        "leg_extension": Shown(
            series=lambda angles: angles.thigh_extension_deg[:, NEAR],
            span_s=lambda stride: (stride.mid_stance_s, extension_over_s(stride)),
        ),
    }
)
"""The measures that have a picture of their own."""


def key_frames(
    strides: tuple[Stride, ...], figures: Mapping[MeasureKey, Measure], angles: Angles, slow_motion: float
) -> tuple[KeyFrame, ...]:
    """Return the moments of the stride whose lean and leg extension are nearest to the clip's means.

    Complete strides are preferred; a stride without a next contact has only the moments up to toe-off.
    """
    shown = [one for key in SHOWN if isinstance(one := figures[key], Measured)]
    away = np.array([100.0 * (stride.next_contact_s is None) for stride in strides])
    for measure in shown:
        if len(measure.per_stride) == len(strides):
            away += np.abs(np.array(measure.per_stride) - measure.value)
    stride = strides[int(away.argmin())]
    moments: dict[Phase, float] = {
        "initial_contact": stride.contact_s,
        "mid_stance": stride.mid_stance_s,
        "toe_off": stride.toe_off_s,
    }
    if stride.next_contact_s is not None:
        half_s = (stride.contact_s + stride.next_contact_s) / 2
        knee = angles.knee_flexion_deg[:, NEAR]
        moments["mid_flight"] = (stride.toe_off_s + half_s) / 2
        moments["swing"] = largest_between(angles.time_s, knee, half_s, stride.next_contact_s)[0]
        moments["next_contact"] = stride.next_contact_s
    return tuple(KeyFrame(phase=phase, time_s=at_s, file_time_s=at_s * slow_motion) for phase, at_s in moments.items())


def figure_frames_s(
    strides: tuple[Stride, ...], figures: Mapping[MeasureKey, Measure], angles: Angles, time_s: Floats
) -> dict[MeasureKey, float]:
    """Return for each headline measure the frame whose angle is nearest to it, in the stride nearest to the mean.

    Parameters
    ----------
    strides : tuple of Stride
        The strides of the measures.
    figures : mapping of MeasureKey to Measure
        The measures.
    angles : Angles
        The angles over time.
    time_s : ndarray, shape (n,)
        True time of every frame of the clip.

    Returns
    -------
    dict of MeasureKey to float
        The frame's time by the measure's key; a measure that is missing, or whose stride has no frame, has no entry.
    """
    found: dict[MeasureKey, float] = {}
    for key, shown in SHOWN.items():
        measure = figures[key]
        if not isinstance(measure, Measured) or len(measure.per_stride) != len(strides):
            continue
        nearest = int(np.abs(np.array(measure.per_stride) - measure.value).argmin())
        start_s, end_s = shown.span_s(strides[nearest])
        inside = time_s[(time_s >= start_s) & (time_s <= end_s)]
        if len(inside):
            own = at(angles.time_s, shown.series(angles), inside)
            found[key] = float(inside[np.abs(own - measure.value).argmin()])
    return found
