"""Gaps, resampling, zero-phase smoothing, periods and sub-sample peaks of one-dimensional series."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline, make_interp_spline
from scipy.signal import butter, find_peaks, sosfiltfilt

from core.model.tracks import Bools, Floats, SideTrack


def even_times(time_s: Floats, rate_hz: float) -> Floats:
    """Return times from the first to the last of `time_s`, evenly spaced at about `rate_hz` (at least two)."""
    duration_s = float(time_s[-1] - time_s[0])
    return np.linspace(time_s[0], time_s[-1], max(2, round(duration_s * rate_hz) + 1))


def resample(time_s: Floats, values: Floats, at_s: Floats) -> Floats:
    """Interpolate series of shape (n, ...) at other times with a cubic spline, and bridge NaN.

    Raises
    ------
    ValueError
        If fewer than two values of a series are finite.
    """
    flat = values.reshape(len(values), -1)
    out = np.empty((len(at_s), flat.shape[1]))
    finite = np.isfinite(flat)
    alike: dict[bytes, list[int]] = {}  # series that are known at the same times share the spline's knots
    for column, known in enumerate(finite.T):
        alike.setdefault(known.tobytes(), []).append(column)
    for columns in alike.values():
        known = finite[:, columns[0]]
        if known.sum() < 2:
            raise ValueError("values: expected at least two finite values in each series")
        known_s = time_s[known]
        spline = make_interp_spline(known_s, flat[known][:, columns], k=min(3, len(known_s) - 1))
        out[:, columns] = spline(np.clip(at_s, known_s[0], known_s[-1]))  # it must not extrapolate
    return out.reshape(len(at_s), *values.shape[1:])


def near_a_sample(time_s: Floats, known: Bools, at_s: Floats, within_s: float) -> Bools:
    """Return, for each of `at_s`, whether a known sample is within `within_s` of it."""
    known_s = time_s[known]
    if len(known_s) == 0:
        return np.zeros(len(at_s), dtype=bool)
    after = (
        np.clip(np.searchsorted(known_s, at_s), 1, len(known_s) - 1) if len(known_s) > 1 else np.zeros(len(at_s), int)
    )
    nearest = np.minimum(np.abs(known_s[after] - at_s), np.abs(known_s[after - 1] - at_s))
    return np.asarray(nearest <= within_s)


def low_pass(values: Floats, rate_hz: float, cutoff_hz: float) -> Floats:
    """Smooth series of shape (n, ...) along time without delay.

    This is a second-order Butterworth filter run forward and backward, so its order is four and its phase zero. The cutoff is
    corrected for the two runs, so that the result is 3 dB down at `cutoff_hz` (Robertson & Dowling 2003,
    doi:10.1016/S1050-6411(03)00080-4).
    """
    if len(values) < 8 or cutoff_hz >= 0.45 * rate_hz:
        return values
    once_hz = min(cutoff_hz / (2**0.5 - 1) ** 0.25, 0.49 * rate_hz)
    sos = butter(2, once_hz, fs=rate_hz, output="sos")
    pad = min(len(values) - 1, round(rate_hz / cutoff_hz))
    return np.asarray(sosfiltfilt(sos, values, axis=0, padtype="odd", padlen=pad))


def smoothed_px(side: SideTrack, cutoff_hz: float) -> Floats:
    """Return a runner's points smoothed along time, each pass separately, in the shape of `SideTrack.xy_px`."""
    xy_px = side.xy_px.copy()
    for part in side.passes:
        xy_px[part] = low_pass(side.xy_px[part], side.rate_hz, cutoff_hz)
    return xy_px


def derivative(values: Floats, rate_hz: float) -> Floats:
    """Return the time derivative of series of shape (n, ...), per second."""
    return np.asarray(np.gradient(values, 1 / rate_hz, axis=0))


def moving_average(values: Floats, lag: int) -> Floats:
    """Return the mean of a series of shape (n,) over `lag` samples around each one.

    Beyond its ends, the series goes on as it was one lag earlier or later, moved by as much as it changes in one. A series that
    is no longer than a lag is averaged by a straight line.
    """
    n, half = len(values), lag // 2
    if n <= lag:
        places = np.arange(n)
        return np.asarray(np.polyval(np.polyfit(places, values, 1), places)) if n > 1 else values
    before = values[lag - half : lag] + (values[0] - values[lag])
    after = values[n - lag : n - lag + half] + (values[-1] - values[-1 - lag])
    weights = np.ones(2 * half + 1)
    weights[[0, -1]] = 0.5 if lag % 2 == 0 else 1.0  # an even lag ends half-way into a sample on both sides
    return np.convolve(np.concatenate([before, values, after]), weights / weights.sum(), mode="valid")


def peak_times(time_s: Floats, values: Floats, *, apart_s: float, prominence: float) -> Floats:
    """Return the times of the maxima of an evenly sampled series, with sub-sample precision.

    Parameters
    ----------
    time_s, values : ndarray, shape (n,)
        The series.
    apart_s : float
        Only the highest of maxima closer than this counts.
    prominence : float
        Least prominence of a maximum, in the units of `values`.
    """
    rate_hz = (len(time_s) - 1) / (time_s[-1] - time_s[0])
    found, _ = find_peaks(values, distance=max(1, round(apart_s * rate_hz)), prominence=prominence)
    return np.array([_vertex_s(time_s, values, int(index)) for index in found])


def _vertex_s(time_s: Floats, values: Floats, index: int) -> float:
    """Return the time of the vertex of the parabola through a sample and its two neighbours, at most half a sample away.

    The largest value at the edge of a window may not be a peak; its parabola's vertex can be anywhere.
    """
    if not 0 < index < len(values) - 1:
        return float(time_s[index])
    before, here, after = values[index - 1 : index + 2]
    bend = before - 2 * here + after
    shift = 0.0 if bend == 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))
    return float(time_s[index]) + shift * float(time_s[1] - time_s[0])


def largest_between(time_s: Floats, values: Floats, start_s: float, end_s: float) -> tuple[float, float]:
    """Return time and value of the largest value in a window, with sub-sample precision.

    Raises
    ------
    ValueError
        If no sample is in the window.
    """
    inside = np.flatnonzero((time_s >= start_s) & (time_s <= end_s))
    if len(inside) == 0:
        raise ValueError("no sample in the window")
    index = int(inside[np.argmax(values[inside])])
    at_s = min(max(_vertex_s(time_s, values, index), start_s), end_s)
    around = slice(max(0, index - 3), index + 4)
    if len(time_s[around]) < 4:
        return float(time_s[index]), float(values[index])
    return at_s, float(CubicSpline(time_s[around], values[around])(at_s))


def at(time_s: Floats, values: Floats, moments_s: Floats) -> Floats:
    """Return an evenly sampled series of shape (n,) at other times, by linear interpolation."""
    return np.asarray(np.interp(moments_s, time_s, values))


def autocorrelation(values: Floats) -> Floats:
    """Return the autocorrelation of series of shape (n, k), summed over the k series; it is one at lag zero.

    Each lag is divided by the energy of its overlap, so that long lags are not reduced.
    """
    centred = values - values.mean(axis=0)
    n = len(centred)
    spectrum = np.fft.rfft(centred, 2 * n, axis=0)
    raw = np.fft.irfft(spectrum * spectrum.conj(), axis=0)[:n].sum(axis=1)
    energy = np.cumsum((centred**2).sum(axis=1))
    total = energy[-1]
    head = energy[::-1]  # energy of the first n - lag samples
    tail = total - np.concatenate([[0.0], energy[:-1]])  # energy of the last n - lag samples
    return np.asarray(raw / np.maximum(np.sqrt(head * tail), 1e-12 * max(total, 1e-12)))


def period_s(
    values: Floats, rate_hz: float, shortest_s: float, longest_s: float, *, at_least: float = 0.3
) -> tuple[float, float] | None:
    """Return the period of evenly sampled series of shape (n, k) and how periodic they are, 0 to 1.

    The period is the first peak of the autocorrelation that is nearly as high as the highest one; later peaks are its
    multiples.

    Returns
    -------
    tuple of float, or None
        Seconds, and the autocorrelation there. None if no peak reaches `at_least`.
    """
    correlation = autocorrelation(values)
    usable = min(len(correlation), int(0.75 * len(correlation)) + 1)  # longer lags overlap too little
    lags_s = np.arange(usable) / rate_hz
    inside = (lags_s >= shortest_s) & (lags_s <= longest_s)
    peaks, _ = find_peaks(correlation[:usable])
    peaks = peaks[inside[peaks]]
    if len(peaks) == 0 or correlation[peaks].max() < at_least:
        return None
    first = int(peaks[correlation[peaks] >= 0.85 * correlation[peaks].max()][0])
    return _vertex_s(lags_s, correlation[:usable], first), float(correlation[first])
