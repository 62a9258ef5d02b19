"""Sentences that are worded when they are read.

A `Message` holds the English text with named placeholders, which is its id in the catalogue, and the values to fill in. `str()`
words it in the current language, `worded` in a given one. Errors and reports hold messages, so that each reader gets them in
their own language:

    message("The runner is in the picture for {share:.0%} of the clip.", share=0.43)

A value is a number, a name that is the same in every language, or another message. The placeholder of each language's text says
how a number is written; a number whose decimals depend on its error is a `Rounded`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from types import MappingProxyType

from core.i18n.translate import Language, current, decimals_of, filled, translated


@dataclass(frozen=True)
class Rounded:
    """A number that is written with a fixed number of decimals, a true minus sign and the decimal sign of the language."""

    number: float
    decimals: int

    @property
    def plain(self) -> str:
        """The number as programs read it, whatever the language."""
        return f"{round(self.number, self.decimals) + 0.0:.{self.decimals}f}"

    def worded(self, language: Language | None = None) -> str:
        """Return the number as people read it in a language; defaults to the current one."""
        return decimals_of(self.plain.replace("-", "−"), language)

    def __str__(self) -> str:
        return self.worded()


@dataclass(frozen=True)
class Message:
    """A sentence, or a part of one, that is worded when it is read.

    Attributes
    ----------
    id : str
        The English text, with a placeholder for each value.
    values : mapping of str to Value
        The values by the names of their placeholders.
    plural : str or None
        The English text for several, if the text depends on the number `values["n"]`.
    """

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)
    plural: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __hash__(self) -> int:
        return hash((self.id, tuple(self.values.items()), self.plural))

    def __reduce__(self) -> tuple[type[Message], tuple[object, ...]]:
        """Let the message cross from one process to another."""
        return type(self), (self.id, dict(self.values), self.plural)

    def __str__(self) -> str:
        return self.worded()

    def worded(self, language: Language | None = None) -> str:
        """Return the sentence in a language; defaults to the current one."""
        language = language or current()
        n = self.values.get("n") if self.plural else None
        text = translated(self.id, language, self.plural, n if isinstance(n, int) else None)
        values = {
            name: value.worded(language) if isinstance(value, Message | Rounded) else value
            for name, value in self.values.items()
        }
        return filled(text, language, values) if values else text


Value = float | int | str | Rounded | Message
"""What a message can be filled with."""


def message(text: str, /, **values: object) -> Message:
    """Return a message; values that are neither numbers nor messages are kept as text."""
    return Message(text, {name: _value(value) for name, value in values.items()})


def plural_message(one: str, many: str, n: int, /, **values: object) -> Message:
    """Return a message whose text depends on a number; `{n}` is the number."""
    return Message(one, {"n": n} | {name: _value(value) for name, value in values.items()}, many)


def joined(first: Message, second: Message) -> Message:
    """Return two sentences as one message."""
    return message("{first} {second}", first=first, second=second)


def _value(value: object) -> Value:
    if isinstance(value, Message | Rounded):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)
