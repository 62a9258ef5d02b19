"""What the literature's own methods make of the same points: the baseline that ours has to beat.

Written from the papers, for the benchmark only, and given the same points with the legs already told apart. The constants
(how far each cue leads or lags) are those measured on running on force plates, all runners together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import butter, find_peaks, sosfiltfilt

from core.model.measures import MeasureKey
from core.model.tracks import ANKLE, HEEL, HIP, KNEE, SHOULDER, TOE, Floats, SideTrack

EVENT_HZ, ANGLE_HZ = 6.0, 10.0
HEEL_LEADS_S = 0.027
TOE_TRAILS_S, STRAIGHT_LATE_S, RISEN_LATE_S, LIFTS_LATE_S = 0.094, -0.008, 0.0, 0.007
RISEN = 0.10

TOE_OFF_METHODS = ("Zeni toe-off", "knee straightest", "toe height 10 %", "toe acceleration", "median of four")


@dataclass(frozen=True, kw_only=True)
class LegTimes:
    """One leg's events: a contact, and the toe-off that each method finds after it (NaN for none)."""

    contact_s: Floats
    toe_off_s: dict[str, Floats]


def smoothed(xy: Floats, rate_hz: float, cutoff_hz: float) -> Floats:
    """Return series of shape (n, ...) after a zero-lag Butterworth filter of fourth order in all."""
    sos = butter(2, cutoff_hz / 0.802, fs=rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sos, xy, axis=0))


def _peak_s(time_s: Floats, values: Floats, near_s: float, within_s: float) -> float:
    """Return when a series is largest within a window, to a tenth of a millisecond; NaN where the window is cut off."""
    start_s, end_s = near_s - within_s, near_s + within_s
    if not (start_s >= time_s[0] and end_s <= time_s[-1]):  # so that NaN ends here too
        return float("nan")
    fine_s = np.arange(start_s, end_s, 1e-4)
    return float(fine_s[CubicSpline(time_s, values)(fine_s).argmax()])


def cadence_spm(side: SideTrack) -> float:
    """Return steps a minute from the autocorrelation of the near ankle ahead of the hips."""
    xy = smoothed(side.xy_px, side.rate_hz, EVENT_HZ)
    ahead = xy[:, 0, ANKLE, 0] - xy[:, :, HIP, 0].mean(axis=1)
    ahead = ahead - ahead.mean()
    n = len(ahead)
    correlation = np.correlate(ahead, ahead, "full")[n - 1 :] / np.arange(n, 0, -1)
    first, last = round(0.35 * side.rate_hz), min(n - 2, round(1.6 * side.rate_hz))
    peaks, _ = find_peaks(correlation[first:last])
    if len(peaks) == 0:
        return float("nan")
    peaks = peaks + first
    lag = int(peaks[correlation[peaks] >= 0.85 * correlation[peaks].max()][0])
    before, here, after = correlation[lag - 1 : lag + 2]
    return float(120 * side.rate_hz / (lag + 0.5 * (before - after) / (before - 2 * here + after)))


def leg_times(side: SideTrack, leg: int, stride_s: float) -> LegTimes:
    """Return one leg's contacts and toe-offs.

    Contact: the heel furthest ahead of the pelvis, corrected by its lead (Zeni, Richards & Higginson 2008,
    doi:10.1016/j.gaitpost.2007.07.007). Toe-off: the toe furthest behind the pelvis (same), the knee at its straightest
    (Dingwell et al. 2001, doi:10.1115/1.1336798), the toe's rise by a tenth of its whole rise, the peak of its upward
    acceleration, and the median of these four.
    """
    time_s, xy = side.time_s, smoothed(side.xy_px, side.rate_hz, EVENT_HZ)
    pelvis = xy[:, :, HIP].mean(axis=1)
    heel, toe = xy[:, leg, HEEL, 0] - pelvis[:, 0], xy[:, leg, TOE, 0] - pelvis[:, 0]
    peaks, _ = find_peaks(heel, distance=round(0.6 * stride_s * side.rate_hz), prominence=0.25 * np.ptp(heel))
    contact_s = np.array([_peak_s(time_s, heel, time_s[p], 0.02) for p in peaks]) + HEEL_LEADS_S
    contact_s = contact_s[np.isfinite(contact_s)]
    height = -xy[:, leg, TOE, 1]
    lift = np.gradient(np.gradient(height, time_s), time_s)
    knee = _knee_deg(xy, leg)
    found: dict[str, list[float]] = {name: [] for name in TOE_OFF_METHODS}
    for begins_s in contact_s:
        trails_s = _trails_s(time_s, toe, begins_s, stride_s)
        about_s = trails_s - TOE_TRAILS_S
        cues = (
            about_s,
            _peak_s(time_s, -knee, about_s, 0.08) - STRAIGHT_LATE_S,
            _risen_s(time_s, height, begins_s, trails_s) - RISEN_LATE_S,
            _peak_s(time_s, lift, about_s, 0.08) - LIFTS_LATE_S,
        )
        known = [cue for cue in cues if np.isfinite(cue)]
        for name, value in zip(TOE_OFF_METHODS, (*cues, np.median(known) if known else np.nan), strict=True):
            found[name].append(float(value))
    return LegTimes(contact_s=contact_s, toe_off_s={name: np.array(times) for name, times in found.items()})


def _trails_s(time_s: Floats, toe: Floats, contact_s: float, stride_s: float) -> float:
    """Return when the toe is furthest behind the pelvis after a contact; NaN where the clip ends before."""
    inside = (time_s >= contact_s + 0.12 * stride_s) & (time_s <= contact_s + 0.75 * stride_s)
    if not inside.any():
        return float("nan")
    rough_s = float(time_s[inside][toe[inside].argmin()])
    return _peak_s(time_s, -toe, rough_s, 0.02)


def _risen_s(time_s: Floats, height: Floats, contact_s: float, trails_s: float) -> float:
    """Return when the toe has risen by a tenth of its rise after its lowest point in stance; NaN where it was not seen."""
    inside = (time_s >= contact_s) & (time_s <= trails_s + 0.15)
    stance = (time_s >= contact_s) & (time_s <= trails_s)
    if not stance.any():
        return float("nan")
    lowest = np.flatnonzero(stance)[height[stance].argmin()]
    level = height[lowest] + RISEN * (height[inside].max() - height[lowest])
    above = np.flatnonzero((height >= level) & inside & (np.arange(len(time_s)) > lowest))
    if len(above) == 0:
        return float("nan")
    j = int(above[0])
    return float(np.interp(level, [height[j - 1], height[j]], [time_s[j - 1], time_s[j]]))


def _knee_deg(xy: Floats, leg: int) -> Floats:
    """Return knee flexion, x forward and y down: shape (n,)."""
    thigh, shank = xy[:, leg, KNEE] - xy[:, leg, HIP], xy[:, leg, ANKLE] - xy[:, leg, KNEE]
    return np.asarray(np.degrees(np.arctan2(-shank[:, 0], shank[:, 1]) - np.arctan2(-thigh[:, 0], thigh[:, 1])))


def angle_series(side: SideTrack, leg: int) -> dict[str, Floats]:
    """Return one leg's angles over time, from points smoothed at 10 Hz: degrees, forward lean, behind vertical, bent +."""
    xy = smoothed(side.xy_px, side.rate_hz, ANGLE_HZ)
    hip, knee, ankle = (xy[:, leg, joint] for joint in (HIP, KNEE, ANKLE))
    trunk = xy[:, :, SHOULDER].mean(axis=1) - xy[:, :, HIP].mean(axis=1)
    return {
        "lean": np.degrees(np.arctan2(trunk[:, 0], -trunk[:, 1])),
        "thigh": np.degrees(np.arctan2(*((knee - hip) * [-1, 1]).T)),
        "leg": np.degrees(np.arctan2(*((ankle - hip) * [-1, 1]).T)),
        "knee": _knee_deg(xy, leg),
    }


def stance_figures(
    time_s: Floats, series: dict[str, Floats], contact_s: float, toe_off_s: float
) -> dict[MeasureKey, float]:
    """Return one stance's figures at the given instants; keys as in a report."""
    stance = (time_s >= contact_s) & (time_s <= toe_off_s)
    at_contact, at_toe_off = (
        {name: float(np.interp(moment_s, time_s, values)) for name, values in series.items()}
        for moment_s in (contact_s, toe_off_s)
    )
    return {
        "contact_time": 1000 * (toe_off_s - contact_s),
        "trunk_lean": float(series["lean"][stance].mean()),
        "leg_extension_at_toe_off": at_toe_off["thigh"],
        "hip_ankle_extension": at_toe_off["leg"],
        "knee_flexion_contact": at_contact["knee"],
        "knee_flexion_stance": float(series["knee"][stance].max()),
    }
