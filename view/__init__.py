"""Everything that is drawn without Streamlit: drawings, charts, text, and files to download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lazy_exports import lazily

if TYPE_CHECKING:
    from view import charts, drawing, export, text
    from view.site import LINKS, PROMISE, WELLNESS
else:
    __getattr__, __dir__ = lazily(
        __name__,
        modules="charts drawing export text",
        site="LINKS PROMISE WELLNESS",
    )

__all__ = ["LINKS", "PROMISE", "WELLNESS", "charts", "drawing", "export", "text"]
