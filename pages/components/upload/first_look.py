"""A first look at a clip before it is sent: what the browser found out about it, and what could be better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import streamlit as st

from core.i18n.message import Message
from core.i18n.message import message as _
from core.i18n.translate import gettext
from core.quality.checks import frame_rate
from core.quality.image_checks import DARK_WARN, LIGHT_ADVICE

FEWEST_LINES = 480
"""Shorter side of a frame, in pixels, under which a runner is hardly ever large enough."""

LARGEST = 1e12

FEW_S = 6.0
"""Seconds of true time under which errors are wide: eight strides."""


@dataclass(frozen=True, kw_only=True)
class FirstLook:
    """What a browser found out about a clip; None if it did not.

    Attributes
    ----------
    fps_hz : float, optional
        Frames per second as it plays.
    lines : float, optional
        Shorter side of a frame, in pixels.
    light : float, optional
        Brightness of a frame, in levels of 255.
    seconds : float, optional
        Length of the chosen part, as it plays.
    """

    fps_hz: float | None = None
    lines: float | None = None
    light: float | None = None
    seconds: float | None = None

    @classmethod
    def told(cls, look: object) -> Self:
        """Return what a browser told; values of a wrong type are left out."""
        found = look if isinstance(look, Mapping) else {}
        size = found.get("size")
        sides = [side for side in map(number, size if isinstance(size, list) else []) if side]
        return cls(
            fps_hz=number(found.get("hz")),
            lines=min(sides, default=None),
            light=number(found.get("light")),
            seconds=number(found.get("seconds")),
        )


def number(value: object) -> float | None:
    """Return a number that a browser sent, or None if it is none, or larger than any that a clip has."""
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_one and abs(value) <= LARGEST else None  # type: ignore[arg-type]


def remarks(look: FirstLook, slow_motion: float = 1.0) -> Iterator[tuple[Message, Message]]:
    """Yield what could be better about a clip that plays so many times slower than real time, each with its remedy."""
    if look.fps_hz:
        rate = frame_rate(look.fps_hz * slow_motion)
        if rate.severity != "pass" and rate.advice:
            yield rate.what, rate.advice
    if look.lines and look.lines < FEWEST_LINES:
        yield _("The frames are small: {lines:.0f} lines.", lines=look.lines), _("Film in 1080p.")
    if look.light is not None and look.light < DARK_WARN:
        yield _("The picture is dark."), LIGHT_ADVICE
    if look.seconds and look.seconds / slow_motion < FEW_S:
        seconds = look.seconds / slow_motion
        yield _("{seconds:.0f} seconds are short.", seconds=seconds), _("Film about 10 seconds.")


def show(look: FirstLook, slow_motion: float = 1.0) -> None:
    """Say at once what could be better; the clip can be sent all the same."""
    lines = [f"- {what} {advice}" for what, advice in remarks(look, slow_motion)]
    if lines:
        lines += ["", gettext("You can send it anyway.")]
        st.info("\n".join(lines), title=gettext("A first look at your clip"), icon=":material/visibility:")
