"""From a video file to upright frames with true times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from core.video.capture_rate import slow_motion_noted
    from core.video.container import check_whole
    from core.video.display import Picture
    from core.video.duplicate_frames import picture_times
    from core.video.prefetch import ahead
    from core.video.reader import Frame, Header, describe, frames, read_header
    from core.video.trim import cut
else:
    __getattr__, __dir__ = lazily(
        __name__,
        capture_rate="slow_motion_noted",
        container="check_whole",
        display="Picture",
        duplicate_frames="picture_times",
        prefetch="ahead",
        reader="Frame Header describe frames read_header",
        trim="cut",
    )

__all__ = [
    "Frame",
    "Header",
    "Picture",
    "ahead",
    "check_whole",
    "cut",
    "describe",
    "frames",
    "picture_times",
    "read_header",
    "slow_motion_noted",
]
