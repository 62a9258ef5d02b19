"""The formats of tracks that can be read, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from core.exchange import coco, openpose, tables_in, trc_in
from core.exchange.points import Points, as_track, unreadable
from core.i18n.message import message as _
from core.model.tracks import PoseTrack

FORMATS: Mapping[str, Callable[[Path], Points]] = MappingProxyType(
    {
        "openpose": openpose.read,
        "coco": coco.read,
        "trc": trc_in.read,
        "mediapipe": tables_in.read_mediapipe,
        "deeplabcut": tables_in.read_deeplabcut,
    }
)
"""The readers of other programs' formats; docs/track-format.md says what each format holds."""


_BROKEN = (ArithmeticError, LookupError, MemoryError, OSError, RecursionError, TypeError, ValueError)


def read_track(
    path: Path, form: str, *, fps_hz: float | None = None, size_wh_px: tuple[int, int] | None = None
) -> PoseTrack:
    """Read a track that another program wrote.

    Parameters
    ----------
    path : Path
        The file, or the folder of `openpose`.
    form : str
        A key of `FORMATS`.
    fps_hz : float, optional
        Frames per second, for formats without times.
    size_wh_px : tuple of int, optional
        Width and height of the frame, for formats that give points as shares of it.

    Raises
    ------
    BadAnswer
        If the time or the size is needed and not given.
    Refused
        `readable_file` if the file has another format, or a unit that cannot be told.
    """
    try:
        return as_track(FORMATS[form](path), path.name, fps_hz=fps_hz, size_wh_px=size_wh_px)
    except _BROKEN as error:  # what the readers did not expect: a list as a name, a number of 5000 digits
        raise unreadable(_("{file} holds something that its format does not allow.", file=path.name)) from error
