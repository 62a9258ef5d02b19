"""The slow-motion factor that the phone noted in the file: a hint, which the cadence must confirm."""

from __future__ import annotations

import contextlib

import av

from core.video.container import picture_track
from core.video.file_kinds import CAPTURED_HZ, FULL_RATE_INTENT, IPHONE_HZ, LEAST_SLOWER, MOST_SLOWER

_WHOLE = 0.05


def notes(container: av.container.InputContainer) -> dict[str, str]:
    """Return the file's notes about the rate that it was filmed at."""
    found = {**picture_track(container).metadata, **container.metadata}
    return {key: found[key] for key in (CAPTURED_HZ, FULL_RATE_INTENT) if key in found}


def slow_motion_noted(container: av.container.InputContainer) -> tuple[float, ...]:
    """Return how many times slower than real time a clip may play by its metadata, likeliest first; empty if not stated."""
    noted = notes(container)
    played_hz = float(picture_track(container).average_rate or 0)
    captured_hz: tuple[float, ...] = ()
    if noted.get(FULL_RATE_INTENT) == "0":
        captured_hz = IPHONE_HZ
    with contextlib.suppress(KeyError, ValueError):
        captured_hz = (float(noted[CAPTURED_HZ]),)
    factors = (hz / played_hz for hz in captured_hz if played_hz)
    return tuple(_neat(factor) for factor in factors if LEAST_SLOWER <= factor <= MOST_SLOWER)


def _neat(factor: float) -> float:
    """Return the whole number close to a factor: 240 frames/s played at 29.97 is 8 times slower."""
    whole = round(factor)
    return float(whole) if abs(factor - whole) <= _WHOLE * whole else round(factor, 1)
