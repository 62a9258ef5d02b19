"""Tracks of pose models without feet, such as those with the 17 points of COCO.

The pipeline tracks heels and toes. Such a track gets artificial feet at right angles to the shank, so that strides are found.
Measures that depend on the foot, or on initial contact and toe-off, are then missing, with that reason.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core import knowledge
from core.coaching.findings import judge
from core.gait.body import both_sides
from core.gait.definitions import MEASURES
from core.gait.scale import with_answers
from core.i18n.message import message as _
from core.i18n.translate import WRITTEN_IN
from core.model.measures import Measure, Measured, MeasureKey, Missing
from core.model.report import Report
from core.model.strides import GaitEvents
from core.model.tracks import ANKLE, HEEL, HIP, KNEE, LANDMARK_OF, TOE, Bools, Floats, PoseTrack, Side

SEEN_SHARE = 0.5
"""Share of the frames with an ankle in which its heel and toe must be visible for the track to have feet."""

HEEL_AT, TOE_AT = (0.15, -0.10), (0.20, 0.35)
"""Positions of artificial feet: shank lengths from the ankle, along the shank and ahead of it."""

NEED_FEET: tuple[MeasureKey, ...] = tuple(key for key, definition in MEASURES.items() if definition.needs_feet)
"""Measures of the foot, of the instants of contact and toe-off, and of the times between them."""

_BECAUSE = _("This figure needs the heel and the toe, and the track does not have them.")
_SIDES: tuple[Side, Side] = ("left", "right")


def has_feet(track: PoseTrack) -> bool:
    """Return whether heel and toe of both legs are visible often enough to be tracked."""
    seen: Bools = np.asarray(np.isfinite(both_sides(track)).all(axis=-1))
    with_ankle = seen[:, :, ANKLE].sum(axis=0)
    with_foot = seen[:, :, [ANKLE, HEEL, TOE]].all(axis=-1).sum(axis=0)
    return bool((with_foot >= SEEN_SHARE * with_ankle).all())


def lend_feet(track: PoseTrack) -> PoseTrack:
    """Return the track with heels and toes at right angles to the shanks."""
    sides = both_sides(track)
    ahead = _ahead(sides)
    xy_px, visibility = track.xy_px.copy(), track.visibility.copy()
    for place, side in enumerate(_SIDES):
        ankle = sides[:, place, ANKLE]
        down = ankle - sides[:, place, KNEE]
        forward = ahead * np.stack([down[:, 1], -down[:, 0]], axis=1)
        for joint, (along, across) in ((HEEL, HEEL_AT), (TOE, TOE_AT)):
            xy_px[:, LANDMARK_OF[side][joint]] = ankle + along * down + across * forward
            visibility[:, LANDMARK_OF[side][joint]] = visibility[:, LANDMARK_OF[side][ANKLE]]
    return replace(track, xy_px=xy_px, visibility=visibility)


def _ahead(sides: Floats) -> float:
    """Return +1 for a runner who moves to the right, otherwise -1: a knee is ahead of the line from hip to ankle."""
    hip, knee, ankle = (sides[:, :, joint] for joint in (HIP, KNEE, ANKLE))
    leg, thigh = ankle - hip, knee - hip
    bent = np.nan_to_num(thigh[..., 0] * leg[..., 1] - thigh[..., 1] * leg[..., 0])
    return 1.0 if bent.sum() >= 0 else -1.0


def withhold(report: Report) -> Report:
    """Return the report without what depends on feet: those measures, the events, and the average stride."""
    seen = with_answers(report.measures, report.answers, report.answers, seen=Missing("ratio", _BECAUSE))
    figures, other = _without(seen), report.other_leg
    return replace(
        report,
        measures=figures,
        findings=judge(figures, report.answers, knowledge.load(language=WRITTEN_IN)),
        events=GaitEvents(),
        key_frames=(),
        mean_stride=None,
        other_leg=None if other is None else replace(other, measures=_without(other.measures)),
    )


def _without(measures: dict[MeasureKey, Measure]) -> dict[MeasureKey, Measure]:
    """Return measures, those that need feet as missing."""
    return {
        key: Missing(measure.unit, _BECAUSE) if key in NEED_FEET and isinstance(measure, Measured) else measure
        for key, measure in measures.items()
    }
