"""Files that leave the app: the share card, the PDF and the sheet to work through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from view.export import pdf, share_card, sheet
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="pdf share_card sheet",
    )

__all__ = ["pdf", "share_card", "sheet"]
