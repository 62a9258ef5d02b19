"""Translation into the reader's language: one catalogue for everything that a person reads.

The code holds each message in English and looks it up when it is shown: `_("Leg extension")`, `_("{n} strides", n=12)`. Stored
text is always English; `retell` finds the message that it was made from and translates it. The catalogue is
`core/i18n/locale/<language>/LC_MESSAGES/messages.po`, maintained with `python -m tools.catalogue`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Literal, cast

from babel.core import negotiate_locale

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Language = Literal["en", "es"]
LANGUAGES: dict[Language, str] = {"en": "English", "es": "Español"}
"""Each language with its own name; the first is the language of the code."""

WRITTEN_IN: Language = "en"
FOLDER = Path(__file__).parent / "locale"

_NUMBER = r"[-−+]?[\d.,]+%?"

_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)
_reader: list[Callable[[], Language]] = []


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use a language inside the block, whatever the reader's language is."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def ask_reader(asked: Callable[[], Language]) -> None:
    """Set the function that returns the reader's language; it is used outside `speaking`."""
    _reader[:] = [asked]


def current() -> Language:
    """Return the current language: that of `speaking`, otherwise the reader's, otherwise English."""
    return _spoken.get() or (_reader[0]() if _reader else WRITTEN_IN)


def chosen(said: str | None, accepted: str | None) -> Language:
    """Return the language for a visitor.

    Parameters
    ----------
    said : str or None
        The language that they chose here, as their browser sends it.
    accepted : str or None
        Their browser's `Accept-Language`.
    """
    if said in LANGUAGES:
        return said
    asked = []
    for part in (accepted or "").split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            asked.append((-float(weight or 1), name.replace("-", "_")))
        except ValueError:
            continue
    wanted = [name for _, name in sorted(asked, key=lambda pair: pair[0])]
    return cast(Language, negotiate_locale(wanted, [*LANGUAGES]) or WRITTEN_IN)


def gettext(message: str, **values: object) -> str:
    """Return a message in the current language, with its values filled in."""
    said = _translations(current()).gettext(message)
    return said.format(**values) if values else said


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """Return the form of a message that a number needs; `{n}` is the number."""
    return _translations(current()).ngettext(one, many, n).format(n=n, **values)


def marked(message: str) -> str:
    """Return a message unchanged, marked for the catalogue: it is translated when it is shown."""
    return message


def catalogue(language: str) -> Catalog:
    """Return a language's catalogue in the form that people edit."""
    from babel.messages.pofile import read_po

    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def _translations(language: str) -> NullTranslations:
    if language == WRITTEN_IN:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.support import Translations

    words = catalogue(language)
    for message in words:
        # The last form replaces a missing one; gettext would use English.
        if isinstance(forms := message.string, tuple):
            message.string = (*forms, *forms[-1:] * (words.num_plurals - len(forms)))
    compiled = BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return Translations(compiled)


def retell(told: str) -> str:
    """Return a stored English sentence in the current language; unchanged if the catalogue has no matching message.

    A sentence with numbers in it is recognised by its words; words that were filled in are translated as well.
    """
    if current() == WRITTEN_IN or not told:
        return told
    exact = _translations(current()).gettext(told)
    if exact != told:
        return exact
    for message, pattern in _patterns(current()):
        if found := pattern.fullmatch(told):
            values = {name: retell(value) for name, value in found.groupdict().items()}
            return _without_formats(_translations(current()).gettext(message)).format(**values)
    return told


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns that find the values in sentences that `core` stores, those with the most words first."""
    found = []
    for message in catalogue(language):
        from_core = any(place.startswith("core/") and place.endswith(".py") for place, _ in message.locations)
        if isinstance(message.id, str) and "{" in message.id and from_core and _wordy(message.id) > 1:
            found.append((message.id, _pattern(message.id)))
    return tuple(sorted(found, key=lambda pair: -_wordy(pair[0])))


def _wordy(message: str) -> int:
    """Return how many fixed words a message has; a single one, such as 'for', is not enough to recognise a sentence."""
    return len(re.findall(r"\w+", " ".join(words for words, *_ in Formatter().parse(message))))


def _pattern(message: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for words, name, form, _ in Formatter().parse(message):
        parts.append(re.escape(words))
        if name is not None:
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{_NUMBER if form else '.+?'})")
            seen.add(name)
    return re.compile("".join(parts), re.DOTALL)


def _without_formats(message: str) -> str:
    """Return a message without number formats, because its values are already formatted: '{share:.0%}' becomes '{share}'."""
    return "".join(
        words.replace("{", "{{").replace("}", "}}") + ("" if name is None else f"{{{name}}}")
        for words, name, _, _ in Formatter().parse(message)
    )
