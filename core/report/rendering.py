"""Key frames and the annotated video of a result, with the measured lines drawn through the joints.

Faces are always blurred, in every frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

import av
import cv2
import numpy as np
from PIL import Image

from core.errors import Choices
from core.gait.angles import Angles
from core.i18n.translate import gettext as _
from core.i18n.translate import marked
from core.model.amounts import number
from core.model.measures import Measured, MeasureKey
from core.model.media import KINOGRAM
from core.model.report import Phase
from core.model.tracks import ANKLE, HIP, KNEE, NEAR, SHOULDER, Floats, PoseTrack, SideTrack
from core.report.hand_sheets import HandSheets
from core.report.overlay import (
    FACE,
    KEY_FRAME_WH,
    SHADE,
    blur_face,
    blur_round,
    crop_around,
    draw_angle,
    draw_figure,
    write_words,
)
from core.report.pipeline import Analysis
from core.video.display import Picture
from core.video.prefetch import ahead
from core.video.reader import pictures_at

PHASE_NAMES: Mapping[Phase, str] = MappingProxyType(
    {
        "initial_contact": marked("Contact"),
        "mid_stance": marked("Mid-stance"),
        "toe_off": marked("Toe-off"),
        "mid_flight": marked("Mid-flight"),
        "swing": marked("Swing"),
        "next_contact": marked("Next contact"),
    }
)
"""Short names of the key frames, for drawing."""

VIDEO_SPEED = 0.5
# Like "veryfast" without the options that gain little with a still camera: half the time, one seventh more bytes.
_ENCODER = {"crf": "23", "preset": "veryfast", "x264-params": "subme=1:bframes=1:weightp=0:rc-lookahead=10"}


_Name = Literal["shank_deg", "trunk_lean_deg", "knee_flexion_deg", "thigh_extension_deg"]
"""The angles that are drawn into a frame."""


class _Drawn:
    """The positions of the measured joints of an analysis in the clip's frames."""

    def __init__(self, analysis: Analysis) -> None:
        self.side: SideTrack = analysis.side
        self.track: PoseTrack = analysis.track
        self.angles: Angles = analysis.angles
        self.roll_deg = analysis.roll_deg
        self.told = {key for key, measure in analysis.report.measures.items() if isinstance(measure, Measured)}
        self._sign = 1.0 if self.side.facing == "right" else -1.0
        self._to_picture = np.array([self._sign / self.side.stretch, 1.0])

    def joints_px(self, index: int, scale: float) -> Floats | None:
        """Return the joints of near and far leg in a frame, shape (2, 6, 2), or None if the runner was not tracked."""
        moment_s = float(self.track.true_time_s[index])
        between = any(end_s < moment_s < start_s for end_s, start_s in self.side.breaks_s)
        if between or not self.side.time_s[0] <= moment_s <= self.side.time_s[-1]:
            return None
        sample = int(np.argmin(np.abs(self.side.time_s - moment_s)))
        return np.asarray(self.side.xy_px[sample] * self._to_picture * scale)

    def angle_deg(self, name: _Name, index: int) -> float:
        """Return a near-leg angle at a frame."""
        series = {
            "shank_deg": self.angles.shank_deg[:, NEAR],
            "trunk_lean_deg": self.angles.trunk_lean_deg,
            "knee_flexion_deg": self.angles.knee_flexion_deg[:, NEAR],
            "thigh_extension_deg": self.angles.thigh_extension_deg[:, NEAR],
        }[name]
        return float(np.interp(self.track.true_time_s[index], self.side.time_s, series))

    @property
    def ahead(self) -> int:
        """Return +1 if forward is to the right of the frame, otherwise -1."""
        return int(self._sign)


def _pictures(clip: Path, track: PoseTrack, indices: Sequence[int] | slice = slice(None)) -> Iterator[Picture]:
    """Yield the frames of entries of the pose track."""
    shown_s = track.time_s if track.shown_s is None else track.shown_s
    return pictures_at(clip, shown_s[indices].tolist())


_AT_CONTACT = ("initial_contact", "next_contact")


_NAMES: dict[_Name, tuple[str, str]] = {
    "shank_deg": (marked("ahead"), marked("behind")),
    "trunk_lean_deg": (marked("forward"), marked("back")),
    "knee_flexion_deg": (marked("knee bend"), marked("straight")),
    "thigh_extension_deg": (marked("behind"), marked("ahead")),
}
"""The words for a positive and a negative angle of each series."""

_SERIES_OF: dict[MeasureKey, _Name] = {"trunk_lean": "trunk_lean_deg", "leg_extension": "thigh_extension_deg"}


@dataclass(frozen=True, kw_only=True)
class _Angle:
    """An angle drawn into a frame: its pivot and end joint, whether it points up, its words, and whether it has an arc."""

    turns: int
    points_to: int
    up: bool = False
    words: str
    arc: bool = True


def _angle(name: _Name, words: str) -> _Angle:
    if name == "shank_deg":
        return _Angle(turns=KNEE, points_to=ANKLE, words=words)
    if name == "trunk_lean_deg":
        return _Angle(turns=HIP, points_to=SHOULDER, up=True, words=words)
    return _Angle(turns=HIP, points_to=KNEE, words=words, arc=name != "knee_flexion_deg")


def _angle_of_phase(drawn: _Drawn, index: int, phase: Phase) -> _Angle | None:
    """Return the angle that a phase shows, as measured in that frame."""
    if phase in _AT_CONTACT and "shank_angle_contact" not in drawn.told:
        return None  # the instant is between two frames: the nearest frame shows another angle
    names: dict[Phase, _Name] = {"mid_stance": "trunk_lean_deg", "swing": "knee_flexion_deg"}
    name: _Name = "shank_deg" if phase in _AT_CONTACT else names.get(phase, "thigh_extension_deg")
    angle_deg = drawn.angle_deg(name, index)
    return _angle(name, _in_words(name, angle_deg, f"{abs(angle_deg):.0f}°"))


def _angle_of_figure(drawn: _Drawn, index: int, key: MeasureKey, measure: Measured) -> _Angle | None:
    """Return the angle of a headline measure, with the measure's value; None if the frame's own angle differs too much."""
    name = _SERIES_OF[key]
    if abs(drawn.angle_deg(name, index) - measure.value) > measure.plus_minus:
        return None
    return _angle(name, _in_words(name, measure.value, number(abs(measure.value), "deg", measure.plus_minus)))


def _in_words(name: _Name, angle_deg: float, amount: str) -> str:
    ahead, behind = _NAMES[name]
    return f"{amount} {_(ahead if angle_deg >= 0 else behind)}"


def _key_frame(drawn: _Drawn, rgb: Picture, index: int, angle: _Angle | None) -> Picture | None:
    """Return the part of a frame around the runner, with the measured lines and, if given, an angle."""
    scale = rgb.shape[1] / drawn.track.size_wh_px[0]
    joints = drawn.joints_px(index, scale)
    if joints is None:
        return None
    blur_face(rgb, drawn.track, index, scale)
    head = drawn.track.xy_px[index, FACE] * scale
    part, origin, zoom = crop_around(rgb, np.vstack([joints.reshape(-1, 2), head[np.isfinite(head).all(axis=1)]]))
    joints = (joints - origin) * zoom
    draw_figure(part, joints)
    if angle is None:
        return part
    pivot, end = (
        joints[:, joint].mean(axis=0) if joint in (HIP, SHOULDER) else joints[NEAR, joint]
        for joint in (angle.turns, angle.points_to)
    )
    if angle.arc:
        draw_angle(part, pivot, end, up=angle.up, roll_deg=drawn.ahead * drawn.roll_deg)
    # Next to the line, on the side that it leans to: there is space.
    side = np.sign(end[0] - pivot[0]) or drawn.ahead
    return write_words(part, angle.words, (end[0] + side * 130.0, (pivot[1] + end[1]) / 2), 34)


def _kinogram(pictures: Mapping[Phase, Picture], out: Path) -> None:
    """Write the key frames of a stride as one picture, three per row, each with its name."""
    width, height = (side * 2 // 3 for side in KEY_FRAME_WH)
    gap, columns = 8, 3
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) - gap, rows * (height + gap) - gap), SHADE)
    for place, (phase, picture) in enumerate(pictures.items()):
        small = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        named = write_words(small, f"{place + 1}  {_(PHASE_NAMES[phase])}", (width / 2, height - 36.0), 30)
        sheet.paste(Image.fromarray(named), (place % columns * (width + gap), place // columns * (height + gap)))
    sheet.save(out, quality=86, optimize=True, progressive=True)


def draw_key_frames(clip: Path, analysis: Analysis, folder: Path) -> tuple[Path, ...]:
    """Write a picture of each key frame and of each headline measure, with lines drawn, and of the frames to mark by hand.

    The face is blurred in all of them.

    Parameters
    ----------
    clip : Path
        The clip that was analysed.
    analysis : Analysis
        Its analysis.
    folder : Path
        The folder for `initial_contact.jpg` and so on, all of them in one as `kinogram.jpg`, and `core.model.media.PHOTOS` and
        `HAND_SHEETS`.

    Returns
    -------
    tuple of Path
        The written files.
    """
    drawn, written = _Drawn(analysis), []
    wanted = _wanted(drawn, analysis)
    sheets = HandSheets(analysis.report.hand_frames, analysis.track, drawn.joints_px)
    pictures: dict[str, Picture] = {}
    in_order = sorted({*wanted, *sheets.indices})
    for index, rgb in zip(in_order, ahead(_pictures(clip, analysis.track, in_order)), strict=True):
        sheets.add(index, rgb)
        for name, angle in wanted.get(index, ()):
            picture = _key_frame(drawn, rgb.copy(), index, angle)
            if picture is not None:
                path = folder / f"{name}.jpg"
                Image.fromarray(picture).save(path, quality=86, optimize=True, progressive=True)
                pictures[name] = picture
                written.append(path)
    stride = {cast(Phase, phase): pictures[phase] for phase in get_args(Phase) if phase in pictures}
    if len(stride) > 1:
        _kinogram(stride, folder / KINOGRAM)
        written.append(folder / KINOGRAM)
    return (*written, *sheets.save(folder))


def _wanted(drawn: _Drawn, analysis: Analysis) -> dict[int, list[tuple[str, _Angle | None]]]:
    """Return the needed frames, each with the names of its pictures and the angle that is drawn into each."""
    wanted: dict[int, list[tuple[str, _Angle | None]]] = {}

    def nearest(time_s: float) -> int:
        return int(np.argmin(np.abs(analysis.track.true_time_s - time_s)))

    for key_frame in analysis.report.key_frames:
        index = nearest(key_frame.time_s)
        wanted.setdefault(index, []).append((key_frame.phase, _angle_of_phase(drawn, index, key_frame.phase)))
    for key, time_s in analysis.figure_frames_s.items():
        index = nearest(time_s)
        measure = analysis.report.measures[key]
        assert isinstance(measure, Measured), "only a measure with a value has a frame"
        angle = _angle_of_figure(drawn, index, key, measure)
        wanted.setdefault(index, []).append((key, angle))
    return wanted


def draw_still(clip: Path, choices: Choices, out: Path) -> None:
    """Write the frame of a clip that contains a refusal's choices, every face blurred, as a JPEG.

    Parameters
    ----------
    clip : Path
        The clip that was refused.
    choices : Choices
        The choices of the refusal.
    out : Path
        The file to write.

    Raises
    ------
    ValueError
        If the choices belong to no frame.
    """
    if choices.time_s is None:
        raise ValueError("choices: expected those of one_runner, which are in a picture")
    rgb = next(pictures_at(clip, [choices.time_s]))
    size_wh_px = np.array(rgb.shape[1::-1])
    for box in choices.faces:
        low, high = np.reshape(box, (2, 2)) * size_wh_px
        blur_round(rgb, (low + high) / 2, max(6, round(float((high - low).max()) / 2)))
    Image.fromarray(rgb).save(out, quality=86, optimize=True, progressive=True)


def _write_angles(drawn: _Drawn, rgb: Picture, index: int) -> None:
    """Write the lean and thigh angles of a video frame along its upper edge, in place."""
    lean, thigh = (round(drawn.angle_deg(name, index)) for name in ("trunk_lean_deg", "thigh_extension_deg"))
    where = _("behind") if thigh >= 0 else _("ahead")
    words = _("lean {lean}°   thigh {thigh}° {where}", lean=lean, thigh=abs(thigh), where=where)
    size_px = max(10, round(rgb.shape[1] / 24))
    edge = rgb[: 3 * size_px]
    edge[:] = write_words(edge, words, (rgb.shape[1] / 2, 1.5 * size_px), size_px)


def annotate_video(clip: Path, analysis: Analysis, out: Path) -> None:
    """Write the clip with the measured lines, at half of the runner's real speed, as an MP4 that browsers play.

    The video is H.264, yuv420p, with its index at the front; the face is blurred, and the current angles are at the upper edge.

    Parameters
    ----------
    clip : Path
        The clip that was analysed.
    analysis : Analysis
        Its analysis.
    out : Path
        The file to write.
    """
    time_s = analysis.track.true_time_s / VIDEO_SPEED
    with av.open(str(out), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=30, options=_ENCODER)
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        for index, rgb in enumerate(ahead(_with_lines(clip, analysis))):
            if index == 0:
                stream.height, stream.width = rgb.shape[:2]
            stored = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
            picture = av.VideoFrame.from_ndarray(stored, format="yuv420p")
            picture.pts, picture.time_base = round(time_s[index] * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


def _with_lines(clip: Path, analysis: Analysis) -> Iterator[Picture]:
    """Yield the frames of the annotated video, of even width and height."""
    drawn = _Drawn(analysis)
    for index, rgb in enumerate(ahead(_pictures(clip, analysis.track))):
        scale = rgb.shape[1] / analysis.track.size_wh_px[0]
        blur_face(rgb, analysis.track, index, scale)
        joints = drawn.joints_px(index, scale)
        if joints is not None:
            draw_figure(rgb, joints)
            _write_angles(drawn, rgb, index)
        yield np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
