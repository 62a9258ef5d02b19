"""How a file is stored: pixel shape, display matrix, changes of size, edit lists, files that did not arrive whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import numpy as np

from benchmarks.accuracy.strangers import SHARED_CLIPS, StrangerRow, filtered
from benchmarks.stored import (
    AVCHD,
    MPEG_2,
    as_stored,
    fields_of,
    from_time,
    in_sizes,
    shown_frames,
    with_lost_block,
    with_matrix,
    write,
    write_interlaced,
)
from core.errors import CheckKey, Refused, StrideCheckError
from core.model.measures import MeasureKey, value_of
from core.model.report import Answers, Report
from core.report.pipeline import analyse
from simulation import Scene, Stride, draw_clip

SCENE = Scene(
    stride=Stride(speed_mps=3.0, lean_deg=6.0, extension_deg=18.0),
    size_wh_px=(1024, 576),
    fps_hz=50.0,
    duration_s=4.0,
    runner_px=460.0,
    start=0.2,
)
ANSWERS = Answers(effort="easy", surface="treadmill")
KEYS: tuple[MeasureKey, ...] = ("trunk_lean", "leg_extension", "hip_ankle_extension", "knee_drive")
WITHIN_DEG, CADENCE_SPM = 0.5, 1.0
OLD_WITHIN_DEG = 1.5
"""For codecs and sizes of twenty years ago, which show less of the same run."""

BEACH = SHARED_CLIPS / "overground_beach_zoom_25fps_ltr.mp4"
PAL, CIF = Fraction(64, 45), Fraction(12, 11)

Judge = Callable[[Report | StrideCheckError], str]


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="strangers-"))


@cache
def base() -> Path:
    """Return a drawn clip that is stored plainly, finely compressed."""
    path = _folder() / "base.mp4"
    draw_clip(path, SCENE, quality=10)
    return path


@cache
def _report_of(path: Path, answers: Answers) -> Report:
    return analyse(path, answers).report


def _like(found: Report | StrideCheckError, *, original: Callable[[], Path] = base, answers: Answers = ANSWERS,
          within_deg: float = WITHIN_DEG) -> str:  # fmt: skip
    """Return why a report is not that of the clip stored plainly."""
    if isinstance(found, StrideCheckError):
        return "refused"
    plain = _report_of(original(), answers)
    if (found.facing, found.near_side) != (plain.facing, plain.near_side):
        return f"faces {found.facing} with the {found.near_side} leg near"
    for key in (*KEYS, "cadence"):
        one, other = value_of(plain.measures[key]), value_of(found.measures[key])
        most = CADENCE_SPM if key == "cadence" else within_deg
        if one is not None and (other is None or abs(other - one) > most):
            return f"{key} {other} instead of {one}"
    return ""


def _named(found: Report | StrideCheckError, *, key: CheckKey, says: str) -> str:
    """Return why a clip is not refused by this name."""
    if not isinstance(found, Refused) or found.key != key:
        return f"not refused as {key}"
    return "" if says in str(found.what) else f"says: {found.what}"


def _asked(found: Report | StrideCheckError, *, factor: float) -> str:
    """Return why the question about slow motion does not offer a factor first."""
    offered = found.choices.slow_motion if isinstance(found, Refused) and found.choices else ()
    return "" if offered and offered[0] == factor else f"offers {offered}"


# --- the files -------------------------------------------------------------------------------------------------------


def anamorphic(folder: Path) -> Path:
    """Return the run stored with pixels a third wider than high."""
    return write(folder / "anamorphic.mp4", shown_frames(base()), size_wh_px=(768, 576), pixel_aspect=Fraction(4, 3),
                 rate_hz=50)  # fmt: skip


def high_pixels_on_its_side(folder: Path) -> Path:
    """Return the run stored on its side, mirrored, with pixels of another shape: both are corrected together."""
    lying = ((time_s, as_stored(rgb, True, 1)) for time_s, rgb in shown_frames(base()))
    path = write(folder / "lying.mov", lying, size_wh_px=(432, 1024), pixel_aspect=Fraction(4, 3), rate_hz=50)
    return with_matrix(path, True, 1)


def old(name: str, codec: str, folder: Path, **how: object) -> Path:
    """Return the run as a camcorder or a phone of twenty years ago stores it, 25 frames a second."""
    every_second = (moment for number, moment in enumerate(shown_frames(base())) if number % 2 == 0)
    return write(folder / name, every_second, codec=codec, rate_hz=25, **how)  # type: ignore[arg-type]


def turned(folder: Path, *, mirrored: bool, turns: int) -> Path:
    """Return the run stored another way round, with the display matrix that shows it as it was."""
    other = ((time_s, as_stored(rgb, mirrored, turns)) for time_s, rgb in shown_frames(base()))
    path = write(folder / f"turned-{mirrored}-{turns}.mov", other, rate_hz=50)
    return with_matrix(path, mirrored, turns)


def mirrored_selfie(folder: Path) -> Path:
    """Return the run with a display matrix that mirrors it: the viewer sees a runner who faces left."""
    path = write(folder / "selfie.mov", shown_frames(base()), rate_hz=50)
    return with_matrix(path, True, 0)


def slowed(folder: Path, factor: float, notes: dict[str, str]) -> Path:
    """Return the run that plays slower than life, with what the phone notes of it."""
    frames = ((time_s * factor, rgb) for time_s, rgb in shown_frames(base()))
    name = f"slowed-{factor:g}-{len(notes)}.mp4"
    return write(folder / name, frames, rate_hz=round(SCENE.fps_hz / factor), notes=notes)


def of_several_sizes(folder: Path) -> Path:
    """Return the run as a webm whose frames become smaller, then larger again."""
    frames = list(shown_frames(base()))
    third = len(frames) // 3
    smaller = ((time_s, np.ascontiguousarray(rgb[::2, ::2])) for time_s, rgb in frames[third : 2 * third])
    return in_sizes(folder / "sizes.webm", (frames[:third], smaller, frames[2 * third :]))


def hidden_lead_in(folder: Path) -> Path:
    """Return the run after 90 seconds that an edit list hides, as a copy without encoding leaves them."""
    hidden_s = 90
    frames = list(shown_frames(base()))
    lead_in = ((float(second), frames[0][1]) for second in range(hidden_s))
    whole = [*lead_in, *((hidden_s + time_s, rgb) for time_s, rgb in frames)]
    path = write(folder / "long.mp4", whole, rate_hz=50, options={"g": "10000", "sc_threshold": "0"})
    return from_time(path, folder / "hidden.mp4", hidden_s)


def interlaced(folder: Path, name: str, codec: str, options: dict[str, str], *, lower_first: bool = False) -> Path:
    """Return the run as a camcorder stores it, 25 frames a second of two fields each."""
    woven = fields_of(shown_frames(base()), lower_first=lower_first)
    return write_interlaced(folder / name, woven, codec, options, lower_first=lower_first)


def damaged(folder: Path) -> Path:
    """Return a longer run of which a card lost half a second at its start."""
    path = folder / "damaged.mp4"
    write(path, shown_frames(base()), rate_hz=50, options={"g": "25", "sc_threshold": "0"})
    return with_lost_block(path, 0.05, 0.1)


def first_part(folder: Path) -> Path:
    """Return what a connection that broke off leaves of the run: its index would have come last."""
    path = folder / "part.mp4"
    path.write_bytes(base().read_bytes()[:300_000])
    return path


def _left(found: Report | StrideCheckError) -> str:
    if isinstance(found, StrideCheckError):
        return "refused"
    return "" if (found.facing, found.near_side) == ("left", "left") else f"{found.facing}, {found.near_side} leg near"


_OLD: Judge = partial(_like, within_deg=OLD_WITHIN_DEG)
_ANDROID = "com.android.capture.fps"
_IPHONE = "com.apple.quicktime.full-frame-rate-playback-intent"

ROWS: tuple[StrangerRow, ...] = (
    StrangerRow(
        number=3, name="beach, pixels 4:3", shared=True,
        build=lambda folder: filtered(BEACH, folder / "h.mp4", "scale=960:720", pixel_aspect=Fraction(4, 3)),
        judge=partial(_like, original=lambda: BEACH, answers=Answers()),
    ),
    StrangerRow(number=3, name="pixels 4:3", build=anamorphic, judge=_like, answers=ANSWERS),
    StrangerRow(number=3, name="pixels 4:3, on its side, mirrored", build=high_pixels_on_its_side, judge=_like,
                answers=ANSWERS),
    StrangerRow(
        number=3, name="camcorder, MPEG-2 720 x 576 (.MOD)", judge=_OLD, answers=ANSWERS,
        build=lambda folder: old("MOV001.MOD", "mpeg2video", folder, kind="dvd", size_wh_px=(720, 576), pixel_aspect=PAL,
                                 options={"b": "6M"}),
    ),
    StrangerRow(
        number=3, name="camcorder, DV in AVI", judge=_OLD, answers=ANSWERS,
        build=lambda folder: old("dv.avi", "dvvideo", folder, size_wh_px=(720, 576), pixel_aspect=PAL),
    ),
    StrangerRow(
        number=3, name="old phone, H.263 352 x 288 (.3gp)", judge=partial(_like, within_deg=3.0), answers=ANSWERS,
        build=lambda folder: old("old.3gp", "h263", folder, size_wh_px=(352, 288), pixel_aspect=Fraction(16, 11),
                                 options={"b": "1M"}),
    ),
    *(
        StrangerRow(number=4, name=f"display matrix: {name}", judge=_like, answers=ANSWERS,
                    build=partial(turned, mirrored=mirrored, turns=turns))
        for name, mirrored, turns in (("mirror", True, 0), ("flip", True, 2), ("mirror, quarter turn", True, 1))
    ),
    StrangerRow(number=4, name="mirrored for the viewer", build=mirrored_selfie, judge=_left, answers=ANSWERS),
    StrangerRow(number=7, name="Android notes 2.5 times slower", judge=partial(_asked, factor=2.5), answers=ANSWERS,
                build=partial(slowed, factor=2.5, notes={_ANDROID: "50.0"})),
    StrangerRow(number=7, name="Android notes what the cadence denies", judge=_like, answers=ANSWERS,
                build=partial(slowed, factor=1.0, notes={_ANDROID: "240.0"})),
    StrangerRow(number=9, name="webm of several sizes", build=of_several_sizes, judge=_OLD, answers=ANSWERS),
    StrangerRow(number=10, name="90 s hidden by an edit list", build=hidden_lead_in, judge=_like, answers=ANSWERS),
    StrangerRow(number=14, name="AVCHD, interlaced (.MTS)", judge=_OLD, answers=ANSWERS,
                build=lambda folder: interlaced(folder, "00001.MTS", *AVCHD)),
    StrangerRow(number=14, name="MPEG-2, interlaced, lower field first", judge=_OLD, answers=ANSWERS,
                build=lambda folder: interlaced(folder, "lower.ts", *MPEG_2, lower_first=True)),
    StrangerRow(number=14, name="a block lost near the start", build=damaged, judge=_OLD, answers=ANSWERS),
    StrangerRow(number=13, name="first 300 kB", build=first_part,
                judge=partial(_named, key="readable_file", says="did not arrive whole")),
    StrangerRow(
        number=13, name="Windows Media (.wmv)", judge=_OLD, answers=ANSWERS,
        build=lambda folder: old("run.wmv", "wmv2", folder, kind="asf", options={"b": "6M"}),
    ),
)  # fmt: skip
