"""The frames that screening samples, and what it notes of each: people, light, sharpness, noise, change from the one before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.model.tracks import Floats
from core.pose.image_quality import Change, Following, image_quality_of, noise_of
from core.pose.people import Detection, detect
from core.pose.pixelation import block_px
from core.pose.runner_selection import Body
from core.pose.steep_lines import find_steep_lines
from core.video.reader import Header

MOST_BODIES = 4

LINES_EVERY = 5
"""Steep lines are looked for in every fifth sampled frame: what stands behind the runner is the same in all."""

CUT_COLOURS = 0.4
"""A scene changes if this share of the frame changes colour between sampled frames (simulated pans: 0.02)."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was found in a sampled frame; `lines` is None if they were not looked for."""

    time_s: float
    bodies: tuple[Body, ...]
    change: Change
    light: float
    noise: float
    lines: Floats | None
    block: float

    @property
    def cut(self) -> bool:
        """Whether the scene changed since the sampled frame before."""
        return self.change.colours > CUT_COLOURS


class Notes:
    """Collects the results of the sampled frames, in order.

    Attributes
    ----------
    looks : list
        The results.
    """

    def __init__(self, header: Header) -> None:
        self.looks: list[Sample] = []
        self._width_px, self._following = header.size_wh_px[0], Following()

    def __call__(self, seen: Detection) -> None:
        """Add what was found in a frame."""
        places_px = seen.bodies[:, :, :2] * (seen.rgb.shape[1] / self._width_px)
        bodies = tuple(
            Body(points, image_quality_of(seen.rgb, xy_px))
            for points, xy_px in zip(seen.bodies, places_px, strict=True)
        )
        look = Sample(
            time_s=seen.time_s,
            bodies=bodies,
            change=self._following(seen.rgb, places_px),
            light=float(seen.rgb[::8, ::8].mean()),
            noise=noise_of(seen.rgb),
            lines=None if len(self.looks) % LINES_EVERY else find_steep_lines(seen.rgb),
            block=block_px(seen.rgb) / seen.rgb.shape[0],
        )
        self.looks.append(look)


def sampled(
    path: Path, header: Header, *, every_s: float, tile: float | None = None, notes: Notes | None = None
) -> list[Sample]:
    """Return the results of sampled frames, in which those before the last of `notes` are not sampled again."""
    notes = notes or Notes(header)
    from_s = notes.looks[-1].time_s + every_s if notes.looks else 0.0
    if from_s > header.duration_s:
        return notes.looks
    for seen in detect(path, header, every_s=every_s, bodies=MOST_BODIES, tile=tile, from_s=from_s):
        notes(seen)
    return notes.looks
