"""The reader's language: one catalogue of messages for everything that a person reads."""

from __future__ import annotations

from core.i18n.message import Message
from core.i18n.translate import LANGUAGES, WRITTEN_IN, Language, chosen, current, gettext, marked, ngettext, speaking

__all__ = [
    "LANGUAGES",
    "WRITTEN_IN",
    "Language",
    "Message",
    "chosen",
    "current",
    "gettext",
    "marked",
    "ngettext",
    "speaking",
]
