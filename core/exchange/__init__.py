"""Files that other programs read and write: joint angles, events and markers out, tracks of landmarks in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.exchange.motion_files import write_motion
    from core.exchange.readers import FORMATS, read_track
    from core.exchange.tables import angles_csv, events_csv, stride_csv
else:
    __getattr__, __dir__ = lazily(
        __name__,
        motion_files="write_motion",
        readers="FORMATS read_track",
        tables="angles_csv events_csv stride_csv",
    )

__all__ = ["FORMATS", "angles_csv", "events_csv", "read_track", "stride_csv", "write_motion"]
