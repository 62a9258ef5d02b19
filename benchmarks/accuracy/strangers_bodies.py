"""The runner in the picture: upside down or lying, in the dark, in heavily compressed clips; impossible results."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from benchmarks.accuracy.degraded import darker
from benchmarks.accuracy.strangers import SHARED_CLIPS, StrangerRow, filtered
from core.errors import CheckKey, Refused, StrideCheckError
from core.model.measures import Measured, MeasureKey, Missing
from core.model.report import Answers, Report
from core.quality.plausibility import check_plausible
from core.report.pipeline import analyse
from core.report.rendering import annotate_video
from simulation import Motion, Scene, Stride, draw_clip, truth_of

Found = Report | StrideCheckError

PHONE = SHARED_CLIPS / "treadmill_phone_30fps_rtl.mp4"
STRIDE = Stride(speed_mps=3.0, lean_deg=5.0)
SCENE = Scene(
    stride=STRIDE, size_wh_px=(640, 960), runner_px=500.0, duration_s=4.0, fps_hz=30.0, facing="left", noise=2.0
)
ANGLES: tuple[MeasureKey, ...] = (
    "trunk_lean",
    "leg_extension",
    "hip_ankle_extension",
    "knee_flexion_stance",
    "knee_drive",
)

NOT_CLEAR: tuple[CheckKey, ...] = (
    "light_contrast",
    "sharp_enough",
    "clear_enough",
    "plausible",
    "one_runner",
    "big_enough",
)
"""Checks that may refuse a picture in which too little can be seen."""

MARGIN_DEG = 1.0
"""What figures of a real clip may be off by, apart from its own error, to count as those of the same clip in a better picture."""


def _refused_as(*keys: CheckKey) -> Callable[[Found], str]:
    def judge(found: Found) -> str:
        if isinstance(found, Refused) and found.key in keys:
            return ""
        return f"not refused as {' or '.join(keys)}"

    return judge


def _upright(truth: Callable[[], dict[str, float]]) -> Callable[[Found], str]:
    """Judge a clip that is not upright: refused by name, or turned and measured right."""

    def judge(found: Found) -> str:
        if isinstance(found, Refused):
            return "" if found.key == "upright" else "refused for another reason"
        return _off(found, truth(), 0.0)

    return judge


def _off(found: Found, truth: dict[str, float], margin_deg: float) -> str:
    """Return which angles' intervals do not hold the truth, of which one in ten may not."""
    assert isinstance(found, Report), "only a report has figures"
    off = []
    for key in ANGLES:
        one = found.measures[key]
        if isinstance(one, Missing) or key not in truth:
            continue
        if abs(one.value - truth[key]) > one.plus_minus + margin_deg:
            off.append(f"{key} {one.value:.1f} ± {one.plus_minus:.1f} is not {truth[key]:.1f}")
    return "" if len(off) <= 1 else "; ".join(off)


def _holds(truth: Callable[[], dict[str, float]], margin_deg: float = 0.0) -> Callable[[Found], str]:
    """Judge a clip of which little can be seen: refused for it, or measured with errors that hold the truth."""

    def judge(found: Found) -> str:
        if isinstance(found, StrideCheckError):
            return "" if isinstance(found, Refused) and found.key in NOT_CLEAR else "refused for another reason"
        aslant = [str(check.what) for check in found.quality if check.key == "side_on" and check.severity == "warn"]
        return "; ".join([*aslant, *filter(None, [_off(found, truth(), margin_deg)])])

    return judge


def _possible(found: Found) -> str:
    if isinstance(found, StrideCheckError):
        return ""
    try:
        check_plausible(found.measures)
    except Refused as refused:
        return str(refused.what)
    return ""


@cache
def _phone_truth() -> dict[str, float]:
    measures = analyse(PHONE, Answers()).report.measures
    return {key: one.value for key in ANGLES if isinstance(one := measures[key], Measured)}


@cache
def _drawn_truth() -> dict[str, float]:
    return truth_of(SCENE, Motion(STRIDE)).figures


def _drawn(folder: Path) -> Path:
    path = folder / "bodies_base.mp4"
    if not path.exists():
        draw_clip(path, SCENE, quality=18)
    return path


def _file(clip: str, name: str) -> str:
    return f"{clip}_{name.replace('/', ' of ')}.mp4"


def _of_drawn(name: str, filters: str, kb_per_s: int | None = None) -> Callable[[Path], Path]:
    return lambda folder: filtered(_drawn(folder), folder / _file("drawn", name), filters, kb_per_s=kb_per_s)


def _of_phone(
    name: str, filters: str, *, to_s: float | None = None, kb_per_s: int | None = None
) -> Callable[[Path], Path]:
    return lambda folder: filtered(PHONE, folder / _file("phone", name), filters, to_s=to_s, kb_per_s=kb_per_s)


def _annotated(folder: Path) -> Path:
    """Return our own annotated video of the drawn clip, which plays at half speed."""
    path = folder / "bodies_annotated.mp4"
    if not path.exists():
        annotate_video(_drawn(folder), analyse(_drawn(folder), Answers()), path)
    return path


_TURNS = (
    ("upside down", "hflip,vflip"),
    ("flipped", "vflip"),
    ("lying", "transpose=1"),
    ("lying the other way", "transpose=2"),
)
_DARK_AND_NOISY = "curves=all='0/0 0.5/0.12 1/1',noise=alls=12"
_DIM = (
    ("dark", darker(-0.35), None),
    ("darker", darker(-0.5), None),
    ("dark and noisy", _DARK_AND_NOISY, None),
    ("noisy", "noise=alls=50:allf=t", None),
    ("coarse", "pixelize=w=12:h=12", None),
    ("224x398 at 52 kb/s", "scale=224:398", 52),
)

ROWS: tuple[StrangerRow, ...] = (
    *(
        StrangerRow(
            number=1,
            name=f"phone clip, {name}",
            build=_of_phone(name, filters, to_s=7.0),
            judge=_refused_as("upright"),
            shared=True,
        )
        for name, filters in _TURNS
    ),
    *(
        StrangerRow(number=1, name=f"drawn clip, {name}", build=_of_drawn(name, filters), judge=_upright(_drawn_truth))
        for name, filters in _TURNS
    ),
    StrangerRow(
        number=2,
        name="a coach as tall as the runner in front of the belt",
        build=lambda _: SHARED_CLIPS / "hard_two_people_slow2x_rtl.mp4",
        judge=_possible,
        answers=Answers(slow_motion=2.0),
        shared=True,
    ),
    StrangerRow(
        number=2,
        name="the same, slow motion not told",
        build=lambda _: SHARED_CLIPS / "hard_two_people_slow2x_rtl.mp4",
        judge=_possible,
        shared=True,
    ),
    *(
        StrangerRow(
            number=8,
            name=f"phone clip, {name}",
            build=_of_phone(name, filters, kb_per_s=kb_per_s),
            judge=_holds(_phone_truth, MARGIN_DEG),
            shared=True,
        )
        for name, filters, kb_per_s in _DIM
    ),
    *(
        StrangerRow(
            number=8, name=f"drawn clip, {name}", build=_of_drawn(name, filters, kb_per_s), judge=_holds(_drawn_truth)
        )
        for name, filters, kb_per_s in _DIM
    ),
    StrangerRow(
        number=8,
        name="our own annotated video sent back",
        build=_annotated,
        judge=_holds(_drawn_truth),
        answers=Answers(slow_motion=2.0),
    ),
)
