"""The parts of the data files that a reader sees, and their translation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

PROSE = frozenset(
    [
        "alt",
        "any_effort_words",
        "ask_first",
        "authors",
        "because",
        "before",
        "cannot_tell",
        "cautions",
        "claim",
        "condition",
        "depends_on",
        "doubt",
        "easier",
        "efforts",
        "evidence",
        "grades",
        "harder",
        "how",
        "label",
        "labels",
        "less",
        "missing",
        "more",
        "name",
        "negative",
        "part",
        "phase",
        "plain_name",
        "positive",
        "progress",
        "protocol",
        "reads",
        "role",
        "says",
        "see_someone",
        "short",
        "side_gap_note",
        "steps",
        "stop_when",
        "studies",
        "support",
        "sureness",
        "unit_words",
        "variants",
        "what",
        "who",
        "why",
        "with_pace_words",
        "without_pace_words",
    ]
)
"""Keys whose text, with all text under them, is read by people. Everything else is a key, a number or a person's name."""


def retold(entry: Any, say: Callable[[str], str], *, prose: bool = False) -> Any:
    """Return data with its text translated.

    Parameters
    ----------
    entry : Any
        The content of a TOML file, or a part of it.
    say : callable
        Takes a text and returns it in the reader's language.
    prose : bool
        Whether the entry is under a key of `PROSE`.
    """
    if isinstance(entry, dict):
        return {key: retold(value, say, prose=prose or key in PROSE) for key, value in entry.items()}
    if isinstance(entry, list):
        return [retold(value, say, prose=prose) for value in entry]
    return say(entry) if prose and isinstance(entry, str) and entry else entry


def texts(entry: Any) -> Iterator[str]:
    """Yield every text that a reader sees, in the order of the file."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    retold(entry, note)
    yield from found
