"""Reports of schema 1, which held finished English sentences, as reports of schema 2, which hold messages.

Each sentence is matched to the message that it was made from. Words that were filled in become messages as well; numbers stay as
they were written. A sentence that matches no message, such as one of an older version, is kept as it is and stays in English.

Nothing else reads old sentences. This module and its callers can go `core.storage.lives.REPORT_LIFE` after the last server that
wrote schema 1 has stopped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from pydantic_core import from_json

from core.i18n.message import Message, Value, joined
from core.i18n.translate import LANGUAGES, WRITTEN_IN, catalogue, marked
from core.model.messages import message_to_plain

SCHEMA_1 = "stride-check/report/1"
SCHEMA_2 = "stride-check/report/2"

LABEL_FOR = marked("{label} for {when}")
PARTS = (
    marked("{value} ± {error} {unit}"),
    marked("{low} to {high} {unit}"),
    marked("{low} {unit} or more"),
    marked("{high} {unit} or less"),
    marked("about {low} {unit}"),
    marked("{number} steps/min"),
    LABEL_FOR,
)
"""Messages with few fixed words, of which sentences are made."""

_NUMBER = r"[-−+]?[\d.,]*\d%?"
_WORDS = r"(?:(?!\. ).)+?"  # a value is never more than one sentence
_NUMBERS = frozenset({"value", "error", "low", "high", "number"})
_UNITS = (
    marked("degrees"),
    marked("leg lengths"),
    marked("step lengths"),
    marked("steps a minute"),
    marked("milliseconds"),
    "%",
    "ratio",
    "cm",
)


def upgraded(text: str | bytes) -> str | bytes:
    """Return the JSON of a report of schema 1 in schema 2, and anything else unchanged."""
    try:
        plain = from_json(text)
    except ValueError:
        return text
    if not isinstance(plain, dict) or plain.get("schema", SCHEMA_1) != SCHEMA_1:
        return text
    try:
        return json.dumps(_upgraded(plain))
    except (KeyError, TypeError, AttributeError):
        return text


def message_of(sentence: str) -> Message:
    """Return the message that a stored English sentence was made from; one that is not known is its own message."""
    return _several(sentence) or Message(sentence)


def _upgraded(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **plain,
        "schema": SCHEMA_2,
        "quality": [_with(check, "what", "advice") for check in plain["quality"]],
        "measures": {key: _with(measure, "word", "missing_because") for key, measure in plain["measures"].items()},
        "findings": [_finding(finding) for finding in plain["findings"]],
    }


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    bands = {name: band and _with(band, "label") for name in ("mark", "reference") if (band := finding.get(name))}
    return {**_with(finding, "says", "doubt"), **bands}


def _with(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return an entry with messages in place of its sentences; an empty sentence becomes null."""
    return {**entry, **{name: _to_message(entry[name]) for name in names if name in entry}}


def _to_message(sentence: str | None) -> dict[str, Any] | None:
    return message_to_plain(message_of(sentence)) if sentence else None


def _known(text: str) -> Message | None:
    """Return the message of a text without values."""
    return Message(text) if text in _ids() else None


def _matched(text: str) -> Message | None:
    """Return the message of a text, if it is one message."""
    if known := _known(text):
        return known
    for pattern, formats in _patterns():
        found = pattern.fullmatch(text)
        made = found and Message(formats[""], {name: _value(found[name], formats[name]) for name in pattern.groupindex})
        if made and made.worded(WRITTEN_IN) == text and _makes_sense(made):
            return made
    return None


def _makes_sense(made: Message) -> bool:
    """Return whether a message was not found by chance: its one word, 'for', is in many sentences."""
    return made.id != LABEL_FOR or all(isinstance(value, Message) for value in made.values.values())


def _in_two(text: str) -> Message | None:
    """Return two messages as one, if a text consists of them."""
    for place in re.finditer(r"\.(?= )", text):
        first = _matched(text[: place.end()])
        rest = first and _several(text[place.end() + 1 :])
        if first and rest:
            return joined(first, rest)
    return None


def _several(text: str) -> Message | None:
    return _matched(text) or _in_two(text)


def _value(text: str, form: str) -> Value:
    """Return a filled-in value: a number if its placeholder has a format, a message if it is one, otherwise the text."""
    if not form:
        return _matched(text) or text
    number = text.rstrip("%").replace(",", "").replace("−", "-")
    value = float(number) if "." in number or text.endswith("%") else int(number)
    return value / 100 if text.endswith("%") else value


@cache
def _ids() -> frozenset[str]:
    """Return the messages that reports could hold."""
    other = next(language for language in LANGUAGES if language != WRITTEN_IN)
    return frozenset(
        message.id
        for message in catalogue(other)
        if isinstance(message.id, str) and any(place.startswith("core/") for place, _ in message.locations)
    )


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    """Return a pattern for each message with values, with its id under "" and the formats of its placeholders.

    The sentences come first, those with the most words before others, then their parts.
    """
    sentences = [text for text in _ids() if "{" in text and text not in PARTS and _n_words(text) > 1]
    return tuple(_pattern(text) for text in (*sorted(sentences, key=lambda text: (-_n_words(text), text)), *PARTS))


def _n_words(text: str) -> int:
    """Return how many fixed words a message has."""
    return len(re.findall(r"\w+", " ".join(words for words, *_ in Formatter().parse(text))))


def _pattern(text: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    formats = {"": text}
    parts = []
    for words, name, form, _ in Formatter().parse(text):
        parts.append(re.escape(words))
        if name is None:
            continue
        value = _NUMBER if form else _pattern_of_value(text, name)
        parts.append(f"(?P={name})" if name in formats else f"(?P<{name}>{value})")
        formats[name] = form or ""
    return re.compile("".join(parts)), formats


def _pattern_of_value(text: str, name: str) -> str:
    if text in PARTS and name in _NUMBERS:
        return _NUMBER
    if name == "figure" and not text.startswith("{figure}"):
        return f"{_NUMBER} ± {_NUMBER} (?:{'|'.join(_UNITS)})"
    return _WORDS
