"""The runner pushing off, for use outside the page: a link's picture, its plain page, and the PDF."""

from __future__ import annotations

from core.coaching import implications
from core.model.measures import Measured
from core.model.report import Report
from view.drawing import measured_runner, runner
from view.drawing.runner import Palette, Posture, Skeleton


def pushing_off(report: Report, x: float, ground_y: float, height: float) -> Skeleton:
    """Return the runner at toe-off: the measured stride, otherwise our drawn runner with the measured lean and extension.

    Parameters
    ----------
    report : Report
        The result.
    x, ground_y : float
        The x of the hips and the y of the ground in the picture.
    height : float
        Height of the body, in the picture's units.
    """
    stride = report.mean_stride
    if stride is not None:
        return measured_runner.bones(stride, stride.toe_off, (x, ground_y), measured_runner.LEG_SHARE * height)
    lean, extension = (
        measure.value if isinstance(measure := report.measures.get(key), Measured) else usual
        for key, usual in zip(implications.HEADLINES, (Posture.lean, -Posture.near_thigh), strict=True)
    )
    return runner.standing_at(Posture(lean=lean, near_thigh=-extension), x, ground_y, height)


def picture(report: Report, palette: Palette, *, backed: bool = True) -> str:
    """Return the runner at toe-off as SVG, on a rounded background if `backed`."""
    bones = pushing_off(report, 165, 302, 270)
    inside = runner.ground_line(306, 40, 300, palette) + runner.body(bones, 270, palette)
    return runner.svg(340, 320, inside, palette, backed=backed)
