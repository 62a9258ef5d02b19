"""Translation into the reader's language: one catalogue for everything that a person reads.

The code holds each message in English and looks it up when it is shown: `_("Leg extension")`, `_("{n} strides", n=12)`. Text that
is stored, or that an error carries, is a `core.i18n.message.Message`. The catalogue is
`core/i18n/locale/<language>/LC_MESSAGES/messages.po`, maintained with `python -m tools.catalogue`.

The current language is one context variable, English unless it is set. It is set where a reader is known: by the middleware for
each request (`web.languages`), at the start of each page and fragment (`pages.components.language.enter`), and by `speaking` for
a part of a program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
DECIMAL_SIGN: dict[Language, str] = {"en": ".", "es": ","}
FOLDER = Path(__file__).parent / "locale"

_spoken: ContextVar[Language] = ContextVar("spoken", default=WRITTEN_IN)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use a language inside the block, whatever the reader's language is."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def speak(language: Language) -> None:
    """Use a language from now on in this thread or task."""
    _spoken.set(language)


def current() -> Language:
    """Return the current language, English unless one was set."""
    return _spoken.get()


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


def translated(one: str, language: Language, many: str | None = None, n: int | None = None) -> str:
    """Return a message's text in a language, or the form of it that the number `n` needs; its values are not filled in."""
    if many is not None and n is not None:
        return _translations(language).ngettext(one, many, n)
    return _translations(language).gettext(one) if one else one


class _Filling(Formatter):
    """Fills values in as a language writes numbers."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def format_field(self, value: object, format_spec: str) -> str:
        """Return one value as text; a number has the language's decimal sign."""
        text: str = super().format_field(value, format_spec)
        return decimals_of(text, self.language) if isinstance(value, float) else text


def decimals_of(number: str, language: Language | None = None) -> str:
    """Return a written number with a language's decimal sign; the default is the current language."""
    return number.replace(".", DECIMAL_SIGN[language or current()])


def filled(text: str, language: Language, values: Mapping[str, object]) -> str:
    """Return a text with its values filled in."""
    return _Filling(language).vformat(text, (), values)


def gettext(message: str, **values: object) -> str:
    """Return a message in the current language, with its values filled in."""
    said = translated(message, current())
    return filled(said, current(), values) if values else said


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """Return the form of a message that a number needs; `{n}` is the number."""
    return filled(translated(one, current(), many, n), current(), {"n": n, **values})


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
