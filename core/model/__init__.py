"""The shared types: tracks of a body, the report and its JSON, and progress; also the format of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.model import amounts
    from core.model.measures import Measure, Measured, MeasureKey, Missing
    from core.model.progress import Progress, TellProgress
    from core.model.report import (
        CHECKS,
        Answers,
        Band,
        Effort,
        Finding,
        KeyFrame,
        Phase,
        QualityCheck,
        Report,
        Severity,
        Surface,
        Verdict,
    )
    from core.model.strides import PHASES, Curve, GaitEvents, LegEvents, MeanStride
    from core.model.track_file import load_track
    from core.model.tracks import (
        ANKLE,
        FAR,
        HEEL,
        HIP,
        JOINTS,
        KNEE,
        LANDMARK_OF,
        LANDMARKS,
        LONGEST_S,
        NEAR,
        SHOULDER,
        TOE,
        Bools,
        ClipInfo,
        Floats,
        PoseTrack,
        Side,
        SideTrack,
    )
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="amounts",
        measures="Measure MeasureKey Measured Missing",
        progress="Progress TellProgress",
        report="CHECKS Answers Band Effort Finding KeyFrame Phase QualityCheck Report Severity Surface Verdict",
        strides="PHASES Curve GaitEvents LegEvents MeanStride",
        track_file="load_track",
        tracks="ANKLE FAR HEEL HIP JOINTS KNEE LANDMARK_OF LANDMARKS LONGEST_S NEAR SHOULDER TOE "
        "Bools ClipInfo Floats PoseTrack Side SideTrack",
    )

__all__ = [
    "ANKLE",
    "CHECKS",
    "FAR",
    "HEEL",
    "HIP",
    "JOINTS",
    "KNEE",
    "LANDMARKS",
    "LANDMARK_OF",
    "LONGEST_S",
    "NEAR",
    "PHASES",
    "SHOULDER",
    "TOE",
    "Answers",
    "Band",
    "Bools",
    "ClipInfo",
    "Curve",
    "Effort",
    "Finding",
    "Floats",
    "GaitEvents",
    "KeyFrame",
    "LegEvents",
    "MeanStride",
    "Measure",
    "MeasureKey",
    "Measured",
    "Missing",
    "Phase",
    "PoseTrack",
    "Progress",
    "QualityCheck",
    "Report",
    "Severity",
    "Side",
    "SideTrack",
    "Surface",
    "TellProgress",
    "Verdict",
    "amounts",
    "load_track",
]
