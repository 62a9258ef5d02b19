"""The runner in the picture: upside down or lying, in the dark, in heavily compressed clips; impossible results."""

from __future__ import annotations

from benchmarks.strangers import StrangerRow

ROWS: tuple[StrangerRow, ...] = ()
