"""How a file is stored: pixel shape, display matrix, changes of size, edit lists, files that did not arrive whole."""

from __future__ import annotations

from benchmarks.strangers import StrangerRow

ROWS: tuple[StrangerRow, ...] = ()
