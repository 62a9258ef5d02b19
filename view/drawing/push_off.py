"""The runner pushing off, for what leaves the page: a link's picture, its plain page, and paper."""

from __future__ import annotations

from core.coaching import implications
from core.model.report import Report
from view.drawing import measured_runner, runner
from view.drawing.runner import Posture, Skeleton


def pushing_off(report: Report, x: float, ground_y: float, height: float) -> Skeleton:
    """Return the runner at toe-off: as measured, else our own runner with the lean and the leg extension that were.

    Parameters
    ----------
    report : Report
        The result.
    x, ground_y : float
        Where the hips are above the ground, and the ground, in the picture.
    height : float
        Of the body, in the picture's units.
    """
    stride = report.mean_stride
    if stride is not None:
        return measured_runner.bones(stride, stride.toe_off, (x, ground_y), measured_runner.LEG_SHARE * height)
    lean, extension = (
        measure.value if (measure := report.measures.get(key)) and measure.value is not None else usual
        for key, usual in zip(implications.HEADLINES, (Posture.lean, -Posture.near_thigh), strict=True)
    )
    return runner.standing_at(Posture(lean=lean, near_thigh=-extension), x, ground_y, height)
