"""Initial contacts and toe-offs of both legs, between samples.

Cues that need no fixed camera and no floor: everything is read relative to the mid-hip, with its slow drift taken out, so a
treadmill, a path and a camera that follows give the same.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from core.model import ANKLE, FAR, HEEL, HIP, KNEE, NEAR, TOE, Floats, GaitEvents, LegEvents, SideTrack
from core.signals import derivative, largest_between, low_pass, peak_times, period_s

EVENT_CUTOFF_HZ = 6.0
"""Smoothing for events: extremes of position want more than angles do."""

HEEL_LEADS_S = 0.027
"""How long before initial contact the heel is furthest ahead of the hips."""

TOE_TRAILS_S = 0.094
"""How long after toe-off the toe is furthest behind the hips."""

KNEE_STRAIGHT_S = -0.008
"""How long after toe-off the knee is straightest (negative: before)."""

TOE_LIFTS_S = 0.008
"""How long after toe-off the toe's upward acceleration peaks."""

TOE_RISEN = 0.10
"""Share of its whole rise that the toe has risen at toe-off."""


class _Leg:
    """One leg's smoothed series that events are read from; x and y from the mid-hip, in leg lengths, y upward."""

    def __init__(self, side: SideTrack, leg: int) -> None:
        xy_px = low_pass(side.xy_px, side.rate_hz, EVENT_CUTOFF_HZ)
        hips = xy_px[:, :, HIP].mean(axis=1)
        thigh = xy_px[:, leg, KNEE] - xy_px[:, leg, HIP]
        shank = xy_px[:, leg, ANKLE] - xy_px[:, leg, KNEE]
        length_px = float(np.median(np.hypot(*thigh.T) + np.hypot(*shank.T)))
        self.time_s = side.time_s
        self.rate_hz = side.rate_hz
        self.heel_ahead = (xy_px[:, leg, HEEL, 0] - hips[:, 0]) / length_px
        self.toe_ahead = (xy_px[:, leg, TOE, 0] - hips[:, 0]) / length_px
        self.toe_height = -(xy_px[:, leg, TOE, 1] - low_pass(hips[:, 1], side.rate_hz, 0.5)) / length_px
        self.knee_flexion_deg = np.degrees(np.arctan2(thigh[:, 0], thigh[:, 1]) - np.arctan2(shank[:, 0], shank[:, 1]))


def stride_s(side: SideTrack) -> float | None:
    """Return the stride's mean period in true time, from how the legs repeat; None where they do not."""
    between = (side.xy_px[:, NEAR] - side.xy_px[:, FAR])[:, [KNEE, ANKLE, HEEL, TOE]]
    smooth = low_pass(between.reshape(len(side), -1), side.rate_hz, 8.0)
    found = period_s(smooth, side.rate_hz, 0.35, 3.0)
    return found[0] if found else None


def _initial_contacts(leg: _Leg, stride: float) -> Floats:
    """Return the times when the foot meets the ground.

    The heel's furthest point ahead of the hips after a low-pass filter (Zeni, Richards & Higginson 2008,
    doi:10.1016/j.gaitpost.2007.07.007), plus the time it leads by. Theirs is for walking and has no such time; in running the
    foot is drawn back before it lands.
    """
    return peak_times(leg.time_s, leg.heel_ahead, apart_s=0.6 * stride, prominence=0.15) + HEEL_LEADS_S


def _toe_off(leg: _Leg, contact_s: float, stride: float) -> float | None:
    """Return the toe-off after a contact: the median of four cues, each put right for its mean lead or lag.

    The toe furthest behind the hips (Zeni et al. 2008), the knee at its straightest (Dingwell et al. 2001,
    doi:10.1115/1.1336798), the toe's upward acceleration, and the toe's height. No single one is good at all speeds.
    """
    if contact_s + 0.25 * stride > leg.time_s[-1]:
        return None
    trails_s, _ = largest_between(leg.time_s, -leg.toe_ahead, contact_s + 0.12 * stride, contact_s + 0.75 * stride)
    if trails_s > leg.time_s[-1] - 0.02:  # the clip ends while the toe still trails further
        return None
    about_s = trails_s - TOE_TRAILS_S
    start_s, end_s = max(contact_s + 0.08, about_s - 0.09), about_s + 0.09
    straight_s, _ = largest_between(leg.time_s, -leg.knee_flexion_deg, start_s, end_s)
    lift = derivative(derivative(leg.toe_height, leg.rate_hz), leg.rate_hz)
    lifts_s, _ = largest_between(leg.time_s, lift, start_s, end_s)
    cues = [about_s, straight_s - KNEE_STRAIGHT_S, lifts_s - TOE_LIFTS_S, _risen_s(leg, contact_s, trails_s)]
    return float(np.median([cue for cue in cues if cue is not None]))


def _risen_s(leg: _Leg, contact_s: float, trails_s: float) -> float | None:
    """Return when the toe has risen `TOE_RISEN` of its way up from the ground, after its lowest point in stance."""
    around = (leg.time_s >= contact_s) & (leg.time_s <= trails_s + 0.15)
    time_s, height = leg.time_s[around], leg.toe_height[around]
    if len(height) < 3:
        return None
    lowest = int(height[: max(2, int(np.searchsorted(time_s, trails_s)))].argmin())
    above = np.flatnonzero(height[lowest:] >= height[lowest] + TOE_RISEN * (height.max() - height[lowest]))
    return float(time_s[lowest + above[0]]) if len(above) else None


def _leg_events(leg: _Leg, stride: float) -> LegEvents:
    contacts_s = _initial_contacts(leg, stride)
    contacts_s = contacts_s[(contacts_s >= leg.time_s[0]) & (contacts_s <= leg.time_s[-1])]
    toe_offs = [_toe_off(leg, float(contact_s), stride) for contact_s in contacts_s]
    return LegEvents(
        initial_contact_s=tuple(float(t) for t in contacts_s), toe_off_s=tuple(t for t in toe_offs if t is not None)
    )


def find_events(side: SideTrack, stride: float) -> GaitEvents:
    """Find both legs' initial contacts and toe-offs.

    Parameters
    ----------
    side : SideTrack
        The runner from the side.
    stride : float
        The stride's period in seconds of true time (`stride_s`).

    Returns
    -------
    GaitEvents
        In true time. Both lists rise; a toe-off follows its contact within three quarters of a stride.
    """
    return GaitEvents(near=_leg_events(_Leg(side, NEAR), stride), far=_leg_events(_Leg(side, FAR), stride))


class Stride(NamedTuple):
    """One stride of one leg, in seconds of true time; the clip may end before its next contact."""

    contact_s: float
    toe_off_s: float
    next_contact_s: float | None

    @property
    def mid_stance_s(self) -> float:
        """Half-way from initial contact to toe-off."""
        return (self.contact_s + self.toe_off_s) / 2


def strides_of(events: LegEvents, stride: float) -> tuple[Stride, ...]:
    """Return the leg's strides, the last one perhaps without its next contact.

    A stride whose length is not within a third of the usual one, or that has not just one toe-off, is left out, not mended.
    """
    found = []
    for contact_s, next_s in zip_longest(events.initial_contact_s, events.initial_contact_s[1:]):
        end_s = next_s if next_s is not None else contact_s + stride
        between = [t for t in events.toe_off_s if contact_s < t < end_s]
        if len(between) == 1 and abs(end_s - contact_s - stride) < stride / 3:
            found.append(Stride(contact_s, between[0], next_s))
    return tuple(found)
