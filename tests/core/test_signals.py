"""Series whose periods, peaks and slopes are known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.gait import signals

RATE_HZ = 240.0
TIME_S = np.arange(0, 6, 1 / RATE_HZ)


@pytest.mark.parametrize(("rate_hz", "n"), [(10.0, 11), (9.97, 11), (0.1, 2)])
def test_even_times_keep_the_ends_and_are_at_least_two(rate_hz: float, n: int) -> None:
    time_s = signals.even_times(np.array([2.0, 2.1, 2.8, 3.0]), rate_hz)
    assert (time_s[0], time_s[-1], len(time_s)) == (2.0, 3.0, n)
    assert np.ptp(np.diff(time_s)) < 1e-12


def test_series_known_at_other_times_are_bridged_each_by_its_own() -> None:
    time_s = np.linspace(0, 2, 41)
    values = np.random.default_rng(1).normal(size=(41, 5))
    values[5:9, 1] = values[5:9, 3] = values[30:33, 4] = np.nan
    at_s = np.linspace(-0.1, 2.1, 90)
    together = signals.resample(time_s, values, at_s)
    alone = np.column_stack([signals.resample(time_s, values[:, [column]], at_s) for column in range(5)])
    np.testing.assert_allclose(together, alone, atol=1e-12)


def test_resample_bridges_gaps_with_a_cubic_and_does_not_run_away() -> None:
    """A cubic spline gives a cubic back exactly; beyond what was seen the last seen value stays."""
    time_s = np.linspace(0, 2, 41)
    cubic = time_s**3 - 2 * time_s**2
    values = np.stack([cubic, -cubic], axis=1)
    values[10:16] = np.nan
    values[:3, 0] = values[-4:, 1] = np.nan
    at_s = np.linspace(-1, 3, 201)
    inside = np.stack([np.clip(at_s, time_s[3], 2), np.clip(at_s, 0, time_s[-5])], axis=1)
    expected = (inside**3 - 2 * inside**2) * [1, -1]
    np.testing.assert_allclose(signals.resample(time_s, values, at_s), expected, atol=1e-9)


def test_resample_keeps_trailing_axes_and_needs_two_values() -> None:
    values = np.arange(24.0).reshape(4, 2, 3)
    half = signals.resample(np.arange(4.0), values, np.array([0.5]))
    np.testing.assert_allclose(half, values[:1] + 3.0)
    values[1:, 0, 0] = np.nan
    with pytest.raises(ValueError, match="two finite"):
        signals.resample(np.arange(4.0), values, np.array([0.5]))


def test_near_a_sample_counts_only_known_ones() -> None:
    known = np.array([True, False, True, True])
    found = signals.near_a_sample(np.arange(4.0), known, np.array([0.2, 0.9, 1.2, 2.1, 3.4]), 0.3)
    assert found.tolist() == [True, False, False, True, False]
    assert not signals.near_a_sample(np.arange(4.0), np.zeros(4, dtype=bool), np.arange(4.0), 9.0).any()
    assert signals.near_a_sample(np.arange(4.0), np.arange(4) == 2, np.array([0.0, 2.1]), 0.3).tolist() == [False, True]


def _gain_and_phase(frequency_hz: float, cutoff_hz: float) -> complex:
    """Return what the filter makes of a sine, from the middle of the series, as a complex factor."""
    wave = np.exp(2j * np.pi * frequency_hz * TIME_S)
    middle = slice(len(TIME_S) // 3, 2 * len(TIME_S) // 3)
    through = signals.low_pass(wave.real, RATE_HZ, cutoff_hz) + 1j * signals.low_pass(wave.imag, RATE_HZ, cutoff_hz)
    return complex(np.mean(through[middle] / wave[middle]))


@pytest.mark.parametrize("cutoff_hz", [0.9, 6.0, 9.0])
def test_low_pass_is_3_db_down_at_its_cutoff_and_without_delay(cutoff_hz: float) -> None:
    factor = _gain_and_phase(cutoff_hz, cutoff_hz)
    assert abs(factor) == pytest.approx(0.5**0.5, abs=0.01)
    assert np.angle(factor) == pytest.approx(0, abs=0.002)
    # Fourth order: 24 dB an octave; two octaves down a wave is let through.
    assert abs(_gain_and_phase(4 * cutoff_hz, cutoff_hz)) < 0.01
    assert abs(_gain_and_phase(cutoff_hz / 4, cutoff_hz)) == pytest.approx(1, abs=0.01)


def test_low_pass_keeps_level_and_slope_and_leaves_short_or_slow_series_alone() -> None:
    line = 3.0 + 2.0 * TIME_S
    np.testing.assert_allclose(signals.low_pass(line, RATE_HZ, 6.0), line, atol=1e-3)
    short = np.array([1.0, 5.0, 1.0])
    assert signals.low_pass(short, RATE_HZ, 6.0) is short
    slow = np.sin(np.arange(30.0))
    assert signals.low_pass(slow, 20.0, 9.0) is slow


def test_derivative_of_a_parabola() -> None:
    slope = signals.derivative(np.stack([TIME_S**2, -TIME_S], axis=1), RATE_HZ)
    np.testing.assert_allclose(slope[1:-1], np.stack([2 * TIME_S, -1 + 0 * TIME_S], axis=1)[1:-1], atol=1e-9)


@given(share=st.floats(0.5, 1.0), every_s=st.floats(0.55, 1.0))
def test_peaks_lie_between_samples(share: float, every_s: float) -> None:
    """At 60 samples a second a cosine's peaks come back to a twentieth of a sample."""
    first_s = share * every_s
    time_s = np.arange(0, 5, 1 / 60)
    wave = np.cos(2 * np.pi * (time_s - first_s) / every_s)
    found = signals.peak_times(time_s, wave, apart_s=0.3, prominence=0.5)
    # A peak that the end cuts into does not stand out on both sides: only those before it are asked for.
    expected = np.arange(first_s, time_s[-1] - every_s / 2, every_s)
    np.testing.assert_allclose(found[: len(expected)], expected, atol=1 / 60 / 20)
    assert len(found) - len(expected) in (0, 1)


def test_peaks_stand_out_and_stand_apart() -> None:
    """Of two bumps 0.1 s apart the higher counts; a ripple of a tenth does not."""

    def bump(middle_s: float, height: float) -> np.ndarray:
        return height * np.exp(-(((TIME_S - middle_s) / 0.02) ** 2))

    values = bump(1.0, 0.8) + bump(1.1, 1.0) + bump(3.0, 0.1) + bump(4.0, 0.9)
    np.testing.assert_allclose(
        signals.peak_times(TIME_S, values, apart_s=0.3, prominence=0.3), [1.1, 4.0], atol=1 / RATE_HZ / 20
    )


@given(peak_s=st.floats(1.0, 2.0))
def test_the_largest_value_lies_between_samples(peak_s: float) -> None:
    time_s = np.arange(0, 3, 1 / 60)
    at_s, value = signals.largest_between(time_s, np.cos(5 * (time_s - peak_s)), 0.8, 2.2)
    assert at_s == pytest.approx(peak_s, abs=1 / 60 / 20)
    assert value == pytest.approx(1.0, abs=1e-5)


def test_the_largest_value_stays_in_its_window() -> None:
    """A peak just outside is not reached for: the window ends 3 ms before it."""
    at_s, value = signals.largest_between(TIME_S, np.cos(5 * (TIME_S - 2.0)), 1.0, 1.997)
    assert 1.997 - 1 / RATE_HZ <= at_s <= 1.997
    assert value == pytest.approx(np.cos(5 * (at_s - 2.0)), abs=1e-6)
    # Where the series rises right through the window its last sample is the largest: an edge is no peak.
    for rising in (TIME_S, TIME_S**2, np.exp(TIME_S), -np.exp(-TIME_S)):
        at_s, value = signals.largest_between(TIME_S, rising, 1.0, 2.0)
        assert at_s == pytest.approx(2.0, abs=1 / RATE_HZ)
        assert value == pytest.approx(np.interp(at_s, TIME_S, rising), abs=1e-3)
    with pytest.raises(ValueError, match="no sample"):
        signals.largest_between(TIME_S, TIME_S, 1.0001, 1.0002)


def test_at_reads_between_samples() -> None:
    assert signals.at(np.arange(3.0), np.array([0.0, 2.0, 6.0]), np.array([0.5, 1.25])).tolist() == [1.0, 3.0]


def test_autocorrelation_of_a_wave_turns_with_it() -> None:
    wave = np.sin(2 * np.pi * TIME_S)[:, None]
    correlation = signals.autocorrelation(np.hstack([wave, 3 * wave]))
    assert correlation[0] == pytest.approx(1)
    np.testing.assert_allclose(correlation[[120, 240, 360, 960]], [-1, 1, -1, 1], atol=0.01)


@given(arrays(np.float64, (40, 2), elements=st.floats(-100, 100)))
def test_autocorrelation_never_exceeds_one(values: np.ndarray) -> None:
    assert np.abs(signals.autocorrelation(values)).max() <= 1 + 1e-6


@given(
    every_s=st.floats(0.5, 1.2),
    octave=st.floats(0, 1.5),
    third=st.floats(0, 0.5),
    phase=st.floats(0, 6.28),
    noise=st.floats(0, 0.2),
)
def test_the_period_is_that_of_the_whole_never_its_half(
    every_s: float, octave: float, third: float, phase: float, noise: float
) -> None:
    """Even where the wave of twice the rate, that of the steps, is half as strong again as that of the strides."""
    turn = 2 * np.pi * TIME_S / every_s
    wave = np.cos(turn) + octave * np.cos(2 * turn + phase) + third * np.cos(3 * turn - phase)
    wave = wave + np.random.default_rng(1).normal(0, noise, len(wave))
    found = signals.period_s(signals.low_pass(wave[:, None], RATE_HZ, 8.0), RATE_HZ, 0.35, 3.0)
    assert found is not None
    assert found[0] == pytest.approx(every_s, rel=0.01)
    assert 0.8 < found[1] <= 1 + 1e-6


def test_noise_and_stillness_have_no_period() -> None:
    noise = np.random.default_rng(3).normal(size=(1440, 2))
    assert signals.period_s(noise, RATE_HZ, 0.35, 3.0) is None
    assert signals.period_s(np.ones((1440, 2)), RATE_HZ, 0.35, 3.0) is None
