"""From a clip or a pose track to a report, and the outputs of a report: key frames, tables, the annotated video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.report.csv import figures_table, strides_csv
    from core.report.pipeline import Analysis, analyse, analyse_track, measure_track
    from core.report.rendering import annotate_video, draw_key_frames, draw_still
else:
    __getattr__, __dir__ = lazily(
        __name__,
        csv="figures_table strides_csv",
        pipeline="Analysis analyse analyse_track measure_track",
        rendering="annotate_video draw_key_frames draw_still",
    )

__all__ = [
    "Analysis",
    "analyse",
    "analyse_track",
    "annotate_video",
    "draw_key_frames",
    "draw_still",
    "figures_table",
    "measure_track",
    "strides_csv",
]
