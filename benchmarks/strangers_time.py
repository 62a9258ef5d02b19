"""Time in a clip: several passes, slow motion inside real time, clips that play backwards or at half their rate."""

from __future__ import annotations

from benchmarks.strangers import StrangerRow

ROWS: tuple[StrangerRow, ...] = ()
