"""The runner as measured: from a report's average stride to the points that our drawings are made of."""

from __future__ import annotations

from core.model import Report
from core.track import PHASES, MeanStride
from pages.components import drawings, follows
from pages.components.drawings import Point, Posture, Skeleton, along

LEG = drawings.THIGH + drawings.SHANK
"""A leg's length as a share of body height, which the drawings are sized by."""


def moment(share: float) -> int:
    """Return the phase nearest to a share of the stride."""
    return round(share * PHASES) % PHASES


def points(stride: MeanStride, phase: int, hip: Point, height: float) -> Skeleton:
    """Return the points of a phase, the hips at a place, for a body of a height in the picture's units.

    Arms and head that were not followed are drawn as our own runner holds them.

    Parameters
    ----------
    stride : MeanStride
        Of a report.
    phase : int
        Below `PHASES`.
    hip : tuple of float
        Where the middle of the hips is to be.
    height : float
        Of the whole body.
    """
    leg = LEG * height
    at = {name: path[phase] for name, path in stride.points.items()}
    middle_y = (at["near_hip"][1] + at["far_hip"][1]) / 2

    def place(name: str) -> Point:
        x, y = at[name]
        return hip[0] + x * leg, hip[1] - (y - middle_y) * leg

    shoulder = place("shoulder")
    held = drawings.TOE_OFF
    lean = stride.angles["trunk_lean"].mean[phase]

    def arm(side: str, upper: float, elbow: float) -> tuple[Point, Point]:
        if f"{side}_elbow" in at and f"{side}_hand" in at:
            return place(f"{side}_elbow"), place(f"{side}_hand")
        joint = along(shoulder, upper - lean, drawings.UPPER_ARM * height)
        return joint, along(joint, upper - lean + elbow, drawings.FOREARM * height)

    neck = lean * 0.6 + 4
    head = place("head") if "head" in at else along(shoulder, 180 - neck, 0.125 * height)
    return Skeleton(
        hip=hip,
        shoulder=shoulder,
        head=head,
        near=(place("near_knee"), place("near_ankle"), place("near_heel"), place("near_toe")),
        far=(place("far_knee"), place("far_ankle"), place("far_heel"), place("far_toe")),
        near_hand=arm("near", held.near_arm, held.near_elbow),
        far_hand=arm("far", held.far_arm, held.far_elbow),
        nose_deg=90 - neck,
    )


def pushing_off(report: Report, hip: Point, height: float) -> Skeleton:
    """Return the runner at toe-off: as measured, else our own runner with the lean and the leg extension that were."""
    stride = report.mean_stride
    if stride is not None:
        return points(stride, moment(stride.toe_off), hip, height)
    lean, extension = (
        measure.value if (measure := report.measures.get(key)) and measure.value is not None else usual
        for key, usual in zip(follows.HEADLINES, (Posture.lean, -Posture.near_thigh), strict=True)
    )
    return drawings.skeleton(Posture(lean=lean, near_thigh=-extension), hip, height)
