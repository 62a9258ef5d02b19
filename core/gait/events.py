"""Initial contacts and toe-offs of both legs, with sub-sample times.

The cues that find them need no fixed camera and no floor: all positions are relative to the mid-hip, without slow drift, so a
treadmill, a path and a camera that follows give the same result. A linear correction from the leg's motion around each event
(`core/gait/event_correction.py`) then removes most of the cues' error for this runner.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from core.gait.event_correction import USUAL_DUTY_FACTOR, EventCorrection, EventCorrections, features_at, load
from core.gait.signals import derivative, largest_between, low_pass, peak_times, period_s
from core.gait.stride_period import SHORTEST_STRIDE_S
from core.model.strides import GaitEvents, LegEvents
from core.model.tracks import ANKLE, FAR, HEEL, HIP, KNEE, NEAR, TOE, Floats, SideTrack

EVENT_CUTOFF_HZ = 6.0
"""Cutoff for events: extremes of position need more smoothing than angles."""

HEEL_LEADS_S = 0.027
"""Time from the heel's furthest point ahead of the hips to initial contact."""

TOE_TRAILS_S = 0.094
"""Time from toe-off to the toe's furthest point behind the hips."""

KNEE_STRAIGHT_S = -0.008
"""Time from toe-off to the straightest knee (negative: before toe-off)."""

TOE_LIFTS_S = 0.008
"""Time from toe-off to the peak of the toe's upward acceleration."""

BEYOND = 0.6
"""How far a leg's series go on before the first sample and after the last one, in strides."""

TOE_RISEN = 0.10
"""Share of its whole rise that the toe has reached at toe-off."""


class LegSeries:
    """One leg's smoothed series for finding events, relative to the mid-hip, in leg lengths and radians; heights are upward.

    Each has its mean subtracted, taken over as many whole strides as the clip holds. Before its first sample and after its last one
    it goes on as it was one stride later or earlier, so that events near the ends are found; `starts_s` and `ends_s` are the times
    of these samples.
    """

    def __init__(self, side: SideTrack, leg: int, stride: float) -> None:
        xy_px = low_pass(side.xy_px, side.rate_hz, EVENT_CUTOFF_HZ)
        hips = xy_px[:, :, HIP].mean(axis=1)
        thigh = xy_px[:, leg, KNEE] - xy_px[:, leg, HIP]
        shank = xy_px[:, leg, ANKLE] - xy_px[:, leg, KNEE]
        foot = xy_px[:, leg, TOE] - xy_px[:, leg, HEEL]
        length_px = float(np.median(np.hypot(*thigh.T) + np.hypot(*shank.T)))
        level = low_pass(hips[:, 1], side.rate_hz, 0.5)
        thigh_rad = np.arctan2(-thigh[:, 0], thigh[:, 1])
        self.starts_s, self.ends_s = float(side.time_s[0]), float(side.time_s[-1])
        self.rate_hz = side.rate_hz
        self.series: dict[str, Floats] = {
            "knee_rad": np.arctan2(-shank[:, 0], shank[:, 1]) - thigh_rad,
            "thigh_rad": thigh_rad,
            "foot_rad": np.unwrap(np.arctan2(-foot[:, 1], foot[:, 0])),
            "hip_height": (level - hips[:, 1]) / length_px,
        }
        for name, joint in (("heel", HEEL), ("toe", TOE), ("ankle", ANKLE)):
            self.series[f"{name}_ahead"] = (xy_px[:, leg, joint, 0] - hips[:, 0]) / length_px
            self.series[f"{name}_height"] = (level - xy_px[:, leg, joint, 1]) / length_px
        whole = max(1, int((side.time_s[-1] - side.time_s[0]) / stride)) * stride
        counted = np.abs(side.time_s - (side.time_s[0] + side.time_s[-1]) / 2) <= whole / 2
        lag = round(stride * side.rate_hz)
        more = min(round(BEYOND * lag), len(side) - 1 - lag)
        self.time_s = side.time_s[0] + np.arange(-more, len(side) + more) / side.rate_hz if more > 0 else side.time_s
        self.series = {
            name: _continued(values - values[counted].mean(), lag, more) for name, values in self.series.items()
        }


def _continued(values: Floats, lag: int, more: int) -> Floats:
    """Return a series with `more` samples at each end, taken from one period of `lag` samples later or earlier."""
    if more <= 0:
        return values
    before = values[lag - more : lag] + (values[0] - values[lag])
    after = values[len(values) - lag : len(values) - lag + more] + (values[-1] - values[-1 - lag])
    return np.concatenate([before, values, after])


def stride_s(side: SideTrack) -> float | None:
    """Return the stride's mean period in true time, from the legs' period in each pass; None if they are not periodic."""
    passes = [side.within(part) for part in side.passes]
    found = [(one, period) for one in passes if (period := _period_s(one)) is not None]
    if not found:
        return None
    return float(np.average([period for _, period in found], weights=[len(one) for one, _ in found]))


def _period_s(side: SideTrack) -> float | None:
    between = (side.xy_px[:, NEAR] - side.xy_px[:, FAR])[:, [KNEE, ANKLE, HEEL, TOE]]
    smooth = low_pass(between.reshape(len(side), -1), side.rate_hz, 8.0)
    found = period_s(smooth, side.rate_hz, SHORTEST_STRIDE_S, 3.0)
    return found[0] if found else None


def _initial_contacts(leg: LegSeries, stride: float) -> Floats:
    """Return the times of initial contact.

    The contact is the heel's furthest point ahead of the hips after a low-pass filter (Zeni, Richards & Higginson 2008,
    doi:10.1016/j.gaitpost.2007.07.007), plus a lead time. The original method is for walking and has no lead time; in running
    the foot moves back before it lands.
    """
    return peak_times(leg.time_s, leg.series["heel_ahead"], apart_s=0.6 * stride, prominence=0.15) + HEEL_LEADS_S


def _toe_off(leg: LegSeries, contact_s: float, stride: float) -> float | None:
    """Return the toe-off after a contact: the median of four cues, each corrected for its mean lead or lag.

    The cues are the toe furthest behind the hips (Zeni et al. 2008), the knee at its straightest (Dingwell et al. 2001,
    doi:10.1115/1.1336798), the toe's upward acceleration, and the toe's height. No single cue is good at all speeds.
    """
    if contact_s + 0.25 * stride > leg.time_s[-1]:
        return None
    trails_s, _ = largest_between(
        leg.time_s, -leg.series["toe_ahead"], contact_s + 0.12 * stride, contact_s + 0.75 * stride
    )
    if trails_s > leg.time_s[-1] - 0.02:  # the clip ends while the toe still trails further
        return None
    about_s = trails_s - TOE_TRAILS_S
    start_s, end_s = max(contact_s + 0.08, about_s - 0.09), about_s + 0.09
    if end_s - start_s < 0.03:  # no stance is that short: one of the two cues is wrong
        return None
    straight_s, _ = largest_between(leg.time_s, -leg.series["knee_rad"], start_s, end_s)
    lift = derivative(derivative(leg.series["toe_height"], leg.rate_hz), leg.rate_hz)
    lifts_s, _ = largest_between(leg.time_s, lift, start_s, end_s)
    cues = [about_s, straight_s - KNEE_STRAIGHT_S, lifts_s - TOE_LIFTS_S, _risen_s(leg, contact_s, trails_s)]
    return float(np.median([cue for cue in cues if cue is not None]))


def _risen_s(leg: LegSeries, contact_s: float, trails_s: float) -> float | None:
    """Return when the toe has risen by the share `TOE_RISEN` of its whole rise, after its lowest point in stance."""
    around = (leg.time_s >= contact_s) & (leg.time_s <= trails_s + 0.15)
    time_s, height = leg.time_s[around], leg.series["toe_height"][around]
    if len(height) < 3:
        return None
    lowest = int(height[: max(2, int(np.searchsorted(time_s, trails_s)))].argmin())
    above = np.flatnonzero(height[lowest:] >= height[lowest] + TOE_RISEN * (height.max() - height[lowest]))
    return float(time_s[lowest + above[0]]) if len(above) else None


def first_estimates(leg: LegSeries, stride: float) -> LegEvents:
    """Find one leg's events with the textbook cues alone."""
    contacts_s = _initial_contacts(leg, stride)
    toe_offs = [_toe_off(leg, float(contact_s), stride) for contact_s in contacts_s]
    return LegEvents(
        initial_contact_s=_inside(leg, contacts_s.tolist()),
        toe_off_s=_inside(leg, [t for t in toe_offs if t is not None]),
    )


def _inside(leg: LegSeries, moments_s: Sequence[float]) -> tuple[float, ...]:
    """Return the times that are within the clip."""
    return tuple(t for t in moments_s if leg.starts_s <= t <= leg.ends_s)


def usual_contact_s(legs: Sequence[LegEvents], stride: float) -> float:
    """Return the median time from contact to toe-off; without one, that of a usual run."""
    lasting_s = [one.toe_off_s - one.contact_s for leg in legs for one in strides_of(leg, stride)]
    return float(np.median(lasting_s)) if lasting_s else USUAL_DUTY_FACTOR * stride


def _read(leg: LegSeries, first: LegEvents, stride: float, contact_s: float, readings: EventCorrections) -> LegEvents:
    """Return one leg's events, each with its correction applied."""

    def moved(moments_s: tuple[float, ...], reading: EventCorrection) -> tuple[float, ...]:
        features = (features_at(leg.series, leg.time_s, t, stride, contact_s) for t in moments_s)
        return tuple(t + reading.later_by_s(f, contact_s) for t, f in zip(moments_s, features, strict=True))

    return LegEvents(
        initial_contact_s=moved(first.initial_contact_s, readings.initial_contact),
        toe_off_s=moved(first.toe_off_s, readings.toe_off),
    )


def find_events(side: SideTrack, stride: float, *, readings: EventCorrections | None = None) -> GaitEvents:
    """Find both legs' initial contacts and toe-offs.

    Parameters
    ----------
    side : SideTrack
        The runner from the side.
    stride : float
        The stride's period in seconds of true time (`stride_s`).
    readings : EventCorrections, optional
        Weights to use instead of the library's own: for checks on runners left out of the fit.

    Returns
    -------
    GaitEvents
        In true time. Both lists are in rising order; a toe-off follows its contact within three quarters of a stride.
    """
    known = readings or load()
    series = {leg: [LegSeries(side.within(part), leg, stride) for part in side.passes] for leg in (NEAR, FAR)}
    first = {leg: [first_estimates(one, stride) for one in of_leg] for leg, of_leg in series.items()}
    contact_s = usual_contact_s([*first[NEAR], *first[FAR]], stride)

    def events(leg: int) -> LegEvents:
        pairs = zip(series[leg], first[leg], strict=True)
        found = [_read(one, estimates, stride, contact_s, known) for one, estimates in pairs]
        return LegEvents(
            initial_contact_s=tuple(t for one in found for t in one.initial_contact_s),
            toe_off_s=tuple(t for one in found for t in one.toe_off_s),
        )

    return GaitEvents(near=events(NEAR), far=events(FAR))


class Stride(NamedTuple):
    """One stride of one leg, in seconds of true time; the clip may end before its next contact."""

    contact_s: float
    toe_off_s: float
    next_contact_s: float | None

    @property
    def mid_stance_s(self) -> float:
        """The time half-way from initial contact to toe-off."""
        return (self.contact_s + self.toe_off_s) / 2


def crosses(breaks_s: Sequence[tuple[float, float]], start_s: float, end_s: float) -> bool:
    """Return whether one pass ends and another begins between two times (`SideTrack.breaks_s`)."""
    return any(start_s < from_s < end_s or start_s < to_s < end_s for from_s, to_s in breaks_s)


def strides_of(events: LegEvents, stride: float, breaks_s: Sequence[tuple[float, float]] = ()) -> tuple[Stride, ...]:
    """Return the leg's strides; the last one of each pass may have no next contact.

    A stride whose duration is not within a third of the usual one, or that does not have exactly one toe-off, is left out.
    """
    found = []
    for contact_s, next_s in zip_longest(events.initial_contact_s, events.initial_contact_s[1:]):
        if next_s is not None and crosses(breaks_s, contact_s, next_s):
            next_s = None
        end_s = next_s if next_s is not None else contact_s + stride
        between = [t for t in events.toe_off_s if contact_s < t < end_s]
        if len(between) == 1 and abs(end_s - contact_s - stride) < stride / 3:
            found.append(Stride(contact_s, between[0], next_s))
    return tuple(found)
