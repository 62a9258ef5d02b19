"""Pictures to share: a link's preview, a story and a post, drawn on the server from a report alone."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from math import atan2, cos, degrees, hypot, sin
from pathlib import Path
from types import MappingProxyType

from PIL import Image, ImageDraw, ImageFont

from core import knowledge
from core.coaching import implications
from core.i18n.translate import gettext as _
from core.model.report import Report
from core.paths import ROOT
from view.drawing import push_off
from view.drawing.runner import DARK, RADII, Point, Skeleton, along
from view.text import wording

FONTS = tuple(ROOT / "static" / "fonts" / f"figtree-{part}.woff2" for part in ("latin", "latin-ext"))

SIZES = MappingProxyType({"preview": (1200, 630), "story": (1080, 1920), "post": (1080, 1350)})
"""Width and height of each kind of picture: a link preview, a phone's whole screen, and an upright post."""

PAPER, MARK = "#14161A", "#B93815"
_FINE = 2  # drawn larger by this factor, then reduced, for smooth edges


@dataclass(frozen=True, kw_only=True)
class _Figure:
    """A measure as it appears on a picture."""

    name: str
    value: str
    error: str
    verdict: str


class _Sheet:
    """A picture that is being drawn; positions and sizes are in its own pixels."""

    def __init__(self, size_wh: tuple[int, int]) -> None:
        self.width, self.height = size_wh
        self._image = Image.new("RGB", (self.width * _FINE, self.height * _FINE), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """Return the picture as a PNG."""
        out = io.BytesIO()
        self._image.resize((self.width, self.height), Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()

    def dot(self, centre: Point, radius: float, colour: str) -> None:
        x, y, r = (number * _FINE for number in (*centre, radius))
        self._pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def limb(self, start: Point, end: Point, start_r: float, end_r: float, colour: str) -> None:
        """Draw two circles and the area between their outer tangents."""
        self.dot(start, start_r, colour)
        self.dot(end, end_r, colour)
        length = hypot(end[0] - start[0], end[1] - start[1])
        if length <= abs(start_r - end_r):
            return
        heading = atan2(end[1] - start[1], end[0] - start[0])
        # The points of tangency, relative to each centre.
        tilt = atan2((length**2 - (start_r - end_r) ** 2) ** 0.5, start_r - end_r)
        corners = [
            (centre[0] + r * cos(heading + turn), centre[1] + r * sin(heading + turn))
            for turn, ends in ((tilt, ((start, start_r), (end, end_r))), (-tilt, ((end, end_r), (start, start_r))))
            for centre, r in ends
        ]
        self._pen.polygon([(x * _FINE, y * _FINE) for x, y in corners], fill=colour)

    def dashes(self, start: Point, angle_deg: float, length: float, colour: str, width: float) -> None:
        for at in range(0, int(length), 14):
            self.limb(along(start, angle_deg, at), along(start, angle_deg, min(at + 5, length)), width, width, colour)

    def wedge(self, centre: Point, radius: float, from_deg: float, to_deg: float, colour: str) -> None:
        """Fill a part of a circle; angles from straight down, + to the right."""
        x, y, r = (number * _FINE for number in (*centre, radius))
        start, end = sorted((90 - from_deg, 90 - to_deg))
        self._pen.pieslice((x - r, y - r, x + r, y + r), start, end, fill=colour)

    def text(self, at: Point, said: str, size: float, colour: str, *, weight: int = 400, anchor: str = "ls") -> float:
        """Write a line and return its width."""
        runs = _runs(said, size, weight)
        width = sum(font.getlength(run) for font, run in runs) / _FINE
        x = at[0] - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
        for font, run in runs:
            self._pen.text((x * _FINE, at[1] * _FINE), run, font=font, fill=colour, anchor="ls")
            x += font.getlength(run) / _FINE
        return width

    def body(self, bones: Skeleton, height: float) -> None:
        """Draw the runner, far limbs first, as `view.drawing.runner.body` does."""
        r = {name: share * height for name, share in RADII.items()}

        def leg(points: tuple[Point, ...], colour: str) -> None:
            knee, ankle, heel, toe = points
            self.limb(heel, toe, r["heel"], r["toe"], colour)
            self.limb(ankle, heel, r["ankle"], r["ankle"], colour)
            self.limb(knee, ankle, r["knee"], r["ankle"], colour)
            self.limb(bones.hip, knee, r["hip"], r["knee"], colour)

        def arm(points: tuple[Point, Point] | None, colour: str, rim: float = 0.0) -> None:
            if points is None:
                return
            elbow, hand = points
            self.limb(bones.shoulder, elbow, 0.026 * height + rim, r["elbow"] + rim, colour)
            self.limb(elbow, hand, r["elbow"] + rim, r["hand"] + rim, colour)

        arm(bones.far_hand, DARK.far)
        leg(bones.far, DARK.far)
        self.limb(bones.shoulder, bones.head, 0.026 * height, 0.026 * height, DARK.ink)
        self.dot(bones.head, r["head"], DARK.ink)
        if bones.nose_deg is not None:
            self.dot(along(bones.head, bones.nose_deg, r["head"] * 0.94), r["head"] * 0.2, DARK.ink)
        self.limb(bones.shoulder, bones.hip, r["shoulder"], r["hip"], DARK.ink)
        leg(bones.near, DARK.accent)
        arm(bones.near_hand, PAPER, rim=0.007 * height)
        arm(bones.near_hand, DARK.ink)


def picture(report: Report, kind: str, runner: str = "") -> bytes:
    """Return a PNG of a result: the runner at toe-off as measured, and the measures with their errors.

    Parameters
    ----------
    report : Report
        The result.
    kind : str
        One of `SIZES`.
    runner : str
        The name to put above it; omitted if our fonts lack one of its letters.
    """
    sheet = _Sheet(SIZES[kind])
    heading = title(runner if _writable(runner) else "")
    (_wide if sheet.width > sheet.height else _tall)(sheet, report, heading)
    return sheet.png()


def title(runner: str) -> str:
    """Return the title of a shared result."""
    return _("How {runner} runs", runner=runner) if runner else _("How I run")


def alt(report: Report) -> str:
    """Return the description of the pictures in a sentence."""
    told = "; ".join(f"{figure.name} {figure.value} {figure.error}".strip() for figure in _figures(report, 3))
    return _("A drawn runner pushing off, and figures: {figures}.", figures=told)


def _figures(report: Report, most: int) -> list[_Figure]:
    """Return the measures to show: the headlines first, and only those with a value."""
    texts = knowledge.load().measures
    found: list[_Figure] = []
    for key in (*implications.HEADLINES, "cadence", "contact_time", *texts):
        measure, finding = report.measures.get(key), implications.finding_of(report, key)
        if measure is None or measure.value is None or any(figure.name == texts[key].name for figure in found):
            continue
        verdict = wording.verdict(finding)[1] if finding and finding.verdict != "described" else ""
        found.append(
            _Figure(name=texts[key].name, value=wording.value(measure), error=wording.error(measure), verdict=verdict)
        )
    return found[:most]


def _wide(sheet: _Sheet, report: Report, heading: str) -> None:
    _runner(sheet, report, 290, 500, 588)
    _fitting(sheet, (570, 112), heading, 54, 590)
    y = 196
    for figure in _figures(report, 2):
        sheet.text((570, y), figure.name, 28, DARK.line, weight=500)
        width = sheet.text((570, y + 84), figure.value, 88, DARK.ink, weight=750)
        sheet.text((570 + width + 18, y + 84), figure.error, 34, DARK.line, weight=500)
        sheet.text((570, y + 126), figure.verdict, 28, DARK.accent, weight=600)
        y += 178
    _mark(sheet, (570, 572), 40)


def _tall(sheet: _Sheet, report: Report, heading: str) -> None:
    # The app that shows a story covers its top and bottom.
    top = 270 if sheet.height > 1500 else 115
    _fitting(sheet, (sheet.width / 2, top), heading, 76, sheet.width - 160, anchor="ms")
    tall = 760 if sheet.height > 1500 else 600
    ground = top + (130 if sheet.height > 1500 else 95) + tall
    _runner(sheet, report, sheet.width / 2, tall, ground)
    y = ground + 90
    for place, figure in enumerate(_figures(report, 2)):
        x = sheet.width * (0.27 if place == 0 else 0.73)
        _fitting(sheet, (x, y), figure.name, 38, 480, colour=DARK.line, weight=500, anchor="ms")
        sheet.text((x, y + 122), figure.value, 126, DARK.ink, weight=750, anchor="ms")
        sheet.text((x, y + 180), figure.error, 42, DARK.line, weight=500, anchor="ms")
        _fitting(sheet, (x, y + 236), figure.verdict, 34, 480, colour=DARK.accent, weight=600, anchor="ms")
    _mark(sheet, (sheet.width / 2 - 160, y + 350 if sheet.height > 1500 else sheet.height - 62), 54)


def _runner(sheet: _Sheet, report: Report, x: float, height: float, ground_y: float) -> None:
    """Draw the runner with both angles from upright."""
    bones = push_off.pushing_off(report, x, ground_y - 8, height)
    sheet.limb((x - 0.42 * height, ground_y), (x + 0.42 * height, ground_y), 3, 3, DARK.ground)
    angles = [
        (base, degrees(atan2(end[0] - bones.hip[0], end[1] - bones.hip[1])) % 360 - (0 if base else 360), length)
        for base, end, length in ((180.0, bones.shoulder, 0.52), (0.0, bones.near[0], 0.36))
    ]
    for base, _angle, length in angles:
        sheet.dashes(bones.hip, base, length * height, DARK.line, 2)
    sheet.body(bones, height)
    for base, angle, length in angles:
        sheet.wedge(bones.hip, 0.5 * length * height, base, angle, MARK)


def _fitting(
    sheet: _Sheet,
    at: Point,
    said: str,
    size: float,
    width: float,
    *,
    colour: str = DARK.ink,
    weight: int = 750,
    anchor: str = "ls",
) -> None:
    """Write a line, in a smaller size if it does not fit."""
    wide = sum(font.getlength(run) for font, run in _runs(said, size, weight)) / _FINE
    sheet.text(at, said, size * width / max(width, wide), colour, weight=weight, anchor=anchor)


def _mark(sheet: _Sheet, at: Point, size: float) -> None:
    """Draw our icon and name; `at` is the icon's bottom left corner, and the icon is `assets/icon.svg`."""
    x, y, unit = at[0], at[1] - size * 0.8, size / 42
    sheet._pen.rounded_rectangle([n * _FINE for n in (x, y, x + size, y + size)], 11 * unit * _FINE, fill=MARK)
    for path, colour in (
        (((18, 21), (29, 24.5), (26, 34.5)), "#DDA08D"),
        (((24.5, 7.5), (18, 21), (9.5, 33.5)), "#FFFFFF"),
    ):
        spots = [(x + (px + 1.5) * unit, y + (py + 0.5) * unit) for px, py in path]
        for start, end in pairwise(spots):
            sheet.limb(start, end, 2.3 * unit, 2.3 * unit, colour)
    sheet.text((x + size * 1.35, at[1] - size * 0.06), "Stride Check", size * 0.74, DARK.ink, weight=700)


# --- letters ----------------------------------------------------------------------------------------------------------


@cache
def _font(path: Path, size: float, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), round(size * _FINE))
    font.set_variation_by_axes([weight])
    return font


@cache
def _has(path: Path, letter: str) -> bool:
    """Return whether a font has a letter: it draws every letter that it lacks in the same way."""
    font = _font(path, 20, 400)
    return letter == " " or bytes(font.getmask(letter)) != bytes(font.getmask("\U0010fffe"))


def _writable(said: str) -> bool:
    return all(any(_has(path, letter) for path in FONTS) for letter in said)


def _runs(said: str, size: float, weight: int) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """Return a line as parts, each with the font that has its letters."""

    def file_of(letter: str) -> Path:
        return next((path for path in FONTS if _has(path, letter)), FONTS[0])

    return [(_font(path, size, weight), "".join(letters)) for path, letters in groupby(said, key=file_of)]
