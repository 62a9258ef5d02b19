"""What is drawn into frames of the runner's own clip: lines, angles, words, and a blur over faces."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.model.tracks import ANKLE, FAR, HEEL, HIP, KNEE, NEAR, SHOULDER, TOE, Floats, PoseTrack
from core.paths import ROOT
from core.video.display import Picture

FONT = ROOT / "static" / "fonts" / "figtree-latin.woff2"

NEAR_COLOUR = (255, 122, 66)
FAR_COLOUR = (196, 202, 210)
TRUNK_COLOUR = (255, 255, 255)
SHADE = (20, 22, 26)

KEY_FRAME_WH = (720, 960)
FACE = slice(0, 11)
UNSEEN_WIDER = 1.6
"""How many times wider the blur is in a frame in which the head was not found."""

_SHIFT = 4  # sub-pixel bits of OpenCV's drawing


def _fixed(point: Floats) -> tuple[int, int]:
    """Return a point in OpenCV's fixed-point pixel units."""
    return round(float(point[0]) * 2**_SHIFT), round(float(point[1]) * 2**_SHIFT)


def _line(rgb: Picture, start: Floats, end: Floats, colour: tuple[int, int, int], width: int) -> None:
    for stroke, tint in ((width + max(2, width // 2), SHADE), (width, colour)):
        cv2.line(rgb, _fixed(start), _fixed(end), tint, stroke, cv2.LINE_AA, _SHIFT)


def _dot(rgb: Picture, centre: Floats, colour: tuple[int, int, int], radius: int) -> None:
    for size, tint in ((radius + 2, SHADE), (radius, colour)):
        cv2.circle(rgb, _fixed(centre), size * 2**_SHIFT, tint, -1, cv2.LINE_AA, _SHIFT)


def _dashes(rgb: Picture, start: Floats, end: Floats, width: int) -> None:
    """Draw a dashed line: the vertical that an angle is measured from."""
    length = float(np.hypot(*(end - start)))
    for at_px in np.arange(0.0, length, 6.0 * width):
        stop = min(at_px + 3.0 * width, length)
        _line(rgb, start + (end - start) * at_px / length, start + (end - start) * stop / length, TRUNK_COLOUR, width)


def blur_face(rgb: Picture, track: PoseTrack, index: int, scale: float) -> None:
    """Blur the head of the runner in a frame, in place.

    If the pose model did not find the body in this frame, a wider part is blurred where the head was before and after.
    """
    seen = np.flatnonzero(np.isfinite(track.xy_px[:, FACE]).all(axis=(1, 2)))
    if not seen.size:
        return
    heads = track.xy_px[seen, FACE].mean(axis=1) * scale
    centre = np.array([np.interp(index, seen, heads[:, axis]) for axis in (0, 1)])
    nearest = seen[np.abs(seen - index).argmin()]
    shoulders, hips = (track.xy_px[nearest, pair].mean(axis=0) * scale for pair in ([11, 12], [23, 24]))
    wider = 1.0 if nearest == index else UNSEEN_WIDER
    blur_round(rgb, centre, max(6, round(0.42 * wider * float(np.hypot(*(shoulders - hips))))))


def blur_round(rgb: Picture, centre: Floats, radius: int) -> None:
    """Blur everything within a radius, in place."""
    x, y = (int(v) for v in centre)
    top, left = max(0, y - radius), max(0, x - radius)
    part = rgb[top : y + radius, left : x + radius]
    if part.size == 0:
        return
    small = cv2.resize(part, (6, 6), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(small, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_CUBIC)
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.circle(mask, (x - left, y - top), radius, 255, -1)
    part[mask > 0] = soft[mask > 0]


def draw_figure(rgb: Picture, joints_px: Floats) -> None:
    """Draw the measured trunk and legs into a frame, in place; the far leg is pale."""
    shoulder, hip = joints_px[:, SHOULDER].mean(axis=0), joints_px[:, HIP].mean(axis=0)
    width = max(2, round(float(np.hypot(*(shoulder - hip))) / 34))
    for leg, colour in ((FAR, FAR_COLOUR), (NEAR, NEAR_COLOUR)):
        knee, ankle, heel, toe = (joints_px[leg, joint] for joint in (KNEE, ANKLE, HEEL, TOE))
        for start, end in ((hip, knee), (knee, ankle), (ankle, heel), (heel, toe), (ankle, toe)):
            _line(rgb, start, end, colour, width if leg == NEAR else max(1, width - 1))
        for joint in (knee, ankle):
            _dot(rgb, joint, colour, width + 1)
    _line(rgb, hip, shoulder, TRUNK_COLOUR, width)
    for joint in (hip, shoulder):
        _dot(rgb, joint, TRUNK_COLOUR, width + 1)


def draw_angle(rgb: Picture, pivot: Floats, end: Floats, *, up: bool, roll_deg: float = 0.0) -> None:
    """Draw the vertical through a pivot, and the arc from it to the line that ends at `end`, in place.

    `roll_deg` is the clockwise angle of the true vertical from the frame's.
    """
    reach = float(np.hypot(*(end - pivot)))
    width = max(1, round(reach / 60))
    from_deg = roll_deg + (-90.0 if up else 90.0)
    tip = pivot + reach * np.array([np.cos(np.radians(from_deg)), np.sin(np.radians(from_deg))])
    _dashes(rgb, pivot, tip, width)
    turn = (float(np.degrees(np.arctan2(*(end - pivot)[::-1]))) - from_deg + 180) % 360 - 180
    radius = round(0.55 * reach)
    for stroke, tint in ((width + 3, SHADE), (width + 1, TRUNK_COLOUR)):
        cv2.ellipse(
            rgb, _fixed(pivot), (radius * 2**_SHIFT,) * 2, 0.0, min(from_deg, from_deg + turn), max(from_deg, from_deg + turn),
            tint, stroke, cv2.LINE_AA, _SHIFT,
        )  # fmt: skip


@cache
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONT), size_px)
    font.set_variation_by_axes([650])
    return font


def write_words(rgb: Picture, words: str, centre_xy: tuple[float, float], size_px: int) -> Picture:
    """Return the frame with words in a dark rounded box, kept inside the frame."""
    picture = Image.fromarray(rgb)
    pen = ImageDraw.Draw(picture, "RGBA")
    left, top, right, bottom = pen.textbbox((0, 0), words, font=_font(size_px))
    pad = size_px * 0.45
    half_w, half_h = (right - left) / 2 + pad, (bottom - top) / 2 + pad * 0.8
    x = min(max(centre_xy[0], half_w + 2), rgb.shape[1] - half_w - 2)
    y = min(max(centre_xy[1], half_h + 2), rgb.shape[0] - half_h - 2)
    pen.rounded_rectangle((x - half_w, y - half_h, x + half_w, y + half_h), radius=half_h, fill=(*SHADE, 225))
    pen.text((x, y), words, font=_font(size_px), fill=(255, 255, 255), anchor="mm")
    return np.asarray(picture)


def crop_around(
    rgb: Picture, points_px: Floats, size_wh: tuple[int, int] = KEY_FRAME_WH, around: float = 1.22
) -> tuple[Picture, Floats, float]:
    """Return the part of a frame with the runner in the middle, its origin in the frame, and its scale.

    `around` is how much taller the part is, at least, than the points; it is 1.3 times as wide, at least.
    """
    low, high = points_px.min(axis=0), points_px.max(axis=0)
    middle, (width, height) = (low + high) / 2, size_wh
    tall = max(around * float(high[1] - low[1]), 1.3 * float(high[0] - low[0]) * height / width)
    wide = tall * width / height
    origin = middle - [wide / 2, tall / 2]
    scale = height / tall
    warp = np.array([[scale, 0.0, -origin[0] * scale], [0.0, scale, -origin[1] * scale]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part = cv2.warpAffine(rgb, warp, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(part, dtype=np.uint8), np.asarray(origin), scale
