"""Text and lists that several pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from view.text import clips_table, measure_list, wording
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="clips_table measure_list wording",
    )

__all__ = ["clips_table", "measure_list", "wording"]
