"""The runner's travel across the picture of a camera that stands still: the speed over ground, without the foot's motion.

Whether the camera stands still is seen on the feet: on the ground they then stay at their place in the picture. On a treadmill and
if the camera follows, they move back through it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.gait.estimates import Run
from core.gait.events import Stride, crosses, strides_of
from core.gait.signals import at
from core.model.tracks import ANKLE, FAR, HEEL, HIP, NEAR, TOE, Floats

STILL_FOOT = 0.3
"""Largest speed of a standing foot through the picture, relative to the hips: of a still camera it is about 0.1, because hips are
slower than on average while a foot is on the ground, and the foot rolls."""

LEAST = 1.0
"""Least speed of the hips through the picture, in leg lengths per second: nobody runs more slowly."""

FLAT = (0.2, 0.6)
"""The part of stance in which the foot stands, in shares of the contact time."""


def across(run: Run) -> float | None:
    """Return how fast the hips go through the picture, in leg lengths per second; None if the camera does not stand still."""
    hips = run.side.xy_px[:, :, HIP, 0].mean(axis=1) / run.angles.leg_px
    travels = list(_between_contacts(run, hips))
    feet = [one for leg in (NEAR, FAR) for one in _standing(run, leg)]
    if not travels or not feet:
        return None
    speed = sum(way for way, _ in travels) / sum(time_s for _, time_s in travels)
    still = speed > LEAST and abs(float(np.median(feet))) < STILL_FOOT * speed
    return float(speed) if still else None


def _between_contacts(run: Run, hips: Floats) -> Iterator[tuple[float, float]]:
    """Yield how far the hips go from the first to the last contact of each pass, in leg lengths, and the time."""
    contacts_s = sorted((*run.events.near.initial_contact_s, *run.events.far.initial_contact_s))
    for part in run.side.passes:
        time_s = run.side.time_s[part]
        inside = [t for t in contacts_s if time_s[0] <= t <= time_s[-1]]
        if len(inside) >= 3:
            first, last = at(time_s, hips[part], np.array([inside[0], inside[-1]]))
            yield float(last - first), inside[-1] - inside[0]


def _standing(run: Run, leg: int) -> Iterator[float]:
    """Yield how fast the standing foot moves through the picture in each stance, in leg lengths per second."""
    foot = run.side.xy_px[:, leg][:, [ANKLE, HEEL, TOE], 0].mean(axis=1) / run.angles.leg_px
    events = run.events.near if leg == NEAR else run.events.far
    strides: tuple[Stride, ...] = strides_of(events, run.stride_s, run.side.breaks_s)
    for stride in strides:
        contact_s = stride.toe_off_s - stride.contact_s
        start_s, end_s = (stride.contact_s + share * contact_s for share in FLAT)
        if not crosses(run.side.breaks_s, start_s, end_s):
            before, after = at(run.side.time_s, foot, np.array([start_s, end_s]))
            yield float(after - before) / (end_s - start_s)
