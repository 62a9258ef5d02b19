"""Image quality for the pose model: how well a body can be seen in a frame, and how each frame differs from the one before.

It is measured from brightness and colour along lines across the body's limbs, and from whole frames scaled down.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from core.model.tracks import ANKLE, HIP, KNEE, LANDMARK_OF, SHOULDER, Floats
from core.video.display import Picture

ACROSS_TRUNKS = 0.5
"""Half length of the lines across a limb, in trunk lengths."""

STEPS_A_TRUNK = 64
"""Samples per trunk length: as fine as the pose model sees a body that fills its input of 256 pixels."""

INSIDE_TRUNKS, OUTSIDE_TRUNKS = 0.05, 0.32
"""Points nearer to a limb's middle than the first are on the limb; points further than the second are not."""

ALONG = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Positions of the lines along a limb, as shares of its length."""

LINES = 240
COLOURS = 4  # of each of red, green and blue
_FURTHEST = LINES // 6
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_STRONGEST = 16 * 255  # the operator's largest answer
_MEDIAN_OF_NORMAL = 0.6745
"""Median of the absolute value of a normal variable of standard deviation 1."""


class ImageQuality(NamedTuple):
    """How well a body is seen in a frame.

    `contrast`: colour difference between its limbs and their surroundings, in levels of 255. `edge_trunks`: width of its
    sharper edges, in trunk lengths. `light`: brightness of the frame at the body, in levels of 255.
    """

    contrast: float
    edge_trunks: float
    light: float


def image_quality_of(rgb: Picture, xy_px: Floats) -> ImageQuality:
    """Return how well a body is seen in a frame.

    Parameters
    ----------
    rgb : ndarray, shape (h, w, 3)
        The frame.
    xy_px : ndarray, shape (33, 2)
        The body's landmarks in pixels of this frame.
    """
    joints = xy_px[[LANDMARK_OF[side] for side in ("left", "right")]]
    hips, shoulders = joints[:, HIP].mean(axis=0), joints[:, SHOULDER].mean(axis=0)
    trunk_px = max(float(np.linalg.norm(hips - shoulders)), 4.0)
    limbs = [(shoulders, hips), *((leg[a], leg[b]) for leg in joints for a, b in ((HIP, KNEE), (KNEE, ANKLE)))]
    starts, ends = (np.array(points) for points in zip(*limbs, strict=True))
    crossed = _crossings(rgb, starts, ends, trunk_px)  # (limbs, along, across, 3)
    away_trunks = np.abs(np.linspace(-ACROSS_TRUNKS, ACROSS_TRUNKS, crossed.shape[2]))
    inside = np.median(crossed[:, :, away_trunks < INSIDE_TRUNKS], axis=2)
    n = int((away_trunks > OUTSIDE_TRUNKS).sum() / 2)
    beside = np.stack([np.median(part, axis=2) for part in (crossed[:, :, :n], crossed[:, :, -n:])])
    contrast = (np.linalg.norm(beside - inside, axis=-1) / 3**0.5).max(axis=0)
    grey = crossed.mean(axis=-1)
    steepest = np.abs(np.diff(grey, axis=2)).max(axis=2)
    broad = np.ptp(grey, axis=2) / np.maximum(steepest, 1e-6) / STEPS_A_TRUNK
    return ImageQuality(float(np.median(contrast)), float(np.quantile(broad, 0.25)), float(grey.mean()))


def _crossings(rgb: Picture, starts: Floats, ends: Floats, trunk_px: float) -> Floats:
    """Return the colours on lines across limbs, averaged over each step: shape (limbs, along, across, 3)."""
    along = ends - starts
    aside = np.stack([-along[:, 1], along[:, 0]], axis=-1) / np.maximum(np.linalg.norm(along, axis=1), 1.0)[:, None]
    middles = starts[:, None] + np.array(ALONG)[:, None] * along[:, None]
    count = 2 * round(ACROSS_TRUNKS * STEPS_A_TRUNK) + 1
    fine = max(1, round(trunk_px / STEPS_A_TRUNK))
    way_px = np.linspace(-ACROSS_TRUNKS, ACROSS_TRUNKS, count * fine) * trunk_px
    points = middles[:, :, None] + way_px[:, None] * aside[:, None, None]
    colours = _sampled(rgb, points)
    return np.asarray(colours.reshape(*colours.shape[:2], count, fine, 3).mean(axis=3))


def _sampled(rgb: Picture, points: Floats) -> Floats:
    """Return the frame's colours at points (..., 2), interpolated between pixels; points outside get the edge's colours."""
    height, width = rgb.shape[:2]
    points = np.clip(points, 0, [width - 1.001, height - 1.001])
    low = points.astype(int)
    x, y = low[..., 0], low[..., 1]
    right, down = (points - low)[..., 0, None], (points - low)[..., 1, None]
    top = rgb[y, x] * (1 - right) + rgb[y, np.minimum(x + 1, width - 1)] * right
    below = np.minimum(y + 1, height - 1)
    bottom = rgb[below, x] * (1 - right) + rgb[below, np.minimum(x + 1, width - 1)] * right
    return np.asarray(top * (1 - down) + bottom * down)


def noise_of(rgb: Picture) -> float:
    """Return the standard deviation of a frame's noise, in levels of 255.

    Immerkaer's operator (doi:10.1006/cviu.1996.0060), which no straight edge and no shading answers; its median, where his method
    takes the mean, leaves textures out too. Real clips have 0 to 0.5; added noise of 20 and 50 levels that a camera's encoder
    has passed gives 3.2 and 8.2.
    """
    answer = np.abs(cv2.filter2D(cv2.extractChannel(rgb, 1), cv2.CV_16S, _IMMERKAER)[1:-1, 1:-1]).astype(np.uint16)
    many = np.cumsum(cv2.calcHist([answer], [0], None, [_STRONGEST + 1], [0, _STRONGEST + 1]).ravel())
    # The median of whole numbers, from how many there are of each: sorting them would take four times as long.
    middle = np.searchsorted(many, [(answer.size - 1) // 2 + 0.5, answer.size // 2 + 0.5]).mean()
    return float(middle / _MEDIAN_OF_NORMAL / 6)


FLAT = 2.0
"""A frame of one colour varies by less, in levels of 255 (standard deviation)."""

SAME_PATTERN = 0.9
"""Frames whose pixels correlate more strongly show one scene. A fade in front of a still camera: 0.95 and more."""


class Change(NamedTuple):
    """The change from one frame to the next.

    `colours` is the share of the frame whose colour disappeared; `down` is the downward shift of the background, as a share of
    the frame's height, or None if bodies cover too much of it.
    """

    colours: float
    down: float | None


class Following:
    """Compares each frame with the one before; frames of one colour, such as black ones and flashes, are passed over."""

    def __init__(self) -> None:
        self._before: tuple[Floats, Floats, list[tuple[float, float]]] | None = None

    def __call__(self, rgb: Picture, bodies_px: Floats) -> Change:
        """Return the change; `bodies_px` has shape (people, 33, 2)."""
        step = max(1, rgb.shape[0] // LINES)
        small = rgb[::step, ::step]
        level = (small >> 6).astype(int) @ np.array([1, COLOURS, COLOURS**2])
        colours = np.bincount(level.ravel(), minlength=COLOURS**3) / level.size
        covered = [_columns(body / step) for body in bodies_px]
        grey = small.mean(axis=2)
        if grey.std() < FLAT:
            return Change(0.0, None)
        before, self._before = self._before, (colours, grey, covered)
        if before is None:
            return Change(0.0, 0.0)
        free = np.ones(grey.shape[1], dtype=bool)
        for left, right in (*covered, *before[2]):
            free[max(0, int(left)) : max(0, int(right) + 1)] = False
        down = _moved_down(before[1][:, free], grey[:, free]) if free.mean() > 0.15 else None
        other = 0.0 if _only_light(before[1], grey) else float(np.abs(colours - before[0]).sum() / 2)
        return Change(other, down)


def _only_light(before: Floats, now: Floats) -> bool:
    """Return whether two frames show the same in another light: a fade, or a camera that adapts."""
    return float(np.corrcoef(before.ravel(), now.ravel())[0, 1]) > SAME_PATTERN


def _columns(body_px: Floats) -> tuple[float, float]:
    spare = 0.1 * float(np.ptp(body_px[:, 1]))
    return float(body_px[:, 0].min() - spare), float(body_px[:, 0].max() + spare)


def _moved_down(before: Floats, now: Floats) -> float | None:
    """Return a frame's downward shift, as a share of its height: from the means of its lines, which a pan does not change."""
    one, other = (np.diff(picture.mean(axis=1)) for picture in (before, now))
    reach = min(_FURTHEST, len(one) // 4)
    middle = one[reach:-reach]
    misfit = np.array(
        [np.mean((other[reach + s : len(other) - reach + s] - middle) ** 2) for s in range(-reach, reach + 1)]
    )
    best = int(misfit.argmin())
    if not 0 < best < 2 * reach:
        return None
    left, here, right = misfit[best - 1 : best + 2]
    between = (left - right) / max(2 * (left - 2 * here + right), 1e-9)
    return float((best - reach + between) / len(before))
