"""The speed and direction at which the parts of a clip play, and which parts can be measured together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from core.errors import Choices, Refused
from core.gait.stride_period import stride_period_s
from core.i18n.message import message as _
from core.model.report import QualityCheck
from core.model.tracks import PoseTrack
from core.quality.leg_rhythm import OTHER_SPEED, SLOWEST_SPM, SPRINT_SPM, forward_parts, speeds
from core.quality.walking import walking_signs

KNOWN_FACTORS = (2.0, 4.0, 5.0, 8.0, 10.0, 16.0, 32.0)
"""The factors of cameras with 60 to 960 frames per second, played at 24 to 60."""

KNOWN_WITHIN = 1.09
"""A factor from the steps counts as a known factor if it is this near. Known factors are at least 1.25 times apart, and steps
at the two speeds give the factor to within 1.05 (simulated runners, parts of one second)."""

REGULAR = 1.15
"""Counted steps and the legs' period agree this well (simulated: 1.03; a runner behind somebody else: 1.5 and more)."""

FEWEST_STEPS = 2
"""The factor of a speed is not estimated from fewer steps."""

SHORTEST_S = 1.2
"""True time: hardly two strides."""


class _Part(NamedTuple):
    track: PoseTrack
    step_s: float
    n_steps: int

    @property
    def cadence_spm(self) -> float:
        """Steps per minute at the given slow motion."""
        return 60 * self.track.slow_motion / self.step_s

    @property
    def runs(self) -> bool:
        """Whether the cadence is a runner's; in a clip that changes its speed, more than a sprint's least are legs seen badly."""
        return SLOWEST_SPM <= self.cadence_spm <= SPRINT_SPM

    @property
    def regular(self) -> bool:
        """Whether the legs' period matches the steps; it does not if steps were miscounted behind somebody."""
        stride = stride_period_s(self.track)
        return stride is not None and abs(np.log(stride[0] / (2 * self.step_s))) < np.log(REGULAR)


def at_one_speed(segments: Sequence[PoseTrack]) -> tuple[list[PoseTrack], QualityCheck | None]:
    """Return the segments that play at one speed, and the check to report if they are not all.

    A phone's slow motion is often only the middle of a clip. That part is measured, because its frames are closer together. Its
    factor is the ratio of its steps to those of the rest, if cameras have such a factor.

    Parameters
    ----------
    segments : sequence of PoseTrack
        The segments from `core.quality.segments`.

    Raises
    ------
    Refused
        `true_speed`, with choices, if the slow part's factor cannot be determined.
    """
    found = [(segment, speeds(segment)) for segment in segments]
    if all(len(parts) <= 1 for _, parts in found):
        return list(segments), None
    parts = [
        _Part(segment.between(part.start_s, part.end_s), part.step_s, part.n_steps)
        for segment, of_piece in found
        for part in of_piece
    ]
    run = [part for part in parts if part.runs]
    slow = [
        part
        for part in parts
        if part.cadence_spm < SLOWEST_SPM and part.n_steps > 1 and sum(walking_signs(part.track)) < 2
    ]
    if not run:
        return list(segments), None
    if not slow or run[0].track.slow_motion != 1:
        return _kept(segments, parts)
    longest = max(slow, key=lambda part: part.n_steps)
    seen = longest.step_s / _usual_step_s(run)
    if longest.track.true_duration_s / seen < SHORTEST_S or not longest.regular:
        return _kept(segments, parts)
    factor = _factor(seen, min(longest.n_steps, sum(part.n_steps for part in run)))
    alike = [part for part in slow if abs(np.log(part.step_s / longest.step_s)) < np.log(OTHER_SPEED)]
    measured = [part._replace(track=replace(part.track, slow_motion=factor)) for part in alike]
    return [part.track for part in measured], _said(measured, factor)


def _kept(segments: Sequence[PoseTrack], parts: Sequence[_Part]) -> tuple[list[PoseTrack], QualityCheck | None]:
    """Return the parts at the given speed, if they are more than a few odd steps."""
    run = [part for part in parts if part.runs]
    # Next to a given slow motion there may be running in real time. Faster steps are legs seen badly.
    rest = [60 / part.step_s for part in parts if not part.runs]
    real = all(SLOWEST_SPM <= spm <= SPRINT_SPM for spm in rest) or run[0].track.slow_motion == 1
    if not real or not max(run, key=lambda part: part.n_steps).regular:
        return list(segments), None
    return [part.track for part in run], _said(run, 1.0)


def _usual_step_s(parts: Sequence[_Part]) -> float:
    return float(np.average([part.step_s for part in parts], weights=[part.n_steps for part in parts]))


def _factor(seen: float, n_steps: int) -> float:
    """Return the slow-motion factor of a part from the ratio of its steps' duration to the rest's.

    Raises
    ------
    Refused
        `true_speed`, with choices, if no camera has that factor, or either speed shows too few steps.
    """
    known = min(KNOWN_FACTORS, key=lambda factor: abs(np.log(factor / seen)))
    near = abs(np.log(known / seen)) <= np.log(KNOWN_WITHIN)
    if near and n_steps >= FEWEST_STEPS:
        return known
    choices = (known,) if near else (max(1.5, round(2 * seen) / 2), known)
    raise Refused(
        "true_speed",
        _("Part of this clip plays about {factor:.1f} times slower than the rest.", factor=seen),
        _("Say how many times slower than life the slow part plays: probably {factor:g}.", factor=choices[0]),
        Choices(slow_motion=tuple(dict.fromkeys(choices))),
    )


def _said(parts: Sequence[_Part], factor: float) -> QualityCheck:
    longest = max(parts, key=lambda part: part.track.true_duration_s).track
    times = {"start": float(longest.time_s[0]), "end": float(longest.time_s[-1])}
    what = _(
        "The clip plays at more than one speed. The part from {start:.1f} to {end:.1f} seconds was measured.", **times
    )
    if factor != 1:
        what = _(
            "Part of the clip is in slow motion: from {start:.1f} to {end:.1f} seconds it plays {factor:g} times slower "
            "than life. That part was measured, with this factor.",
            factor=factor,
            **times,
        )
    advice = _("If that is not so, say how many times slower than life the clip plays.")
    return QualityCheck(key="true_speed", severity="warn", what=what, advice=advice)


class Forward(NamedTuple):
    """The parts of some segments that play forward, and whether other parts do not."""

    segments: list[PoseTrack]
    backward: bool


def what_plays_forward(segments: Sequence[PoseTrack]) -> Forward:
    """Return the parts that play forward, without those that play backward in reversed clips and boomerangs."""
    found = [(segment, forward_parts(segment)) for segment in segments]
    forward = [part for segment, parts in found for part in ([segment] if parts is None else parts)]
    return Forward(forward, any(parts is not None for _, parts in found))
