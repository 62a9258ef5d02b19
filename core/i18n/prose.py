"""The texts of data files that people read, marked in the types of their entries, and translated when a file is read.

A field for a text is a `Prose`, an `OptionalProse` or a `ProseList`; any other text of a file is a key or a name. `validated`
checks a file against its types and returns it in the current language, and `texts_of` lists its texts for the catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationInfo

from core.i18n.translate import gettext

T = TypeVar("T")


def _translate(text: str, info: ValidationInfo) -> str:
    """Return a text as the reader of its file wants it (`validated`)."""
    say: Callable[[str], str] = info.context or str
    return say(text) if text else text


OptionalProse = Annotated[str, AfterValidator(_translate)]
"""A text that people read, or nothing."""

Prose = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_translate)]
"""A text that people read."""

ProseList = Annotated[tuple[Prose, ...], Field(min_length=1)]
"""Texts that people read, such as steps."""


def validated(data: object, kind: type[T], say: Callable[[str], str] = gettext) -> T:
    """Return the contents of a TOML file as its type.

    Parameters
    ----------
    data : object
        The file's contents as plain types.
    kind : type
        A frozen dataclass, or a mapping of keys to one.
    say : callable
        Takes each text that people read, and returns it in their language.

    Raises
    ------
    pydantic.ValidationError
        If a key is unknown or missing, or a value has the wrong type.
    """
    # Through JSON, because pydantic's strict mode then accepts arrays as tuples but no text as a number.
    return TypeAdapter(kind).validate_json(json.dumps(data), strict=True, context=say)


def texts_of(data: object, kind: type[Any]) -> list[str]:
    """Return the texts of a TOML file that people read, in the order in which they are read."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    validated(data, kind, note)
    return found
